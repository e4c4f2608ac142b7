"""Warnings said aloud: a fallback file that was used is nothing to keep silent about."""

import sys
import warnings
from collections.abc import Iterable

from firedoor.problem import WARNING, Problem


class FiredoorWarning(UserWarning):
    """A warning problem of a configuration that was loaded all the same."""


def say(problems: Iterable[Problem]) -> None:
    """Warn of each warning, at the line outside firedoor that asked for the configuration."""
    for problem in problems:
        if problem.severity == WARNING:
            from firedoor.report.text import render  # only loaded when there is something to say

            warnings.warn("\n" + render([problem]), FiredoorWarning, stacklevel=_outside())


def _outside() -> int:
    """How many frames up the first one is that belongs to neither firedoor nor pydantic, as ``stacklevel`` counts."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - what warnings itself does
    while frame.f_back is not None and _is_inside(str(frame.f_globals.get("__name__"))):
        level, frame = level + 1, frame.f_back
    return level


def _is_inside(module: str) -> bool:
    return module.partition(".")[0] in ("firedoor", "pydantic", "pydantic_core")
