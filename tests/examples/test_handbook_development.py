"""The handbook in development, started as its guide says: reload, API docs, verbose errors, SQL in the log."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import httpx
import pytest

from support.handbook import UVICORN, Handbook, answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server


@pytest.fixture(scope="module")
def server(shared_handbook: Handbook) -> Iterator[Server]:
    with shared_handbook.serve(*UVICORN, ENV="development") as server:
        yield server


@pytest.mark.requirement("A1", "A3", "A7")
def test_the_environment_is_development(server: Server) -> None:
    assert httpx.get(f"{server.url}/environment").json() == {
        "name": "development",
        "protected": False,
        "debug": True,
        "log_level": "DEBUG",
        "api_docs": True,
        "rate_limit": "1200/minute",
    }


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_api_docs_are_open(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 200


@pytest.mark.requirement("A9")
def test_sql_shows_in_the_log(server: Server) -> None:
    httpx.get(f"{server.url}/chapters")
    assert "sqlalchemy.engine.Engine: SELECT chapters." in server.log


@pytest.mark.requirement("A1", "C3")
def test_the_log_speaks_from_debug_up_and_names_the_environment(server: Server) -> None:
    httpx.get(f"{server.url}/search", params={"q": "brake"})
    assert "DEBUG   [development] src.routes.search: search for 'brake' found" in server.log


def test_chapters_are_found_and_read(server: Server) -> None:
    hits = httpx.get(f"{server.url}/search", params={"q": "emergency button"}).json()
    chapter = httpx.get(f"{server.url}/chapters/{hits[0]['slug']}").json()
    assert "emergency" in chapter["body"].lower()


@pytest.mark.requirement("C3")
def test_nobody_is_limited(server: Server) -> None:
    with httpx.Client() as client:
        assert {client.get(f"{server.url}/environment").status_code for _ in range(80)} == {200}


@pytest.mark.requirement("A1")
def test_an_unexpected_error_comes_with_its_traceback(handbook: Handbook) -> None:
    with handbook.serve(*UVICORN, ENV="development") as server:
        damage(handbook, "development.sqlite3")
        answer = httpx.get(f"{server.url}/chapters")
    assert answer.status_code == 500
    assert answer.json()["error"] == "OperationalError"
    assert any("no such table: chapters" in line for line in answer.json()["traceback"])


@pytest.mark.requirement("A1", "A4")
def test_a_changed_source_file_is_reloaded(handbook: Handbook) -> None:
    with handbook.serve(*UVICORN, "--reload", ENV="development") as server:
        assert summary(server) == "A small handbook of physical AI"
        handbook.edit("src/main.py", "A small handbook of physical AI", "Read anew")
        server.until(lambda: answers(server) and summary(server) == "Read anew", "the changed summary")


@pytest.mark.requirement("C2")
def test_short_names_and_the_other_selector_mean_the_same(handbook: Handbook) -> None:
    (handbook.root / ".env.development").rename(handbook.root / ".env.dev")
    with handbook.serve(*UVICORN, APP_ENV="dev") as server:
        assert httpx.get(f"{server.url}/environment").json()["name"] == "development"


@pytest.mark.requirement("A4")
def test_firedoor_run_starts_the_same_server(handbook: Handbook) -> None:
    with handbook.serve("firedoor", "run", "-e", "development", "--", *UVICORN) as server:
        assert httpx.get(f"{server.url}/environment").json()["name"] == "development"
        pid = server.process.pid
        assert f"Started server process [{pid}]" in server.log  # it has replaced firedoor: signals reach it


def damage(handbook: Handbook, database: str) -> None:
    """Take the chapters table away from under a running server."""
    connection = sqlite3.connect(handbook.root / database)
    connection.execute("DROP TABLE chapters")
    connection.commit()
    connection.close()


def summary(server: Server) -> str:
    try:
        text: str = httpx.get(f"{server.url}/openapi.json", timeout=2).json()["info"]["summary"]
    except httpx.TransportError:
        return ""
    return text
