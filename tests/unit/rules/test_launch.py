"""No reloader, no development server in a protected environment; every word of them is fine elsewhere."""

from __future__ import annotations

import pytest

from firedoor.environment import Environment
from firedoor.rules import launch

PROTECTED = Environment("production", protected=True)
OPEN = Environment("development")

REFUSED = [
    (["uvicorn", "src.main:app", "--reload"], ["FD801"]),
    (["uvicorn", "--reload-dir", "src", "src.main:app", "--reload"], ["FD801", "FD801"]),
    (["gunicorn", "src.main:app", "--reload"], ["FD801"]),
    (["gunicorn", "src.main:app", "--rel"], ["FD801"]),
    (["gunicorn", "--reload-engine=poll", "src.main:app"], ["FD801"]),
    (["hypercorn", "--reload", "app"], ["FD801"]),
    (["granian", "--reload", "app"], ["FD801"]),
    (["flask", "run", "--debug"], ["FD801"]),
    (["flask", "--app", "x", "--debug", "run"], ["FD801"]),
    (["flask", "run", "--reload"], ["FD801"]),
    (["fastapi", "dev", "src/main.py"], ["FD801"]),
    (["/venv/bin/fastapi", "dev"], ["FD801"]),
    (["python", "-m", "fastapi", "dev"], ["FD801"]),
    (["python", "manage.py", "runserver"], ["FD801"]),
    (["./manage.py", "runserver", "0:8000"], ["FD801"]),
    (["django-admin", "runserver"], ["FD801"]),
    (["watchfiles", "uvicorn app"], ["FD801"]),
    (["python", "-m", "watchfiles", "app.main"], ["FD801"]),
    (["watchmedo", "auto-restart", "--", "python", "app.py"], ["FD801"]),
    (["sanic", "app", "--dev"], ["FD801"]),
    (["sh", "-c", "exec uvicorn app:app --reload"], ["FD801"]),
    (["sh", "-c", "true;uvicorn app:app '--reload'&&true"], ["FD801"]),
    (["uv", "run", "uvicorn", "app:app", "--reload"], ["FD801"]),
    (["env", "UVICORN_RELOAD=1", "uvicorn", "app:app"], ["FD802"]),
    (["C:\\venv\\Scripts\\fastapi.exe", "dev"], ["FD801"]),
]
ALLOWED = [
    ["uvicorn", "src.main:app", "--host", "0.0.0.0"],
    ["gunicorn", "src.main:app", "--workers", "4", "--worker-class", "uvicorn.workers.UvicornWorker"],
    ["flask", "run"],
    ["flask", "run", "--no-reload", "--no-debug"],
    ["fastapi", "run", "src/main.py"],
    ["python", "manage.py", "migrate"],
    ["nginx", "-s", "reload"],
    ["echo", "dev"],
    ["sh", "-c", "kill -HUP 1 # reload"],
    ["systemctl", "reload", "app"],
]


@pytest.mark.requirement("A6")
@pytest.mark.parametrize(("argv", "codes"), REFUSED, ids=lambda value: " ".join(value))
def test_refused_in_production(argv: list[str], codes: list[str]) -> None:
    problems = launch.problems(PROTECTED, argv, {})
    assert [problem.code for problem in problems] == codes
    assert all(problem.severity == "error" and problem.environment == "production" for problem in problems)


@pytest.mark.requirement("A4")
@pytest.mark.parametrize(("argv", "codes"), REFUSED, ids=lambda value: " ".join(value))
def test_allowed_where_nothing_is_protected(argv: list[str], codes: list[str]) -> None:
    assert launch.problems(OPEN, argv, {"FLASK_DEBUG": "1"}) == []


@pytest.mark.parametrize("argv", ALLOWED, ids=" ".join)
def test_allowed_in_production(argv: list[str]) -> None:
    assert launch.problems(PROTECTED, argv, {"PATH": "/bin", "FLASK_DEBUG": "0", "GUNICORN_CMD_ARGS": "--workers 4"}) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GUNICORN_CMD_ARGS", "--workers 4 --reload"),
        ("GUNICORN_CMD_ARGS", "--reload=1"),
        ("FLASK_DEBUG", "1"),
        ("FLASK_DEBUG", "anything"),
        ("FLASK_ENV", "development"),
        ("FLASK_ENV", "Development"),
        ("UVICORN_RELOAD", "true"),
        ("FLASK_RUN_RELOAD", "yes"),
        ("QUART_DEBUG", "on"),
    ],
)
def test_refused_through_a_variable(name: str, text: str) -> None:
    (problem,) = launch.problems(PROTECTED, ["gunicorn", "app"], {name: text})
    assert (problem.code, problem.subject) == ("FD802", name)


@pytest.mark.parametrize(
    ("name", "text"),
    [("FLASK_DEBUG", ""), ("FLASK_DEBUG", "false"), ("FLASK_ENV", "production"), ("UVICORN_RELOAD", "off"), ("GUNICORN_CMD_ARGS", "")],
)
def test_a_variable_that_says_no_is_fine(name: str, text: str) -> None:
    assert launch.problems(PROTECTED, ["gunicorn", "app"], {name: text}) == []


@pytest.mark.parametrize(
    ("argv", "variables", "files"),
    [
        (["gunicorn", "app"], {}, ["./gunicorn.conf.py"]),
        (["gunicorn", "-c", "conf/g.py", "app"], {}, ["conf/g.py"]),
        (["python", "-m", "gunicorn", "--config=file:g.py", "app"], {}, ["g.py"]),
        (["gunicorn", "app"], {"GUNICORN_CMD_ARGS": "--config g.py"}, ["g.py"]),
        (["uvicorn", "-c", "x"], {}, []),
    ],
)
def test_files_that_gunicorn_reads(argv: list[str], variables: dict[str, str], files: list[str]) -> None:
    assert launch.configuration_files(argv, variables) == files


def test_a_gunicorn_file_that_reloads() -> None:
    text = "workers = 4\n# reload = True\nreload = False  # no\nreload=True\nreload_extra_files = []\n"
    (problem,) = launch.in_configuration(PROTECTED, "gunicorn.conf.py", text)
    assert (problem.code, str(problem.origin)) == ("FD801", "gunicorn.conf.py:4:1")


def test_each_thing_is_said_once() -> None:
    problems = launch.problems(PROTECTED, ["uvicorn", "--reload", "--reload"], {})
    assert [problem.subject for problem in problems] == ["--reload"]
