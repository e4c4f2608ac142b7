"""Run the benchmarks and print one Markdown table: what, target, measured, verdict.

python -m bench                       everything
python -m bench startup parse         some of it
python -m bench --write               and write docs/reference/benchmarks.md
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

PARTS = (
    "startup",
    "lock",
    "stamps",
    "identity",
    "check_scale",
    "parse",
    "settings",
    "guard",
    "handshake",
    "plugin",
    "databases",
    "false_alarms",
    "seal",
    "services",
)
PEERS = ("python-dotenv", "uv", "pydantic-settings", "pydantic")
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"

Row = tuple[str, str, str, bool]

INTRODUCTION = """\
# How fast firedoor is

`make bench` measures this table; `python -m bench --write` writes this page. Times of one machine mean little, so the
targets are ratios: all programs of a comparison run in turns in one session, and the median of their times counts.
"Bare" is `python -c pass` in the same clean virtual environment: the least that any Python program costs.

"""


def table(rows: list[Row]) -> str:
    lines = ["| what | target | measured | verdict |", "|---|---|---|---|"]
    lines += [
        f"| {what} | {target} | {measured} | {verdict(target, ok=ok)} |"
        for what, target, measured, ok in rows
    ]
    return "\n".join(lines) + "\n"


def verdict(target: str, *, ok: bool) -> str:
    """Nothing where nothing was promised."""
    if not target:
        return ""
    return "holds" if ok else "**missed**"


def machine() -> str:
    """What was measured, and on what: no host name, no path."""
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"Measured on {time.strftime('%Y-%m-%d')} with {python} on {system}; {peers}.\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure firedoor's speed.")
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--write", action="store_true", help="write docs/reference/benchmarks.md too")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    for part in arguments.parts:
        print(f"measuring {part} ...", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"bench.{part}").rows()
    print(table(rows))
    print(machine())
    if arguments.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(INTRODUCTION + table(rows) + "\n" + machine(), encoding="utf-8")
    return 0 if all(ok for *_, ok in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
