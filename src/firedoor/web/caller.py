"""What a client decides of each request and answer: to whom the mark is sent, and whose answers are taken. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import endpoints
from firedoor.endpoints import ANY_PORT
from firedoor.errors import HandshakeError, UsageError
from firedoor.resources import host as hosts
from firedoor.web import marks, party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firedoor.problem import Problem
    from firedoor.web.given import Given

_PORTS = {"http": 80, "https": 443}
_MOST_KNOWN = 1024


class Caller:
    """Marks requests to the environment's own hosts, and refuses answers that another environment gives.

    ``internal`` are hosts, ``host:port`` or ``.domain``, that are sent the mark beside the declared resources of kind
    ``http``; ``require`` True refuses their answers when they carry none.
    """

    def __init__(
        self,
        given: Given,
        *,
        internal: Iterable[str] = (),
        require: bool = False,
    ) -> None:
        __tracebackhide__ = True
        configuration = given.configuration()
        self._party = party.Party(configuration.project, configuration.environment)
        self._mark = str(self._party.mark)
        self._declared = {
            (one.host, one.port) for one in endpoints.declared(configuration) if one.family == "http"
        }
        del configuration
        self._internal, self._domains = _places((internal,) if isinstance(internal, str) else internal)
        self._require = require
        self._proof = given.proof()
        self._known: dict[tuple[str, str, int | None], tuple[bool, bool]] = {}

    def mark_for(self, scheme: str, host: str, port: int | None) -> str | None:
        """The header for a request to the host, None when it is to carry none: not to third parties."""
        is_ours, _ = self._standing(scheme, host, port)
        if not is_ours:
            return None
        return self._mark if self._proof is None else self._proof.sign(self._party.mark)

    def check(self, values: Sequence[str], scheme: str, host: str, port: int | None) -> None:
        """Raise HandshakeError when the answer of the host, with these values of the header, is not to be taken."""
        __tracebackhide__ = True
        if len(values) == 1 and values[0] == self._mark:
            return  # nearly every answer
        problem = self._refusal(values, *self._standing(scheme, host, port))
        if problem is not None:
            del host, port
            raise HandshakeError([problem])

    def _refusal(self, values: Sequence[str], is_ours: bool, is_internal: bool) -> Problem | None:
        found = list(marks.said(values))
        if not is_ours:
            # a third party may have environments of its own, which say nothing to us
            found = [one for one in found if one is not None and self._party.is_ours(one.mark)]
        for one in found:
            if one is None:
                return self._party.problem("FD655", detail="its mark cannot be read")
            if not self._party.takes(one.mark):
                return self._party.problem("FD654", one.mark)
        if not found and is_internal and self._require:
            return self._party.problem("FD655", detail="it carries no mark")
        return None

    def _standing(self, scheme: str, host: str, port: int | None) -> tuple[bool, bool]:
        """(whether the host is sent the mark, whether it is one of the internal ones)."""
        key = (scheme, host, port)
        found = self._known.get(key)
        if found is None:
            name = hosts.canonical(host)
            number = port or _PORTS.get(scheme, ANY_PORT)
            places = {(name, number), (name, ANY_PORT)}
            is_internal = not places.isdisjoint(self._internal) or name.endswith(self._domains)
            found = (is_internal or not places.isdisjoint(self._declared), is_internal)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = found
        return found

    def __repr__(self) -> str:
        return f"Caller({self._mark!r})"


def _places(named: Iterable[str]) -> tuple[set[tuple[str, int]], tuple[str, ...]]:
    """The hosts and the domains among what is named."""
    places, domains = set(), []
    for text in named:
        if text.startswith(".") and text.strip("."):
            domains.append(f".{hosts.canonical(text)}")
            continue
        ((name, port), *more) = hosts.split(text)
        if not name.strip(".") or more or "/" in text or (port and not port.isdecimal()):
            raise UsageError("internal hosts are `host`, `host:port` or `.domain`")
        places.add((hosts.canonical(name), int(port or ANY_PORT)))
    return places, tuple(domains)
