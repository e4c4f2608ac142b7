"""Names that environments would share: of containers, and of volumes and networks that Compose did not name."""

from __future__ import annotations

import os

from firedoor.services import compose, labels
from firedoor.services.model import within
from firedoor.services.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from firedoor.problem import Problem
    from firedoor.services.plan import Plan

_KINDS = (("volumes", "volume"), ("networks", "network"))
_JOINED = ("network_mode", "pid", "ipc", "volumes_from")
_CONTAINER = "container:"
_PROJECT_NAME = "COMPOSE_PROJECT_NAME"  # Compose's own


def problems(plan: Plan) -> Iterator[Problem]:
    """FD710 for a container's own name, FD711 for what other environments would get, too."""
    project, environment = plan.configuration.project, plan.configuration.environment
    if any(
        labels.compose_project(project, one) == plan.compose.name
        for one in project.environments
        if one is not environment
    ):
        yield plan.problem("FD711", plan.compose.name, kind="Compose project")
    for name, service in plan.model.services.items():
        told = str(plan.raw_service(name).get("container_name") or "")
        where = ("services", name, "container_name")
        if service.data.get("container_name") and not _is_apart(plan, told, *where):
            yield plan.problem("FD710", name, *where)
        yield from _joined(plan, name)
        yield from _folders(plan, name)
    for section, kind in _KINDS:
        raw: Mapping[str, Any] = plan.raw.get(section) or {}
        for name, told in (plan.model.data.get(section) or {}).items():
            if _is_anothers(plan, str((told or {}).get("name", ""))):
                yield plan.problem("FD711", name, section, name, "name", kind=kind)
                continue
            template = _shared(plan, told or {}, raw.get(name) or {})
            if template is not None and not _is_apart(plan, template[1], section, name, template[0]):
                yield plan.problem("FD711", name, section, name, template[0], kind=kind)


def _joined(plan: Plan, name: str) -> Iterator[Problem]:
    """Containers of other projects whose network, processes or volumes a service is to have."""
    service, finished = plan.raw_service(name), plan.model.services[name].data
    for key in _JOINED:
        told = service.get(key) or ()
        means = finished.get(key) or ()
        theirs = any(
            _is_anothers(plan, str(one).removeprefix(_CONTAINER))
            for one in ([means] if isinstance(means, str) else means)
            if str(one).startswith(_CONTAINER)
        )
        for one in [told] if isinstance(told, str) else told:
            other = str(one).removeprefix(_CONTAINER)
            if other != one and (theirs or not _is_apart(plan, other, "services", name, key)):
                yield plan.problem("FD711", other.partition(":")[0], "services", name, key, kind="container")


def _folders(plan: Plan, name: str) -> Iterator[Problem]:
    """Folders outside the checkout that a service may write into, whichever environment it is started in."""
    raw = {
        one.get("target"): one for one in plan.raw_service(name).get("volumes") or () if isinstance(one, dict)
    }
    for mount in plan.model.services[name].mounts:
        source = str(mount.get("source") or "")
        if mount.get("type") != "bind" or mount.get("read_only") or within(plan.compose.root, source):
            continue
        template = str((raw.get(mount.get("target")) or mount).get("source"))
        if (os.path.isdir(source) or not os.path.exists(source)) and not _is_apart(
            plan, template, "services", name, "volumes"
        ):
            severity = "error" if plan.configuration.environment.protected else "warning"
            yield plan.problem(
                "FD711", template, "services", name, "volumes", severity=severity, kind="folder"
            )


def _shared(plan: Plan, told: Mapping[str, Any], raw: Mapping[str, Any]) -> tuple[str, str] | None:
    """The key that says which volume or network it is, and what it says; None for one of the project's own."""
    if told.get("external"):
        return "external", str(raw.get("name") or told.get("name", ""))
    if not str(told.get("name", "")).startswith(f"{plan.model.name}_"):
        return "name", str(raw.get("name", ""))
    options = told.get("driver_opts") or {}
    if options.get("device") and options.get("type") != "tmpfs":
        return "driver_opts", str((raw.get("driver_opts") or {}).get("device", ""))
    return None


def _is_anothers(plan: Plan, name: str) -> bool:
    """Whether Compose gives such a name to what another environment of the project has."""
    project = plan.configuration.project
    found = [
        one
        for one in (labels.compose_project(project, each) for each in project.environments)
        if name.startswith((f"{one}_", f"{one}-"))
    ]
    return bool(found) and max(found, key=len) != plan.compose.name


def _is_apart(plan: Plan, template: str, *where: str) -> bool:
    """Whether other environments have another name, as far as anybody can tell here."""
    if _differs(plan, template):
        return True
    project, environment = plan.configuration.project, plan.configuration.environment
    theirs = compose.files_of_others(project, environment)
    if plan.places.find(*where).name in theirs:
        return False
    return not Places(project.root, sorted(theirs.difference(plan.compose.files))).mention(template)


def _differs(plan: Plan, template: str) -> bool:
    """Whether the name is made of something that every environment has otherwise.

    A selector is. Another variable is when no other environment's files on this machine give it the same text.
    """
    used = references(template)
    project = plan.configuration.project
    if used & {_PROJECT_NAME, *project.selectors}:
        return True
    own = plan.configuration.values
    for key in used & own.keys():
        others = [
            entry.value
            for _, sourced in plan.configuration.others
            for layer in sourced.layers
            for entry in layer.entries
            if entry.key == key
        ]
        if others and own[key].text not in others:
            return True
    return False


def references(template: str) -> set[str]:
    """The names in ``${NAME}``, ``${NAME:-x}`` and ``$NAME``."""
    found = set()
    for piece in template.replace("$$", "").split("$")[1:]:
        bare = piece.removeprefix("{")
        name = ""
        for letter in bare:
            if not (letter.isalnum() or letter == "_"):
                break
            name += letter
        found.add(name)
    return found - {""}
