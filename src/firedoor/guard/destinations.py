"""Where a request of HTTP leads in the end: past proxies, along redirects, into which path and which bucket.

A socket knows the address that it connects to, which is a proxy's when there is one, and many sites and buckets stand
behind one address. A client library knows the URL. What it tells is asked for here, each time a request is sent.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from firedoor import endpoints, resources
from firedoor.errors import GuardError
from firedoor.resources import host as hosts
from firedoor.resources.host import unquote
from firedoor.resources.http import path_of

if TYPE_CHECKING:
    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

HTTP, BUCKET = "http", "bucket"
_BUCKETS = ("s3", "gs")
_FAMILIES = (HTTP, *_BUCKETS)
_PROVIDERS = ("aws", "google")
_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", "storage.googleapis.com")
_USUAL = ("443", "80")
_MOST_PASSED = 4096
_HELD = "destinations"


def of(guard: Guard) -> Destinations:
    """Those of the guard, which holds them: one for all its adaptors."""
    held = vars(guard)
    found: Destinations | None = held.get(_HELD)
    if found is None:
        found = held[_HELD] = Destinations(guard)
    return found


class Destinations:
    """Asks the guard about URLs. What cannot be another environment's costs a look-up in a set."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._known: _Known | None = None
        self._passed: set[tuple[str, object]] = set()

    def check(self, host: str, port: object, path: str = "", *, proxied: bool = False) -> None:
        """May a request be sent there? Raises GuardError when not.

        ``host`` and ``port`` as the library has them, no port is the usual one. ``proxied``: another host is connected
        to, so that nobody else will look at this one. Where there is no proxy only what is foreign is refused; the
        socket is asked about the rest, if there is one: libraries' mocks need none.
        """
        __tracebackhide__ = True
        key = (host, port)
        if (not proxied and key in self._passed) or self._guard.is_asleep():
            return
        if self._known is None:
            with self._guard.unguarded():
                self._known = _Known(self._guard)
        name, number = hosts.canonical(unquote(host)), hosts.port(str(port or ""), *_USUAL)
        if not proxied and not self._known.is_suspect(name):
            if len(self._passed) >= _MOST_PASSED:
                self._passed.clear()
            self._passed.add(key)
            return
        kind, identity = self._known.nearest(name, number, unquote(path.partition("?")[0]))
        del host, port, path, name, number, key
        if proxied or identity in self._known.foreign:
            try:
                self._guard.check_resource(kind, [identity])
            except GuardError:
                del identity  # a traceback that shows locals must not show it
                raise

    def check_bucket(self, bucket: Identity) -> tuple[str, Identity]:
        """May the bucket, or what is below the prefix in it, be used? Raises GuardError when not.

        Gives the variable that leads to it, empty for none, and the innermost thing that is declared there.
        """
        __tracebackhide__ = True
        with self._guard.unguarded():
            if self._known is None:
                self._known = _Known(self._guard)
            declared = self._known.around(bucket) or (*bucket[:3], "")
        try:
            return self._guard.check_resource(BUCKET, [declared]), declared
        except GuardError:
            del bucket, declared
            raise

    def check_url(self, url: str, *, proxied: bool = False) -> None:
        """The same for a whole URL; one that cannot be read leads nowhere, as the library will say itself."""
        __tracebackhide__ = True
        try:
            parts = urlsplit(url)
            place = (parts.hostname or "", parts.port, parts.path)
        except ValueError:
            return
        del url, parts
        if place[0]:
            try:
                self.check(*place, proxied=proxied)
            except GuardError:
                del place
                raise


class _Known:
    """What environments own that is reached over HTTP. ``foreign`` is other environments' and not this one's."""

    def __init__(self, guard: Guard) -> None:
        own = {identity for *_, identity in endpoints.identities_of(guard.configuration)}
        foreign = set()
        for environment, _, _, identity in endpoints.identities_of_others(guard.configuration):
            foreign.add(identity)
            if identity[0] == HTTP and environment.protected:
                foreign.add(_root(identity))  # no other path of it is anybody else's, if nobody says so
        own |= {_root(identity) for identity in own if identity[0] == HTTP}
        self.foreign = frozenset(one for one in foreign - own if one[0] in _FAMILIES)
        self._known = own | self.foreign
        self._hosts = frozenset(one[1] for one in self.foreign if one[0] == HTTP)
        self._stores = frozenset(
            store for one in self.foreign if one[0] in _BUCKETS for store in _stores(one[1])
        )

    def is_suspect(self, name: str) -> bool:
        """Whether something of another environment's may be at the host."""
        return name in self._hosts or self._is_store(name)

    def _is_store(self, name: str) -> bool:
        """Whether it is the host of buckets, or of one bucket, where others have theirs."""
        if not self._stores:
            return False
        is_provider = "aws" in self._stores and name.endswith(_DOMAINS)
        return is_provider or any(name == store or name.endswith(f".{store}") for store in self._stores)

    def nearest(self, name: str, port: str, path: str) -> tuple[str, Identity]:
        """(kind, identity) of the innermost thing that anybody declares there; of the host itself where nobody does."""
        if self._is_store(name):
            found = self._bucket(name, port, path)
            if found is not None:
                return BUCKET, found
        whole = path_of(path)
        while whole and (HTTP, name, port, whole) not in self._known:
            whole = whole.rpartition("/")[0]
        return HTTP, (HTTP, name, port, whole)

    def _bucket(self, name: str, port: str, path: str) -> Identity | None:
        place = f"[{name}]" if ":" in name else name
        text = f"https://{place}{'' if port in _USUAL else f':{port}'}/{path_of(path)}"
        stores = {store for store in self._stores if name.endswith(f".{store}")}
        readings: list[tuple[str, dict[str, str]]] = [(text, {})]
        # a bucket may stand before the host of a store of one's own
        readings += [(text, {"AWS_ENDPOINT_URL": f"https://{store}"}) for store in sorted(stores)]
        for spelled, variables in readings:
            for identity in resources.identities(BUCKET, spelled, resources.Where(os.curdir, variables)):
                found = self.around(identity)
                if found is not None:
                    return found
        return None

    def around(self, bucket: Identity) -> Identity | None:
        """The innermost prefix that anybody declares around what is asked for; None where nobody does."""
        return next((one for one in (bucket, *resources.within(bucket)) if one in self._known), None)


def _stores(endpoint: str) -> tuple[str, ...]:
    """The host of a store, without its port; of an address of IPv6 nobody can say whether its end is one."""
    if endpoint in _PROVIDERS:
        return ("aws",)
    head, _, port = endpoint.rpartition(":")
    return (endpoint, head) if head and port.isdecimal() else (endpoint,)


def _root(identity: Identity) -> Identity:
    return (*identity[:3], "")
