"""B1, B2, B12: one variable says where we are; an explicit word beats the file, the file beats the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import firedoor

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """\
[project]
selector = ["APP_ENV"]
default = "prod"

[environments.prod]
protected = true
[environments.dev]
profiles = ["dev"]
[environments.test]
profiles = ["dev", "test"]
"""
WHO = ("sh", "-c", 'echo "$APP_ENV"; echo "$WHO"')


@pytest.fixture
def spot(project: ProjectFolder) -> ProjectFolder:
    project.git("init", "-q").write("firedoor.toml", DECLARATION)
    for name in ("prod", "dev", "test"):
        project.write(f".env.{name}", f"WHO={name}\n", mode=0o600)
    return project


@pytest.mark.requirement("B1")
def test_the_one_variable_decides_values_and_profiles(spot: ProjectFolder) -> None:
    for name, profiles in (("prod", ()), ("dev", ("dev",)), ("test", ("dev", "test"))):
        assert spot.firedoor("run", "--", *WHO, env={"APP_ENV": name}, code=0).stdout == f"{name}\n{name}\n"
        configuration = firedoor.load(start=spot.root, environment=name)
        assert configuration.environment.profiles == profiles


@pytest.mark.requirement("B2")
@pytest.mark.parametrize(
    ("argument", "exported", "in_file", "chosen"),
    [
        ("prod", "test", "dev", "prod"),
        (None, "test", "dev", "test"),
        (None, None, "dev", "dev"),
        (None, None, None, "prod"),
    ],
    ids=["argument", "inline variable", ".env", "default"],
)
def test_an_explicit_word_beats_the_file_and_the_file_the_default(
    spot: ProjectFolder, argument: str | None, exported: str | None, in_file: str | None, chosen: str
) -> None:
    if in_file is not None:
        spot.write(".env", f"APP_ENV={in_file}\n")
    wanted = ("-e", argument) if argument is not None else ()
    environment = {"APP_ENV": exported} if exported is not None else {}
    assert (
        spot.firedoor("run", *wanted, "--", *WHO, env=environment, code=0).stdout == f"{chosen}\n{chosen}\n"
    )
    if in_file is not None:  # an inline word holds for one command and edits nothing
        assert (spot.root / ".env").read_text("utf-8") == f"APP_ENV={in_file}\n"


@pytest.mark.requirement("B12")
def test_production_is_the_default_only_where_it_is_declared(spot: ProjectFolder) -> None:
    assert spot.firedoor("run", "--", *WHO, code=0).stdout == "prod\nprod\n"
    spot.write("firedoor.toml", DECLARATION.replace('default = "prod"\n', ""))
    refused = spot.firedoor("run", "--", *WHO, code=1)
    assert refused.stdout == ""
    assert all(word in refused.stderr for word in ("FD101", "prod", "dev", "test"))
