"""Which variables matter at the boundary: resources, secrets, types that are certain, what nothing works without."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor.declaration import Variable
from firedoor.discovery import kinds, names, selectors, settings_classes
from firedoor.discovery.contents import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.discovery.draft import EnvironmentDraft
    from firedoor.discovery.findings import Findings

_FLAGS = frozenset(
    ("debug", "testing", "echo", "enabled", "enable", "disable", "disabled", "use", "is", "reload", "verbose")
)
_NUMBERS = frozenset(
    """port timeout workers threads retries ttl size limit count minutes seconds hours days length max min
    concurrency connections interval""".split()  # noqa: SIM905 - words read best as lines of words
)
_DEBUG_NAMES = frozenset(("debug", "app_debug", "django_debug", "flask_debug", "debug_mode"))
_OF_THE_SYSTEM = frozenset(
    """HOME PATH USER SHELL PWD LANG TERM TMPDIR HOSTNAME CI GITHUB_TOKEN GITHUB_ACTIONS PYTHONPATH VIRTUAL_ENV
    DJANGO_SETTINGS_MODULE""".split()  # noqa: SIM905 - the same
)
_BARE = ("str", None)


@dataclass
class _Candidate:
    """One variable with everything that speaks of it."""

    name: str
    shape: Shape
    kinds: list[settings_classes.Setting] = field(default_factory=list)
    casts: list[str] = field(default_factory=list)
    required: bool = False
    required_in: list[str] = field(default_factory=list)


def choose(
    found: Findings, environments: list[EnvironmentDraft], chosen_selectors: tuple[str, ...]
) -> list[Variable]:
    """The variables to declare, in the order of the files, then of the code."""
    candidates = _candidates(found, environments)
    variables = []
    for candidate in candidates.values():
        if candidate.name in chosen_selectors or selectors.may_select(candidate.name):
            continue
        variable = _variable(candidate, {*found.code.given, *found.containers.given})
        if variable is not None:
            variables.append(variable)
    return variables


def _candidates(found: Findings, environments: list[EnvironmentDraft]) -> dict[str, _Candidate]:
    candidates = {
        name: _Candidate(name, found.shapes[name]) for held in found.contents.values() for name in held.keys
    }
    spelled = {name.upper(): name for name in candidates}

    def get(name: str) -> _Candidate:
        known = name if name in candidates else spelled.get(name.upper(), name.upper())
        return candidates.setdefault(known, _Candidate(known, Shape()))

    for one in found.classes:
        for setting in settings_classes.settings_of(one, found.classes):
            candidate = get(setting.variable)
            candidate.kinds.append(setting)
            candidate.required = candidate.required or setting.required
    for read in found.code.reads:
        if read.variable in _OF_THE_SYSTEM or (
            read.variable not in candidates and not _matters(read.variable, read.certain)
        ):
            continue
        candidate = get(read.variable)
        candidate.casts += [read.type] if read.type else []
        if read.certain:
            _require(candidate, read.path, environments)
    for name in found.containers.required:
        get(name).required = True
    return candidates


def _matters(name: str, certain: bool) -> bool:
    return certain or kinds.resource_of(name, ()) is not None or kinds.is_secret(name)


def _require(candidate: _Candidate, path: str, environments: list[EnvironmentDraft]) -> None:
    """Everywhere; a settings module of one environment (``settings/production.py``) requires it only there."""
    stem = posixpath.basename(path).removesuffix(".py")
    if not names.is_usual(stem):
        candidate.required = True
        return
    for environment in environments:
        if stem in environment.spellings and environment.name not in candidate.required_in:
            candidate.required_in.append(environment.name)


def _variable(candidate: _Candidate, given: set[str]) -> Variable | None:
    """The declaration of it, None where there is nothing to say beyond its name."""
    resource = kinds.resource_of(
        candidate.name, candidate.shape.schemes, elsewhere=candidate.shape.strange > 0
    )
    said = [setting.kind for setting in candidate.kinds]
    secret = resource is None and (kinds.is_secret(candidate.name) or any(kind.secret for kind in said))
    kind, values = _type(candidate)
    if resource is not None or secret:
        kind, values = "str", ()  # what it leads to says more than how it is spelled
    required: bool | tuple[str, ...] = candidate.required or tuple(candidate.required_in)
    if candidate.name in given or not required:
        required = False
    if resource is None and not secret and not required and (kind == "str" or not candidate.shape.seen):
        return None  # what only the code knows of, the code judges
    return Variable(
        candidate.name, type=kind, values=values, required=required, secret=secret, resource=resource
    )


def _type(candidate: _Candidate) -> tuple[str, tuple[str, ...]]:
    """The type that code says, where all of it agrees and the values do not rule it out; else what all values show."""
    shape = candidate.shape
    said = {setting.kind.type for setting in candidate.kinds if setting.kind.type} | set(candidate.casts)
    values = {setting.kind.values for setting in candidate.kinds}
    if len(said) == 1 and len(values) <= 1:
        (kind,) = said
        if kind == "str" or (kind not in ("url", "list", "path") and shape.empty):
            return "str", ()
        return kind, next(iter(values), ()) if kind == "enum" else ()
    if said or shape.empty or not shape.filled:
        return "str", ()
    words = set(candidate.name.lower().replace("-", "_").split("_"))
    if shape.words == shape.filled or (words & _FLAGS and not words & _NUMBERS and _mostly_bools(shape)):
        return "bool", ()
    if shape.ints == shape.filled and words & _NUMBERS:
        return "int", ()
    return "str", ()


def _mostly_bools(shape: Shape) -> bool:
    """All of the values, or most of them with a word like ``true`` among them: the odd one is a slip to be told."""
    return shape.bools == shape.filled or (shape.words > 0 and 2 * shape.bools > shape.filled)


def debug_switches(variables: list[Variable]) -> Iterator[str]:
    """The flags that must be off in production."""
    for variable in variables:
        plain = variable.name.lower()
        if variable.type == "bool" and (
            plain in _DEBUG_NAMES or (plain.endswith("_debug") and plain.count("_") == 1)
        ):
            yield variable.name
