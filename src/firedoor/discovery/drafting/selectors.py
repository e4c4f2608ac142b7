"""Which variables will choose the environment: those that do today, unless what they say contradicts the files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor.discovery import names, selectors, settings_classes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.discovery.findings import Findings

_MOST = 3
_FIELDS = frozenset(
    (
        "env",
        "environment",
        "app_env",
        "app_environment",
        "stage",
        "env_name",
        "environment_name",
        "deployment_environment",
    )
)


@dataclass
class Evidence:
    """What was seen of one possible selector: how often, the environments it was set to, its defaults."""

    seen: int = 0
    said: list[str] = field(default_factory=list)
    defaults: list[str] = field(default_factory=list)
    contradicts: bool = False
    is_field: bool = False


@dataclass(frozen=True)
class Selection:
    """The selectors, and the environment that is taken today when none is set."""

    names: tuple[str, ...]
    said: tuple[str, ...]
    default: str | None


def choose(found: Findings) -> Selection:
    """The selectors in use, the most used first; the usual ones when none is."""
    evidence = _evidence(found)
    usable = {name: e for name, e in evidence.items() if not e.contradicts and _convinces(name, e)}
    if len(usable) > 1:
        usable = {name: e for name, e in usable.items() if name not in selectors.BUILD_MODES}
    order = sorted(usable, key=lambda name: (-usable[name].seen, selectors.by_habit(name), name))[:_MOST]
    spelled = found.layout.spellings()
    heard = [value for name in order for value in (*usable[name].said, *usable[name].defaults)]
    said = [value for value in heard if names.is_known(value) or value in spelled]
    defaults = {value for name in order for value in usable[name].defaults}
    default = defaults.pop() if len(defaults) == 1 else None
    return Selection(tuple(order) or selectors.USUAL, tuple(dict.fromkeys(said)), default)


def _convinces(name: str, evidence: Evidence) -> bool:
    """A usual name that is read somewhere, a settings field for it, or any name that is set to environments."""
    values = [*evidence.said, *evidence.defaults]
    if name in selectors.BUILD_MODES:
        return bool(evidence.said)
    if evidence.is_field or selectors.by_habit(name) < selectors.by_habit(""):
        return True
    return any(names.is_known(value) for value in values)


def _evidence(found: Findings) -> dict[str, Evidence]:
    evidence: dict[str, Evidence] = {}
    for name, default, is_field in _sightings(found):
        one = evidence.setdefault(name, Evidence())
        one.seen += 1
        one.is_field = one.is_field or is_field
        if default and names.is_name(default) and default not in one.defaults:
            one.defaults.append(default)
    _hear_files(found, evidence)
    return evidence


def _sightings(found: Findings) -> Iterator[tuple[str, str | None, bool]]:
    """(name, default, whether it fills a settings field for it) wherever code, Compose or a script reads one."""
    for read in found.code.reads:
        if selectors.may_select(read.variable):
            yield read.variable, read.default, False
    for one in found.classes:
        for setting in settings_classes.settings_of(one, found.classes):
            if setting.kind.type not in (None, "str", "enum"):
                continue
            variable, is_field = setting.variable.upper(), setting.field.lower() in _FIELDS
            if selectors.may_select(variable) or (is_field and not selectors.is_label(variable)):
                yield variable, one.fields[setting.field].default, is_field
    for name, default in (*found.containers.defaults.items(), *found.commands.defaults.items()):
        yield name, default, False


def _hear_files(found: Findings, evidence: dict[str, Evidence]) -> None:
    """What selector lines say. A line that names another environment than its file is no selector's."""
    spelled = {file.path: file.spelling for file in found.layout.files}
    for path, held in found.contents.items():
        for name, value in held.selected.items():
            own = spelled.get(path, "")
            if not names.is_known(value) and value != own:
                continue
            one = evidence.setdefault(name, Evidence())
            one.seen += 1
            one.said.append(value)
            one.contradicts = one.contradicts or bool(own and names.family(own) != names.family(value))
