"""A pytest plugin beside ``bench.mutation.plugin``: the servers of tests/real are started once, and all forks use them.

python -m bench.mutation -pbench.mutation.servers stamps.redis --processes 1 --tests tests/unit/stamps tests/real/...

A mistake may leave data behind, and tests use the same names again: one is tried at a time, on servers that are empty.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import ModuleType

    import pytest

_UNTRIED = 3  # as the exit code of a fork
_STARTS = ("running_redis", "running_seaweedfs", "running_postgres", "running_mariadb", "running_chroma")


def pytest_configure(config: pytest.Config) -> None:
    """Take over the starting of servers that tests share."""
    config.pluginmanager.register(_Servers(), "mutation-servers")


class _Servers:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._running: dict[str, Any] = {}
        self._process = os.getpid()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start what the collected tests ask for, before the first fork."""
        runner: Any = session.config.pluginmanager.get_plugin("mutation-runner")
        runner.folder.chmod(0o711)  # servers that refuse root run as somebody else
        asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
        for plugin in session.config.pluginmanager.get_plugins():
            if str(getattr(plugin, "__file__", "")).endswith("real/conftest.py"):
                self._take_over(plugin, asked)

    def pytest_runtest_setup(self) -> None:
        """What another fork left is not this one's."""
        if self._process != os.getpid():
            self._process = os.getpid()
            try:
                for server in self._running.values():
                    _EMPTY[type(server).__name__](server)
            except Exception:  # noqa: BLE001 - it says nothing of the mistake
                os._exit(_UNTRIED)

    def pytest_unconfigure(self) -> None:
        self._stack.close()

    def _take_over(self, conftest: ModuleType, asked: set[str]) -> None:
        for start in _STARTS:
            own: Callable[[], AbstractContextManager[Any]] = getattr(conftest, start)
            for fixture in asked & {name for name in vars(conftest) if name.endswith("_server")}:
                if start in _names(vars(conftest)[fixture]):
                    self._running[fixture] = self._stack.enter_context(own())
            setattr(conftest, start, self._shared)

    def _shared(self) -> AbstractContextManager[Any]:
        """The server of the fixture that asks."""
        return nullcontext(self._running[sys._getframe(1).f_code.co_name])  # noqa: SLF001 - which one asks


def _names(fixture: Any) -> tuple[str, ...]:
    function = getattr(fixture, "__wrapped__", None) or fixture._get_wrapped_function()  # noqa: SLF001 - as pytest has it
    names: tuple[str, ...] = function.__code__.co_names
    return names


def _empty_postgres(server: Any) -> None:
    server._run("psql", "-X", "-q", "-d", "postgres", given=_POSTGRES.encode())  # noqa: SLF001 - as restore()


def _empty_mariadb(server: Any) -> None:
    drops = server.sql(_MARIADB).splitlines()
    if drops:
        server.sql("; ".join(drops))


def _empty_redis(server: Any) -> None:
    server.run("FLUSHALL")


def _empty_seaweed(server: Any) -> None:
    client = server.client()
    for bucket in client.list_buckets()["Buckets"]:
        for item in client.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ()):
            client.delete_object(Bucket=bucket["Name"], Key=item["Key"])
        client.delete_bucket(Bucket=bucket["Name"])


def _empty_chroma(server: Any) -> None:
    root = server.url("").partition("/databases/")[0] + "/databases"
    for database in (one["name"] for one in server.ask("GET", root)):
        for collection in server.ask("GET", f"{root}/{database}/collections"):
            server.ask("DELETE", f"{root}/{database}/collections/{collection['name']}")
        if database != "default_database":
            server.ask("DELETE", f"{root}/{database}")


_POSTGRES = r"""
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
WHERE datname NOT IN ('postgres', 'template0', 'template1') \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname <> 'postgres' AND rolname NOT LIKE 'pg\_%' \gexec
"""
_MARIADB = """
SELECT CONCAT('DROP DATABASE `', SCHEMA_NAME, '`') FROM information_schema.SCHEMATA
WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
UNION SELECT IF(is_role = 'Y', CONCAT('DROP ROLE ', QUOTE(User)), CONCAT('DROP USER ', QUOTE(User), '@', QUOTE(Host)))
FROM mysql.user WHERE User NOT IN ('root', 'mariadb.sys', 'mysql')
"""
_EMPTY: dict[str, Callable[[Any], None]] = {
    "PostgresServer": _empty_postgres,
    "MariadbServer": _empty_mariadb,
    "RedisServer": _empty_redis,
    "SeaweedServer": _empty_seaweed,
    "ChromaServer": _empty_chroma,
}
