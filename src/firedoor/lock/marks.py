"""Fingerprints that may be committed: a memory-hard hash of each identity under the lock's own salt.

Whoever holds the lock can guess: hash a host name that he thinks of and look whether it is there. What he cannot do is
guess fast: each guess costs a processor some 10 milliseconds and 5.5 megabytes, under a salt of this lock alone
(docs/explanation/what-a-lock-gives-away.md).
"""

import _thread
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firedoor.lock.document import Lock
    from firedoor.resources import Identity

COST = (4096, 11, 1)
_BYTES = 16
_SPACE = 256 * 1024 * 1024  # more memory than any cost that we accept needs
_CHEAPEST = 4096 * 11
_DEAREST = 1 << 20


def is_acceptable(cost: tuple[int, int, int]) -> bool:
    """Whether fingerprints of this cost are dear enough to guess and cheap enough to check."""
    n, r, p = cost
    return n > 1 and not n & (n - 1) and r > 0 and p == 1 and _CHEAPEST <= n * r <= _DEAREST


def mark(identity: "Identity", salt: bytes, cost: tuple[int, int, int]) -> str:
    """32 hexadecimal digits that are equal for equal identities under one salt. Takes some 10 ms on purpose."""
    from hashlib import scrypt  # loads OpenSSL

    text = "".join(f"{len(part)}:{part}" for part in identity)
    n, r, p = cost
    data = text.encode("utf-8", "surrogatepass")
    return scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=_SPACE, dklen=_BYTES).hex()


def marks(identities: "Iterable[Identity]", lock: "Lock") -> "dict[Identity, str]":
    """The fingerprint of each identity, made on all processors at once."""
    wanted = list(dict.fromkeys(identities))
    found: dict[Identity, str] = {}
    failed: list[BaseException] = []
    waiting = iter(wanted)

    def work() -> None:
        try:
            for identity in waiting:
                found[identity] = mark(identity, lock.salt, lock.cost)
        except BaseException as error:  # noqa: BLE001 - told to the caller below
            failed.append(error)

    _on_all_processors(work, len(wanted))
    if failed:
        raise failed[0]
    return {identity: found[identity] for identity in wanted}


def _on_all_processors(work: "Callable[[], None]", pieces: int) -> None:
    """Run the work here and in as many threads as help; returns when all have ended."""
    doors = []
    for _ in range(min(os.cpu_count() or 1, pieces) - 1):
        door = _thread.allocate_lock()
        door.acquire()
        try:
            _thread.start_new_thread(_work_behind, (work, door))
        except RuntimeError:
            break  # no more threads: this one does all
        doors.append(door)
    work()
    for door in doors:
        door.acquire()


def _work_behind(work: "Callable[[], None]", door: "_thread.LockType") -> None:
    """Open the door when the work has ended."""
    try:
        work()
    finally:
        door.release()
