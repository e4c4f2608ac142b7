"""A part of the environment's Redis for each test worker: an index of its own, and a beginning for its names.

An index keeps keys apart. Channels are the server's, whatever the index: names of channels begin with ``prefix``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from firedoor.testing.databases.database import Refused
from firedoor.testing.databases.names import digest

if TYPE_CHECKING:
    from firedoor.testing.databases.names import Names

KEY = "firedoor:worker"
_SECONDS = 3600  # after this a claim that nobody renewed is an earlier run's
_STAMP = "firedoor:stamp"


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
            import redis
        except ImportError:
            raise Refused("redis-py is not installed", "pip install 'firedoor[redis]'") from None
        self._names = names
        self._variable = variable
        self._text = text
        self._connect = redis.Redis.from_url
        self._index: int | None = None
        self.claim = f"{digest(names.checkout)}:{digest(names.run)}:{names.worker}"

    def open(self) -> Namespace:
        """The first index that is empty or was this checkout's. Raises Refused when there is none."""
        for index in range(1, self._count()):
            if self._take(index):
                self._index = index
                return Namespace(self._variable, f"{self.claim}:", self._url(index))
        raise Refused(
            "no index of the server is free", "raise `databases` in redis.conf, or run fewer workers"
        )

    def close(self) -> None:
        """Remove every key of the index, one by one, and the claim last."""
        if self._index is not None:
            with self._connect(self._url(self._index)) as client:
                self._empty(client)
                client.delete(KEY)

    def _take(self, index: int) -> bool:
        with self._connect(self._url(index)) as client:
            if client.exists(_STAMP) or index == self._own():
                return False  # somebody's, by its stamp
            if client.set(KEY, self.claim, nx=True, ex=_SECONDS):
                if client.dbsize() == 1:
                    return True
                client.delete(KEY)
                return False
            if not self._is_left_behind(client.get(KEY)) or not client.set(
                KEY, self.claim, xx=True, ex=_SECONDS
            ):
                return False
            self._empty(client)
            return True

    def _is_left_behind(self, held: bytes | None) -> bool:
        """Whether an earlier run of this checkout, and no worker of this one, made the claim."""
        checkout, run, *_ = (held or b"::").decode(errors="replace").split(":")
        return checkout == digest(self._names.checkout) and run != digest(self._names.run)

    def _empty(self, client: Any) -> None:
        for key in client.scan_iter(count=1000):
            if key != KEY.encode():
                client.unlink(key)

    def _count(self) -> int:
        with self._connect(self._text) as client:
            try:
                return int(client.config_get("databases").get("databases", 16))
            except Exception:  # noqa: BLE001 - a server may keep its configuration to itself; 16 is the usual number
                return 16

    def _own(self) -> int:
        path = urlsplit(self._text).path.strip("/")
        return int(path) if path.isdecimal() else 0

    def _url(self, index: int) -> str:
        return urlunsplit(urlsplit(self._text)._replace(path=f"/{index}"))
