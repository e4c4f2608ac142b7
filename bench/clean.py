"""Clean virtual environments for the benchmarks, and timing of programs in turns."""

from __future__ import annotations

import atexit
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Outside the repository, whose own project file would be found by the peers; removed at the end.
WORK = Path(tempfile.mkdtemp(prefix="firedoor-bench-"))
atexit.register(shutil.rmtree, WORK, ignore_errors=True)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))


def quietly(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a preparing command; show what it printed only when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def environment(name: str, *requirements: str | Path) -> Path:
    """The bin folder of a fresh virtual environment that holds these requirements and nothing else."""
    folder = WORK / name
    quietly(sys.executable, "-m", "venv", folder)
    quietly(
        folder / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements
    )
    return folder / "bin"


@cache
def with_firedoor() -> Path:
    """The bin folder of a virtual environment with firedoor as users get it: a wheel built from this tree."""
    wheels = WORK / "wheels"
    quietly(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", wheels, ROOT)
    return environment("clean", next(wheels.glob("*.whl")))


@dataclass
class Program:
    """A program to time: its arguments, folder, and extra process variables. ``times`` are seconds."""

    arguments: tuple[str | Path, ...]
    folder: Path = WORK
    variables: dict[str, str] = field(default_factory=dict)
    code: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.times)

    def run(self) -> float:
        """Seconds from start to end. Stops the benchmark when the program does not end as it should."""
        command = [str(argument) for argument in self.arguments]
        process_environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(WORK),
            "LANG": "C.UTF-8",
            **self.variables,
        }
        actions = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1)]
        os.chdir(self.folder)
        started = time.perf_counter()
        process = os.posix_spawn(command[0], command, process_environment, file_actions=actions)
        _, status = os.waitpid(process, 0)
        seconds = time.perf_counter() - started
        if (code := os.waitstatus_to_exitcode(status)) != self.code:
            sys.exit(f"{' '.join(command)}\nended with {code}, not {self.code}")
        return seconds


def in_turns(programs: dict[str, Program], rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each program: all run once each round, in another order every time."""
    order = list(programs.values())
    shuffle = random.Random(2).shuffle
    for program in order:
        program.run()  # fills the caches of the disk and of the programs themselves
    for _ in range(rounds):
        shuffle(order)
        for program in order:
            program.times.append(program.run())
    return {name: program.median for name, program in programs.items()}
