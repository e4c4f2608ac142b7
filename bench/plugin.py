"""What the pytest plugin costs where no declaration is found: pytest on an empty folder, with and without."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))
MOST = 2.0
# everything that the plugin does in such a run, from its import to its last hook, in a pytest that is there already
_ALL = """\
import time
from _pytest.config import _prepareconfig
config = _prepareconfig(["-p", "no:firedoor", "-p", "no:cacheprovider"])
started = time.perf_counter()
import firedoor.pytest_plugin as plugin
imported = time.perf_counter()
config.pluginmanager.register(plugin, "firedoor-measured")
assert plugin._folders(config) == []
plugin.pytest_configure(config)
plugin.pytest_unconfigure(config)
ended = time.perf_counter()
print((ended - started) * 1e3, (imported - started) * 1e3)
"""


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds)."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".git").mkdir()
        pairs = [(_start(folder, "-p", "no:firedoor"), _start(folder)) for _ in range(ROUNDS)]
        measured = [_printed(folder, _ALL) for _ in range(ROUNDS)]
    added, imported = (statistics.median(one[place] for one in measured) for place in (0, 1))
    ratio = statistics.median(guarded / plain for plain, guarded in pairs)
    return [
        (
            "the pytest plugin where no declaration is: import and every hook",
            f"≤ {MOST:.0f} ms",
            f"{added:.2f} ms ({imported:.2f} ms of it the import)",
            added <= MOST,
        ),
        ("the same, whole starts of pytest in turns, processor time", "", f"{ratio:.3f} ×", True),
    ]


def _environment() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _start(folder: str, *arguments: str) -> float:
    """Seconds of the processor, from start to end."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    with chdir(folder):
        process = os.posix_spawn(command[0], command, _environment(), file_actions=quiet)
    _, _, used = os.wait4(process, 0)
    return used.ru_utime + used.ru_stime


def _printed(folder: str, program: str) -> tuple[float, ...]:
    """The milliseconds that the program printed."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, check=True)
    return tuple(map(float, done.stdout.split()))
