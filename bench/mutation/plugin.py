"""A pytest plugin: tests are collected once; each mutant is tried in a fork, by the tests that reach its lines.

No file is changed (``becoming``). Each fork works in a folder of its own: what a mistake writes is gone with it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from hypothesis import Phase, settings

from bench.mutation.becoming import UntriedError, become, importers
from bench.mutation.operators import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    import pytest

    from bench.mutation.becoming import Importer

SECONDS = 20  # for one test: a mistake may never end
SURVIVED, KILLED, UNREACHED, UNTRIED = "survived", "killed", "unreached", "untried"
_CODES = {0: SURVIVED, 3: UNTRIED}  # any other exit code: a test failed, or the process was ended by a signal

# Imported before conftest.py loads the profile. A failing example is enough: nobody reads the smallest one.
settings.register_profile(
    "mutation",
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)


class Trace(NamedTuple):
    """What one run of each test without any mistake showed, by the test's id."""

    lines: dict[str, set[tuple[str, int]]]
    seconds: dict[str, float]
    failed: dict[str, str]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--mutate MODULE`` (several), ``--processes N``, ``--mutants-to FILE`` for every verdict as JSON."""
    parser.addoption("--mutate", action="append", default=[])
    parser.addoption("--processes", type=int, default=2)
    parser.addoption("--mutants-to", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Take over the running of tests."""
    config.pluginmanager.register(_Runner(config), "mutation-runner")


class _Runner:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.modules = {name: importlib.import_module(name) for name in config.getoption("--mutate")}
        self.importers: dict[str, list[Importer]] = {}
        self.failed: dict[str, str] = {}  # id of the test: why
        self.kills: dict[str, int] = {}  # what found one mistake in a module often finds the next
        self.items: list[pytest.Item] = []
        self.trace = Trace({}, {}, {})
        self.folder = Path(tempfile.mkdtemp(prefix="mutation-"))

    def pytest_unconfigure(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed[report.nodeid] = (report.longreprtext.splitlines() or [""])[-1]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        files = {str(module.__file__): name for name, module in self.modules.items()}
        gc.collect()
        gc.freeze()  # a fork then copies less
        self.importers = {name: importers(name) for name in self.modules}
        self.trace = _traced(_in_fork(lambda: self._run_traced(session.items, files)))
        for name, reason in self.trace.failed.items():
            print(f"left out, since it fails without a mistake: {name}: {reason}", file=sys.stderr)
        self.items = [item for item in session.items if item.nodeid not in self.trace.failed]
        todo = [
            mutant
            for name, module in self.modules.items()
            for mutant in mutants(name, Path(str(module.__file__)).read_text(encoding="utf-8"))
        ]
        verdicts = self._try_all(todo)
        _tell(todo, verdicts)
        target = self.config.getoption("--mutants-to")
        if target:
            rows = [
                {
                    "module": m.module,
                    "line": m.line,
                    "function": m.function,
                    "what": m.what,
                    "verdict": verdict,
                }
                for m, verdict in zip(todo, verdicts, strict=True)
            ]
            Path(target).write_text(json.dumps(rows, indent=1), encoding="utf-8")
        return True

    def _run_traced(self, items: list[pytest.Item], files: dict[str, str]) -> dict[str, Any]:
        lines: dict[str, list[tuple[str, int]]] = {}
        seconds: dict[str, float] = {}
        self._move_out()
        for item in items:
            reached: set[tuple[str, int]] = set()
            started = time.perf_counter()
            tracer = _tracer(files, reached)
            threading.settrace(tracer)
            sys.settrace(tracer)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            sys.settrace(None)
            threading.settrace(None)
            seconds[item.nodeid] = time.perf_counter() - started
            lines[item.nodeid] = sorted(reached)
        return {"lines": lines, "seconds": seconds, "failed": self.failed}

    def _move_out(self) -> None:
        """In a fork: nothing is printed; a current folder of its own, and one for all that is temporary."""
        gc.disable()
        self.config.pluginmanager.unregister(name="terminalreporter")
        folder = self.folder / str(os.getpid())
        for name in ("here", "temporary"):
            (folder / name).mkdir(parents=True)
        os.chdir(folder / "here")
        tempfile.tempdir = str(folder / "temporary")
        factory = self.config._tmp_path_factory  # type: ignore[attr-defined] # noqa: SLF001 - pytest has no other way
        factory._basetemp = folder / "temporary"  # noqa: SLF001 - pytest offers no other way to move it

    def _chosen(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that reach the mistake, the promising and the quick ones first.

        A table of a module may be read by any test of a file that has to do with the module.
        """
        if not mutant.at_import:
            span = {(mutant.module, line) for line in range(mutant.first, mutant.last + 1)}
            reaching = [item for item in self.items if not span.isdisjoint(self.trace.lines[item.nodeid])]
        else:
            files = {
                item.path
                for item in self.items
                if any(name == mutant.module for name, _ in self.trace.lines[item.nodeid])
            }
            # of a module of tables alone no line ever runs
            reaching = [item for item in self.items if not files or item.path in files]
        return sorted(
            reaching,
            key=lambda item: (-self.kills.get(item.nodeid, 0), self.trace.seconds[item.nodeid]),
        )

    def _try_all(self, todo: list[Mutant]) -> list[str]:
        verdicts = [UNREACHED] * len(todo)
        running: dict[int, tuple[int, int]] = {}
        queue = list(range(len(todo)))
        while queue or running:
            while queue and len(running) < self.config.getoption("--processes"):
                index = queue.pop(0)
                chosen = self._chosen(todo[index])
                if chosen:
                    pid, pipe = self._start(todo[index], chosen)
                    running[pid] = (index, pipe)
            if running:
                pid, status = os.wait()
                index, pipe = running.pop(pid)
                with os.fdopen(pipe) as told:
                    killer = told.read()
                self.kills[killer] = self.kills.get(killer, 0) + 1
                verdicts[index] = _CODES.get(os.waitstatus_to_exitcode(status), KILLED)
                shutil.rmtree(self.folder / str(pid), ignore_errors=True)
                if index % 100 == 0:
                    print(f"{index} of {len(todo)}", file=sys.stderr, flush=True)
        return verdicts

    def _start(self, mutant: Mutant, chosen: list[pytest.Item]) -> tuple[int, int]:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            self._try(mutant, chosen, write)
        os.close(write)
        return pid, read

    def _try(self, mutant: Mutant, chosen: list[pytest.Item], pipe: int) -> NoReturn:
        """In the fork: exit code 0 when no test fails. A module that cannot be imported any more is noticed too."""
        code = 1
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            self._move_out()
            signal.alarm(SECONDS)
            become(self.modules[mutant.module], mutant, self.importers[mutant.module])
            for item, following in zip(chosen, [*chosen[1:], None], strict=True):
                signal.alarm(SECONDS)
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    os.write(pipe, next(iter(self.failed)).encode("utf-8", "replace"))
                    break
            else:
                code = 0
        except UntriedError:
            code = 3
        finally:
            os._exit(code)


def _tracer(files: dict[str, str], reached: set[tuple[str, int]]) -> Callable[..., Any]:
    def trace(frame: FrameType, _event: str, _argument: object) -> Any:
        name = files.get(frame.f_code.co_filename)
        if name is None:
            return None
        reached.add((name, frame.f_lineno))
        return trace

    return trace


def _traced(told: dict[str, Any]) -> Trace:
    lines = {name: {(module, line) for module, line in places} for name, places in told["lines"].items()}
    return Trace(lines, told["seconds"], told["failed"])


def _in_fork(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The result of work that leaves no trace in this process."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        with os.fdopen(write, "w") as pipe:
            json.dump(work(), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        told: dict[str, Any] = json.load(pipe)
    os.waitpid(pid, 0)
    return told


def _tell(todo: list[Mutant], verdicts: list[str]) -> None:
    print("\n")
    for mutant, verdict in zip(todo, verdicts, strict=True):
        if verdict != KILLED:
            print(f"{mutant.module}:{mutant.line}: {verdict}: {mutant.what}")
    print("\n| module | noticed | of |\n|---|---:|---:|")
    for name in dict.fromkeys(mutant.module for mutant in todo):
        of = [v for mutant, v in zip(todo, verdicts, strict=True) if mutant.module == name]
        print(f"| {name.removeprefix('firedoor.')} | {of.count(KILLED)} | {len(of)} |")
