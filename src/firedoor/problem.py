"""One broken rule: a code, what it is about, where it was found. The words live in the catalogue.

A problem has no field for a raw value. ``facts`` hold names: of variables, environments, files, types,
counts and codes, which the catalogue's sentences are filled with.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.origin import Origin

ERROR = "error"
WARNING = "warning"
NOTE = "note"
_GRAVITY = {ERROR: 0, WARNING: 1, NOTE: 2}


class Problem:
    """A broken rule, as data.

    ``code`` is a stable ``FDnnn``; ``environment`` the canonical name or None when it concerns the project;
    ``subject`` the variable, file, key or command it is about; ``severity`` one of error, warning, note.
    """

    __slots__ = ("code", "environment", "facts", "origin", "severity", "subject")

    def __init__(
        self,
        code: str,
        *,
        subject: str = "",
        environment: str | None = None,
        origin: "Origin | None" = None,
        severity: str = ERROR,
        **facts: str,
    ) -> None:
        self.code = code
        self.subject = subject
        self.environment = environment
        self.origin = origin
        self.severity = severity
        self.facts = facts

    def key(self) -> tuple[object, ...]:
        """The whole problem as a tuple, in the order problems are listed: file position, then code."""
        origin = self.origin.key() if self.origin is not None else ("", "", 0, 0)
        facts = tuple(sorted(self.facts.items()))
        return (self.environment or "", *origin, self.code, self.subject, self.severity, facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Problem({self.code} {self.subject} {self.environment or '-'} {self.origin or '-'})"


def in_order(problems: "Iterable[Problem]", environments: "Iterable[str]" = ()) -> list[Problem]:
    """Each problem once, in the one order every command shows.

    The project's first, then the environments' as declared; what stops a command before what does not; then by place.
    """
    rank = {name: index for index, name in enumerate(environments, start=1)}
    unique = dict.fromkeys(problems)
    return sorted(
        unique, key=lambda p: (rank.get(p.environment or "", 0), _GRAVITY.get(p.severity, 3), p.key())
    )


def has_errors(problems: "Iterable[Problem]") -> bool:
    """Whether any of them must stop the command."""
    return any(problem.severity == ERROR for problem in problems)
