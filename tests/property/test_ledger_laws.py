"""Laws of the ledger: nothing in it changes unseen, appending keeps the chain, nobody who appends loses a line."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from firedoor import ledger
from firedoor.ledger import Event

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = 4
LINES = 10

texts = st.text(max_size=12)
events = st.builds(
    Event,
    number=st.just(0),
    time=texts,
    by=texts,
    event=texts,
    environment=texts,
    resource=texts,
    reason=texts,
    facts=st.dictionaries(texts, texts, max_size=3),
)


def written(wanted: list[Event]) -> list[bytes]:
    """The lines that a new ledger holds after these events."""
    with tempfile.TemporaryDirectory() as root:
        for event in wanted:
            ledger.append(
                root,
                event.event,
                by=event.by,
                environment=event.environment,
                resource=event.resource,
                reason=event.reason,
                facts=event.facts,
            )
        with open(os.path.join(root, ledger.FILE_NAME), "rb") as file:
            return file.read().splitlines(keepends=True)


chains = st.lists(events, min_size=3, max_size=5).map(written)


@given(st.lists(events, min_size=1, max_size=5))
def test_what_was_appended_is_read_and_each_line_follows_the_one_before(wanted: list[Event]) -> None:
    found = ledger.verify(b"".join(written(wanted)))
    assert found.problems == ()
    assert [(e.by, e.event, e.environment, e.resource, e.reason, dict(e.facts)) for e in found.events] == [
        (e.by, e.event, e.environment, e.resource, e.reason, dict(e.facts)) for e in wanted
    ]
    assert [e.previous for e in found.events] == [(), *((e.hash,) for e in found.events[:-1])]
    assert [e.number for e in found.events] == list(range(1, len(wanted) + 1))


@given(chains, st.data())
def test_any_edit_is_found(lines: list[bytes], data: st.DataObject) -> None:
    """Whatever byte becomes whatever other, is left out or added: the ledger is broken at that line or the next."""
    whole = b"".join(lines)
    at = data.draw(st.integers(0, len(whole) - 1))
    piece = data.draw(st.binary(max_size=3))
    removed = data.draw(st.integers(0, 3))
    edited = whole[:at] + piece + whole[at + removed :]
    assume(edited != whole)
    assume(edited.replace(b"\r\n", b"\n") != whole)  # a line end of Windows is a line end
    first = whole.count(b"\n", 0, at) + 1
    found = ledger.verify(edited)
    if edited and whole.startswith(edited) and edited.endswith(b"\n"):
        return  # the end is gone: what only somebody who pinned it can know
    assert found.problems[0].origin is not None
    assert found.problems[0].origin.line in (first, first + 1)
    assert len(found.events) < len(lines)


@given(chains, st.data())
def test_any_line_that_is_removed_before_the_last_is_missed(lines: list[bytes], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.integers(0, len(lines) - 2), min_size=1))
    kept = [line for number, line in enumerate(lines) if number not in gone]
    assert ledger.verify(b"".join(kept)).problems


@given(chains, st.data())
def test_any_other_order_is_found(lines: list[bytes], data: st.DataObject) -> None:
    other = data.draw(st.permutations(lines))
    assume(other != lines)
    assert ledger.verify(b"".join(other)).problems


@given(chains, st.integers(0, 5))
def test_a_shorter_ledger_does_not_contain_the_longer_ones_head(lines: list[bytes], length: int) -> None:
    whole = ledger.verify(b"".join(lines))
    shorter = ledger.verify(b"".join(lines[:length]))
    assert shorter.problems == ()
    assert shorter.contains(whole.head) is (length >= len(lines))
    assert whole.contains(shorter.head)


@given(st.lists(st.tuples(st.integers(0, 1), texts), min_size=2, max_size=8))
def test_however_branches_fork_a_union_holds_and_one_more_line_closes_it(
    steps: list[tuple[int, str]],
) -> None:
    """Two branches that append on their own; their lines one after the other, as a union merge has them."""
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, ledger.FILE_NAME)
        ledger.append(root, "base", by="ann")
        base = _bytes(path)
        branches = [base, base]
        for branch, reason in steps:
            _put(path, branches[branch])
            ledger.append(root, "stamped", by=f"writer {branch}", reason=reason)
            branches[branch] = _bytes(path)
        _put(path, branches[0] + branches[1].removeprefix(base))
        found = ledger.read(root)
        assert (len(found.events), found.problems) == (1 + len(steps), ())
        assert len(found.ends) == len({branch for branch, _ in steps})
        last = ledger.append(root, "closing", by="ann")
        closed = _bytes(path).splitlines(keepends=True)
        assert ledger.read(root).ends == (last.hash,)
        for gone in range(len(closed) - 1):
            assert ledger.verify(b"".join(closed[:gone] + closed[gone + 1 :])).problems


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _put(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _write(root: str, name: str) -> None:
    for number in range(LINES):
        ledger.append(root, "stamped", by=name, reason=str(number))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    root = str(tmp_path)
    writers = [context.Process(target=_write, args=(root, f"writer {n}")) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    found = ledger.read(root)
    assert found.problems == ()
    assert len(found.ends) == 1
    assert sorted((event.by, int(event.reason)) for event in found.events) == [
        (f"writer {n}", number) for n in range(WRITERS) for number in range(LINES)
    ]
