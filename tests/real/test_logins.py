"""Does a login open what another address leads to? Tried on real servers: each refusal beside the twin that opens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import logins
from firedoor.logins import NoCredentials
from firedoor.stamps.address import Address
from firedoor.stamps.observation import (
    FAILED,
    NO_SUCH_THING,
    REFUSED,
    UNKNOWN_HOST,
    ClientMissing,
    Unreachable,
)
from support.ports import free_port
from support.redis_server import running_redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

KINDS = {"postgresql": "database", "mysql": "database", "redis": "cache"}


def at(text: str, variables: dict[str, str] | None = None) -> Address:
    kind = "cache" if text.startswith(("redis", "valkey", "unix")) else "database"
    return Address("THING", kind, text, variables=variables or {}, seconds=10.0)


def opens(place: str, holder: str, variables: dict[str, str] | None = None) -> bool:
    address = at(place)
    login = logins.login(address)
    assert login is not None
    return login.opens(address, at(holder, variables))


def why_not(place: str, holder: str) -> str:
    """The reason; and proof that nothing of the addresses is in the error."""
    with pytest.raises(Unreachable) as silence:
        opens(place, holder)
    error = silence.value
    assert error.__cause__ is None
    for secret in ("zq9wX", "unknown-host"):
        assert secret not in repr(error) + str(error.__context__)
    return error.reason


# --- PostgreSQL ---


@pytest.fixture(scope="module")
def two(postgres_server: PostgresServer) -> tuple[str, str]:
    """The URLs of two databases that let in their own roles only."""
    urls = []
    for name in ("login_a", "login_b"):
        urls.append(postgres_server.create_database(name, driver="postgresql"))
        postgres_server.psql(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    return urls[0], urls[1]


def test_a_role_opens_its_own_database_and_no_other(two: tuple[str, str]) -> None:
    ours, theirs = two
    assert opens(ours, ours)
    assert not opens(theirs, ours)


def test_however_role_and_password_are_given(two: tuple[str, str], postgres_server: PostgresServer) -> None:
    ours, theirs = two
    password = ours.partition("//login_a:")[2].partition("@")[0]
    bare = f"postgresql://{postgres_server.host}:{postgres_server.port}/login_a"
    for holder in (
        f"postgresql+asyncpg://login_a:{password}@elsewhere.example.org/x",
        f"postgresql://elsewhere.example.org/x?user=login_a&password={password}",
        f"host=elsewhere.example.org user=login_a password={password}",
    ):
        assert opens(bare, holder)
        assert not opens(theirs, holder)
    environment = {"PGUSER": "login_a", "PGPASSWORD": password}
    assert opens(bare, "postgresql://elsewhere.example.org/x", environment)
    assert not opens(bare, f"postgresql://login_a:{password}wrong@elsewhere.example.org/x")


def test_the_password_in_the_other_address_is_not_lent(two: tuple[str, str]) -> None:
    ours, _ = two
    assert not opens(ours, "postgresql://login_a@elsewhere.example.org/x")


def test_nor_is_one_of_the_person_who_tries(
    two: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = two
    password = ours.partition("//login_a:")[2].partition("@")[0]
    (tmp_path / ".pgpass").write_text(f"*:*:*:login_a:{password}\n")
    (tmp_path / ".pgpass").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / ".pgpass"))
    assert not opens(ours, "postgresql://login_a@elsewhere.example.org/x")


def test_postgresql_that_cannot_be_asked(two: tuple[str, str]) -> None:
    ours, _ = two
    holder = "postgresql://app:zq9wX@h/x"
    assert (
        why_not(ours.replace("/login_a?", "/").removesuffix("login_a") + "nothing_here", ours)
        == NO_SUCH_THING
    )
    assert why_not(f"postgresql://127.0.0.1:{free_port()}/x", holder) == REFUSED
    assert why_not("postgresql://unknown-host.invalid/x", holder) == UNKNOWN_HOST
    assert why_not("postgresql://h/x?nonsense=%zz", holder) in (FAILED, UNKNOWN_HOST)
    assert why_not("host='unknown-host", holder) == FAILED
    with pytest.raises(NoCredentials):
        opens(ours, "postgresql://elsewhere.example.org/x")


# --- MariaDB ---


def test_an_account_opens_its_own_schema_and_no_other(mariadb_server: MariadbServer) -> None:
    ours, theirs = (mariadb_server.create_database(name) for name in ("login_c", "login_d"))
    assert opens(ours, ours)
    assert not opens(theirs, ours)
    mariadb_server.sql("GRANT SELECT ON login_d.* TO 'login_c'@'127.0.0.1'")
    assert opens(theirs, ours)
    place = ours.partition("@")[2]
    assert not opens(ours, f"mysql://login_c:wrong@{place}")
    assert not opens(ours, f"mysql://login_c@{place}")
    mariadb_server.create_database("login_h")
    assert not opens(f"{ours}?database=login_h", ours)
    assert opens(f"{ours}?db=login_d", ours)
    with pytest.raises(NoCredentials):
        opens(ours, f"mysql://{place}")


def test_mariadb_that_cannot_be_asked(mariadb_server: MariadbServer) -> None:
    mariadb_server.sql("CREATE DATABASE login_e")
    all_rights = mariadb_server.create_user("login_e", "login_e", "GRANT ALL ON *.* TO {user}")
    holder = "mysql://app:zq9wX@h/x"
    assert why_not(all_rights.removesuffix("login_e") + "nothing_here", all_rights) == NO_SUCH_THING
    assert why_not(f"mysql://127.0.0.1:{free_port()}/x", holder) == REFUSED
    assert why_not("mysql://unknown-host.invalid/x", holder) == UNKNOWN_HOST
    assert why_not("mysql://127.0.0.1:port/x", holder) == FAILED
    assert why_not("mysql:///x?unix_socket=/nowhere/unknown-host", holder) == REFUSED


def test_a_socket_is_tried_beside_the_host(mariadb_server: MariadbServer) -> None:
    mariadb_server.sql("CREATE DATABASE login_f")
    mariadb_server.sql("CREATE USER 'login_f'@'localhost' IDENTIFIED BY 'p4ssw0rd-of-f'")
    mariadb_server.sql("GRANT ALL ON login_f.* TO 'login_f'@'localhost'")
    place = f"mysql://ignored.example.org/login_f?unix_socket={mariadb_server.folder / 's'}"
    assert opens(place, "mysql://login_f:p4ssw0rd-of-f@h/x")
    assert not opens(place, "mysql://login_f:wrong@h/x")


# --- Redis ---


def test_a_user_opens_the_server_that_knows_it(redis_server: RedisServer) -> None:
    password = redis_server.create_user("guest", "+get", "~guest:*")
    holder = f"redis://guest:{password}@elsewhere.example.org/5"
    assert opens(redis_server.url(0), holder)
    assert opens(redis_server.url(7), holder)  # it is in, though it may not choose that index
    assert opens(redis_server.url(0).replace("redis://", "valkey://"), holder)
    assert opens(redis_server.socket_url(0), holder)
    assert not opens(redis_server.url(0), holder.replace(password, "wrong"))
    assert not opens(redis_server.url(0), "redis://:wrong@elsewhere.example.org")
    assert not opens(redis_server.url(0), "redis://nobody:wrong@elsewhere.example.org")
    redis_server.run("ACL", "DELUSER", "guest")
    assert not opens(redis_server.url(0), holder)
    with pytest.raises(NoCredentials):
        opens(redis_server.url(0), "redis://elsewhere.example.org/5")


@pytest.fixture
def open_server() -> Iterator[RedisServer]:
    """A server that asks nobody for a password."""
    with running_redis() as server:
        server.run("ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all")
        yield server


def test_a_server_that_asks_nobody_opens_to_everybody(open_server: RedisServer) -> None:
    assert opens(open_server.url(0), "redis://:anything@elsewhere.example.org")
    assert opens(open_server.url(0), "redis://nobody:wrong@elsewhere.example.org")


def test_redis_that_cannot_be_asked(redis_server: RedisServer) -> None:
    holder = "redis://app:zq9wX@h/0"
    assert why_not(f"redis://127.0.0.1:{free_port()}/0", holder) == REFUSED
    assert why_not("redis://unknown-host.invalid/0", holder) == UNKNOWN_HOST
    assert why_not("redis://127.0.0.1:port/0", holder) == FAILED
    assert why_not(redis_server.url(4711), redis_server.url(0)) == NO_SUCH_THING


# --- no client library ---


@pytest.mark.parametrize(
    ("module", "text", "extra"),
    [
        ("psycopg", "postgresql://a:b@h/x", "postgresql"),
        ("pymysql", "mysql://a:b@h/x", "mysql"),
        ("redis", "redis://a:b@h/0", "redis"),
    ],
)
def test_no_client_library(module: str, text: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ClientMissing) as missing:
        opens(text, text)
    assert missing.value.extra == extra
