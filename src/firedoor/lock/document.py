"""The lock as data: whose fingerprints, by level, and what the declaration said when they were taken."""

from firedoor.fingerprint import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("spelled", "resolved", "observed", "within", "server", "common")
_ID_BYTES = 8


class Marks:
    """The fingerprints of what one variable leads to, by level, each sorted: 32 hexadecimal digits apiece.

    ``within`` are those of the larger things that it is a part of (a prefix's bucket), ``server`` of what it stands in.
    ``common`` are those of the spelled that were said once for all environments.
    Empty at every level: the variable was declared and not set when the environment was taken.
    """

    __slots__ = LEVELS

    def __init__(
        self,
        spelled: tuple[str, ...] = (),
        resolved: tuple[str, ...] = (),
        observed: tuple[str, ...] = (),
        within: tuple[str, ...] = (),
        server: tuple[str, ...] = (),
        *,
        common: tuple[str, ...] = (),
    ) -> None:
        self.spelled = spelled
        self.resolved = resolved
        self.observed = observed
        self.within = within
        self.server = server
        self.common = common

    def key(self) -> tuple[tuple[str, ...], ...]:
        """All levels as one tuple: for equality and for stable orders."""
        return (self.spelled, self.resolved, self.observed, self.within, self.server, self.common)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Marks({', '.join(f'{len(getattr(self, level))} {level}' for level in LEVELS)})"


class Taken:
    """What one environment owned when its fingerprints were taken.

    ``revision`` counts the takings and decides which of two is newer; ``time`` (UTC, ``2026-11-27T06:00:00Z``) is only
    told, since clocks go wrong. ``variables`` maps each declared resource and secret to its marks.
    """

    __slots__ = ("revision", "time", "variables")

    def __init__(self, revision: int, time: str, variables: "Mapping[str, Marks]") -> None:
        self.revision = revision
        self.time = time
        self.variables = dict(sorted(variables.items()))

    def key(self) -> tuple[object, ...]:
        """Revision first: the greater key is the newer taking."""
        marks = tuple((name, marks.key()) for name, marks in self.variables.items())
        return (self.revision, self.time, marks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Taken) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Taken({self.revision}, {self.time!r}, {len(self.variables)} variables)"


class Lock:
    """A whole lock.

    ``salt`` and ``cost`` (scrypt's n, r and p) are what fingerprints are made with. ``pins`` is what the declaration
    said of who is protected and who may share, ``accepted`` how often that was loosened on purpose: of two, the greater
    counts. ``ledger`` is the hash of the newest line of the ledger then, empty without one.
    """

    __slots__ = ("accepted", "cost", "environments", "ledger", "pins", "project", "salt")

    def __init__(
        self,
        project: str,
        salt: bytes,
        cost: tuple[int, int, int],
        *,
        pins: "Mapping[str, str] | None" = None,
        accepted: int = 0,
        ledger: str = "",
        environments: "Mapping[str, Taken] | None" = None,
    ) -> None:
        self.project = project
        self.salt = salt
        self.cost = cost
        self.pins = dict(sorted((pins or {}).items()))
        self.accepted = accepted
        self.ledger = ledger
        self.environments = dict(sorted((environments or {}).items()))

    @property
    def id(self) -> str:
        """16 hexadecimal digits that only locks with this salt have. The declaration names the one it expects."""
        return digest(self.salt, size=_ID_BYTES).hex()

    def key(self) -> tuple[object, ...]:
        """The whole of it as a tuple: for equality."""
        return (
            self.project,
            self.salt,
            self.cost,
            tuple(self.pins.items()),
            self.accepted,
            self.ledger,
            tuple((name, taken.key()) for name, taken in self.environments.items()),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Lock({self.project!r}, {self.id}, {list(self.environments)})"
