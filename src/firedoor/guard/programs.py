"""Does the command line or the set of variables of a program name what is another environment's? Pure.

A program is not looked into: what it reads from files, or makes of pieces, is seen by the seal alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor.endpoints import POSTGRESQL_FOLDERS
from firedoor.guard.places import Place
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from firedoor.endpoints import Endpoint
    from firedoor.guard.core import Guard
    from firedoor.guard.policy import Policy
    from firedoor.problem import Problem

_BETWEEN = str.maketrans(dict.fromkeys("\"'`(){}<>,;=@/\\|&?#!$*^~+\t\r\n", " "))
_LONGEST = 1 << 16  # characters of one text that are looked at


def words(text: str) -> Iterator[str]:
    """What may be a host, with or without its port, in the text as it stands and with its escapes decoded."""
    for spelled in dict.fromkeys((text[:_LONGEST], hosts.unquote(text[:_LONGEST]))):
        for word in dict.fromkeys(spelled.translate(_BETWEEN).split()):
            yield word
            if word.startswith("-") and len(word) > 2:
                yield word[2:]  # -h127.0.0.2


def foreign(
    texts: Iterable[str], policy: Policy, aliases: Callable[[str], tuple[str, ...]]
) -> Endpoint | None:
    """The protected environment's endpoint that one of the texts names; None when none does.

    A host that the environment has something on itself is told by the port beside it, as one word with the host or as
    one of its own. The machine itself is named in every other command, so there the two have to stand together.
    """
    if not policy.protected:
        return None
    found = [word for text in texts for word in words(text)]
    ports = {int(word) for word in found if word.isascii() and word.isdigit() and len(word) < 6}
    for word in dict.fromkeys(found):
        endpoint = _named(word, ports, policy, aliases)
        if endpoint is not None:
            return endpoint
    return None


def _named(
    word: str, ports: set[int], policy: Policy, aliases: Callable[[str], tuple[str, ...]]
) -> Endpoint | None:
    for name, port in hosts.split(word):
        canonical = hosts.canonical(name)
        if not name or canonical in policy.protected.paths:
            continue
        for host in (canonical, *aliases(canonical)):
            endpoint = _at(host, port, ports, policy)
            if endpoint is not None:
                return endpoint
    return None


def _at(host: str, port: str, ports: set[int], policy: Policy) -> Endpoint | None:
    if host not in policy.protected.hosts:
        return None
    said = {int(port)} if port.isdecimal() else ports if host != hosts.LOCAL else set()
    alone = host != hosts.LOCAL and host not in policy.own.hosts and host not in policy.extras.hosts
    for number in said:
        place = Place(host, number, "")
        endpoint = policy.protected.at(place)
        if endpoint is not None and policy.own.at(place) is None:
            return endpoint
    if alone and not port.isdecimal():
        return policy.protected.at(Place(host, 0, ""))
    return None


def paths(text: str) -> Iterator[str]:
    """What may be the path of a file in the text: all of it, what stands behind ``=``, its words and quoted parts."""
    _, _, behind = text.partition("=")
    pieces = text.replace('"', " ").replace("'", " ").split()
    for piece in dict.fromkeys((text, behind, *pieces)):
        if piece and "\0" not in piece:
            yield piece


def sockets(texts: Iterable[str], policy: Policy) -> Endpoint | None:
    """The protected environment's unix socket whose path one of the texts names, or whose folder if PostgreSQL's."""
    wanted = {path: path for path in policy.protected.paths}
    for path in policy.protected.paths:
        folder, name = os.path.split(path)
        if name.startswith(".s.PGSQL.") and folder not in POSTGRESQL_FOLDERS:
            wanted.setdefault(folder, path)
    for text in texts:
        for piece in (text, text.partition("=")[2], *text.replace("'", " ").replace('"', " ").split()):
            path = wanted.get(piece.rstrip("/"), "")
            if path and policy.own.at(Place("", 0, path)) is None:
                return policy.protected.at(Place("", 0, path))
    return None


class Started:
    """A program that is about to be started. ``known`` are variables that this process was judged with already.

    repr shows nothing of it.
    """

    def __init__(
        self,
        arguments: Iterable[object],
        variables: Mapping[object, object] | Iterable[object],
        folder: object,
        *,
        known: Mapping[str, str],
    ) -> None:
        self._arguments = [_text(one) for one in arguments]
        self._new = [text for name, text in _pairs(variables) if known.get(name) != text]
        self._folder = _text(folder) if folder is not None else os.curdir

    def problem(self, guard: Guard) -> Problem | None:
        """FD604: what it is told of is another environment's; None when nothing is."""
        texts = [*self._arguments, *self._new]
        policy, aliases = guard.policy, guard.machine.by_hosts_file
        endpoint = foreign(texts, policy, aliases) or sockets(texts, policy)
        if endpoint is not None:
            return guard.problem(
                "FD604", endpoint.variable, endpoint.origin, other=endpoint.environment, program=self._name()
            )
        for text in texts:
            owner = guard.owner_of_text(text)
            if owner is not None:
                return guard.problem("FD604", other=owner, program=self._name())
        for text in self._arguments:
            for path in paths(text):
                problem = guard.problem_of_file("FD604", path, self._folder, program=self._name())
                if problem is not None:
                    return problem
        return None

    def _name(self) -> str:
        """What the program is called, without its folder: a shell's line by its first word."""
        first = self._arguments[0].split() if self._arguments else []
        return os.path.basename(first[0])[:40] if first else ""

    def __repr__(self) -> str:
        return f"Started({len(self._arguments)} arguments)"


def _text(value: object) -> str:
    """An argument as text; what cannot be one names nothing."""
    if isinstance(value, (str, bytes, os.PathLike)):
        return os.fsdecode(value)
    return ""


def _pairs(variables: Mapping[object, object] | Iterable[object]) -> Iterator[tuple[str, str]]:
    """(name, text) of each, from a mapping or from the ``NAME=text`` that is handed to the system."""
    if hasattr(variables, "items"):
        yield from ((_text(name), _text(text)) for name, text in variables.items())
        return
    for pair in variables:
        name, _, text = _text(pair).partition("=")
        yield name, text
