"""Example files: keys with placeholders, and nothing of the real file but its keys and a few fixed words."""

from __future__ import annotations

import pytest

from firedoor import dotenv, secret
from firedoor.declaration import Project, Variable
from firedoor.discovery import example_text
from firedoor.discovery.contents import Line
from firedoor.environment import Environment

DEV = Environment("dev-kim", order=1)
PROD = Environment("prod", order=2, protected=True, require={"DEBUG": (False,)})  # type: ignore[dict-item]  # wrong on purpose, or a stand-in


def project(*variables: Variable, default: str | None = None) -> Project:
    return Project(
        root="/p",
        path="/p/firedoor.toml",
        name="The Shop!",
        environments=(DEV, PROD),
        selectors=("APP_ENV",),
        default=default,
        variables={variable.name: variable for variable in variables},
    )


def line(key: str, plain: str = "", scheme: str = "") -> Line:
    return Line(key, plain, scheme, gap=False)


def value(
    variable: Variable | str,
    environment: Environment | None = DEV,
    *,
    own: bool = True,
    plain: str = "",
    scheme: str = "",
) -> str:
    name = variable if isinstance(variable, str) else variable.name
    declared = project(*[] if isinstance(variable, str) else [variable], default="prod")
    text = example_text.render(declared, environment, ".env.x", [line(name, plain, scheme)], own=own)
    (found,) = [entry.value for entry in dotenv.parse(text) if entry.key == name]
    return found


@pytest.mark.parametrize(
    ("kind", "scheme", "dev", "prod"),
    [
        ("database", "", "postgresql://user:password@database.dev-kim.example.com:5432/dev-kim", "postgresql://user:password@database.prod.example.com:5432/prod"),
        ("database", "postgresql+asyncpg", "postgresql+asyncpg://user:password@database.dev-kim.example.com:5432/dev-kim", "postgresql+asyncpg://user:password@database.prod.example.com:5432/prod"),
        ("database", "mysql+pymysql", "mysql+pymysql://user:password@database.dev-kim.example.com:3306/dev-kim", "mysql+pymysql://user:password@database.prod.example.com:3306/prod"),
        ("database", "sqlite+aiosqlite", "sqlite+aiosqlite:///./change-me-dev-kim.db", "sqlite+aiosqlite:///./change-me-prod.db"),
        ("cache", "", "redis://cache.dev-kim.example.com:6379/0", "redis://cache.prod.example.com:6379/0"),
        ("queue", "", "amqp://user:password@queue.dev-kim.example.com:5672/dev-kim", "amqp://user:password@queue.prod.example.com:5672/prod"),
        ("queue", "redis", "redis://queue.dev-kim.example.com:6379/0", "redis://queue.prod.example.com:6379/0"),
        ("vector", "", "http://vector.dev-kim.example.com:6333", "http://vector.prod.example.com:6333"),
        ("http", "", "https://http.dev-kim.example.com/", "https://http.prod.example.com/"),
        ("smtp", "", "smtp://smtp.dev-kim.example.com:587", "smtp://smtp.prod.example.com:587"),
        ("bucket", "", "change-me-dev-kim", "change-me-prod"),
        ("key", "", "change-me", "change-me"),
        ("signing-key", "", "change-me", "change-me"),
        ("password", "", "change-me", "change-me"),
    ],
)  # fmt: skip
def test_resources_have_the_right_shape_and_are_nobodys(kind: str, scheme: str, dev: str, prod: str) -> None:
    variable = Variable("X", resource=kind)
    assert value(variable, DEV, scheme=scheme) == dev
    assert value(variable, PROD, scheme=scheme) == prod
    assert not secret.looks_real_secret(dev)
    assert not secret.looks_real_secret(prod)


@pytest.mark.parametrize(
    ("variable", "plain", "own", "others"),
    [
        (Variable("X", type="bool"), "True", "True", "false"),
        (Variable("X", type="bool"), "", "", "false"),
        ("X", "true", "", ""),
        ("LOG_LEVEL", "DEBUG", "DEBUG", "INFO"),
        ("LOGLEVEL", "warning", "warning", "INFO"),
        ("DB_USER", "debug", "", ""),
        (Variable("VERBOSITY", type="enum", values=("INFO", "x")), "INFO", "INFO", "INFO"),
        (Variable("X", type="enum", values=("a", "b")), "", "a", "a"),
        (Variable("X", type="int"), "", "", ""),
        (Variable("X", type="list"), "", "[]", "[]"),
        (Variable("X", type="json"), "", "{}", "{}"),
        (Variable("X", secret=True), "true", "change-me", "change-me"),
        ("UNDECLARED_TOKEN", "true", "change-me", "change-me"),
        ("PLAIN", "", "", ""),
    ],
)
def test_plain_words_are_shown_of_the_files_own_only(
    variable: Variable | str, plain: str, own: str, others: str
) -> None:
    assert value(variable, own=True, plain=plain) == own
    assert value(variable, own=False, plain=plain) == others


def test_what_an_environment_requires_stands_in_its_example() -> None:
    assert value(Variable("DEBUG", type="bool"), PROD, plain="true") == "false"
    assert value("LOG_LEVEL", PROD, own=False, plain="DEBUG") == "WARNING"


def test_the_selector_names_the_environment() -> None:
    assert value("APP_ENV") == "dev-kim"
    assert value("APP_ENV", None) == "prod"
    assert example_text.render(project(), None, ".env", [line("APP_ENV")], own=True).endswith("APP_ENV=\n")


def test_the_whole_text() -> None:
    variables = [
        Variable("A_PORT", type="int"),
        Variable("NEEDED_KEY", resource="key"),
        Variable("LEVEL", values=("a",)),
        Variable("N"),
    ]
    lines = [Line("B", "", "", gap=True), Line("A_PORT", "", "", gap=True), line("B"), line("NEEDED_KEY")]
    text = example_text.render(
        project(*variables), DEV, ".env.dev", lines, own=False, required=["NEEDED_KEY", "LEVEL", "N"]
    )
    assert (
        text
        == """\
# Copy this file to .env.dev and fill it in. The copy stays out of version control.
APP_ENV=dev-kim
B=

A_PORT=
NEEDED_KEY=change-me
LEVEL=a
N=
"""
    )


def test_a_file_of_all_environments_is_local() -> None:
    assert value(Variable("X", resource="bucket"), None) == "change-me-local"
