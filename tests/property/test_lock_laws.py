"""Laws of the lock: what is remembered never decides otherwise, and equal means equal."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firedoor import boundary, declaration, locking
from firedoor.lock import marks, pins, text
from firedoor.lock.document import Lock
from firedoor.problem import has_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = (2, 1, 1)
DECLARATION = """\
[environments.testing]
[environments.production]
protected = true
[variables.URL]
resource = "database"
SHARED
[variables.KEY]
secret = true
"""
SHARED = ("", 'shared = ["testing", "production"]', 'shared_server = ["testing", "production"]')
URLS = (
    "postgresql://db.example.org/shop",
    "postgres://DB.example.org:5432/shop",
    "postgresql://db.example.org/other",
    "postgresql://db2.example.org/shop",
    "sqlite:///x.db",
)
KEYS = ("a-key-that-is-production's", "another-key-of-somebody")


@pytest.fixture(autouse=True)
def _cheap_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laws hold at any cost of a guess; thousands of examples need a small one."""
    monkeypatch.setattr(marks, "COST", QUICK)
    monkeypatch.setattr(marks, "_CHEAPEST", 1)


@contextmanager
def cache(folder: str) -> Iterator[None]:
    before = os.environ["XDG_CACHE_HOME"]
    os.environ["XDG_CACHE_HOME"] = folder
    try:
        yield
    finally:
        os.environ["XDG_CACHE_HOME"] = before


def write(root: Path, name: str, content: str) -> None:
    path = root / name
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)


def verdict(root: Path, environment: str = "testing") -> list[tuple[object, ...]]:
    configuration = boundary.configure(declaration.load(root, use_cache=False), environment, process={})
    return [problem.key() for problem in configuration.problems]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("url"), st.sampled_from(URLS)),
        st.tuples(st.just("key"), st.sampled_from(KEYS)),
        st.tuples(st.just("declare"), st.sampled_from(SHARED)),
        st.tuples(st.just("protect"), st.sampled_from(("true", "false"))),
        st.tuples(st.just("lock"), st.sampled_from(("take", "forget", "spoil", "mend"))),
        st.tuples(st.just("remembered"), st.sampled_from(("flip", "drop", "swap"))),
    ),
    min_size=1,
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_law_what_is_remembered_never_turns_a_refusal_into_a_pass(steps: list[tuple[str, str]]) -> None:
    """After any edits, one who remembers everything and one who remembers nothing say the same."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        state = {"url": URLS[3], "key": KEYS[1], "declare": "", "protect": "true"}
        _settle(root, state)
        _take(root)
        warm = str(Path(folder) / "warm")
        for number, step in enumerate(steps):
            _apply(root, state, step, Path(warm))
            with cache(warm):
                remembering = [verdict(root), verdict(root)]
            with cache(str(Path(folder) / f"cold-{number}")):
                assert remembering == [verdict(root)] * 2


def _settle(root: Path, state: dict[str, str]) -> None:
    declared = DECLARATION.replace("SHARED", state["declare"]).replace(
        "true\n[v", f"{state['protect']}\n[v", 1
    )
    old = root / "firedoor.toml"
    tail = old.read_text("utf-8").partition("[lock]")[1:] if old.exists() else ()
    write(root, "firedoor.toml", declared + "".join(tail))
    write(root, ".env.testing", f"URL={state['url']}\nKEY={state['key']}\n")


def _take(root: Path) -> None:
    """The lock of production, as it is taken where its file is."""
    write(root, ".env.production", f'URL={URLS[0]}\nKEY="{KEYS[0]}"\n')
    testing = root / ".env.testing"
    testing.rename(root / "aside")
    try:
        project = declaration.load(root, use_cache=False)
        loosened = [change.name for change in _changes(root) if change.loosens]
        locking.update(project, ["production"], ask=None, accept=loosened, by="x", reason="x")
    finally:
        (root / "aside").rename(testing)
        (root / ".env.production").unlink()


def _changes(root: Path) -> list[pins.Change]:

    path = root / "firedoor.lock"
    if not path.exists():
        return []
    lock = text.parse(path.read_text("utf-8"))
    return pins.changes(lock.pins, pins.of(declaration.load(root, use_cache=False)))


def _apply(root: Path, state: dict[str, str], step: tuple[str, str], warm: Path) -> None:
    what, how = step
    if what in state:
        state[what] = how
        _settle(root, state)
    elif what == "lock":
        _change_lock(root, how)
    else:
        _change_memory(warm / "firedoor", how)


def _change_lock(root: Path, how: str) -> None:
    path = root / "firedoor.lock"
    whole = path.read_text("utf-8").removesuffix("spoilt")
    if how == "take":
        write(root, "firedoor.lock", whole)
        _take(root)
    elif how == "forget":
        lock = text.parse(whole)
        write(root, "firedoor.lock", text.render(Lock(lock.project, lock.salt, lock.cost, pins=lock.pins)))
    else:
        write(root, "firedoor.lock", whole + "spoilt" * (how == "spoil"))


def _change_memory(folder: Path, how: str) -> None:
    for path in folder.glob("*.verdicts"):
        kept = bytearray(path.read_bytes())
        if how == "flip" and kept:
            kept[0] ^= 255
        elif how == "swap":
            kept = kept[16:] + kept[:16]
        else:
            kept = kept[:16]
        path.write_bytes(bytes(kept))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.sampled_from(URLS), st.sampled_from(KEYS))
def test_law_the_lock_refuses_exactly_what_the_file_would(url: str, key: str) -> None:
    """A machine with production's file and one with the lock alone refuse the same."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        _settle(root, {"url": url, "key": key, "declare": "", "protect": "true"})
        write(root, ".env.production", f'URL={URLS[0]}\nKEY="{KEYS[0]}"\n')
        by_file = verdict(root)
        _take(root)
        by_lock = verdict(root)
        assert _without_places(by_lock) == _without_places(by_file)
        assert bool(by_lock) == (url in URLS[:3] or key == KEYS[0])
        project = declaration.load(root, use_cache=False)
        assert has_errors(boundary.configure(project, "testing", process={}).problems) == bool(by_lock)


def _without_places(problems: list[tuple[object, ...]]) -> set[tuple[object, ...]]:
    return {key[5:] for key in problems}
