"""What passed is remembered for this user, this lock, this declaration and these values, and for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import storage
from firedoor.lock import verdicts
from firedoor.lock.verdicts import Verdicts

if TYPE_CHECKING:
    from pathlib import Path

LOCK, DECLARATION = b"a lock", b"a declaration"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "firedoor"


def remembered(root: str = "/srv/shop", lock: bytes = LOCK, declaration: bytes = DECLARATION) -> Verdicts:
    return Verdicts(root, lock, declaration)


def files(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.suffix == ".verdicts")


def test_what_passed_is_found_again(cache: Path) -> None:
    memory = remembered()
    proof = memory.proof("testing", "DATABASE_URL", "x")
    assert not memory.holds(proof)
    memory.keep([proof])
    assert memory.holds(proof)
    assert remembered().holds(remembered().proof("testing", "DATABASE_URL", "x"))
    assert (cache / files(cache)[0]).stat().st_mode & 0o777 == 0o600
    assert (cache / "verdicts.key").stat().st_mode & 0o777 == 0o600
    assert cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (("/srv/shop", b"another lock", DECLARATION), ("testing", "DATABASE_URL", "x")),
        (("/srv/shop", LOCK, b"another declaration"), ("testing", "DATABASE_URL", "x")),
        (("/srv/shop", LOCK + b"13:" + DECLARATION, b""), ("testing", "DATABASE_URL", "x")),
        (("/srv/other", LOCK, DECLARATION), ("testing", "DATABASE_URL", "x")),
        (("/srv/shop", LOCK, DECLARATION), ("staging", "DATABASE_URL", "x")),
        (("/srv/shop", LOCK, DECLARATION), ("testing", "CACHE_URL", "x")),
        (("/srv/shop", LOCK, DECLARATION), ("testing", "DATABASE_URL", "y")),
        (("/srv/shop", LOCK, DECLARATION), ("testing", "DATABASE_URL", "x", "y")),
        (("/srv/shop", LOCK, DECLARATION), ("testing", "DATABASE_URL")),
        (("/srv/shop", LOCK, DECLARATION), ("testing", "DATABASE_URLx", "")),
    ],
)
def test_nothing_else_is_found(cache: Path, other: tuple[str, bytes, bytes], said: tuple[str, ...]) -> None:
    memory = remembered()
    memory.keep([memory.proof("testing", "DATABASE_URL", "x")])
    another = remembered(*other)
    assert not another.holds(another.proof(*said))


def test_no_text_of_a_value_is_kept(cache: Path) -> None:
    memory = remembered()
    memory.keep([memory.proof("testing", "DATABASE_URL", "sesame-open-sesame")])
    kept = b"".join(path.read_bytes() for path in cache.iterdir())
    assert b"sesame" not in kept
    assert b"DATABASE_URL" not in kept


def test_another_users_key_gives_another_proof(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = remembered().proof("testing")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert remembered().proof("testing") != proof


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_can_write_is_not_read(cache: Path, mode: int) -> None:
    memory = remembered()
    proof = memory.proof("testing")
    memory.keep([proof])
    (cache / files(cache)[0]).chmod(mode)
    assert not remembered().holds(proof)


def test_a_key_that_others_can_write_is_replaced(cache: Path) -> None:
    memory = remembered()
    memory.keep([memory.proof("testing")])
    before = (cache / "verdicts.key").read_bytes()
    (cache / "verdicts.key").chmod(0o666)
    again = remembered()
    assert not again.holds(again.proof("testing"))
    assert (cache / "verdicts.key").read_bytes() != before
    assert (cache / "verdicts.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_torn_key_is_replaced(cache: Path, content: bytes) -> None:
    cache.mkdir(mode=0o700)
    (cache / "verdicts.key").write_bytes(content)
    (cache / "verdicts.key").chmod(0o600)
    memory = remembered()
    memory.keep([memory.proof("testing")])
    assert len((cache / "verdicts.key").read_bytes()) == 32
    assert remembered().holds(remembered().proof("testing"))


def test_a_flipped_bit_is_not_found(cache: Path) -> None:
    memory = remembered()
    proofs = [memory.proof(str(number)) for number in range(3)]
    memory.keep(proofs)
    path = cache / files(cache)[0]
    kept = bytearray(path.read_bytes())
    kept[20] ^= 1
    path.write_bytes(bytes(kept))
    again = remembered()
    assert [again.holds(proof) for proof in proofs] == [True, False, True]


def test_a_proof_is_found_only_where_one_begins(cache: Path) -> None:
    memory = remembered()
    proof = memory.proof("testing")
    memory.keep([b"x" * 16])
    path = cache / files(cache)[0]
    path.write_bytes(b"12345678" + proof + b"12345678")
    assert not remembered().holds(proof)
    path.write_bytes(b"12345678" + proof + b"12345678" + proof)
    assert remembered().holds(proof)


def test_the_newest_are_kept_when_there_are_too_many(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_MOST", 3)
    memory = remembered()
    proofs = [memory.proof(str(number)) for number in range(5)]
    memory.keep(proofs[:2])
    memory.keep(proofs[2:4])
    memory.keep([proofs[3]])
    assert [remembered().holds(proof) for proof in proofs] == [True, False, True, True, False]


def test_nothing_new_writes_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = remembered()
    memory.keep([memory.proof("testing"), memory.proof("testing")])
    assert len((cache / files(cache)[0]).read_bytes()) == 16

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(storage, "write_bytes", refuse)
    memory.keep([memory.proof("testing")])


def test_without_a_home_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    memory = remembered()
    memory.keep([memory.proof("testing")])
    assert not memory.holds(memory.proof("testing"))
    assert not memory.holds(b"")


def test_what_cannot_be_written_is_decided_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = remembered()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "write_bytes", full)
    memory.keep([memory.proof("testing")])
    assert not memory.holds(memory.proof("testing"))


def test_a_key_that_cannot_be_written_means_no_memory(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "create_bytes", full)
    memory = remembered()
    memory.keep([memory.proof("testing")])
    assert not memory.holds(memory.proof("testing"))
    assert files(cache) == []


def test_of_two_that_begin_at_once_one_makes_the_key(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create = storage.create_bytes

    def be_overtaken(path: str, content: bytes, *, mode: int | None = None) -> None:
        create(path, b"o" * 32, mode=mode)
        create(path, content, mode=mode)

    monkeypatch.setattr(storage, "create_bytes", be_overtaken)
    memory = remembered()
    memory.keep([memory.proof("testing")])
    assert (cache / "verdicts.key").read_bytes() == b"o" * 32
    assert remembered().holds(memory.proof("testing"))


def test_two_checkouts_with_one_name_have_files_of_their_own(cache: Path) -> None:
    for root in ("/a/" + "x" * 50, "/b/" + "x" * 50):
        memory = remembered(root)
        memory.keep([memory.proof("testing")])
    assert len(files(cache)) == 2
