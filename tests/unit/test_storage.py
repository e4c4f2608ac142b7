"""Files are whole or unchanged, whatever happens to the writer."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import stat
import sys
import time
from typing import TYPE_CHECKING

import pytest

from firedoor import storage
from support.killing import killed_at

if TYPE_CHECKING:
    from pathlib import Path

OLD = b"old content\n"
NEW = b"new content\n" * 20_000

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes, signals and limits")


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".firedoor-tmp")]


# -- what a write does -------------------------------------------------------------------------------------


def test_writes_a_new_file_with_the_mode_that_umask_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        storage.write_bytes(str(tmp_path / "new"), NEW)
    finally:
        os.umask(before)
    assert (tmp_path / "new").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["new"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_an_existing_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "kept"
    path.write_bytes(OLD)
    path.chmod(mode)
    storage.write_bytes(str(path), NEW)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_mode_asked_for_wins_over_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(OLD)
    path.chmod(0o644)
    storage.write_bytes(str(path), NEW, mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_an_existing_file_keeps_its_owner_when_root_writes(tmp_path: Path) -> None:
    path = tmp_path / "theirs"
    path.write_bytes(OLD)
    os.chown(path, 65534, 65534)
    storage.write_bytes(str(path), NEW)
    assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)


def test_a_writer_who_may_not_give_files_away_still_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "theirs"
    path.write_bytes(OLD)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    real = os.fstat
    monkeypatch.setattr(os, "fchown", refuse)
    monkeypatch.setattr(os, "fstat", lambda fd: os.stat_result((*real(fd)[:4], 12345, *real(fd)[5:])))
    storage.write_bytes(str(path), NEW)
    assert path.read_bytes() == NEW


def test_a_link_stays_a_link_and_its_target_changes(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(OLD)
    (tmp_path / "link").symlink_to("target")
    storage.write_bytes(str(tmp_path / "link"), NEW)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == NEW


def test_text_is_utf8_with_its_own_line_endings(tmp_path: Path) -> None:
    storage.write_text(str(tmp_path / "a"), "é\r\nb\n")
    storage.create_text(str(tmp_path / "b"), "é\r\nb\n")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"\xc3\xa9\r\nb\n"


def test_a_folder_is_refused_and_left(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="not a regular file"):
        storage.write_bytes(str(tmp_path / "folder"), NEW)
    assert os.listdir(tmp_path) == ["folder"]


def test_create_makes_a_new_file(tmp_path: Path) -> None:
    storage.create_bytes(str(tmp_path / "new"), NEW, mode=0o600)
    assert (tmp_path / "new").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["new"]


@pytest.mark.parametrize("taken", ["file", "folder", "dangling link"])
def test_create_never_overwrites(tmp_path: Path, taken: str) -> None:
    path = tmp_path / "taken"
    if taken == "file":
        path.write_bytes(OLD)
    elif taken == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        storage.create_bytes(str(path), NEW)
    assert os.listdir(tmp_path) == ["taken"]
    assert path.is_dir() or path.is_symlink() or path.read_bytes() == OLD


@pytest.mark.parametrize("links", [True, False])
def test_create_does_not_overwrite_a_file_that_appears_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    path = tmp_path / "raced"
    real = os.link

    def rival_first(source: str, target: str) -> None:
        path.write_bytes(OLD)
        if not links:
            raise OSError(errno.EPERM, "no hard links here")
        real(source, target)

    monkeypatch.setattr(os, "link", rival_first)
    with pytest.raises(FileExistsError):
        storage.create_bytes(str(path), NEW)
    assert path.read_bytes() == OLD
    assert not leftovers(tmp_path)


def test_create_works_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    storage.create_bytes(str(tmp_path / "new"), NEW)
    assert (tmp_path / "new").read_bytes() == NEW
    assert not leftovers(tmp_path)


def test_relative_paths_mean_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    storage.create_bytes("made", OLD)
    storage.write_bytes("made", NEW)
    with storage.Lock(""):
        assert (tmp_path / "made").read_bytes() == NEW


# -- what goes wrong ----------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_kill_at_any_step_leaves_the_old_or_the_new_content(tmp_path: Path, exists: bool) -> None:
    seen = set()
    for call in range(1, 100):
        folder = tmp_path / str(call)
        folder.mkdir()
        path = folder / "file"
        if exists:
            path.write_bytes(OLD)
        killed = killed_at(call, lambda: storage.write_bytes(str(path), NEW))  # noqa: B023 - called at once
        content = path.read_bytes() if path.exists() else None
        assert content in ((OLD, NEW) if exists else (None, NEW))
        seen.add(content)
        if not killed:
            assert content == NEW
            break
    else:
        pytest.fail("the write never ended")
    assert seen == ({OLD, NEW} if exists else {None, NEW})
    assert call > 5


@posix
def test_a_kill_at_any_step_of_create_leaves_nothing_or_the_whole_file(tmp_path: Path) -> None:
    for call in range(1, 100):
        path = tmp_path / str(call)
        killed = killed_at(call, lambda: storage.create_bytes(str(path), NEW))  # noqa: B023 - called at once
        assert not path.exists() or path.read_bytes() == NEW
        if not killed:
            assert path.read_bytes() == NEW
            return
    pytest.fail("the write never ended")


@posix
def test_a_full_disk_keeps_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="too large") as caught:
            storage.write_bytes(str(path), NEW)
        with pytest.raises(OSError, match="too large"):
            storage.create_bytes(str(tmp_path / "other"), NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.errno == errno.EFBIG
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["file"]


@posix
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk needs root"
)
def test_a_really_full_disk_keeps_the_old_content(tmp_path: Path) -> None:
    if os.system(f"mount -t tmpfs -o size=64k firedoor {tmp_path} 2>/dev/null") != 0:  # noqa: S605 - a command of the test's own
        pytest.skip("this system lets nobody mount")
    try:
        path = tmp_path / "file"
        path.write_bytes(OLD)
        with pytest.raises(OSError, match="No space") as caught:
            storage.write_bytes(str(path), NEW)
        assert caught.value.errno == errno.ENOSPC
        assert path.read_bytes() == OLD
        assert os.listdir(tmp_path) == ["file"]
        storage.write_bytes(str(path), b"fits\n")
        assert path.read_bytes() == b"fits\n"
    finally:
        os.system(f"umount {tmp_path}")  # noqa: S605 - a command of the test's own


@pytest.mark.parametrize("step", ["replace", "fsync", "write"])
def test_an_error_at_any_step_removes_the_temporary_and_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "broken disk")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="broken disk"):
        storage.write_bytes(str(path), NEW)
    monkeypatch.undo()
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["file"]


def test_folders_that_cannot_be_opened_or_synced_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open, real_fsync = os.open, os.fsync

    def open_files_only(path: str, flags: int, mode: int = 0o777) -> int:
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "a folder")
        return real_open(path, flags, mode)

    def sync_files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "a folder")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "open", open_files_only)
    storage.write_bytes(str(tmp_path / "one"), NEW)
    monkeypatch.setattr(os, "open", real_open)
    monkeypatch.setattr(os, "fsync", sync_files_only)
    storage.write_bytes(str(tmp_path / "two"), NEW)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == NEW


def test_what_killed_writers_left_long_ago_is_cleared(tmp_path: Path) -> None:
    stale = tmp_path / ".file.0123456789ab.firedoor-tmp"
    fresh = tmp_path / ".file.ba9876543210.firedoor-tmp"
    other = tmp_path / ".other.0123456789ab.firedoor-tmp"
    folder = tmp_path / ".file.00.firedoor-tmp"
    folder.mkdir()
    for left in (stale, fresh, other):
        left.write_bytes(b"half")
    for left in (stale, other, folder):
        os.utime(left, (time.time() - 7200,) * 2)
    storage.write_bytes(str(tmp_path / "file"), NEW)
    assert sorted(leftovers(tmp_path)) == [folder.name, fresh.name, other.name]


def test_a_folder_that_cannot_be_listed_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> list[str]:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(os, "listdir", refuse)
    storage.write_bytes(str(tmp_path / "file"), NEW)
    assert (tmp_path / "file").read_bytes() == NEW


# -- several writers ----------------------------------------------------------------------------------------


def _write_many(path: str, letter: bytes) -> None:
    for _ in range(20):
        storage.write_bytes(path, letter * 100_000)


@posix
def test_racing_writers_leave_one_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "raced"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_many, args=(str(path), letter)) for letter in (b"a", b"b")]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        if path.exists():
            content = path.read_bytes()
            assert content in (b"a" * 100_000, b"b" * 100_000)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert os.listdir(tmp_path) == ["raced"]


def _count_up(folder: str) -> None:
    path = os.path.join(folder, "counter")
    for _ in range(15):
        with storage.Lock(folder):
            with open(path, "rb") as file:
                number = int(file.read())
            storage.write_bytes(path, str(number + 1).encode())


@posix
def test_changes_under_the_lock_are_never_lost(tmp_path: Path) -> None:
    (tmp_path / "counter").write_bytes(b"0")
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_count_up, args=(str(tmp_path),)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert (tmp_path / "counter").read_bytes() == b"45"


def test_who_waits_too_long_for_the_lock_is_told(tmp_path: Path) -> None:
    second = storage.Lock(str(tmp_path), timeout=0.05)
    with storage.Lock(str(tmp_path)), pytest.raises(TimeoutError, match="another firedoor"), second:
        pytest.fail("both hold it")
    with storage.Lock(str(tmp_path), timeout=0):
        assert os.listdir(tmp_path) == []  # no lock file stays behind


@posix
def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the fork
        with storage.Lock(str(tmp_path)):
            os.write(told, b"!")
            time.sleep(60)
        os._exit(0)
    assert os.read(ready, 1) == b"!"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with storage.Lock(str(tmp_path), timeout=1):
        pass
    os.close(ready)
    os.close(told)


@posix
@pytest.mark.parametrize(("number", "enters"), [(errno.ENOLCK, True), (errno.EIO, False)])
def test_a_file_system_without_locks_lets_everybody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, enters: bool
) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(number, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    if enters:
        with storage.Lock(str(tmp_path)):
            return
    with pytest.raises(OSError, match="no locks"), storage.Lock(str(tmp_path)):
        pytest.fail("locked")
