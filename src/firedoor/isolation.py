"""May these environments own this? What two of them claim is compared by keyed hash, not by value."""

from firedoor import resources
from firedoor.fingerprint import fingerprint
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.secret import looks_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.resolve import Value

    Index = dict[bytes, list["Claim"]]

_ALWAYS_ERRORS = ("database", "bucket", "vector")


class Claim:
    """One environment's hold on a resource or secret: who, by which variable, and where it says so.

    ``mark`` is the fingerprint of what is claimed, ``spelling`` that of the text that claims it. ``service`` is the
    host's name where that is a container's in a network of its own: the same name is another server in another one.
    """

    __slots__ = ("environment", "mark", "origin", "service", "spelling", "variable")

    def __init__(
        self,
        environment: "Environment",
        variable: "Variable",
        origin: "Origin",
        *,
        mark: bytes,
        spelling: bytes,
        service: str = "",
    ) -> None:
        self.environment = environment
        self.variable = variable
        self.origin = origin
        self.mark = mark
        self.spelling = spelling
        self.service = service

    def __repr__(self) -> str:
        return f"Claim({self.environment.name!r}, {self.variable.name!r})"


def claims(project: "Project", environment: "Environment", values: "Mapping[str, Value]") -> list[Claim]:
    """What an environment owns, by the values of its declared resources and secrets."""
    found: list[Claim] = []
    for variable in project.sensitive:
        value = values.get(variable.name)
        if value is None or value.template:
            continue
        if resources.is_token(variable.resource) and looks_placeholder(value.text):
            continue  # a placeholder is nobody's key; in a protected environment it is a problem of its own
        spelling = fingerprint(value.text)
        found.extend(
            Claim(
                environment,
                variable,
                value.origin,
                mark=fingerprint(repr(identity)),
                spelling=spelling,
                service=resources.service_name(identity),
            )
            for identity in sorted(resources.identities(variable.resource, value.text, project.root))
        )
    return found


def index(claimed: "Iterable[Claim]") -> "Index":
    """The claims by what they claim."""
    by_mark: Index = {}
    for claim in claimed:
        by_mark.setdefault(claim.mark, []).append(claim)
    return by_mark


def problems(own: "Iterable[Claim]", known: "Index", reported: "set[bytes] | None" = None) -> list[Problem]:
    """One problem for each thing of one environment that others own as well.

    ``known`` holds the claims of the other environments (its own there do not matter). What is in ``reported`` is
    left out, and what is found is added to it: several environments are then told once.
    """
    found = []
    for claim in own:
        if reported is not None and claim.mark in reported:
            continue
        others = [other for other in known.get(claim.mark, ()) if _in_breach(claim, other)]
        if others:
            found.append(_problem(claim, others))
            if reported is not None:
                reported.add(claim.mark)
    return found


def _in_breach(one: Claim, other: Claim) -> bool:
    """Two environments own the same thing, and the declaration does not let both share it."""
    if one.environment.name == other.environment.name:
        return False
    return not (_may_share(one) and _may_share(other))


def _may_share(claim: Claim) -> bool:
    shared = claim.variable.shared
    return shared if isinstance(shared, bool) else claim.environment.name in shared


def _problem(speaker: Claim, others: list[Claim]) -> Problem:
    resource = speaker.variable.resource
    return Problem(
        "FD402" if resources.is_token(resource) else "FD401",
        subject=speaker.variable.name,
        environment=speaker.environment.name,
        origin=speaker.origin,
        severity=ERROR if _is_grave(speaker, others) else WARNING,
        other=", ".join(dict.fromkeys(claim.environment.name for claim in others)),
        other_variable=", ".join(dict.fromkeys(claim.variable.name for claim in others)),
        kind=resource or "secret",
        change=_to_change(speaker, others),
        service=speaker.service,
    )


def _is_grave(speaker: Claim, others: list[Claim]) -> bool:
    """Whether the command must stop.

    Not for a container's name that may mean a server in each network, unless the whole address of a database is the
    same; nor for what a file that all of them read says once, unless tests could empty it.
    """
    data = speaker.variable.resource in _ALWAYS_ERRORS
    if speaker.service:
        return data and any(other.spelling == speaker.spelling for other in others)
    if all(other.origin == speaker.origin for other in others):
        return data
    return data or any(claim.environment.protected for claim in (speaker, *others))


def _to_change(speaker: Claim, others: list[Claim]) -> str:
    """Whose is the easier one to change: nobody should be told to move production's database."""
    if not speaker.environment.protected:
        return speaker.environment.name
    return next((c.environment.name for c in others if not c.environment.protected), speaker.environment.name)
