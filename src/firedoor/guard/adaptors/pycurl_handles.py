"""pycurl: libcurl connects by itself, so it is given a function that opens its sockets, and asks the guard there.

That sees every address that libcurl connects to, also behind a redirect, RESOLVE and CONNECT_TO. What stands behind a
proxy is known by the URL, and each Location is looked at before it is followed.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from weakref import WeakKeyDictionary

from firedoor.errors import GuardError
from firedoor.guard.destinations import of as destinations_of
from firedoor.guard.patching import NotPatchedError, Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "pycurl"
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Follow what handles are told, and look before they connect."""
    watch = _Watch(guard, module)
    patches = Patches()
    makes: dict[str, dict[str, Callable[..., Any]]] = {
        "Curl": {
            "setopt": watch.told,
            "setopt_string": watch.told,
            "unsetopt": watch.untold,
            "reset": watch.forgotten,
            "duphandle": watch.doubled,
            "perform": watch.performing,
            "perform_rb": watch.performing,
            "perform_rs": watch.performing,
        },
        "CurlMulti": {"add_handle": watch.adding},
    }
    try:
        for name, methods in makes.items():
            for method, make in methods.items():
                patches.c_method(getattr(module, name), method, make)
    except NotPatchedError:
        patches.undo()
        for name, methods in makes.items():
            kind = getattr(module, name)
            made = {method: make(getattr(kind, method)) for method, make in methods.items()}
            patches.replace(module, name, type(name, (kind,), made))
    return patches.undo


class _Watch:
    """What each handle was told, as far as it says where it leads."""

    def __init__(self, guard: Guard, module: ModuleType) -> None:
        self._guard = guard
        self._module = module
        self._destinations = destinations_of(guard)
        self._told: WeakKeyDictionary[Any, dict[int, Any]] = WeakKeyDictionary()
        self._setopt = module.Curl.setopt
        self._kept = (
            module.URL,
            module.PORT,
            module.PROXY,
            module.PRE_PROXY,
            module.FOLLOWLOCATION,
            module.HEADERFUNCTION,
            module.WRITEHEADER,
            module.OPENSOCKETFUNCTION,
        )

    def told(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``setopt`` and ``setopt_string``."""

        def setopt(handle: Any, option: int, value: Any) -> Any:
            result = original(handle, option, value)
            if option in self._kept:
                self._of(handle)[option] = value  # None is "unset" to pycurl, too
            return result

        return setopt

    def untold(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``unsetopt``."""

        def unsetopt(handle: Any, option: int) -> Any:
            result = original(handle, option)
            self._of(handle).pop(option, None)
            return result

        return unsetopt

    def forgotten(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``reset``."""

        def reset(handle: Any) -> Any:
            result = original(handle)
            self._told.pop(handle, None)
            return result

        return reset

    def doubled(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``duphandle``."""

        def duphandle(handle: Any) -> Any:
            double = original(handle)
            self._told[double] = {**self._of(handle)}
            return double

        return duphandle

    def performing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``perform`` and those like it: a refusal inside of libcurl comes out as one."""

        def perform(handle: Any, *rest: Any) -> Any:
            __tracebackhide__ = True
            if self._guard.is_asleep():
                return original(handle, *rest)
            refusals: list[GuardError] = []
            try:
                self._prepare(handle, refusals)
                return original(handle, *rest)
            except GuardError as refusal:
                refusals.append(refusal)
            except self._module.error:
                if not refusals:
                    raise
            problems = refusals[0].problems
            del handle, rest, refusals  # a traceback that shows locals must not show these
            raise GuardError(problems)

        return perform

    def adding(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``CurlMulti.add_handle``: libcurl's own error is all that comes out later; the guard remembers."""

        def add_handle(multi: Any, handle: Any) -> Any:
            __tracebackhide__ = True
            if not self._guard.is_asleep():
                self._prepare(handle, [])
            return original(multi, handle)

        return add_handle

    def _of(self, handle: Any) -> dict[int, Any]:
        return self._told.setdefault(handle, {})

    def _prepare(self, handle: Any, refusals: list[GuardError]) -> None:
        """Look at the URL, and let the handle ask before it connects."""
        __tracebackhide__ = True
        told, module = self._of(handle), self._module
        url = _text(told.get(module.URL))
        url = url if "://" in url else f"http://{url}"
        is_proxied = self._may_be_proxied(told)
        try:
            self._destinations.check_url(url, proxied=is_proxied)
        except GuardError:
            del told, url, handle, refusals
            raise
        opening = self._opening(told.get(module.OPENSOCKETFUNCTION), refusals)
        self._setopt(handle, module.OPENSOCKETFUNCTION, opening)
        if told.get(module.FOLLOWLOCATION):
            hearing = self._hearing(told, url, refusals, proxied=is_proxied)
            self._setopt(handle, module.HEADERFUNCTION, hearing)

    def _may_be_proxied(self, told: dict[int, Any]) -> bool:
        """Whether the handle, or a variable that libcurl obeys, names a proxy; it may still go past that."""
        module = self._module
        if told.get(module.PRE_PROXY):
            return True
        if module.PROXY in told:
            return bool(told[module.PROXY])
        return any(os.environ.get(name) or os.environ.get(name.upper()) for name in _PROXY_VARIABLES)

    def _opening(self, own: Callable[..., Any] | None, refusals: list[GuardError]) -> Callable[..., Any]:
        guard, bad = self._guard, self._module.SOCKET_BAD

        def opensocket(purpose: int, address: Any) -> Any:
            family, kind, protocol, place = address
            try:
                guard.check_address(place, int(family))
            except GuardError as refusal:
                refusals.append(refusal)
                return bad
            if own is not None:
                return own(purpose, address)
            return _Opened(socket.socket(family, kind, protocol))

        return opensocket

    def _hearing(
        self, told: dict[int, Any], url: str, refusals: list[GuardError], *, proxied: bool
    ) -> Callable[[bytes], int | None]:
        """What is called with each line of an answer's head."""
        module = self._module
        own = told.get(module.HEADERFUNCTION) or getattr(told.get(module.WRITEHEADER), "write", None)
        here = [url]

        def heard(line: bytes) -> int | None:
            name, _, value = line.decode("latin-1").partition(":")
            if name.strip().lower() == "location" and told.get(module.FOLLOWLOCATION):
                here[0] = urljoin(here[0], value.strip())
                try:
                    self._destinations.check_url(here[0], proxied=proxied)
                except GuardError as refusal:
                    refusals.append(refusal)
                    return -1  # libcurl ends the transfer
            result: int | None = own(line) if own is not None else None
            return result

        return heard


class _Opened:
    """A socket that pycurl takes a double of, and then forgets."""

    def __init__(self, opened: socket.socket) -> None:
        self._opened = opened

    def fileno(self) -> int:
        """Its number."""
        return self._opened.fileno()

    def __del__(self) -> None:
        self._opened.close()


def _text(url: Any) -> str:
    return url.decode("utf-8", "replace") if isinstance(url, bytes) else str(url or "")
