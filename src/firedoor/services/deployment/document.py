"""The whole file, as text: what a host's Compose and a Swarm both read, and what Compose alone reads.

How it is called::

    given = {**plan.variables, **references.stand_ins(sensitive)}  # only the names that have a value
    model = ...  # `docker compose config --no-env-resolution --format json`, run with these variables
    made = document.render(model, project="handbook", environment="production", root=project.root, values=..., ...)
    made.text, made.notes

``sensitive`` are the names of all variables whose values may not be read in the file: secrets, resources, and what no
declaration makes plain. ``files`` are the environment's own env files, as the declaration spells them.

A stack refuses ``name``, conditions of ``depends_on`` and more, and reads the first document of a YAML file only.
Compose reads all of them, each on top of the one before. So the file has two: what both take, and what Compose alone
takes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firedoor import secret
from firedoor.fingerprint import digest
from firedoor.services import labels
from firedoor.services.deployment import headers, references, tidying
from firedoor.services.deployment.notes import Notes
from firedoor.services.deployment.references import Literals
from firedoor.services.deployment.stack_form import VERSION, Stack
from firedoor.services.deployment.swarm_secrets import SwarmSecrets
from firedoor.services.deployment.yaml_text import Replacing, block

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PARTS = ("networks", "volumes", "secrets", "configs")
_DIGEST_BYTES = 8
_OWN_PASSWORD = re.compile(r"://[^/@\s]*:(?!\$\{)[^/@\s]+@")
_OF_ENV_FILES = (
    "a Swarm reads it without quotes and references, and `docker service inspect` shows what it says; "
    "with --swarm its secrets are Swarm secrets"
)
# what may hold a secret that somebody has written down; the rest are names and numbers
_FREE_TEXTS = ("command", "entrypoint", "environment", "healthcheck", "labels", "logging")


@dataclass(frozen=True)
class Rendered:
    """The file. ``notes`` say what it does not do, ``needs`` which variables the shell has to have when it is run.

    ``secrets`` are the Swarm secrets that it needs, each with the variable whose value it has to hold.
    """

    text: str
    notes: tuple[str, ...]
    needs: tuple[str, ...]
    secrets: tuple[tuple[str, str], ...]


def render(
    model: Mapping[str, Any],
    *,
    project: str,
    environment: str,
    root: str,
    values: Mapping[str, str],
    sensitive: Collection[str],
    selectors: Mapping[str, str],
    files: Collection[str] = (),
    swarm: bool = False,
) -> Rendered:
    """The file of an environment: services without a profile, and no sensitive value in it.

    With ``swarm`` it is for a stack alone, and sensitive variables are Swarm secrets. Otherwise they are asked for, or
    come from an env file beside the file.
    """
    making = _Making(model, root, values, sensitive, selectors)
    marks = {labels.PROJECT: project, labels.ENVIRONMENT: environment}
    services = {name: making.service(name, told) for name, told in making.chosen.items()}
    secrets = SwarmSecrets(making.name, making.written(values), sensitive, files) if swarm else None
    if secrets is not None:
        services = {name: secrets.service(name, told) for name, told in services.items()}
    services = {name: _marked(told, marks, for_stack=swarm) for name, told in services.items()}
    data = {"services": services, **making.parts(services)}
    if secrets is not None:
        data["secrets"] = {**data.get("secrets", {}), **secrets.declared()}
    stack = Stack()
    common = _for_stack(data, stack)
    alone = {} if swarm else {"name": making.name, **_difference(data, common)}
    notes = [*making.notes.lines(), *(secrets.notes.lines() if secrets else ()), *stack.notes.lines()]
    env_files = tidying.env_files(services)
    if env_files and not swarm:
        notes += [f"{', '.join(env_files)}: {_OF_ENV_FILES}"]
    told = headers.Told(
        project=project,
        environment=environment,
        name=making.name,
        needs=tuple(references.names(common if swarm else data)),
        env_files=tuple(env_files),
        secrets=tuple(secrets.needed()) if secrets else (),
        notes=tuple(notes),
    )
    # Compose says of each file with a version that it needs none
    version = {"version": VERSION} if swarm else {}
    text = headers.of_swarm(told) if swarm else headers.of_both(told)
    text += "\n" + "\n".join(block({key: value}) for key, value in {**version, **common}.items() if value)
    if alone:
        text += f"\n---\n{headers.OF_COMPOSE}{block(alone)}"
    return Rendered(text, told.notes, told.needs, told.secrets)


class _Making:
    """What Compose made of its files, service by service, as it goes into the file."""

    def __init__(
        self,
        model: Mapping[str, Any],
        root: str,
        values: Mapping[str, str],
        sensitive: Collection[str],
        selectors: Mapping[str, str],
    ) -> None:
        self.notes = Notes()
        self.name = str(model.get("name") or "")
        every = references.restored(model.get("services") or {})
        self.chosen = {name: told for name, told in sorted(every.items()) if not told.get("profiles")}
        self._model = model
        self._root = root
        self._values = values
        self._sensitive = frozenset(sensitive) - selectors.keys()
        self._selectors = {name: references.escaped(text) for name, text in selectors.items()}
        known = {*every, *selectors.values(), self.name, self.name.rpartition("-")[0]}
        self._literals = Literals(values, self._sensitive, known=known)

    def service(self, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """The service for Compose, without labels of firedoor's."""
        made = tidying.service(told, self._root, self.chosen)
        if not made.get("image"):
            made["image"] = f"{self.name}-{name}"
            self.notes.add(name, f"it names no image: build one and call it {made['image']}")
        for path in tidying.outside(made):
            self.notes.add(name, f"{path} is not in the project: it has to be there on every machine")
        made["environment"] = self._environment(name, made.get("environment") or {})
        return {
            key: self._literals.replaced(part) if key in _FREE_TEXTS else part for key, part in made.items()
        }

    def parts(self, services: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """The networks, volumes, secrets and configs that the services use."""
        found = {}
        for kind in _PARTS:
            declared = references.restored(self._model.get(kind) or {})
            used = tidying.used(kind, services)
            found[kind] = {
                name: self._literals.replaced(tidying.part(name, told or {}, self._root, self.name))
                for name, told in sorted(declared.items())
                if name in used
            }
        if found["networks"].get("default") == {}:
            del found["networks"]["default"]
        return {kind: told for kind, told in found.items() if told}

    def written(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values as the file says them."""
        escaped = {name: references.escaped(text) for name, text in values.items()}
        return {name: self._literals.replaced(text) for name, text in escaped.items()}

    def _environment(self, service: str, told: Mapping[str, Any]) -> dict[str, Any]:
        made = {name: self._variable(service, name, text) for name, text in sorted(told.items())}
        return dict(sorted({**made, **self._selectors}.items()))

    def _variable(self, service: str, name: str, text: str | None) -> str | None:
        """What a service's own ``environment`` says of a variable: never the literal value of a sensitive one."""
        if name in self._sensitive or (name not in self._selectors and secret.looks_secret_name(name)):
            if text is None or _is_written_out(text):
                if text is not None and text != references.escaped(self._values.get(name, "")):
                    self.notes.add(
                        service, f"{name} has a value in the Compose file, which is left out: set it"
                    )
                return references.reference(name)
            return text
        if text is None and name in self._values:
            return references.escaped(self._values[name])
        if text is None and name not in self._selectors:
            self.notes.add(service, f"{name} is what the shell says that runs the file")
        return text


def _is_written_out(text: str) -> bool:
    """Whether a sensitive variable's text holds something of its own, not only what other variables are."""
    return bool(text) and (not references.names(text) or _OWN_PASSWORD.search(text) is not None)


def _marked(told: Mapping[str, Any], marks: Mapping[str, str], *, for_stack: bool) -> dict[str, Any]:
    """The service with labels that say what it is; the digest is of all but the labels."""
    rest = {key: value for key, value in told.items() if key != "labels"}
    own = {
        **marks,
        labels.DIGEST: digest(json.dumps(rest, sort_keys=True).encode(), size=_DIGEST_BYTES).hex(),
    }
    made = {**told, "labels": {**(told.get("labels") or {}), **own}}
    if for_stack:
        deploy = told.get("deploy") or {}
        made["deploy"] = {**deploy, "labels": {**(deploy.get("labels") or {}), **own}}
    return made


def _for_stack(data: Mapping[str, Any], stack: Stack) -> dict[str, Any]:
    """All of it as a stack takes it; what a service names of what a stack cannot have goes too."""
    parts = {
        kind: {name: stack.part(kind, name, told) for name, told in data[kind].items()}
        for kind in _PARTS
        if kind in data
    }
    lost = {kind: {name for name, told in part.items() if told is None} for kind, part in parts.items()}
    services = {name: stack.service(name, told) for name, told in data["services"].items()}
    for told in services.values():
        for kind in ("secrets", "configs"):
            if lost.get(kind) and kind in told:
                told[kind] = [one for one in told[kind] if one["source"] not in lost[kind]]
    kept = {
        kind: {name: told for name, told in part.items() if told is not None} for kind, part in parts.items()
    }
    return {"services": {name: tidying.ordered(told) for name, told in services.items()}, **kept}


def _difference(whole: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """What Compose has to be told on top of what a stack takes, so that it has the whole again."""
    found: dict[str, Any] = {}
    for kind, entries in whole.items():
        for name, told in entries.items():
            base = common.get(kind, {}).get(name, {})
            more = {
                key: Replacing(value) if key in base else value
                for key, value in told.items()
                if value != base.get(key)
            }
            gone = {key: Replacing(type(value)()) for key, value in base.items() if key not in told}
            if more or gone or name not in common.get(kind, {}):
                found.setdefault(kind, {})[name] = tidying.ordered({**more, **gone})
    return found
