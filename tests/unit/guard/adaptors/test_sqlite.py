"""SQLite of Python under the guard: files by every name, those that are attached later, and every kind of connection."""

from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path
from sqlite3 import connect as captured_connect
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard.patching import NotPatchedError, Patches
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder


@pytest.fixture
def shop(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, with databases and names that lead to them."""
    root = declare(project).root
    for name in ("prod.db", "test.db"):
        with sqlite3.connect(root / name) as made:
            made.execute("CREATE TABLE t (a)")
        made.close()
    (root / "sym.db").symlink_to("prod.db")
    (root / "hard.db").hardlink_to(root / "prod.db")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def guard(shop: Path, project: ProjectFolder) -> Iterator[Guard]:
    with armed(configuration(project)) as standing:
        yield standing


def codes(attempt: Callable[[], object]) -> list[str]:
    return [one.code for one in refused(attempt)]


NAMES = (
    "prod.db",
    b"prod.db",
    Path("prod.db"),
    "sym.db",
    "hard.db",
    "./sub/../prod.db",
    "file:prod.db",
    "file:%70rod.db?mode=rw",
)


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_another_environments_file(guard: Guard, name: Any) -> None:
    for connect in (sqlite3.connect, sqlite3.dbapi2.connect):
        assert codes(lambda connect=connect: connect(name, uri=isinstance(name, str))) == ["FD605"]  # type: ignore[misc]  # a default binds the loop's own value
        assert codes(lambda connect=connect: connect(database=name)) == ["FD605"]  # type: ignore[misc]  # a default binds the loop's own value


def test_by_its_absolute_path_and_through_proc(guard: Guard, shop: Path) -> None:
    assert codes(lambda: sqlite3.connect(shop / "prod.db")) == ["FD605"]
    if Path("/proc/self/root").exists():
        assert codes(lambda: sqlite3.connect(f"/proc/self/root{shop}/prod.db")) == ["FD605"]


def test_a_function_that_was_captured_before(guard: Guard) -> None:
    assert codes(lambda: captured_connect("prod.db")) == ["FD605"]


def test_files_of_ones_own_and_in_memory(guard: Guard) -> None:
    for name in ("test.db", ":memory:", "", "new.db"):
        opened = sqlite3.connect(name, 5.0)
        assert opened.execute("SELECT 1").fetchall() == [(1,)]
        assert isinstance(opened, sqlite3.Connection)
        opened.close()


ATTACHED: dict[str, Callable[[Any, str], object]] = {
    "execute": lambda opened, sql: opened.execute(sql),
    "a cursor": lambda opened, sql: opened.cursor().execute(sql),
    "executemany": lambda opened, sql: opened.executemany(sql, [()]),
    "executescript": lambda opened, sql: opened.executescript(f"SELECT 1; {sql}"),
    "a cursor's script": lambda opened, sql: opened.cursor().executescript(sql),
}


@pytest.mark.parametrize("way", ATTACHED)
def test_files_that_are_attached(guard: Guard, way: str) -> None:
    opened = sqlite3.connect(":memory:")
    for name in ("prod.db", "hard.db", "file:%70rod.db"):
        assert codes(lambda name=name: ATTACHED[way](opened, f"ATTACH '{name}' AS x")) == ["FD605"]  # type: ignore[misc]  # a default binds the loop's own value
    assert codes(lambda: ATTACHED[way](opened, "ATTACH 'pr' || 'od.db' AS x")) == ["FD606"]
    if way != "executemany":
        ATTACHED[way](opened, "ATTACH 'test.db' AS x")
        assert opened.execute("SELECT count(*) FROM x.t").fetchall() == [(0,)]
    opened.close()


def test_a_name_that_is_bound(guard: Guard) -> None:
    opened = sqlite3.connect(":memory:")
    assert codes(lambda: opened.execute("ATTACH ? AS x", ("prod.db",))) == ["FD606"]
    (problem,) = guard.refusals
    assert problem.facts["act"] == "attach a database by"
    opened.close()


def test_coverage_may_put_its_data_together(guard: Guard) -> None:
    """It attaches by a bound name. Who else does that under its name opens nothing that is known to be another's."""
    opened = sqlite3.connect(":memory:")
    names: dict[str, Any] = {"__name__": "coverage.sqlitedb", "opened": opened}
    exec("def attach(sql): opened.execute(sql, ('test.db',) if '?' in sql else ())", names)  # noqa: S102 - its module
    names["attach"]("ATTACH ? AS x")
    assert codes(lambda: names["attach"]("ATTACH 'prod.db' AS y")) == ["FD605"]
    opened.close()


def test_what_sqlite_refuses_itself(guard: Guard) -> None:
    opened = sqlite3.connect(":memory:")
    untyped: Any = opened
    with pytest.raises(TypeError):
        untyped.execute(7)
    with pytest.raises((TypeError, ValueError)):
        untyped.executescript(b"SELECT 1")
    with pytest.raises(TypeError):
        sqlite3.connect()  # type: ignore[call-overload]  # wrong on purpose, or a stand-in
    opened.close()


class Own(sqlite3.Connection):
    """A connection of the application's own class."""

    extra = "extra"


def test_connections_of_other_classes(guard: Guard) -> None:
    by_name = sqlite3.connect(":memory:", factory=Own)
    connect: Any = sqlite3.connect
    by_place = connect(":memory:", 5.0, 0, "", True, Own)
    for opened in (by_name, by_place):
        assert isinstance(opened, Own)
        assert (type(opened).__name__, opened.extra) == ("Own", "extra")
        assert codes(lambda opened=opened: opened.execute("ATTACH 'prod.db' AS x")) == ["FD605"]  # type: ignore[misc]  # a default binds the loop's own value
        opened.close()
    made = connect(":memory:", factory=lambda *given, **named: Own(*given, **named))
    assert type(made) is Own
    made.close()
    assert type(sqlite3.connect(":memory:")) is type(sqlite3.connect(":memory:"))


def test_a_connection_that_outlives_the_guard_is_free(shop: Path, project: ProjectFolder) -> None:
    with armed(configuration(project)):
        opened = sqlite3.connect(":memory:")
        with pytest.raises(GuardError):
            opened.execute("ATTACH 'prod.db' AS x")
        inside = sqlite3.connect
    opened.execute("ATTACH 'prod.db' AS x")
    opened.close()
    inside("prod.db").close()


def test_statements_are_not_watched_where_nobody_has_files(project: ProjectFolder) -> None:
    nobodys = {".env.production": "API=https://api.example.com\n", ".env.testing": "", ".env.development": ""}
    declare(project, files=nobodys)
    original = sqlite3.connect
    with armed(configuration(project)):
        assert sqlite3.connect is not original  # unit tests open none
        opened = sqlite3.connect(":memory:")
        assert type(opened) is sqlite3.Connection
        opened.close()
    with armed(configuration(project, "development")):
        assert sqlite3.connect is original


def test_unit_tests_open_no_file(project: ProjectFolder, shop: Path) -> None:
    with armed(configuration(project)) as guard, guard.closed():
        assert codes(lambda: sqlite3.connect("test.db")) == ["FD631"]
        sqlite3.connect(":memory:").close()


def test_where_c_code_cannot_be_changed_scripts_are_not_seen(
    shop: Path, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Patches.c_method

    def c_method(patches: Patches, owner: type, name: str, make: Any) -> None:
        if owner is sqlite3.Cursor:
            raise NotPatchedError
        real(patches, owner, name, make)

    monkeypatch.setattr(Patches, "c_method", c_method)
    with armed(configuration(project)):
        assert codes(lambda: sqlite3.connect("prod.db")) == ["FD605"]
        opened = sqlite3.connect(":memory:")
        opened.executescript("ATTACH 'prod.db' AS x")
        opened.close()
    assert sqlite3.connect is captured_connect


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: sqlite3.connect("prod.db"),
        lambda: sqlite3.connect(database="prod.db"),
        lambda: sqlite3.connect(":memory:").execute("ATTACH 'prod.db' AS x"),
        lambda: sqlite3.connect(":memory:").executescript("ATTACH 'prod.db' AS x"),
    ],
)
def test_no_frame_of_ours_holds_the_path(guard: Guard, attempt: Callable[[], object]) -> None:
    with pytest.raises(GuardError) as caught:
        attempt()
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in frames.stack if "/firedoor/" in frame.filename.replace("\\", "/")]
    assert own
    assert [frame for frame in own if "prod.db" in str(frame.locals)] == []
