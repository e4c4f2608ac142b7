"""What a resource's identity costs: one address as spelled, and all of many environments against each other.

python -m bench identity prints its rows. Imports are excluded; processor time, the medians of one run.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from bench.clean import WORK
from firedoor import declaration, inspection, resources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 7
MOST_MICROSECONDS = 50.0
MOST_GROWTH = 12.0  # for ten times the resources
ADDRESSES = {
    "PostgreSQL URL": ("database", "postgresql://app:d8Kq2mZ5@db.example.com:5432/shop?sslmode=require"),
    "PostgreSQL URL with its options twice": (
        "database",
        "postgresql+asyncpg://app@benign/test?host=127.0.0.2&dbname=prod_db",
    ),
    "libpq keywords": ("database", "host=db.example.com port=5432 dbname=shop user=app password='d8 Kq'"),
    "MySQL URL": ("database", "mysql+pymysql://app:d8Kq2mZ5@db.example.com/shop?charset=utf8mb4"),
    "SQLite file that is there": ("database", "sqlite:////etc/hosts"),
    "Redis URL": ("cache", "rediss://:d8Kq2mZ5@cache.example.com:6379/3"),
    "S3 URL": ("bucket", "https://uploads.s3.eu-west-1.amazonaws.com/incoming/"),
}
SIZES = (10, 100)  # environments
RESOURCES = 50


def _microseconds(call: Callable[[], object], times: int = 2000) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(times):
            call()
        taken.append((time.process_time() - begin) / times * 1e6)
    return statistics.median(taken)


def _project(folder: Path, environments: int, *, crowded: bool) -> Path:
    """Environments with 50 resources each. ``crowded``: all of them in the same few servers, which is told."""
    folder.mkdir(parents=True)
    (folder / ".git").mkdir()
    names = [f"stage-{index}" for index in range(environments)]
    lines = [f"[environments.{name}]\n" for name in names]
    kinds = ("database", "cache", "bucket", "queue", "vector")
    lines += [f'[variables.R{index}]\nresource = "{kinds[index % 5]}"\n' for index in range(RESOURCES)]
    (folder / "firedoor.toml").write_text("\n".join(lines), encoding="utf-8")
    for number, name in enumerate(names):
        host = "shared.example.com" if crowded else f"{name}.example.com"
        text = "".join(f"R{index}={_address(index, host, name, number)}\n" for index in range(RESOURCES))
        path = folder / f".env.{name}"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    return folder


def _address(index: int, host: str, name: str, number: int) -> str:
    part = f"{name}-{index}"
    return (
        f"postgresql://app:k7Q2vN@{host}:5432/{part}",
        f"redis://{host}:6379/{number * RESOURCES + index}",
        f"s3://{host}/{part}/files",
        f"amqp://app@{host}/{part}",
        f"http://{host}:6333#{part}",
    )[index % 5]


def _seconds(folder: Path) -> tuple[float, int]:
    """The median time of `check --all`'s work, and how many servers it says are shared."""
    project = declaration.load(folder, use_cache=False)
    taken = []
    found = 0
    for _ in range(3):
        begin = time.process_time()
        inspected = inspection.inspect_all(project)
        taken.append(time.process_time() - begin)
        found = sum(problem.code == "FD407" for problem in inspected.problems)
    return statistics.median(taken), found


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds)."""
    found = []
    for what, (kind, text) in ADDRESSES.items():
        where = resources.Where("/nowhere")
        spent = _microseconds(lambda kind=kind, text=text, where=where: resources.read(kind, text, where))  # type: ignore[misc]  # the defaults bind the loop's own values
        target = f"≤ {MOST_MICROSECONDS:.0f} µs"
        found.append((f"identity of a {what}", target, f"{spent:.1f} µs", spent <= MOST_MICROSECONDS))
    for crowded, where_they_are in ((False, "servers of their own"), (True, "the same servers")):
        folders = [WORK / f"identity-{size}-{crowded}" for size in SIZES]
        small, large = (
            _seconds(_project(folder, size, crowded=crowded))[0]
            for folder, size in zip(folders, SIZES, strict=True)
        )
        growth = large / small
        what = f"`check --all`, {SIZES[0]} → {SIZES[1]} environments x {RESOURCES} resources, in {where_they_are}"
        measured = f"{growth:.1f} × ({small:.2f} s to {large:.2f} s)"
        found.append((what, f"≤ {MOST_GROWTH:.0f} × the time", measured, growth <= MOST_GROWTH))
    return found
