"""False alarms: the whole test suites of two projects that open many sockets, without the plugin and with it.

Their source packages come from the package index, with their tests, into a folder that is removed again; a declaration
is put beside them. What fails with the plugin and not without it is a false alarm, if it fails again when it is alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from bench.clean import ROOT, WORK, environment, quietly

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 900
AGAIN = 3

_DECLARED = """\
[project]
selector = ["APP_ENV"]
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.REDIS_URL]
resource = "cache"
[variables.API_URL]
resource = "http"
"""
_FILES = {
    "firedoor.toml": _DECLARED,
    ".env.testing": "DATABASE_URL=postgresql://127.0.0.1/test\nREDIS_URL=redis://127.0.0.1/1\n",
    ".env.production": "DATABASE_URL=postgresql://db.example.org/shop\nREDIS_URL=redis://cache.example.org/0\n"
    "API_URL=https://api.example.org/v1\n",
}


@dataclass(frozen=True)
class Suite:
    """A project's source package, what its tests need, and how pytest is started in its folder."""

    package: str
    needs: tuple[str, ...]
    arguments: tuple[str, ...]


# httpx2: what uvicorn's tests call httpx by now
_OF_UVICORN = (
    "a2wsgi cryptography h2 httptools httpx httpx2 pytest pytest-mock python-dotenv pyyaml trustme uvloop watchfiles "
    "websockets wsproto"
)
SUITES = (
    Suite(
        "tornado==6.6.1",
        ("pycurl", "pytest"),
        # its own runner turns this log off, too
        ("--pyargs", "tornado.test", "-o", "python_files=*_test.py", "--log-disable=tornado.access"),
    ),
    # without its benchmarks, which need a service
    Suite(
        "uvicorn==0.54.0",
        tuple(_OF_UVICORN.split()),
        ("tests", "--ignore=tests/benchmarks", "-o", "addopts="),
    ),
)


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds) for each suite."""
    found = []
    for suite in SUITES:
        folder, python = _unpacked(suite), _environment(suite)
        without = _failures(python, folder, suite.arguments, "-p", "no:firedoor")
        guarded = _failures(python, folder, suite.arguments)
        alarms = [
            one for one in sorted(guarded.failed - without.failed) if _fails_again(python, folder, suite, one)
        ]
        for one in alarms:
            print(f"false alarm: {suite.package}: {one}", file=sys.stderr)
        ran = f"{guarded.count} tests; {len(guarded.failed)} fail with the plugin, {len(without.failed)} without"
        is_same = guarded.count == without.count > 0
        what = f"false alarms in the test suite of {suite.package.replace('==', ' ')}"
        found.append((what, "0", f"{len(alarms)} ({ran})", is_same and not alarms))
    return found


@dataclass(frozen=True)
class Outcome:
    """What a run left: how many tests, and the names of those that did not pass."""

    count: int
    failed: frozenset[str]


def _unpacked(suite: Suite) -> Path:
    """The folder of the source package, as its authors packed it, with a declaration beside it."""
    name = suite.package.partition("==")[0]
    place = WORK / f"{name}-source"
    command = (
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        name,
        "--dest",
        place,
        suite.package,
    )
    quietly(sys.executable, *command)
    (archive,) = place.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    (folder,) = (one for one in place.iterdir() if one.is_dir())
    for file, text in _FILES.items():
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).chmod(0o600)
    return folder


def _environment(suite: Suite) -> Path:
    """The Python of a clean environment with the project, what its tests need, and firedoor."""
    return environment(suite.package.partition("==")[0], ROOT, suite.package, *suite.needs) / "python"


def _failures(python: Path, folder: Path, arguments: tuple[str, ...], *more: str) -> Outcome:
    """What pytest found; the process has nothing of the developer's."""
    report = WORK / f"report-{time.monotonic_ns()}.xml"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command: list[str | Path] = [
        python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
        *arguments,
        *more,
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "APP_ENV": "testing"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if not report.exists():
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314 - pytest wrote it a moment ago
    failed = {
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    return Outcome(len(cases), frozenset(failed))


def _fails_again(python: Path, folder: Path, suite: Suite, name: str) -> bool:
    """Whether the test fails each time with the plugin and never without: then it is no accident."""
    chosen = (*suite.arguments, "-k", name.rpartition("::")[2].partition("[")[0])
    return all(
        name in _failures(python, folder, chosen).failed
        and name not in _failures(python, folder, chosen, "-p", "no:firedoor").failed
        for _ in range(AGAIN)
    )
