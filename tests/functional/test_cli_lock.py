"""`firedoor lock`, whole outputs: taking, holding, loosening on purpose, merging, and every lock that is refused."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.lock import text
from firedoor.lock.document import Lock

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"

[environments.testing]

[environments.production]
aliases = ["prod"]
protected = true

[variables.DATABASE_URL]
resource = "database"

[variables.JWT_KEY]
resource = "signing-key"
"""
TESTING = (
    "DATABASE_URL=postgresql://tester:sesame-1@db.test.example.org/shop\nJWT_KEY=a-key-for-tests-only-5d81\n"
)
PRODUCTION = "DATABASE_URL=postgresql://shop:sesame-2@db.example.org/shop\nJWT_KEY=hq8Zt3vLw0pXn5KcYb7R\n"
STOLEN = "DATABASE_URL=postgres://x:sesame-3@DB.example.org:5432/shop\nJWT_KEY=hq8Zt3vLw0pXn5KcYb7R\n"
SECRETS = ("sesame", "db.example.org", "hq8Zt3vLw0pXn5KcYb7R", "5d81")


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARATION)
    for name, values in (("testing", TESTING), ("production", PRODUCTION)):
        project.write(f".env.{name}", values, mode=0o600).write(
            f".env.{name}.example", "DATABASE_URL=\nJWT_KEY=\n"
        )
    return project


@pytest.fixture
def locked(shop: ProjectFolder) -> ProjectFolder:
    """The lock is taken of both, and production's file is on another machine."""
    shop.firedoor("lock", "--all", "--offline", code=0)
    (shop.root / ".env.production").unlink()
    return shop


def lock_of(project: ProjectFolder) -> Lock:
    return text.parse((project.root / "firedoor.lock").read_text("utf-8"))


def content(project: ProjectFolder) -> dict[str, bytes]:
    return {name: (project.root / name).read_bytes() for name in ("firedoor.lock", "firedoor.toml")}


# --- taking ---


def test_what_is_taken_and_written(shop: ProjectFolder) -> None:
    result = shop.firedoor("lock", "--all", "--offline", code=0)
    assert result.prints(
        """\
        testing: 2 variables: 2 spelled, 0 resolved, 0 observed
        production: 2 variables: 2 spelled, 0 resolved, 0 observed
        Wrote firedoor.lock, firedoor.toml. Commit them together.
        """
    )
    assert result.stderr == ""
    lock = lock_of(shop)
    declared = (shop.root / "firedoor.toml").read_text("utf-8")
    assert declared == f'{DECLARATION}\n[lock]\nid = "{lock.id}"\n'
    assert (lock.project, lock.accepted, lock.ledger) == ("shop", 0, "")
    assert [(name, taken.revision) for name, taken in lock.environments.items()] == [
        ("production", 1),
        ("testing", 1),
    ]
    written = (shop.root / "firedoor.lock").read_text("utf-8")
    assert not [secret for secret in SECRETS if secret in written]


def test_what_has_not_changed_is_not_written_again(shop: ProjectFolder) -> None:
    shop.firedoor("lock", "--all", "--offline", code=0)
    before = content(shop)
    result = shop.firedoor("lock", "testing", "prod", "--offline", "-q", code=0)
    assert (result.stdout, result.stderr) == ("The lock is up to date.\n", "")
    assert content(shop) == before


def test_one_environment_is_taken_and_the_others_stay(locked: ProjectFolder) -> None:
    before = lock_of(locked)
    locked.write(".env.testing", TESTING.replace("db.test", "db2.test"), mode=0o600)
    result = locked.firedoor("lock", "-e", "testing", "--offline", code=0)
    assert result.stdout == (
        "testing: 2 variables: 2 spelled, 0 resolved, 0 observed\nWrote firedoor.lock. Commit it.\n"
    )
    after = lock_of(locked)
    assert after.environments["production"] == before.environments["production"]
    assert after.environments["testing"].revision == 2
    assert after.environments["testing"] != before.environments["testing"]


def test_json(shop: ProjectFolder) -> None:
    result = shop.firedoor("lock", "testing", "--offline", "--format", "json", code=0)
    lock = lock_of(shop)
    assert json.loads(result.stdout) == {
        "version": 1,
        "id": lock.id,
        "taken": ["testing"],
        "wrote": ["firedoor.lock", "firedoor.toml"],
        "environments": {
            "testing": {
                "revision": 1,
                "time": lock.environments["testing"].time,
                "variables": ["DATABASE_URL", "JWT_KEY"],
            }
        },
    }


def test_a_declaration_in_pyproject_is_told_too(project: ProjectFolder) -> None:
    project.write("pyproject.toml", '[project]\nname = "x"\n\n[tool.firedoor.environments.testing]')
    project.write(".env.testing", "A=1\n", mode=0o600)
    assert project.firedoor("lock", code=0).stdout == (
        "Wrote firedoor.lock, pyproject.toml. Commit them together.\n"
    )
    declared = (project.root / "pyproject.toml").read_text("utf-8")
    assert declared.endswith(f'testing]\n\n[tool.firedoor.lock]\nid = "{lock_of(project).id}"\n')
    project.firedoor("check", "testing", code=0)


def test_a_declaration_that_cannot_be_extended_is_left_and_the_lines_are_shown(
    project: ProjectFolder,
) -> None:
    declared = "lock = {}\n[environments.testing]\n"
    project.write("firedoor.toml", declared)
    result = project.firedoor("lock", code=0)
    assert result.stdout == "Wrote firedoor.lock. Commit it.\n"
    assert result.stderr == (
        "Add these lines to the declaration; nothing else would miss the lock:\n"
        f'[lock]\nid = "{lock_of(project).id}"\n'
    )
    assert (project.root / "firedoor.toml").read_text("utf-8") == declared


def test_an_environment_that_breaks_rules_is_not_taken(shop: ProjectFolder) -> None:
    shop.write(".env.testing", STOLEN, mode=0o600)
    result = shop.firedoor("lock", "--all", "--offline", code=1)
    assert result.stdout == ""
    assert result.stderr.count("FD401") == 2
    assert not (shop.root / "firedoor.lock").exists()
    assert (shop.root / "firedoor.toml").read_text("utf-8") == DECLARATION


def test_what_another_environment_owns_is_not_taken(locked: ProjectFolder) -> None:
    before = content(locked)
    locked.write(".env.testing", STOLEN, mode=0o600)
    result = locked.firedoor("lock", "-e", "testing", "--offline", code=1)
    assert (
        "DATABASE_URL of testing leads to the same database as DATABASE_URL of production." in result.stderr
    )
    assert "JWT_KEY of testing is the same signing-key as JWT_KEY of production." in result.stderr
    assert content(locked) == before
    assert not [secret for secret in SECRETS if secret in result.everything]


def test_two_environments_may_change_places(shop: ProjectFolder) -> None:
    shop.firedoor("lock", "--all", "--offline", code=0)
    shop.write(".env.testing", PRODUCTION, mode=0o600).write(".env.production", TESTING, mode=0o600)
    shop.firedoor("lock", "--all", "--offline", code=0)
    shop.firedoor("check", "--all", code=0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--all", "testing"), "lock: name environments or say --all, not both"),
        (("staging",), "lock: no environment is called 'staging'; there are testing, production"),
        (("--accept", "x"), "lock: --accept needs --reason TEXT, which the ledger keeps"),
        (("--accept", "x", "--reason", " "), "lock: --accept needs --reason TEXT, which the ledger keeps"),
        (("--reason", "x"), "lock: --reason belongs to --accept NAME"),
        (
            ("--accept", "x", "--reason", "y"),
            "lock --accept x: there is no such change; there is: nothing was loosened",
        ),
        (("--merge",), "lock --merge: git knows of no unfinished merge in firedoor.lock"),
        (("--format", "xml"), "--format xml: not known here; use text, json"),
    ],
    ids=" ".join,
)
def test_wrong_calls(locked: ProjectFolder, arguments: tuple[str, ...], said: str) -> None:
    before = content(locked)
    result = locked.firedoor("lock", *arguments, code=2)
    assert (result.stdout, result.stderr) == ("", f"firedoor: {said}\n")
    assert content(locked) == before


# --- holding, on a machine without production's file ---


@pytest.mark.requirement("A8", "A9", "C4")
def test_production_is_refused_where_its_secrets_are_not(locked: ProjectFolder) -> None:
    locked.write(".env.testing", STOLEN, mode=0o600)
    expected = """\
        testing
          error  FD401  .env.testing:1:1  DATABASE_URL
            DATABASE_URL of testing leads to the same database as DATABASE_URL of production.
            do: Give testing a database of its own. This one comes from .env.testing:1:1.

          error  FD402  .env.testing:2:1  JWT_KEY
            JWT_KEY of testing is the same signing-key as JWT_KEY of production.
            do: Make a new one for testing. This one comes from .env.testing:2:1.

        2 errors in testing
        """
    for _ in range(2):  # a refusal is not remembered as anything else
        assert locked.firedoor("run", "-e", "testing", "--", "true", code=1).prints(expected, stream="stderr")
    assert locked.firedoor("check", "testing", code=1).prints(expected)


def test_control_the_own_values_pass_every_time(locked: ProjectFolder) -> None:
    for _ in range(3):
        result = locked.firedoor("run", "-e", "testing", "--", "echo", "started", code=0)
        assert (result.stdout, result.stderr) == ("started\n", "")
    assert (
        locked.firedoor("check", "testing", code=0).stdout == "testing holds: 2 variables from .env.testing\n"
    )


def test_the_shell_does_not_get_past_it(locked: ProjectFolder) -> None:
    stolen = {"DATABASE_URL": "postgresql://db.example.org/shop"}
    result = locked.firedoor("run", "-e", "testing", "--", "true", env=stolen, code=1)
    assert "FD401" in result.stderr


def test_loading_refuses_as_running_does(locked: ProjectFolder) -> None:
    program = "import firedoor; firedoor.load(environment='testing'); print('loaded')"
    assert locked.run(sys.executable, "-c", program).stdout == "loaded\n"
    locked.write(".env.testing", STOLEN, mode=0o600)
    refused = locked.run(sys.executable, "-c", program)
    assert refused.code == 1
    assert "FD401" in refused.stderr
    assert not [secret for secret in SECRETS if secret in refused.everything]


def test_what_both_say_is_told_once(shop: ProjectFolder) -> None:
    shop.firedoor("lock", "--all", "--offline", code=0)
    shop.write(".env.testing", STOLEN, mode=0o600)
    result = shop.firedoor("check", "testing", code=1)
    assert (result.stdout.count("FD401"), result.stdout.count("FD402")) == (1, 1)


def test_a_protected_environment_is_held_to_its_lock(shop: ProjectFolder) -> None:
    shop.firedoor("lock", "--all", "--offline", code=0)
    moved = (
        PRODUCTION.replace("db.example.org", "db2.example.org")
        .replace("YB7R", "x")
        .replace("hq8Z", "changed-")
    )
    shop.write(".env.production", moved, mode=0o600)
    assert shop.firedoor("run", "-e", "production", "--", "true", code=1).prints(
        """\
        production
          error    FD510  .env.production:1:1  DATABASE_URL
            DATABASE_URL of production leads to something else than the lock says.
            do: If DATABASE_URL is wrong, mend it: .env.production:1:1. If it was changed on purpose, run
                `firedoor lock -e production` here and commit firedoor.lock.

          warning  FD510  .env.production:2:1  JWT_KEY
            JWT_KEY of production leads to something else than the lock says.
            do: If JWT_KEY is wrong, mend it: .env.production:2:1. If it was changed on purpose, run
                `firedoor lock -e production` here and commit firedoor.lock.

        1 error, 1 warning in production
        """,
        stream="stderr",
    )
    shop.firedoor("lock", "production", "--offline", code=0)
    shop.firedoor("run", "-e", "production", "--", "true", code=0)


def test_control_in_an_open_environment_every_laptop_has_its_own(locked: ProjectFolder) -> None:
    locked.write(".env.testing", TESTING.replace("db.test", "localhost.test"), mode=0o600)
    locked.firedoor("run", "-e", "testing", "--", "true", code=0)


def test_a_protected_environment_that_was_never_taken(shop: ProjectFolder) -> None:
    shop.firedoor("lock", "testing", "--offline", code=0)
    assert shop.firedoor("run", "-e", "testing", "--", "true", code=1).prints(
        """\
        whole project
          error  FD507  firedoor.lock  production
            The lock does not hold what production owns.
            do: Run `firedoor lock -e production` where its secrets are (its deployment, or a machine that
                may read them) and commit firedoor.lock.

        1 error
        """,
        stream="stderr",
    )


# --- the declaration changes ---


def test_a_newer_declaration_needs_a_newer_lock_and_no_secrets(locked: ProjectFolder) -> None:
    declared = (locked.root / "firedoor.toml").read_text("utf-8")
    locked.write("firedoor.toml", declared + '\n[variables.CACHE_URL]\nresource = "cache"\n')
    assert locked.firedoor("run", "-e", "testing", "--", "true", code=1).prints(
        """\
        whole project
          error    FD505  firedoor.lock
            firedoor.lock is older than the declaration. It does not know yet: variables.CACHE_URL.owned.
            do: Run `firedoor lock` and commit firedoor.lock. It needs nobody's secrets.

          warning  FD507  firedoor.lock  production
            The lock does not hold CACHE_URL of production.
            do: Run `firedoor lock -e production` where its secrets are (its deployment, or a machine that
                may read them) and commit firedoor.lock.

        1 error, 1 warning
        """,
        stream="stderr",
    )
    assert locked.firedoor("lock", code=0).stdout == "Wrote firedoor.lock. Commit it.\n"
    result = locked.firedoor("run", "-e", "testing", "--", "true", code=0)
    assert "FD507" in result.stderr


def test_unprotecting_production_is_an_act_of_its_own(locked: ProjectFolder) -> None:
    declared = (locked.root / "firedoor.toml").read_text("utf-8")
    locked.write("firedoor.toml", declared.replace("protected = true", "protected = false"))
    before = content(locked)
    for refused in (("check", "testing"), ("lock",), ("lock", "testing", "--offline")):
        assert locked.firedoor(*refused, code=1).everything.count("FD506") == 1
    assert content(locked) == before
    assert not (locked.root / "firedoor.ledger").exists()
    accepted = ("lock", "--accept", "environments.production.protected", "--reason", "a trial", "--by", "ann")
    assert locked.firedoor(*accepted, code=0).stdout == (
        "Wrote firedoor.ledger, firedoor.lock. Commit them together.\n"
    )
    assert lock_of(locked).accepted == 1
    (event,) = [
        json.loads(line) for line in (locked.root / "firedoor.ledger").read_text("utf-8").splitlines()
    ]
    assert {key: event[key] for key in ("by", "event", "resource", "reason", "facts")} == {
        "by": "ann",
        "event": "accepted",
        "resource": "environments.production.protected",
        "reason": "a trial",
        "facts": {"pinned": "true", "declared": "false"},
    }
    assert lock_of(locked).ledger == event["hash"]
    locked.firedoor("check", "testing", code=0)


def test_all_that_guards_less_must_be_named(locked: ProjectFolder) -> None:
    declared = (locked.root / "firedoor.toml").read_text("utf-8")
    loosened = declared.replace('"database"', '"database"\nshared = ["testing"]\noverridable = true')
    locked.write("firedoor.toml", loosened)
    partly = ("lock", "--accept", "variables.DATABASE_URL.shared", "--reason", "a trial")
    left = locked.firedoor(*partly, code=1).stderr
    assert (left.count("FD506"), "variables.DATABASE_URL.overridable" in left) == (1, True)
    assert not (locked.root / "firedoor.ledger").exists()
    both = "variables.DATABASE_URL.shared,variables.DATABASE_URL.overridable"
    locked.firedoor("lock", "--accept", both, "--reason", "a trial", code=0)
    assert (locked.root / "firedoor.ledger").read_text("utf-8").count("\n") == 2


def test_a_table_is_named_whole_and_never_all_tables(locked: ProjectFolder) -> None:
    declared = (locked.root / "firedoor.toml").read_text("utf-8")
    locked.write(
        "firedoor.toml", declared.replace('"database"', '"database"\nshared = true\noverridable = true')
    )
    for name in ("variables", "variables.DATABASE", "variables.DATABASE_URL.over"):
        result = locked.firedoor("lock", "--accept", name, "--reason", "a trial", code=2)
        assert (
            f"lock --accept {name}: there is no such change; there is: variables.DATABASE_URL.overridable,"
            in (result.stderr)
        )
    locked.firedoor("lock", "--accept", "variables.DATABASE_URL", "--reason", "a trial", code=0)


# --- locks that are none ---


def refused(locked: ProjectFolder) -> str:
    """What every command that the lock guards says, the same for all."""
    said = {
        locked.firedoor("run", "-e", "testing", "--", "true", code=1).stderr,
        locked.firedoor("check", "testing", code=1).stdout,
        locked.firedoor("lock", "testing", "--offline", code=1).stderr,
    }
    assert len(said) == 1
    return said.pop()


def test_a_lock_that_is_gone(locked: ProjectFolder) -> None:
    (locked.root / "firedoor.lock").unlink()
    assert refused(locked) == (
        "whole project\n"
        "  error  FD501  firedoor.lock\n"
        "    firedoor.lock is missing, and the declaration expects it.\n"
        "    do: Take firedoor.lock back from version control: `git checkout -- firedoor.lock`. If the lock\n"
        "        on the branch is the broken one, take the last good one from its history. If there never was\n"
        "        one, remove the `[lock]` table of the declaration and run `firedoor lock --all`.\n"
        "\n"
        "1 error\n"
    )


@pytest.mark.parametrize(
    ("damage", "code", "place", "said"),
    [
        (lambda data: data[:-30], "FD503", "firedoor.lock", "it is not as it was written"),
        (lambda data: data[: len(data) // 2], "FD503", "firedoor.lock", "its end is missing"),
        (lambda _: b"", "FD503", "firedoor.lock", "its end is missing"),
        (
            lambda data: data.replace(b"revision = 1", b"revision = 2"),
            "FD503",
            "firedoor.lock",
            "as it was written",
        ),
        (lambda data: b"\xff" + data, "FD503", "firedoor.lock:1:1", "it is not UTF-8"),
        (
            lambda data: b"<<<<<<< HEAD\n" + data,
            "FD502",
            "firedoor.lock:1:1",
            "firedoor lock --merge",
        ),
    ],
)
def test_a_lock_that_is_not_whole(
    locked: ProjectFolder, damage: object, code: str, place: str, said: str
) -> None:
    path = locked.root / "firedoor.lock"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator] # one of the functions above
    told = refused(locked)
    assert f"error  {code}  {place}" in told
    assert said in " ".join(told.split())


def test_a_lock_that_cannot_be_read(locked: ProjectFolder) -> None:
    (locked.root / "firedoor.lock").unlink()
    (locked.root / "firedoor.lock").mkdir()
    assert "firedoor.lock is no whole lock: it is not a regular file." in refused(locked)


def test_another_lock_than_the_expected(locked: ProjectFolder) -> None:
    stranger = Lock("shop", b"another salt", (4096, 11, 1), pins=lock_of(locked).pins)
    locked.write("firedoor.lock", text.render(stranger).encode())
    assert "FD504" in refused(locked)


def test_a_lock_whose_fingerprints_are_cheap(locked: ProjectFolder) -> None:
    lock = lock_of(locked)
    lock.cost = (2, 1, 1)
    locked.write("firedoor.lock", text.render(lock).encode())
    assert "cheaper to guess" in " ".join(refused(locked).split())


def test_a_lock_that_is_not_expected_is_used_and_told(locked: ProjectFolder) -> None:
    locked.write("firedoor.toml", DECLARATION)
    result = locked.firedoor("check", "testing", code=0)
    assert "warning  FD511  firedoor.lock\n" in result.stdout
    locked.write(".env.testing", STOLEN, mode=0o600)
    locked.firedoor("run", "-e", "testing", "--", "true", code=1)


# --- merging ---


def branch(project: ProjectFolder, name: str, environment: str, values: str) -> None:
    project.git("checkout", "-q", "-b", name, "start")
    project.write(f".env.{environment}", values, mode=0o600)
    project.firedoor("lock", environment, "--offline", code=0)
    project.git("commit", "-qam", name)


def test_a_merge_that_git_cannot_finish_is_finished(shop: ProjectFolder) -> None:
    shop.write(".gitignore", ".env.*\n").git("init", "-q").firedoor("lock", "--all", "--offline", code=0)
    shop.git("add", "firedoor.toml", "firedoor.lock", ".gitignore").git("commit", "-qm", "start").git(
        "tag", "start"
    )
    branch(shop, "one", "testing", TESTING.replace("db.test", "db2.test"))
    branch(shop, "two", "production", PRODUCTION.replace("db.example", "db2.example"))
    shop.run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "merge", "-q", "one")
    assert "FD502" in shop.firedoor("check", "testing", code=1).stdout
    assert shop.firedoor("lock", "--merge", code=0).stdout == "Wrote firedoor.lock. Commit it.\n"
    merged = lock_of(shop)
    assert {name: taken.revision for name, taken in merged.environments.items()} == {
        "production": 2,
        "testing": 2,
    }
    shop.firedoor("check", "--all", code=0)


def test_a_merge_with_a_foreign_lock_is_refused(shop: ProjectFolder) -> None:
    shop.write(".gitignore", ".env.*\n").write("base", "").git("init", "-q").git("add", ".")
    shop.git("commit", "-qm", "start").git("tag", "start")
    shop.firedoor("lock", "--all", "--offline", code=0)
    shop.git("add", "firedoor.lock").git("commit", "-qm", "one").git("checkout", "-q", "-b", "two", "start")
    shop.write("firedoor.toml", DECLARATION)
    (shop.root / "firedoor.lock").unlink(missing_ok=True)
    shop.firedoor("lock", "--all", "--offline", code=0)
    shop.git("add", "firedoor.lock").git("commit", "-qm", "two")
    shop.run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "merge", "-q", "-")
    before = (shop.root / "firedoor.lock").read_bytes()
    assert "FD504" in shop.firedoor("lock", "--merge", code=1).stderr
    assert (shop.root / "firedoor.lock").read_bytes() == before
