"""psycopg, psycopg2 and asyncpg under the guard, without a server: what is refused never left the process."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import psycopg
import pytest
import uvloop
from psycopg2 import connect as captured

from firedoor.guard.adaptors import asyncpg as of_asyncpg
from firedoor.guard.adaptors import postgresql_sessions
from firedoor.guard.adaptors import psycopg as of_psycopg
from firedoor.guard.adaptors import psycopg2 as of_psycopg2
from firedoor.stamps.postgresql_answer import WHOLE
from firedoor.stamps.postgresql_session import Talk
from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

OWN, LIVE = "postgresql://127.0.0.1:1/own", "postgresql://127.0.0.1:1/live"


@pytest.fixture
def guard(project: ProjectFolder) -> Iterator[Guard]:
    with guarded(project, OWN, LIVE) as standing:
        yield standing


def by_psycopg(*given: Any, **named: Any) -> None:
    psycopg.connect(*given, **named).close()


def by_async_psycopg(*given: Any, **named: Any) -> None:
    async def run() -> None:
        await (await psycopg.AsyncConnection.connect(*given, **named)).close()

    asyncio.run(run())


def by_psycopg2(*given: Any, **named: Any) -> None:
    captured(*given, **named).close()


def by_asyncpg(*given: Any, **named: Any) -> None:
    asyncio.run(_by_asyncpg(*given, **named))


def by_asyncpg_on_uvloop(*given: Any, **named: Any) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_by_asyncpg(*given, **named))


async def _by_asyncpg(*given: Any, **named: Any) -> None:
    names = {"dbname": "database"}
    told = {names.get(name, name): value for name, value in named.items()}
    await (await asyncpg.connect(*given, **told)).close()


LIBPQ = [by_psycopg, by_async_psycopg, by_psycopg2]
ALL = [*LIBPQ, by_asyncpg, by_asyncpg_on_uvloop]
NOBODY: list[Any] = ["OperationalError", "ConnectionRefusedError"]
SPELLED: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("postgresql://u:secret@127.0.0.1:1/live",), {}),
    (("postgres://localhost:1/live",), {}),
    (("postgresql://[::1]:1/live",), {}),
    (("postgresql:///live?host=127.0.0.1&port=1",), {}),
    (("postgresql://127.0.0.1:1/%6Cive",), {}),
    ((), {"host": "127.0.0.1", "port": 1, "dbname": "live", "user": "u", "password": "secret"}),
    ((), {"host": "127.1", "port": "1", "dbname": "live", "user": "u"}),
    (("postgresql://127.0.0.1:1/own",), {"dbname": "live"}),
    ((), {"host": "127.0.0.1", "port": 1, "user": "live"}),
]
OF_LIBPQ: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("host=127.0.0.1 port=1 dbname=live",), {}),
    (("host='db.invalid' hostaddr=127.0.0.1 port=1 dbname='live'",), {}),
    (("postgresql://127.0.0.1:2,127.0.0.1:1/live",), {}),
]


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("connect", ALL)
def test_production_s_database_by_every_spelling(connect: Any) -> None:
    for number, (given, named) in enumerate(SPELLED):
        found = outcome(lambda given=given, named=named: connect(*given, **named))  # type: ignore[misc]  # a default binds the loop's own value
        assert (number, found) == (number, REFUSED)


@pytest.mark.parametrize("connect", LIBPQ)
def test_what_libpq_alone_understands(connect: Any, project: ProjectFolder) -> None:
    with guarded(project, "postgresql://127.0.0.1:1,127.0.0.1:2/own", LIVE):
        for number, (given, named) in enumerate(OF_LIBPQ):
            found = outcome(lambda given=given, named=named: connect(*given, **named))  # type: ignore[misc]  # a default binds the loop's own value
            assert (number, found) == (number, REFUSED)


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("connect", ALL)
def test_variables_of_the_process_lead_there_too(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "u")
    monkeypatch.setenv("PGDATABASE", "live")
    empty: tuple[Any, ...] = ("",) if connect in LIBPQ else ()
    assert outcome(lambda: connect(*empty)) == REFUSED
    monkeypatch.setenv("PGDATABASE", "own")
    assert outcome(lambda: connect(*empty)) in NOBODY


@pytest.mark.parametrize("connect", LIBPQ)
def test_a_service_leads_there_too(
    connect: Any, guard: Guard, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guard.environment.name == "testing"
    lines = "host=127.0.0.1\nport=1\n"
    project.write("services.conf", f"[a]\n{lines}dbname=live\n[b]\n{lines}dbname=own\n")
    monkeypatch.setenv("PGSERVICEFILE", str(project.root / "services.conf"))
    assert outcome(lambda: connect("service=a")) == REFUSED
    assert outcome(lambda: connect("service=b")) in NOBODY


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("connect", ALL)
def test_one_s_own_and_those_beside_it(connect: Any) -> None:
    for name in ("own", "own_gw0", "postgres", "template1"):
        url = f"postgresql://u@127.0.0.1:1/{name}"
        assert outcome(lambda url=url: connect(url)) in NOBODY  # type: ignore[misc]  # a default binds the loop's own value


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("connect", ALL)
def test_a_server_that_nobody_declared(connect: Any) -> None:
    assert outcome(lambda: connect("postgresql://u@127.0.0.1:2/own")) == [("FD602", "", "")]


@pytest.mark.parametrize("connect", ALL)
def test_a_socket_is_known_by_its_folder(connect: Any, project: ProjectFolder) -> None:
    folder = project.root / "run"
    folder.mkdir()
    (project.root / "link").symlink_to(folder)
    with guarded(project, OWN, f"postgresql:///live?host={folder}&port=7"):
        for name in (folder, project.root / "link"):
            told = {"host": str(name), "port": 7, "user": "u"}
            assert outcome(lambda told=told: connect(**told, dbname="live")) == REFUSED  # type: ignore[misc]  # a default binds the loop's own value


@pytest.mark.parametrize("connect", ALL)
def test_a_guard_that_sleeps_sees_nothing(connect: Any, guard: Guard) -> None:
    guard.active = False
    assert outcome(lambda: connect("postgresql://u@127.0.0.1:1/live")) in NOBODY


class Connection:
    """A connection that has reached somebody, or, asynchronous, nobody yet."""

    def __init__(self, *, is_async: bool) -> None:
        self.async_ = is_async
        self.info = SimpleNamespace(host="", port=1, dbname="own", user="u")
        self.closed = False

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("dsn", ["host=127.0.0.1 port=1 dbname=own", b"host=127.0.0.1 port=1 dbname=own"])
def test_an_asynchronous_connection_of_psycopg2_is_known_by_its_address_alone(
    dsn: Any, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(guard, "observe", lambda _, *, variable: asked.append(variable))
    for is_async, expected in ((True, []), (False, ["DATABASE"])):
        made = Connection(is_async=is_async)
        connect: Callable[..., Any] = of_psycopg2._connected(guard, lambda _, made=made: made)
        assert connect(dsn) is made
        assert asked == expected
        assert not made.closed


def test_addresses_as_a_declaration_has_them() -> None:
    assert postgresql_sessions.url("::1", 7, "a b/c") == "postgresql://[::1]:7/a%20b%2Fc"
    assert postgresql_sessions.url("db", 7, "a") == "postgresql://db:7/a"
    assert postgresql_sessions.url("/run/a b", 7, "a") == "postgresql:///a?host=%2Frun%2Fa%20b&port=7"


def test_a_guard_that_fell_asleep_meanwhile_asks_nobody(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nobody was to be asked")

    monkeypatch.setattr(guard, "observe_async", refuse)
    made = object()

    async def original(**_: object) -> object:
        guard.active = False
        return made

    params = SimpleNamespace(database=None, user="own")
    connect = of_asyncpg._connected(guard, original)
    assert asyncio.run(connect(addr=("127.0.0.1", 1), params=params)) is made

    def generated(*_: object) -> Generator[int, None, object]:
        guard.active = False
        yield 7
        return made

    guard.active = True
    generator = of_psycopg._made(guard, generated)(None, "postgresql://127.0.0.1:1/own")
    assert next(generator) == 7
    with pytest.raises(StopIteration) as done:
        next(generator)
    assert done.value.value is made


class Silent:
    """A connection of libpq's that nobody is behind any more."""

    socket = 7

    def send_query(self, question: bytes) -> None:
        assert question == WHOLE.encode()
        raise psycopg.OperationalError("the connection is lost: db.example.org")


def test_a_session_that_cannot_be_asked_is_unreadable() -> None:
    with pytest.raises(StopIteration) as done:
        next(of_psycopg._asked(Silent(), Talk().begin()))
    assert done.value.value == postgresql_sessions.unreadable()


def test_what_is_known_is_kept_by_place_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_sessions, "_MOST", 2)
    known = postgresql_sessions.Known(object)
    one, two = known.of("db.example.org"), known.of("b")
    assert one is not two
    assert (known.of("db.example.org"), known.of("b")) == (one, two)
    assert "db.example.org" not in repr(known)
    known.of("c")
    assert known.of("db.example.org") is not one


def test_the_next_connection_is_asked_whether_anything_changed() -> None:
    talk = Talk()
    answer, row = f"1 base/5/1259 x{b'own'.hex()} - n", ("1", "base/5/1259", "")

    def asked(*answers: Any) -> list[str]:
        began, statements = talk.begin(), []
        with pytest.raises(StopIteration) as done:  # noqa: PT012 - the loop is what ends so
            statements.append(next(began))
            for one in answers:
                answered = began.throw if isinstance(one, Exception) else began.send
                statements.append(answered(one))
        assert done.value.value.identity == ("postgresql", "1", "5", "own")
        return ["all" if one == WHOLE else "changed" for one in statements]

    assert asked([(answer,)]) == ["all"]
    assert asked([row]) == ["changed"]
    assert asked([], [(answer,)]) == ["changed", "all"]
    assert asked(psycopg.OperationalError("no such table"), [(answer,)]) == ["changed", "all"]
    assert asked([row]) == ["changed"]
    began = talk.begin()
    next(began)
    began.send([])
    with pytest.raises(ValueError, match="unpack"):
        began.send([])


class Copying:
    """A connection of asyncpg's whose server refuses one statement of two."""

    def __init__(self, refused: str) -> None:
        self.refused = refused
        self.asked: list[str] = []

    async def copy_from_query(self, statement: str, *, output: Any) -> None:
        self.asked.append("all" if statement == WHOLE else "changed")
        if self.asked[-1] == self.refused:
            raise asyncpg.PostgresError("no such table")
        await output(f"1 base/5/1259 x{b'own'.hex()} - n\n".encode())


def test_asyncpg_is_asked_everything_where_the_short_question_fails() -> None:
    talk = Talk()
    assert asyncio.run(of_asyncpg._asked(Copying(""), talk.begin())).identity == (
        "postgresql",
        "1",
        "5",
        "own",
    )
    copying = Copying("changed")
    assert asyncio.run(of_asyncpg._asked(copying, talk.begin())).identity == ("postgresql", "1", "5", "own")
    assert copying.asked == ["changed", "all"]
    with pytest.raises(asyncpg.PostgresError):
        asyncio.run(of_asyncpg._asked(Copying("all"), Talk().begin()))
