"""`firedoor run` may import few modules: each one more is a price that every start of every command pays."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.project import ProjectFolder

# What the standard library may add to a bare interpreter: built in, or free as measured.
STANDARD = {"_blake2", "errno", "gc", "marshal", "time", "zlib"}

# What of firedoor `run` needs when nothing is wrong.
HOT = {
    "firedoor",
    "firedoor.boundary",
    "firedoor.child_environment",
    "firedoor.cli",
    "firedoor.client_variables",
    "firedoor.cli.arguments",
    "firedoor.cli.run",
    "firedoor.compiled_cache",
    "firedoor.declaration",
    "firedoor.dotenv",
    "firedoor.environment",
    "firedoor.errors",
    "firedoor.fingerprint",
    "firedoor.foreign",
    "firedoor.interpolation",
    "firedoor.isolation",
    "firedoor.key_shapes",
    "firedoor.live_key",
    "firedoor.origin",
    "firedoor.problem",
    "firedoor.process",
    "firedoor.reading",
    "firedoor.resolution",
    "firedoor.resolve",
    "firedoor.resources",
    "firedoor.resources.families",
    "firedoor.resources.host",
    "firedoor.resources.postgresql",
    "firedoor.resources.token",
    "firedoor.resources.unknown",
    "firedoor.resources.url",
    "firedoor.resources.where",
    "firedoor.rules",
    "firedoor.rules.ambient",
    "firedoor.rules.files",
    "firedoor.rules.launch",
    "firedoor.rules.values",
    "firedoor.secret",
    "firedoor.selection",
    "firedoor.sources",
    "firedoor.typed_text",
}

COMPARING = {
    "firedoor.foreign",
    "firedoor.isolation",
    "firedoor.resolution",
    *(name for name in HOT if name.startswith("firedoor.resources")),
}
# What a lock adds where nothing was refused and nothing is new.
LOCKED = {"firedoor.lock", "firedoor.lock.holdings", "firedoor.lock.judgement", "firedoor.lock.verdicts"}

DECLARATION = """\
[project]
name = "shop"
selector = ["APP_ENV"]

[environments.development]
aliases = ["dev"]
[environments.testing]
[environments.staging]
[environments.production]
protected = true
[environments.production.require]
DEBUG = false

[variables.DATABASE_URL]
resource = "database"
required = true
[variables.SIGNING_KEY]
secret = true
[variables.DEBUG]
type = "bool"
[variables.WORKERS]
type = "int"
[variables.RATE]
type = "float"
[variables.ADDRESS]
type = "url"
[variables.LOG_LEVEL]
type = "enum"
values = ["DEBUG", "INFO"]
[variables.LIST]
type = "list"
[variables.HERE]
type = "path"
"""

# Runs the command line in this process, and instead of becoming the child says what was imported on the way.
WATCH = """\
import sys
before = set(sys.modules)
import os
def become(*_):
    print("\\n".join(sorted(set(sys.modules) - before)))
    sys.stdout.flush()
    os._exit(0)
os.execve = os.execv = become
from firedoor.cli import main
sys.exit(main(sys.argv[1:]))
"""


def values(environment: str) -> str:
    return f"""\
        # Quotes, references and types: every common construct is on the way.
        APP_ENV={environment}
        DB_HOST=db.{environment}.internal
        DATABASE_URL="postgresql://app:d8Kq2mZ5{environment}@${{DB_HOST}}:5432/app_{environment}"
        SIGNING_KEY='q8Zr2Lw5fX{environment}kN7vT3'
        DEBUG=false
        WORKERS=4
        RATE=0.5
        ADDRESS=https://{environment}.example.org
        LOG_LEVEL=INFO
        LIST=a,b
        HERE=/tmp
        """


def modules(project: ProjectFolder, *arguments: str) -> set[str]:
    """The modules that a command line adds to those of the bare interpreter, up to the moment of execve."""
    environment = {name: os.environ[name] for name in ("PATH", "XDG_CACHE_HOME") if name in os.environ}
    done = subprocess.run(
        (sys.executable, "-c", WATCH, *arguments),
        cwd=project.root,
        env={**environment, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.git("init", "-q").write("firedoor.toml", DECLARATION)
    for environment in ("development", "testing", "staging", "production"):
        project.write(f".env.{environment}", values(environment), mode=0o600)
    return project


@pytest.mark.parametrize("environment", ["development", "dev", "production"])
def test_run_imports_only_what_it_may(shop: ProjectFolder, environment: str) -> None:
    run = ("run", "-e", environment, "--", "/bin/true")
    first = modules(shop, *run)
    assert (
        "tomllib" in first
    )  # the control: compiling the declaration is the slow path, and the watch sees it
    second = modules(shop, *run)
    assert {name for name in second if not name.startswith("firedoor")} <= STANDARD
    assert {name for name in second if name.startswith("firedoor")} <= HOT


def test_the_package_itself_is_free() -> None:
    watch = (
        "import sys; before = set(sys.modules); import firedoor; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run((sys.executable, "-c", watch), capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["firedoor"]


def test_with_one_environment_s_files_nothing_is_compared(shop: ProjectFolder) -> None:
    for environment in ("testing", "staging", "production"):
        (shop.root / f".env.{environment}").unlink()
    run = ("run", "-e", "development", "--", "/bin/true")
    modules(shop, *run)
    found = modules(shop, *run)
    assert {name for name in found if name.startswith("firedoor")} <= HOT - COMPARING


def test_a_lock_that_knows_nothing_new_adds_little(shop: ProjectFolder) -> None:
    shop.firedoor("lock", "--all", "--offline", code=0)
    for environment in ("testing", "staging", "production"):
        (shop.root / f".env.{environment}").unlink()
    run = ("run", "-e", "development", "--", "/bin/true")
    first = modules(shop, *run)
    assert "firedoor.lock.comparison" in first  # the control: what is new is compared, and the watch sees it
    second = modules(shop, *run)
    assert {name for name in second if not name.startswith("firedoor")} <= STANDARD
    allowed = HOT - {"firedoor.foreign", "firedoor.isolation"} | LOCKED
    assert {name for name in second if name.startswith("firedoor")} <= allowed


def test_secrets_as_files_add_one_module_where_they_are_declared(shop: ProjectFolder) -> None:
    shop.write("firedoor.toml", f'[files]\nsecrets = "mounted"\n{DECLARATION}')
    shop.write("mounted/SIGNING_KEY", "q8Zr2Lw5fXmountedkN7vT3\n")
    run = ("run", "-e", "production", "--", "/bin/true")
    modules(shop, *run)
    found = modules(shop, *run)
    assert {name for name in found if not name.startswith("firedoor")} <= STANDARD
    assert {name for name in found if name.startswith("firedoor")} - HOT == {"firedoor.secret_files"}
