"""The servers that tests share: each started when the first test asks for it, and stopped at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.chroma_server import ChromaServer, running_chroma
from support.containers import Shop, shop_in
from support.engine import Engine, running_engine
from support.mariadb import MariadbServer, running_mariadb
from support.postgres import PostgresServer, running_postgres
from support.redis_server import RedisServer, running_redis
from support.seaweedfs import SeaweedServer, running_seaweedfs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server that tests may fill and empty, but not stop."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def seaweed_server() -> Iterator[SeaweedServer]:
    """An S3 server whose buckets tests may create and delete."""
    with running_seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server whose databases tests may create and drop, but not stop."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def other_postgres_server() -> Iterator[PostgresServer]:
    """A second one: another system identifier."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """A MariaDB server whose schemas tests may create and drop, but not stop."""
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def other_mariadb_server() -> Iterator[MariadbServer]:
    """A second one, with another port and another folder."""
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def chroma_server() -> Iterator[ChromaServer]:
    """A Chroma server whose collections tests may create and delete."""
    with running_chroma() as server:
        yield server


@pytest.fixture(scope="session")
def engine() -> Engine:
    """A Docker engine. Tests use a Compose project of their own and remove it; they do not stop the engine."""
    return running_engine()


@pytest.fixture
def shop(tmp_path: Path, engine: Engine) -> Iterator[Shop]:
    """A project of containers with its files; whatever of it runs at the end is removed."""
    with shop_in(tmp_path / "checkout", engine) as made:
        yield made
