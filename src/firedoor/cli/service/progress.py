"""The live table of a start: drawn over itself on a terminal, and not at all elsewhere."""

from __future__ import annotations

import os
import sys

from firedoor.cli import table
from firedoor.cli.service.shared import ago

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from firedoor.services.container import Container

HEADER = ("SERVICE", "STATE", "HEALTH", "SINCE", "IMAGE", "PORTS")
_UP = "\x1b[{}F"
_CLEAR = "\x1b[J"


def rows(containers: Sequence[Container]) -> list[tuple[str, ...]]:
    """A row for each container."""
    return [
        (one.service, _state(one), one.health, ago(one.started_at), one.image, ", ".join(one.ports))
        for one in containers
    ]


def _state(one: Container) -> str:
    return f"{one.state} ({one.exit_code})" if one.state == "exited" else one.state


class Progress:
    """Shows how containers come up. Nothing is shown where stderr is no terminal, or should be quiet."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._drawn = 0
        self.live = not quiet and self._stream.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, containers: Sequence[Container]) -> None:
        """Draw the table in the place of the last one."""
        if not self.live:
            return
        from shutil import get_terminal_size  # costs more than the whole table

        width, height = get_terminal_size()
        lines = [line[: width - 1] for line in table.render(HEADER, rows(containers)).splitlines()]
        lines = lines[: max(1, height - 1)]
        before = _UP.format(self._drawn) + _CLEAR if self._drawn else ""
        self._stream.write(before + "\n".join(lines) + "\n")
        self._stream.flush()
        self._drawn = len(lines)

    def close(self) -> None:
        """Take the last table away: what stands at the end is printed where answers go."""
        if self._drawn:
            self._stream.write(_UP.format(self._drawn) + _CLEAR)
            self._stream.flush()
            self._drawn = 0
