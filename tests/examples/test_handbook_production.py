"""The handbook in production, started as its guide says: four workers, no docs, no details, a rate limit."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING

import httpx
import pytest

from support.handbook import GUNICORN, UVICORN, Handbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server


@pytest.fixture(scope="module")
def server(shared_handbook: Handbook) -> Iterator[Server]:
    with shared_handbook.serve(*GUNICORN, ENV="production") as server:
        yield server


@pytest.mark.requirement("A6")
def test_four_workers_run(server: Server) -> None:
    workers = set(re.findall(r"Booting worker with pid: (\d+)", server.log))
    server.until(lambda: server.log.count("Application startup complete") == 4, "four started applications")
    assert len(workers) == 4
    assert "Control socket" not in server.log  # environments on one machine would share it


@pytest.mark.requirement("A1", "A3", "A7")
def test_the_environment_is_production(server: Server) -> None:
    assert httpx.get(f"{server.url}/environment").json() == {
        "name": "production",
        "protected": True,
        "debug": False,
        "log_level": "WARNING",
        "api_docs": False,
        "rate_limit": "60/minute",
    }


@pytest.mark.requirement("A6")
def test_access_and_errors_are_logged_to_the_terminal(server: Server) -> None:
    httpx.get(f"{server.url}/chapters")
    server.until(lambda: "GET /chapters HTTP/1.1" in server.log, "the access log's line")
    access = next(line for line in lines(server) if "GET /chapters" in line["message"])
    assert access["logger"] == "uvicorn.access"
    assert access["message"].endswith('"GET /chapters HTTP/1.1" 200')


@pytest.mark.requirement("C5")
def test_every_line_is_compact_and_names_its_environment(server: Server) -> None:
    server.until(lambda: "Booting worker" in server.log, "a worker")
    assert {line["environment"] for line in lines(server)} == {"production"}
    assert {*lines(server)[0]} == {"time", "level", "environment", "logger", "message"}


def lines(server: Server) -> list[dict[str, str]]:
    """The log, but for what gunicorn says before it reads its configuration. A line may be half written."""
    greeting, *said = server.log.splitlines()
    assert "Starting gunicorn" in greeting
    return [json.loads(line) for line in said if line.endswith("}")]


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_api_docs_are_closed(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 404


@pytest.mark.requirement("A1", "A9", "C3")
def test_neither_sql_nor_talk_is_in_the_log(server: Server) -> None:
    httpx.get(f"{server.url}/search", params={"q": "brake"})
    assert "SELECT" not in server.log
    assert "[production]" not in server.log


def test_no_header_tells_how_long_it_took(server: Server) -> None:
    assert "Server-Timing" not in httpx.get(f"{server.url}/health").headers


@pytest.mark.requirement("A1", "C3")
def test_errors_tell_nothing_and_the_rate_is_limited(handbook: Handbook) -> None:
    with handbook.serve(*UVICORN, ENV="production") as server:
        connection = sqlite3.connect(handbook.root / "production.sqlite3")
        connection.execute("DROP TABLE chapters")
        connection.commit()
        connection.close()
        failed = httpx.get(f"{server.url}/chapters")
        assert failed.status_code == 500
        assert failed.json() == {"detail": "Internal server error. It has been logged."}
        with httpx.Client() as client:
            codes = [client.get(f"{server.url}/environment").status_code for _ in range(60)]
            assert codes == [200] * 59 + [429]
            assert client.get(f"{server.url}/health").status_code == 200


@pytest.mark.requirement("C1", "C4")
def test_a_token_of_staging_opens_nothing_in_production(handbook: Handbook) -> None:
    with handbook.serve(*UVICORN, ENV="staging") as staging:
        token = {"X-Reader": httpx.post(f"{staging.url}/readers").json()["token"]}
        assert httpx.get(f"{staging.url}/bookmarks", headers=token).status_code == 200
        assert httpx.get(f"{staging.url}/environment").json()["name"] == "staging"
    with handbook.serve(*UVICORN, ENV="production") as production:
        assert httpx.get(f"{production.url}/bookmarks", headers=token).status_code == 401


@pytest.mark.requirement("A6")
def test_firedoor_run_starts_the_same_server(handbook: Handbook) -> None:
    with handbook.serve("firedoor", "run", "-e", "production", "--", *GUNICORN) as server:
        assert httpx.get(f"{server.url}/environment").json()["name"] == "production"


@pytest.mark.requirement("A6", "A8")
@pytest.mark.parametrize("command", [UVICORN, GUNICORN], ids=["uvicorn", "gunicorn"])
def test_firedoor_run_refuses_to_reload_in_production(handbook: Handbook, command: tuple[str, ...]) -> None:
    refused = handbook.run("firedoor", "run", "-e", "production", "--", *command, "--reload")
    assert refused.code == 1
    assert "FD801" in refused.stderr


@pytest.mark.requirement("A6", "A8")
def test_gunicorn_itself_refuses_to_reload_in_production(handbook: Handbook) -> None:
    refused = handbook.run("gunicorn", "src.main:app", "--bind", "127.0.0.1:0", "--reload", ENV="production")
    assert refused.code == 1
    assert all(word in refused.stderr for word in ("FD801", "--reload", "production"))
