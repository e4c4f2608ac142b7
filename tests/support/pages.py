"""Read a Markdown page as its tests see it: fenced blocks with the comments above them.

The rules for writers are in docs/explanation/how-docs-are-tested.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMENT = re.compile(
    r"<!-- (?P<name>project|needs|file|run|exit|output|continues|not run)(?:: (?P<value>.+))? -->"
)
FENCE = re.compile(r"(?P<ticks>`{3,})(?P<language>[\w+-]*)\s*")
WITH_VALUE = {"project", "needs", "file", "run", "exit", "not run"}
SHELLS = {"bash", "sh", "shell", "zsh"}


class PageError(Exception):
    """A page breaks the rules for writers. The text is ``file:line: what``."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, body, line number, and the comments above it as (name, value) in order."""

    language: str
    body: str
    line: int
    comments: tuple[tuple[str, str], ...] = ()

    def comment(self, name: str) -> str | None:
        """The value of the comment of that name, "" when it has none, None when it is not there."""
        return dict(self.comments).get(name)


@dataclass
class Command:
    """A command of a console block and what should come out of it; None: anything may."""

    text: str
    line: int
    expected: list[str] = field(default_factory=list)


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order. Raises PageError for a comment or a fence that no rule allows."""
    return list(_read(page.name, page.read_text(encoding="utf-8").splitlines()))


def _read(page: str, lines: list[str]) -> Iterator[Block]:
    comments: list[tuple[str, str]] = []
    numbered = iter(enumerate(lines, start=1))
    for number, line in numbered:
        if line.startswith("<!-- "):
            comments.append(_comment(page, number, line))
        elif fence := FENCE.fullmatch(line):
            body = []
            for _, inner in numbered:
                if inner.rstrip() == fence["ticks"]:
                    break
                body.append(inner)
            else:
                raise PageError(f"{page}:{number}: this block has no end")
            yield _checked(
                page, Block(fence["language"], "".join(f"{x}\n" for x in body), number, tuple(comments))
            )
            comments = []
        elif line.strip() and comments:
            raise PageError(f"{page}:{number}: the comment above belongs to no block")
        elif re.match(r"\s+```", line):
            raise PageError(f"{page}:{number}: a block stands at the left margin")


def _comment(page: str, number: int, line: str) -> tuple[str, str]:
    found = COMMENT.fullmatch(line.rstrip())
    if found is None or (found["name"] in WITH_VALUE) != bool(found["value"]):
        raise PageError(f"{page}:{number}: not one of the comments that tests understand: {line}")
    return found["name"], found["value"] or ""


def _checked(page: str, block: Block) -> Block:
    if block.language in SHELLS:
        raise PageError(f"{page}:{block.line}: use console and `$ ` for commands, so that they are run")
    if not block.language:
        raise PageError(f"{page}:{block.line}: a block needs a language, `text` if nothing else")
    if block.language == "console" and block.comment("not run") is None and not block.body.startswith("$ "):
        raise PageError(f"{page}:{block.line}: a console block begins with `$ `")
    return block


def commands(block: Block) -> list[Command]:
    """The commands of a console block, each with the output lines below it."""
    found: list[Command] = []
    for number, line in enumerate(block.body.splitlines(), start=block.line + 1):
        if line.startswith("$ "):
            found.append(Command(line[2:], number))
        elif line.startswith("> ") and not found[-1].expected:
            found[-1].text += "\n" + line[2:]
        else:
            found[-1].expected.append(line)
    return found
