"""The part of ``firedoor run`` that seals the command."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from firedoor import seal
from firedoor.errors import UsageError
from firedoor.report import colour, text
from firedoor.seal import strength

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration


def wanted(given: str) -> str:
    """The strength that was asked for. Raises UsageError for one that there is not."""
    if given not in strength.REQUESTS:
        raise UsageError(f"run: --seal={given}: there is {', '.join(strength.REQUESTS)}")
    return given


def run(
    configuration: Configuration,
    command: Sequence[str],
    variables: Mapping[str, str],
    asked: str,
    *,
    quiet: bool,
    not_started: Callable[[int], None],
) -> int:
    """Run the command under the seal that was asked for, and end as it did."""
    names = configuration.project.names

    def warn(problems: Sequence[Problem]) -> None:
        if problems and not quiet:
            wanted_colour = colour.wanted(sys.stderr, os.environ)
            print(text.render(problems, colour=wanted_colour, environments=names), file=sys.stderr)

    def say(sentence: str) -> None:
        if not quiet:
            print(f"firedoor: {sentence}", file=sys.stderr, flush=True)

    code = seal.run(
        configuration, command, variables, wanted(asked), say=say, warn=warn, not_started=not_started
    )
    if code < 0:
        _end_as(-code)
        code = 128 - code
    return code


def _end_as(number: int) -> None:
    """End by the signal that ended the command, so that whoever started this sees what it would have seen."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))  # the command has left its own, if any
    if number not in {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
