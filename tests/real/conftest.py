"""The servers that tests share: each started when the first test asks for it, and stopped at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.chroma_server import ChromaMissingError, ChromaServer, running_chroma
from support.mariadb import MariadbMissingError, MariadbServer, running_mariadb
from support.postgres import PostgresMissingError, PostgresServer, running_postgres
from support.redis_server import RedisMissingError, RedisServer, running_redis
from support.seaweedfs import SeaweedMissingError, SeaweedServer, running_seaweedfs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server that tests may fill and empty, but not stop."""
    try:
        with running_redis() as server:
            yield server
    except RedisMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def seaweed_server() -> Iterator[SeaweedServer]:
    """An S3 server whose buckets tests may create and delete."""
    try:
        with running_seaweedfs() as server:
            yield server
    except SeaweedMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server whose databases tests may create and drop, but not stop."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def other_postgres_server() -> Iterator[PostgresServer]:
    """A second one: another system identifier."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """A MariaDB server whose schemas tests may create and drop, but not stop."""
    try:
        with running_mariadb() as server:
            yield server
    except MariadbMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def other_mariadb_server() -> Iterator[MariadbServer]:
    """A second one, with another port and another folder."""
    try:
        with running_mariadb() as server:
            yield server
    except MariadbMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def chroma_server() -> Iterator[ChromaServer]:
    """A Chroma server whose collections tests may create and delete."""
    try:
        with running_chroma() as server:
            yield server
    except ChromaMissingError as missing:
        pytest.skip(str(missing))
