"""Redis and Valkey: the server's replication id and the index of the database; the stamp is one key in that database.

What survives a restart, what differs on a copy, and what nobody can tell apart stands in
docs/decisions/0019-what-a-redis-server-is-known-by.md.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from firedoor.stamps import failure
from firedoor.stamps.observation import (
    BROKEN_OFF,
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_ONE,
    NOT_SUPPORTED,
    REFUSED,
    TIMED_OUT,
    ClientMissing,
    NotAllowed,
    Observation,
    Overtaken,
    Unreachable,
)
from firedoor.stamps.stamp import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.stamp import Stamp

EXTRA = "redis"
KEY = "firedoor:stamp"

# What redis-py reads from a URL and firedoor obeys. Its other options (pools, retries, decoding) are firedoor's to set.
_OPTIONS = ("host", "port", "path", "db", "username", "password", "connection_class")
_SCHEMES = {"valkey": "redis", "valkeys": "rediss", "redis+tls": "rediss"}
_NO_ID = ("", "0" * 40, "?")
# Writes that the server refuses whatever the key holds, for its permission check comes before its syntax check.
_PROBES = (
    ("SET", KEY, "", "FIREDOOR"),
    ("SETRANGE", KEY, "FIREDOOR", ""),
    ("RESTORE", KEY, "FIREDOOR", ""),
    ("FLUSHDB", "FIREDOOR"),
)


def _translate(error: Exception) -> Exception:
    """What firedoor says of an error: by its class, and by one text that is always the server's own."""
    if isinstance(error, ModuleNotFoundError):
        return ClientMissing(EXTRA)
    from redis import exceptions

    known = (
        (
            exceptions.NoPermissionError,
            NOT_SUPPORTED,
        ),  # of INFO: what else is refused is handled where it is asked
        (exceptions.AuthenticationError, LOGIN_REFUSED),
        (exceptions.TimeoutError, TIMED_OUT),
        (exceptions.BusyLoadingError, TIMED_OUT),
        (exceptions.ConnectionError, failure.reason(error, BROKEN_OFF)),
    )
    if isinstance(error, exceptions.ResponseError) and str(error).startswith("DB index"):
        return Unreachable(NO_SUCH_THING)
    otherwise = failure.reason(error, FAILED)
    return Unreachable(next((sentence for kind, sentence in known if isinstance(error, kind)), otherwise))


@failure.translated(_translate)
def observe(address: Address) -> Observation:
    """Ask the server who it is and for the stamp, in one round trip after the login."""
    with _connected(address) as client:
        return _asked(client).observation()


@failure.translated(_translate)
def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Set the key if it holds ``replacing`` now: SET NX for none, else WATCH and MULTI."""
    from redis import exceptions

    with _connected(address) as client:
        answer = _asked(client)
        if answer.denied or answer.is_replica:
            raise NotAllowed
        text = stamp.bound_to(answer.bound).to_text()
        try:
            swapped = client.set(KEY, text, nx=True) if replacing is None else _swap(client, text, replacing)
        except (exceptions.NoPermissionError, exceptions.ReadOnlyError, exceptions.ExecAbortError):
            raise NotAllowed from None
        after = _asked(client).observation()
    if not swapped:
        raise Overtaken(after.stamp)
    return after


def grants(address: Address) -> Sequence[str]:  # noqa: ARG001 - the protocol's
    """Needs Redis 7 or Valkey: older servers know no keys that may be read and not written."""
    return (
        f"ACL SETUSER <application user> resetkeys ~<application keys>:* %R~{KEY} +@all -@dangerous -@admin +info",
        "ACL SAVE",
    )


def _swap(client: Any, text: str, replacing: Stamp) -> bool:
    """WATCH and MULTI, one at a time: sent at once, a refused MULTI would let the SET through unconditionally."""
    from redis import Redis

    one: Any = Redis(connection_pool=client.connection_pool, single_connection_client=True)
    one.execute_command("WATCH", KEY)
    if _stamp(one.get(KEY)) != replacing:
        return False
    one.execute_command("MULTI")
    one.execute_command("SET", KEY, text)
    return one.execute_command("EXEC") is not None


class Answer:
    """What the server said: of itself, of the key, and of each write that it was to refuse."""

    def __init__(self, index: int, info: dict[str, Any], value: object, refusals: Sequence[object]) -> None:
        from redis import exceptions

        self.index = index
        self.info = info
        self.denied = isinstance(value, exceptions.NoPermissionError)
        self.stamp = _stamp(value)
        self.unreadable = value is not None and self.stamp is None
        self.may_write = not all(_is_forbidden(answer) for answer in refusals)

    @property
    def is_replica(self) -> bool:
        """Whether this is a window onto another server, which holds the original."""
        return self.info.get("role") == "slave" and self.info.get("master_link_status") == "up"

    @property
    def server(self) -> str:
        """The id that a server shares with its replicas; it lasts until the next start."""
        for name in ("master_replid", "run_id"):
            if str(self.info.get(name, "")) not in _NO_ID:
                return str(self.info[name])
        raise Unreachable(NOT_SUPPORTED)

    @property
    def bound(self) -> str:
        """What stays when the server starts again. On a replica the original's: what it shows is no copy."""
        if self.is_replica and self.stamp is not None:
            return self.stamp.bound
        words = str(self.info.get("os", "")).split() or [""]
        port, file = self.info.get("tcp_port", ""), self.info.get("config_file", "")
        told = f"{words[0]}\0{words[-1]}\0{port}\0{file}\0{self.index}"
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]

    def observation(self) -> Observation:
        """The answer as every kind of resource gives it."""
        return Observation(
            identity=("redis", self.server, str(self.index)),
            server=("redis", self.server),
            bound=self.bound,
            stamp=self.stamp,
            forgeable=self.may_write,
            unreadable=self.unreadable,
        )


def _asked(client: Any) -> Answer:
    pipeline = client.pipeline(transaction=False)
    pipeline.info()
    pipeline.get(KEY)
    for probe in _PROBES:
        pipeline.execute_command(*probe)
    info, value, *refusals = pipeline.execute(raise_on_error=False)
    if isinstance(info, Exception):
        raise info
    if info.get("redis_mode", "standalone") != "standalone" or info.get("cluster_enabled"):
        raise Unreachable(NOT_SUPPORTED)
    return Answer(client.connection_pool.connection_kwargs.get("db", 0), info, value, refusals)


def _stamp(value: object) -> Stamp | None:
    return from_text(value.decode(errors="replace")) if isinstance(value, bytes) else None


def _is_forbidden(answer: object) -> bool:
    from redis import exceptions

    return isinstance(answer, exceptions.NoPermissionError | exceptions.ReadOnlyError) or (
        isinstance(answer, exceptions.ResponseError) and str(answer).lower().startswith("unknown command")
    )


@contextmanager
def _connected(address: Address) -> Iterator[Any]:
    kept = options(address.text)
    if "path" in kept and not os.path.exists(kept["path"]):
        raise Unreachable(REFUSED)
    from redis import ConnectionPool, Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    pool = ConnectionPool(
        **kept,
        protocol=2,  # RESP3 opens with HELLO, which old servers and narrow roles refuse
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=address.seconds,
        socket_timeout=address.seconds,
    )
    try:
        yield Redis(connection_pool=pool)
    finally:
        pool.disconnect()


def options(text: str) -> dict[str, Any]:
    """What redis-py itself understands by the URL, without what would change how firedoor asks."""
    text = text.strip()
    parts = urlsplit(text)  # lower-cases the scheme
    if "sentinel" in parts.scheme or "cluster" in parts.scheme or "," in parts.netloc or ";" in text:
        raise Unreachable(NOT_ONE)  # a name for several servers
    from redis.connection import parse_url

    scheme = "unix" if "socket" in parts.scheme else _SCHEMES.get(parts.scheme, parts.scheme)
    read = parse_url(f"{scheme}:{text.partition(':')[2]}")  # type: ignore[no-untyped-call]  # redis says no types of it
    path = parts.path.strip("/")
    if scheme != "unix" and path.isdecimal() and int(path) != read.get("db"):
        raise Unreachable(NOT_ONE)  # where redis-py obeys the option, Celery's broker obeys the path
    kept = {name: value for name, value in read.items() if name in _OPTIONS or name.startswith("ssl_")}
    index = parse_qs(parts.query).get("virtual_host", [""])[-1]  # Celery's word for it
    if index.isdecimal():
        kept["db"] = int(index)
    if isinstance(kept.get("ssl_cert_reqs"), str):
        kept["ssl_cert_reqs"] = kept["ssl_cert_reqs"].lower().removeprefix("cert_")
    return kept
