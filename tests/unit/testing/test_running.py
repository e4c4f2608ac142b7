"""What a worker of xdist's hands over, and what the process with the terminal tells of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from firedoor.problem import Problem
from firedoor.testing import handing_over
from firedoor.testing.running import OUTPUT, TITLE, Running
from firedoor.testing.start import Started
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from support.project import ProjectFolder


class Terminal:
    """pytest's, as far as it is written to."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def section(self, title: str) -> None:
        self.lines.append(f"= {title} =")

    def line(self, text: str) -> None:
        self.lines.append(text)


def running(project: ProjectFolder) -> Running:
    declare(project)
    return Running(Started(configuration(project), False, cast("Any", None)))


def finish(one: Running, **config: Any) -> None:
    one.pytest_sessionfinish(cast("Any", SimpleNamespace(config=SimpleNamespace(**config))))


def test_from_a_worker_to_the_terminal(project: ProjectFolder) -> None:
    one = running(project)
    output: dict[str, Any] = {}
    with armed(configuration(project)) as guard:
        assert [found.code for found in refused(lambda: guard.check_address(("192.0.2.7", 80), 2))] == [
            "FD602"
        ]
        finish(one, workeroutput=output)
        expected = [*guard.refusals]
    assert output == {OUTPUT: handing_over.pack(expected)}
    one.pytest_testnodedown(SimpleNamespace(workeroutput=output))
    one.pytest_testnodedown(SimpleNamespace(workeroutput=output))  # another worker, the same
    terminal = Terminal()
    one.pytest_terminal_summary(cast("Any", terminal))
    assert terminal.lines[:3] == [f"= {TITLE} =", "testing", "  error  FD602"]
    assert terminal.lines[-1] == "1 error in testing"


def test_workers_that_crashed_or_refused_nothing(project: ProjectFolder) -> None:
    one = running(project)
    output: dict[str, Any] = {}
    finish(one)  # the process with the terminal hands nothing over
    finish(one, workeroutput=output)
    assert output == {OUTPUT: []}
    one.pytest_testnodedown(SimpleNamespace())
    one.pytest_testnodedown(SimpleNamespace(workeroutput={}))
    terminal = Terminal()
    one.pytest_terminal_summary(cast("Any", terminal))
    assert terminal.lines == []


def test_text_of_a_problem_cannot_drive_the_terminal(project: ProjectFolder) -> None:
    one = running(project)
    packed = handing_over.pack([Problem("FD631", environment="testing", act="open", caller="\x1b[2J.py:1")])
    one.pytest_testnodedown(SimpleNamespace(workeroutput={OUTPUT: packed}))
    terminal = Terminal()
    one.pytest_terminal_summary(cast("Any", terminal))
    assert "\x1b" not in "".join(terminal.lines)
    assert "\\x1b[2J.py:1" in "".join(terminal.lines)
