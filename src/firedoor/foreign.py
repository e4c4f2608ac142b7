"""What the shell holds that is another environment's: whose a text is that nobody meant to have here."""

from firedoor import resources, sources
from firedoor.fingerprint import fingerprint
from firedoor.origin import PROCESS, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.isolation import Claim, Index
    from firedoor.resolve import Configuration, Value

_SHORTEST_VALUE = 8  # a shorter one may be anybody's


class Foreign:
    """What the other environments own, as far as their files are here, to ask whose a text of the shell is."""

    __slots__ = ("_chosen", "_known", "_root")

    def __init__(self, project: "Project", chosen: "Environment", known: "Index") -> None:
        self._chosen = chosen
        self._known = known
        self._root = project.root

    def owner(self, text: str) -> "Environment | None":
        """The environment whose resource or secret the text is, as it stands in its file or spelled otherwise."""
        if len(text) < _SHORTEST_VALUE:
            return None
        for claim in reversed(self._known.spelled(fingerprint(text))):
            if self._is_foreign(claim):
                return claim.environment
        if "://" not in text:
            return None
        for identity in sorted(resources.identities("http", text, self._root)):
            if not resources.service_name(identity):
                for claim in self._known.at(fingerprint(repr(identity))):
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

    def _is_foreign(self, claim: "Claim") -> bool:
        shared = claim.variable.shared
        if claim.environment.name == self._chosen.name or shared is True:
            return False
        return shared is False or not {self._chosen.name, claim.environment.name} <= set(shared)


def _writer(configuration: "Configuration", value: "Value") -> "Environment | None":
    """The environment whose file says of an undeclared variable what the shell says, where the own file says otherwise.

    What nobody declared may be anything; the line as it stands in another environment's file came from there.
    """
    own = value.losers[0]  # what is not declared is taken from the shell because a file has it
    if own.text == value.text or len(value.text) < _SHORTEST_VALUE:
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
