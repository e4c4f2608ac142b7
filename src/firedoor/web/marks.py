"""The mark: a project and an environment as one text, ``shop/testing``, and how the header that carries it is read.

Both names are percent-encoded but for letters, digits and ``-._~``, so that a mark holds no comma, semicolon or blank:
servers and proxies join headers that stand twice by commas. It has one spelling; every other one is not a mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER = "Firedoor-Environment"
_LONGEST = 512
_BLANKS = " \t"


class Mark(NamedTuple):
    """Who says it: the project's name and the environment's, as that project declares them."""

    project: str
    environment: str

    def __str__(self) -> str:
        return f"{quote(self.project, safe='')}/{quote(self.environment, safe='')}"


class Said(NamedTuple):
    """One mark as a header carries it: ``parameters`` are those behind it (``;at=...``), in their order."""

    mark: Mark
    parameters: tuple[tuple[str, str], ...]


def parse(text: str) -> Mark | None:
    """The mark that the text spells, None when it spells none."""
    project, slash, environment = text.partition("/")
    if not slash or len(text) > _LONGEST:
        return None
    try:
        mark = Mark(unquote(project, errors="strict"), unquote(environment, errors="strict"))
    except UnicodeDecodeError:
        return None
    return mark if all(mark) and str(mark) == text else None


def said(values: Iterable[str]) -> Iterator[Said | None]:
    """What the header says, wherever it stands: each of its values may list several. None for what cannot be read."""
    for value in values:
        for listed in value.split(","):
            yield _one(listed.strip(_BLANKS))


def _one(text: str) -> Said | None:
    spelled, *parameters = text.split(";")
    mark = parse(spelled)
    pairs = [parameter.partition("=") for parameter in parameters]
    if mark is None or not all(name and equals for name, equals, _ in pairs):
        return None
    return Said(mark, tuple((name, value) for name, _, value in pairs))
