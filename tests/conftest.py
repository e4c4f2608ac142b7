"""What every test gets: no environment of the developer's, a cache of its own, and no silent skips in CI."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import httpcore  # noqa: F401 - httpx holds on to it; suites that run in this process forget what they loaded first
import pytest
from hypothesis import HealthCheck, settings

from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

AMBIENT = (
    "APP_ENV",
    "ENV",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FIREDOOR_ENV",
    "FIREDOOR_GUARD_ROOT",
)
IN_CI = bool(os.environ.get("CI"))

settings.register_profile("work", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile(
    "thorough", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "work"))


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_the_developers() -> Iterator[None]:
    """A selector in the developer's shell or a cache in the home folder must not decide a test."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as cache:
        for name in AMBIENT:
            patch.delenv(name, raising=False)
        patch.setenv("XDG_CACHE_HOME", cache)
        yield


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """An empty project folder: write files into it, run commands in it."""
    return ProjectFolder(tmp_path / "project")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test against a real server that skips has failed: the server was to be there."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("real"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} is marked real and may not be skipped in CI. {reason}"
    return report
