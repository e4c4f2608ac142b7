"""B4, B5, B9: the make targets that `init --make` writes, by the make of this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration
from firedoor.discovery import make_targets
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.project import Result

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

DECLARATION = """\
[environments.development]
aliases = ["dev"]

[environments.testing]
aliases = ["test"]

[environments.production]
aliases = ["prod"]
protected = true
"""
# Tells what it was called with, and what the selectors were.
RECORDER = '#!/bin/sh\necho "firedoor $* APP_ENV=${APP_ENV-unset} ENV=${ENV-unset}"\n'
# The suites need no other plugin, and pytest starts faster without.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
SUITE = """\
import os
import pytest

print("this suite was imported")

@pytest.mark.integration
def test_of_integration() -> None:
    assert os.environ["APP_ENV"] == "testing"

def test_of_anything() -> None:
    assert os.environ["APP_ENV"] == "testing"
"""


class Made:
    """A project with make targets."""

    def __init__(self, folder: ProjectFolder) -> None:
        self.folder = folder
        self.root = folder.root

    def make(
        self, *words: str, code: int = 0, programs: str = "real", env: Mapping[str, str] | None = None
    ) -> Result:
        """Run make there; `programs` is "fake" where firedoor only tells how it was called."""
        first = self.root / "fake" if programs == "fake" else Path(sys.executable).parent
        path = os.pathsep.join((str(first), str(Path(sys.executable).parent), os.environ["PATH"]))
        done = self.folder.run("make", *words, env={"PATH": path, **ALONE, **(env or {})})
        assert done.code == code, done.everything
        return done

    def said(self, *words: str, env: Mapping[str, str] | None = None) -> str:
        """What the fake firedoor was called with."""
        return self.make(*words, programs="fake", env=env).stdout


@pytest.fixture
def made(project: ProjectFolder) -> Made:
    project.git("init", "-q").write("firedoor.toml", DECLARATION).write("fake/firedoor", RECORDER, mode=0o755)
    project.write(".env.development", "", mode=0o600).write(".env.testing", "", mode=0o600)
    project.write("test_suite.py", SUITE)
    project.write("pytest.ini", "[pytest]\naddopts = -q -p no:cacheprovider\n")
    project.firedoor("init", "--make", "-q", code=0)
    return Made(project)


@pytest.mark.requirement("B5")
@pytest.mark.parametrize(
    ("target", "call"),
    [
        ("service:start", "service start"),
        ("service:stop", "service stop"),
        ("service:status", "service status"),
        ("service:restart", "service restart"),
        ("service:logs", "service logs"),
        ("dev:logs", "service logs -e development -f"),
    ],
)
def test_a_target_is_one_command(made: Made, target: str, call: str) -> None:
    assert made.said(target) == f"firedoor {call} APP_ENV=unset ENV=unset\n"


@pytest.mark.requirement("B4", "B5")
def test_what_stands_before_make_or_behind_it_holds_for_that_command(made: Made) -> None:
    made.folder.write(".env", "APP_ENV=test\n", mode=0o600)
    before = {path: path.read_bytes() for path in made.root.glob(".env*")}
    for target in ("service:start", "service:restart", "service:status", "service:logs", "service:stop"):
        call = f"firedoor {target.replace(':', ' ')}"
        assert made.said(target, env={"APP_ENV": "dev"}) == f"{call} APP_ENV=dev ENV=unset\n"
        assert made.said(target, "APP_ENV=dev") == f"{call} APP_ENV=dev ENV=unset\n"
        assert made.said(target, "ENV=dev", env={"APP_ENV": "dev"}) == f"{call} APP_ENV=dev ENV=dev\n"
    assert {path: path.read_bytes() for path in made.root.glob(".env*")} == before
    assert made.said("service:start") == "firedoor service start APP_ENV=unset ENV=unset\n"


@pytest.mark.requirement("B9")
@pytest.mark.parametrize(
    "env", [{}, {"APP_ENV": "test"}, {"ENV": "test"}, {"APP_ENV": "testing", "ENV": "test"}]
)
def test_tests_choose_testing(made: Made, env: dict[str, str]) -> None:
    made.folder.write(".env", "APP_ENV=dev\n", mode=0o600)
    assert "1 passed, 1 deselected" in made.make("test:integration", env=env).stdout
    assert "2 passed" in made.make("test", env=env).stdout


@pytest.mark.requirement("B9")
@pytest.mark.parametrize("target", ["test", "test:integration"])
@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"APP_ENV": "prod"}, "FD630"),
        ({"ENV": "prod"}, "FD630"),
        ({"APP_ENV": "dev"}, "FD630"),
        ({"APP_ENV": "test", "ENV": "prod"}, "FD103"),
        ({"APP_ENV": ""}, "FD105"),
        ({"APP_ENV": "tets"}, "FD102"),
    ],
)
def test_a_choice_that_is_not_for_tests_is_refused_and_nothing_is_prepared_or_imported(
    made: Made, target: str, env: dict[str, str], code: str
) -> None:
    prepare = "FIREDOOR_BEFORE_INTEGRATION=echo prepared"
    done = made.make(target, prepare, code=2, env=env)
    assert code in done.stderr
    assert "Error 4" in done.stderr
    assert "prepared" not in done.everything
    assert "imported" not in done.everything


@pytest.mark.requirement("B9")
def test_a_choice_behind_make_is_refused_as_well(made: Made) -> None:
    prepare = "FIREDOOR_BEFORE_INTEGRATION=echo prepared"
    done = made.make("test:integration", prepare, "APP_ENV=prod", code=2)
    assert "FD630" in done.stderr
    assert "prepared" not in done.everything
    assert made.make("test:integration", prepare, "APP_ENV=test").stdout.startswith("prepared\n")


def test_what_prepares_has_the_environment_of_the_tests_and_stops_them_when_it_fails(made: Made) -> None:
    made.folder.write(
        "Makefile",
        'FIREDOOR_BEFORE_INTEGRATION = echo "prepares $$APP_ENV, (so)"; test ! -e broken\ninclude firedoor.mk\n',
    )
    assert made.make("test:integration").stdout.startswith("prepares testing, (so)\n")
    assert made.make("test", env={"APP_ENV": "test"}).stdout.startswith("prepares test, (so)\n")
    made.folder.write("broken", "")
    assert "passed" not in made.make("test", code=2).stdout


def test_other_plugins_are_loaded_as_ever(made: Made) -> None:
    made.folder.write("pytest.ini", "[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    assert (
        "plugins: "
        in made.make("test", "PYTEST=python -m pytest", env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}).stdout
    )


def test_without_the_plugin_there_are_no_tests(made: Made) -> None:
    made.folder.write("pytest.ini", "[pytest]\naddopts = -p no:firedoor\n")
    assert "FD630" in made.make("test", code=2, env={"APP_ENV": "prod"}).stderr
    made.folder.write("fake/pytest", '#!/bin/sh\necho "$@"\n', mode=0o755)
    assert made.make("test:integration", programs="fake").stdout == "-p firedoor -m integration\n"


def test_files_of_these_names_change_nothing(made: Made) -> None:
    for name in ("service:start", "test", "test:integration"):
        made.folder.write(name, "")
    assert made.said("service:start") == "firedoor service start APP_ENV=unset ENV=unset\n"
    assert "2 passed" in made.make("test").stdout
    assert "1 passed" in made.make("test:integration").stdout


def test_a_dry_run_runs_nothing(made: Made) -> None:
    done = made.make("-n", "service:start", "dev:logs", "test:integration", programs="fake")
    assert done.stdout.splitlines()[:2] == [
        "firedoor service start",
        "firedoor service logs -e development -f",
    ]
    assert "pytest -p firedoor -m integration" in done.stdout
    assert "APP_ENV=unset" not in done.stdout


def test_in_parallel_and_from_elsewhere(made: Made) -> None:
    said = made.said("-j2", "service:start", "service:logs").splitlines()
    assert sorted(said) == [f"firedoor service {verb} APP_ENV=unset ENV=unset" for verb in ("logs", "start")]
    below = made.folder.write("web/Makefile", "include ../firedoor.mk\n").root / "web"
    assert "firedoor service stop" in made.said("-s", "-C", str(below), "service:stop")
    elsewhere = Made(ProjectFolder(made.root / "elsewhere"))
    elsewhere.folder.write("fake/firedoor", RECORDER, mode=0o755)
    assert "firedoor service start" in elsewhere.said("-C", str(made.root), "service:start")


def test_strict_shells_of_a_makefile_change_nothing(made: Made) -> None:
    made.folder.write(
        "Makefile",
        ".ONESHELL:\nSHELL := bash\n.SHELLFLAGS := -euo pipefail -c\nMAKEFLAGS += --warn-undefined-variables\n"
        "include firedoor.mk\n",
    )
    done = made.make("test:integration")
    assert "1 passed" in done.stdout
    assert done.stderr == ""
    assert "FD630" in made.make("test", code=2, env={"APP_ENV": "prod"}).stderr


@pytest.mark.parametrize("above", [True, False], ids=["included first", "included last"])
def test_the_first_target_of_a_makefile_stays_what_make_alone_makes(made: Made, above: bool) -> None:
    parts = ["include firedoor.mk\n", "hello:\n\t@echo hello\n\nother:\n\t@echo other\n"]
    made.folder.write("Makefile", "\n".join(parts if above else parts[::-1]))
    assert made.make().stdout == "hello\n"
    assert made.said("service:stop").startswith("firedoor service stop")


def test_alone_it_makes_nothing_unasked(made: Made) -> None:
    assert "No targets" in made.make(code=2).stderr


@pytest.mark.parametrize("above", [True, False], ids=["included first", "included last"])
def test_a_target_test_of_the_project_stays_the_project_s(made: Made, above: bool) -> None:
    parts = ["include firedoor.mk\n", ".PHONY: test\ntest: ## mine\n\t@echo mine\n"]
    made.folder.write("Makefile", "\n".join(parts if above else parts[::-1]))
    made.folder.firedoor("init", "--make", "-q", code=0)
    done = made.make("test")
    assert (done.stdout, done.stderr) == ("mine\n", "")
    done = made.make("test:integration")
    assert done.stderr == ""
    assert "1 passed" in done.stdout


def test_the_target_of_all_tests_can_have_another_name_or_none(made: Made) -> None:
    made.folder.write("tests.mk", "test:\n\t@echo mine\n")
    made.folder.write("Makefile", "FIREDOOR_TEST_TARGET =\ninclude tests.mk\ninclude firedoor.mk\n")
    done = made.make("test")
    assert (done.stdout, done.stderr) == ("mine\n", "")
    made.folder.write("Makefile", "FIREDOOR_TEST_TARGET = all-tests\ninclude tests.mk\ninclude firedoor.mk\n")
    assert "2 passed" in made.make("all-tests").stdout


def test_the_project_s_own_selectors_and_names(project: ProjectFolder) -> None:
    project.git("init", "-q").write(
        "firedoor.toml",
        """
        [project]
        selector = ["STAGE"]
        [environments.local]
        [environments.ci]
        tests = true
        [environments.live]
        protected = true
        """,
    )
    project.write("fake/firedoor", RECORDER, mode=0o755).write(".env.ci", "", mode=0o600)
    project.write("test_suite.py", "import os\ndef test(): assert os.environ['STAGE'] == 'ci'\n")
    project.firedoor("init", "--make", "-q", code=0)
    made = Made(project)
    assert made.said("dev:logs").startswith("firedoor service logs -e local -f ")
    assert "1 passed" in made.make("test").stdout
    assert "FD630" in made.make("test", code=2, env={"STAGE": "live"}).stderr
    assert "FD102" in made.make("test", code=2, env={"STAGE": "dev"}).stderr


@pytest.mark.requirement("B5")
def test_the_handbook_s_targets_are_those_that_init_writes() -> None:
    """After a change of its declaration or of ours: `firedoor init --make` in examples/handbook."""
    handbook = ROOT / "examples" / "handbook"
    makefile = (handbook / "Makefile").read_text(encoding="utf-8")
    wanted = make_targets.render(declaration.load(handbook), makefile)
    assert (handbook / make_targets.NAME).read_text(encoding="utf-8") == wanted
