"""What the lock remembers of the declaration: who is protected, who may share, what is read and what is compared.

A declaration that says more than the lock is newer, and the lock is taken again. One that guards less than the lock
remembers is refused until somebody accepts that, by name: unprotecting production is an act of its own.
"""

from firedoor.declaration import Services

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment

EVERYWHERE = "everywhere"
_PROTECTED = ".protected"
_FOLLOWING = ("fallback", "unstamped", "network")  # whose defaults differ where an environment is protected
_SHARING = ("shared", "shared_server", "overridable", "live")


class Change:
    """One pin that the declaration no longer says: its name, what was pinned and what is declared (empty: nothing)."""

    __slots__ = ("declared", "loosens", "name", "pinned")

    def __init__(self, name: str, pinned: str, declared: str) -> None:
        self.name = name
        self.pinned = pinned
        self.declared = declared
        self.loosens = _rule(name).loosens(pinned, declared)

    def __repr__(self) -> str:
        return f"Change({self.name!r}, {'loosens' if self.loosens else 'newer'})"


def of(project: "Project") -> dict[str, str]:
    """What the declaration says now, by name of the pin. Nothing in it is a value of a variable."""
    pins = {
        "project.selector": _listed(project.selectors),
        "project.default": project.default or "",
        "files.templates": _listed(project.files),
        "files.optional": _listed(project.optional_files),
        "files.fallback_file": project.fallback_file,
        "files.secrets": project.secrets,
        "environments": _listed(project.names),
    }
    for environment in project.environments:
        pins |= _of_environment(environment)
    for variable in project.variables.values():
        pins |= _of_variable(variable)
    pins |= _of_services(project.services)
    return {name: value for name, value in pins.items() if value}


def _of_environment(environment: "Environment") -> dict[str, str]:
    table = f"environments.{environment.name}"
    pins = {f"names.{spelling}": environment.name for spelling in environment.spellings}
    pins[f"{table}.protected"] = "true" if environment.protected else "false"
    pins[f"{table}.fallback"] = environment.fallback
    pins[f"{table}.unstamped"] = environment.unstamped
    pins[f"{table}.tests"] = "true" if environment.tests else "false"
    pins[f"{table}.network"] = environment.network
    pins[f"{table}.reach"] = _listed(environment.reach)
    pins[f"{table}.guard"] = environment.guard
    pins[f"{table}.accepts"] = _listed(environment.accepts)
    if environment.protected:
        pins[f"{table}.profiles"] = _listed(environment.profiles)
    for variable, allowed in environment.require.items():
        pins[f"{table}.require.{variable}"] = _listed(allowed)
    return pins


def _of_variable(variable: "Variable") -> dict[str, str]:
    table = f"variables.{variable.name}"
    pins = {}
    if variable.sensitive:
        pins[f"{table}.owned"] = variable.resource or "secret"
    for rule in _SHARING:
        said = getattr(variable, rule)
        pins[f"{table}.{rule}"] = _listed(said) if isinstance(said, tuple) else EVERYWHERE if said else ""
    return pins


def _of_services(services: "Services") -> dict[str, str]:
    """What is let through that is refused where nothing is said, and what is refused beside that."""
    usual = _refused(Services())
    refused = _refused(services)
    allowed = [*services.own, *(one for one in usual if one not in refused)]
    if services.side_by_side:
        allowed.append("side by side")
    return {
        "services.allows": _listed(allowed),
        "services.refuses": _listed(one for one in refused if one not in usual),
    }


def _refused(services: "Services") -> list[str]:
    return [
        *(f"tag {tag}" for tag in services.unpinned),
        *(f"debug port {port}" for port in services.debug_ports),
    ]


def _listed(texts: "Iterable[object]") -> str:
    return " | ".join(map(str, texts))


def changes(pinned: "Mapping[str, str]", declared: "Mapping[str, str]") -> list[Change]:
    """What differs between the lock and the declaration, by name.

    What follows from unprotecting an environment is not told beside it.
    """
    found = [
        Change(name, pinned.get(name, ""), declared.get(name, ""))
        for name in sorted({*pinned, *declared})
        if pinned.get(name, "") != declared.get(name, "")
    ]
    opened = [
        one.name.removesuffix(_PROTECTED) for one in found if one.loosens and one.name.endswith(_PROTECTED)
    ]
    following = {f"{table}.{rule}" for table in opened for rule in _FOLLOWING}
    return [one for one in found if one.name not in following]


def stricter(one: "Mapping[str, str]", other: "Mapping[str, str]") -> dict[str, str]:
    """The pins of two locks together: where they differ, what guards more."""
    together = {}
    for name in {*one, *other}:
        if name in one and name in other:
            together[name] = _rule(name).stricter(one[name], other[name])
        else:
            together[name] = one[name] if name in one else other[name]
    return together


class _Rule:
    """How the values of one family of pins compare: whether a change guards less, and which of two guards more."""

    __slots__ = ("loosens", "stricter")

    def __init__(
        self, loosens: "Callable[[str, str], bool]", stricter: "Callable[[str, str], str]" = min
    ) -> None:
        self.loosens = loosens
        self.stricter = stricter


def _rule(name: str) -> "_Rule | _Ranked":
    family, _, rest = name.partition(".")
    if family == "services":
        return _RULES.get(rest, _FIXED)
    if family in ("environments", "variables") and rest:
        if ".require." in rest:
            return _REQUIRED
        return _RULES.get(rest.rpartition(".")[2], _FIXED)
    return _RULES.get(name) or _RULES.get(family, _FIXED)


def _is_changed(pinned: str, _declared: str) -> bool:
    return bool(pinned)


def _is_chosen(_pinned: str, declared: str) -> bool:
    return bool(declared)


def _is_another(pinned: str, declared: str) -> bool:
    return bool(pinned and declared)


def _is_unprotected(pinned: str, _declared: str) -> bool:
    return pinned == "true"


def _is_reordered(pinned: str, declared: str) -> bool:
    """Whether those that are left stand in another order; who is gone is told by pins of its own."""
    before, now = pinned.split(" | "), declared.split(" | ")
    return [name for name in before if name in now] != [name for name in now if name in before]


def _widens(pinned: str, declared: str) -> bool:
    if EVERYWHERE in (pinned, declared):
        return pinned != EVERYWHERE
    return not _set(declared) <= _set(pinned)


def _allows_more(pinned: str, declared: str) -> bool:
    return bool(pinned) and (not declared or not _set(declared) <= _set(pinned))


def _refuses_less(pinned: str, declared: str) -> bool:
    return not _set(pinned) <= _set(declared)


def _wider(one: str, other: str) -> str:
    return _listed(sorted(_set(one) | _set(other)))


def _narrower(one: str, other: str) -> str:
    if EVERYWHERE in (one, other):
        return other if one == EVERYWHERE else one
    return _listed(sorted(_set(one) & _set(other)))


def _set(listed: str) -> set[str]:
    return set(listed.split(" | ")) - {""}


class _Ranked:
    """The rule of values that are ranked from the strictest to the laxest; a value that is not known is laxer."""

    __slots__ = ("_ranks",)

    def __init__(self, *ranks: str) -> None:
        self._ranks = ranks

    def loosens(self, pinned: str, declared: str) -> bool:
        """Whether the declared value is laxer; nothing declared is not."""
        return bool(pinned and declared) and self._rank(declared) > self._rank(pinned)

    def stricter(self, one: str, other: str) -> str:
        """The stricter of two."""
        return min(one, other, key=lambda value: (self._rank(value), value))

    def _rank(self, value: str) -> int:
        return self._ranks.index(value) if value in self._ranks else len(self._ranks)


_FIXED = _Rule(_is_changed)
_SHARED = _Rule(_widens, _narrower)
_REQUIRED = _Rule(_allows_more, _narrower)
# what is not listed may not change at all
_RULES: "dict[str, _Rule | _Ranked]" = {
    "names": _Rule(_is_another),
    "environments": _Rule(_is_reordered),
    "project.default": _Rule(_is_chosen),
    "protected": _Rule(_is_unprotected, max),
    "fallback": _Ranked("never", "process", "file"),
    "unstamped": _Ranked("error", "warning", "note"),
    "tests": _Ranked("false", "true"),
    "network": _Ranked("declared", "not-protected", "open"),
    "reach": _SHARED,
    "accepts": _SHARED,
    "profiles": _SHARED,
    "allows": _SHARED,
    "refuses": _Rule(_refuses_less, _wider),
    "guard": _Ranked("audit", "patches"),
    **dict.fromkeys(_SHARING, _SHARED),
}
