"""A process of the sealed tree that waits for an answer: what the supervisor reads of it, from outside."""

import os

from firedoor.seal import addresses, system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSE_ON_EXEC = 0o2000000  # asm-generic/fcntl.h, as /proc spells it


class Identity:
    """Whom the kernel takes a process for: ids of user and group, and further groups."""

    __slots__ = ("group", "groups", "user")

    def __init__(self, user: int, group: int, groups: "Iterable[int]") -> None:
        self.user = user
        self.group = group
        self.groups = tuple(groups)

    def is_ours(self) -> bool:
        """Whether this process is taken for the same."""
        return (self.user, self.group) == (os.geteuid(), os.getegid()) and set(self.groups) == set(
            os.getgroups()
        )

    def become(self) -> None:
        """Give up what this process is. Only a child that ends soon may."""
        os.setgroups(self.groups)
        os.setresgid(self.group, self.group, self.group)
        os.setresuid(self.user, self.user, self.user)


class Caller:
    """One thread that waits in connect(2), by its number as seen from here."""

    __slots__ = ("_thread",)

    def __init__(self, thread: int) -> None:
        self._thread = thread

    def address(self, pointer: int, length: int) -> bytes:
        """What stands at the pointer in its memory. Raises OSError where nothing does."""
        descriptor = os.open(f"/proc/{self._thread}/mem", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.pread(descriptor, min(length, addresses.LONGEST), pointer)
        finally:
            os.close(descriptor)

    def descriptor(self, number: int) -> int:
        """Its descriptor of that number, as one of this process."""
        process = os.pidfd_open(self._status()["Tgid"][0])
        try:
            return system.descriptor_of(process, number)
        finally:
            os.close(process)

    def closes_on_exec(self, number: int) -> bool:
        """Whether its descriptor is closed when it becomes another program."""
        with open(f"/proc/{self._thread}/fdinfo/{number}", encoding="ascii") as file:
            rows = dict(line.split(":", 1) for line in file if line.startswith("flags:"))
        return bool(int(rows["flags"], 8) & _CLOSE_ON_EXEC)

    def identity(self) -> Identity:
        """Whom the kernel takes it for where it opens files."""
        status = self._status()
        return Identity(status["Uid"][3], status["Gid"][3], status["Groups"])

    def file(self, path: str) -> int:
        """A descriptor of the place, not of the content, that a path of its leads to. Raises OSError."""
        base = "root" if path.startswith("/") else "cwd/"
        return os.open(f"/proc/{self._thread}/{base}{path}", getattr(os, "O_PATH", 0) | os.O_CLOEXEC)

    def name(self) -> str:
        """What its program is called; empty once it is gone."""
        try:
            with open(f"/proc/{self._thread}/comm", encoding="utf-8", errors="replace") as file:
                return file.read().strip()
        except OSError:
            return ""

    def _status(self) -> "dict[str, list[int]]":
        with open(f"/proc/{self._thread}/status", encoding="utf-8", errors="replace") as file:
            rows = (line.partition(":") for line in file)
            return {
                name: [int(word) for word in value.split()]
                for name, _, value in rows
                if name in {"Tgid", "Uid", "Gid", "Groups"}
            }
