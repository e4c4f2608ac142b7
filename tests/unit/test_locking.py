"""Taking environments into the lock: what is kept, what is told, and what no fault can do."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, ledger, locking, storage
from firedoor.errors import ConfigurationError, UsageError
from firedoor.lock import marks, text
from firedoor.lock.document import Lock, Marks
from firedoor.lock.taking import Answers
from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from support.killing import killed_at

if TYPE_CHECKING:
    from pathlib import Path

    from firedoor.declaration import Project
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
[environments.production]
protected = true
[variables.URL]
resource = "database"
[variables.KEY]
secret = true
"""


@pytest.fixture(autouse=True)
def _cheap_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "COST", (2, 1, 1))
    monkeypatch.setattr(marks, "_CHEAPEST", 1)


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARATION)
    project.write(".env.testing", "URL=postgresql://db.test/shop\nKEY=a-key-of-testing\n", mode=0o600)
    project.write(".env.production", "URL=postgresql://db.prod/shop\nKEY=a-key-of-production\n", mode=0o600)
    return project


def declared(shop: ProjectFolder) -> Project:
    return declaration.load(shop.root, use_cache=False)


def update(shop: ProjectFolder, *environments: str, **options: object) -> locking.Outcome:
    settled: dict[str, object] = {"ask": None, **options}
    return locking.update(declared(shop), environments, **settled)  # type: ignore[arg-type] # as its own


def lock_of(shop: ProjectFolder) -> Lock:
    return text.parse((shop.root / "firedoor.lock").read_text("utf-8"))


def mark(lock: Lock, *identity: str) -> str:
    return marks.mark(identity, lock.salt, lock.cost)


# --- what is taken ---


def test_each_level_of_each_variable(shop: ProjectFolder) -> None:
    warning = Problem("FD411", subject="URL", environment="testing", severity=WARNING, reason="x")

    def ask(configuration: Configuration) -> Answers:
        assert configuration.environment.name == "testing"
        return Answers(
            resolved={"URL": frozenset({("postgresql", "10.0.0.1", "5432", "shop")})},
            observed={"URL": frozenset({("postgresql", "7", "16384", "shop"), ("stamp", "s")})},
            servers={"URL": frozenset({("postgresql", "7")})},
            problems=(warning,),
        )

    outcome = update(shop, "testing", ask=ask)
    lock = lock_of(shop)
    assert outcome.lock == lock
    assert (outcome.taken, outcome.before, outcome.problems, outcome.by_hand) == (
        ["testing"],
        None,
        [warning],
        "",
    )
    assert outcome.wrote == ["firedoor.lock", "firedoor.toml"]
    assert lock.cost == (2, 1, 1)
    assert len(lock.salt) == 16
    spelled = mark(lock, "postgresql", "db.test", "5432", "shop")
    servers = (
        ("postgresql", "db.test", "5432", ""),
        ("postgresql", "10.0.0.1", "5432", ""),
        ("postgresql", "7", ""),
    )
    assert lock.environments["testing"].variables == {
        "KEY": Marks((mark(lock, "token", "a-key-of-testing"),)),
        "URL": Marks(
            (spelled,),
            (mark(lock, "postgresql", "10.0.0.1", "5432", "shop"),),
            tuple(sorted((mark(lock, "postgresql", "7", "16384", "shop"), mark(lock, "stamp", "s")))),
            (),
            tuple(sorted(mark(lock, *server) for server in servers)),
        ),
    }


def test_a_salt_is_made_once(shop: ProjectFolder) -> None:
    first = update(shop, "testing").lock
    assert update(shop, "production").lock.salt == first.salt
    shutil.rmtree(shop.root)
    shop.root.mkdir()
    shop.write("firedoor.toml", DECLARATION)
    assert update(shop).lock.salt != first.salt


def test_what_is_not_set_is_taken_as_nothing(shop: ProjectFolder) -> None:
    shop.write(".env.testing", "KEY=changeme\n", mode=0o600)
    assert update(shop, "testing").lock.environments["testing"].variables == {"KEY": Marks(), "URL": Marks()}


def test_parts_of_a_bucket_are_listed_with_what_they_are_a_part_of(project: ProjectFolder) -> None:
    project.write("firedoor.toml", '[environments.one]\n[variables.FILES]\nresource = "bucket"\n')
    project.write(".env.one", "FILES=s3://bucket/a/b\n", mode=0o600)
    lock = update(project, "one").lock
    (found,) = lock.environments["one"].variables.values()
    assert found.spelled == (mark(lock, "s3", "aws", "bucket", "a/b"),)
    assert found.within == tuple(sorted(mark(lock, "s3", "aws", "bucket", prefix) for prefix in ("a", "")))
    assert found.server == (mark(lock, "s3", "aws", "bucket", ""),)


def test_revisions_count_changes_and_the_clock_does_not_matter(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.gmtime", lambda: (2030, 1, 1, 0, 0, 0, 0, 1, 0))
    first = update(shop, "testing").lock.environments["testing"]
    monkeypatch.setattr("time.gmtime", lambda: (2020, 1, 1, 0, 0, 0, 0, 1, 0))  # the clock was set back
    assert update(shop, "testing").lock.environments["testing"] == first
    shop.write(".env.testing", "URL=postgresql://db2.test/shop\n", mode=0o600)
    second = update(shop, "testing").lock.environments["testing"]
    assert (first.revision, first.time) == (1, "2030-01-01T00:00:00Z")
    assert (second.revision, second.time) == (2, "2020-01-01T00:00:00Z")
    assert second.key() > first.key()


def test_an_environment_that_is_no_more_is_left_out(shop: ProjectFolder) -> None:
    update(shop, "testing", "production")
    shop.write(
        "firedoor.toml",
        (shop.root / "firedoor.toml").read_text("utf-8").replace("[environments.testing]\n", ""),
    )
    assert list(update(shop).lock.environments) == ["production"]


@pytest.mark.parametrize("answers", [None, Answers()])
def test_what_was_learned_is_kept_while_the_address_is_the_same(
    shop: ProjectFolder, answers: Answers | None
) -> None:
    learned = Answers(
        resolved={"URL": frozenset({("postgresql", "10.0.0.1", "5432", "shop")})},
        observed={"URL": frozenset({("postgresql", "7", "16384", "shop")})},
        servers={"URL": frozenset({("postgresql", "7")})},
    )
    before = update(shop, "testing", ask=lambda _: learned).lock
    again = None if answers is None else (lambda _: answers)
    assert update(shop, "testing", ask=again).lock == before
    shop.write(".env.testing", "URL=postgresql://db2.test/shop\nKEY=a-key-of-testing\n", mode=0o600)
    moved = update(shop, "testing", ask=again).lock.environments["testing"].variables["URL"]
    assert (moved.resolved, moved.observed, len(moved.server)) == ((), (), 1)


def test_what_is_learned_anew_counts(shop: ProjectFolder) -> None:
    update(shop, "testing", ask=lambda _: Answers(observed={"URL": frozenset({("a",)})}))
    lock = update(shop, "testing", ask=lambda _: Answers(observed={"URL": frozenset({("b",)})})).lock
    assert lock.environments["testing"].variables["URL"].observed == (mark(lock, "b"),)


# --- what is refused ---


def test_what_others_own_is_refused_at_every_level(shop: ProjectFolder) -> None:
    identity = ("postgresql", "7", "16384", "shop")
    update(shop, "production", ask=lambda _: Answers(observed={"URL": frozenset({identity})}))
    (shop.root / ".env.production").unlink()
    for answers in (
        Answers(observed={"URL": frozenset({identity})}),
        Answers(resolved={"URL": frozenset({("postgresql", "db.prod", "5432", "shop")})}),
    ):
        with pytest.raises(ConfigurationError) as refused:
            update(shop, "testing", ask=lambda _, answers=answers: answers)
        assert {problem.code for problem in refused.value.problems} <= {"FD401", "FD408"}
        assert [problem.subject for problem in refused.value.problems] == ["URL"]
    update(shop, "testing", ask=lambda _: Answers(observed={"URL": frozenset({(*identity[:3], "other")})}))


def test_warnings_are_told_and_do_not_stop(shop: ProjectFolder) -> None:
    """Two unprotected environments in one server: a warning."""
    shop.write("firedoor.toml", DECLARATION.replace("protected = true", ""))
    update(shop, "production")
    (shop.root / ".env.production").unlink()
    shop.write(".env.testing", "URL=postgresql://db.prod/other\n", mode=0o600)
    outcome = update(shop, "testing")
    assert [(problem.code, problem.severity) for problem in outcome.problems] == [("FD407", "warning")]
    assert outcome.taken == ["testing"]


def test_everything_wrong_is_told_together(shop: ProjectFolder) -> None:
    update(shop)
    shop.write(".env.testing", "URL=${NOPE}\n", mode=0o600)
    shop.write(".env.production", "KEY=changeme\n", mode=0o600)
    with pytest.raises(ConfigurationError) as refused:
        update(shop, "testing", "production")
    assert {problem.environment for problem in refused.value.problems} == {"testing", "production"}


def test_a_lock_of_another_declaration_is_not_extended(shop: ProjectFolder) -> None:
    update(shop)
    stranger = Lock("shop", b"another salt", (2, 1, 1))
    shop.write("firedoor.lock", text.render(stranger).encode())
    with pytest.raises(ConfigurationError) as refused:
        update(shop, "testing")
    origin = Origin(FILE, "firedoor.lock")
    assert refused.value.problems == (Problem("FD504", subject="firedoor.lock", origin=origin),)


def test_a_missing_lock_is_begun_only_where_none_is_expected(shop: ProjectFolder) -> None:
    update(shop)
    (shop.root / "firedoor.lock").unlink()
    with pytest.raises(ConfigurationError) as refused:
        update(shop, "testing")
    origin = Origin(FILE, "firedoor.lock")
    assert refused.value.problems == (Problem("FD501", subject="firedoor.lock", origin=origin),)
    shop.write("firedoor.toml", DECLARATION)
    assert update(shop, "testing").before is None


def test_nothing_to_merge(shop: ProjectFolder) -> None:
    with pytest.raises(UsageError, match="git knows of no unfinished merge"):
        locking.finish_merge(declared(shop))


# --- faults ---


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_a_kill_at_any_step_leaves_the_old_lock_or_the_new_one(shop: ProjectFolder) -> None:
    update(shop, "testing", "production")
    old = {path.name: path.read_bytes() for path in shop.root.iterdir()}
    shop.write(".env.testing", "URL=postgresql://db2.test/shop\n", mode=0o600)
    wanted = lock_of(shop)
    seen = set()
    for call in range(1, 200):
        (shop.root / "firedoor.lock").write_bytes(old["firedoor.lock"])
        killed = killed_at(call, lambda: update(shop, "testing"))
        found = lock_of(shop)
        assert found.environments["production"] == wanted.environments["production"]
        seen.add(found.environments["testing"].revision)
        locking.current(declared(shop))  # whole, and the one that the declaration names
        if not killed:
            break
    assert call > 8, "the kills reached the writing"
    assert seen == {1, 2}


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_a_kill_while_the_first_lock_is_written_is_never_open(shop: ProjectFolder) -> None:
    """Without the table in the declaration a lock is told (FD511); with it, the lock is there."""
    states = set()
    for call in range(1, 200):
        shop.write("firedoor.toml", DECLARATION)
        (shop.root / "firedoor.lock").unlink(missing_ok=True)
        killed = killed_at(call, lambda: update(shop, "testing", "production"))
        project = declared(shop)
        states.add((locking.current(project) is not None, project.lock is not None))
        update(shop, "testing", "production")  # the next call finishes it
        assert declared(shop).lock == lock_of(shop).id
        if not killed:
            break
    assert states == {(False, False), (True, False), (True, True)}


@posix
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_a_kill_while_a_change_is_accepted_records_it_before_it_counts(shop: ProjectFolder) -> None:
    update(shop, "testing", "production")
    shop.write(
        "firedoor.toml", (shop.root / "firedoor.toml").read_text("utf-8").replace("= true", "= false", 1)
    )
    before = (shop.root / "firedoor.lock").read_bytes()
    seen = set()
    for call in range(1, 400):
        (shop.root / "firedoor.lock").write_bytes(before)
        (shop.root / "firedoor.ledger").unlink(missing_ok=True)
        for left_behind in shop.root.glob(".*.firedoor-tmp"):
            left_behind.unlink()  # the next writer sweeps them when they are an hour old
        options = {"accept": ["environments.production"], "by": "ann", "reason": "a trial"}
        killed = killed_at(call, lambda: update(shop, **options))  # noqa: B023 - called at once
        record = shop.root / "firedoor.ledger"
        lines = record.read_text("utf-8").count("\n") if record.exists() else 0
        accepted = lock_of(shop).accepted
        assert not accepted or lines == 1
        seen.add((lines, accepted))
        if not killed:
            break
    assert seen == {(0, 0), (1, 0), (1, 1)}


def test_lines_of_the_ledger_that_are_gone_are_not_forgotten_by_a_new_lock(shop: ProjectFolder) -> None:
    first = ledger.append(str(shop.root), "stamped", by="ann")
    second = ledger.append(str(shop.root), "stamped", by="ann")
    assert update(shop, "testing", "production").lock.ledger == second.hash
    whole = (shop.root / "firedoor.ledger").read_text("utf-8")
    locked = (shop.root / "firedoor.lock").read_bytes()
    shop.write("firedoor.ledger", whole.splitlines(keepends=True)[0])
    with pytest.raises(ConfigurationError) as refused:
        update(shop, "testing")
    assert [problem.code for problem in refused.value.problems] == ["FD529"]
    assert (shop.root / "firedoor.lock").read_bytes() == locked
    assert ledger.head(str(shop.root)) == first.hash
    shop.write("firedoor.ledger", whole)
    assert update(shop, "testing").lock.ledger == second.hash


def test_of_several_writers_none_is_lost(shop: ProjectFolder) -> None:
    names = [f"stage-{number}" for number in range(8)]
    tables = "".join(f"[environments.{name}]\n" for name in names)
    shop.write(
        "firedoor.toml", DECLARATION.replace("[environments.testing]\n", f"[environments.testing]\n{tables}")
    )
    for name in names:
        shop.write(f".env.{name}", f"KEY=a-key-of-{name}\n", mode=0o600)
    update(shop)
    failed: list[BaseException] = []

    def take(name: str) -> None:
        try:
            update(shop, name)
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=take, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert list(lock_of(shop).environments) == sorted(names)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 512)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk needs root"
)
def test_a_full_disk_keeps_the_old_lock(shop: ProjectFolder) -> None:
    if os.system(f"mount -t tmpfs -o size=32k firedoor {shop.root} 2>/dev/null") != 0:  # noqa: S605 - a command of the test's own
        pytest.skip("this system lets nobody mount")
    try:
        shop.write("firedoor.toml", DECLARATION)
        shop.write(".env.testing", "KEY=a-key-of-testing\n", mode=0o600)
        update(shop, "testing")
        old = (shop.root / "firedoor.lock").read_bytes()
        shop.write(".env.testing", "KEY=another-key-of-testing\n", mode=0o600)
        filler = shop.root / "filler"
        fill(filler)
        with pytest.raises(OSError, match="No space"):
            update(shop, "testing")
        assert (shop.root / "firedoor.lock").read_bytes() == old
        filler.unlink()
        assert update(shop, "testing").lock.environments["testing"].revision == 2
    finally:
        os.system(f"umount {shop.root}")  # noqa: S605 - a command of the test's own


def test_a_folder_that_is_held_by_another_is_waited_for(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = storage.Lock
    monkeypatch.setattr(storage, "Lock", lambda folder: real(folder, timeout=0.1))
    with real(str(shop.root)), pytest.raises(TimeoutError):
        update(shop, "testing")
    assert not (shop.root / "firedoor.lock").exists()


# --- secrets as files ---


def test_what_is_mounted_is_taken_for_one_environment_alone(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("firedoor.toml", f'[files]\nsecrets = "run"\n{DECLARATION}').write(
        "run/KEY", "a-key-that-is-mounted"
    )

    def keys(outcome: locking.Outcome) -> dict[str, tuple[str, ...]]:
        taken = outcome.lock.environments
        return {name: tuple(taken[name].variables["KEY"].spelled) for name in outcome.taken}

    monkeypatch.delenv("APP_ENV", raising=False)
    both = keys(update(shop, "testing", "production"))
    assert both["testing"] != both["production"]  # else one key in two environments would be refused
    alone = keys(update(shop, "production"))
    assert alone["production"] != both["production"]
    monkeypatch.setenv("APP_ENV", "production")
    assert keys(update(shop, "testing", "production")) == {**both, **alone}
