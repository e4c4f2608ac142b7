"""While the suite runs: what the header says, which tests reach nothing, and what was refused, at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor import guard
from firedoor.catalogue.wording import printable
from firedoor.errors import FiredoorError
from firedoor.report import text
from firedoor.testing import handing_over, marks

if TYPE_CHECKING:
    from collections.abc import Generator

    from firedoor.problem import Problem
    from firedoor.testing.start import Started

TITLE = "refused by firedoor"
OUTPUT = "firedoor_refusals"


class Running:
    """The hooks of a suite that was started."""

    def __init__(self, started: Started) -> None:
        self._started = started
        self._of_workers: list[Problem] = []

    def pytest_report_header(self) -> list[str]:
        """Which environment this is and what stands around it; then everything that must be said of it."""
        started = self._started
        chosen = started.configuration.environment
        shut = ", unit tests alone: nothing is reached" if started.unit_only else ""
        barriers = f"network {chosen.network}, guard {chosen.guard}{shut}"
        lines = [f"firedoor: {chosen} (by {started.configuration.choice.origin}), {barriers}"]
        if started.held_back:
            lines.append(f"firedoor: taken away: {', '.join(started.held_back)} (firedoor explain FD312)")
        if started.warnings:
            names = started.configuration.project.names
            lines += text.render(started.warnings, environments=names).splitlines()
        return list(map(printable, lines))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A test that is marked as both would be neither."""
        problems = marks.contradictions(items, self._started.configuration.environment)
        if problems:
            raise pytest.UsageError(str(FiredoorError(problems)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """A unit test, its fixtures included, reaches nothing."""
        standing = guard.armed()
        if standing is None or not marks.is_unit(item):
            return (yield)
        with standing.closed():
            return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker of xdist's has no terminal: it hands what was refused to the process that has one."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[OUTPUT] = handing_over.pack(_refusals())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What a worker handed over; one that crashed did not."""
        self._of_workers += handing_over.unpack(getattr(node, "workeroutput", {}).get(OUTPUT, ()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What was refused, here and in workers, whatever a library or the test made of the error."""
        refusals = [*_refusals(), *self._of_workers]
        if not refusals:
            return
        terminalreporter.section(TITLE)
        names = self._started.configuration.project.names
        for line in text.render(refusals, environments=names).splitlines():
            terminalreporter.line(printable(line))


def _refusals() -> list[Problem]:
    standing = guard.armed()
    return [] if standing is None else list(standing.refusals)
