"""What a service decides of each call, before the application sees it. Pure: no server, no framework."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from firedoor import catalogue
from firedoor.errors import UsageError
from firedoor.problem import Problem
from firedoor.resources.http import path_of
from firedoor.web import marks, party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firedoor.web.given import Given

STATUS = 421
REASON = "Misdirected Request"
CONTENT_TYPE = "application/problem+json"
_log = logging.getLogger("firedoor.web")


class Door:
    """Lets calls of the own environment in. ``mark`` is the header's value for answers.

    ``require`` is True, or paths below which a call has to carry a mark; ``exempt`` are single paths that need none,
    as those of health checks. ``announce`` False leaves the mark out of answers to calls that carry none.
    """

    def __init__(
        self,
        given: Given,
        *,
        require: bool | Iterable[str] = False,
        exempt: Iterable[str] = (),
        announce: bool = True,
    ) -> None:
        __tracebackhide__ = True
        self._party = party.of(given)
        self.mark = str(self._party.mark)
        self.announce = announce
        self._required = () if require is False else ("/",) if require is True else _paths(require)
        self._exempt = frozenset(_paths(exempt))
        self._proof = given.proof()

    def refusal(self, values: Sequence[str], path: str, root: str = "") -> Problem | None:
        """Why a call is not let in, None when it is.

        ``values`` are those of the header, ``path`` is decoded, ``root`` is what the application is mounted below.
        """
        if not values:
            return self._party.problem("FD651") if self._needs_mark(path, root) else None
        if self._proof is None and len(values) == 1 and values[0] == self.mark:
            return None  # nearly every call
        found = list(marks.said(values))
        readable = [one for one in found if one is not None]
        foreign = next((one for one in readable if not self._party.takes(one.mark)), None)
        if foreign is not None:
            return self._party.problem("FD650", foreign.mark)
        if len(readable) < len(found):
            return self._party.problem("FD652")
        flaws = [flaw for one in readable if self._proof is not None and (flaw := self._proof.flaw(one))]
        return self._party.problem("FD653", readable[0].mark, detail=flaws[0]) if flaws else None

    def _needs_mark(self, path: str, root: str) -> bool:
        if not self._required:
            return False
        paths = {path, path.removeprefix(root)} if root else {path}
        if not paths.isdisjoint(self._exempt):
            return False
        # a router may or may not take out `..` and doubled slashes: a path counts by both readings
        readings = {*paths, *(f"/{path_of(one)}" for one in paths)}
        return any(_is_below(one, prefix) for one in readings for prefix in self._required)

    def __repr__(self) -> str:
        return f"Door({self.mark!r})"


def _paths(given: Iterable[str]) -> tuple[str, ...]:
    found = (given,) if isinstance(given, str) else tuple(given)
    if not all(path.startswith("/") for path in found):
        raise UsageError("paths of the handshake begin with a slash")
    return found


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")


def body(problem: Problem) -> bytes:
    """What a refused caller is told, as RFC 9457 has it: the code, which environment this is, nothing of the call."""
    problem = Problem(problem.code, environment=problem.environment, detail=problem.facts.get("detail", ""))
    told = {
        "type": "about:blank",
        "title": REASON,
        "status": STATUS,
        "detail": catalogue.what(problem),
        "code": problem.code,
        "do": catalogue.action(problem),
    }
    return json.dumps(told).encode()


def headers(content: bytes) -> list[tuple[str, str]]:
    """The headers of a refusal, which nobody may keep for the next caller."""
    return [
        ("Content-Type", CONTENT_TYPE),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
    ]


def log(problem: Problem) -> None:
    """Tell the service's operator, in one line."""
    _log.warning("%s: %s do: %s", problem.code, catalogue.what(problem), catalogue.action(problem))
