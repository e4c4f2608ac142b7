"""Sentences with gaps, filled from a problem. What the problem lacks has a neutral wording or is left out.

A template is a sentence, or a tuple of pieces joined by blanks; a piece is a sentence, or a tuple of alternatives.
``{name}`` is a fact, ``{name:neutral words}`` a fact that may be missing. A sentence that needs a missing fact gives
way to the next alternative; a piece without any left is dropped. ``{{`` and ``}}`` are plain braces.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.problem import Problem

    Template = str | tuple[str | tuple[str, ...], ...]

OF_PROBLEM = ("subject", "environment", "origin", "place")
_LONGEST = 2000


def printable(text: object) -> str:
    """The text as one line that cannot drive a terminal: control and direction characters are spelled out."""
    shown = str(text)
    if len(shown) > _LONGEST:
        shown = shown[:_LONGEST] + "..."
    if shown.isprintable():
        return shown
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in shown
    )


def fill(template: "Template", problem: "Problem") -> str:
    """The template's sentences, filled with what the problem knows."""
    words = Words(problem)
    sentences = []
    for piece in pieces(template):
        for sentence in piece:
            try:
                sentences.append(sentence.format_map(words))
            except _MissingError:
                continue
            break
    return " ".join(sentences)


def pieces(template: "Template") -> "list[tuple[str, ...]]":
    """The template's pieces, each as the tuple of its alternatives."""
    whole = (template,) if isinstance(template, str) else template
    return [(piece,) if isinstance(piece, str) else piece for piece in whole]


class Words:
    """What a template may name: the facts, and of the problem itself subject, environment, origin and place.

    ``place`` is the file or variable of the origin without line and column. Every lookup succeeds.
    """

    def __init__(self, problem: "Problem") -> None:
        origin = problem.origin
        self._known = {
            **problem.facts,
            "subject": problem.subject,
            "environment": problem.environment or "",
            "origin": "" if origin is None else str(origin),
            "place": "" if origin is None else origin.name,
        }

    def __getitem__(self, name: str) -> "_Word":
        return _Word(printable(self._known.get(name, "")))


class _Word:
    """One word of a sentence; its format is the neutral wording that stands in when it is empty."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __format__(self, neutral: str) -> str:
        if self._text or neutral:
            return self._text or neutral
        raise _MissingError


class _MissingError(Exception):
    """A sentence names a fact that is not there."""
