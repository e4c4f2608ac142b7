"""The ledger: every line is chained to those before it, nothing is torn, nothing is lost, nothing is forgotten."""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedoor import ledger, storage
from firedoor.errors import ConfigurationError
from firedoor.ledger import Event, Ledger
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem
from support.killing import killed_at
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Callable

TIME = "2026-11-27T06:00:00Z"
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX accounts, signals and mounts")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(ledger, "now", lambda: TIME)
    return str(tmp_path)


def path(root: str) -> str:
    return os.path.join(root, "firedoor.ledger")


def content(root: str) -> bytes:
    with open(path(root), "rb") as file:
        return file.read()


def put(root: str, data: bytes) -> None:
    with open(path(root), "wb") as file:
        file.write(data)


def broken(detail: str, line: int) -> Problem:
    origin = Origin(FILE, "firedoor.ledger", line, 1 if line else 0)
    return Problem("FD528", subject="firedoor.ledger", origin=origin, detail=detail)


def three(root: str) -> list[Event]:
    return [ledger.append(root, name, by="ann") for name in ("one", "two", "three")]


# --- what is written ---


def test_a_line_is_one_json_object_with_its_keys_in_order(root: str) -> None:
    event = ledger.append(
        root,
        "stamped",
        by="ann",
        environment="testing",
        resource="DATABASE_URL",
        reason="first time",
        facts={"stamp": "ab", "from": "production"},
    )
    rest = (
        '{"number":1,"time":"2026-11-27T06:00:00Z","by":"ann","event":"stamped","environment":"testing",'
        '"resource":"DATABASE_URL","reason":"first time","facts":{"from":"production","stamp":"ab"},"previous":[]'
    )
    digest = sha256(f"{rest}}}".encode()).hexdigest()
    assert content(root).decode() == f'{rest},"hash":"{digest}"}}\n'
    assert event == Event(
        1,
        TIME,
        "ann",
        "stamped",
        "testing",
        "DATABASE_URL",
        "first time",
        {"stamp": "ab", "from": "production"},
        (),
        digest,
    )
    assert ledger.read(root) == Ledger((event,), ())


def test_an_event_is_of_the_project_unless_it_says_more() -> None:
    event = Event(1, TIME, "ann", "one")
    assert event == Event(1, TIME, "ann", "one", "", "", "", {}, (), "")
    assert replace(event, facts={"b": "", "a": ""}, previous=("ab",), hash="cd").to_dict() == {
        "number": 1,
        "time": TIME,
        "by": "ann",
        "event": "one",
        "environment": "",
        "resource": "",
        "reason": "",
        "facts": {"a": "", "b": ""},
        "previous": ["ab"],
        "hash": "cd",
    }


def test_who_is_asked_of_the_system_where_there_are_no_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pwd", None)
    monkeypatch.setattr(os, "getlogin", lambda: "ann")
    assert ledger.login() == "ann"


def test_each_line_names_the_one_before(root: str) -> None:
    one, two, three_ = three(root)
    assert [event.number for event in (one, two, three_)] == [1, 2, 3]
    assert [event.previous for event in (one, two, three_)] == [(), (one.hash,), (two.hash,)]
    assert [event.event for event in ledger.read(root).events] == ["one", "two", "three"]
    assert (two.environment, two.resource, two.reason, two.facts) == ("", "", "", {})
    assert ledger.head(root) == three_.hash


def test_what_is_not_ascii_is_escaped_and_comes_back(root: str) -> None:
    event = ledger.append(
        root, "accepted", by="Åsa\u202e\x1b", reason="\ud800 zwei\nZeilen", facts={"ü": "é"}
    )
    assert content(root).isascii()
    assert content(root).count(b"\n") == 1
    assert ledger.read(root) == Ledger((event,), ())


def test_times_are_told_and_do_not_order(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for time in ("2026-11-27T06:00:00Z", "1999-01-01T00:00:00Z", "2031-01-01T00:00:00Z"):
        monkeypatch.setattr(ledger, "now", lambda time=time: time)
        ledger.append(root, "stamped", by="ann")
    found = ledger.read(root)
    assert [event.time[:4] for event in found.events] == ["2026", "1999", "2031"]
    assert found.problems == ()


def test_now_is_utc_to_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    now = ledger.now()
    assert (len(now), now[4], now[10], now[-1]) == (20, "-", "T", "Z")
    monkeypatch.setattr("time.gmtime", lambda: (2026, 11, 27, 6, 5, 4, 4, 331, 0))
    assert ledger.now() == "2026-11-27T06:05:04Z"


@posix
def test_who_is_the_accounts_name_and_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert ledger.login() == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 987_654_321)
    assert ledger.login() == "uid 987654321"


def test_the_file_keeps_its_mode_and_its_link(root: str) -> None:
    three(root)
    os.chmod(path(root), 0o640)
    os.rename(path(root), path(root) + ".real")
    os.symlink("firedoor.ledger.real", path(root))
    ledger.append(root, "four", by="ann")
    assert os.path.islink(path(root))
    assert os.stat(path(root)).st_mode & 0o777 == 0o640
    assert len(ledger.read(root).events) == 4


def test_appending_waits_for_its_turn_unless_the_caller_has_it(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = storage.Lock

    def lock(folder: str) -> storage.Lock:
        asked.append(folder)
        return real(folder, timeout=0.01)

    monkeypatch.setattr(storage, "Lock", lock)
    ledger.append(root, "free", by="ann")
    assert asked == [root]
    with real(root):
        with pytest.raises(TimeoutError):
            ledger.append(root, "late", by="ann")
        ledger.append(root, "mine", by="ann", locked=True)
    assert [event.event for event in ledger.read(root).events] == ["free", "mine"]


# --- what is read ---


def test_no_file_is_an_empty_ledger(root: str) -> None:
    assert ledger.read(root) == Ledger((), ())
    assert ledger.head(root) == ""
    assert ledger.contains(root, "")
    assert not ledger.contains(root, "ab")
    assert ledger.problems(root) == ()


def test_what_is_no_file_is_a_problem(root: str) -> None:
    os.mkdir(path(root))
    assert ledger.read(root) == Ledger((), (broken("it is not a regular file", 0),))
    with pytest.raises(ConfigurationError) as refused:
        ledger.append(root, "stamped", by="ann")
    assert refused.value.problems == (broken("it is not a regular file", 0),)


def test_line_ends_of_windows_are_line_ends(root: str) -> None:
    events = three(root)
    put(root, content(root).replace(b"\n", b"\r\n"))
    assert ledger.read(root) == Ledger(tuple(events), ())
    ledger.append(root, "four", by="ann")
    assert b"\r" not in content(root)
    assert len(ledger.read(root).events) == 4


def changed(line: bytes, **values: object) -> bytes:
    """The line with other values and a hash that fits them, as somebody would who knows the format."""
    document = {**json.loads(line), **values}
    document.pop("hash")
    digest = sha256(json.dumps(document, separators=(",", ":")).encode()).hexdigest()
    return json.dumps({**document, "hash": digest}, separators=(",", ":")).encode()


UNREADABLE = "the line cannot be read"
CHANGED = "the line was changed after it was written"
GONE = "a line before it was removed, changed or moved"


@pytest.mark.parametrize(
    ("damage", "line", "detail"),
    [
        pytest.param(lambda a, b, c: [a, b.replace(b"two", b"tow"), c], 2, CHANGED, id="a word"),
        pytest.param(lambda a, b, c: [a, b.replace(b":", b": ", 1), c], 2, CHANGED, id="a blank"),
        pytest.param(lambda a, b, c: [a, b.replace(b"[", b"[ ", 1), c], 2, CHANGED, id="another blank"),
        pytest.param(
            lambda a, b, c: [a, changed(b, event="tow"), c], 3, GONE, id="a word, with the hash that fits"
        ),
        pytest.param(lambda a, b, c: [b, c], 1, GONE, id="the first removed"),
        pytest.param(lambda a, b, c: [a, c], 2, GONE, id="one in the middle removed"),
        pytest.param(lambda a, b, c: [a, c, b], 2, GONE, id="moved"),
        pytest.param(lambda a, b, c: [a, b, b, c], 3, "the line stands there twice", id="twice"),
        pytest.param(
            lambda a, b, c: [a, b, changed(c, number=2)], 3, "the line has a wrong number", id="number"
        ),
        pytest.param(lambda a, b, c: [changed(a, number=2), b], 1, "the line has a wrong number", id="first"),
        pytest.param(lambda a, b, c: [a, b"", b, c], 2, UNREADABLE, id="an empty line"),
        pytest.param(lambda a, b, c: [a, b, c[:-5]], 3, UNREADABLE, id="shortened"),
        pytest.param(lambda a, b, c: [a, b"\xff" + b, c], 2, UNREADABLE, id="no text"),
        pytest.param(
            lambda a, b, c: [a, b.replace(b"ann", "änn".encode()), c], 2, UNREADABLE, id="beyond ASCII"
        ),
        pytest.param(lambda a, b, c: [a, b"[" * 100_000, c], 2, UNREADABLE, id="deep"),
        pytest.param(lambda a, b, c: [a, b"[]", c], 2, UNREADABLE, id="a list"),
        pytest.param(lambda a, b, c: [a, b"5", c], 2, UNREADABLE, id="a number"),
        pytest.param(
            lambda a, b, c: [a, json.dumps([*json.loads(b)]).encode(), c],
            2,
            UNREADABLE,
            id="a list of the keys",
        ),
        pytest.param(lambda a, b, c: [a, changed(b, extra="x"), c], 2, UNREADABLE, id="a key more"),
        pytest.param(lambda a, b, c: [a, changed(b, number="2"), c], 2, UNREADABLE, id="number as text"),
        pytest.param(lambda a, b, c: [a, changed(b, number=True), c], 2, UNREADABLE, id="number as truth"),
        *(
            pytest.param(
                lambda a, b, c, key=key: [a, changed(b, **{key: 1}), c], 2, UNREADABLE, id=f"{key} as number"
            )
            for key in ("time", "by", "event", "environment", "resource", "reason")
        ),
        pytest.param(
            lambda a, b, c: [a, json.dumps({**json.loads(b), "hash": 1}).encode(), c],
            2,
            UNREADABLE,
            id="hash as number",
        ),
        pytest.param(lambda a, b, c: [a, changed(b, facts=[]), c], 2, UNREADABLE, id="facts as list"),
        pytest.param(
            lambda a, b, c: [a, changed(b, facts={"a": 1}), c], 2, UNREADABLE, id="a fact as number"
        ),
        pytest.param(lambda a, b, c: [a, changed(b, previous={}), c], 2, UNREADABLE, id="previous as object"),
        pytest.param(
            lambda a, b, c: [a, changed(b, previous=[1]), c], 2, UNREADABLE, id="previous as number"
        ),
        *(
            pytest.param(
                lambda a, b, c, mark=mark: [a, mark, b, c],
                2,
                "it holds the marks of a merge that was not finished",
                id=mark.decode(),
            )
            for mark in (b"<<<<<<< HEAD", b"=======", b">>>>>>> other", b"||||||| base")
        ),
    ],
)
def test_the_first_line_that_is_not_as_it_was_written(
    root: str, damage: Callable[[bytes, bytes, bytes], list[bytes]], line: int, detail: str
) -> None:
    events = three(root)
    lines = damage(*content(root).splitlines())
    put(root, b"\n".join(lines) + b"\n")
    found = ledger.read(root)
    assert found.problems == (broken(detail, line),)
    assert found.events[: line - 1] == tuple(events[: line - 1]) or detail == GONE
    assert len(found.events) == line - 1
    before = content(root)
    with pytest.raises(ConfigurationError) as refused:
        ledger.append(root, "four", by="ann")
    assert refused.value.problems == found.problems
    assert content(root) == before
    assert ledger.problems(root, "ab") == found.problems


def test_a_torn_end_is_told_and_not_dropped(root: str) -> None:
    events = three(root)
    put(root, content(root)[:-1])
    assert ledger.read(root) == Ledger(tuple(events[:2]), (broken("the line breaks off", 3),))
    put(root, content(root)[:-40])
    assert ledger.read(root) == Ledger(tuple(events[:2]), (broken("the line breaks off", 3),))


def test_lines_that_are_gone_from_the_end_are_missed_by_who_knew_them(root: str) -> None:
    events = three(root)
    whole = ledger.head(root)
    assert ledger.problems(root, whole) == ()
    put(root, b"".join(content(root).splitlines(keepends=True)[:2]))
    assert ledger.read(root).problems == ()
    assert ledger.problems(root, whole) == (
        Problem("FD529", subject="firedoor.ledger", origin=Origin(FILE, "firedoor.ledger")),
    )
    assert ledger.problems(root, events[1].hash) == ()
    assert (ledger.contains(root, whole), ledger.contains(root, events[0].hash)) == (False, True)


# --- forks ---


def fork(root: str) -> tuple[Event, Event, Event]:
    """One line, then one on each of two branches, brought together as `merge=union` does."""
    base = ledger.append(root, "base", by="ann")
    before = content(root)
    ours = ledger.append(root, "ours", by="ann")
    mine = content(root)
    put(root, before)
    theirs = ledger.append(root, "theirs", by="bob")
    put(root, mine + content(root).removeprefix(before))
    return base, ours, theirs


def test_the_next_line_closes_a_fork(root: str) -> None:
    base, ours, theirs = fork(root)
    found = ledger.read(root)
    assert found == Ledger((base, ours, theirs), ())
    assert found.ends == tuple(sorted((ours.hash, theirs.hash)))
    assert found.head == " ".join(found.ends)
    assert (ours.number, theirs.number) == (2, 2)
    closing = ledger.append(root, "closing", by="ann")
    assert (closing.number, closing.previous) == (3, found.ends)
    assert ledger.read(root).ends == (closing.hash,)
    assert ledger.contains(root, found.head)


def test_neither_branch_of_a_closed_fork_can_be_taken_out(root: str) -> None:
    fork(root)
    ledger.append(root, "closing", by="ann")
    lines = content(root).splitlines(keepends=True)
    for gone in (0, 1, 2):
        put(root, b"".join(lines[:gone] + lines[gone + 1 :]))
        assert ledger.read(root).problems, gone


def test_an_open_fork_that_loses_a_branch_is_missed_by_who_knew_both_ends(root: str) -> None:
    _, ours, _ = fork(root)
    head = ledger.head(root)
    put(root, b"".join(content(root).splitlines(keepends=True)[:2]))
    assert ledger.head(root) == ours.hash
    assert [problem.code for problem in ledger.problems(root, head)] == ["FD529"]


def test_two_branches_may_both_have_begun_the_ledger(root: str) -> None:
    ledger.append(root, "ours", by="ann")
    mine = content(root)
    os.remove(path(root))
    ledger.append(root, "theirs", by="bob")
    put(root, mine + content(root))
    assert ledger.append(root, "closing", by="ann").number == 2
    assert ledger.read(root).problems == ()


def test_a_merge_by_git_with_the_union_driver(root: str) -> None:
    folder = ProjectFolder(Path(root) / "repository").git("init", "-q", "-b", "main")
    folder.write(".gitattributes", "firedoor.ledger merge=union\n")
    where = str(folder.root)
    ledger.append(where, "base", by="ann")
    folder.git("add", ".").git("commit", "-qm", "base").git("checkout", "-qb", "other")
    for name in ("theirs-1", "theirs-2"):
        ledger.append(where, name, by="bob")
    folder.git("commit", "-qam", "theirs").git("checkout", "-q", "main")
    ledger.append(where, "ours", by="ann")
    folder.git("commit", "-qam", "ours").git("merge", "-q", "other")
    found = ledger.read(where)
    assert (sorted(event.event for event in found.events), found.problems) == (
        ["base", "ours", "theirs-1", "theirs-2"],
        (),
    )
    assert ledger.append(where, "closing", by="ann").number == 4


# --- faults ---


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_a_kill_at_any_step_leaves_the_ledger_with_the_line_or_without_it(root: str) -> None:
    ledger.append(root, "before", by="ann")
    old = content(root)
    seen = set()
    for call in range(1, 200):
        put(root, old)
        killed = killed_at(call, lambda: ledger.append(root, "after", by="ann"))
        found = ledger.read(root)
        assert found.problems == ()
        seen.add(tuple(event.event for event in found.events))
        if not killed:
            break
    assert call > 8, "the kills reached the writing"
    assert seen == {("before",), ("before", "after")}


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk needs root"
)
def test_a_full_disk_leaves_the_old_ledger(root: str) -> None:
    if os.system(f"mount -t tmpfs -o size=16k firedoor {root} 2>/dev/null") != 0:  # noqa: S605 - a command of the test's own
        pytest.skip("this system lets nobody mount")
    count = 0

    def fill() -> None:
        nonlocal count
        while True:
            ledger.append(root, "stamped", by="ann", reason="x" * 500)
            count += 1

    try:
        with pytest.raises(OSError, match="No space left") as refused:
            fill()
        assert refused.value.errno == errno.ENOSPC
        found = ledger.read(root)
        assert (len(found.events), found.problems) == (count, ())
        assert count > 3
        assert os.listdir(root) == ["firedoor.ledger"]
    finally:
        os.system(f"umount {root}")  # noqa: S605 - a command of the test's own
