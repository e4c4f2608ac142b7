"""The process's own tree on Linux: who descends from where the guard was first armed, or carries its mark.

A server that a test started may have left its parents; the mark in its variables tells whose it is. Workers of a suite
reach what their controller started, since they are told where the tree begins.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "FIREDOOR_GUARD_ROOT"  # process id and start time of the process that was armed first
_MOST_GENERATIONS = 512


class Tree:
    """The processes below ``root``, which is a process id, and those that carry the mark."""

    def __init__(self, root: int, mark: str) -> None:
        self.root = root
        self.mark = mark
        self._held: dict[str, tuple[int, str]] = {}

    def holds(self, inode: str) -> bool:
        """Whether a process of the tree holds the socket with this inode."""
        if self.still_holds(inode):
            return True
        wanted = f"socket:[{inode}]"
        for process in self._processes():
            for number in _listed(f"/proc/{process}/fd"):
                if _link(process, number) == wanted:
                    self._held[inode] = (process, number)
                    return True
        return False

    def still_holds(self, inode: str) -> bool:
        """Whether the process that was found with the socket still has it."""
        known = self._held.get(inode)
        return known is not None and _link(*known) == f"socket:[{inode}]"

    def _processes(self) -> Iterator[int]:
        """This process first, then those below the root, then those with the mark."""
        here = os.getpid()
        yield here
        parents = {int(name): _parent(int(name)) for name in _listed("/proc") if name.isdecimal()}
        below: list[int] = []
        others: list[int] = []
        for process in parents:
            if process != here:
                (below if self.root in ancestors(process, parents) else others).append(process)
        yield from below
        marked = f"{MARK}={self.mark}".encode()
        yield from (process for process in others if marked in _variables(process))


def plant() -> Tree:
    """The tree of this process: that of the mark which it was started with, if that is true, else one of its own.

    A mark is believed of a process that is alive, began when the mark says, and is above this one.
    """
    here = os.getpid()
    inherited = os.environ.get(MARK, "")
    number, _, began = inherited.partition(".")
    if number.isdecimal() and began and _began(int(number)) == began:
        root = int(number)
        parents = {int(name): _parent(int(name)) for name in _listed("/proc") if name.isdecimal()}
        if root == here or root in ancestors(here, parents):
            return Tree(root, inherited)
    return Tree(here, f"{here}.{_began(here)}")


def ancestors(process: int, parents: dict[int, int]) -> list[int]:
    """The process, its parent and so on, as far as they are known."""
    found = [process]
    while len(found) < _MOST_GENERATIONS:
        parent = parents.get(found[-1], 0)
        if not parent or parent in found:
            break
        found.append(parent)
    return found


def _stat(process: int) -> list[str]:
    """What Linux says of the process behind its name, which may hold blanks and brackets."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(process: int) -> int:
    words = _stat(process)
    return int(words[1]) if len(words) > 1 else 0


def _began(process: int) -> str:
    """When the process began, in the kernel's ticks; 0 where nobody can say."""
    words = _stat(process)
    return words[19] if len(words) > 19 else "0"


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _link(process: int, number: str) -> str:
    try:
        return os.readlink(f"/proc/{process}/fd/{number}")
    except OSError:
        return ""


def _variables(process: int) -> list[bytes]:
    try:
        with open(f"/proc/{process}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []
