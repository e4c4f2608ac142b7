"""A configuration held against the lock: the dear part, for what was not decided before."""

from firedoor import isolation, reading, resources
from firedoor.lock import FILE_NAME, marks, pins, text
from firedoor.lock.document import Lock, Marks
from firedoor.origin import DECLARATION, FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.isolation import Claim
    from firedoor.lock.document import Taken
    from firedoor.lock.holdings import Holding
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity

_LOCK = Origin(FILE, FILE_NAME)
_FILES = ("file", "inode")


class Comparison:
    """What was found: problems of the lock itself, problems of what is held, and which holdings have any.

    ``comparable`` is False when the lock could not be read or fingerprints not be made: nothing may be remembered then.
    """

    __slots__ = ("comparable", "of_holdings", "of_lock", "refused")

    def __init__(self, of_lock: "list[Problem]", *, comparable: bool = False) -> None:
        self.of_lock = of_lock
        self.of_holdings: list[Problem] = []
        self.refused: list[Holding] = []
        self.comparable = comparable


def read(project: "Project", data: bytes) -> "Lock | Problem":
    """The lock that the bytes hold, or why it is none of this project's (FD502 to FD504)."""
    decoded = reading.decode(data)
    if isinstance(decoded, reading.Failure):
        origin = Origin(FILE, FILE_NAME, decoded.line, decoded.column)
        return Problem("FD503", subject=FILE_NAME, origin=origin, detail=decoded.detail)
    try:
        lock = text.parse(decoded)
    except text.Damage as damage:
        origin = Origin(FILE, FILE_NAME, damage.line, 1 if damage.line else 0)
        if text.conflict(decoded):
            return Problem("FD502", subject=FILE_NAME, origin=origin)
        return Problem("FD503", subject=FILE_NAME, origin=origin, detail=damage.detail)
    if not marks.is_acceptable(lock.cost):
        detail = "its fingerprints are cheaper to guess, or dearer to check, than any that firedoor makes"
        return Problem("FD503", subject=FILE_NAME, origin=_LOCK, detail=detail)
    if project.lock not in (None, lock.id):
        return Problem("FD504", subject=FILE_NAME, origin=_LOCK)
    return lock


def compare(configuration: "Configuration", data: bytes, fresh: "Sequence[Holding]") -> Comparison:
    """Hold the lock against the declaration, and ``fresh`` of the configuration against the lock."""
    project, environment = configuration.project, configuration.environment
    lock = read(project, data)
    if isinstance(lock, Problem):
        return Comparison([lock])
    found = Comparison([*of_declaration(project, lock), *_not_locked(project, lock)], comparable=True)
    try:
        made = marks.marks([identity for holding in fresh for identity in holding.all()], lock)
    except (ImportError, ValueError, MemoryError, OSError) as error:
        found.comparable = False
        detail = f"{type(error).__name__} of scrypt"
        found.of_lock.append(Problem("FD508", subject=FILE_NAME, origin=_LOCK, detail=detail))
        return found
    known = Claimed(project, lock, environment)
    taken = lock.environments.get(environment.name)
    for holding in fresh:
        changed = list(_not_as_locked(environment, holding, made, taken))
        if changed or known.problems([holding], made):
            found.refused.append(holding)
        found.of_holdings += changed
    # once more together: what several variables lead to is told once
    found.of_holdings += known.problems(found.refused, made)
    return found


def of_declaration(project: "Project", lock: Lock) -> "list[Problem]":
    """Where the declaration and the lock differ (FD505, FD506), and whether the declaration expects it (FD511)."""
    changes = pins.changes(lock.pins, pins.of(project))
    file = project.path.rpartition("/")[2]
    problems = [loosened(change, file) for change in changes if change.loosens]
    newer = [change.name for change in changes if not change.loosens]
    if newer:
        problems.append(Problem("FD505", subject=FILE_NAME, origin=_LOCK, names=", ".join(newer)))
    if project.lock is None:
        problems.append(Problem("FD511", subject=FILE_NAME, origin=_LOCK, severity=WARNING))
    return problems


def loosened(change: "pins.Change", file: str) -> Problem:
    """The problem that this change of the declaration is until somebody accepts it."""
    origin = Origin(DECLARATION, file)
    return Problem(
        "FD506", subject=change.name, origin=origin, pinned=change.pinned, declared=change.declared
    )


def _not_locked(project: "Project", lock: Lock) -> "Iterator[Problem]":
    """Protected environments that the lock knows nothing of, or not all."""
    for environment in project.environments:
        if not environment.protected:
            continue
        taken = lock.environments.get(environment.name)
        if taken is None:
            yield Problem("FD507", subject=environment.name, origin=_LOCK)
            continue
        names = [variable.name for variable in project.sensitive if variable.name not in taken.variables]
        if names:
            yield Problem(
                "FD507",
                subject=environment.name,
                origin=_LOCK,
                severity=WARNING,
                variables=", ".join(names),
            )


class Claimed:
    """What the other environments own by the lock, to hold what one environment has against.

    What is said once for all environments is not held against what is, too.
    """

    def __init__(self, project: "Project", lock: Lock, chosen: "Environment") -> None:
        self._chosen = chosen
        self._grave = any(environment.protected for environment in project.environments)
        self._known = isolation.Index()
        self._own = isolation.Index()  # without what is common to all
        for name, taken in lock.environments.items():
            environment = project.environment(name)
            if environment is None or environment.name == chosen.name:
                continue
            for variable_name, found in taken.variables.items():
                variable = project.variables.get(variable_name)
                if variable is not None and variable.sensitive:
                    for claim in _locked_claims(environment, variable, found):
                        self._known.add(claim)
                        if not found.common:
                            self._own.add(claim)

    def owner(self, mark: str, variable: "Variable") -> str | None:
        """The other environment that owns what has this fingerprint, unless it shares that with this one on purpose."""
        own = isolation.Claim(self._chosen, variable, _LOCK, mark=bytes.fromhex(mark))
        others = (one for one in self._known.at(own.mark) if isolation.is_breach(own, one))
        return next((one.environment.name for one in others), None)

    def problems(self, held: "Sequence[Holding]", made: "Mapping[Identity, str]") -> "list[Problem]":
        """What of the holdings is another environment's, or stands in the same server."""
        claims: dict[bool, list[isolation.Claim]] = {False: [], True: []}
        for holding in held:
            claims[holding.common] += _own_claims(self._chosen, holding, made)
            if holding.unknown:
                claims[holding.common].append(self._unknown(holding))
        return [
            *isolation.problems(claims[False], self._known),
            *isolation.problems(claims[True], self._own),
        ]

    def _unknown(self, holding: "Holding") -> "Claim":
        return isolation.Claim(
            self._chosen, holding.variable, holding.origin, unknown=holding.unknown, grave=self._grave
        )


def _locked_claims(environment: "Environment", variable: "Variable", found: Marks) -> "Iterator[Claim]":
    """The claims that a lock makes. What belongs to the variable as a whole is said by the first of them."""
    within, addresses, servers = _bytes(found.within), _bytes(found.resolved), _bytes(found.server)
    for mark in _bytes((*found.spelled, *found.observed)):
        yield isolation.Claim(
            environment, variable, _LOCK, mark=mark, within=within, addresses=addresses, servers=servers
        )
        within = addresses = servers = ()


def _bytes(marks: "Iterable[str]") -> tuple[bytes, ...]:
    return tuple(map(bytes.fromhex, marks))


def _own_claims(
    environment: "Environment", holding: "Holding", made: "Mapping[Identity, str]"
) -> "Iterator[Claim]":
    def said(identities: "Iterable[Identity]") -> tuple[bytes, ...]:
        return _bytes(made[identity] for identity in identities)

    resolved, servers = said(holding.resolved), said(holding.servers)
    for part in holding.parts:
        yield isolation.Claim(
            environment,
            holding.variable,
            holding.origin,
            mark=bytes.fromhex(made[part.identity]),
            spelling=b"own",
            service=resources.service_name(part.identity),
            within=said(part.within),
            addresses=(*said(part.aliases), *resolved),
            servers=(*said(part.servers), *servers),
            by_name=part.identity[0] == "http",
        )
        resolved = servers = ()
    for mark in said(holding.observed):
        yield isolation.Claim(environment, holding.variable, holding.origin, mark=mark, spelling=b"own")


def _not_as_locked(
    environment: "Environment", holding: "Holding", made: "Mapping[Identity, str]", taken: "Taken | None"
) -> "Iterator[Problem]":
    """FD510: a protected environment holds something else than was taken. Others' laptops differ, and may.

    A file has another path and number on every machine.
    """
    locked = None if taken is None else taken.variables.get(holding.variable.name)
    if not environment.protected or locked is None:
        return
    own = {made[part.identity] for part in holding.parts if part.identity[0] not in _FILES}
    if own <= {*locked.spelled, *locked.resolved}:
        return
    yield Problem(
        "FD510",
        subject=holding.variable.name,
        environment=environment.name,
        origin=holding.origin,
        severity=WARNING if resources.is_token(holding.variable.resource) else ERROR,
    )
