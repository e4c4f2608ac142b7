"""Do the logins of one environment open what another one owns? Tried on request, with the other one named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from firedoor import logins, resources
from firedoor.observation import targets
from firedoor.problem import ERROR, NOTE, WARNING, Problem
from firedoor.stamps import asking, judgement
from firedoor.stamps.address import SECONDS
from firedoor.stamps.observation import FAILED, TIMED_OUT, ClientMissing, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firedoor.observation import Target
    from firedoor.resolve import Configuration

    Outcome = bool | str  # whether it opens, or why that was not tried

NO_CREDENTIALS = "it holds no user and password"
CANNOT_TRY = "firedoor cannot try this kind of login"
CLIENT_MISSING = "the client library is not installed here"


def problems(holders: Iterable[Configuration], owner: Configuration) -> list[Problem]:
    """FD412 for each login of the holders that opens a resource of the owner, FD416 for what was not tried.

    One attempt for each pair of the same kind that may not share: a login and nothing else.
    """
    owned = targets(owner)
    pairs = [pair for configuration in holders for pair in _pairs(targets(configuration), owned)]
    questions = [partial(attempt, holder, target) for holder, target in pairs]
    outcomes = asking.together(questions, SECONDS)
    found = [
        _problem(holder, target, TIMED_OUT if outcome is None else outcome)
        for (holder, target), outcome in zip(pairs, outcomes, strict=True)
    ]
    return [problem for problem in found if problem is not None]


def _pairs(holders: Iterable[Target], owned: list[Target]) -> Iterator[tuple[Target, Target]]:
    for holder in holders:
        for target in owned:
            if holder.environment is target.environment or _family(holder) != _family(target):
                continue
            same = holder.variable is target.variable
            if not (
                same and judgement.may_share(holder.variable, holder.environment, target.environment.name)
            ):
                yield holder, target


def _family(target: Target) -> str:
    return resources.family(target.address.kind, target.address.text)


def attempt(holder: Target, target: Target) -> Outcome:
    """Whether the holder's login opens the target, or why that was not tried."""
    login = logins.login(target.address)
    if login is None:
        return CANNOT_TRY
    try:
        return login.opens(target.address, holder.address)
    except logins.NoCredentials:
        return NO_CREDENTIALS
    except ClientMissing:
        return CLIENT_MISSING
    except Unreachable as silence:
        return silence.reason
    except Exception:  # noqa: BLE001 - its text may hold the address
        return FAILED


def _problem(holder: Target, target: Target, outcome: Outcome) -> Problem | None:
    facts = {"other": target.environment.name, "other_variable": target.variable.name}
    if outcome is False:
        return None
    if outcome is True:
        return holder.problem("FD412", ERROR if target.environment.protected else WARNING, **facts)
    return holder.problem("FD416", NOTE, reason=outcome, **facts)
