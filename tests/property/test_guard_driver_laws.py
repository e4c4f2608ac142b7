"""A law of the guard's adaptors: however production's database is spelled, no driver connects to it."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import psycopg
import psycopg2
import pymongo
import pymysql
import redis
from hypothesis import given
from hypothesis import strategies as st
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from support.project import ProjectFolder

# This machine, as libpq, Python and the resolver read it.
HOSTS = st.sampled_from(
    (
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "LocalHost",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "::1",
        "0:0:0:0:0:0:0:1",
    )
)
PORTS = st.sampled_from(("1", "01", "001"))
NAME = "live"


@st.composite
def escaped(draw: st.DrawFn, text: str = NAME) -> str:
    """The text with any of its letters written as escapes."""
    written = [draw(st.sampled_from((one, f"%{ord(one):02x}", f"%{ord(one):02X}"))) for one in text]
    return "".join(written)


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@st.composite
def urls(draw: st.DrawFn, shapes: int) -> str:
    """A URL: what is not said in its authority is said in its options, or in both. asyncpg reads the first shapes."""
    host, port, name = draw(HOSTS), draw(PORTS), draw(escaped())
    scheme = draw(st.sampled_from(("postgresql", "postgres")))
    login = draw(st.sampled_from(("", "u@", "u:p%40ss@")))
    shape = draw(st.integers(0, shapes - 1))
    options = draw(st.sampled_from(("", "application_name=a", "connect_timeout=3")))
    rest = f"&{options}" if options else ""
    return (
        f"{scheme}://{login}{bracketed(host)}:{port}/{name}?{options}",
        f"{scheme}://{login}/{name}?host={host}&port={port}{rest}",
        f"{scheme}://{login}{bracketed(host)}/?port={port}&dbname={name}{rest}",
        f"{scheme}://{login}{bracketed(host)}:{port}/own?dbname={name}{rest}",
    )[shape]


@st.composite
def keywords(draw: st.DrawFn) -> str:
    """The keywords of libpq in any order, quoted or not, with blanks."""
    parts = {"host": draw(HOSTS), "port": draw(PORTS), "dbname": NAME, "user": "u"}
    written = []
    for key in draw(st.permutations(sorted(parts))):
        text = parts[key]
        quoted = draw(st.sampled_from((text, f"'{text}'", f"'\\{text}'" if text[0] not in "01:" else text)))
        written.append(f"{key}{draw(st.sampled_from(('=', ' = ')))}{quoted}")
    return draw(st.sampled_from((" ", "  ", "\t"))).join(written)


def by_psycopg(text: str) -> None:
    psycopg.connect(text).close()


def by_async_psycopg(text: str) -> None:
    asyncio.run(psycopg.AsyncConnection.connect(text))


def by_psycopg2(text: str) -> None:
    psycopg2.connect(text).close()


def by_asyncpg(text: str) -> None:
    asyncio.run(asyncpg.connect(text))


def test_no_driver_of_postgresql_is_led_there(project: ProjectFolder) -> None:
    @given(urls(4), keywords(), urls(2))
    def law(url: str, text: str, plain: str) -> None:
        for connect, told in product((by_psycopg, by_async_psycopg, by_psycopg2), (url, text)):
            assert outcome(partial(connect, told)) == REFUSED
        assert outcome(partial(by_asyncpg, plain)) == REFUSED

    with guarded(project, "postgresql://127.0.0.1:1/own", "postgresql://127.0.0.1:1/live"):
        law()


def test_pymysql_is_not_led_there(project: ProjectFolder) -> None:
    @given(HOSTS, st.sampled_from(("live", "LIVE", "Live", b"live")))
    def law(host: str, name: Any) -> None:
        parts: dict[str, Any] = {"host": host, "port": 1, "user": "u", "password": "p"}
        later = pymysql.connect(**parts, database="own", defer_connect=True)
        assert outcome(lambda: later.select_db(name)) == REFUSED
        assert outcome(lambda: pymysql.connect(**parts, database=name)) == REFUSED

    with guarded(project, "mysql://127.0.0.1:1/own", "mysql://127.0.0.1:1/live"):
        law()


def test_redis_py_is_not_led_there(project: ProjectFolder) -> None:
    @given(HOSTS, st.sampled_from(("2", "02", "2?db=2", "?db=2", "1?db=2")))
    def law(host: str, database: str) -> None:
        client = redis.Redis.from_url(f"redis://{bracketed(host)}:1/{database}", retry=Retry(NoBackoff(), 0))
        assert outcome(client.ping) == REFUSED

    with guarded(project, "redis://127.0.0.1:1/1", "redis://127.0.0.1:1/2", "cache"):
        law()


def test_pymongo_is_not_led_there(project: ProjectFolder) -> None:
    @given(HOSTS, escaped())
    def law(host: str, name: str) -> None:
        url = f"mongodb://u:p@{bracketed(host)}:1/{name}"
        with pymongo.MongoClient[Any](url, connect=False) as client:
            assert outcome(lambda: client["live"]) == REFUSED
            assert outcome(client.get_default_database) == REFUSED

    with guarded(project, "mongodb://127.0.0.1:1/own", "mongodb://127.0.0.1:1/live"):
        law()
