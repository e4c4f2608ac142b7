"""What env files hold, without what they hold: keys, the shapes of their values, and selector lines.

Values are looked at while a file is read and dropped at once; nothing in this module's results could be one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import dotenv, reading, typed_text
from firedoor.discovery import names, selectors

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = frozenset(("true", "false", "yes", "no", "on", "off"))
_LEVELS = frozenset(("TRACE", "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL", "FATAL"))
_SCHEMES = frozenset(
    """postgres postgresql postgis mysql mariadb sqlite sqlite3 mssql oracle mongodb cockroachdb clickhouse
    redis rediss memcached memcache amqp amqps pyamqp sqs nats kafka smtp smtps submission http https
    s3 gs az qdrant milvus weaviate chroma""".split()  # noqa: SIM905 - words read best as lines of words
)
_DRIVERS = frozenset(
    """asyncpg psycopg psycopg2 psycopg_async pg8000 aiosqlite pysqlite pymysql aiomysql mysqldb asyncmy mysqlconnector
    oracledb pyodbc aioodbc tls ssl srv""".split()  # noqa: SIM905 - the same
)


@dataclass
class Shape:
    """How the values of one key look, over all files: counts and fixed words, never a value."""

    seen: int = 0
    empty: int = 0
    bools: int = 0
    words: int = 0
    ints: int = 0
    floats: int = 0
    strange: int = 0
    schemes: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Take one value into account."""
        self.seen += 1
        if not text:
            self.empty += 1
            return
        self.bools += typed_text.parse_bool(text) is not None
        self.words += text.lower() in _WORDS
        self.ints += typed_text.parse_int(text) is not None
        self.floats += typed_text.parse_float(text) is not None
        scheme = _scheme(text)
        if scheme:
            self.schemes.add(scheme)
        elif "://" in text:
            self.strange += 1  # locmem://, consolemail://: nothing that two environments could share

    @property
    def filled(self) -> int:
        """How many values are not empty."""
        return self.seen - self.empty


@dataclass(frozen=True)
class Line:
    """One key of a file, for its example: ``plain`` is a word that may be shown (``true``, ``INFO``), else empty."""

    key: str
    plain: str
    scheme: str
    gap: bool


@dataclass
class Contents:
    """One env file: its lines in order, the selector lines that name an environment, whether it could be read."""

    path: str
    lines: list[Line] = field(default_factory=list)
    selected: dict[str, str] = field(default_factory=dict)
    readable: bool = True

    @property
    def keys(self) -> list[str]:
        """The keys in order."""
        return [line.key for line in self.lines]


def read_all(root: str, paths: Iterable[str], shapes: dict[str, Shape]) -> dict[str, Contents]:
    """Read the files, adding to ``shapes`` how their values look. What cannot be read has no lines."""
    return {path: _read(root, path, shapes) for path in paths}


def _read(root: str, path: str, shapes: dict[str, Shape]) -> Contents:
    contents = Contents(path)
    data = reading.read_bytes(os.path.join(root, path))
    text = data if isinstance(data, reading.Failure) else reading.decode(data)
    if isinstance(text, reading.Failure):
        contents.readable = False
        return contents
    lines = text.split("\n")
    for entry in dotenv.parse_all(text)[0]:
        value = entry.value
        shapes.setdefault(entry.key, Shape()).add(value)
        above = lines[entry.line - 2].strip() if 1 < entry.line <= len(lines) + 1 else "-"
        contents.lines.append(
            Line(entry.key, _plain(value), _scheme(value), not above or above.startswith("#"))
        )
        if selectors.may_select(entry.key) and names.is_name(value):
            contents.selected[entry.key] = value
    return contents


def _plain(value: str) -> str:
    """The value if it is one of a few fixed words that say nothing about anybody."""
    return value if value.lower() in _WORDS or value.upper() in _LEVELS else ""


def _scheme(value: str) -> str:
    """The URL's scheme if it is a well-known word, with its driver if that is one too."""
    scheme = value.partition("://")[0].lower() if "://" in value else ""
    base, _, driver = scheme.partition("+")
    if base not in _SCHEMES:
        return ""
    return scheme if driver in _DRIVERS else base
