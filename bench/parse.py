"""Parsing speed: a file of 10,000 lines against python-dotenv, and whether the time grows with the lines alone.

python bench/parse.py prints a Markdown table. Each comparison runs in turns in one process; medians count.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from firedoor import dotenv, dotenv_scanner

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 10_000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
Row = tuple[str, str, str, bool]


def env_file(lines: int) -> str:
    """A file as projects have them: quotes, comments, references, and values of several lines."""
    text: list[str] = []
    number = 0
    while len(text) < lines:
        number += 1
        text += _block(number)
    return "\n".join(text[: lines - 1]) + "\nLAST=1\n"


def _block(number: int) -> list[str]:
    pem = [f"{number * 7919:064x}"] * 6
    return [
        f"# Service {number}: where it is and how to talk to it",
        f"SERVICE_{number}_URL=postgres://app:{number:032x}@db-{number}.internal:5432/app",
        f"SERVICE_{number}_HOST=db-{number}.internal",
        f"SERVICE_{number}_PORT={5000 + number % 1000}",
        f'SERVICE_{number}_TITLE="Service number {number} # not a comment"',
        f"SERVICE_{number}_LABEL='single quotes {number}'",
        f"SERVICE_{number}_DEBUG=false # a comment behind the value",
        f"export SERVICE_{number}_WORKERS={number % 8}",
        f"SERVICE_{number}_LINK=http://${{SERVICE_{number}_HOST}}/",
        *(
            [f'SERVICE_{number}_KEY="-----BEGIN KEY-----', *pem, '-----END KEY-----"']
            if number % 10 == 0
            else []
        ),
        "",
    ]


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def in_turns(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median time of each call in seconds; every round runs each of them once."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(_seconds(call))
    return {name: statistics.median(taken) for name, taken in times.items()}


def rows() -> list[Row]:
    """What, target, measured, whether it holds."""
    text, tenth = env_file(LINES), env_file(LINES // 10)
    took = in_turns(
        {
            "firedoor": lambda: dotenv.parse(text),
            "tenth": lambda: [dotenv.parse(tenth) for _ in range(10)],
            "scanner": lambda: dotenv_scanner.parse_all(text),
            "python-dotenv": lambda: dotenv_values(stream=io.StringIO(text), interpolate=False),
        },
        ROUNDS,
    )
    slow = in_turns(
        {
            "firedoor": lambda: dotenv.parse(text),
            "python-dotenv": lambda: dotenv_values(stream=io.StringIO(text)),
        },
        max(3, ROUNDS // 5),
    )
    plain = took["python-dotenv"] / took["firedoor"]
    default = slow["python-dotenv"] / slow["firedoor"]
    scanner = took["python-dotenv"] / took["scanner"]
    growth = took["firedoor"] / (took["tenth"] / 10)
    speed = len(text) / took["firedoor"] / 1e6
    peer = f"python-dotenv {took['python-dotenv'] * 1e3:.0f} ms"
    return [
        (
            f"parse {LINES:,} lines, against python-dotenv without interpolation",
            "≥ 10 ×",
            f"{plain:.1f} × ({took['firedoor'] * 1e3:.1f} ms, {speed:.0f} MB/s; {peer})",
            plain >= 10,
        ),
        (
            f"parse {LINES:,} lines, against python-dotenv's default",
            "≥ 60 ×",
            f"{default:.0f} × (python-dotenv {slow['python-dotenv'] * 1e3:.0f} ms)",
            default >= 60,
        ),
        (f"parse {LINES:,} lines / {LINES // 10:,} lines", "≤ 12", f"{growth:.1f}", growth <= 12),
        (
            f"parse {LINES:,} lines that all need the careful scanner, against the same",
            "≥ 2 ×",
            f"{scanner:.1f} × ({took['scanner'] * 1e3:.1f} ms)",
            scanner >= 2,
        ),
    ]


def main() -> int:
    """Print the table. Returns 1 when a target is missed."""
    found = rows()
    print("| what | target | measured | holds |")
    print("|---|---|---|---|")
    for what, target, measured, ok in found:
        print(f"| {what} | {target} | {measured} | {'yes' if ok else '**no**'} |")
    return 0 if all(ok for *_, ok in found) else 1


if __name__ == "__main__":
    sys.exit(main())
