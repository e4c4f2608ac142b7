"""What a command started by `run` gets: its environment's variables, and nothing of another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, child_environment, declaration
from firedoor.origin import PROCESS, Origin
from firedoor.problem import NOTE, WARNING, Problem

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


def build(
    project: ProjectFolder, environment: str, **process: str
) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    configuration = boundary.configure(
        declaration.load(project.root, use_cache=False), environment, process=process
    )
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


@pytest.mark.parametrize(
    "name",
    [
        *("MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "HOSTALIASES", "LOCALDOMAIN"),
        *("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE"),
        *(
            "PGSERVICEFILE",
            "PGOPTIONS",
            "PGSSLMODE",
            "PGREQUIRESSL",
            "PGSSLCERT",
            "PGSSLKEY",
            "PGSSLROOTCERT",
        ),
        *("PGSSLCRL", "PGSSLCRLDIR", "PGSSLSNI", "PGSSLNEGOTIATION", "PGREQUIREPEER", "PGKRBSRVNAME"),
        *("PGGSSLIB", "PGGSSENCMODE", "PGGSSDELEGATION", "PGCHANNELBINDING", "PGREQUIREAUTH"),
        *("PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS", "PGSYSCONFDIR", "PGSSLCERTMODE", "PGSSLCOMPRESSION"),
        *("MYSQL_HOST", "MYSQL_PWD", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_HOME"),
        *("MYSQL_TEST_LOGIN_FILE", "REDISCLI_AUTH"),
    ],
)
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_what_client_libraries_obey_is_held_back_everywhere(
    two: ProjectFolder, environment: str, name: str
) -> None:
    two.write("firedoor.toml", DECLARED.replace("[variables.PGHOST]", ""))
    child, held_back = build(two, environment, **{name: "elsewhere"})
    assert name not in child
    assert ("FD312", name, "note") in held_back


def test_declared_it_is_passed_on(two: ProjectFolder) -> None:
    child, held_back = build(two, "dev", PGHOST="db.local")
    assert child["PGHOST"] == "db.local"
    assert held_back == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_SECURITY_TOKEN",
            "AWS_PROFILE",
        ),
        *(
            "AWS_DEFAULT_PROFILE",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
        ),
        *("AWS_CONFIG_FILE", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID"),
        *("AZURE_TENANT_ID", "AZURE_STORAGE_CONNECTION_STRING"),
    ],
)
def test_a_cloud_identity_reaches_protected_environments_only(two: ProjectFolder, name: str) -> None:
    child, held_back = build(two, "dev", **{name: "production"})
    assert name not in child
    assert held_back == [("FD312", name, "note")]
    child, held_back = build(two, "prod", **{name: "production"})
    assert child[name] == "production"
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
    project.write(
        "firedoor.toml",
        DECLARED.replace("[variables.PGHOST]", '[files]\ntemplates=["base.env", ".env.{env}"]'),
    )
    project.write("base.env", "COMMON=1\n").write(".env.dev", "A=1\n").write(".env.prod", "COMMON=2\n")
    child, held_back = build(project, "dev", COMMON="9")
    assert child["COMMON"] == "9"
    assert held_back == []


def test_a_variable_in_another_case_is_held_back(two: ProjectFolder) -> None:
    """Settings classes that ignore case would read it instead of the environment's."""
    child, held_back = build(two, "dev", Debug="x", database_url="x", debug_2="x")
    assert {"Debug", "database_url", "debug_2"} & set(child) == {"debug_2"}
    assert held_back == [("FD312", "Debug", "note"), ("FD312", "database_url", "note")]
    two.write(".env.dev", "DATABASE_URL=sqlite:///dev.db\nmixed_Case=1\n")
    assert build(two, "dev", MIXED_CASE="x")[1] == [("FD312", "MIXED_CASE", "note")]


def test_a_variable_without_a_name_is_never_passed_on(two: ProjectFolder) -> None:
    assert "" not in build(two, "dev", **{"": "x"})[0]
    child, held_back = build(two, "dev", **{"": SECRET})
    assert "" not in child
    assert held_back == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "PWD",
            "OLDPWD",
            "TERM",
            "COLORTERM",
            "LANG",
            "LANGUAGE",
        ),
        *("TZ", "TMPDIR", "TEMP", "TMP", "HOSTNAME", "EDITOR", "DISPLAY", "VIRTUAL_ENV", "PYTHONPATH"),
        *(
            "PYTHONHOME",
            "SYSTEMROOT",
            "WINDIR",
            "COMSPEC",
            "PATHEXT",
            "USERPROFILE",
            "APPDATA",
            "LOCALAPPDATA",
        ),
        *("CI", "NO_COLOR"),
    ],
)
def test_what_the_machine_needs_is_passed_on_whatever_another_file_says(
    two: ProjectFolder, name: str
) -> None:
    two.write(".env.prod", f"DATABASE_URL={SECRET}\n{name}=of-production\n")
    child, held_back = build(two, "dev", **{name: "mine"})
    assert child[name] == "mine"
    assert held_back == []


def test_the_machine_s_variables_hide_nothing_that_comes_after(two: ProjectFolder) -> None:
    _, held_back = build(two, "dev", PATH="/bin", DEBUG="true", PGSERVICE="x", STRIPE_KEY="y")
    assert [subject for _, subject, _ in held_back] == ["PGSERVICE", "STRIPE_KEY"]


def test_only_resources_and_secrets_are_known_by_their_values(two: ProjectFolder) -> None:
    two.write(".env.prod", f"DATABASE_URL={SECRET}\nBANNER=not-a-secret-but-long\n")
    child, held_back = build(two, "dev", OTHER="not-a-secret-but-long")
    assert child["OTHER"] == "not-a-secret-but-long"
    assert held_back == []


@pytest.mark.parametrize(("text", "code"), [("1234567", None), ("12345678", "FD404")])
def test_a_short_value_may_be_anybody_s(two: ProjectFolder, text: str, code: str | None) -> None:
    two.write(".env.prod", f"DATABASE_URL={text}\n")
    _, held_back = build(two, "dev", OTHER=text)
    assert [found for found, _, _ in held_back] == ([code] if code else [])


def test_what_comes_before_an_own_file_does_not_hide_what_it_holds(project: ProjectFolder) -> None:
    shared = '[files]\ntemplates=["base.env", ".env.{env}"]\n'
    project.write("firedoor.toml", DECLARED.replace("[variables.PGHOST]", shared))
    project.write("base.env", "COMMON=1\n")
    project.write(".env.dev", "DATABASE_URL=sqlite:///d\n").write(".env.prod", "OWN=1\n")
    child, held_back = build(project, "dev", COMMON="9", OWN="2")
    assert child["COMMON"] == "9"
    assert held_back == [("FD312", "OWN", "note")]


def test_the_fallback_file_makes_nobody_an_owner(project: ProjectFolder) -> None:
    project.write(
        "firedoor.toml", DECLARED.replace("[environments.dev]", "[environments.dev]\n[environments.test]")
    )
    project.write(".env", "A=1\n").write(".env.dev", "B=1\n").write(".env.prod", "C=1\n")
    child, held_back = build(project, "dev", A="9", C="9")
    assert child["A"] == "9"
    assert held_back == [("FD312", "C", "note")]


def test_each_reason_is_told_whole(two: ProjectFolder) -> None:
    loaded = declaration.load(two.root, use_cache=False)
    process = {"PGSERVICE": "x", "STRIPE_KEY": "y", "COPY": SECRET, "Debug": "x"}
    _, held_back = child_environment.build(boundary.configure(loaded, "dev", process=process))

    def note(name: str, detail: str) -> Problem:
        return Problem(
            "FD312",
            subject=name,
            environment="dev",
            origin=Origin(PROCESS, name),
            severity=NOTE,
            detail=detail,
        )

    assert held_back == [
        note("PGSERVICE", "client libraries obey it before the address they are given"),
        note("STRIPE_KEY", "it belongs to prod"),
        Problem(
            "FD404",
            subject="COPY",
            environment="dev",
            origin=Origin(PROCESS, "COPY"),
            severity=WARNING,
            other="prod",
        ),
        note("Debug", "it is DEBUG in another case"),
    ]


def test_what_is_declared_and_not_set_has_one_spelling_too(two: ProjectFolder) -> None:
    two.write(".env.dev", "DEBUG=true\n")
    child, held_back = build(two, "dev", database_url="sqlite:///x.db", Pghost="stays")
    assert "database_url" not in child
    assert child["Pghost"] == "stays"
    assert held_back == [("FD312", "database_url", "note")]


def test_what_is_refused_already_is_held_back_without_another_word(two: ProjectFolder) -> None:
    two.write(".env.dev", "DATABASE_URL=sqlite:///dev.db\nBACKUP=${OLD:-none}\n")
    child, held_back = build(two, "dev", OLD=SECRET)
    assert ("OLD" in child, held_back) == (False, [])


def test_what_is_refused_already_is_not_told_twice(two: ProjectFolder) -> None:
    two.write(".env.dev", "DATABASE_URL=sqlite:///dev.db\nLINK=${SITE:-none}\n")
    child, held_back = build(two, "dev", SITE=SECRET, COPY=SECRET)
    assert not {"SITE", "COPY"} & set(child)
    assert held_back == [("FD404", "COPY", "warning")]


def test_whose_it_is_counts_more_than_how_it_is_spelled(two: ProjectFolder) -> None:
    assert build(two, "dev", database_url=SECRET)[1] == [("FD404", "database_url", "warning")]


def test_where_nobody_owns_anything_all_is_passed_on(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.dev]\n").write(".env.dev", "A=1\n")
    child, held_back = build(project, "dev", OTHER=SECRET)
    assert (child["OTHER"], held_back) == (SECRET, [])


@pytest.mark.parametrize(
    "name",
    ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "STORAGE_EMULATOR_HOST", "AZURE_STORAGE_CONNECTION_STRING"],
)
def test_an_endpoint_is_the_platform_s_only_where_it_is_protected(two: ProjectFolder, name: str) -> None:
    child, held_back = build(two, "dev", **{name: "http://elsewhere"})
    assert (name in child, held_back) == (False, [("FD312", name, "note")])
    child, held_back = build(two, "prod", **{name: "http://elsewhere"})
    assert (child[name], held_back) == ("http://elsewhere", [])
