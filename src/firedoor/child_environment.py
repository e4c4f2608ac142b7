"""The clean set of variables that `run` gives a command: its own environment's, and nothing of another's."""

# ruff: noqa: SIM905 - names read best as one text

from firedoor import sources
from firedoor.client_variables import HELD_BACK, PLATFORM
from firedoor.origin import PROCESS, Origin
from firedoor.problem import NOTE, WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.environment import Environment
    from firedoor.resolve import Configuration

# Cloud identities. A platform gives a protected environment its own this way; elsewhere they are the person's.
_IDENTITIES = frozenset(
    "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE "
    "AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE "
    "GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_SECRET AZURE_CLIENT_ID AZURE_TENANT_ID".split()
)
_OF_PLATFORM = _IDENTITIES | PLATFORM


def build(configuration: "Configuration") -> tuple[dict[str, str], list[Problem]]:
    """The child's variables, and a note or warning for each process variable that is not passed on."""
    child = dict(configuration.process)
    child.pop("", None)  # a name that only broken programs pass on, and that no program can be started with
    held_back = []
    foreign = _Foreign(configuration)
    told = {problem.subject for problem in configuration.problems if problem.code == "FD404"}
    spellings = {variable.name.upper(): variable.name for variable in configuration.project.sensitive}
    spellings.update((key.upper(), key) for key in configuration.values)
    for name, text in configuration.process.items():
        if not name or name in configuration.values or name in sources.MACHINE:
            continue
        problem = _reason(configuration.environment, foreign, name, text)
        if problem is None and name.upper() in spellings:
            problem = _other_spelling(configuration.environment, name, spellings[name.upper()])
        if problem is not None:
            del child[name]
            if name not in told:
                held_back.append(problem)
    for key, value in configuration.values.items():
        child[key] = value.text
    return child, held_back


def _reason(chosen: "Environment", foreign: "_Foreign", name: str, text: str) -> Problem | None:
    """Why a process variable is not passed on; None when it is."""
    origin = Origin(PROCESS, name)
    if name in HELD_BACK or (name in _OF_PLATFORM and not chosen.protected):
        detail = "client libraries obey it before the address they are given"
        return Problem(
            "FD312", subject=name, environment=chosen.name, origin=origin, severity=NOTE, detail=detail
        )
    owner = foreign.owner_of_name(name)
    if owner is not None:
        detail = f"it belongs to {owner.name}"
        return Problem(
            "FD312", subject=name, environment=chosen.name, origin=origin, severity=NOTE, detail=detail
        )
    owner = foreign.owner_of_value(text)
    if owner is not None:
        return Problem(
            "FD404", subject=name, environment=chosen.name, origin=origin, severity=WARNING, other=owner.name
        )
    return None


def _other_spelling(chosen: "Environment", name: str, key: str) -> Problem:
    """Settings classes that ignore case would read the shell's variable instead of the environment's."""
    detail = f"it is {key} in another case"
    origin = Origin(PROCESS, name)
    return Problem(
        "FD312", subject=name, environment=chosen.name, origin=origin, severity=NOTE, detail=detail
    )


class _Foreign:
    """What the other environments' files hold: their keys, and their resources and secrets."""

    def __init__(self, configuration: "Configuration") -> None:
        self._owned = configuration.foreign
        self._names = [
            (environment, {entry[0] for entry in layer.entries})
            for environment, sourced in configuration.others
            for layer in sourced.layers
            if not layer.shared and not layer.fallback
        ]

    def owner_of_name(self, name: str) -> "Environment | None":
        return next((environment for environment, names in self._names if name in names), None)

    def owner_of_value(self, text: str) -> "Environment | None":
        return None if self._owned is None else self._owned.owner(text)
