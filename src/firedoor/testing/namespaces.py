"""A part of the environment's Redis for each test worker: an index of its own, and a beginning for its names.

An index keeps keys apart. Channels are the server's, whatever the index: names of channels begin with ``prefix``.

Which index is whose stands in the environment's own one, where a test that empties its own cannot lose it. Who is at
work is known by the name of a connection, which ends with its process however that ends.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from firedoor.stamps import redis as stamped
from firedoor.stamps.hidden import Hidden
from firedoor.stamps.observation import Unreachable
from firedoor.testing.databases.database import Refused
from firedoor.worker_names import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.worker_names import Names

_Result = TypeVar("_Result")
KEY = "firedoor:worker:"  # and the index: whose it is
_USUAL = 16  # indices of a server that keeps its configuration to itself
_SECONDS = 5.0
_ROUNDS = 3


@dataclass(frozen=True)
class Namespace:
    """A worker's own part: ``url`` leads to its index, ``prefix`` begins every name of its channels."""

    variable: str
    prefix: str
    url: str = field(repr=False)


class Keeper:
    """Claims an index of one server, empties it and gives it back."""

    def __init__(self, variable: str, text: str, names: Names) -> None:
        try:
            import redis  # noqa: F401 - whether it is there
        except ImportError:
            raise Refused("redis-py is not installed", "pip install 'firedoor[redis]'") from None
        self._names = names
        self._variable = variable
        self._text = text
        self._options = _options(text)
        self._home = int(self._options.get("db", 0))
        self._index: int | None = None
        self.claim = f"{digest(names.checkout)}:{digest(names.run)}:{names.worker}"
        self._client = self._connect(self._home)

    def open(self) -> Namespace:
        """The first index that is empty, or was left by a run of this checkout. Raises Refused when there is none."""
        return _told(self._open)

    def close(self) -> None:
        """Remove every key of the index, one by one, and the claim last. Raises Refused."""
        try:
            _told(self._close)
        finally:
            self._client.close()

    def _open(self) -> Namespace:
        count = self._count()
        for _ in range(_ROUNDS):
            for index in range(1, count):  # 0 is where everybody goes who names none
                if index != self._home and self._take(index):
                    self._index = index
                    return Namespace(self._variable, f"{self.claim}:", self._url(index))
            time.sleep(
                int(digest(self.claim), 16) % 100 / 1000
            )  # two who looked at the last one both left it
        raise Refused(
            "no index of the server is free", "raise `databases` in redis.conf, or run fewer workers"
        )

    def _close(self) -> None:
        if self._index is not None:
            with self._connect(self._index) as client:
                _empty(client)
            self._swap(self._index, self.claim.encode(), None)
            self._index = None

    def _take(self, index: int) -> bool:
        """Whether the index is this worker's now, and empty.

        Who wants it says so before looking whether others do, and looks at the claim before all that: whoever comes
        later sees the name, and whoever came earlier has changed the claim.
        """
        held = self._client.get(f"{KEY}{index}")
        is_left = held is not None and self._is_left(held)
        if (held is not None and not is_left) or self._is_busy(index):
            return False
        with self._connect(index) as client:
            if client.exists(stamped.KEY) or (not is_left and client.dbsize()):
                return False  # somebody's, whoever that is
            if not self._swap(index, held, self.claim):
                return False
            _empty(client)
        return True

    def _is_left(self, held: bytes) -> bool:
        """Whether a run of this checkout made the claim, and not this one. It may be at work."""
        checkout, run, _ = held.decode(errors="replace").split(":", 2)
        return checkout == digest(self._names.checkout) and run != digest(self._names.run)

    def _is_busy(self, index: int) -> bool:
        """Whether somebody else holds the index or wants it, by the name of a connection, or is connected to it."""
        from redis import exceptions

        there = None
        name = f"firedoor-worker-{index}"
        with contextlib.suppress(exceptions.ResponseError):
            self._client.client_setname(name)
            own = str(self._client.client_id())
            there = [one for one in self._client.client_list() if one["id"] != own]
        if there is None:
            raise Refused("the account may not ask who is connected", "ACL SETUSER <account> +client")
        return any(one["name"] == name or one["db"] == str(index) for one in there)

    def _swap(self, index: int, held: bytes | None, claim: str | None) -> bool:
        """Change the claim, if nobody has changed it meanwhile."""
        from redis import exceptions

        key = f"{KEY}{index}"
        with self._client.pipeline() as one:
            one.watch(key)
            if one.get(key) != held:
                return False
            one.multi()
            if claim is None:
                one.delete(key)
            else:
                one.set(key, claim)
            try:
                one.execute()
            except exceptions.WatchError:
                return False
        return True

    def _count(self) -> int:
        from redis import exceptions

        try:
            return int(self._client.config_get("databases").get("databases", _USUAL))
        except exceptions.ResponseError:  # it keeps its configuration to itself
            return _USUAL

    def _connect(self, index: int) -> Any:
        """A client of one connection, which keeps its name."""
        from redis import ConnectionPool, Redis

        pool = ConnectionPool(
            **{**self._options, "db": index},
            protocol=2,  # as the stamps ask
            max_connections=1,
            socket_connect_timeout=_SECONDS,
            socket_timeout=_SECONDS,
        )
        return Redis.from_pool(pool)

    def _url(self, index: int) -> str:
        """The variable's address with another index, said where this address says it."""
        parts = urlsplit(self._text.strip())
        options = [
            (name, text) for name, text in parse_qsl(parts.query) if name not in ("db", "virtual_host")
        ]
        path = f"/{index}"
        if "path" in self._options:
            path = parts.path
            options.append(("virtual_host" if "socket" in parts.scheme else "db", str(index)))
        return urlunsplit(parts._replace(path=path, query=urlencode(options), fragment=self._names.tag()))


def _options(text: str) -> Hidden:
    """The address as redis-py's arguments. Raises Refused."""
    options = None
    with contextlib.suppress(Unreachable, ValueError):
        options = Hidden(stamped.options(text))
    if options is None:
        raise Refused("its address names no one server and index", "write it as redis://host:port/0")
    return options


def _told(act: Callable[[], _Result]) -> _Result:
    """What it gives back. Raises Refused for redis-py's errors, whose words hold the address."""
    from redis import RedisError

    try:
        return act()
    except (RedisError, OSError) as error:
        name = type(error).__name__
    raise Refused(f"the server does not answer, or refuses ({name})", "see firedoor verify")


def _empty(client: Any) -> None:
    for key in client.scan_iter(count=1000):
        client.unlink(key)
