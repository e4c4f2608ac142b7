"""Taking what environments own into the lock, and bringing the lock up to the declaration."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import boundary, ledger, observation, reading, resolution, storage, version_control
from firedoor.errors import ConfigurationError, UsageError
from firedoor.lock import FILE_NAME, comparison, declared_id, marks, owners, pins, text
from firedoor.lock.document import Lock, Marks, Taken
from firedoor.lock.merge import Foreign, merge
from firedoor.lock.taking import Answers, take
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem, has_errors, in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Project
    from firedoor.lock.pins import Change
    from firedoor.lock.taking import Question
    from firedoor.resolve import Configuration

_SALT_BYTES = 16
_ORIGIN = Origin(FILE, FILE_NAME)
ACCEPTED = "accepted"


@dataclass
class Outcome:
    """What was done: the lock as it is now and as it was (None: there was none), the names of the files written.

    ``taken`` are the environments that were taken; ``problems`` what must be said beside it (nothing of it an error).
    ``by_hand`` are lines that a person must add to the declaration, empty when they are there.
    """

    lock: Lock
    before: Lock | None
    taken: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wrote: list[str] = field(default_factory=list)
    by_hand: str = ""


def update(
    project: Project,
    environments: Sequence[str],
    *,
    ask: Question | None,
    accept: Sequence[str] = (),
    by: str = "",
    reason: str = "",
) -> Outcome:
    """Take the named environments and the declaration into the lock, and write it.

    ``ask`` asks servers who they are and resolves names; None stays offline. ``accept`` names the pins that may guard
    less from now on. Raises ConfigurationError when an environment breaks rules, owns what another one owns or the
    declaration was loosened and not accepted; nothing is written then. UsageError for a name that is nothing to accept.
    """
    with storage.Lock(project.root):
        before = current(project)
        base = before or Lock(project.name, os.urandom(_SALT_BYTES), marks.COST)
        declared = pins.of(project)
        changes = pins.changes(base.pins, declared) if before else []
        accepted = _accepted(changes, accept, os.path.basename(project.path))
        outcome = Outcome(base, before)
        taken = _taken(project, base, environments, ask, outcome)
        outcome.lock = Lock(
            project.name,
            base.salt,
            base.cost,
            pins=declared,
            accepted=base.accepted + bool(accepted),
            ledger=base.ledger,
            environments=taken,
        )
        _record(project, outcome, accepted, by, reason)
        _write(project, outcome)
    return outcome


def ask(configuration: Configuration) -> Answers:
    """What the environment's names resolve to now, and what its servers say of themselves. What is silent is told."""
    targets = observation.targets(configuration)
    spelled = {target.variable.name: target.identities() for target in targets}
    addresses = resolution.resolve(resolution.names_of(one for some in spelled.values() for one in some))
    resolved = {
        name: frozenset(resolution.resolved(some, addresses) - some) for name, some in spelled.items()
    }
    answers = observation.ask(targets)
    problems = [problem for answer in answers if (problem := observation.silence(answer)) is not None]
    observed = {
        answer.target.variable.name: answer.observation
        for answer in answers
        if answer.observation is not None
    }
    return Answers(
        resolved=resolved,
        observed={name: frozenset(owners.identities(found)) for name, found in observed.items()},
        servers={name: frozenset({found.server} - {()}) for name, found in observed.items()},
        problems=tuple(problems),
    )


def current(project: Project) -> Lock | None:
    """The lock as it is there; None when there is none and none is expected. Raises ConfigurationError."""
    data = reading.read_bytes(os.path.join(project.root, FILE_NAME))
    if isinstance(data, reading.Failure):
        if data.reason == reading.MISSING and project.lock is None:
            return None
        code = "FD501" if data.reason == reading.MISSING else "FD503"
        facts = {} if code == "FD501" else {"detail": data.detail}
        raise ConfigurationError([Problem(code, subject=FILE_NAME, origin=_ORIGIN, **facts)])
    lock = comparison.read(project, data)
    if isinstance(lock, Problem):
        raise ConfigurationError([lock])
    return lock


def finish_merge(project: Project) -> Outcome:
    """Write the lock of both sides of a merge that git could not finish. Raises ConfigurationError, UsageError."""
    with storage.Lock(project.root):
        sides = version_control.sides_of_conflict(project.root, FILE_NAME)
        if sides is None:
            raise UsageError(f"lock --merge: git knows of no unfinished merge in {FILE_NAME}")
        read = [comparison.read(project, side) for side in sides]
        problems = [side for side in read if isinstance(side, Problem)]
        if problems:
            raise ConfigurationError(problems)
        ours, theirs = (side for side in read if isinstance(side, Lock))
        try:
            outcome = Outcome(merge(ours, theirs), None)
        except Foreign:
            raise ConfigurationError([Problem("FD504", subject=FILE_NAME, origin=_ORIGIN)]) from None
        storage.write_text(os.path.join(project.root, FILE_NAME), text.render(outcome.lock))
        outcome.wrote.append(FILE_NAME)
    return outcome


def _accepted(changes: Sequence[Change], accept: Sequence[str], file: str) -> list[Change]:
    """The loosened pins that are accepted. Raises ConfigurationError for those left, UsageError for a stranger."""
    loosened = [change for change in changes if change.loosens]
    strangers = [name for name in accept if not any(_is_named(change, name) for change in loosened)]
    if strangers:
        known = ", ".join(change.name for change in loosened) or "nothing was loosened"
        raise UsageError(f"lock --accept {', '.join(strangers)}: there is no such change; there is: {known}")
    left = [change for change in loosened if not any(_is_named(change, name) for name in accept)]
    if left:
        raise ConfigurationError(comparison.loosened(change, file) for change in left)
    return loosened


def _is_named(change: Change, name: str) -> bool:
    """Whether the name is the pin's, or that of its table: ``environments.production``, but not all environments."""
    return change.name == name or ("." in name and change.name.startswith(f"{name}."))


def _taken(
    project: Project, base: Lock, environments: Sequence[str], ask: Question | None, outcome: Outcome
) -> dict[str, Taken]:
    """What each environment owns: the named ones now, the others as they were. Raises ConfigurationError."""
    problems: list[Problem] = []
    taken = {name: old for name, old in base.environments.items() if name in project.names}
    for name in environments:
        configuration = boundary.configure(
            project, name, asked_by="command line", with_lock=False, alone=len(environments) == 1
        )
        problems += [problem for problem in configuration.problems if problem.severity == "error"]
        if has_errors(configuration.problems):
            continue
        found = take(configuration, base, taken.get(name), ask, boundary.passed_on(configuration))
        settled = {other: theirs for other, theirs in taken.items() if other not in environments}
        settled |= {other: taken[other] for other in outcome.taken}
        others = Lock(base.project, base.salt, base.cost, environments=settled)
        known = comparison.Claimed(project, others, configuration.environment)
        problems += known.problems(found.holdings, found.made)
        outcome.problems += found.problems
        taken[name] = _newer(taken.get(name), found.marks)
        outcome.taken.append(name)
    if has_errors(problems):
        raise ConfigurationError(in_order(problems, project.names))
    outcome.problems += problems
    return taken


def _newer(old: Taken | None, found: dict[str, Marks]) -> Taken:
    """The next revision, or the old one when nothing has changed: a lock that says the same stays the same file."""
    if old is not None and old.variables == found:
        return old
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return Taken(1 if old is None else old.revision + 1, now, found)


def _record(project: Project, outcome: Outcome, accepted: Sequence[Change], by: str, reason: str) -> None:
    """Who let the declaration guard less, before the lock says so. The lock then names the ledger's newest line.

    Raises ConfigurationError when lines are gone that the lock knew: the new lock must not forget them.
    """
    broken = ledger.problems(project.root, outcome.lock.ledger)
    if broken:
        raise ConfigurationError(broken)
    for change in accepted:
        facts = {"pinned": change.pinned, "declared": change.declared}
        ledger.append(
            project.root, ACCEPTED, by=by, resource=change.name, reason=reason, facts=facts, locked=True
        )
    outcome.lock.ledger = ledger.head(project.root)
    if accepted:
        outcome.wrote.append(ledger.FILE_NAME)


def _write(project: Project, outcome: Outcome) -> None:
    if outcome.lock != outcome.before:
        storage.write_text(os.path.join(project.root, FILE_NAME), text.render(outcome.lock))
        outcome.wrote.append(FILE_NAME)
    if project.lock is not None:
        return
    file = os.path.basename(project.path)
    content = reading.read_bytes(project.path)
    extended = declared_id.added_to(content, file, outcome.lock.id) if isinstance(content, bytes) else None
    if extended is None:
        outcome.by_hand = declared_id.table(file, outcome.lock.id)
        return
    storage.write_bytes(project.path, extended)
    outcome.wrote.append(file)
