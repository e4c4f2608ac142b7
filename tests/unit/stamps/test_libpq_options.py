"""Addresses of PostgreSQL in every spelling, as libpq's options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps.hidden import Hidden
from firedoor.stamps.libpq_options import options
from support.stamping import address

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT = {
    "service": "PGSERVICE",
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "options": "PGOPTIONS",
    "client_encoding": "PGCLIENTENCODING",
    "application_name": "PGAPPNAME",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "hostaddr": "PGHOSTADDR",
    "fallback_application_name": "",
    "replication": "",
    "sslkeylogfile": "",
}


def parse(text: str) -> dict[str, str]:
    """libpq's own reading."""
    from psycopg.conninfo import conninfo_to_dict

    return {key: str(value) for key, value in conninfo_to_dict(text).items()}


def read(text: str, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    found = dict(options(address("database", text, variables), parse, ENVIRONMENT))
    assert found.pop("fallback_application_name") == "firedoor"
    return found


WHOLE = {"user": "u", "password": "p", "host": "h", "port": "1", "dbname": "d"}


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:p@h:1/d",
        "postgres://u:p@h:1/d",
        "  postgresql+asyncpg://u:p@h:1/d\n",
        "jdbc:postgresql://h:1/d?user=u&password=p",
        "postgresql://h:1/d?username=u&password=%70",
        "postgresql://u:p@h:1/?database=d",
        "postgresql+psycopg://u:p@/d?host=h&port=1",
        "postgresql+psycopg://u:p@/d?host=h:1",
        "postgresql+psycopg://u:p@other:2/d?host=h:1",
        "host=h port=1 dbname=d user=u password=p",
        "host = 'h' port=1 dbname=d user=u password='p' replication=database client_encoding=latin1",
        "postgresql://u:p@h:1/d?replication=database&sslkeylogfile=/tmp/x&client_encoding=latin1",
        "postgresql://u:p@h:1/d?application_name=a&connect_timeout=1&prepared_statement_cache_size=0",
    ],
)
def test_every_spelling_means_the_same(text: str) -> None:
    assert read(text) == WHOLE


def test_hosts_are_listed_with_their_ports() -> None:
    assert read("postgresql://h1:1,h2:2/d") == {"host": "h1,h2", "port": "1,2", "dbname": "d"}
    assert read("postgresql+asyncpg://u@/d?host=h1:1&host=h2:2") == {
        "user": "u",
        "host": "h1,h2",
        "port": "1,2",
        "dbname": "d",
    }
    assert read("postgresql:///d?host=/var/run") == {"host": "/var/run", "dbname": "d"}
    assert read("postgresql:///d?host=::1") == {"host": "::1", "dbname": "d"}
    assert read("postgresql:///d?host=h:x") == {"host": "h:x", "dbname": "d"}


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ("ssl=require", "require"),
        ("ssl=true", "require"),
        ("ssl=True", "require"),
        ("ssl=1", "require"),
        ("ssl=on", "require"),
        ("ssl=false", "disable"),
        ("ssl=0", "disable"),
        ("ssl=verify-full", "verify-full"),
        ("sslmode=prefer", "prefer"),
    ],
)
def test_encryption_is_asked_for_in_several_words(given: str, mode: str) -> None:
    assert read(f"postgresql+asyncpg://h/d?{given}") == {"host": "h", "dbname": "d", "sslmode": mode}


def test_what_is_written_may_hold_what_separates() -> None:
    assert read("postgresql://h/d?password=a=b&user=c://d")["password"] == "a=b"
    assert read("postgresql+psycopg://h/a/b?user=c://d") == {"host": "h", "dbname": "a/b", "user": "c://d"}
    assert read("postgresql://h/d?options=host:1")["options"] == "host:1"
    assert read("postgresql+psycopg://h/d?options=x:1&host=a:12") == {
        "host": "a",
        "port": "12",
        "dbname": "d",
        "options": "x:1",
    }


def test_a_service_of_the_address_is_asked_for_its_own_host() -> None:
    assert read("postgresql:///?service=mine", {"PGHOST": "other", "PGSERVICE": "theirs"}) == {
        "service": "mine"
    }


def test_a_name_is_decoded_by_those_who_decode_it() -> None:
    assert read("postgresql://h/a%20b")["dbname"] == "a b"
    assert read("postgresql+psycopg://h/a%20b")["dbname"] == "a%20b"  # SQLAlchemy passes it on as it is
    assert "dbname" not in read("postgresql+psycopg://h/")
    assert "dbname" not in read("postgresql+psycopg://h")
    assert read("postgresql+psycopg://u:a%40b@h/d")["password"] == "a@b"


def test_the_environments_variables_fill_what_is_missing() -> None:
    variables = {
        "PGPASSWORD": "s",
        "PGHOST": "other",
        "PGUSER": "",
        "PGCLIENTENCODING": "latin1",
        "OTHER": "x",
        "": "y",
    }
    assert read("postgresql://u@h/d", variables) == {"user": "u", "host": "h", "dbname": "d", "password": "s"}


def test_a_service_stands_above_variables() -> None:
    variables = {"PGPASSWORD": "s", "PGSERVICE": "shop"}
    assert read("postgresql:///d", variables) == {"dbname": "d", "service": "shop"}
    assert read("service=mine", variables) == {"service": "mine"}
    assert read("service=mine", {"PGHOST": "other", "PGUSER": "u"}) == {"service": "mine"}
    assert read("postgresql:///d", {"PGSERVICE": "", "PGUSER": "u"}) == {"dbname": "d", "user": "u"}


def test_what_libpq_cannot_read_is_its_own_error() -> None:
    import psycopg

    with pytest.raises(psycopg.ProgrammingError):
        read("nonsense")


def test_secrets_on_their_way_are_not_shown() -> None:
    hidden = Hidden(password="hostile-value", host="hostile-value")
    assert repr(hidden) == "Hidden(['host', 'password'])"
    assert f"{hidden}" == "Hidden(['host', 'password'])"
    assert {**hidden} == {"password": "hostile-value", "host": "hostile-value"}
