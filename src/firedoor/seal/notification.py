"""The kernel's questions about connect(2), and the answers: seccomp's user notification. See linux/seccomp.h."""

import fcntl
import os
import struct

from firedoor.seal import numbers

# struct seccomp_notif: u64 id, u32 pid, u32 flags, then struct seccomp_data: int nr, u32 arch, u64 ip, u64 args[6].
_QUESTION = struct.Struct("=QIIiIQ6Q")
# struct seccomp_notif_resp: u64 id, s64 val, s32 error, u32 flags.
_ANSWER = struct.Struct("=QqiI")
# struct seccomp_notif_addfd: u64 id, u32 flags, u32 srcfd, u32 newfd, u32 newfd_flags.
_REPLACEMENT = struct.Struct("=QIIII")


class Question:
    """One call of connect(descriptor, pointer, length) by a thread."""

    __slots__ = ("descriptor", "key", "length", "pointer", "thread")

    def __init__(self, key: int, thread: int, descriptor: int, pointer: int, length: int) -> None:
        self.key = key
        self.thread = thread
        self.descriptor = descriptor
        self.pointer = pointer
        self.length = length


class Listener:
    """The descriptor that questions are read from."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def receive(self) -> "Question | None":
        """The next question; None when it was given up meanwhile."""
        buffer = bytearray(_QUESTION.size)
        try:
            fcntl.ioctl(self.descriptor, numbers.NOTIF_RECV, buffer)
        except OSError:  # the caller was killed: ENOENT
            return None
        key, thread, _, _, _, _, descriptor, pointer, length, *_ = _QUESTION.unpack(buffer)
        return Question(key, thread, descriptor & 0x7FFFFFFF, pointer, length & 0xFFFFFFFF)

    def is_open(self, question: Question) -> bool:
        """Whether the caller still waits, and so is who it was when it asked."""
        try:
            fcntl.ioctl(self.descriptor, numbers.NOTIF_ID_VALID, struct.pack("=Q", question.key))
        except OSError:
            return False
        return True

    def answer(self, question: Question, error: int) -> None:
        """Let the call end: with 0, or with the error's number."""
        self._tell(numbers.NOTIF_SEND, _ANSWER.pack(question.key, 0, -error, 0))

    def replace(self, question: Question, descriptor: int, *, close_on_exec: bool) -> bool:
        """Put a descriptor of this process in the place of the one that the caller asked about; whether it is there."""
        flags = getattr(os, "O_CLOEXEC", 0) if close_on_exec else 0
        return self._tell(
            numbers.NOTIF_ADDFD,
            _REPLACEMENT.pack(question.key, numbers.ADDFD_SETFD, descriptor, question.descriptor, flags),
        )

    def _tell(self, request: int, data: bytes) -> bool:
        try:
            fcntl.ioctl(self.descriptor, request, data)
        except OSError:  # the caller is gone, and its wish with it
            return False
        return True
