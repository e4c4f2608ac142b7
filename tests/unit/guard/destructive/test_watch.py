"""Whose what is destroyed is, whether somebody consented, and what is said of it."""

from __future__ import annotations

import asyncio
import importlib.util
import sqlite3
import sys
import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import FiredoorWarning
from firedoor.errors import GuardError
from firedoor.guard import arming, destructive, registry
from firedoor.guard.destructive import ending, places, watch
from firedoor.problem import NOTE, WARNING, Problem
from support.destroying import lock, production, refusal, told, unlock
from support.guarding import armed

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.resolve import Configuration
    from support.project import ProjectFolder


@pytest.fixture
def shop(project: ProjectFolder) -> Configuration:
    addresses = {
        "DATABASE_URL": "sqlite:///prod.db",
        "ARCHIVE_URL": "sqlite:///archive.db",
        "CACHE_URL": "redis://cache.example.org/1",
        "SESSIONS_URL": "redis://cache.example.org/2",
        "FILES_URL": "s3://shop/uploads",
    }
    for name in ("prod.db", "archive.db"):
        with closing(sqlite3.connect(project.root / name)) as connection:
            connection.execute("CREATE TABLE orders (id)")
            connection.execute("INSERT INTO orders VALUES (1)")
            connection.commit()
    return production(project, **addresses)


@pytest.fixture
def path(project: ProjectFolder) -> str:
    return str(project.root / "prod.db")


def left(path: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return len(connection.execute("SELECT 1 FROM orders").fetchall())


WAYS: dict[str, Callable[[sqlite3.Connection, str], object]] = {
    "execute": lambda connection, text: connection.execute(text),
    "executemany": lambda connection, text: connection.executemany(text, [()]),
    "executescript": lambda connection, text: connection.executescript(f"SELECT 1; {text}"),
    "cursor": lambda connection, text: connection.cursor().execute(text),
    "cursor of rows": lambda connection, text: connection.cursor().executemany(text, [()]),
    "cursor of a script": lambda connection, text: connection.cursor().executescript(text),
}


@pytest.mark.parametrize("way", WAYS)
def test_sqlite(way: str, shop: Configuration, path: str) -> None:
    run = WAYS[way]
    with armed(shop), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        run(connection, "DELETE FROM orders WHERE id = 2")
        assert told(refusal(lambda: run(connection, "DELETE FROM orders"))) == [
            ("FD615", "DATABASE_URL", "DELETE without a condition", "")
        ]
        assert left(path) == 1
        unlock(shop)
        with pytest.warns(FiredoorWarning, match="FD618"):
            run(connection, "DELETE FROM orders")
        assert left(path) == 0
    with closing(sqlite3.connect(path)) as connection:
        run(connection, "DROP TABLE orders")  # nothing is looked at any more


def test_rows_of_another_kind(shop: Configuration, path: str) -> None:
    with armed(shop), closing(sqlite3.connect(path)) as connection:
        connection.row_factory = lambda *_: {}
        connection.text_factory = bytes
        assert told(refusal(lambda: connection.execute("DROP TABLE orders")))[0][:2] == (
            "FD615",
            "DATABASE_URL",
        )


def test_in_memory_everything_passes(shop: Configuration) -> None:
    with armed(shop), closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE orders (id)")
        connection.execute("DROP TABLE orders")


def test_what_is_attached_is_asked_for_too(shop: Configuration, path: str, project: ProjectFolder) -> None:
    with armed(shop), closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("ATTACH ? AS live", (path,))
        connection.execute("ATTACH ? AS old", (str(project.root / "archive.db"),))
        unlock(shop)
        assert told(refusal(lambda: connection.execute("DROP TABLE live.orders"))) == [
            ("FD615", "ARCHIVE_URL", "DROP TABLE", "")
        ]


def test_a_file_that_nobody_declared(shop: Configuration, project: ProjectFolder) -> None:
    with armed(shop), closing(sqlite3.connect(project.root / "other.db")) as connection:
        assert told(refusal(lambda: connection.execute("DROP TABLE x"))) == [("FD615", "", "DROP TABLE", "")]


def test_other_environments_are_not_looked_at(project: ProjectFolder) -> None:
    testing = production(project, "testing", DATABASE_URL="sqlite:///test.db")
    with armed(testing), closing(sqlite3.connect(project.root / "test.db")) as connection:
        connection.execute("CREATE TABLE orders (id)")
        connection.execute("DROP TABLE orders")


def test_the_hooks_are_found_where_it_is_protected() -> None:
    plain, protected = registry.finders(), registry.finders(protected=True)
    for library, name in destructive.HOOKS:
        assert len(protected[library]) == len(plain.get(library, [])) + sum(
            1 for other, _ in destructive.HOOKS if other == library
        )
        module = importlib.import_module(f"{destructive.FOLDER}.{name}")
        assert isinstance(module.LIBRARY, str)
    assert vars(protected["_sqlite3"][-1]())["__name__"] == "firedoor.guard.destructive.sqlite"


def test_without_the_parser_it_is_not_armed(
    shop: Configuration, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destructive, "find_spec", lambda name: None if name == "sqlglot" else name)
    with pytest.raises(GuardError) as caught:
        arming.arm(shop)
    assert arming.armed() is None
    (problem,) = caught.value.problems
    assert problem == Problem(
        "FD617", subject="sqlglot", environment="production", caller=problem.facts["caller"], extra="guard"
    )
    with armed(production(project, "testing")):
        pass


def test_the_whole_problems(shop: Configuration, path: str, project: ProjectFolder) -> None:
    with armed(shop) as guard, closing(sqlite3.connect(path)) as connection:
        refused = refusal(lambda: connection.execute("DROP TABLE orders"))
        assert refused == (
            Problem(
                "FD615",
                subject="DATABASE_URL",
                environment="production",
                caller="",
                act="DROP TABLE",
                void="",
            ),
        )
        unread = refusal(
            lambda: connection.execute("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END")
        )
        assert unread == (
            Problem(
                "FD616",
                subject="DATABASE_URL",
                environment="production",
                caller="",
                act="CREATE TRIGGER",
                void="",
            ),
        )
        assert list(guard.refusals) == [*refused, *unread]
        unlock(shop, statement="delete")
        (narrow,) = refusal(lambda: connection.execute("DROP TABLE orders"))
        assert narrow.facts["void"] == "it is for delete alone, and this is drop-table"
        lock(shop)
        (revoked,) = refusal(lambda: connection.execute("DROP TABLE orders"))
        assert revoked.facts["void"] == "it was revoked"


def run_all(connection: sqlite3.Connection) -> None:
    for text in ("DELETE FROM orders", "DELETE FROM orders", "DELETE  FROM orders", "DROP TABLE orders"):
        connection.execute(text)


def test_each_is_said_once(shop: Configuration, path: str) -> None:
    with armed(shop) as guard, closing(sqlite3.connect(path)) as connection:
        unlock(shop)
        with pytest.warns(FiredoorWarning) as caught:
            run_all(connection)
        assert [str(one.message).count("FD618") for one in caught] == [1, 1]
        said = watch.of(guard)._said
        assert {(one.code, one.severity, one.subject, one.facts["act"]) for one in said} == {
            ("FD618", WARNING, "DATABASE_URL", "DELETE without a condition"),
            ("FD618", WARNING, "DATABASE_URL", "DROP TABLE"),
        }
        (one, *_) = said
        assert (one.facts["by"], one.facts["reason"]) == ("kim", "tried")


class Clock:
    """Timers that a test lets run out."""

    made: list[Clock]

    def __init__(self, seconds: float, call: Callable[..., None], arguments: list[Any]) -> None:
        self.seconds, self.call, self.arguments = seconds, call, arguments
        self.daemon = self.started = self.cancelled = False
        Clock.made.append(self)

    def start(self) -> None:
        self.started = True

    def cancel(self) -> None:
        self.cancelled = True


def test_the_end_is_said(
    shop: Configuration, path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Clock.made = []
    monkeypatch.setattr(threading, "Timer", Clock)
    with armed(shop) as guard, closing(sqlite3.connect(path)) as connection:
        unlock(shop)
        with pytest.warns(FiredoorWarning):
            connection.execute("DELETE FROM orders")
        with pytest.warns(FiredoorWarning):
            connection.execute("DROP TABLE orders")
        (clock,) = Clock.made
        assert (clock.daemon, clock.started, clock.cancelled) == (True, True, False)
        assert 50 < clock.seconds <= 60
        clock.call(*clock.arguments)
        shown = capsys.readouterr()
        assert shown.out == ""
        until = clock.arguments[0].until
        assert " ".join(shown.err.split()) == (
            f"production note FD619 DATABASE_URL What kim let through to DATABASE_URL of production until {until} is "
            "refused again. do: Nothing. Whoever needs more time unlocks the resource again. 1 note in production"
        )
        assert guard.problem("FD619", severity=NOTE).severity == "note"
    assert clock.cancelled
    clock.call(*clock.arguments)
    assert capsys.readouterr().err == "", "a guard that is gone says nothing"


def test_an_end_that_is_past(shop: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    Clock.made = []
    monkeypatch.setattr(threading, "Timer", Clock)
    with armed(shop) as guard:
        unlock(shop)
        from firedoor import consent

        (given,) = consent.listed(shop.project)
        past = consent.Consent(**{**vars(given), "until": "2020-01-01T00:00:00Z"})
        ending.Endings(guard).expect(past)
        assert [clock.seconds for clock in Clock.made] == [0]


def test_texts_of_any_kind(shop: Configuration) -> None:
    with armed(shop) as guard:
        looking = watch.of(guard)
        where = partial(nowhere, ())
        for text in (
            b"DROP TABLE a",
            bytearray(b"DROP TABLE a"),
            memoryview(b"DROP TABLE a"),
            "DROP TABLE a",
        ):
            assert told(refusal(partial(looking.statement, text, "postgres", where))) == [
                ("FD615", "", "DROP TABLE", "")
            ]
        for other in (None, 3, b"\xff", b"SELECT 1"):
            looking.statement(other, "postgres", where)
        with guard.unguarded():
            looking.statement("DROP TABLE a", "postgres", where)
            looking.command(["FLUSHALL"], where)
            looking.document({"dropDatabase": 1}, where)
            looking.operation("DeleteBucket", {}, where)
            looking.judge(destructive_findings(), where)


def nowhere(found: Any, _: str) -> Any:
    return found


def destructive_findings() -> list[Any]:
    from firedoor.destruction import Finding

    return [Finding("DROP TABLE", "drop-table")]


def test_a_connection_that_does_not_tell(shop: Configuration) -> None:
    def broken(_: str) -> Any:
        raise RuntimeError("secret.example.org")

    with armed(shop) as guard:
        looking = watch.of(guard)
        assert told(refusal(lambda: looking.statement("DROP TABLE a", "mysql", broken))) == [
            ("FD615", "", "DROP TABLE", "")
        ]
        looking.statement("DROP TABLE a", "mysql", partial(nowhere, None))


def test_what_lies_on_one_server(shop: Configuration) -> None:
    with armed(shop) as guard:
        looking = watch.of(guard)
        one = partial(nowhere, places.redis("cache.example.org", 6379, "", 1))
        assert told(refusal(lambda: looking.command(["FLUSHDB"], one))) == [
            ("FD615", "CACHE_URL", "FLUSHDB", "")
        ]
        other = partial(nowhere, places.redis("cache.example.org", None, "", 7))
        assert told(refusal(lambda: looking.command(["FLUSHALL"], other))) == [
            ("FD615", "CACHE_URL", "FLUSHALL", ""),
            ("FD615", "SESSIONS_URL", "FLUSHALL", ""),
        ]
        assert told(refusal(lambda: looking.command(["FLUSHDB"], other))) == [("FD615", "", "FLUSHDB", "")]
        bucket = partial(nowhere, places.s3("https://s3.eu-west-1.amazonaws.com", "shop"))
        assert told(refusal(lambda: looking.operation("DeleteBucket", {}, bucket))) == [
            ("FD615", "FILES_URL", "DeleteBucket", "")
        ]
        looking.operation("GetObject", {}, bucket)
        looking.document({"find": "a"}, bucket)
        assert told(refusal(lambda: looking.document({"drop": "a"}, bucket)))[0][2] == "drop of a collection"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            places.postgresql("db.example.org", 5433, "shop"),
            {("postgresql", "db.example.org", "5433", "shop")},
        ),
        (places.postgresql("127.0.0.1", "", "Sh op"), {("postgresql", "localhost", "5432", "Sh op")}),
        (places.postgresql("/run/pg", 5433, "a&b"), {("postgresql", "/run/pg", "5433", "a&b")}),
        (places.postgresql("::1", 5433, "shop"), {("postgresql", "localhost", "5433", "shop")}),
        (places.postgresql("2001:db8::1", 5433, "s"), {("postgresql", "2001:db8::1", "5433", "s")}),
        (places.mysql("db.example.org", None, "", "shop"), {("mysql", "db.example.org", "3306", "shop")}),
        (
            places.mysql("localhost", 3306, "/run/my.sock", "shop"),
            {("mysql", "socket", "/run/my.sock", "shop")},
        ),
        (places.redis("", 0, "/run/r.sock", 3), {("redis", "socket", "/run/r.sock", "3")}),
        (places.redis("cache", 6380, "", None), {("redis", "cache", "6380", "0")}),
        (
            places.mongodb([("a", 1), ("b", None)], "shop"),
            {("mongodb", "a", "1", "shop"), ("mongodb", "b", "27017", "shop")},
        ),
        (places.mongodb([], "shop"), set()),
        (places.s3("http://localhost:8333/", "shop"), {("s3", "localhost:8333", "shop", "")}),
        (places.s3("https://s3.amazonaws.com", "shop"), {("s3", "aws", "shop", "")}),
    ],
)
def test_places(found: Any, expected: set[tuple[str, ...]]) -> None:
    assert set(found) == expected


def test_places_of_files(project: ProjectFolder) -> None:
    assert places.sqlite([]) is None
    assert places.sqlite(["", ""]) is None
    found = places.sqlite(["", str(project.root / "a.db")])
    assert found is not None
    assert set(found) == {("file", str(project.root.resolve() / "a.db"))}


def test_nothing_is_imported_before_it_is_needed() -> None:
    """The parser is for the first statement that could destroy; timers are for the first that passes."""
    code = (
        "import sys, sqlite3, firedoor.guard.destructive.sqlite, firedoor.guard.destructive.watch as w;"
        "from firedoor.destruction import sql; sql.findings('SELECT 1', 'sqlite');"
        "print('sqlglot' in sys.modules, 'threading' in sys.modules)"
    )

    async def run() -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        return out

    assert asyncio.run(run()).split()[:1] == [b"False"]
