"""What a command started by `run` gets: its environment's variables, and nothing of another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, child_environment, declaration

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARED = """
[environments.dev]
[environments.prod]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.PGHOST]
"""
SECRET = "postgresql://app:9f8e7d6c5b4a@db.example.com/app"


@pytest.fixture
def two(project: ProjectFolder) -> ProjectFolder:
    return (
        project.write("firedoor.toml", DECLARED)
        .write(".env.dev", "DATABASE_URL=sqlite:///dev.db\nDEBUG=true\n")
        .write(".env.prod", f"DATABASE_URL={SECRET}\nSTRIPE_KEY=x\nPATH=/prod\nSHORT=1\n")
    )


def build(project: ProjectFolder, environment: str, **process: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    configuration = boundary.configure(declaration.load(project.root, use_cache=False), environment, process=process)
    child, held_back = child_environment.build(configuration)
    return child, [(p.code, p.subject, p.severity) for p in held_back]


def test_the_environment_s_values_and_the_machine_s_variables(two: ProjectFolder) -> None:
    child, held_back = build(two, "dev", PATH="/bin", HOME="/home/x", UNKNOWN="stays")
    assert child == {
        "PATH": "/bin",
        "HOME": "/home/x",
        "UNKNOWN": "stays",
        "DATABASE_URL": "sqlite:///dev.db",
        "DEBUG": "true",
        "APP_ENV": "dev",
        "ENV": "dev",
    }
    assert held_back == []


def test_every_selector_names_the_environment_for_the_child(two: ProjectFolder) -> None:
    child, _ = build(two, "prod", APP_ENV="dev")
    assert (child["APP_ENV"], child["ENV"]) == ("prod", "prod")


@pytest.mark.parametrize("name", ["PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGDATABASE", "PGOPTIONS", "MYSQL_HOST"])
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_what_client_libraries_obey_is_held_back_everywhere(two: ProjectFolder, environment: str, name: str) -> None:
    child, held_back = build(two, environment, **{name: "elsewhere"})
    assert name not in child
    assert ("FD312", name, "note") in held_back


def test_declared_it_is_passed_on(two: ProjectFolder) -> None:
    child, held_back = build(two, "dev", PGHOST="db.local")
    assert child["PGHOST"] == "db.local"
    assert held_back == []


def test_a_cloud_identity_reaches_protected_environments_only(two: ProjectFolder) -> None:
    child, held_back = build(two, "dev", AWS_PROFILE="production")
    assert "AWS_PROFILE" not in child
    assert held_back == [("FD312", "AWS_PROFILE", "note")]
    child, held_back = build(two, "prod", AWS_PROFILE="production")
    assert child["AWS_PROFILE"] == "production"
    assert held_back == []


def test_another_environment_s_variable_is_held_back(two: ProjectFolder) -> None:
    child, held_back = build(two, "dev", STRIPE_KEY="y", SHORT="2")
    assert not {"STRIPE_KEY", "SHORT"} & set(child)
    assert held_back == [("FD312", "STRIPE_KEY", "note"), ("FD312", "SHORT", "note")]


def test_another_environment_s_value_under_any_name_is_held_back(two: ProjectFolder) -> None:
    child, held_back = build(two, "dev", REPLICA=SECRET, NEAR=SECRET + "x", TINY="1")
    assert "REPLICA" not in child
    assert (child["NEAR"], child["TINY"]) == (SECRET + "x", "1")
    assert held_back == [("FD404", "REPLICA", "warning")]


def test_a_shared_file_makes_nobody_an_owner(project: ProjectFolder) -> None:
    project.write("firedoor.toml", DECLARED.replace("[variables.PGHOST]", '[files]\ntemplates=["base.env", ".env.{env}"]'))
    project.write("base.env", "COMMON=1\n").write(".env.dev", "A=1\n").write(".env.prod", "COMMON=2\n")
    child, held_back = build(project, "dev", COMMON="9")
    assert child["COMMON"] == "9"
    assert held_back == []
