"""Whose a resource is that a client library is about to connect to: by identity, then by its address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from firedoor import endpoints, resolution, resources, sources
from firedoor.client_variables import LEADING
from firedoor.guard.policy import DECLARED
from firedoor.resources import files, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity

_FILES = ("file", "inode")
_NO_FILE = ("", ":memory:")


class Holder(NamedTuple):
    """The environment that owns a thing, the variable that leads to it and where that is said."""

    environment: Environment
    variable: str
    origin: Origin | None


class Ownership:
    """What this environment and the others own, by identity. Made when a library first asks."""

    def __init__(self, configuration: Configuration) -> None:
        self._environment = configuration.environment
        self._own: dict[Identity, str] = {}
        self._others: dict[Identity, Holder] = {}
        for variable, _, identity in endpoints.identities_of(configuration):
            self._own.setdefault(identity, variable)
        self.has_files = False
        for environment, variable_of_other, origin, identity in endpoints.identities_of_others(configuration):
            holder = Holder(environment, variable_of_other.name, origin)
            self.has_files = self.has_files or identity[0] in _FILES
            known = self._others.setdefault(identity, holder)
            if environment.protected and not known.environment.protected:
                self._others[identity] = holder

    def own(self, identities: Iterable[Identity]) -> str:
        """The environment's own variable that leads to one of the identities; empty for none."""
        return next((self._own[identity] for identity in identities if identity in self._own), "")

    def foreign(self, identities: Iterable[Identity]) -> Holder | None:
        """The other environment that owns one of the identities, or a part or the whole of it, and must not be reached.

        An open environment that is not protected may reach another that is not, as its declaration says.
        """
        for identity in identities:
            if identity in self._own:
                continue
            for one in (identity, *resolution.by_hosts_file(identity), *resources.within(identity)):
                holder = self._others.get(one)
                if holder is not None and one not in self._own and self._is_refused(holder):
                    return holder
        return None

    def _is_refused(self, holder: Holder) -> bool:
        chosen = self._environment
        return holder.environment.protected or chosen.protected or chosen.network == DECLARED


def leading() -> tuple[str, ...]:
    """What the process says to client libraries beside a text: its folder, and (name, text) of the variables."""
    variables = sources.process_environment()
    named = [word for name in sorted(LEADING & variables.keys()) for word in (name, variables[name])]
    return (os.getcwd(), *named)


def read(kind: str, text: str) -> tuple[frozenset[Identity], str]:
    """What a client library of this process makes of the text: it obeys the process's variables, in this folder."""
    folder, *named = leading()
    variables = dict(zip(named[::2], named[1::2], strict=True))
    return resources.read(kind, text, resources.Where(folder, variables))


def is_in_memory(path: object) -> bool:
    """Whether SQLite opens no file by the path, or one of its own that is gone with the connection."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False
    text = os.fsdecode(path)
    if text in _NO_FILE:
        return True
    address = text.lower().partition("?")
    return address[0] == "file::memory:" or (
        address[0].startswith("file:") and "mode=memory" in address[2].split("&")
    )


def of_file(path: object, folder: str) -> list[Identity]:
    """What SQLite opens by the path: by its real path, and by device and number, to which links and mounts lead, too.

    A ``file:`` address is read as one and as a path: which of them it is, is said elsewhere.
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        return []
    text = os.fsdecode(path)
    if text in _NO_FILE:
        return []
    found = files.identities(text, folder)
    if text[:5].lower() == "file:":
        found |= sqlite.identities(text, resources.Where(folder))
    return sorted(found)
