"""What a seal costs: at the start of a command, and on a connection to what is declared."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.clean import WORK, Program, in_turns, with_firedoor

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIRS = 9
MOST_AT_START = 60.0  # milliseconds
LEAST_THROUGHPUT, MOST_ROUND_TRIP = 0.8, 2.0
_DECLARED = """\
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
"""
_PROGRAM = Path(__file__).with_name("sealed.py")


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds) of the start and of connections."""
    firedoor = with_firedoor() / "firedoor"
    with _server() as port:
        folder = _project(port)
        return [*_starts(firedoor, folder), *_connections(firedoor, folder, port)]


def _run(firedoor: Path, *seal: str) -> tuple[str | Path, ...]:
    return (firedoor, "run", "-q", "-e", "testing", *seal, "--")


def _starts(firedoor: Path, folder: Path) -> list[tuple[str, str, str, bool]]:
    kinds = {"plain": (), "address": ("--seal=address",), "port": ("--seal=port",)}
    programs = {name: Program((*_run(firedoor, *seal), "/bin/true"), folder) for name, seal in kinds.items()}
    found = in_turns(programs)
    lines = []
    for name in ("address", "port"):
        added = (found[name] - found["plain"]) * 1e3
        what = f"`run --seal={name} -- /bin/true` over `run -- /bin/true`"
        promised = name == "address"
        target = f"≤ {MOST_AT_START:.0f} ms" if promised else ""
        lines.append((what, target, f"{added:.0f} ms", not promised or added <= MOST_AT_START))
    return lines


def _connections(firedoor: Path, folder: Path, port: int) -> list[tuple[str, str, str, bool]]:
    measured: dict[str, list[dict[str, float]]] = {"plain": [], "sealed": []}
    for number in range(PAIRS):
        order = ["plain", "sealed"] if number % 2 else ["sealed", "plain"]
        for name in order:
            seal = ("--seal=address",) if name == "sealed" else ()
            measured[name].append(_measured(firedoor, folder, port, *seal))
    throughput, trip = (_ratio(measured, what) for what in ("throughput", "round trip"))
    added = statistics.median(
        one["connect"] - other["connect"]
        for one, other in zip(measured["sealed"], measured["plain"], strict=True)
    )
    over = "of a sealed connection, over an unsealed one"
    return [
        (
            f"throughput {over}",
            f"≥ {LEAST_THROUGHPUT} ×",
            f"{throughput:.2f} ×",
            throughput >= LEAST_THROUGHPUT,
        ),
        (f"round trip {over}", f"≤ {MOST_ROUND_TRIP:.0f} ×", f"{trip:.2f} ×", trip <= MOST_ROUND_TRIP),
        ("what a seal adds to each connect(2) to a declared address", "", f"{added * 1e6:.0f} µs", True),
    ]


def _measured(firedoor: Path, folder: Path, port: int, *seal: str) -> dict[str, float]:
    done = subprocess.run(
        (*_run(firedoor, *seal), sys.executable, _PROGRAM, "measure", str(port)),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(WORK), "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _ratio(measured: dict[str, list[dict[str, float]]], what: str) -> float:
    """The median of the ratios of each sealed round to the unsealed one beside it."""
    pairs = zip(measured["sealed"], measured["plain"], strict=True)
    return statistics.median(one[what] / other[what] for one, other in pairs)


def _project(port: int) -> Path:
    folder = WORK / "sealed"
    folder.mkdir(exist_ok=True)
    files = {
        "firedoor.toml": _DECLARED,
        ".env.testing": f"DATABASE_URL=postgresql://127.0.0.1:{port}/shop_test\n",
        ".env.production": "DATABASE_URL=postgresql://127.0.0.2/shop\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o600)
    return folder


@contextmanager
def _server() -> Iterator[int]:
    process = subprocess.Popen((sys.executable, _PROGRAM, "serve"), stdout=subprocess.PIPE)
    assert process.stdout is not None  # noqa: S101 - for the type checker
    try:
        yield int(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        process.wait()
