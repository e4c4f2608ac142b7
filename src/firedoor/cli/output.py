"""What the verbs share in speaking: the format asked for, the one environment asked for, problems on stderr."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from firedoor.catalogue.wording import printable
from firedoor.errors import UsageError
from firedoor.report import colour, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from firedoor.cli.arguments import Arguments, Option
    from firedoor.declaration import Project
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration


def chosen(given: Arguments, option: Option, known: Collection[str]) -> str:
    """The format asked for, ``text`` by default. Raises UsageError for another."""
    form = given.text(option) or "text"
    if form not in known:
        raise UsageError(f"--format {form}: not known here; use {', '.join(known)}")
    return form


def one_environment(given: Arguments, option: Option, verb: str) -> str | None:
    """The environment named as operand or by ``-e``; None: let the selection decide. Raises UsageError for two."""
    named = {*given.operands, *filter(None, [given.text(option)])}
    if len(named) > 1:
        raise UsageError(f"{verb}: one environment at a time, not {', '.join(sorted(named))}")
    return next(iter(named), None)


def counted(number: int, noun: str) -> str:
    """``1 variable``, ``2 variables``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def chosen_by(configuration: Configuration) -> str:
    """The environment and who chose it, in one line."""
    return printable(f"{configuration.environment} (chosen by {configuration.choice.origin})")


def talk(problems: Sequence[Problem], project: Project, *, quiet: bool) -> None:
    """Say on stderr what was found beside the answer; only errors when quiet."""
    said = [problem for problem in problems if problem.severity == "error" or not quiet]
    if said:
        wanted = colour.wanted(sys.stderr, os.environ)
        print(text.render(said, colour=wanted, environments=project.names), file=sys.stderr)


@contextmanager
def libraries_silent() -> Iterator[None]:
    """Client libraries log what they connect to, and where nobody listens that goes to stderr: not in our output."""
    import logging

    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
