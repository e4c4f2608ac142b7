"""Giving consent to destructive statements, and taking it back. Both are lines of the ledger, before all else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor import consent, ledger, resources, storage
from firedoor.destruction import KINDS
from firedoor.errors import UsageError

if TYPE_CHECKING:
    from firedoor.consent import Consent
    from firedoor.declaration import Project
    from firedoor.environment import Environment

_UNITS = {"s": 1, "m": 60, "h": 3600}
_ID_BYTES = 8


def seconds_of(text: str) -> int:
    """The seconds of ``90s``, ``15m`` or ``2h``. Raises UsageError for anything else, and for more than four hours."""
    number, unit = text[:-1], _UNITS.get(text[-1:])
    if unit is None or not (number.isascii() and number.isdigit()):
        raise UsageError(f"unlock: --for {text}: give a time as 90s, 15m or 2h")
    seconds = int(number) * unit
    if not 0 < seconds <= consent.LONGEST_SECONDS:
        raise UsageError(f"unlock: --for {text}: at least 1s and at most {consent.LONGEST_SECONDS // 3600}h")
    return seconds


def environment_of(project: Project, name: str) -> Environment:
    """The protected environment of the name. Raises UsageError when there is none, or nothing to unlock in it."""
    found = project.environment(name)
    if found is None:
        raise UsageError(f"unlock: {name}: no environment is called so; there are {', '.join(project.names)}")
    if not found.protected:
        raise UsageError(f"unlock: {name} is not protected: no statement is refused there")
    return found


def check_resource(project: Project, name: str) -> None:
    """Raises UsageError when no variable of the name is declared as something that statements are sent to.

    The volumes of containers have a name of their own.
    """
    if name == consent.VOLUMES:
        return
    variable = project.variables.get(name)
    if variable is None or resources.is_token(variable.resource):
        known = [one.name for one in project.variables.values() if not resources.is_token(one.resource)]
        raise UsageError(
            f"unlock: --resource {name} is no declared resource; there are {', '.join([*known, consent.VOLUMES])}"
        )


def check_statement(kind: str) -> None:
    """Raises UsageError for a kind of statement that there is none of."""
    if kind and kind not in KINDS:
        raise UsageError(f"unlock: --statement {kind}: there are {', '.join(KINDS)}")


def unlock(
    project: Project,
    environment: Environment,
    variable: str,
    *,
    seconds: int,
    by: str,
    reason: str,
    statement: str = "",
) -> Consent:
    """Let destructive statements through to what the variable leads to, for so long, here and for this user.

    Raises UsageError for a variable or a kind of statement that there is none of, ConfigurationError (FD528) when the
    ledger is not as it was written, OSError when it cannot be written: then nothing is unlocked.
    """
    check_resource(project, variable)
    check_statement(statement)
    name = os.urandom(_ID_BYTES).hex()
    with storage.Lock(project.root):
        said = consent.facts(project.root, name, seconds, statement)
        _append(project, consent.GIVEN, (environment, variable), by=by, reason=reason, said=said)
    return next(one for one in consent.listed(project) if one.id == name)


def revoke(
    project: Project, environment: Environment, variable: str, *, by: str, reason: str
) -> list[Consent]:
    """Take back what holds for the environment, or for one of its variables; what that was. Raises as ``unlock``."""
    with storage.Lock(project.root):
        found = [one for one in consent.of(project, environment, variable) if not one.void]
        for one in found:
            said = {"consent": one.id}
            _append(project, consent.REVOKED, (environment, one.variable), by=by, reason=reason, said=said)
    return found


def _append(
    project: Project,
    event: str,
    resource: tuple[Environment, str],
    *,
    by: str,
    reason: str,
    said: dict[str, str],
) -> None:
    login = ledger.login()
    ledger.append(
        project.root,
        event,
        by=by,
        environment=resource[0].name,
        resource=resource[1],
        reason=reason,
        facts=said if login == by else {**said, "login": login},
        locked=True,
    )
