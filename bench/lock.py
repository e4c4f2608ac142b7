"""What a lock costs: `run` beside one of 100 environments with 50 resources each, and one guess at a fingerprint."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING

from bench.clean import ROUNDS, WORK, Program, in_turns, quietly, with_firedoor
from firedoor import declaration
from firedoor.lock import FILE_NAME, marks, pins, text
from firedoor.lock.document import Lock, Marks, Taken

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENTS = tuple(f"stage-{index}" for index in range(100))
CHOSEN = ENVIRONMENTS[0]
RESOURCES = 50
KINDS = ("database", "cache", "key", "bucket", "signing-key")
VALUES = {
    "database": "postgresql://app:5fX{i}q8Zr2Lw@db-{i}.{e}.internal:5432/app_{i}",
    "cache": "redis://:9Kd{i}mQ2@cache.{e}.internal:6379/{i}",
    "key": "k7Q{i}vN2xR9tB4mW8{e}pL6sD1zH3cY5",
    "bucket": "s3://{e}-uploads-{i}/files",
    "signing-key": "s9D{i}fG5hJ1kL8{e}qW3eR7tY2uI",
}
MOST_CACHED = 1.3
MOST_FIRST = 0.5
LEAST_GUESS = 0.010
FIRST_ROUNDS = 10


def project(folder: Path) -> Path:
    """All environments declared, one of them here with its file."""
    folder.mkdir()
    (folder / ".git").mkdir()
    lines = [
        f"[environments.{name}]\n{'protected = true' * (name == ENVIRONMENTS[-1])}" for name in ENVIRONMENTS
    ]
    lines += [f'[variables.RESOURCE_{i}]\nresource = "{_kind(i)}"' for i in range(RESOURCES)]
    (folder / "firedoor.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    values = [f"RESOURCE_{i}={VALUES[_kind(i)].format(i=i, e=CHOSEN)}" for i in range(RESOURCES)]
    env_file = folder / f".env.{CHOSEN}"
    env_file.write_text("\n".join(values) + "\n", encoding="utf-8")
    env_file.chmod(0o600)
    return folder


def _kind(index: int) -> str:
    return KINDS[index % len(KINDS)]


def lock(folder: Path) -> Path:
    """The project with a lock: of the chosen environment as it is taken, of the others as if they were."""
    quietly(with_firedoor() / "firedoor", "-C", folder, "lock", CHOSEN, "--offline")
    path = folder / FILE_NAME
    taken = text.parse(path.read_text("utf-8"))
    others = {
        name: Taken(1, "2026-11-27T06:00:00Z", {f"RESOURCE_{i}": _marks(i) for i in range(RESOURCES)})
        for name in ENVIRONMENTS[1:]
    }
    whole = Lock(
        taken.project,
        taken.salt,
        taken.cost,
        pins=pins.of(declaration.load(folder, use_cache=False)),
        environments={**taken.environments, **others},
    )
    path.write_text(text.render(whole), encoding="utf-8")
    return folder


def _marks(index: int) -> Marks:
    """An address has fingerprints at every level, a key only as it is spelled."""
    levels = 1 if "key" in _kind(index) else 4
    return Marks(*((os.urandom(16).hex(),) for _ in range(levels)))


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds)."""
    run = (with_firedoor() / "firedoor", "run", "-e", CHOSEN, "-q", "--", "/bin/true")
    plain = Program(run, project(WORK / "without-lock"))
    locked = Program(run, lock(project(WORK / "with-lock")))
    seconds = in_turns({"plain": plain, "locked": locked})
    ratio = seconds["locked"] / seconds["plain"]
    first = statistics.median(_first_time(locked) for _ in range(FIRST_ROUNDS))
    guess = statistics.median(_guess() for _ in range(ROUNDS))
    what = "`firedoor run`, a lock of 100 environments x 50 resources, verdicts remembered"
    return [
        (
            what,
            f"≤ {MOST_CACHED:.1f} × without lock",
            f"{ratio:.2f} ({seconds['locked'] * 1e3:.1f} ms to {seconds['plain'] * 1e3:.1f} ms)",
            ratio <= MOST_CACHED,
        ),
        ("the same for the first time", f"≤ {MOST_FIRST} s", f"{first:.2f} s", first <= MOST_FIRST),
        (
            f"one guess at a fingerprint ({marks.COST[0] * marks.COST[1] * 128 / 2**20:.1f} MiB)",
            f"≥ {LEAST_GUESS * 1e3:.0f} ms",
            f"{guess * 1e3:.1f} ms",
            guess >= LEAST_GUESS,
        ),
    ]


def _first_time(program: Program) -> float:
    for remembered in (WORK / ".cache" / "firedoor").glob("*.verdicts"):
        remembered.unlink()
    return program.run()


def _guess() -> float:
    started = time.perf_counter()
    marks.mark(("postgresql", os.urandom(8).hex(), "5432", "shop"), b"a salt of a lock", marks.COST)
    return time.perf_counter() - started
