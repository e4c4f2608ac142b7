"""May these environments own this? What two of them claim is compared by keyed hash, not by value."""

from firedoor import resources, sources
from firedoor.fingerprint import fingerprint
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.secret import looks_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Configuration, Value

    Index = dict[bytes, list["Claim"]]

_ALWAYS_ERRORS = ("database", "bucket", "vector")
_SHORTEST_VALUE = 8  # a shorter one may be anybody's


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


def problems(
    own: "Iterable[Claim]", known: "Index", reported: "dict[bytes, set[str]] | None" = None
) -> list[Problem]:
    """One problem for each thing of one environment that others own as well.

    ``known`` holds the claims of the other environments (its own there do not matter). ``reported`` holds for each
    mark the environments that were named with it already: such a thing is left out, and what is found is added.
    """
    found = []
    for claim in own:
        if reported is not None and claim.environment.name in reported.get(claim.mark, ()):
            continue
        others = [other for other in known.get(claim.mark, ()) if _in_breach(claim, other)]
        if others:
            found.append(_problem(claim, others))
            if reported is not None:
                named = reported.setdefault(claim.mark, set())
                named.update(one.environment.name for one in (claim, *others))
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


class Foreign:
    """What the other environments own, as far as their files are here, to ask whose a text of the shell is."""

    __slots__ = ("_chosen", "_known", "_root", "_spelled")

    def __init__(self, project: "Project", chosen: "Environment", known: "Index") -> None:
        self._chosen = chosen
        self._known = known
        self._root = project.root
        self._spelled = {
            claim.spelling: claim.environment
            for claimed in known.values()
            for claim in claimed
            if self._is_foreign(claim)
        }

    def owner(self, text: str) -> "Environment | None":
        """The environment whose resource or secret the text is, as it stands in its file or spelled otherwise."""
        if len(text) < _SHORTEST_VALUE or not self._spelled:
            return None
        environment = self._spelled.get(fingerprint(text))
        if environment is not None or "://" not in text:
            return environment
        for identity in sorted(resources.identities("http", text, self._root)):
            if not resources.service_name(identity):
                for claim in self._known.get(fingerprint(repr(identity)), ()):
                    if self._is_foreign(claim):
                        return claim.environment
        return None

    def problems(self, configuration: "Configuration") -> "Iterator[Problem]":
        """FD404: the shell's value of a plain variable, taken or referred to, is another environment's.

        Resources and secrets of the shell are judged as claims of this environment's own.
        """
        referred = configuration.resolution.referred
        for name, text in configuration.process.items():
            value = configuration.values.get(name)
            taken = name in referred if value is None else value.origin.kind == PROCESS
            if not taken or name in sources.MACHINE or name in configuration.project.selectors:
                continue
            variable = configuration.project.variables.get(name)
            if variable is not None and variable.sensitive:
                continue
            owner = self.owner(text)
            if owner is None and variable is None and value is not None:
                owner = _writer(configuration, value)
            if owner is not None:
                yield Problem(
                    "FD404",
                    subject=name,
                    environment=self._chosen.name,
                    origin=Origin(PROCESS, name),
                    other=owner.name,
                )

    def _is_foreign(self, claim: Claim) -> bool:
        shared = claim.variable.shared
        if claim.environment.name == self._chosen.name or shared is True:
            return False
        return shared is False or not {self._chosen.name, claim.environment.name} <= set(shared)


def _writer(configuration: "Configuration", value: "Value") -> "Environment | None":
    """The environment whose file says of an undeclared variable what the shell says, where the own file says otherwise.

    What nobody declared may be anything; the line as it stands in another environment's file came from there.
    """
    own = next((loser for loser in value.losers if loser.origin.kind == FILE), None)
    if own is None or own.text == value.text or len(value.text) < _SHORTEST_VALUE:
        return None
    owners = (
        environment
        for environment, sourced in configuration.others
        for layer in sourced.layers
        if not layer.shared and not layer.fallback
        for entry in layer.entries
        if entry[0] == value.key and entry[1] == value.text
    )
    return next(owners, None)
