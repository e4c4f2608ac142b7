"""What the handbook refuses to start with, whichever server starts it; and that no refusal tells a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.handbook import ENVIRONMENTS, GUNICORN, UVICORN, Handbook

if TYPE_CHECKING:
    from support.project import Result

SERVERS = pytest.mark.parametrize("server", [UVICORN, GUNICORN], ids=["uvicorn", "gunicorn"])


def start(handbook: Handbook, server: tuple[str, ...], **exported: str) -> Result:
    """Start a server that must refuse: it ends by itself, and nothing that is secret stands in its words."""
    refused = handbook.run(*(part.replace("{port}", "0") for part in server), **exported)
    assert refused.code != 0
    assert not [value for value in secret_values(handbook) if value in refused.everything]
    return refused


def secret_values(handbook: Handbook) -> set[str]:
    """What no refusal may tell: every value of a resource or secret in the folder's environment files."""
    text = "".join(path.read_text("utf-8") for path in handbook.root.glob(".env*"))
    found = re.findall(
        r"^(?:DATABASE_URL|SECRET_KEY|OPENAI_API_KEY|POSTGRES_PASSWORD)=(.+)$", text, flags=re.MULTILINE
    )
    assert len(found) >= 12
    return set(found) - {"change-me"}


@pytest.mark.requirement("A6", "A8")
@SERVERS
def test_production_with_debug_does_not_start(handbook: Handbook, server: tuple[str, ...]) -> None:
    handbook.set("production", DEBUG="true")
    refused = start(handbook, server, ENV="production")
    assert refused.stderr.count("FD304") == 1
    assert ".env.production:6:1" in refused.stderr


@pytest.mark.requirement("A8", "A13")
def test_debug_that_is_no_boolean_is_not_taken_for_false(handbook: Handbook) -> None:
    handbook.set("development", DEBUG="ture")
    refused = start(handbook, UVICORN, ENV="development")
    assert "FD303" in refused.stderr


@pytest.mark.requirement("A3", "A8")
@SERVERS
def test_an_unknown_environment_is_refused_with_a_suggestion(
    handbook: Handbook, server: tuple[str, ...]
) -> None:
    refused = start(handbook, server, ENV="prodution")
    assert "FD102" in refused.stderr
    assert "production" in refused.stderr.replace("prodution", "")


@pytest.mark.requirement("A7", "A13")
@SERVERS
def test_without_a_choice_nothing_is_chosen(handbook: Handbook, server: tuple[str, ...]) -> None:
    refused = start(handbook, server)
    assert "FD101" in refused.stderr
    for environment in ENVIRONMENTS:
        assert environment in refused.stderr


@pytest.mark.requirement("A7", "A8")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_empty_database_url_is_refused(handbook: Handbook, environment: str) -> None:
    handbook.set(environment, DATABASE_URL="")
    refused = start(handbook, GUNICORN, ENV=environment)
    assert "FD302" in refused.stderr
    assert "DATABASE_URL" in refused.stderr


@pytest.mark.requirement("A8", "A10")
@pytest.mark.parametrize("environment", ["testing", "development"])
@pytest.mark.parametrize("started", ["its own", "production"])
def test_the_database_of_production_belongs_to_production_alone(
    handbook: Handbook, environment: str, started: str
) -> None:
    handbook.set(environment, DATABASE_URL=handbook.value("production", "DATABASE_URL"))
    refused = start(handbook, GUNICORN, ENV=environment if started == "its own" else started)
    assert "FD401" in refused.stderr
    assert environment in refused.stderr
    assert not (handbook.root / "production.sqlite3").exists()


@pytest.mark.requirement("A8", "A9")
def test_the_signing_key_of_production_belongs_to_production_alone(handbook: Handbook) -> None:
    handbook.set("staging", SECRET_KEY=handbook.value("production", "SECRET_KEY"))
    assert "FD402" in start(handbook, UVICORN, ENV="staging").stderr


@pytest.mark.requirement("A3", "A13")
def test_production_without_its_file_does_not_fall_back(handbook: Handbook) -> None:
    (handbook.root / ".env").write_bytes((handbook.root / ".env.development").read_bytes())
    (handbook.root / ".env.production").rename(handbook.root / "elsewhere")
    refused = start(handbook, UVICORN, ENV="production")
    for name in ("DEBUG", "DATABASE_URL", "SECRET_KEY"):
        assert re.search(rf"FD301 +\.env\.production +{name}\n", refused.stderr)


@pytest.mark.requirement("A8")
def test_the_wrong_file_under_the_right_name_is_refused(handbook: Handbook) -> None:
    development = (handbook.root / ".env.development").read_bytes()
    (handbook.root / ".env.testing").write_bytes(development)
    assert "FD204" in start(handbook, UVICORN, ENV="testing").stderr


@pytest.mark.requirement("A8")
def test_a_stale_shell_does_not_bring_another_database(handbook: Handbook) -> None:
    stale = handbook.value("production", "DATABASE_URL")
    refused = start(handbook, UVICORN, ENV="testing", DATABASE_URL=stale)
    assert "FD306" in refused.stderr


@pytest.mark.requirement("A2", "A11")
def test_production_with_a_placeholder_left_is_refused(handbook: Handbook) -> None:
    handbook.set("production", SECRET_KEY="change-me")
    refused = start(handbook, UVICORN, ENV="production")
    assert "FD310" in refused.stderr


@pytest.mark.requirement("A8", "A13")
def test_every_problem_is_told_at_once(handbook: Handbook) -> None:
    handbook.set("production", DEBUG="true", LOG_LEVEL="DEBUG", DATABASE_URL="")
    refused = start(handbook, UVICORN, ENV="production")
    assert refused.stderr.count("FD304") == 2
    assert "FD302" in refused.stderr
