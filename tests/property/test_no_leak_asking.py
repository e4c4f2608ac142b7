"""Law: whatever an address holds and whatever answers, no command that asks resources tells a piece of it."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import firedoor
from firedoor import cli, dotenv

if TYPE_CHECKING:
    from collections.abc import Iterator

DECLARATION = """\
[project]
name = "shop"
selector = ["APP_ENV"]
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
[variables.BUCKET]
resource = "bucket"
[variables.VECTORS]
resource = "vector"
"""
KEYS = ("DATABASE_URL", "CACHE_URL", "BUCKET", "VECTORS")

# What is searched for: runs of letters that no word, path, code or hash of ours contains.
LETTERS = "qxzjQXZJ"
PIECE = 6
PIECES = st.text(LETTERS, min_size=PIECE, max_size=10)
HOSTILE = (
    "",
    "'",
    '"',
    "\\",
    " ",
    "%",
    "@",
    ":",
    "/",
    "?",
    "#",
    "é",
    "\u202e",
    "\x1b[2J",
    "{}",
    "%s",
    "$",
    "[",
    "]",
)
# Nothing listens there, so every library fails in a way of its own, and fast.
DEAD = "127.0.0.1:1"
SHAPES = (
    "postgresql://{user}:{password}@" + DEAD + "/{name}",
    "postgresql+asyncpg://{user}:{password}@" + DEAD + "/{name}?sslmode=disable",
    "postgresql://" + DEAD + "/{name}?user={user}&password={password}",
    "host=127.0.0.1 port=1 user='{user}' password='{password}' dbname='{name}'",
    "host=127.0.0.1 port={password}",
    "mysql+pymysql://{user}:{password}@" + DEAD + "/{name}",
    "mysql://{user}:{password}@127.0.0.1:{name}/x",
    "redis://{user}:{password}@" + DEAD + "/0",
    "redis://:{password}@127.0.0.1:{name}/0",
    "unix:///nowhere/{name}?password={password}",
    "sqlite:///{name}.db",
    "sqlite:///file:{name}?mode=ro&uri=true",
    "s3://{name}/{user}",
    "https://{user}:{password}@" + DEAD + "/{name}",
    "chroma://{user}:{password}@" + DEAD + "/{name}",
    "smtp://{user}:{password}@" + DEAD,
    "{password}://{user}@" + DEAD,
    "{password}",
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """An address of any kind whose parts are searchable, quoted as they should be or not at all."""
    quoting = draw(st.sampled_from((str, lambda text: quote(text, safe=""))))
    parts = {
        part: quoting(draw(PIECES) + draw(st.sampled_from(HOSTILE)) + draw(PIECES))
        for part in ("user", "password", "name")
    }
    return draw(st.sampled_from(SHAPES)).format(**parts)


worlds = st.fixed_dictionaries(
    {
        name: st.dictionaries(st.sampled_from(KEYS), addresses(), min_size=1)
        for name in ("testing", "production")
    }
)


def leaked(text: str) -> set[str]:
    """The runs of searchable letters in a text that are long enough to be a piece of a value."""
    kept = "".join(letter if letter in LETTERS else " " for letter in text)
    return {run for run in kept.split() if len(run) >= PIECE}


@contextlib.contextmanager
def entered(world: dict[str, dict[str, str]]) -> Iterator[None]:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder, ".git").mkdir()
        Path(folder, "firedoor.toml").write_text(DECLARATION, encoding="utf-8")
        for name, values in world.items():
            lines = [dotenv.render(key, text) + "\n" for key, text in values.items()]
            Path(folder, f".env.{name}").write_text("".join(lines), encoding="utf-8")
        for name in ("APP_ENV", "ENV", *KEYS):
            patch.delenv(name, raising=False)
        patch.setenv("ADMIN_URL", world["testing"].get("DATABASE_URL", "redis://127.0.0.1:1"))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def spoken(*argv: str) -> str:
    """Both streams of one command line, and what it left in the ledger."""
    with (
        contextlib.redirect_stdout(io.StringIO()) as stdout,
        contextlib.redirect_stderr(io.StringIO()) as stderr,
    ):
        code = cli.main(argv)
    assert code in (0, 1, 2), argv
    written = Path("firedoor.ledger").read_text("utf-8") if Path("firedoor.ledger").exists() else ""
    return stdout.getvalue() + stderr.getvalue() + written


COMMANDS = [
    *((("check", "--all", "--observe", "--format", form)) for form in ("text", "json")),
    ("check", "testing", "--try-credentials", "production"),
    *(
        (("stamp", "-e", name, "--format", form))
        for name in ("testing", "production")
        for form in ("text", "json")
    ),
    ("stamp", "-e", "testing", "DATABASE_URL", "--as", "ADMIN_URL"),
    *((("verify", name)) for name in ("testing", "production")),
    ("history",),
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(worlds, st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=4, unique=True))
@example(
    {
        "testing": {
            "DATABASE_URL": "postgresql://a:qxzjqx@127.0.0.1:1/qxzjqx",
            "CACHE_URL": "redis://:qxzjqx@127.0.0.1:1",
        },
        "production": {"DATABASE_URL": "mysql://a:qxzjqx@127.0.0.1:1/x", "BUCKET": "s3://qxzjqx"},
    },
    COMMANDS,
)
def test_no_command_that_asks_tells_one(
    world: dict[str, dict[str, str]], commands: list[tuple[str, ...]]
) -> None:
    with entered(world):
        for argv in commands:
            said = spoken(*argv)
            assert not leaked(said), (argv, said)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_no_refusal_of_verify_tells_one(world: dict[str, dict[str, str]]) -> None:
    """Not its text, not its locals, as error trackers send them away."""
    home = str(Path(firedoor.__file__).parent)
    with entered(world), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for name in ("testing", "production"):
            try:
                firedoor.verify(firedoor.load(environment=name))
            except firedoor.FiredoorError as error:
                captured = traceback.TracebackException.from_exception(error, capture_locals=True)
                captured.stack = traceback.StackSummary.from_list(
                    [frame for frame in captured.stack if frame.filename.startswith(home)]
                )
                told = "".join(captured.format())
                assert not leaked(told), told
        said = "".join(str(one.message) for one in warned)
        assert not leaked(said), said


def test_the_search_finds_what_is_there() -> None:
    """The control."""
    assert leaked("a 'qxzjqx' b") == {"qxzjqx"}
    assert leaked("nothing but words") == set()
