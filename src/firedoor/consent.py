"""Consents to destructive statements, as the ledger tells of them: for one resource, on one machine, for a while.

Anybody who may write the ledger can give one; it is no secret. What it must not be is forgotten: it names its target,
ends by itself, and holds only where, and for whom, it was given. Whatever is odd about it voids it.
"""

from __future__ import annotations

import calendar
import os
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from firedoor import ledger, reading
from firedoor.lock import FILE_NAME, comparison
from firedoor.lock.document import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.ledger import Event

GIVEN = "unlock"
REVOKED = "revoke"
# no variable of the declaration, but everything that containers keep: `service stop --destroy-data`
VOLUMES = "volumes"
LONGEST_SECONDS = 4 * 3600
_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_LONGEST_MARK = 256  # bytes
_BOOT_FILE = "/proc/sys/kernel/random/boot_id"
_known: dict[str, tuple[tuple[int, ...], ledger.Ledger]] = {}
_TIME = "%Y-%m-%dT%H:%M:%SZ"

# Why a consent does not hold.
ENDED = "it has ended"
TAKEN_BACK = "it was revoked"
ELSEWHERE = "it was given on another machine, to another user or for another copy of the project"
CLOCK = "the clock goes backwards"
RESTARTED = "the machine was started anew since"
UNSOUND = "the ledger is not as it was written"
FORKED = "the ledger has two ends"
ODD = "its line cannot be read"


@dataclass(frozen=True)
class Consent:
    """One ``unlock`` line. ``until`` is as the ledger writes times; ``void`` says why it does not hold, or is empty.

    ``statement`` is the one kind of statement that it is for, empty for every kind.
    """

    id: str
    environment: str
    variable: str
    by: str
    reason: str
    until: str
    statement: str = ""
    void: str = ""

    @property
    def seconds_left(self) -> float:
        """How long it holds still, by this machine's clock."""
        return calendar.timegm(time.strptime(self.until, _TIME)) - time.time()


def find(project: Project, environment: Environment, variable: str, statement: str = "") -> Consent | None:
    """The consent to destructive statements on what the variable leads to that holds now, None for none.

    ``statement`` is the kind of statement, which a consent may be narrowed to.
    """
    return next(
        (
            one
            for one in of(project, environment, variable)
            if not one.void and one.statement in ("", statement)
        ),
        None,
    )


def of(project: Project, environment: Environment, variable: str = "") -> list[Consent]:
    """All consents for the environment, or for one of its variables, newest first, those that do not hold included."""
    return [
        one
        for one in listed(project)
        if one.environment in environment.spellings and variable in ("", one.variable)
    ]


def listed(project: Project) -> list[Consent]:
    """All consents that the project's ledger tells of, newest first, each with why it does not hold."""
    found = _read_ledger(project.root)
    fault = _fault(project, found)
    revoked = {event.facts.get("consent", "") for event in found.events if event.event == REVOKED}
    given = [event for event in found.events if event.event == GIVEN]
    return [_consent(event, project.root, fault, revoked) for event in reversed(given)]


def facts(root: str, name: str, seconds: int, statement: str) -> dict[str, str]:
    """What the line of a new consent says beside who, what and why. ``name`` is its own, made by chance."""
    said = {
        "consent": name,
        "until": time.strftime(_TIME, time.gmtime(time.time() + seconds)),
        "here": here(root, name),
        **_since_start(name),
    }
    return {**said, "statement": statement} if statement else said


def here(root: str, name: str) -> str:
    """This machine, this user and this copy of the project, as a hash that only the consent of the name has."""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.getlogin()
    return _hash(name, _read(*_MACHINE_FILES), _host_name(), user, os.path.realpath(root))


def _host_name() -> str:
    """A container's, too, where all have the machine's other marks."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import socket  # Windows

    return socket.gethostname()


def _read_ledger(root: str) -> ledger.Ledger:
    """The ledger, read anew only when the file is another one or has changed."""
    try:
        status = os.stat(os.path.join(root, ledger.FILE_NAME))
    except OSError:
        return ledger.Ledger()
    key = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)
    known = _known.get(root)
    if known is None or known[0] != key:
        known = _known[root] = (key, ledger.read(root))
    return known[1]


def _consent(event: Event, root: str, fault: str, revoked: set[str]) -> Consent:
    said = event.facts
    name = said.get("consent", "")
    return Consent(
        id=name,
        environment=event.environment,
        variable=event.resource,
        by=event.by,
        reason=event.reason,
        until=said.get("until", ""),
        statement=said.get("statement", ""),
        void=fault or (TAKEN_BACK if name in revoked else _void(event, root)),
    )


def _void(event: Event, root: str) -> str:
    """Why a line that was not revoked does not hold here and now; empty when it does."""
    said = event.facts
    begin, end = _seconds(event.time), _seconds(said.get("until", ""))
    name = said.get("consent", "")
    if begin is None or end is None or not name or not begin < end <= begin + LONGEST_SECONDS:
        return ODD
    if said.get("here") != here(root, name):
        return ELSEWHERE
    now = time.time()
    if now < begin - 1:  # the line tells whole seconds
        return CLOCK
    return ENDED if now >= end else _void_since_start(said, name, end - begin)


def _void_since_start(said: Mapping[str, str], name: str, seconds: int) -> str:
    """The clock that counts since the machine's start, and cannot be set, has a say, too."""
    now = _since_start(name)
    if said.get("start") != now.get("start"):
        return RESTARTED
    if "start" not in now:
        return ""
    counted = said.get("counted", "")
    if not counted.isdigit():
        return ODD
    passed = int(now["counted"]) - int(counted)
    if passed < 0:
        return CLOCK
    return ENDED if passed >= seconds else ""


def _since_start(name: str) -> dict[str, str]:
    """Which start of the machine this is, and how many seconds ago; nothing where the system does not say."""
    start = _read(_BOOT_FILE)
    if not start or not hasattr(time, "CLOCK_BOOTTIME"):
        return {}
    return {"start": _hash(name, start), "counted": str(int(time.clock_gettime(time.CLOCK_BOOTTIME)))}


def _fault(project: Project, found: ledger.Ledger) -> str:
    """What is wrong with the whole ledger; no consent holds then."""
    if found.problems:
        return UNSOUND
    if len(found.ends) > 1:
        return FORKED
    return "" if found.contains(_pinned(project)) else UNSOUND


def _pinned(project: Project) -> str:
    data = reading.read_bytes(os.path.join(project.root, FILE_NAME))
    lock = None if isinstance(data, reading.Failure) else comparison.read(project, data)
    return lock.ledger if isinstance(lock, Lock) else ""


def _seconds(text: str) -> int | None:
    try:
        return calendar.timegm(time.strptime(text, _TIME))
    except ValueError:
        return None


def _read(*paths: str) -> str:
    """The content of the first of the files that is there."""
    return next(iter(_contents(paths)), "")


def _contents(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        try:
            with open(path, "rb", buffering=0) as file:  # what the kernel tells is no regular file
                data = file.read(_LONGEST_MARK).strip()
        except OSError:
            continue
        if data:
            yield data.decode("ascii", "replace")


def _hash(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
