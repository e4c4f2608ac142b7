"""Problems for people: grouped by environment, aligned, each with what is wrong and what to do."""

from firedoor import catalogue
from firedoor.catalogue.wording import printable
from firedoor.catalogue.wrapping import wrap
from firedoor.problem import NOTE, in_order
from firedoor.report.colour import paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firedoor.problem import Problem

WIDTH = 100
_NARROWEST = 40
_LONGEST_ORIGIN = 48  # a longer one pushes its own subject aside, not everybody's
_PROJECT = "whole project"
_COUNTED = (("error", "errors"), ("warning", "warnings"), ("note", "notes"))
_DO = "do: "


def render(
    problems: "Iterable[Problem]",
    *,
    colour: bool = False,
    environments: "Sequence[str]" = (),
    width: int | None = None,
    quiet: bool = False,
) -> str:
    """The report without a line break at its end; an empty text when there is nothing to report.

    ``environments``: names in declared order. ``width`` in characters, 100 by default. ``quiet`` leaves out notes
    and the count.
    """
    ordered = in_order((p for p in problems if not (quiet and p.severity == NOTE)), environments)
    if not ordered:
        return ""
    layout = _Layout(ordered, max(_NARROWEST, width or WIDTH), paint if colour else _plain)
    lines = []
    heading: str | None = None
    for problem in ordered:
        group = _PROJECT if problem.environment is None else printable(problem.environment)
        if group != heading:
            lines += [layout.paint(group, "heading")]
            heading = group
        lines += [*layout.lines(problem), ""]
    return "\n".join([*lines, count(ordered)] if not quiet else lines[:-1])


def count(problems: "Sequence[Problem]") -> str:
    """How many of each severity, and where: ``3 errors, 1 warning in testing, production``."""
    numbers = []
    for severity, plural in _COUNTED:
        number = sum(problem.severity == severity for problem in problems)
        if number:
            numbers.append(f"{number} {severity if number == 1 else plural}")
    names = dict.fromkeys(printable(p.environment) for p in problems if p.environment is not None)
    where = f" in {', '.join(names)}" if names else ""
    return ", ".join(numbers) + where


def _plain(text: str, _role: str) -> str:
    return text


class _Layout:
    """The columns that all problems of one report share."""

    def __init__(self, problems: "Sequence[Problem]", width: int, paint: "Callable[[str, str], str]") -> None:
        self.paint = paint
        self._width = width
        self._severity = max(len(printable(problem.severity)) for problem in problems)
        self._code = max(len(printable(problem.code)) for problem in problems)
        origins = (len(_origin(problem)) for problem in problems)
        self._origin = max((length for length in origins if length <= _LONGEST_ORIGIN), default=0)

    def lines(self, problem: "Problem") -> list[str]:
        """The problem's row, what is wrong, and what to do."""
        return [
            self._row(problem),
            *_indented(catalogue.what(problem), "    ", "    ", self._width),
            *self._action(catalogue.action(problem)),
        ]

    def _row(self, problem: "Problem") -> str:
        severity = printable(problem.severity)
        code = f"{printable(problem.code):<{self._code}}"
        painted = self.paint(severity, problem.severity) + " " * (self._severity - len(severity))
        return f"  {painted}  {code}  {self._place(problem)}".rstrip()

    def _place(self, problem: "Problem") -> str:
        """Origin and subject; the subject only where the origin does not name it already."""
        origin, subject = _origin(problem), printable(problem.subject)
        if problem.origin is not None and problem.subject == problem.origin.name:
            return origin
        return f"{origin:<{self._origin}}  {subject}" if self._origin or origin else subject

    def _action(self, text: str) -> list[str]:
        lines = _indented(text, "    " + _DO, " " * (4 + len(_DO)), self._width)
        return [lines[0].replace(_DO, self.paint(_DO.rstrip(), "action") + " ", 1), *lines[1:]]


def _origin(problem: "Problem") -> str:
    return "" if problem.origin is None else printable(problem.origin)


def _indented(text: str, first: str, others: str, width: int) -> list[str]:
    lines = wrap(text, width - len(others))
    return [f"{others if number else first}{line}" for number, line in enumerate(lines)]
