"""`firedoor check`, whole outputs: what holds, what does not, in every format, for every way to name environments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from support.shop import DECLARATION, DEVELOPMENT, PRODUCTION, SECRETS, TESTING, build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder

SARIF = json.loads((Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
ALL_HOLD = """\
development holds: 5 variables from .env.development
testing holds: 4 variables from .env.testing
production holds: 4 variables from .env.production
"""


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return build_shop(project)


# --- it holds ---


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--all",), ALL_HOLD),
        (("-a",), ALL_HOLD),
        (("dev",), "development holds: 5 variables from .env.development\n"),
        (("-e", "prod"), "production holds: 4 variables from .env.production\n"),
        (
            ("prod", "testing", "production"),
            "production holds: 4 variables from .env.production\ntesting holds: 4 variables from .env.testing\n",
        ),
        (("dev", "--env", "testing", "--strict"), "\n".join(ALL_HOLD.splitlines()[:2]) + "\n"),
        (("--all", "-q"), ""),
        (("--all", "--format", "github"), ""),
    ],
    ids=" ".join,
)
def test_what_holds(shop: ProjectFolder, arguments: tuple[str, ...], expected: str) -> None:
    result = shop.firedoor("check", *arguments)
    assert (result.code, result.stdout, result.stderr) == (0, expected, "")


def test_the_selected_environment_is_judged_without_a_name(shop: ProjectFolder) -> None:
    holds = shop.firedoor("check", env={"APP_ENV": "testing"}, code=0)
    assert holds.stdout == "testing holds: 4 variables from .env.testing\n"
    nothing = shop.firedoor("check", code=1)
    assert nothing.prints(
        """\
        whole project
          error  FD101  APP_ENV
            No environment is chosen: APP_ENV is not set, no .env names one, and none is the default.
            do: Choose one of development, testing, production: `-e NAME` for this command, or
                `APP_ENV=NAME` in the environment.

        1 error
        """
    )
    assert nothing.stderr == ""


def test_values_of_the_process_alone(project: ProjectFolder) -> None:
    project.write("firedoor.toml", '[environments.one]\n[files]\nfallback = "process"\n[variables.COLOUR]\n')
    result = project.firedoor("check", "one", env={"COLOUR": "red"}, code=0)
    assert result.prints(
        """\
        one
          warning  FD218  .env.one
            ...
            do: ...

        1 warning in one
        """
    )


# --- it does not ---


def test_every_problem_at_once_grouped_by_environment(shop: ProjectFolder) -> None:
    """A13: a configuration bug is visible immediately, each with its origin and its remedy."""
    shop.write(".env.development", DEVELOPMENT.replace("DEBUG=true", "DEBUG=ture") + "GREETING=again\n")
    shop.write(
        ".env.testing", TESTING.replace("sqlite:///test.db", "postgres://shop@DB.example.org:5432/shop")
    )
    shop.write(".env.production", PRODUCTION.replace("DEBUG=false", "DEBUG=on"))
    result = shop.firedoor("check", "--all", code=1)
    assert result.prints(
        """\
        development
          error  FD303  .env.development:3:1  DEBUG
            The value of DEBUG is not of its type. Expected: true/false/1/0/yes/no/on/off in any case,
            without blanks.
            do: Correct it where it is set: .env.development:3:1.

          error  FD211  .env.development:5:1  GREETING
            ...
            do: ...

        testing
          error  FD401  .env.testing:1:1      DATABASE_URL
            DATABASE_URL of testing leads to the same database as DATABASE_URL of production.
            do: Give testing a database of its own...

        production
          error  FD304  .env.production:3:1   DEBUG
            ...
            do: ...

        4 errors in development, testing, production
        """
    )
    assert result.stderr == ""
    assert not [secret for secret in SECRETS if secret in result.stdout]


def test_an_environment_whose_problem_is_told_under_another_does_not_hold(shop: ProjectFolder) -> None:
    """What --all tells once concerns both: `run` would refuse both."""
    shop.write(".env.testing", TESTING.replace("t0a1b2c3d4", "p0a1b2c3d4e5f6"))
    result = shop.firedoor("check", "--all", code=1)
    assert result.prints(
        """\
        testing
          error  FD402  .env.testing:2:1  SECRET_KEY
            ...
            do: ...

        1 error in testing
        development holds: 5 variables from .env.development
        """
    )
    for name in ("testing", "production"):
        assert "FD402" in shop.firedoor("run", "-e", name, "--", "true", code=1).stderr
        assert "FD402" in shop.firedoor("check", name, code=1).stdout


def test_warnings_fail_only_when_strict(shop: ProjectFolder) -> None:
    (shop.root / ".env.testing.example").unlink()
    expected = """\
        testing
          warning  FD219  .env.testing  .env.testing.example
            ...
            do: ...
            ...

        1 warning in testing
        """
    assert shop.firedoor("check", "testing", code=0).prints(expected)
    assert shop.firedoor("check", "testing", "--strict", code=1).prints(expected)
    assert shop.firedoor("check", "testing", "-q", code=0).prints(expected)


def test_notes_are_left_out_when_quiet(shop: ProjectFolder) -> None:
    shop.write(".env.development", DEVELOPMENT.replace("GREETING=hello", "GREETING = hello"))
    loud = shop.firedoor("check", "dev", code=0)
    assert loud.prints(
        """\
        development
          note  FD230  .env.development:4:1  GREETING
            Not all tools read this alike: spaces around the equals sign...
        ...
            do: Write instead: no space before or after the equals sign.

        1 note in development
        development holds: 5 variables from .env.development
        """
    )
    assert shop.firedoor("check", "dev", "--quiet", "--strict", code=0).everything == ""


def test_an_environment_whose_files_are_elsewhere(shop: ProjectFolder) -> None:
    """Production's files are not on every laptop: --all says so, naming it is an error."""
    (shop.root / ".env.production").unlink()
    result = shop.firedoor("check", "--all", code=0)
    assert result.prints(
        """\
        production
          warning  FD220  .env.production
            production was not judged: there is no .env.production or .env.prod here.
            do: Run `firedoor check production` where the environment's files are...
        ...

        1 warning in production
        development holds: 5 variables from .env.development
        testing holds: 4 variables from .env.testing
        """
    )
    assert "FD201" in shop.firedoor("check", "production", code=1).stdout
    for name in ("development", "testing"):
        (shop.root / f".env.{name}").unlink()
    assert shop.firedoor("check", "--all", code=1).stdout.count("FD201") == 3


def test_unknown_names_are_all_told(shop: ProjectFolder) -> None:
    result = shop.firedoor("check", "prodution", "", "dev", code=1)
    assert result.prints(
        """\
        whole project
          error  FD102  command line  'prodution'
            'prodution' (command line) is no environment of this project. It has development, testing,
            production.
            do: Did you mean `production`? Write exactly that.

          error  FD105  command line
            The requested environment is set, but empty.
            do: Give it one of development, testing, production, or remove it.

        2 errors
        """
    )


# --- formats ---

BROKEN = {"DEBUG": "maybe"}


def test_json(shop: ProjectFolder) -> None:
    holds = shop.firedoor("check", "--all", "--format", "json", code=0)
    assert json.loads(holds.stdout) == {
        "version": 1,
        "problems": [],
        "counts": {"error": 0, "warning": 0, "note": 0},
    }
    broken = shop.firedoor("check", "testing", "--format=json", env=BROKEN, code=1)
    (problem,) = json.loads(broken.stdout)["problems"]
    assert {
        key: problem[key] for key in ("code", "name", "severity", "environment", "subject", "origin")
    } == {
        "code": "FD303",
        "name": "wrong-type",
        "severity": "error",
        "environment": "testing",
        "subject": "DEBUG",
        "origin": {"kind": "process", "name": "DEBUG", "line": None, "column": None},
    }
    assert all(problem[key] for key in ("what", "why", "action"))
    assert broken.stderr == ""


def test_sarif(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING.replace("true", "ture"))
    for arguments in (("--all",), ("dev",), ("nope",)):
        result = shop.firedoor("check", *arguments, "--format", "sarif", env=BROKEN)
        jsonschema.Draft7Validator(SARIF).validate(json.loads(result.stdout))
        assert (result.code, result.stderr) == (1, "")
    document = json.loads(shop.firedoor("check", "testing", "--format", "sarif", code=1).stdout)
    (found,) = document["runs"][0]["results"]
    assert (found["ruleId"], found["level"]) == ("FD303", "error")
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": ".env.testing", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 1},
            }
        }
    ]


def test_places_are_named_from_the_repository_s_top(project: ProjectFolder) -> None:
    project.git("init", "-q").write(
        "services/pay/firedoor.toml", "[environments.one]\n[variables.N]\ntype = 'int'\n"
    )
    project.write("services/pay/.env.one", "N=x\n")
    folder = ("-C", "services/pay")
    github = project.firedoor("check", *folder, "one", "--format", "github", code=1).stdout
    assert github.startswith("::error file=services/pay/.env.one,line=1,col=1,title=FD303")
    sarif = project.firedoor("check", *folder, "one", "--format", "sarif", code=1).stdout
    assert '"uri": "services/pay/.env.one"' in sarif
    assert ".env.one:1:1 " in project.firedoor("check", *folder, "one", code=1).stdout


def test_github(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING.replace("true", "ture"))
    result = shop.firedoor("check", "testing", "--format", "github", code=1)
    assert result.stdout == (
        "::error file=.env.testing,line=3,col=1,title=FD303 wrong-type (testing)::The value of DEBUG is not of its type. "
        "Expected: true/false/1/0/yes/no/on/off in any case, without blanks."
        "%0Ado: Correct it where it is set: .env.testing:3:1.\n"
    )


# --- the declaration is missing or wrong: exit code 2, in every format ---


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize(
    ("declaration", "code"),
    [(None, "FD001"), ("[environments.a]\ncolour = 1\n", "FD003"), ("[environments.a\n", "FD002")],
)
def test_a_declaration_that_is_none(
    project: ProjectFolder, form: str, declaration: str | None, code: str
) -> None:
    if declaration is not None:
        project.write("firedoor.toml", declaration)
    for arguments in (("--all",), (), ("a",)):
        result = project.firedoor("check", *arguments, "--format", form, code=2)
        assert (code in result.stdout, result.stderr) == (True, "")


def test_a_missing_declaration_says_what_to_do(project: ProjectFolder) -> None:
    assert project.firedoor("check", code=2).prints(
        """\
        whole project
          error  FD001  firedoor.toml
            There is no firedoor.toml here or in a folder above, and no [tool.firedoor] in a pyproject.toml.
            do: Run `firedoor init`...
                ...

        1 error
        """
    )


# --- usage ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("dev", "--all"), "firedoor: check: name environments or say --all, not both\n"),
        (("--all", "-e", "dev"), "firedoor: check: name environments or say --all, not both\n"),
        (("--al",), "firedoor: check: unknown option --al; did you mean --all?\n"),
        (("--zzz",), "firedoor: check: unknown option --zzz; see --help\n"),
        (("--format", "xml"), "firedoor: --format xml: not known here; use text, json, sarif, github\n"),
        (("--format",), "firedoor: check: --format needs a value: --format FORMAT\n"),
        (("--strict=yes",), "firedoor: check: --strict takes no value\n"),
        (("-e", "dev", "--env=testing"), "firedoor: check: --env is given twice, with different values\n"),
        (("-C",), "firedoor: check: -C needs a value: -C DIR\n"),
    ],
    ids=" ".join,
)
def test_usage(shop: ProjectFolder, arguments: tuple[str, ...], said: str) -> None:
    result = shop.firedoor("check", *arguments)
    assert (result.code, result.stdout, result.stderr) == (2, "", said)


def test_help(project: ProjectFolder) -> None:
    assert project.firedoor("check", "--help", code=0).prints(
        """\
        usage: firedoor check [ENV...] [--all]

        Judge environments: the selected one, the named ones, or all.

          -a, --all              judge every declared environment
          --strict               fail on warnings too
          --observe              ask the resources who they are; nothing is written anywhere
          --try-credentials ENV  try whether the judged environments' logins open what ENV owns
          -e, --env ENV          the environment; else APP_ENV and its like, .env, the declared default
          --format FORMAT        text, json, sarif or github
          -C, --directory DIR    work as if started in DIR
          -q, --quiet            say only what must be said
          -h, --help             show this help

        Exit code: 0 when every barrier holds (warnings allowed unless --strict), 1 when there are problems.
        """
    )
    assert (
        project.firedoor("check", "--all", "-h", code=0).stdout
        == project.firedoor("help", "check", code=0).stdout
    )


def test_the_folder_may_be_named_before_and_after_the_verb(shop: ProjectFolder) -> None:
    shop.write("deep/down/keep", "")
    for arguments in (
        ("-C", "deep", "check", "dev"),
        ("check", "-Cdeep", "dev"),
        ("--directory=deep/down", "check", "-e", "dev"),
    ):
        assert (
            shop.firedoor(*arguments, code=0).stdout
            == "development holds: 5 variables from .env.development\n"
        )


def test_the_declaration_in_pyproject_toml(shop: ProjectFolder) -> None:
    table = (
        DECLARATION.replace("[project]", "[tool.firedoor.project]")
        .replace("[env", "[tool.firedoor.env")
        .replace("[var", "[tool.firedoor.var")
    )
    (shop.root / "firedoor.toml").unlink()
    shop.write("pyproject.toml", table)
    assert shop.firedoor("check", "--all", code=0).stdout == ALL_HOLD
