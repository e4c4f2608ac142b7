"""Stamps in SQLite files: each refusal beside the twin that passes. What is real here is the file system."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps import marker as marker_of
from firedoor.stamps import observation as told
from firedoor.stamps import sqlite as marker
from firedoor.stamps.observation import NotAllowed, Observation, Overtaken
from support.stamping import address, race, refused, stamp, unreachable

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

pytestmark = pytest.mark.real

AS_ROOT = os.name == "posix" and os.geteuid() == 0


def database(path: Path | str, **more: Any) -> Address:
    return address("database", f"sqlite:///{path}", **more)


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    return path


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_file_says_who_it_is_and_has_no_stamp(shop: Path) -> None:
    status = shop.stat()
    device, inode = str(status.st_dev), str(status.st_ino)
    assert marker.observe(database(shop)) == Observation(
        identity=("sqlite", device, inode), bound=f"sqlite:{device}:{inode}", forgeable=True
    )


def test_a_stamp_is_there_afterwards(shop: Path) -> None:
    mine = stamp()
    before = marker.observe(database(shop))
    written = marker.write(database(shop), mine, replacing=None)
    assert written == replace(before, stamp=mine.bound_to(before.bound))
    assert marker.observe(database(shop)) == written
    assert names(shop.parent) == ["shop.db"]


@pytest.mark.parametrize(
    "spelled",
    [
        "sqlite:///{path}",
        "sqlite+aiosqlite:///{path}?timeout=5",
        "file:{path}",
        "file://{path}?mode=rw",
        "file://localhost{path}",
        "sqlite:///file:{path}?mode=rw&uri=true",
        "jdbc:sqlite:{path}",
        "{path}",
        "sqlite:///{folder}/./../{name}/shop.db",
        "sqlite:////proc/self/root{path}",
        "file:{folder}/%73hop.db",
        "sqlite:///shop.db",
        "sqlite:///{folder}/link.db",
        "sqlite:///{folder}/hard.db",
    ],
)
def test_every_spelling_leads_to_the_same_file(shop: Path, spelled: str) -> None:
    (shop.parent / "link.db").symlink_to(shop)
    (shop.parent / "hard.db").hardlink_to(shop)
    written = marker.write(database(shop), stamp(), replacing=None)
    text = spelled.format(path=shop, folder=shop.parent, name=shop.parent.name)
    place = address("database", text, root=str(shop.parent))
    if marker_of(place) is not None:
        assert marker_of(place) is marker
    assert marker.observe(place) == written


# Copies.


@pytest.mark.parametrize("how", ["copy", "backup", "vacuum", "dump"])
def test_a_copied_file_is_a_copy(shop: Path, how: str) -> None:
    original = marker.write(database(shop), stamp(), replacing=None)
    other = shop.parent / "copy.db"
    source = sqlite3.connect(shop)
    if how == "copy":
        shutil.copy2(shop, other)
    elif how == "backup":
        target = sqlite3.connect(other)
        source.backup(target)
        target.close()
    elif how == "vacuum":
        source.execute("VACUUM INTO ?", (str(other),))
    else:
        target = sqlite3.connect(other)
        target.executescript("\n".join(source.iterdump()))
        target.close()
    source.close()
    copy = marker.observe(database(other))
    assert (copy.stamp, copy.is_copy) == (original.stamp, True)
    assert not marker.observe(database(shop)).is_copy


def test_a_vacuum_or_a_renaming_makes_no_copy(shop: Path) -> None:
    original = marker.write(database(shop), stamp(), replacing=None)
    run(shop, "VACUUM")
    moved = shop.rename(shop.parent / "moved.db")
    assert marker.observe(database(moved)) == original


# Reading leaves everything as it is.


def test_what_is_not_there_is_not_created(tmp_path: Path) -> None:
    missing = database(tmp_path / "hostile-value.db")
    assert unreachable(lambda: marker.observe(missing), "hostile-value") == told.NO_SUCH_THING
    assert (
        unreachable(lambda: marker.write(missing, stamp(), replacing=None), "hostile-value")
        == told.NO_SUCH_THING
    )
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "text", ["sqlite://", "sqlite:///:memory:", "file::memory:", "file:x?mode=memory&cache=shared"]
)
def test_a_database_in_memory_has_no_stamp(text: str) -> None:
    place = address("database", text)
    assert unreachable(lambda: marker.observe(place)) == told.NOT_ONE
    assert unreachable(lambda: marker.write(place, stamp(), replacing=None)) == told.NOT_ONE


def test_a_write_ahead_log_is_read_while_it_is_used_and_not_made_by_reading(shop: Path) -> None:
    run(shop, "PRAGMA journal_mode = WAL")
    assert marker.observe(database(shop)).stamp is None
    assert names(shop.parent) == ["shop.db"]
    written = marker.write(database(shop), stamp(), replacing=None)
    writer = sqlite3.connect(shop, isolation_level=None)
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE t SET a = 2")
    assert marker.observe(database(shop)) == written
    writer.execute("COMMIT")
    mine = stamp("staging")
    newer = marker.write(
        database(shop), mine, replacing=written.stamp
    )  # stays in the log as long as it is open
    assert marker.observe(database(shop)) == newer
    writer.close()
    assert names(shop.parent) == ["shop.db"]


def test_a_reader_is_not_held_up_by_a_writer_and_holds_up_none(shop: Path) -> None:
    writer = sqlite3.connect(shop, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert marker.observe(database(shop)).stamp is None
    writer.execute("INSERT INTO t VALUES (2)")
    writer.execute("COMMIT")
    writer.close()


def test_a_writer_that_goes_on_is_waited_for_in_bounded_time(shop: Path) -> None:
    writer = sqlite3.connect(shop, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    hurried = database(shop, seconds=0.1)
    assert unreachable(lambda: marker.observe(hurried)) == told.TIMED_OUT
    assert unreachable(lambda: marker.write(hurried, stamp(), replacing=None)) == told.TIMED_OUT
    writer.execute("COMMIT")
    writer.close()
    assert marker.write(hurried, stamp(), replacing=None).stamp is not None


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
def test_who_may_only_read_the_file_reads_the_stamp_and_cannot_forge_it() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        folder.chmod(0o755)
        shop = folder / "shop.db"
        run(shop, "CREATE TABLE t (a)")
        written = marker.write(database(shop), stamp(), replacing=None)
        shop.chmod(0o644)
        assert _as_nobody(shop) == [repr(replace(written, forgeable=False)), "NotAllowed"]
        shop.chmod(0o666)
        folder.chmod(0o777)
        assert _as_nobody(shop) == [repr(written), "f"]
        shop.chmod(0o600)
        assert _as_nobody(shop) == [told.LOGIN_REFUSED, "Unreachable"]


def _as_nobody(shop: Path) -> list[str]:
    """What another account observes, and what becomes of its attempt to stamp."""
    program = (
        "from firedoor.stamps import sqlite\n"
        "from firedoor.stamps.address import Address\n"
        "from firedoor.stamps.stamp import Stamp\n"
        "import os, sys\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "place = Address('THING', 'database', 'sqlite:///' + sys.argv[1])\n"
        "before = None\n"
        "try:\n"
        "    seen = sqlite.observe(place)\n"
        "    before = seen.stamp\n"
        "    print(seen)\n"
        "except Exception as error: print(error)\n"
        "try: print(sqlite.write(place, Stamp('a', 'b', 'c', 'd', 'e', 'f'), replacing=before).stamp.by)\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, shop], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


# Deceivers.


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW firedoor_stamp AS SELECT '' AS stamp",
        "CREATE VIEW Firedoor_Stamp AS SELECT '' AS stamp",
        "CREATE TABLE firedoor_stamp AS SELECT '' AS stamp",
        "CREATE TABLE firedoor_stamp AS SELECT 7 AS stamp",
        "CREATE TABLE firedoor_stamp AS SELECT x'7b7d' AS stamp",
        "CREATE TABLE firedoor_stamp AS SELECT NULL AS stamp",
        "CREATE TABLE firedoor_stamp AS SELECT '{}' AS stamp",
    ],
)
def test_what_is_no_stamp_is_unreadable_and_not_absent(shop: Path, made: str) -> None:
    before = marker.observe(database(shop))
    run(shop, made)
    assert marker.observe(database(shop)) == replace(before, unreadable=True)
    assert isinstance(refused(lambda: marker.write(database(shop), stamp(), replacing=None)), NotAllowed)


def test_a_view_of_a_stamp_is_no_stamp(shop: Path) -> None:
    before = marker.observe(database(shop))
    text = stamp().bound_to(before.bound).to_text()
    run(shop, f"CREATE VIEW firedoor_stamp AS SELECT '{text}' AS stamp")
    assert marker.observe(database(shop)) == replace(before, unreadable=True)
    run(shop, "DROP VIEW firedoor_stamp", f"CREATE TABLE firedoor_stamp AS SELECT '{text}' AS stamp")
    assert marker.observe(database(shop)).stamp is not None


def test_two_rows_are_no_stamp_that_can_be_trusted(shop: Path) -> None:
    marker.write(database(shop), stamp(), replacing=None)
    run(shop, "INSERT INTO firedoor_stamp SELECT stamp FROM firedoor_stamp")
    seen = marker.observe(database(shop))
    assert (seen.stamp, seen.unreadable) == (None, True)


def test_an_empty_table_is_no_stamp(shop: Path) -> None:
    run(shop, "CREATE TABLE firedoor_stamp (stamp TEXT)")
    seen = marker.observe(database(shop))
    assert (seen.stamp, seen.unreadable) == (None, False)


def test_a_trigger_that_waits_for_the_stamp_is_gone_with_its_table(shop: Path) -> None:
    first = marker.write(database(shop), stamp("staging"), replacing=None)
    run(
        shop,
        "CREATE TRIGGER keep AFTER INSERT ON firedoor_stamp BEGIN DELETE FROM t; END",
        "CREATE TRIGGER stay BEFORE DELETE ON firedoor_stamp BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    second = marker.write(database(shop), stamp(), replacing=first.stamp)
    assert marker.observe(database(shop)) == second
    assert sqlite3.connect(shop).execute("SELECT count(*) FROM t").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_does_not_say_who_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile-value"
    path.write_bytes(content)
    reason = unreachable(lambda: marker.observe(database(path)), "hostile-value")
    assert reason in (told.NOT_SUPPORTED, told.FAILED)
    assert path.read_bytes() == content


def test_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    assert unreachable(lambda: marker.observe(database(tmp_path)), str(tmp_path)) == told.FAILED
    assert unreachable(lambda: marker.observe(database("hostile\0value"))) == told.FAILED


def test_a_file_that_is_replaced_meanwhile_is_not_observed(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = marker.stored_rows

    def replaced(rows: Any) -> Any:
        found = inner(rows)
        other = shop.parent / "other.db"
        shutil.copy(shop, other)
        other.replace(shop)
        return found

    monkeypatch.setattr(marker, "stored_rows", replaced)
    assert unreachable(lambda: marker.observe(database(shop))) == told.BROKEN_OFF


# Races and faults.


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_of_two_stampers_one_wins(shop: Path, journal: str) -> None:
    run(shop, f"PRAGMA journal_mode = {journal}")
    results = race(*(lambda: marker.write(database(shop), stamp(), replacing=None) for _ in range(4)))
    won = [result for result in results if isinstance(result, Observation)]
    lost = [result for result in results if isinstance(result, Overtaken)]
    assert (len(won), len(lost)) == (1, 3)
    assert [error.found for error in lost] == [won[0].stamp] * 3
    assert marker.observe(database(shop)) == won[0]


def test_only_the_expected_stamp_is_replaced(shop: Path) -> None:
    first = marker.write(database(shop), stamp("staging"), replacing=None)
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, database(shop), stamp(), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
    assert marker.write(database(shop), stamp(), replacing=first.stamp).stamp != first.stamp


_STAMPER = """
import os, signal, sqlite3, sys
from firedoor.stamps import sqlite
from firedoor.stamps.address import Address
from firedoor.stamps.stamp import from_text
step = int(sys.argv[2])
calls = 0
def watch(statement):
    global calls
    calls += 1
    if calls == step:
        os.kill(os.getpid(), signal.SIGKILL)
inner = sqlite._opened
def opened(*arguments):
    connection = inner(*arguments)
    connection.set_trace_callback(watch)
    return connection
sqlite._opened = opened
mine, before = (from_text(sys.stdin.readline()) for _ in range(2))
sqlite.write(Address("THING", "database", "sqlite:///" + sys.argv[1]), mine, replacing=before)
"""


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_stamper_that_is_killed_at_any_step_leaves_the_old_stamp_or_the_new(
    shop: Path, journal: str
) -> None:
    run(shop, f"PRAGMA journal_mode = {journal}")
    first = marker.write(database(shop), stamp("staging"), replacing=None)
    assert first.stamp is not None
    ended = []
    for step in range(1, 30):
        mine = stamp()
        done = subprocess.run(
            [sys.executable, "-c", _STAMPER, shop, str(step)],
            input=f"{mine.to_text()}\n{first.stamp.to_text()}\n",
            text=True,
            check=False,
        )
        ended.append(done.returncode)
        if done.returncode == 0:
            assert marker.observe(database(shop)).stamp == mine.bound_to(first.bound)
            break
        run(shop, "UPDATE t SET a = a")  # the next writer puts right what the dead one left
        assert marker.observe(database(shop)) == first
    assert ended[-1] == 0
    assert set(ended[:-1]) == {-signal.SIGKILL}
    assert len(ended) > 6
