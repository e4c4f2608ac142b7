"""The declared settings class: imported as the project would, judged in each environment, and nothing left behind."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, inspection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.project import ProjectFolder

DECLARED = """
[environments.dev]
[environments.prod]
protected = true
[settings]
class = "settings_of_test:AppSettings"
"""
CLASS = """
from firedoor import Settings
class AppSettings(Settings):
    port: int
"""


@pytest.fixture(autouse=True)
def _forget_modules() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("settings_of_test") or name == "elsewhere":
            del sys.modules[name]


@pytest.fixture
def two(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARED).write(".env.dev", "PORT=80\n").write(".env.prod", "PORT=x9k2m\n")
    return project.write(".env.example", "PORT=\n")


def found(project: ProjectFolder, *names: str) -> list[tuple[str, str | None, str]]:
    loaded = declaration.load(project.root, use_cache=False)
    problems = (
        inspection.inspect_selected(loaded, names) if names else inspection.inspect_all(loaded)
    ).problems
    return [(p.code, p.environment, p.facts.get("detail", "")) for p in problems if p.severity == "error"]


def test_each_environment_is_judged_by_the_class(two: ProjectFolder) -> None:
    two.write("settings_of_test.py", CLASS)
    assert found(two) == [("FD303", "prod", "")]
    assert found(two, "dev") == []


def test_in_the_src_folder_too(two: ProjectFolder) -> None:
    two.write("src/settings_of_test.py", CLASS)
    assert found(two, "prod") == [("FD303", "prod", "")]


def test_a_module_that_loads_while_it_is_imported_is_started_in_the_environment(two: ProjectFolder) -> None:
    two.write(
        "settings_of_test.py", CLASS + "settings = AppSettings.load(start=__file__.rpartition('/')[0])\n"
    )
    assert found(two, "dev") == []


def test_and_its_refusal_is_the_answer(two: ProjectFolder) -> None:
    two.write(
        "settings_of_test.py", CLASS + "settings = AppSettings.load(start=__file__.rpartition('/')[0])\n"
    )
    assert found(two, "prod") == [("FD303", "prod", "")]


@pytest.mark.parametrize(
    ("module", "detail"),
    [
        ("", "settings_of_test has no such settings class, pydantic model or dataclass"),
        ("AppSettings = 3\n", "settings_of_test has no such settings class, pydantic model or dataclass"),
        ("raise ValueError('x9k2m')\n", "importing settings_of_test fails with ValueError"),
        ("raise SystemExit(3)\n", "importing settings_of_test fails with SystemExit"),
        ("import elsewhere_not_there\n", "there is no module named elsewhere_not_there"),
        ("syntax error\n", "importing settings_of_test fails with SyntaxError"),
    ],
)
def test_what_cannot_be_imported(two: ProjectFolder, module: str, detail: str) -> None:
    two.write("settings_of_test.py", module)
    assert found(two, "dev") == [("FD010", None, detail)]


def test_no_module(two: ProjectFolder) -> None:
    assert found(two, "dev") == [("FD010", None, "there is no module named settings_of_test")]


def test_nothing_is_left_behind(
    two: ProjectFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ENV", "prod")
    two.write(
        "settings_of_test.py",
        "import os\nprint('chatter', os.environ['APP_ENV'])\nos.environ['LEFT'] = '1'\n" + CLASS,
    )
    path = list(sys.path)
    assert found(two, "dev") == []
    assert sys.path == path
    assert (os.environ["APP_ENV"], os.environ.get("LEFT")) == ("prod", None)
    assert capsys.readouterr() == ("", "chatter dev\n")


def test_no_class_is_imported_where_nothing_could_be_judged(project: ProjectFolder) -> None:
    project.write(
        "firedoor.toml", DECLARED.replace("[environments.dev]", "[environments.dev]\nfallback = 'never'")
    )
    project.write("settings_of_test.py", "raise ValueError\n")
    codes = {code for code, _, _ in found(project)}
    assert "FD201" in codes
