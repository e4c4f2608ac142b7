"""Names that environments would share: of containers, and of volumes and networks that Compose did not name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from firedoor.problem import Problem
    from firedoor.services.plan import Plan

_KINDS = (("volumes", "volume"), ("networks", "network"))


def problems(plan: Plan) -> Iterator[Problem]:
    """FD710 for a container's own name, FD711 for a volume or network that other environments would get, too."""
    for name, service in plan.model.services.items():
        told = str(plan.raw_service(name).get("container_name") or "")
        if service.data.get("container_name") and not _differs(plan, told):
            yield plan.problem("FD710", name, "services", name, "container_name")
    for section, kind in _KINDS:
        raw: Mapping[str, Any] = plan.raw.get(section) or {}
        for name, told in (plan.model.data.get(section) or {}).items():
            template = str((raw.get(name) or {}).get("name", ""))
            if _is_named_apart(plan, told or {}) and not _differs(plan, template):
                said = "external" if (told or {}).get("external") else "name"
                yield plan.problem("FD711", name, section, name, said, kind=kind)


def _is_named_apart(plan: Plan, told: Mapping[str, Any]) -> bool:
    """Whether its name is not the project's own with something behind."""
    return bool(told.get("external")) or not str(told.get("name", "")).startswith(f"{plan.model.name}_")


def _differs(plan: Plan, template: str) -> bool:
    """Whether the name is made of something that every environment has otherwise.

    A selector is. Another variable is when no other environment's files on this machine give it the same text.
    """
    used = _references(template)
    project = plan.configuration.project
    if used & set(project.selectors):
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


def _references(template: str) -> set[str]:
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
