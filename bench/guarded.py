"""The workloads of bench/guard.py, in a process of their own: `guarded.py ROUNDS HOOK` prints seconds as JSON."""

from __future__ import annotations

import copy
import io
import json
import logging
import socket
import sqlite3
import sys
import time
from typing import TYPE_CHECKING

import firedoor.guard

if TYPE_CHECKING:
    from collections.abc import Callable

rounds, hook = int(sys.argv[1]), sys.argv[2]
tree = {str(number): [{"a": number, "b": [str(number)] * 5}] * 3 for number in range(60)}
log = logging.getLogger("bench")
stream = io.StringIO()
log.addHandler(logging.StreamHandler(stream))
log.setLevel(logging.INFO)
log.propagate = False
database: sqlite3.Connection | None = None


class Point:
    """Something with an attribute."""

    def __init__(self) -> None:
        self.x = 1


def deep_copies() -> None:
    copy.deepcopy(tree)


def json_texts() -> None:
    for _ in range(4):
        json.loads(json.dumps(tree))


def log_lines() -> None:
    for number in range(150):
        log.info("line %s", number)
    stream.seek(0)


def sqlite_in_memory() -> None:
    global database  # noqa: PLW0603 - one for all rounds
    if database is None:
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE IF NOT EXISTS t (a, b)")
    for number in range(300):
        database.execute("INSERT INTO t VALUES (?, ?)", (number, "x"))
    database.execute("SELECT count(*) FROM t").fetchall()
    database.rollback()


def attributes() -> None:
    point = Point()
    for _ in range(20000):
        point.x = point.x + 1


def connects() -> None:
    for _ in range(100):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect(("127.0.0.1", 9))
        sock.close()


WORK = [deep_copies, json_texts, log_lines, sqlite_in_memory, attributes, connects]


def timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def guard(on: bool) -> None:
    global database  # noqa: PLW0603 - made anew by each guard
    if database is not None:
        database.close()
        database = None
    if on:
        firedoor.guard.arm(hook=hook)
    else:
        firedoor.guard.disarm()
    for work in WORK:
        work()


def alternating() -> dict[str, tuple[list[float], list[float]]]:
    """(without, with) for each workload, in turns: patches come and go."""
    times: dict[str, tuple[list[float], list[float]]] = {work.__name__: ([], []) for work in WORK}
    for number in range(rounds):
        for on in (False, True) if number % 2 else (True, False):
            guard(on)
            for work in WORK:
                times[work.__name__][on].append(min(timed(work) for _ in range(3)))
    return times


def events() -> None:
    for _ in range(20000):
        sys.audit("bench.event", 1)


def once() -> dict[str, float]:
    """Seconds for each workload and nanoseconds for an event, as this process is: a hook stays where it is."""
    if hook == "audit":
        guard(True)
    found = {work.__name__: min(timed(work) for _ in range(9)) for work in WORK}  # others' load only adds
    return {**found, "event": min(timed(events) for _ in range(25)) / 20000}


print(json.dumps(alternating() if hook == "patches" else once()))
