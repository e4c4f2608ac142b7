"""The ledger: an append-only record of who did what to the barriers, one JSON object per line, chained by hashes.

Each line names the lines that were the newest when it was written, so that a line which was changed, moved or removed
is missed by those that follow it. Two branches that both appended make a fork: a union merge keeps the lines of both,
and the next line names both ends, which closes it. Order is the chain's; the time is only told, since clocks go wrong.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from firedoor import reading, storage
from firedoor.errors import ConfigurationError
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE_NAME = "firedoor.ledger"
_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")
_KEYS = ("number", "time", "by", "event", "environment", "resource", "reason", "facts", "previous", "hash")
_TEXTS = ("time", "by", "event", "environment", "resource", "reason", "hash")


@dataclass(frozen=True)
class Event:
    """One line: what happened to what, who did it, why, and after which lines.

    ``number`` is one more than the greatest of the lines before it, ``time`` UTC as ``2026-11-27T06:00:00Z``,
    ``environment`` and ``resource`` what it was done to (empty: the project), ``facts`` further names, ``previous`` the
    hashes of the lines that were the newest, sorted; ``hash`` is that of all the rest.
    """

    number: int
    time: str
    by: str
    event: str
    environment: str = ""
    resource: str = ""
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    previous: tuple[str, ...] = ()
    hash: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data, the keys in the order of the file."""
        values = {key: getattr(self, key) for key in _KEYS}
        return values | {"facts": dict(sorted(self.facts.items())), "previous": list(self.previous)}

    def to_text(self) -> str:
        """The line without its line break: the same for the same event."""
        return json.dumps(self.to_dict(), separators=(",", ":"))

    def digest(self) -> str:
        """What ``hash`` has to be."""
        rest = {key: value for key, value in self.to_dict().items() if key != "hash"}
        return sha256(json.dumps(rest, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """What was read: the events up to the first line that is not as it was written, and that line's problem."""

    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def ends(self) -> tuple[str, ...]:
        """The hashes of the lines that no later line names, sorted: one, or one for each branch of a fork."""
        named = {before for event in self.events for before in event.previous}
        return tuple(sorted(event.hash for event in self.events if event.hash not in named))

    @property
    def head(self) -> str:
        """The ends as one text, which ``contains`` takes; empty when there is nothing."""
        return " ".join(self.ends)

    def contains(self, head: str) -> bool:
        """Whether every line that the head names is there."""
        return {event.hash for event in self.events}.issuperset(head.split())


def read(root: str) -> Ledger:
    """The ledger of the project in this folder, verified line by line. A file that is not there is an empty ledger."""
    data = reading.read_bytes(os.path.join(root, FILE_NAME))
    if isinstance(data, reading.Failure):
        return Ledger() if data.reason == reading.MISSING else Ledger((), (_broken(data.detail, 0),))
    return verify(data)


def verify(data: bytes) -> Ledger:
    """What these bytes hold, verified line by line."""
    known: dict[str, int] = {}
    events: list[Event] = []
    *lines, torn = data.split(b"\n")
    for number, line in enumerate(lines, start=1):
        outcome = _event(line.removesuffix(b"\r"), known)  # git on Windows may have written it so
        if isinstance(outcome, str):
            return Ledger(tuple(events), (_broken(outcome, number),))
        events.append(outcome)
        known[outcome.hash] = outcome.number
    if torn:
        return Ledger(tuple(events), (_broken("the line breaks off", len(lines) + 1),))
    return Ledger(tuple(events))


def append(
    root: str,
    event: str,
    *,
    by: str,
    environment: str = "",
    resource: str = "",
    reason: str = "",
    facts: Mapping[str, str] | None = None,
    locked: bool = False,
) -> Event:
    """Add one line, safe on the disk when this returns: a killed process leaves the file with it or without it.

    ``locked`` says that the caller holds ``storage.Lock(root)`` already. Raises ConfigurationError (FD528) when what is
    there is not as it was written, since a new line would vouch for it; OSError when nothing can be written.
    """
    wanted = Event(0, now(), by, event, environment, resource, reason, facts or {})
    if locked:
        return _append(root, wanted)
    with storage.Lock(root):
        return _append(root, wanted)


def _append(root: str, wanted: Event) -> Event:
    path = os.path.join(root, FILE_NAME)
    found = read(root)
    if found.problems:
        raise ConfigurationError(found.problems)
    numbers = {event.hash: event.number for event in found.events}
    number = 1 + max((numbers[end] for end in found.ends), default=0)
    unsigned = replace(wanted, number=number, previous=found.ends)
    event = replace(unsigned, hash=unsigned.digest())
    content = "".join(f"{one.to_text()}\n" for one in (*found.events, event))
    storage.write_text(path, content)
    return event


def head(root: str) -> str:
    """The hashes of the newest lines, for the lock to pin; empty when there is nothing."""
    return read(root).head


def contains(root: str, pinned: str) -> bool:
    """Whether the lines that a head named once are all there still, and everything before them as it was written."""
    return read(root).contains(pinned)


def problems(root: str, pinned: str = "") -> tuple[Problem, ...]:
    """FD528: a line is not as it was written. FD529: lines are gone from the end that the lock pinned."""
    found = read(root)
    if found.problems or found.contains(pinned):
        return found.problems
    return (Problem("FD529", subject=FILE_NAME, origin=Origin(FILE, FILE_NAME)),)


def now() -> str:
    """This moment as the ledger and the stamps tell it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def login() -> str:
    """Who runs this, by the system's account and not by a variable that anybody can set."""
    try:
        import pwd
    except ImportError:  # Windows
        return os.getlogin()
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # containers run as accounts that have no name
        return f"uid {number}"


def _event(line: bytes, known: Mapping[str, int]) -> Event | str:
    """The event of a line, or what is wrong with it. ``known`` are the lines before it: hash to number."""
    try:
        text = line.decode("ascii")
        document = json.loads(text)
    except (ValueError, RecursionError):
        marked = line.decode("ascii", "replace").startswith(_CONFLICT)
        return "it holds the marks of a merge that was not finished" if marked else "the line cannot be read"
    event = _of(document)
    if event is None:
        return "the line cannot be read"
    return _fault(event, text, known) or event


def _fault(event: Event, text: str, known: Mapping[str, int]) -> str:
    """What is wrong with a line that can be read; empty when it is as it was written and stands where it belongs."""
    if event.to_text() != text or event.digest() != event.hash:
        return "the line was changed after it was written"
    if event.hash in known:
        return "the line stands there twice"
    if not known.keys() >= set(event.previous):
        return "a line before it was removed, changed or moved"
    if event.number != 1 + max((known[before] for before in event.previous), default=0):
        return "the line has a wrong number"
    return ""


def _of(document: Any) -> Event | None:
    if not isinstance(document, dict) or tuple(document) != _KEYS:
        return None
    facts, previous = document["facts"], document["previous"]
    whole = (
        type(document["number"]) is int
        and all(isinstance(document[key], str) for key in _TEXTS)
        and isinstance(facts, dict)
        and _are_texts(facts.values())
        and isinstance(previous, list)
        and _are_texts(previous)
    )
    return Event(**{**document, "previous": tuple(previous)}) if whole else None


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _broken(detail: str, line: int) -> Problem:
    origin = Origin(FILE, FILE_NAME, line, 1 if line else 0)
    return Problem("FD528", subject=FILE_NAME, origin=origin, detail=detail)
