"""What a settings object knows of itself: its environment, where each value came from, which of them are sensitive."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from firedoor import secret

if TYPE_CHECKING:
    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.settings.gather import Gathered
    from firedoor.settings.plan import Plan


class Provenance:
    """Holds no value. Two of them are always equal: where values came from is no part of what they are.

    ``origins`` leads from ``field`` or ``field.part`` to an origin, ``sensitive`` holds such names.
    """

    __slots__ = ("environment", "origins", "sensitive")

    def __init__(
        self, environment: "Environment", origins: "Mapping[str, Origin]", sensitive: frozenset[str]
    ) -> None:
        self.environment = environment
        self.origins = origins
        self.sensitive = sensitive

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Provenance)

    def __hash__(self) -> int:
        return hash(Provenance)

    def __repr__(self) -> str:
        return f"Provenance({self.environment.name!r})"


def provenance_of(configuration: "Configuration", plan: "Plan", gathered: "Gathered") -> Provenance:
    """The provenance of what was gathered from a configuration."""
    origins = {name: value.origin for name, value in gathered.used.items()}
    for path, value in gathered.parts.items():
        origins[".".join(path)] = value.origin
    return Provenance(configuration.environment, origins, frozenset(_sensitive(configuration, plan, gathered)))


def _sensitive(configuration: "Configuration", plan: "Plan", gathered: "Gathered") -> Iterable[str]:
    """The fields and parts fed, now or ever, by sensitive variables, or by what refers to one, or named like one."""
    names = sensitive_variables(configuration)
    options = plan.options
    lookups = {options.cased(name) for name in names}
    for field in plan.fields.values():
        if any(key.lookup in lookups for key in field.keys) or secret.looks_secret_name(field.variable):
            yield field.name
    for path, value in gathered.parts.items():
        if value.key in names or secret.looks_secret_name(path[-1]):
            yield ".".join(path)


def sensitive_variables(configuration: "Configuration") -> set[str]:
    """The variables that the declaration calls secret or a resource, and those that refer to them."""
    names = {variable.name for variable in configuration.project.sensitive}
    uses: Mapping[str, Any] = configuration.resolution.uses
    grew = bool(uses)
    while grew:
        more = {name for name, used in uses.items() if name not in names and not names.isdisjoint(used)}
        names |= more
        grew = bool(more)
    return names
