"""What a connection leads to, as identities, from what a client library tells of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from firedoor import resources
from firedoor.resources import files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.resources import Identity


def of_text(kind: str, text: str) -> frozenset[Identity]:
    """By a URL of the kind of resource, whatever variables the process has: the library has obeyed them already."""
    return resources.identities(kind, text, resources.Where(os.getcwd(), {}))


def postgresql(host: str, port: object, database: str) -> frozenset[Identity]:
    """``host`` may be a folder of sockets."""
    if not host.startswith(("/", "@")):
        return of_text("database", f"postgresql://{_host(host)}:{port or 5432}/{quote(database, safe='')}")
    return of_text(
        "database",
        f"postgresql:///{quote(database, safe='')}?host={quote(host, safe='')}&port={port or 5432}",
    )


def mysql(host: str, port: object, socket: str, database: str) -> frozenset[Identity]:
    """``socket`` is the path of a socket, which goes before ``host``; empty for none."""
    name = quote(database, safe="")
    if socket:
        return of_text("database", f"mysql:///{name}?unix_socket={quote(socket, safe='')}")
    return of_text("database", f"mysql://{_host(host)}:{port or 3306}/{name}")


def redis(host: str, port: object, path: str, database: object) -> frozenset[Identity]:
    """``path`` is the path of a socket, which goes before ``host``; empty for none."""
    if path:
        return of_text("cache", f"unix://{quote(path)}?db={database or 0}")
    return of_text("cache", f"redis://{_host(host)}:{port or 6379}/{database or 0}")


def mongodb(addresses: Iterable[tuple[object, object]], database: str) -> frozenset[Identity]:
    """Each of the servers, which hold the same."""
    return frozenset().union(
        *(
            of_text("database", f"mongodb://{_host(str(host))}:{port or 27017}/{quote(database, safe='')}")
            for host, port in addresses
        )
    )


def s3(endpoint: str, bucket: str) -> frozenset[Identity]:
    """``endpoint`` is the URL that the client sends to, with the bucket behind it."""
    return of_text("bucket", f"{endpoint.rstrip('/')}/{quote(bucket)}")


def sqlite(paths: Iterable[str]) -> frozenset[Identity] | None:
    """The files of a connection; None when all of it is in memory."""
    found = [files.identities(path, os.getcwd()) for path in paths if path]
    return frozenset().union(*found) if found else None


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else quote(name, safe="")
