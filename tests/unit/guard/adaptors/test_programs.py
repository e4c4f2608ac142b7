# ruff: noqa: S602, S605, S606 - every way in which Python starts a program
"""Programs that are started, by every function of Python that starts one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import traceback
from subprocess import run as captured_run
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs start otherwise there")
TRUE = "/bin/true"
captured_system = os.system


@pytest.fixture
def guard(project: ProjectFolder) -> Iterator[Guard]:
    with armed(configuration(declare(project))) as standing:
        yield standing


def spawned(start: Callable[..., int], *arguments: Any) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(start(*arguments), 0)[1])


async def created(*arguments: str) -> int:
    made = await asyncio.create_subprocess_exec(*arguments)
    return await made.wait()


async def created_by_shell(line: str) -> int:
    made = await asyncio.create_subprocess_shell(line)
    return await made.wait()


WAYS: dict[str, Callable[[str], object]] = {
    "run": lambda word: subprocess.run([TRUE, word], check=True).returncode,
    "run, captured before": lambda word: captured_run([TRUE, word], check=True).returncode,
    "a shell": lambda word: subprocess.run(f"{TRUE} {word}", shell=True, check=True).returncode,
    "Popen in a folder": lambda word: subprocess.Popen([TRUE, word], cwd="/").wait(),
    "variables": lambda word: subprocess.run([TRUE], env={"PGHOST": word}, check=True).returncode,
    "close_fds": lambda word: subprocess.run([TRUE, word], close_fds=False, check=True).returncode,
    "os.system": lambda word: os.system(f"{TRUE} {word}"),
    "os.popen": lambda word: os.popen(f"{TRUE} {word}").close() or 0,
    "posix_spawn": lambda word: spawned(os.posix_spawn, TRUE, [TRUE, word], {}),
    "posix_spawnp": lambda word: spawned(os.posix_spawnp, "true", ["true", word], os.environ),
    "asyncio": lambda word: asyncio.run(created(TRUE, word)),
    "asyncio's shell": lambda word: asyncio.run(created_by_shell(f"{TRUE} {word}")),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_starting(guard: Guard, way: str) -> None:
    found = refused(lambda: WAYS[way]("127.0.0.2"))
    assert [(one.code, one.subject, one.facts["other"]) for one in found] == [
        ("FD604", "DATABASE_URL", "production")
    ]
    assert WAYS[way]("127.0.0.1") == 0


BECOME: dict[str, Callable[[str], object]] = {
    "execv": lambda word: os.execv("/no/such", ["x", word]),
    "execve": lambda word: os.execve("/no/such", ["x"], {"A": word}),
    "execve, by name": lambda word: os.execve(path="/no/such", argv=["x"], env={"A": word}),
    "execl": lambda word: os.execl("/no/such", "x", word),
    "execvp": lambda word: os.execvp("no-such-program", ["x", word]),
    "execvpe": lambda word: os.execvpe("no-such-program", ("x", word), {}),
}


@pytest.mark.parametrize("way", BECOME)
def test_every_way_of_becoming(guard: Guard, way: str) -> None:
    """The program is not there, or nobody would be left to look."""
    assert [one.code for one in refused(lambda: BECOME[way]("127.0.0.2"))] == ["FD604"]
    with pytest.raises(FileNotFoundError):
        BECOME[way]("127.0.0.1")


def test_what_python_refuses_itself(guard: Guard) -> None:
    with pytest.raises(TypeError):
        os.execv("/no/such", None)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    with pytest.raises(TypeError):
        os.system()  # type: ignore[call-arg]  # wrong on purpose, or a stand-in


def test_a_child_of_python_in_isolation(guard: Guard) -> None:
    """As the drill does it: no site, no variables, nothing of the guard in the child."""
    code = "import socket; socket.create_connection(('127.0.0.2', 5432))"
    assert [
        one.code
        for one in refused(lambda: subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True))
    ] == ["FD604"]


def test_an_open_environment_starts_what_it_likes(project: ProjectFolder) -> None:
    with armed(configuration(declare(project), "production")):
        assert WAYS["run"]("postgresql://127.0.0.1/shop_test") == 0
        assert os.system is captured_system


@pytest.mark.parametrize("way", [*WAYS, *BECOME])
def test_no_frame_of_ours_holds_the_arguments(guard: Guard, way: str) -> None:
    with pytest.raises(GuardError) as caught:
        (WAYS | BECOME)[way]("127.0.0.2")
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in frames.stack if "/firedoor/" in frame.filename.replace("\\", "/")]
    assert own
    assert [frame for frame in own if "127.0.0.2" in str(frame.locals)] == []
