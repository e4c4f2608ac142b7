"""Sensitive variables as Swarm secrets: files in /run/secrets, seen by no ``docker service inspect``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firedoor.services.deployment import references, tidying
from firedoor.services.deployment.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Collection

_FOLDER = "/run/secrets"
# official images read POSTGRES_PASSWORD_FILE and the like
_SUFFIX = "_FILE"


class SwarmSecrets:
    """Moves what is sensitive out of services' variables. ``notes`` tell what stays readable."""

    def __init__(
        self, stack: str, values: Mapping[str, str], sensitive: Collection[str], files: Collection[str]
    ) -> None:
        """``values`` are written as the file says them: plain ones escaped, with no sensitive one inside."""
        self.notes = Notes()
        self._stack = stack
        self._values = values
        self._sensitive = frozenset(sensitive)
        self._files = frozenset(files)
        self._used: set[str] = set()

    def service(self, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """The service with secrets for its sensitive variables, and what its env file says written out."""
        made = dict(told)
        said = dict(told.get("environment") or {})
        mounted = {variable: variable for variable in self._from_files(made)}
        for variable, text in {**self._plain(made), **said}.items():
            said[variable] = text
            source = self._source(variable, text)
            if source is not None:
                del said[variable]
                mounted[variable] = source
                said[f"{variable}{_SUFFIX}"] = f"{_FOLDER}/{variable}"
        self._tell_of_rest(name, {**made, "environment": said})
        made["environment"] = dict(sorted(said.items()))
        made["env_file"] = self._others(made)
        made["secrets"] = [
            *(made.get("secrets") or ()),
            *(self._mount(variable, source) for variable, source in sorted(mounted.items())),
        ]
        return tidying.ordered({key: value for key, value in made.items() if value not in ({}, [])})

    def declared(self) -> dict[str, Any]:
        """The secrets for the top of the file: the Swarm has them already."""
        return {variable: {"external": True, "name": self._name(variable)} for variable in sorted(self._used)}

    def needed(self) -> list[tuple[str, str]]:
        """The secrets to create, each with the variable that it holds."""
        return [(self._name(variable), variable) for variable in sorted(self._used)]

    def _name(self, variable: str) -> str:
        return f"{self._stack}-{variable}"

    def _mount(self, variable: str, source: str) -> dict[str, Any]:
        self._used.add(source)
        return {"source": source} if source == variable else {"source": source, "target": variable}

    def _reads_own(self, told: Mapping[str, Any]) -> bool:
        return any(path in self._files for path in tidying.env_files({"": told}))

    def _from_files(self, told: Mapping[str, Any]) -> list[str]:
        """The sensitive variables that a service reads from the environment's own env file."""
        if not self._reads_own(told):
            return []
        return sorted(name for name in self._sensitive & self._values.keys() if self._values[name])

    def _plain(self, told: Mapping[str, Any]) -> dict[str, str]:
        """The plain ones, and those with nothing to hide: a Swarm has no empty secret."""
        if not self._reads_own(told):
            return {}
        return {name: text for name, text in self._values.items() if name not in self._sensitive or not text}

    def _others(self, told: Mapping[str, Any]) -> list[Any]:
        return [one for one in told.get("env_file") or () if _path(one) not in self._files]

    def _source(self, variable: str, text: str | None) -> str | None:
        """The variable whose secret a service's own variable is, None for one that is none."""
        if not text:
            return None
        whole = references.only(text)
        if whole in self._sensitive:
            return whole
        return variable if variable in self._sensitive else None

    def _tell_of_rest(self, name: str, told: Mapping[str, Any]) -> None:
        for variable in references.names(told):
            if variable in self._sensitive:
                self.notes.add(
                    name, f"{variable} is a part of another text: `docker service inspect` shows its value"
                )
        for one in self._others(told):
            self.notes.add(
                name,
                f"a Swarm reads {_path(one)} without quotes and references, and shows it in `docker service inspect`",
            )


def _path(told: Any) -> str:
    return str(told["path"] if isinstance(told, Mapping) else told)
