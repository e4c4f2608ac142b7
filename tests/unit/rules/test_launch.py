"""No reloader, no development server in a protected environment; every word of them is fine elsewhere."""

from __future__ import annotations

import pytest

from firedoor.environment import Environment
from firedoor.origin import FILE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem
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
    *(([word, "app"], ["FD801"]) for word in ("watchexec", "nodemon", "hupper", "jurigged")),
    *(
        (["server", option], ["FD801"])
        for option in ("--relo", "--reloa", "--auto-reload", "--autoreload", "--use-reloader", "--rel=1")
    ),
    (["python", "manage.py", "runserver_plus"], ["FD801"]),
    (["django-admin", "runserver_plus"], ["FD801"]),
    (["adev", "runserver", "app"], ["FD801"]),
    (["robyn", "app.py", "--dev"], ["FD801"]),
    (["sanic", "app", "-d"], ["FD801"]),
    (["sanic", "app", "-r"], ["FD801"]),
    (["flask", "run", "--debugger"], ["FD801"]),
    (["quart", "run", "--debug"], ["FD801"]),
    (["litestar", "run", "--debug"], ["FD801"]),
    (["litestar", "run", "-d"], ["FD801"]),
    (["litestar", "run", "-r"], ["FD801"]),
    *(
        (["sh", "-c", text], ["FD801"])
        for text in (
            "(fastapi dev)",
            "echo `fastapi dev`",
            "fastapi dev>log",
            "fastapi dev<input",
            "fastapi dev|tee log",
            "true&&fastapi dev;true",
            '"fastapi" "dev"',
        )
    ),
    (["env", "A=b=c", "FLASK_DEBUG=1", "flask", "run"], ["FD802"]),
    (["env", "GUNICORN_CMD_ARGS=--workers 4 --reload", "gunicorn", "app"], ["FD801"]),
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
    ["env", "-C", "dev", "fastapi", "run"],
    ["poetry", "run", "--debug", "flask", "run"],
    ["sanic", "app", "--workers", "4"],
    ["worker", "-d", "-r"],
]


@pytest.mark.requirement("A6")
@pytest.mark.parametrize(("argv", "codes"), REFUSED, ids=lambda value: " ".join(value))
def test_refused_in_production(argv: list[str], codes: list[str]) -> None:
    problems = launch.problems(PROTECTED, argv, {})
    assert [problem.code for problem in problems] == codes
    assert all(problem.severity == "error" and problem.environment == "production" for problem in problems)


def test_the_whole_problem_says_where_it_was_asked_for() -> None:
    on_the_line = Problem(
        "FD801",
        subject="fastapi dev",
        environment="production",
        origin=Origin(REQUEST, "command line"),
        flag="fastapi dev",
    )
    in_a_variable = Problem(
        "FD802",
        subject="FLASK_DEBUG",
        environment="production",
        origin=Origin(PROCESS, "FLASK_DEBUG"),
        flag="FLASK_DEBUG",
    )
    found = launch.problems(PROTECTED, ["fastapi", "dev"], {"FLASK_DEBUG": "1"})
    assert found == [on_the_line, in_a_variable]


@pytest.mark.requirement("A4")
@pytest.mark.parametrize(("argv", "codes"), REFUSED, ids=lambda value: " ".join(value))
def test_allowed_where_nothing_is_protected(argv: list[str], codes: list[str]) -> None:
    assert launch.problems(OPEN, argv, {"FLASK_DEBUG": "1"}) == []


@pytest.mark.parametrize("argv", ALLOWED, ids=" ".join)
def test_allowed_in_production(argv: list[str]) -> None:
    assert (
        launch.problems(
            PROTECTED, argv, {"PATH": "/bin", "FLASK_DEBUG": "0", "GUNICORN_CMD_ARGS": "--workers 4"}
        )
        == []
    )


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
        ("QUART_ENV", "development"),
        ("FLASK_RUN_DEBUG", "1"),
        ("FLASK_RUN_DEBUGGER", "1"),
        ("LITESTAR_RELOAD", "1"),
        ("LITESTAR_DEBUG", "1"),
        ("SANIC_AUTO_RELOAD", "1"),
        ("GRANIAN_RELOAD", "1"),
    ],
)
def test_refused_through_a_variable(name: str, text: str) -> None:
    (problem,) = launch.problems(PROTECTED, ["gunicorn", "app"], {name: text})
    assert (problem.code, problem.subject) == ("FD802", name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FLASK_DEBUG", ""),
        ("FLASK_DEBUG", "false"),
        ("FLASK_ENV", "production"),
        ("UVICORN_RELOAD", "off"),
        ("GUNICORN_CMD_ARGS", ""),
    ],
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
        (["gunicorn", "-cg.py", "app"], {}, ["g.py"]),
        (["gunicorn", "--conf", "g.py", "app"], {}, ["g.py"]),
        (["gunicorn", "--co=a=b.py", "app"], {}, ["a=b.py"]),
        (["gunicorn", "--c", "g.py", "app"], {}, ["./gunicorn.conf.py"]),
        (["gunicorn", "--chdir", "x", "--check-config"], {}, ["./gunicorn.conf.py"]),
        (["gunicorn", "-c", "python:conf.server"], {}, ["conf/server.py"]),
        (["gunicorn", "-c", "a.py", "-c", "b.py"], {}, ["a.py", "b.py"]),
        (["gunicorn", "app", "-c"], {}, ["./gunicorn.conf.py"]),
        (["sh", "-c", "exec gunicorn app"], {}, ["./gunicorn.conf.py"]),
        (["sh", "-c", "exec gunicorn -c g.py app"], {}, ["g.py"]),
        (["env", "GUNICORN_CMD_ARGS=-c g.py", "gunicorn"], {}, ["g.py"]),
        (["env", "GUNICORN_CMD_ARGS=--config=g.py", "gunicorn"], {}, ["g.py"]),
        (["sh", "-c", "GUNICORN_CMD_ARGS='-c g.py' gunicorn"], {}, ["g.py"]),
        (["env", "GUNICORN_CMD_ARGS=-cg.py", "gunicorn"], {}, ["g.py"]),
        (["gunicorn", "-c=g.py"], {}, ["g.py"]),
        (["gunicorn", "-c", "confX.py"], {}, ["confX.py"]),
        (["env", "GUNICORN_CMD_ARGS=-c g.py", "uvicorn", "app"], {}, []),
        (["uvicorn", "-c", "x"], {}, []),
        (["uvicorn", "app"], {"GUNICORN_CMD_ARGS": "-c g.py"}, []),
    ],
)
def test_files_that_gunicorn_reads(argv: list[str], variables: dict[str, str], files: list[str]) -> None:
    assert launch.configuration_files(argv, variables) == files


@pytest.mark.parametrize(
    "line",
    ["reload=True", "reload = True  # no", "  reload = x == y", "reload: bool = True", "reload = 'False'"],
)
def test_a_gunicorn_file_that_reloads(line: str) -> None:
    text = f"workers = 4\n# reload = True\nreload = False  # no\n{line}\nreload_extra_files = []\n"
    (problem,) = launch.in_configuration(PROTECTED, "gunicorn.conf.py", text)
    assert problem == Problem(
        "FD801",
        subject="reload",
        environment="production",
        origin=Origin(FILE, "gunicorn.conf.py", 4, 1),
        flag="reload",
    )


@pytest.mark.parametrize(
    "line",
    [
        "reload",
        "reload = False",
        "reload=0",
        "reload = None# no",
        "preload = True",
        "x = reload",
        "reload: bool",
    ],
)
def test_a_gunicorn_file_that_does_not(line: str) -> None:
    assert launch.in_configuration(PROTECTED, "gunicorn.conf.py", line + "\n") == []


def test_each_thing_is_said_once() -> None:
    problems = launch.problems(PROTECTED, ["uvicorn", "--reload", "--reload=1"], {})
    assert [problem.subject for problem in problems] == ["--reload"]
