"""Problems on their way from a worker of pytest-xdist to the process with the terminal, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.origin import Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Packed = tuple[str, str, str | None, tuple[str, str, int, int] | None, str, dict[str, str]]


def pack(problems: Iterable[Problem]) -> list[Packed]:
    """The problems as values that execnet can send."""
    return [
        (
            problem.code,
            problem.subject,
            problem.environment,
            None if problem.origin is None else problem.origin.key(),
            problem.severity,
            dict(problem.facts),
        )
        for problem in problems
    ]


def unpack(packed: Iterable[Any]) -> Iterator[Problem]:
    """What ``pack`` was given."""
    for code, subject, environment, origin, severity, facts in packed:
        yield Problem(
            code,
            subject=subject,
            environment=environment,
            origin=None if origin is None else Origin(*origin),
            severity=severity,
            **facts,
        )
