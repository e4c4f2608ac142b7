"""What the catalogue holds for each code: the words, and an example that breaks the rule."""

from firedoor.catalogue.wording import OF_PROBLEM, pieces
from firedoor.problem import ERROR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.catalogue.wording import Template
    from firedoor.problem import Problem


class Example:
    """A small project that breaks the rule: its files, the commands that show it, and the problem that they report.

    ``files`` are written, then ``commands`` run in a POSIX shell; the last one reports ``problem``.
    """

    __slots__ = ("commands", "files", "problem")

    def __init__(self, problem: "Problem", *commands: str, files: "Mapping[str, str] | None" = None) -> None:
        self.problem = problem
        self.commands = commands
        self.files = files or {}


class Entry:
    """One code: ``what`` is wrong, ``why`` it matters and what to ``do``.

    ``name`` is the code in words, ``severity`` the usual one (a problem carries its own), ``summary`` the rule that
    was broken, in one sentence. ``what`` and ``do`` are templates; ``why`` is plain text. ``more`` and ``on_purpose``
    are for the page: further help, and how to allow it where that is right. ``incidents`` are keys of the table in
    ``firedoor.catalogue.incidents``.
    """

    __slots__ = (
        "code",
        "do",
        "example",
        "incidents",
        "more",
        "name",
        "on_purpose",
        "severity",
        "summary",
        "what",
        "why",
    )

    def __init__(
        self,
        code: str,
        name: str,
        *,
        summary: str,
        what: "Template",
        why: str,
        do: "Template",
        severity: str = ERROR,
        example: Example | None = None,
        more: str = "",
        on_purpose: str = "",
        incidents: tuple[str, ...] = (),
    ) -> None:
        self.code = code
        self.name = name
        self.summary = summary
        self.what = what
        self.why = why
        self.do = do
        self.severity = severity
        self.example = example
        self.more = more
        self.on_purpose = on_purpose
        self.incidents = incidents

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that ``what`` and ``do`` are filled with, sorted."""
        sentences = [
            sentence for template in (self.what, self.do) for piece in pieces(template) for sentence in piece
        ]
        named = _Names()
        for sentence in sentences:
            sentence.format_map(named)
        return tuple(sorted(named.seen.difference(OF_PROBLEM)))

    def __repr__(self) -> str:
        return f"Entry({self.code} {self.name})"


class _Names:
    """Stands in for the words of a problem and notes which of them a template asks for."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.seen.add(name)
        return _Anything()


class _Anything(str):
    __slots__ = ()

    def __format__(self, neutral: str) -> str:
        return ""
