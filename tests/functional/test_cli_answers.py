"""`firedoor show`, `explain` and `diff`, whole outputs: what is known of values without showing one that may not be seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.shop import DECLARATION, DEVELOPMENT, PRODUCTION, SECRETS, TESTING, build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return build_shop(project)


# --- show ---

TABLE = """\
VARIABLE      VALUE      TYPE            ORIGIN
APP_ENV       testing    selector        command line
DATABASE_URL  ******     str (database)  .env.testing:1:1
DEBUG         true       bool            .env.testing:3:1
PORT          8000       int             default of PORT
SECRET_KEY    ******     str (secret)    .env.testing:2:1
GREETING      (not set)  str
"""


def test_show(shop: ProjectFolder) -> None:
    result = shop.firedoor("show", "testing", code=0)
    assert (result.stdout, result.stderr) == (f"testing (chosen by command line)\n\n{TABLE}", "")
    assert shop.firedoor("show", "-q", "-e", "testing", code=0).stdout == TABLE
    assert (
        shop.firedoor("-e", "testing", "show", "testing", "--format", "text", code=0).stdout == result.stdout
    )
    chosen = shop.firedoor("show", env={"APP_ENV": "testing"}, code=0).stdout
    assert chosen.splitlines()[0] == "testing (chosen by process variable APP_ENV)"


def test_show_says_beside_it_what_is_wrong(shop: ProjectFolder) -> None:
    exported = {"DEBUG": "ture", "DATABASE_URL": "sqlite:///other.db", "PORT": ""}
    result = shop.firedoor("show", "testing", env=exported, code=1)
    assert result.stdout == (
        "testing (chosen by command line)\n\n"
        "VARIABLE      VALUE      TYPE            ORIGIN\n"
        "APP_ENV       testing    selector        command line\n"
        "DATABASE_URL  ******     str (database)  process variable DATABASE_URL\n"
        "DEBUG         ture       bool            process variable DEBUG\n"
        "PORT                     int             process variable PORT\n"
        "SECRET_KEY    ******     str (secret)    .env.testing:2:1\n"
        "GREETING      (not set)  str\n"
    )
    assert [code for code in ("FD303", "FD306") if code not in result.stderr] == []
    assert "other.db" not in result.everything


def test_show_in_json(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING + 'GREETING="zwei\\nZeilen"\nUNKNOWN=5\n')
    result = shop.firedoor("show", "testing", "--format", "json", code=0)
    document = json.loads(result.stdout)
    variables = {row.pop("name"): row for row in document.pop("variables")}
    assert document == {
        "version": 1,
        "environment": "testing",
        "protected": False,
        "chosen_by": "command line",
    }
    assert variables["GREETING"] == {
        "value": "zwei\nZeilen",
        "masked": False,
        "set": True,
        "type": "str",
        "origin": ".env.testing:4:1",
    }
    assert variables["UNKNOWN"] == {
        "value": None,
        "masked": True,
        "set": True,
        "type": "int",
        "origin": ".env.testing:5:1",
    }
    assert variables["SECRET_KEY"] == {
        "value": None,
        "masked": True,
        "set": True,
        "type": "str (secret)",
        "origin": ".env.testing:2:1",
    }
    shop.write(".env.testing", TESTING)
    (unset,) = [
        row
        for row in json.loads(shop.firedoor("show", "testing", "--format", "json").stdout)["variables"]
        if not row["set"]
    ]
    assert unset == {
        "name": "GREETING",
        "value": None,
        "masked": False,
        "set": False,
        "type": "str",
        "origin": None,
    }


def test_what_is_built_from_hidden_values_is_hidden(shop: ProjectFolder) -> None:
    shop.write(
        "firedoor.toml",
        DECLARATION
        + "[variables.LINK]\n[variables.HOST]\n[variables.COPY]\n[variables.NOTE]\n[variables.DIR]\n",
    )
    shop.write(
        ".env.testing",
        TESTING.replace("sqlite:///test.db", "postgresql://app:hunter2%21x@${HOST}/t")
        + "HOST=db.internal\nLINK=see ${SECRET_KEY}\nCOPY=hunter2!x\nNOTE=${MOTTO} and ${APP_ENV}\nMOTTO=quiet\nDIR=${HOME}/x\n",
    )
    rows = json.loads(shop.firedoor("show", "testing", "--format", "json", env={"HOME": "/home/me"}).stdout)[
        "variables"
    ]
    shown = {row["name"]: row["value"] for row in rows if row["value"] is not None}
    assert shown == {
        "APP_ENV": "testing",
        "DEBUG": "true",
        "PORT": "8000",
        "HOST": "db.internal",
        "DIR": "/home/me/x",
    }


def test_another_environment_s_secret_is_hidden_here_too(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING + "GREETING=hello p0a1b2c3d4e5f6\n")
    assert "p0a1b2c3d4e5f6" not in shop.firedoor("show", "testing", code=0).everything


# --- explain ---


def test_explain_a_variable(shop: ProjectFolder) -> None:
    result = shop.firedoor("explain", "DEBUG", "-e", "testing", env={"DEBUG": "false"}, code=0)
    assert result.stdout == (
        "DEBUG in testing (chosen by -e)\n\n"
        "       VALUE  ORIGIN\n"
        "wins   false  process variable DEBUG\n"
        "loses  true   .env.testing:3:1\n"
    )
    assert result.stderr == ""


@pytest.mark.requirement("A13")
def test_explain_shows_every_loser_and_what_a_value_is_built_from(shop: ProjectFolder) -> None:
    layered = (
        DECLARATION + '[files]\ntemplates = ["base.env", ".env.{env}"]\noptional = [".env.{env}.local"]\n'
    )
    shop.write("firedoor.toml", layered).write("base.env", "PORT=1\nGREETING=low\n").write(
        ".env.testing.local", "PORT=3\n"
    )
    shop.write(".env.testing", TESTING + "PORT=2\nGREETING=${WORD} ${PORT}\nWORD=hi\n")
    result = shop.firedoor("explain", "PORT", "-e", "testing", env={"PORT": "4"}, code=0)
    assert result.prints(
        """\
        PORT in testing (chosen by -e)

               VALUE  ORIGIN
        wins   4      process variable PORT
        loses  3      .env.testing.local:1:1
        loses  2      .env.testing:4:1
        loses  1      base.env:1:1
        loses  8000   default of PORT
        """
    )
    built = shop.firedoor("explain", "GREETING", "-e", "testing", code=0)
    assert built.prints(
        """\
        GREETING in testing (chosen by -e)

               VALUE   ORIGIN
        wins   ******  .env.testing:5:1
        loses  ******  base.env:2:1

        BUILT FROM  ORIGIN
        PORT        .env.testing.local:1:1
        WORD        .env.testing:6:1
        """
    )


def test_explain_in_json(shop: ProjectFolder) -> None:
    document = json.loads(
        shop.firedoor(
            "explain", "SECRET_KEY", "-e", "dev", "--format", "json", env={"SECRET_KEY": "x"}
        ).stdout
    )
    assert document == {
        "version": 1,
        "environment": "development",
        "variable": "SECRET_KEY",
        "candidates": [
            {"verdict": "wins", "value": None, "origin": "process variable SECRET_KEY"},
            {"verdict": "loses", "value": None, "origin": ".env.development:2:1"},
        ],
        "built_from": [],
    }
    unset = shop.firedoor("explain", "NOPE", "-e", "dev", "--format", "json", code=1)
    assert json.loads(unset.stdout) == {
        "version": 1,
        "environment": "development",
        "variable": "NOPE",
        "candidates": [],
        "built_from": [],
    }


def test_explain_says_beside_it_what_is_wrong_with_that_variable(shop: ProjectFolder) -> None:
    exported = {"DEBUG": "ture", "DATABASE_URL": "sqlite:///other.db"}
    result = shop.firedoor("explain", "DATABASE_URL", "-e", "testing", env=exported, code=0)
    assert result.prints(
        """\
        DATABASE_URL in testing (chosen by -e)

               VALUE   ORIGIN
        wins   ******  process variable DATABASE_URL
        loses  ******  .env.testing:1:1
        """
    )
    assert ("FD306" in result.stderr, "FD303" in result.stderr) == (True, False)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("DATABAS_URL", "DATABAS_URL is not set in testing (chosen by -e); did you mean DATABASE_URL?\n"),
        ("GREETING", "GREETING is not set in testing (chosen by -e)\n"),
        ("QQQ", "QQQ is not set in testing (chosen by -e)\n"),
    ],
)
def test_explain_what_is_not_set(shop: ProjectFolder, key: str, said: str) -> None:
    result = shop.firedoor("explain", key, "-e", "testing", code=1)
    assert (result.stdout, result.stderr) == (said, "")


def test_explain_a_code(shop: ProjectFolder) -> None:
    page = shop.firedoor("explain", "FD203", code=0).stdout
    assert page.startswith("# FD203 two-env-files\n\nSeverity: error.\n")
    assert shop.firedoor("explain", "fd203", code=0).stdout == page
    unknown = shop.firedoor("explain", "FD999", code=2)
    assert (
        unknown.stdout,
        unknown.stderr.startswith("firedoor: explain: no problem has the code FD999"),
    ) == ("", True)


def test_a_variable_may_be_called_like_a_code(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.a]\n[variables.FDX]\n").write(".env.a", "FDX=1\n")
    assert project.firedoor("explain", "FDX", "-e", "a", code=0).stdout.startswith("FDX in a")


# --- diff ---


@pytest.mark.requirement("C1")
def test_diff(shop: ProjectFolder) -> None:
    result = shop.firedoor("diff", "dev", "prod", code=1)
    assert result.stdout == (
        "VARIABLE  VERDICT              development  production  ORIGIN IN development  ORIGIN IN production\n"
        "GREETING  only in development  str          -           .env.development:4:1   -\n"
        "\n"
        "4 variables agree in key and shape between development and production\n"
    )
    agreeing = shop.firedoor("diff", "testing", "prod", code=0)
    assert agreeing.stdout == "4 variables agree in key and shape between testing and production\n"


def test_diff_of_everything(shop: ProjectFolder) -> None:
    shop.write(
        ".env.production",
        PRODUCTION.replace("p0a1b2c3d4e5f6", "t0a1b2c3d4").replace("DEBUG=false", "DEBUG=")
        + "ONLY=1\nN=1.5\n",
    )
    shop.write(".env.testing", TESTING.replace("true", "ture") + "N=1\n")
    result = shop.firedoor("diff", "testing", "production", "--all", code=1)
    assert result.stdout == (
        "VARIABLE      VERDICT             testing   production  ORIGIN IN testing  ORIGIN IN production\n"
        "DATABASE_URL  same shape          url       url         .env.testing:1:1   .env.production:1:1\n"
        "DEBUG         other shape         not bool  empty       .env.testing:3:1   .env.production:3:1\n"
        "N             other shape         int       float       .env.testing:4:1   .env.production:5:1\n"
        "ONLY          only in production  -         int         -                  .env.production:4:1\n"
        "PORT          same shape          int       int         default of PORT    default of PORT\n"
        "SECRET_KEY    same secret         str       str         .env.testing:2:1   .env.production:2:1\n"
        "\n"
        "2 variables agree in key and shape between testing and production\n"
    )
    assert not [secret for secret in SECRETS if secret in result.everything]


def test_diff_in_json(shop: ProjectFolder) -> None:
    document = json.loads(shop.firedoor("diff", "dev", "testing", "--format", "json", code=1).stdout)
    rows = {row.pop("name"): row for row in document.pop("variables")}
    assert document == {"version": 1, "left": "development", "right": "testing"}
    assert rows["GREETING"] == {
        "verdict": "only left",
        "shapes": ["str", None],
        "origins": [".env.development:4:1", None],
    }
    assert set(rows) == {"DATABASE_URL", "SECRET_KEY", "DEBUG", "GREETING", "PORT"}


def test_diff_is_about_files_not_about_the_shell(shop: ProjectFolder) -> None:
    """What the shell exports would be the same on both sides; what a file asks of it is answered."""
    shop.write(".env.testing", TESTING + "HERE=${HOME}/x\nWHO=${APP_ENV}\n")
    shop.write(".env.production", PRODUCTION + "HERE=${HOME}/x\nWHO=${APP_ENV}\n")
    exported = {"SECRET_KEY": "the same for both", "DEBUG": "", "APP_ENV": "dev"}
    assert shop.firedoor("diff", "testing", "prod", env=exported, code=0).stdout.startswith(
        "6 variables agree"
    )


def test_diff_does_not_call_equal_what_nobody_can_finish(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING.replace("t0a1b2c3d4", "${VAULT}")).write(
        ".env.production", PRODUCTION.replace("p0a1b2c3d4e5f6", "${VAULT}")
    )
    assert "same secret" not in shop.firedoor("diff", "testing", "prod").stdout
    assert "same secret" in shop.firedoor("diff", "testing", "prod", env={"VAULT": "k8j7h6g5"}, code=1).stdout


def test_diff_of_files_that_cannot_be_read(shop: ProjectFolder) -> None:
    (shop.root / ".env.production").unlink()
    shop.write(".env.testing", "junk line\n")
    assert "FD201" in shop.firedoor("diff", "dev", "prod", code=1).stderr
    assert "FD210" in shop.firedoor("diff", "testing", "dev", code=1).stderr


# --- usage of the three ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "dev", "testing"), "firedoor: show: one environment at a time, not dev, testing\n"),
        (("show", "-e", "dev", "testing"), "firedoor: show: one environment at a time, not dev, testing\n"),
        (("show", "--format", "sarif"), "firedoor: --format sarif: not known here; use text, json\n"),
        (
            ("explain",),
            "firedoor: explain: name one variable or one code: firedoor explain DATABASE_URL, firedoor explain FD203\n",
        ),
        (
            ("explain", "A", "B"),
            "firedoor: explain: name one variable or one code: firedoor explain DATABASE_URL, firedoor explain FD203\n",
        ),
        (("explain", "A", "--format", "x"), "firedoor: --format x: not known here; use text, json\n"),
        (("diff",), "firedoor: diff: name two environments: firedoor diff development production\n"),
        (("diff", "dev"), "firedoor: diff: name two environments: firedoor diff development production\n"),
        (("diff", "dev", "development"), "firedoor: diff: dev and development are the same environment\n"),
        (("diff", "dev", "prod", "--format", "x"), "firedoor: --format x: not known here; use text, json\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_usage(shop: ProjectFolder, arguments: tuple[str, ...], said: str) -> None:
    result = shop.firedoor(*arguments)
    assert (result.code, result.stdout, result.stderr) == (2, "", said)


@pytest.mark.parametrize(
    "arguments",
    [("show", "nope"), ("explain", "A", "-e", "nope"), ("diff", "dev", "nope"), ("diff", "nope", "dev")],
)
def test_an_unknown_environment(shop: ProjectFolder, arguments: tuple[str, ...]) -> None:
    result = shop.firedoor(*arguments, code=1)
    assert (result.stdout, "FD102" in result.stderr) == ("", True)


@pytest.mark.parametrize("verb", ["show", "explain", "diff", "schema", "completion", "init"])
def test_help(project: ProjectFolder, verb: str) -> None:
    for arguments in ((verb, "--help"), (verb, "-h", "whatever"), ("help", verb), ("-h", verb)):
        result = project.firedoor(*arguments, code=0)
        assert result.stdout.startswith(f"usage: firedoor {verb}")
        assert result.stderr == ""


def test_development_s_values_are_never_in_an_answer(shop: ProjectFolder) -> None:
    """The control: what is declared plain is shown."""
    shown = "".join(
        shop.firedoor(*arguments).everything
        for arguments in (
            ("show", "dev"),
            ("explain", "DATABASE_URL", "-e", "dev"),
            ("explain", "GREETING", "-e", "dev"),
            ("diff", "dev", "prod", "--all"),
            ("check", "--all"),
        )
    )
    assert not [secret for secret in SECRETS if secret in shown]
    assert "hello" in shown
    assert "hello" in DEVELOPMENT
