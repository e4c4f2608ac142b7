"""One environment's fingerprints, taken where its secrets are at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import resources
from firedoor.lock import holdings, marks
from firedoor.lock.document import Lock, Marks, Taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.lock.holdings import Holding
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


def take(
    configuration: Configuration,
    lock: Lock,
    old: Taken | None,
    ask: Question | None,
    ambient: Mapping[str, str],
) -> Found:
    """What the environment owns, fingerprinted with the lock's salt.

    ``ask`` None: nothing is asked, and what was learned before is kept as long as the address is the same.
    ``ambient`` are variables from elsewhere that client libraries obey, as for ``isolation.claims``.
    """
    answers = Answers() if ask is None else ask(configuration)
    held = holdings.of(configuration, ambient)
    for holding in held:
        _learn(holding, answers)
    made = marks.marks([identity for holding in held for identity in holding.all()], lock)
    found = {variable.name: Marks() for variable in configuration.project.sensitive}
    before = old.variables if old is not None else {}
    for holding in held:
        name = holding.variable.name
        found[name] = _with_memory(_marks(holding, made), before.get(name))
    return Found(found, held, made, answers.problems)


def _learn(holding: Holding, answers: Answers) -> None:
    """What asking taught of it."""
    name = holding.variable.name
    spelled = {part.identity for part in holding.parts}
    holding.resolved = tuple(sorted(answers.resolved.get(name, frozenset()) - spelled))
    holding.observed = tuple(sorted(answers.observed.get(name, ())))
    servers = {*answers.servers.get(name, ()), *map(resources.server_of, holding.resolved)}
    holding.servers = tuple(sorted(holdings.named(server) for server in servers if server))


def _marks(holding: Holding, made: Mapping[Identity, str]) -> Marks:
    """The fingerprints by level. Aliases of this machine's hosts file are its own and not the environment's."""

    def listed(identities: Iterable[Identity]) -> tuple[str, ...]:
        return tuple(sorted({made[identity] for identity in identities}))

    servers = [holdings.named(resources.server_of(part.identity)) for part in holding.parts]
    spelled = listed(part.identity for part in holding.parts)
    return Marks(
        spelled,
        listed(holding.resolved),
        listed(holding.observed),
        listed(identity for part in holding.parts for identity in part.within),
        listed([*(server for server in servers if server in made), *holding.servers]),
        common=spelled if holding.common else (),
    )


def _with_memory(fresh: Marks, old: Marks | None) -> Marks:
    """What did not answer this time is still what it was, as long as its address is spelled the same."""
    if old is None or old.spelled != fresh.spelled:
        return fresh
    resolved, observed = fresh.resolved or old.resolved, fresh.observed or old.observed
    if (resolved, observed) == (fresh.resolved, fresh.observed):
        return fresh
    server = tuple(sorted({*fresh.server, *old.server}))
    return Marks(fresh.spelled, resolved, observed, fresh.within, server, common=fresh.common)
