"""What the shell exports must not lead a program's addresses elsewhere; `run` and `check` are not asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

import firedoor
from firedoor import boundary, declaration, resolution
from firedoor.errors import ConfigurationError
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import ERROR, WARNING, Problem

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARED = """
[environments.testing]
[environments.production]
protected = true
[variables.URL]
resource = "database"
[variables.STORE]
resource = "bucket"
[variables.KEY]
secret = true
[variables.PGPORT]
"""


@pytest.fixture
def two(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARED)
    project.write(".env.testing", "URL=postgresql://test-db/shop\nSTORE=test-files\nKEY=test-key-9f\n")
    return project.write(
        ".env.production", "URL=postgresql://prod-db/shop\nSTORE=prod-files\nKEY=prod-key-8e\n"
    )


def found(
    project: ProjectFolder,
    environment: str = "testing",
    *,
    in_process: bool = True,
    overrides: dict[str, str] | None = None,
    **process: Any,
) -> list[Problem]:
    loaded = declaration.load(project.root, use_cache=False)
    configuration = boundary.configure(
        loaded, environment, process=process, in_process=in_process, overrides=overrides
    )
    return [problem for problem in configuration.problems if problem.code[:3] == "FD4"]


def redirected(
    *variables: str, environment: str = "testing", severity: str = ERROR, subject: str = "URL"
) -> Problem:
    return Problem(
        "FD406",
        subject=subject,
        environment=environment,
        origin=Origin(PROCESS, variables[0]),
        severity=severity,
        reference=", ".join(variables),
        kind="database" if subject == "URL" else "bucket",
    )


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("process", "guilty"),
    [
        ({"PGHOSTADDR": "192.0.2.7"}, ["PGHOSTADDR"]),
        ({"PGSERVICE": "none"}, []),
        ({"PGHOST": "elsewhere"}, []),
        ({"PGPORT": "1"}, []),
        ({"PGHOSTADDR": ""}, []),
        ({"UNRELATED": "x"}, []),
        ({}, []),
    ],
)
def test_what_moves_an_address(two: ProjectFolder, process: dict[str, Any], guilty: list[str]) -> None:
    problems = [problem for problem in found(two, **process) if problem.code == "FD406"]
    assert problems == ([redirected(*guilty)] if guilty else [])
    assert found(two, in_process=False, **process) == []


@pytest.mark.parametrize(
    ("text", "process", "guilty"),
    [
        ("postgresql:///shop", {"PGHOST": "elsewhere"}, ["PGHOST"]),
        ("postgresql://test-db", {"PGDATABASE": "x", "PGUSER": "y"}, ["PGDATABASE", "PGUSER"]),
        ("postgresql:///shop", {"PGHOST": "elsewhere", "PGDATABASE": "x"}, ["PGHOST"]),
        ("", {"PGHOST": "elsewhere"}, ["PGHOST"]),
        ("mysql:///shop", {"MYSQL_HOST": "elsewhere"}, ["MYSQL_HOST"]),
        ("mysql://test-db/shop", {"MYSQL_TCP_PORT": "1"}, ["MYSQL_TCP_PORT"]),
        ("sqlite:///test.db", {"PGHOST": "elsewhere"}, []),
    ],
)
def test_what_the_address_leaves_out(
    two: ProjectFolder, text: str, process: dict[str, Any], guilty: list[str]
) -> None:
    two.write(".env.testing", f"URL={text}\n")
    assert found(two, **process) == ([redirected(*guilty)] if guilty else [])


def test_an_endpoint_of_the_shell(two: ProjectFolder) -> None:
    process: dict[str, Any] = {"AWS_ENDPOINT_URL": "http://elsewhere:9000"}
    assert found(two, **process) == [redirected("AWS_ENDPOINT_URL", subject="STORE")]
    assert found(two, "production", **process) == []  # the platform's word


@pytest.mark.parametrize(
    ("text", "variable", "value"),
    [
        ("files", "AWS_ENDPOINT_URL_S3", "http://elsewhere:9000"),
        ("gs://files", "STORAGE_EMULATOR_HOST", "elsewhere:4443"),
        ("az://files", "AZURE_STORAGE_ACCOUNT", "elsewhere"),
        ("az://files", "AZURE_STORAGE_CONNECTION_STRING", "AccountName=elsewhere"),
    ],
)
def test_every_variable_of_a_cloud(two: ProjectFolder, text: str, variable: str, value: str) -> None:
    process: dict[str, Any] = {variable: value}
    two.write(".env.testing", f"STORE={text}\n").write(".env.production", "STORE=prod-files\n")
    assert found(two, **process) == [redirected(variable, subject="STORE")]
    two.write(".env.testing", "STORE=test-files\n").write(".env.production", f"STORE={text}\n")
    assert found(two, "production", **process) == []  # the platform's word


def test_in_a_protected_environment_it_is_a_warning(two: ProjectFolder) -> None:
    assert found(two, "production", PGHOSTADDR="192.0.2.7") == [
        redirected("PGHOSTADDR", environment="production", severity=WARNING)
    ]


def test_to_another_environment_s_it_is_the_breach_itself(two: ProjectFolder) -> None:
    two.write(".env.testing", "URL=postgresql:///shop\n")
    (problem,) = found(two, PGHOST="prod-db")
    assert (problem.code, problem.subject, problem.facts["other"]) == ("FD401", "URL", "production")
    (problem,) = found(two, PGHOST="prod-db", PGDATABASE="x", in_process=True)
    assert problem.code == "FD401"


@pytest.fixture
def hosts(two: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hosts file of one line: prod-db is 192.0.2.9."""
    two.write("hosts", "192.0.2.9 prod-db\n")
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(two.root / "hosts"))


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    ("text", "process", "codes"),
    [
        ("postgresql:///shop", {"PGHOST": "192.0.2.9"}, ["FD408"]),
        ("postgresql:///shop", {"PGHOST": "192.0.2.8"}, ["FD406"]),
        ("postgresql:///other", {"PGHOST": "prod-db"}, ["FD406", "FD407"]),
        ("postgresql://prod-db/shop", {"PGHOSTADDR": "192.0.2.7"}, ["FD401", "FD406"]),
        ("postgresql://prod-db/shop", {"PGUSER": "somebody"}, ["FD401"]),
    ],
)
def test_the_worst_of_it_is_told_once(
    two: ProjectFolder, text: str, process: dict[str, Any], codes: list[str]
) -> None:
    two.write(".env.testing", f"URL={text}\n")
    assert sorted(problem.code for problem in found(two, **process)) == codes


def test_what_leads_there_is_the_file_s_word_and_the_shell_s_together(two: ProjectFolder) -> None:
    two.write(".env.production", "URL=postgresql://prod-db:5433/shop\n")
    two.write(".env.testing", "URL=postgresql:///shop\nPGPORT=5433\n")
    assert [problem.code for problem in found(two, PGHOST="prod-db")] == ["FD401"]
    assert [problem.code for problem in found(two, PGHOST="prod-db", PGPORT="5434")] == ["FD406"]


def test_what_works_only_together_is_named_together(two: ProjectFolder) -> None:
    two.write(".env.testing", "STORE=test-files\nAWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true\n")
    endpoint: dict[str, Any] = {"AWS_ENDPOINT_URL": "http://elsewhere:9000", "PGHOST": "elsewhere"}
    assert found(two, **endpoint) == []
    assert found(two, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="false", **endpoint) == [
        redirected("AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", subject="STORE")
    ]


def test_what_is_not_moved_hides_nothing_that_comes_after(two: ProjectFolder) -> None:
    process: dict[str, Any] = {"AWS_ENDPOINT_URL": "http://elsewhere:9000"}
    store = [redirected("AWS_ENDPOINT_URL", subject="STORE")]
    two.write(
        "firedoor.toml",
        DECLARED.replace("[variables.URL]", "[variables.ABSENT]\nsecret = true\n[variables.URL]"),
    )
    assert found(two, **process) == store
    two.write(".env.testing", "STORE=test-files\n")
    assert found(two, **process) == store
    two.write(".env.testing", "URL=postgresql:///${NOPE}\nSTORE=test-files\n")
    assert found(two, **process) == store
    two.write("firedoor.toml", DECLARED.replace('"database"', '"database"\noverridable = ["testing"]'))
    two.write(".env.testing", "URL=postgresql://test-db/shop\nSTORE=test-files\n")
    assert found(two, **process) == store


def test_a_file_s_line_is_the_environment_s_word_below_an_override(two: ProjectFolder) -> None:
    two.write(".env.testing", "URL=postgresql://test-db/shop\nPGPORT=5433\n")
    assert found(two, overrides={"PGPORT": "1"}, PGPORT="5433") == []
    assert found(two, overrides={"PGPORT": "1"}, PGPORT="5434") == [redirected("PGPORT")]


def test_a_service_that_nobody_defines(two: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(two.root))
    two.write(".env.testing", "URL=postgresql:///shop\n")
    unknown = Problem(
        "FD413",
        subject="URL",
        environment="testing",
        origin=Origin(FILE, ".env.testing", 1, 1),
        severity=ERROR,
        reason="no service file defines its service",
    )
    assert found(two, PGSERVICE="none") == [unknown]
    two.write(".env.testing", "URL=postgresql://test-db/shop\n")
    assert found(two, PGSERVICE="none") == [unknown]
    two.write(".env.testing", "URL=postgresql:///shop\n")
    two.write("services", "[one]\nhost=elsewhere\n")
    variables: dict[str, Any] = {"PGSERVICE": "one", "PGSERVICEFILE": str(two.root / "services")}
    assert found(two, **variables) == [redirected("PGSERVICE")]


def test_what_the_environment_says_itself_is_its_own(two: ProjectFolder) -> None:
    two.write(".env.testing", "URL=postgresql://test-db/shop\nPGPORT=5433\nPGHOSTADDR=192.0.2.7\n")
    assert found(two, PGPORT="5433", PGHOSTADDR="192.0.2.7") == []
    assert found(two, PGPORT="5434") == [redirected("PGPORT")]
    assert found(two, PGHOSTADDR="192.0.2.8") == [redirected("PGHOSTADDR")]


def test_overridable_is_allowed(two: ProjectFolder) -> None:
    two.write("firedoor.toml", DECLARED.replace('"database"', '"database"\noverridable = ["testing"]'))
    assert found(two, PGHOSTADDR="192.0.2.7") == []
    two.write(
        "firedoor.toml",
        DECLARED.replace("[variables.PGPORT]", '[variables.PGPORT]\noverridable = ["testing"]'),
    )
    two.write(".env.testing", "URL=postgresql://test-db/shop\nPGPORT=5433\n")
    assert found(two, PGPORT="5434") == []


def test_the_resolver_s_own_aliases(two: ProjectFolder) -> None:
    aliases = two.root / "aliases"
    aliases.write_text("Test-DB prod.example.com\nodd\n")
    assert found(two, HOSTALIASES=str(aliases)) == [redirected("HOSTALIASES")]
    assert found(two, HOSTALIASES=str(two.root / "absent")) == []
    assert found(two, LOCALDOMAIN="example.com other.example") == [redirected("LOCALDOMAIN")]
    two.write(".env.testing", "URL=postgresql://test.example.com,127.0.0.2,localhost/shop\n")
    assert found(two, LOCALDOMAIN="example.com", HOSTALIASES=str(aliases)) == []
    two.write(".env.testing", "URL=postgresql://other/shop\n")
    assert found(two, HOSTALIASES=str(aliases)) == []
    aliases.write_bytes(b"\xff nowhere\nother elsewhere\n")
    assert found(two, HOSTALIASES=str(aliases)) == [redirected("HOSTALIASES")]


@pytest.mark.parametrize(
    ("own", "process", "guilty"),
    [
        ("LOCALDOMAIN=example.com", {"LOCALDOMAIN": "example.com other.example"}, []),
        ("LOCALDOMAIN=example.com", {"LOCALDOMAIN": "other.example example.com"}, ["LOCALDOMAIN"]),
        ("LOCALDOMAIN=example.com", {"HOSTALIASES": "same"}, []),
        ("LOCALDOMAIN=example.org", {"HOSTALIASES": "same"}, ["HOSTALIASES"]),
        ("HOSTALIASES=same", {"LOCALDOMAIN": "example.org"}, []),
    ],
)
def test_what_the_resolver_finds_is_the_same_name(
    two: ProjectFolder, monkeypatch: pytest.MonkeyPatch, own: str, process: dict[str, Any], guilty: list[str]
) -> None:
    monkeypatch.chdir(two.root)
    two.write("same", "test-db TEST-DB.example.com.\n")
    two.write(".env.testing", f"URL=postgresql://test-db/shop\n{own}\n")
    assert found(two, **process) == ([redirected(*guilty)] if guilty else [])


def test_an_alias_may_be_called_anything(two: ProjectFolder) -> None:
    two.write("odd", "test-db test-db.none\n")
    assert found(two, HOSTALIASES=str(two.root / "odd")) == [redirected("HOSTALIASES")]


@pytest.mark.parametrize("name", ["[2001:db8::2]", "192.0.2.2", "localhost", "test.example.com"])
def test_an_address_is_no_alias(two: ProjectFolder, name: str) -> None:
    two.write(".env.testing", f"URL=postgresql://{name}/shop\n")
    assert found(two, LOCALDOMAIN="example.com") == []


def test_tokens_and_unfinished_values_lead_nowhere(two: ProjectFolder) -> None:
    two.write(".env.testing", "KEY=test-key-9f\nURL=postgresql:///${NOPE}\n")
    assert found(two, PGHOST="elsewhere") == []


def test_the_shell_s_service_file_is_no_word_of_the_environment(two: ProjectFolder) -> None:
    two.write(".env.testing", "URL=postgresql:///shop?service=one\n")
    services = two.root / "services"
    services.write_text("[one]\nhost=test-db\n")
    assert [problem.code for problem in found(two, PGSERVICEFILE=str(services))] == ["FD413", "FD406"]
    two.write(".env.testing", f"URL=postgresql:///shop?service=one\nPGSERVICEFILE={services}\n")
    assert found(two) == []


def test_load_is_told(two: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "HOSTS_FILE", os.devnull)
    monkeypatch.chdir(two.root)
    assert firedoor.load(environment="testing")["STORE"] == "test-files"  # the control
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.7")
    with pytest.raises(ConfigurationError) as refused:
        firedoor.load(environment="testing")
    assert [problem.code for problem in refused.value.problems if problem.code[:3] == "FD4"] == ["FD406"]
    assert "192.0.2.7" not in str(refused.value)
