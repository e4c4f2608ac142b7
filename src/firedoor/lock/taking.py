"""One environment's fingerprints, taken where its secrets are at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import resources
from firedoor.lock import holdings, marks
from firedoor.lock.document import Lock, Marks, Taken
from firedoor.lock.holdings import Holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity


@dataclass(frozen=True)
class Answers:
    """What was learned by asking, by variable: what names resolve to, what servers say of themselves.

    ``observed`` has no entry for what did not answer; ``servers`` are what the observed stand in. ``problems`` say what
    could not be learned.
    """

    resolved: Mapping[str, frozenset[Identity]] = field(default_factory=dict)
    observed: Mapping[str, frozenset[Identity]] = field(default_factory=dict)
    servers: Mapping[str, frozenset[Identity]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


Question = Callable[["Configuration"], Answers]


@dataclass(frozen=True)
class Found:
    """The marks of every declared variable; ``holdings`` with all that is known of each, and the fingerprints made."""

    marks: dict[str, Marks]
    holdings: list[Holding]
    made: Mapping[Identity, str]
    problems: tuple[Problem, ...]


def take(configuration: Configuration, lock: Lock, old: Taken | None, ask: Question | None) -> Found:
    """What the environment owns, fingerprinted with the lock's salt.

    ``ask`` None: nothing is asked, and what was learned before is kept as long as the address is the same.
    """
    answers = Answers() if ask is None else ask(configuration)
    held = [_widened(holding, answers) for holding in holdings.of(configuration)]
    made = marks.marks([i for holding in held for i in (*holding.identities, *holding.servers)], lock)
    found = {variable.name: Marks() for variable in configuration.project.sensitive}
    before = old.variables if old is not None else {}
    for plain, wide in zip(holdings.of(configuration), held, strict=True):
        name = plain.variable.name
        fresh = _marks(plain, wide, answers, made)
        found[name] = _with_memory(fresh, before.get(name), asked=ask is not None)
    return Found(found, held, made, answers.problems)


def _widened(holding: Holding, answers: Answers) -> Holding:
    """The holding with all that asking taught of it."""
    name = holding.variable.name
    resolved = answers.resolved.get(name, frozenset())
    identities = {*holding.identities, *resolved, *answers.observed.get(name, ())}
    servers = {*holding.servers, *answers.servers.get(name, ()), *_servers(resolved)}
    return Holding(holding.variable, holding.origin, tuple(sorted(identities)), tuple(sorted(servers)))


def _servers(identities: Iterable[Identity]) -> set[Identity]:
    return {server for server in map(resources.server_of, identities) if server}


def _marks(plain: Holding, wide: Holding, answers: Answers, made: Mapping[Identity, str]) -> Marks:
    name = plain.variable.name
    spelled = set(plain.identities)

    def listed(identities: Iterable[Identity]) -> tuple[str, ...]:
        return tuple(sorted({made[identity] for identity in identities}))

    return Marks(
        listed(spelled),
        listed(answers.resolved.get(name, frozenset()) - spelled),
        listed(answers.observed.get(name, ())),
        listed(wide.servers),
    )


def _with_memory(fresh: Marks, old: Marks | None, *, asked: bool) -> Marks:
    """What did not answer this time is still what it was, as long as its address is spelled the same."""
    if old is None or old.spelled != fresh.spelled:
        return fresh
    observed = fresh.observed or old.observed
    resolved = fresh.resolved if asked and fresh.resolved else old.resolved
    if (observed, resolved) == (fresh.observed, fresh.resolved):
        return fresh
    return Marks(fresh.spelled, resolved, observed, tuple(sorted({*fresh.server, *old.server})))
