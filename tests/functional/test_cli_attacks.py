"""Ways into another environment that were tried on real tools, each beside its legitimate twin, which must pass.

What needs only files and variables stands in tests/scenarios/table.py; here is what needs links, pipes, odd
environment blocks, planted folders and runs inside runs.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from support.block import firedoor_with_block
from support.project import ProjectFolder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and execve are POSIX's")

DECLARATION = """\
[project]
name = "shop"
selector = ["APP_ENV"]

[environments.development]
aliases = ["dev"]
[environments.testing]
[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
required = true
[variables.SECRET_KEY]
secret = true
[variables.DEBUG]
type = "bool"
"""
STARTED = ("sh", "-c", 'echo "$APP_ENV $DATABASE_URL"')


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.git("init", "-q").write("firedoor.toml", DECLARATION)
    for name in ("development", "testing", "production"):
        project.write(
            f".env.{name}", f"DATABASE_URL=sqlite:///{name}.db\nSECRET_KEY={name}-8f1c2d\n", mode=0o600
        )
    return project


def codes(text: str) -> list[str]:
    return re.findall(r"\bFD\d{3}\b", text)


# --- the environment block ---


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows the block")
@pytest.mark.parametrize(
    ("block", "code"),
    [
        (["APP_ENV=testing", "APP_ENV=production"], "FD104"),
        (["APP_ENV=production", "APP_ENV=testing"], "FD104"),
        (["APP_ENV=testing", "APP_ENV=testing"], "FD104"),
        (
            ["APP_ENV=testing", "DATABASE_URL=sqlite:///testing.db", "DATABASE_URL=sqlite:///production.db"],
            "FD309",
        ),
    ],
)
def test_a_name_twice_in_the_block_is_refused(shop: ProjectFolder, block: list[str], code: str) -> None:
    refused = firedoor_with_block(shop, "run", "--", *STARTED, block=block)
    assert (refused.code, refused.stdout, code in codes(refused.stderr)) == (1, "", True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows the block")
@pytest.mark.parametrize(
    "block",
    [
        ["APP_ENV=testing"],
        ["APP_ENV=testing", "LESS=-R", "LESS=-X"],  # concerns nobody here
        ["APP_ENV=testing", "APP_ENV"],  # no assignment: no program sees it
        ["APP_ENV=testing", "=nameless", "=twice"],  # could be given to no program, so it is dropped
    ],
)
def test_an_odd_block_that_says_one_thing_is_no_problem(shop: ProjectFolder, block: list[str]) -> None:
    started = firedoor_with_block(shop, "run", "--", *STARTED, block=block)
    assert (started.code, started.stdout) == (0, "testing sqlite:///testing.db\n"), started.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows the block")
def test_an_explicit_choice_makes_the_block_clean(shop: ProjectFolder) -> None:
    block = ["APP_ENV=production", "APP_ENV=development"]
    started = firedoor_with_block(shop, "run", "-e", "testing", "--", "/usr/bin/env", block=block)
    assert started.code == 0, started.stderr
    assert [line for line in started.stdout.splitlines() if line.startswith("APP_ENV")] == ["APP_ENV=testing"]


# --- files that are not what their name says ---


def test_a_link_to_production_s_file_is_production(shop: ProjectFolder) -> None:
    (shop.root / ".env.testing").unlink()
    (shop.root / ".env.testing").symlink_to(".env.production")
    refused = shop.firedoor("run", "-e", "testing", "--", *STARTED, code=1)
    assert (refused.stdout, codes(refused.stderr)) == ("", ["FD401", "FD402"])


def test_a_link_to_production_s_file_that_names_itself(shop: ProjectFolder) -> None:
    shop.write("firedoor.toml", "[environments.testing]\n[environments.production]\nprotected = true\n")
    (shop.root / ".env.testing").unlink()
    (shop.root / ".env.testing").symlink_to(".env.production")
    shop.write(".env.production", "APP_ENV=production\nCOLOUR=red\n")
    refused = shop.firedoor("run", "-e", "testing", "--", *STARTED, code=1)
    assert (refused.stdout, codes(refused.stderr)) == ("", ["FD204"])


def test_a_link_to_a_file_of_its_own_is_fine(shop: ProjectFolder) -> None:
    (shop.root / ".env.testing").rename(shop.root / "shared-folder.env")
    (shop.root / ".env.testing").symlink_to("shared-folder.env")
    assert (
        shop.firedoor("run", "-e", "testing", "--", *STARTED, code=0).stdout
        == "testing sqlite:///testing.db\n"
    )


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
@pytest.mark.parametrize(("name", "chooses"), [(".env.testing", ("-e", "testing")), (".env", ())])
def test_what_is_no_file_neither_blocks_nor_chooses(
    shop: ProjectFolder, make: object, name: str, chooses: tuple[str, ...]
) -> None:
    assert callable(make)
    target = shop.root / name
    if target.exists():
        target.unlink()
    make(target)
    refused = shop.firedoor("run", *chooses, "--", *STARTED, code=1)
    assert (refused.stdout, codes(refused.stderr)) == ("", ["FD206"])


@pytest.mark.parametrize(
    ("target", "code"), [("nowhere", "FD205"), (".env.testing", "FD205"), ("/dev/zero", "FD206")]
)
def test_links_to_nothing_to_themselves_and_to_endless_devices(
    shop: ProjectFolder, target: str, code: str
) -> None:
    link = shop.root / ".env.testing"
    link.unlink()
    link.symlink_to(target)
    refused = shop.firedoor("run", "-e", "testing", "--", *STARTED, code=1)
    assert (refused.stdout, codes(refused.stderr)) == ("", [code])


def test_a_dangling_link_is_no_reason_to_fall_back(shop: ProjectFolder) -> None:
    """A3: only a file that is not there at all may be stood in for."""
    (shop.root / ".env.testing").unlink()
    shop.write(".env", "DATABASE_URL=sqlite:///fallback.db\n")
    fallen = shop.firedoor("run", "-e", "testing", "--", *STARTED, code=0)
    assert (fallen.stdout, codes(fallen.stderr)) == ("testing sqlite:///fallback.db\n", ["FD202"])
    (shop.root / ".env.testing").symlink_to("gone")
    assert shop.firedoor("run", "-e", "testing", "--", *STARTED, code=1).stdout == ""


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///./data/../production.db",
        "sqlite:////proc/self/root{root}/production.db",
        "sqlite:///hard.db",
        "sqlite:///soft.db",
        "sqlite+aiosqlite:///{root}/production.db",
        "sqlite:///file:%70roduction.db?mode=rw&uri=true",
        "sqlite:///production.db?timeout=5",
    ],
)
def test_production_s_sqlite_file_by_any_path(shop: ProjectFolder, url: str) -> None:
    if url.startswith("sqlite:////proc") and not os.path.isdir("/proc/self/root"):
        pytest.skip("no /proc here")
    shop.write("production.db", "").write("data/keep", "")
    os.link(shop.root / "production.db", shop.root / "hard.db")
    (shop.root / "soft.db").symlink_to("production.db")
    shop.write(".env.testing", f"DATABASE_URL={url.format(root=shop.root)}\n")
    refused = shop.firedoor("run", "-e", "testing", "--", *STARTED, code=1)
    assert (refused.stdout, codes(refused.stderr)) == ("", ["FD401"])


def test_a_copy_of_production_s_sqlite_file_is_another_file(shop: ProjectFolder) -> None:
    shop.write("production.db", "rows").write("testing.db", "rows")
    assert (
        shop.firedoor("run", "-e", "testing", "--", *STARTED, code=0).stdout
        == "testing sqlite:///testing.db\n"
    )


# --- the shell ---


def test_other_spellings_of_a_variable_do_not_reach_the_command(shop: ProjectFolder) -> None:
    """Settings classes that ignore case read whichever spelling stands last."""
    exported = {
        "database_url": "sqlite:///elsewhere.db",
        "Database_Url": "sqlite:///elsewhere.db",
        "editor_colour": "red",
    }
    started = shop.firedoor("run", "-e", "testing", "--", "/usr/bin/env", env=exported, code=0)
    child = dict(line.split("=", 1) for line in started.stdout.splitlines() if "=" in line)
    assert {name for name in child if name.upper() == "DATABASE_URL"} == {"DATABASE_URL"}
    assert (child["DATABASE_URL"], child["editor_colour"]) == ("sqlite:///testing.db", "red")
    assert "not passed on: Database_Url, database_url" in started.stderr


def test_variables_that_redirect_a_client_do_not_reach_the_command(shop: ProjectFolder) -> None:
    shop.write(".env.testing", "DATABASE_URL=postgresql:///shop_test\n")
    exported = {
        "PGHOST": "127.0.0.2",
        "PGHOSTADDR": "127.0.0.2",
        "PGSERVICE": "prod",
        "PGSERVICEFILE": "/p",
        "PGDATABASE": "prod",
    }
    started = shop.firedoor("run", "-e", "testing", "--", "/usr/bin/env", env=exported, code=0)
    assert "PG" not in started.stdout
    assert "PGDATABASE, PGHOST, PGHOSTADDR, PGSERVICE, PGSERVICEFILE" in started.stderr
    shop.write("firedoor.toml", DECLARATION + "[variables.PGHOST]\n[variables.PGDATABASE]\n")
    declared = shop.firedoor("run", "-e", "testing", "--", "/usr/bin/env", env=exported, code=0)
    assert "PGHOST=127.0.0.2\n" in declared.stdout


def test_production_s_value_under_another_name_does_not_reach_the_command(shop: ProjectFolder) -> None:
    exported = {"REPLICA_URL": "sqlite:///production.db", "HARMLESS": "sqlite:///somewhere.db"}
    started = shop.firedoor("run", "-e", "testing", "--", "/usr/bin/env", env=exported, code=0)
    assert ("REPLICA_URL" in started.stdout, "HARMLESS" in started.stdout) == (False, True)
    assert codes(started.stderr) == ["FD404"]


def test_a_run_inside_a_run(shop: ProjectFolder) -> None:
    """The outer run's variables are the inner one's shell: the same environment passes, another one is refused."""
    inner = (sys.executable, "-m", "firedoor", "run")
    same = shop.firedoor("run", "-e", "testing", "--", *inner, "--", *STARTED, code=0)
    assert same.stdout == "testing sqlite:///testing.db\n"
    named = shop.firedoor("run", "-e", "testing", "--", *inner, "-e", "testing", "--", *STARTED, code=0)
    assert named.stdout == "testing sqlite:///testing.db\n"
    for outer, other in (("production", "testing"), ("testing", "production"), ("dev", "testing")):
        refused = shop.firedoor("run", "-e", outer, "--", *inner, "-e", other, "--", *STARTED, code=1)
        assert refused.stdout == ""
        assert "FD401" in codes(refused.stderr)


def test_the_known_limit_an_assignment_behind_the_command(shop: ProjectFolder) -> None:
    """What the command itself changes afterwards is its own: firedoor judged what it gave."""
    started = shop.firedoor(
        "run", "-e", "testing", "--", "env", "DATABASE_URL=sqlite:///production.db", *STARTED, code=0
    )
    assert started.stdout == "testing sqlite:///production.db\n"


# --- folders ---


def test_a_misspelt_folder_is_not_the_project_above_it(shop: ProjectFolder) -> None:
    shop.write("services/pay/keep", "")
    assert shop.firedoor("-C", "services/pay", "run", "-e", "testing", "--", *STARTED, code=0).stdout != ""
    for folder in ("services/pya", ".env.testing", ""):
        refused = shop.firedoor("-C", folder, "run", "-e", "testing", "--", *STARTED, code=2)
        assert (refused.stdout, refused.stderr) == ("", f"firedoor: -C {folder!r}: there is no such folder\n")


def test_the_command_starts_in_the_folder_that_was_named(shop: ProjectFolder) -> None:
    shop.write("services/pay/keep", "")
    here = shop.firedoor("run", "-C", "services/pay", "-e", "testing", "--", "pwd", "-P", code=0)
    assert here.stdout == f"{os.path.realpath(shop.root)}/services/pay\n"


def _plant(folder: Path, mode: int) -> ProjectFolder:
    shared = ProjectFolder(folder)
    shared.write("firedoor.toml", '[environments.testing]\n[files]\nfallback = "process"\n').write(
        "mine/keep", ""
    )
    folder.chmod(mode)
    return ProjectFolder(folder / "mine")


def test_a_shared_folder_declares_nothing_for_what_is_in_it(tmp_path: Path) -> None:
    mine = _plant(tmp_path / "shared", 0o1777)
    refused = mine.firedoor("run", "-e", "testing", "--", "echo", "started", code=2)
    assert (refused.stdout, codes(refused.stderr)) == ("", ["FD001"])
    own = _plant(tmp_path / "own", 0o755)
    assert own.firedoor("run", "-q", "-e", "testing", "--", "echo", "started", code=0).stdout == "started\n"


def test_a_planted_repository_declares_nothing_either(tmp_path: Path) -> None:
    mine = _plant(tmp_path / "shared", 0o1777)
    (tmp_path / "shared" / ".git").mkdir()
    assert mine.firedoor("run", "-e", "testing", "--", "echo", "started", code=2).stdout == ""


@pytest.mark.parametrize("alias", ["../elsewhere", "a b", "$(touch x)", "-e", "\\u001b[31m"])
def test_an_alias_is_a_name(project: ProjectFolder, alias: str) -> None:
    project.write("firedoor.toml", f'[environments.testing]\naliases = ["{alias}"]\n')
    refused = project.firedoor("check", "testing", code=2)
    assert codes(refused.everything) == ["FD004"]


@pytest.mark.parametrize("template", ["../{env}.env", "/etc/{env}", "a/../../{env}"])
def test_a_template_leads_nowhere_outside(shop: ProjectFolder, template: str) -> None:
    shop.write("firedoor.toml", DECLARATION + f'[files]\ntemplates = ["{template}"]\n')
    assert codes(shop.firedoor("check", "--all", code=2).everything) == ["FD004"]


@pytest.mark.parametrize("name", ["../production", "a/b", "-e", "a b", ""])
def test_an_environment_s_name_is_no_path_and_no_option(project: ProjectFolder, name: str) -> None:
    project.write("firedoor.toml", f'[environments."{name}"]\n')
    assert codes(project.firedoor("check", "--all", code=2).everything) == ["FD004"]


# --- the cache of declarations ---


def test_a_forged_cache_is_not_believed(shop: ProjectFolder, tmp_path: Path) -> None:
    exported = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    protected = DECLARATION.replace(
        "protected = true", "protected = true\n[environments.production.require]\nDEBUG = false"
    )
    shop.write("firedoor.toml", protected)
    assert shop.firedoor("run", "-e", "production", "--", *STARTED, env=exported, code=1).stdout == ""
    (entry,) = (tmp_path / "cache" / "firedoor").iterdir()
    harmless = shop.write("firedoor.toml", DECLARATION)
    assert harmless.firedoor("run", "-e", "production", "--", *STARTED, env=exported, code=0).stdout != ""
    forged = entry.read_bytes()
    shop.write("firedoor.toml", protected)
    for content in (forged, forged[:-9], b"", forged[:16] + b"\0" * 40):
        entry.write_bytes(content)
        assert shop.firedoor("run", "-e", "production", "--", *STARTED, env=exported, code=1).stdout == ""
    entry.unlink()
    entry.symlink_to(tmp_path / "nowhere")
    assert shop.firedoor("run", "-e", "production", "--", *STARTED, env=exported, code=1).stdout == ""


def test_a_cache_that_others_may_write_is_not_read(shop: ProjectFolder, tmp_path: Path) -> None:
    """The control: with a folder of the user's own the same entry is what makes the second run quick."""
    exported = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    watch = "import sys; from firedoor import declaration; declaration.load(); print('firedoor.schema' in sys.modules)"
    compiled = [shop.run(sys.executable, "-c", watch, env=exported).stdout for _ in range(2)]
    assert compiled == ["True\n", "False\n"]
    (tmp_path / "cache" / "firedoor").chmod(0o777)
    assert shop.run(sys.executable, "-c", watch, env=exported).stdout == "True\n"
