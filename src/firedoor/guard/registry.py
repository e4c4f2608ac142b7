"""Which adaptors there are: the library's module to the adaptor's file, and what other packages bring."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from firedoor import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from firedoor.guard.core import Guard

GROUP = "firedoor.guard"
_FOLDER = "firedoor.guard.adaptors"
# Those of Python itself first: whatever a library connects with in the end.
ADAPTORS: tuple[tuple[str, str], ...] = (
    ("_socket", "sockets"),
    ("os", "programs"),
    ("_posixsubprocess", "forks"),
    ("_sqlite3", "sqlite"),
    ("ctypes", "c_functions"),
    ("uvloop.loop", "uvloop"),
    ("http.client", "http_client"),
    ("urllib.request", "urllib_request"),
    ("urllib3.connectionpool", "urllib3_pools"),
    ("requests.adapters", "requests_adapters"),
    ("httpcore", "httpcore_pools"),
    ("httpcore2", "httpcore2_pools"),
    ("aiohttp.client", "aiohttp_client"),
    ("pycurl", "pycurl_handles"),
    ("botocore.client", "botocore_clients"),
    ("smtplib", "smtp"),
    ("aiosmtplib.smtp", "aiosmtplib_mail"),
    ("psycopg", "psycopg"),
    ("psycopg2", "psycopg2"),
    ("asyncpg.connect_utils", "asyncpg"),
    ("pymysql.connections", "pymysql"),
    ("MySQLdb.connections", "mysqlclient"),
    ("redis.connection", "redis"),
    ("redis.asyncio.connection", "redis_asyncio"),
    ("pymongo.synchronous.mongo_client", "pymongo"),
    ("pymongo.asynchronous.mongo_client", "pymongo_asyncio"),
    ("sqlalchemy", "sqlalchemy"),
    ("django.db.backends.base.creation", "django_creation"),
)


class Adaptor(Protocol):
    """What an adaptor's module holds (firedoor.guard.adaptors)."""

    LIBRARY: str

    def arm(self, guard: Guard, module: ModuleType) -> Callable[[], None]:
        """Put the guard before what the library connects with; returns what takes it away again."""


def finders(*, protected: bool = False) -> dict[str, list[Callable[[], Adaptor]]]:
    """For each library's module what imports its adaptors, of which there may be several.

    In a protected environment those that look for destructive statements, too.
    """
    found: dict[str, list[Callable[[], Adaptor]]] = {}
    known = [(library, f"{_FOLDER}.{name}") for library, name in ADAPTORS]
    if protected:
        from firedoor.guard import destructive

        known += [(library, f"{destructive.FOLDER}.{name}") for library, name in destructive.HOOKS]
    for library, path in known:
        found.setdefault(library, []).append(lambda path=path: import_module(path))  # type: ignore[misc]  # the default binds the loop's own value
    if _is_extended():
        from importlib.metadata import entry_points  # 25 ms

        for point in entry_points(group=GROUP):
            found.setdefault(point.name, []).append(point.load)
    return found


def _is_extended() -> bool:
    """Whether an installed package says that it brings an adaptor, or may say so in a place that is no folder."""
    wanted = f"[{GROUP}]".encode()
    return any(wanted in text for folder in sys.path for text in _entry_points(folder))


def _entry_points(folder: str) -> Iterator[bytes]:
    """What the packages that are installed in the folder say of their entry points."""
    try:
        names = os.listdir(folder or os.curdir)
    except NotADirectoryError:
        names = []
        yield f"[{GROUP}]".encode()  # an archive, which may hold anything
    except OSError:
        return
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            data = reading.read_bytes(os.path.join(folder, name, "entry_points.txt"))
            if isinstance(data, bytes):
                yield data
