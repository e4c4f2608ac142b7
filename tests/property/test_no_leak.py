"""Law: no value of a secret or resource is in any output, exception, repr or traceback, whatever is wrong with it."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import firedoor
from firedoor import cli, declaration, dotenv, process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DECLARATION = """\
[project]
name = "shop"
selector = ["APP_ENV"]
[environments.development]
aliases = ["dev"]
[environments.testing]
[environments.production]
protected = true
[environments.production.require]
DEBUG = false
LOG_LEVEL = ["WARNING", "ERROR"]
[files]
templates = ["base.env", ".env.{env}"]
[variables.DATABASE_URL]
resource = "database"
type = "url"
required = true
[variables.CACHE]
resource = "cache"
[variables.SECRET_KEY]
secret = true
values = ["only-this"]
[variables.API_KEY]
resource = "key"
[variables.COUNT]
secret = true
type = "int"
[variables.DEBUG]
type = "bool"
[variables.LOG_LEVEL]
values = ["DEBUG", "WARNING", "ERROR"]
[variables.PORT]
type = "int"
[variables.GREETING]
[variables.NOTE]
type = "json"
"""
SENSITIVE = ("DATABASE_URL", "CACHE", "SECRET_KEY", "API_KEY", "COUNT")
PLAIN = ("DEBUG", "LOG_LEVEL", "PORT", "GREETING", "NOTE")
ENVIRONMENTS = ("development", "testing", "production")

# What is searched for: runs of letters that no word, path, code or hash of ours contains.
LETTERS = "qxzjQXZJ"
PIECE = 6
PIECES = st.text(LETTERS, min_size=PIECE, max_size=12)
BETWEEN = (
    "",
    " ",
    "'",
    '"',
    "$",
    "$$",
    "#",
    " #",
    "\\",
    "\\n",
    "é",
    "\u202e",
    "\x1b[2J",
    "%41",
    "@",
    "/",
    "//",
    "`",
    "$(",
    ",",
    "{}",
    "<",
    "😀",
)
# In a value without quotes these would make names of what follows; names may be shown.
NAMING = ("=", ":", "\n", "${X}", "\t", ": ", "\r\n")


@dataclass
class World:
    """Files and variables of a project in which every sensitive value is made of searchable pieces."""

    files: dict[str, str] = field(default_factory=dict)
    shell: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    asked: str | None = None


def texts(*, quoted: bool) -> st.SearchStrategy[str]:
    """A value: pieces with all that quoting, references and terminals treat in a way of their own between them."""
    between = st.sampled_from(BETWEEN + (NAMING if quoted else ()))
    body = st.lists(st.tuples(between, PIECES), min_size=1, max_size=3).map(
        lambda pairs: "".join(map("".join, pairs))
    )
    prefix = st.sampled_from(("", "postgresql://app:", "redis://:", "sqlite:///", "sk_live_", "[", "-"))
    suffix = st.sampled_from(("", "@db.internal/x", "\\", "'", '"', "\n"))
    return st.builds("{}{}{}".format, prefix, body, suffix if quoted else st.just(""))


@st.composite
def lines(draw: st.DrawFn, key: str) -> str:
    """One way to put a value into a file: quoted well, not at all, wrongly, by reference."""
    ways: list[Callable[[], str]] = [
        lambda: dotenv.render(key, draw(texts(quoted=True))),
        lambda: f"{key}={draw(texts(quoted=False))}",
        lambda: f'export {key} = "{draw(texts(quoted=False))}"',
        lambda: f"{key}='{draw(texts(quoted=False))}",
        lambda: f"{key}: {draw(texts(quoted=False))}",
        lambda: f"{dotenv.render('PART', draw(texts(quoted=True)))}\n{key}=${{PART}}",
        lambda: f"{key}=${{NOWHERE:-{draw(PIECES)}}}",
        lambda: f"{key}=${{NOWHERE:?{draw(PIECES)}}}",
        lambda: f"{key}=${{{key}}}{draw(PIECES)}",
        lambda: f"{key}={draw(PIECES)}\n{key}={draw(PIECES)}",
        lambda: f"{key}=\n{draw(PIECES)}",
        lambda: draw(PIECES),
    ]
    return draw(st.sampled_from(ways))()


@st.composite
def files(draw: st.DrawFn) -> str:
    """An env file: some sensitive variables, and plain ones that hold or refer to them."""
    parts = [draw(lines(key)) for key in draw(st.lists(st.sampled_from(SENSITIVE), max_size=3, unique=True))]
    for key in draw(st.lists(st.sampled_from(PLAIN), max_size=2, unique=True)):
        other = draw(st.sampled_from(SENSITIVE))
        parts.append(
            draw(
                st.sampled_from(
                    (f"{key}=see ${{{other}}}", f"{key}=${{{other}:-}}", f"{key}=ture", f"{key}=${{PART}}")
                )
            )
        )
    if draw(st.booleans()):
        parts.append(f"APP_ENV={draw(st.sampled_from(ENVIRONMENTS))}")
    return "\n".join(draw(st.permutations(parts))) + "\n"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World(asked=draw(st.sampled_from((None, "testing", "dev", "production", "prodution"))))
    for name in draw(
        st.lists(st.sampled_from(("base.env", ".env", *(f".env.{env}" for env in ENVIRONMENTS))), unique=True)
    ):
        world.files[name] = draw(files())
    shared = draw(texts(quoted=True))
    for key in draw(
        st.lists(
            st.sampled_from((*SENSITIVE, "OTHER", "PGPASSWORD", "database_url")), max_size=3, unique=True
        )
    ):
        world.shell[key] = draw(st.one_of(texts(quoted=True), st.just(shared)))
    for key in draw(st.lists(st.sampled_from(SENSITIVE), max_size=2, unique=True)):
        world.overrides[key] = draw(st.one_of(texts(quoted=True), st.just(shared)))
    if draw(st.booleans()):
        for name in world.files:
            world.files[name] += dotenv.render("SECRET_KEY", shared) + "\n"
    return world


def leaked(text: str) -> set[str]:
    """The runs of searchable letters in a text that are long enough to be a piece of a value."""
    found, run = set(), ""
    for letter in text + "\n":
        if letter in LETTERS:
            run += letter
        else:
            if len(run) >= PIECE:
                found.add(run)
            run = ""
    return found


@contextlib.contextmanager
def entered(world: World) -> Iterator[None]:
    """The world as this process's folder and variables; the process itself is never replaced."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder, ".git").mkdir()
        Path(folder, "firedoor.toml").write_text(DECLARATION, encoding="utf-8")
        for name, text in world.files.items():
            Path(folder, name).write_bytes(text.encode("utf-8"))
        for name in ("APP_ENV", "ENV", *SENSITIVE, *PLAIN):
            patch.delenv(name, raising=False)
        for name, text in world.shell.items():
            patch.setenv(name, text)
        patch.setattr(process, "replace", lambda *_: 0)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def spoken(*argv: str) -> str:
    """Both streams of one command line."""
    with (
        contextlib.redirect_stdout(io.StringIO()) as stdout,
        contextlib.redirect_stderr(io.StringIO()) as stderr,
    ):
        code = cli.main(argv)
    assert code in (0, 1, 2), argv
    return stdout.getvalue() + stderr.getvalue()


COMMANDS = [
    *(
        (("check", *names, "--format", form))
        for names in (("--all",), ())
        for form in ("text", "json", "sarif", "github")
    ),
    *((("check", name)) for name in ENVIRONMENTS),
    *((("show", name, "--format", form)) for name in ENVIRONMENTS for form in ("text", "json")),
    *(
        (("explain", key, "-e", name, "--format", form))
        for key in (*SENSITIVE, *PLAIN, "PART")
        for name in ENVIRONMENTS[1:]
        for form in ("text", "json")
    ),
    *(
        (("diff", "testing", other, "--all", "--format", form))
        for other in ("dev", "production")
        for form in ("text", "json")
    ),
    *((("run", "-e", name, "--", "uvicorn", "--reload")) for name in ENVIRONMENTS),
    ("run", "--", "true"),
    ("show",),
    ("init", "--dry-run"),
]


PART = World(files={".env.testing": "NOTE=${PART}\nPART=qxzjqxzj\n"})
PASSWORD = World(files={".env.testing": "DATABASE_URL=postgresql://app:qxzjqx@db/x\nGREETING=see qxzjqx\n"})


@given(worlds(), st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=15, unique=True))
@example(PART, COMMANDS)
@example(PASSWORD, COMMANDS)
def test_no_command_prints_one(world: World, commands: list[tuple[str, ...]]) -> None:
    """A9: nothing that a command says holds a value of a secret or resource, or a piece of one."""
    with entered(world):
        for argv in commands:
            said = spoken(*argv)
            assert not leaked(said), (argv, said)


def frames_of_firedoor(error: BaseException) -> str:
    """What a traceback that captures locals shows of firedoor's own frames, of the error and of all it is chained to."""
    home = str(Path(firedoor.__file__).parent)
    shown = [repr(error), str(error), repr(error.args), repr(vars(error))]
    seen: BaseException | None = error
    while seen is not None:
        captured = traceback.TracebackException.from_exception(seen, capture_locals=True)
        captured.stack = traceback.StackSummary.from_list(
            [f for f in captured.stack if f.filename.startswith(home)]
        )
        shown += captured.format(chain=False)
        seen = seen.__cause__ or seen.__context__
    return "".join(shown)


def asked(world: World) -> list[Callable[[], Any]]:
    """The calls of the API that meet values."""
    mapping = dict.fromkeys(ENVIRONMENTS, 1)
    return [
        lambda: firedoor.load(),
        lambda: firedoor.load(environment=world.asked),
        lambda: firedoor.load(environment=world.asked, overrides=world.overrides),
        lambda: firedoor.export_to_process(firedoor.load(environment=world.asked, overrides=world.overrides)),
        firedoor.current,
        firedoor.only_in("testing")(lambda: None),
        lambda: firedoor.by_environment(mapping),
        lambda: declaration.load(),
        lambda: [dotenv.parse(text) for text in world.files.values()],
    ]


@given(worlds())
def test_no_call_tells_one(world: World) -> None:
    """Exceptions, warnings, reprs and tracebacks with locals, as error trackers send them away."""
    with (
        entered(world),
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        patch.setattr(os, "environ", dict(os.environ))
        for call in asked(world):
            try:
                result = call()
            except (firedoor.FiredoorError, dotenv.DotenvError) as error:
                told = frames_of_firedoor(error)
            else:
                told = repr(result)
                if isinstance(result, firedoor.Configuration):
                    told += repr(
                        (
                            result.values,
                            result.problems,
                            result.choice,
                            result.project,
                            result.others,
                            result.resolution,
                        )
                    )
            assert not leaked(told), told
        assert not leaked("".join(str(one.message) for one in warned))


def test_the_search_finds_what_is_there() -> None:
    """The control: a value that may be shown is shown, and the search sees it through quotes and escapes."""
    with entered(World(files={".env.testing": "DATABASE_URL=sqlite:///x\nGREETING=\"a 'qxzjqx' b\"\n"})):
        assert leaked(spoken("show", "testing")) == {"qxzjqx"}
        assert leaked(spoken("show", "testing", "--format", "json")) == {"qxzjqx"}
    error = ValueError("qxzjqx")
    assert leaked(frames_of_firedoor(error)) == {"qxzjqx"}
