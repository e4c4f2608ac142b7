"""Chroma: a collection by its UUID, over the server's HTTP interface; the stamp is a part of the collection's metadata.

Chroma's own server knows no rights: whoever reaches it can change the stamp, and every stamp counts as forgeable.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from firedoor import resources
from firedoor.resources.where import Where
from firedoor.stamps import failure, over_http
from firedoor.stamps.observation import (
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_ONE,
    NOT_SUPPORTED,
    NotAllowed,
    Observation,
    Overtaken,
    Unreachable,
)
from firedoor.stamps.settling import settle
from firedoor.stamps.stamp import from_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.stamp import Stamp

EXTRA = ""
KEY = "firedoor:stamp"

_PORT = 8000
_SECURE_PORT = 443
# What clients of Chroma send a token of the environment as.
_TOKENS = (
    ("CHROMA_API_KEY", "X-Chroma-Token", "{}"),
    ("CHROMA_CLIENT_AUTH_CREDENTIALS", "Authorization", "Bearer {}"),
)
_READING = {
    401: LOGIN_REFUSED,
    403: LOGIN_REFUSED,
    404: NO_SUCH_THING,
    405: NOT_SUPPORTED,
    410: NOT_SUPPORTED,
}
_REFUSED = (403, 405)  # of a write: a server in front that only lets reads through
_NO_DATABASE = UUID(int=0)  # the id of the default database of every server


@failure.translated(over_http.translate)
def observe(address: Address) -> Observation:
    """Ask for the collection, and for the database that it is in."""
    return _Collection(address).observation()


@failure.translated(over_http.translate)
def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Write all metadata of the collection anew, the stamp among them: Chroma knows no other way, and no condition."""
    collection = _Collection(address)
    since = time.monotonic()
    held = collection.held()
    found = _stamp(held)
    if found != replacing or (KEY in held.metadata and found is None):
        raise Overtaken(found)
    mine = stamp.bound_to(held.id)
    collection.set_metadata(held.id, {**held.metadata, KEY: mine.to_text()})
    settle(lambda: _stamp(collection.held()), mine, before=replacing, since=since, seconds=address.seconds)
    return collection.observation()


def grants(address: Address) -> Sequence[str]:  # noqa: ARG001 - the protocol's
    """None: Chroma's server has no roles. A server in front of it can refuse PUT on collections."""
    return ()


class _Held:
    """What the server holds of a collection."""

    def __init__(self, document: Any) -> None:
        try:
            self.id = str(UUID(document["id"]))
            metadata = document.get("metadata") or {}
            self.metadata: dict[str, Any] = dict(metadata)
        except (TypeError, ValueError, KeyError, AttributeError):
            self.id = ""
        if not self.id:
            raise Unreachable(NOT_SUPPORTED)


class _Collection:
    """One collection by tenant, database and name."""

    def __init__(self, address: Address) -> None:
        tenant, database, name = _parts(address)
        self._database = f"/api/v2/tenants/{quote(tenant)}/databases/{quote(database)}"
        self._name = quote(name, safe="")
        self._server = over_http.Server(_url(address.text.strip()), address.variables, address.seconds)
        for variable, header, form in _TOKENS:
            if address.variables.get(variable):
                self._server.add_header(header, form.format(address.variables[variable]))

    def held(self) -> _Held:
        return _Held(self._read(f"{self._database}/collections/{self._name}"))

    def observation(self) -> Observation:
        held = self.held()
        stamp = _stamp(held)
        return Observation(
            identity=("chroma", held.id),
            server=self._neighbours(),
            bound=held.id,
            stamp=stamp,
            forgeable=True,
            unreadable=KEY in held.metadata and stamp is None,
        )

    def set_metadata(self, collection: str, metadata: dict[str, Any]) -> None:
        """Raises NotAllowed, Unreachable."""
        try:
            self._server.ask("PUT", f"{self._database}/collections/{collection}", {"new_metadata": metadata})
        except over_http.Status as status:
            code = status.code
        else:
            return
        if code in _REFUSED:
            raise NotAllowed
        raise Unreachable(_READING.get(code, FAILED))

    def _neighbours(self) -> resources.Identity:
        """The database, where it has an id of its own and the login may ask for it."""
        try:
            found = UUID(self._read(self._database)["id"])
        except (Unreachable, TypeError, ValueError, KeyError, AttributeError):
            return ()
        return () if found == _NO_DATABASE else ("chroma", str(found))

    def _read(self, path: str) -> Any:
        try:
            return self._server.ask("GET", path)
        except over_http.Status as status:
            code = status.code
        raise Unreachable(_READING.get(code, NOT_SUPPORTED if code < 400 else FAILED))


def _stamp(held: _Held) -> Stamp | None:
    text = held.metadata.get(KEY)
    return from_text(text) if isinstance(text, str) else None


def _parts(address: Address) -> list[str]:
    """(tenant, database, collection) as the URL's readers understand it, where they name one collection."""
    where = Where(address.root, address.variables)
    names = {
        name[-1] for name in resources.identities(address.kind, address.text, where) if name[0] == "chroma"
    }
    named = [name.split("/", 2) for name in names if not name.endswith("/")]
    if len(named) != 1:
        raise Unreachable(NOT_ONE)  # a whole server, or several collections
    return named.pop()


def _url(text: str) -> str:
    parts = urlsplit(text)
    secure = "https" in parts.scheme or parts.scheme.startswith("chromas") or parts.port == _SECURE_PORT
    netloc = parts.netloc if parts.port else f"{parts.netloc}:{_SECURE_PORT if secure else _PORT}"
    return f"{'https' if secure else 'http'}://{netloc}"
