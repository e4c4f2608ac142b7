"""What the pytest plugin costs where no declaration is found: pytest on an empty folder, with and without."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))
MOST = 2.0
_IMPORT = """\
import time
import pytest
started = time.perf_counter()
import firedoor.pytest_plugin
print((time.perf_counter() - started) * 1e3)
"""


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds)."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".git").mkdir()
        pairs = [(_start(folder, "-p", "no:firedoor"), _start(folder)) for _ in range(ROUNDS)]
        imported = statistics.median(_printed(folder, _IMPORT) for _ in range(ROUNDS))
    added = statistics.median(guarded - plain for plain, guarded in pairs)
    plain = statistics.median(one for one, _ in pairs)
    return [
        (
            "pytest on an empty folder without a declaration: what the plugin adds",
            f"≤ {MOST:.0f} ms",
            f"{added:.2f} ms (of {plain:.0f} ms)",
            added <= MOST,
        ),
        ("the import of the plugin alone", f"≤ {MOST:.0f} ms", f"{imported:.2f} ms", imported <= MOST),
    ]


def _environment() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _start(folder: str, *arguments: str) -> float:
    """Milliseconds from start to end."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    started = time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return (time.perf_counter() - started) * 1e3


def _printed(folder: str, program: str) -> float:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, check=True)
    return float(done.stdout)
