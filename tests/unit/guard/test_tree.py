"""Whose processes are of one's own tree, and who holds a socket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.guard import tree
from firedoor.guard.tree import MARK, Tree, ancestors, plant

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTEN = "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.fileno(), flush=True); sys.stdin.read()"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")


@pytest.fixture(autouse=True)
def _no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MARK, raising=False)


@pytest.mark.parametrize(
    ("process", "found"), [(4, [4, 3, 1]), (1, [1]), (9, [9]), (7, [7, 8]), (5, [5, 6, 6][:2])]
)
def test_ancestors_up_to_the_first_or_round_in_a_circle(process: int, found: list[int]) -> None:
    assert ancestors(process, {4: 3, 3: 1, 1: 0, 7: 8, 8: 7, 5: 6, 6: 6}) == found


def test_a_chain_without_end_is_cut() -> None:
    assert len(ancestors(1000, {number: number - 1 for number in range(2, 1001)})) == 512


@on_linux
def test_without_a_mark_the_tree_begins_here() -> None:
    planted = plant()
    assert planted.root == os.getpid()
    assert planted.mark == f"{os.getpid()}.{began(os.getpid())}"


def began(process: int) -> str:
    with open(f"/proc/{process}/stat") as file:
        return file.read().rpartition(")")[2].split()[19]


@on_linux
def test_a_true_mark_of_a_process_above_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"{os.getppid()}.{began(os.getppid())}"
    monkeypatch.setenv(MARK, mark)
    assert (plant().root, plant().mark) == (os.getppid(), mark)
    own = f"{os.getpid()}.{began(os.getpid())}"
    monkeypatch.setenv(MARK, own)
    assert (plant().root, plant().mark) == (os.getpid(), own)


@on_linux
@pytest.mark.parametrize(
    "mark", ["", "x.1", "1", "1.", "{parent}.1", "99999999.0x", "{child}.{began}", "99999999.0"]
)
def test_other_marks_are_not(
    mark: str, monkeypatch: pytest.MonkeyPatch, child: subprocess.Popen[bytes]
) -> None:
    filled = mark.format(parent=os.getppid(), child=child.pid, began=began(child.pid))
    monkeypatch.setenv(MARK, filled)
    assert plant().root == os.getpid()


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A child that listens, and has said by which number."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTEN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, MARK: "1.mark"},
    ) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()


def inode_of(process: int, number: int) -> str:
    return os.readlink(f"/proc/{process}/fd/{number}").removeprefix("socket:[").removesuffix("]")


def listening(child: subprocess.Popen[bytes]) -> str:
    assert child.stdout is not None
    return inode_of(child.pid, int(child.stdout.readline()))


@on_linux
def test_sockets_of_this_process_and_of_its_children() -> None:
    with socket.socket() as own:
        assert Tree(os.getpid(), "").holds(inode_of(os.getpid(), own.fileno()))
    assert not Tree(os.getpid(), "").holds("1")


@on_linux
def test_a_child_is_of_the_tree_and_a_neighbour_is_by_its_mark_alone(child: subprocess.Popen[bytes]) -> None:
    inode = listening(child)
    assert Tree(os.getpid(), "").holds(inode)
    elsewhere = Tree(child.pid + 1_000_000, "1.other")
    assert not elsewhere.holds(inode)
    marked = Tree(child.pid + 1_000_000, "1.mark")
    assert marked.holds(inode)
    assert marked.still_holds(inode)
    assert marked.holds(inode)
    assert not elsewhere.still_holds(inode)
    assert child.stdin is not None
    child.stdin.close()
    child.wait()
    assert not marked.still_holds(inode)
    assert not marked.holds(inode)


def test_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> object:
        raise FileNotFoundError

    monkeypatch.setattr("os.listdir", nothing)
    monkeypatch.setattr("os.readlink", nothing)
    monkeypatch.setattr("builtins.open", nothing)
    monkeypatch.setenv(MARK, f"{os.getppid()}.0")
    planted = plant()
    assert (planted.root, planted.mark) == (os.getpid(), f"{os.getpid()}.0")
    assert not planted.holds("1")
    assert tree._parent(1) == 0
    assert tree._variables(1) == []
    assert tree._link(1, "1") == ""
