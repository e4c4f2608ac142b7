"""Compose's files, variables and words, and what is told of its refusals."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import declaration, process
from firedoor.errors import ServiceError
from firedoor.services import compose, program
from firedoor.services.compose import Compose
from firedoor.services.deployment import MARK
from support.plans import API, DECLARED, build, plan_of, require_compose, secret_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.project import ProjectFolder


def files(
    project: ProjectFolder, names: str, *, declared: str = "", environment: str = "development"
) -> tuple[list[str], list[tuple[str, str, str]]]:
    project.write("firedoor.toml", f"{DECLARED}[services]\n{declared}\n")
    for name in names.split():
        project.write(name, "")
    loaded = declaration.load(project.root, use_cache=False)
    chosen = loaded.environment(environment)
    assert chosen is not None
    found, problems = compose.files(loaded, chosen)
    return found, [(one.code, one.subject, one.severity) for one in problems]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("compose.yaml", ["compose.yaml"]),
        ("compose.yml", ["compose.yml"]),
        ("docker-compose.yaml docker-compose.yml", ["docker-compose.yaml"]),
        ("compose.yaml docker-compose.yml", ["compose.yaml"]),
        ("compose.yaml compose.development.yaml", ["compose.yaml", "compose.development.yaml"]),
        ("compose.yaml compose.dev.yaml", ["compose.yaml", "compose.dev.yaml"]),
        ("compose.yaml compose.testing.yaml compose.production.yaml", ["compose.yaml"]),
    ],
)
def test_usual_files(project: ProjectFolder, names: str, found: list[str]) -> None:
    assert files(project, names) == (found, [])


@pytest.mark.parametrize(
    ("declared", "names", "found", "problems"),
    [
        ("files = 'deploy/base.yaml'", "deploy/base.yaml compose.yaml", ["deploy/base.yaml"], []),
        ("files = ['a.yaml', 'b.{env}.yaml']", "a.yaml", ["a.yaml"], []),
        ("files = ['a.yaml', 'b.{env}.yaml']", "a.yaml b.dev.yaml", ["a.yaml", "b.dev.yaml"], []),
        ("files = ['{env}/c.yaml', 'a.yaml']", "dev/c.yaml a.yaml", ["dev/c.yaml", "a.yaml"], []),
        ("files = ['a.yaml', 'b.yaml']", "b.yaml", ["b.yaml"], [("FD704", "a.yaml", "error")]),
        ("", "", [], [("FD704", "compose.yaml", "error")]),
        ("", "compose.dev.yaml", ["compose.dev.yaml"], [("FD704", "compose.yaml", "error")]),
        (
            "",
            "compose.yaml compose.dev.yaml compose.development.yaml",
            ["compose.yaml", "compose.development.yaml"],
            [("FD203", "compose.development.yaml", "error")],
        ),
        (
            "",
            "compose.yaml compose.override.yaml docker-compose.override.yml",
            ["compose.yaml"],
            [
                ("FD706", "compose.override.yaml", "warning"),
                ("FD706", "docker-compose.override.yml", "warning"),
            ],
        ),
        (
            "files = ['compose.yaml', 'compose.override.yaml']",
            "compose.yaml compose.override.yaml",
            ["compose.yaml", "compose.override.yaml"],
            [],
        ),
    ],
)
def test_declared_files(
    project: ProjectFolder, declared: str, names: str, found: list[str], problems: list[tuple[str, str, str]]
) -> None:
    assert files(project, names, declared=declared) == (found, problems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{MARK} and more", ["compose.yaml"]),
        ("", ["compose.yaml", "compose.production.yaml"]),
        ("services: {}", ["compose.yaml", "compose.production.yaml"]),
    ],
)
def test_a_rendered_file_is_no_source(project: ProjectFolder, text: str, found: list[str]) -> None:
    project.write("compose.production.yaml", text)
    assert files(project, "compose.yaml", environment="production") == (found, [])


def test_the_file_that_an_answer_goes_to_is_no_source(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("compose.production.yaml", "")
    (project.root / "compose.dev.yaml").mkdir()  # Compose says why it is none
    with open(project.root / "compose.production.yaml", "w", encoding="utf-8") as answer:
        monkeypatch.setattr(compose, "_STDOUT", answer.fileno())
        assert files(project, "compose.yaml", environment="production") == (["compose.yaml"], [])
    assert files(project, "")[0] == ["compose.yaml", "compose.dev.yaml"]


def test_the_files_of_others(project: ProjectFolder) -> None:
    files(project, "compose.yaml compose.dev.yaml compose.testing.yaml compose.prod.yaml")
    loaded = declaration.load(project.root, use_cache=False)
    development = loaded.environments[0]
    assert compose.files_of_others(loaded, development) == {
        "compose.yaml",
        "compose.testing.yaml",
        "compose.prod.yaml",
    }


def made(project: ProjectFolder, variables: dict[str, str], clean: Callable[[str], str] = str) -> Compose:
    return Compose(
        "shop-development",
        str(project.root),
        files=["compose.yaml"],
        profiles=["dev", "ops"],
        variables=variables,
        clean=clean,
    )


@pytest.mark.parametrize(
    ("name", "passed"),
    [
        ("COMPOSE_FILE", False),
        ("COMPOSE_PROFILES", False),
        ("COMPOSE_PROJECT_NAME", False),
        ("COMPOSE_ENV_FILES", False),
        ("DOCKER_HOST", False),
        ("DOCKER_CONTEXT", False),
        ("DOCKER_CONFIG", False),
        ("DOCKER_TLS_VERIFY", False),
        ("DOCKER_CERT_PATH", False),
        ("DOCKER_DEFAULT_PLATFORM", False),
        ("DOCKER_CLI_EXPERIMENTAL", False),
        ("", False),
        ("DOCKER_TAG", True),  # the project's own, as in `image: shop/api:${DOCKER_TAG}`
        ("DOCKERFILE", True),
        ("LOG_LEVEL", True),
    ],
)
def test_an_env_file_does_not_steer_compose(
    project: ProjectFolder, name: str, passed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in list(os.environ):
        if one.startswith(("DOCKER", "COMPOSE")):
            monkeypatch.delenv(one)
    assert made(project, {name: "of the file"}).variables == ({name: "of the file"} if passed else {})


def test_the_shell_says_where_the_engine_is_and_nothing_else(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///of/the/shell.sock")
    monkeypatch.setenv("DOCKER_TAG", "of the shell")
    monkeypatch.setenv("COMPOSE_FILE", "other.yaml")
    variables = made(project, {"DOCKER_HOST": "tcp://of-the-file:2375"}).variables
    assert variables["DOCKER_HOST"] == "unix:///of/the/shell.sock"
    assert "DOCKER_TAG" not in variables
    assert "COMPOSE_FILE" not in variables


def test_compose_obeys_no_file_and_no_variable_that_is_not_the_environments(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_compose()
    build(project, API + "    environment: ['X=${X-unset}', 'PROJECT=${COMPOSE_PROJECT_NAME}']\n")
    project.write(".env", "X=of .env\nCOMPOSE_PROFILES=test\n").write(
        "compose.override.yaml", "services:\n  api:\n    environment: [OVERRIDDEN=1]\n"
    )
    monkeypatch.setenv("COMPOSE_FILE", "nothing.yaml")
    monkeypatch.setenv("X", "of the shell")
    plan = plan_of(project, process={"COMPOSE_PROJECT_NAME": "mine", "COMPOSE_FILE": "nothing.yaml"})
    assert plan.model.services["api"].variables == {"X": "unset", "PROJECT": "shop-development"}
    assert [one.code for one in plan.problems] == ["FD706"]


def test_profiles_that_dependencies_bring(project: ProjectFolder) -> None:
    """Compose starts what a service depends on, if its own profile is active; else it refuses the files."""
    compose = f"{API}    depends_on: [mock]\n  mock:\n    image: m:1\n    profiles: [%s]\n"
    assert set(plan_of(build(project, compose % "dev")).model.services) == {"api", "mock"}
    with pytest.raises(ServiceError) as refused:
        plan_of(build(project, compose % "test"))
    assert [one.code for one in refused.value.problems] == ["FD705"]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("services: [", "go-yaml load error"),
        ("services:\n  api:\n    imagee: x\n", "imagee"),
        ("services:\n  api: {}\n", "image"),
        ("services:\n  api:\n    image: ${NOBODY_SETS:?tell me}\n", "tell me"),
        ("services:\n  api:\n    image: x\n    env_file: absent.env\n", "absent.env"),
        ("services:\n  api:\n    image: x\n    network_mode: service:none\n", "none"),
        ("include: [absent.yaml]\nservices: {}\n", "absent.yaml"),
        ("", "empty"),
    ],
)
def test_what_compose_refuses(project: ProjectFolder, text: str, detail: str) -> None:
    require_compose()
    with pytest.raises(ServiceError) as refused:
        plan_of(build(project, text))
    (problem,) = refused.value.problems
    assert (problem.code, problem.subject, str(problem.origin)) == ("FD705", "compose.yaml", "compose.yaml")
    assert detail in problem.facts["detail"]
    assert "\n" not in problem.facts["detail"]
    assert not problem.facts["detail"].endswith(".")


@pytest.mark.parametrize(
    "line",
    [
        "ports: ['${SECRET_KEY}:80']",
        "cpus: ${SECRET_KEY}",
        "stop_grace_period: ${DATABASE_URL}",
        "ports: ['${DATABASE_URL}']",
        "volumes: ['a:${DATABASE_URL}:b:c']",
        "shm_size: ${DATABASE_URL}",
        "depends_on: ['${SECRET_KEY}']",
        "mem_limit: ${SECRET_KEY}",
    ],
)
def test_a_refusal_holds_no_secret(project: ProjectFolder, line: str) -> None:
    require_compose()
    with pytest.raises(ServiceError) as refused:
        plan_of(build(project, f"{API}    {line}\n"))
    (problem,) = refused.value.problems
    assert problem.code == "FD705"
    assert "SECRET-" not in repr(problem.facts), problem.facts


@pytest.mark.parametrize(
    "text",
    ["MIIEvSECRET+words\n", "A='SECRET-1\n", 'A="SECRET-1\nB=SECRET-2\n', "A=${SECRET\n", "!x=SECRET-1\n"],
)
def test_an_env_file_that_compose_cannot_read_is_not_quoted(project: ProjectFolder, text: str) -> None:
    require_compose()
    build(project, API + "    env_file: of-a-tool.env\n", files={"of-a-tool.env": text})
    with pytest.raises(ServiceError) as refused:
        plan_of(project)
    detail = refused.value.problems[0].facts["detail"]
    assert "of-a-tool.env" in detail
    assert detail.endswith("(not shown)")
    assert "SECRET" not in detail


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (b"", ""),
        (b"no such service.\n", "no such service"),
        (b"a\nb\n\nc\n  d  \n", "b; c; d"),
        (b'time="x" level=warning msg="a"\nno such image\n', "no such image"),
        (b'time="x" level=warning msg="a"\n', 'time="x" level=warning msg="a"'),
        (b"of \xff bytes", "of \ufffd bytes"),
        (b"the key is one\ntwo, no more", "the key is ***, no more"),
        (
            b"failed to read /a/.env: line 2: unexpected \"x\" in 'y'",
            "failed to read /a/.env: line 2: unexpected (not shown)",
        ),
        (
            b"failed to read /a/.env: key cannot contain a space",
            "failed to read /a/.env: key cannot contain a space",
        ),
        (b'unknown image "x"', 'unknown image "x"'),
    ],
)
def test_the_text_of_a_refusal(project: ProjectFolder, said: bytes, text: str) -> None:
    one = made(project, {}, lambda given: given.replace("one\ntwo", "***"))
    assert one.refusal_text(said) == text


class Scripted:
    """A Compose that does what a shell script says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = folder / "compose"
        self.said = folder / "said"
        monkeypatch.setattr(program, "words", lambda: (str(self.path),))

    def does(self, script: str) -> None:
        self.path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{self.said}\n{script}\n')
        self.path.chmod(0o755)

    @property
    def words(self) -> list[str]:
        return self.said.read_text().splitlines()


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    return Scripted(tmp_path, monkeypatch)


def test_what_compose_is_asked(project: ProjectFolder, scripted: Scripted) -> None:
    scripted.does("echo '{\"services\": {}}'")
    one = made(project, {"PATH": os.environ["PATH"]})
    assert one.answer(one.raw()) == {"services": {}}
    assert scripted.words == [
        *("--project-name", "shop-development", "--project-directory", str(project.root)),
        *("--env-file", os.devnull, "--ansi", "never", "--progress", "plain"),
        *("--profile", "dev", "--profile", "ops", "--file", str(project.root / "compose.yaml")),
        *("config", "--no-interpolate", "--format", "json"),
    ]


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("exit 3", ("FD705", "it gives no reason")),
        ("echo bad >&2; exit 3", ("FD705", "bad")),
        ('[ "$1" = version ] && echo 1.29.2 && exit 0; exit 3', ("FD703", None)),
        ('[ "$1" = version ] && exit 125; exit 125', ("FD701", None)),
    ],
)
def test_answers_that_are_none(
    project: ProjectFolder, scripted: Scripted, script: str, problem: tuple[str, str | None]
) -> None:
    scripted.does(script if "version" in script else f'[ "$1" = version ] && echo 5.6.1 && exit 0; {script}')
    one = made(project, {"PATH": os.environ["PATH"]})
    with pytest.raises(ServiceError) as refused:
        one.answer(one.model())
    assert [(each.code, each.facts.get("detail")) for each in refused.value.problems] == [problem]


def test_a_compose_that_has_gone(project: ProjectFolder, scripted: Scripted) -> None:
    assert not scripted.path.exists()
    one = made(project, {})
    with pytest.raises(ServiceError) as refused:
        one.answer(one.model())
    assert [each.code for each in refused.value.problems] == ["FD701"]


def test_what_is_started(project: ProjectFolder, scripted: Scripted) -> None:
    scripted.does("cat")
    model: dict[str, Any] = {"services": {"api": {"environment": {"A": "caf\u00e9 \U0001f600 \x7f"}}}}
    one = made(project, {"PATH": os.environ["PATH"]})
    running = one.up(model, ["api"], recreate=True)
    given = running.stdout.read() if running.stdout else b""
    running.wait()
    if running.stdout:
        running.stdout.close()
    assert given.isascii()
    assert b"\x7f" not in given
    assert scripted.words[-8:] == [
        *("--file", "-", "up", "--detach", "--remove-orphans", "--quiet-pull", "--force-recreate", "api")
    ]
    running = one.up({})
    running.wait()
    if running.stdout:
        running.stdout.close()
    assert scripted.words[-4:] == ["up", "--detach", "--remove-orphans", "--quiet-pull"]


def test_what_is_ended(scripted: Scripted) -> None:
    scripted.does("echo out; echo err >&2; exit 4")
    assert compose.down("shop-development") == (4, b"out\nerr\n")
    assert scripted.words == [
        *("--project-name", "shop-development", "--ansi", "never", "down", "--remove-orphans"),
    ]


def test_log_lines_come_as_they_are_written(scripted: Scripted) -> None:
    scripted.does("echo one; printf 'tw\\377o\\n'; exec sleep 60")
    with compose.logs("shop-development", ["--follow", "api"]) as lines:
        assert [next(lines), next(lines)] == ["one\n", "tw\ufffdo\n"]
    assert scripted.words[-3:] == ["logs", "--follow", "api"]


def test_secrets_are_not_words_of_a_command(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lists processes sees the words of each."""
    started: list[tuple[str, ...]] = []
    original = process.Task

    def watched(argv: tuple[str, ...], *rest: Any) -> process.Task:
        started.append(tuple(argv))
        return original(argv, *rest)

    require_compose()
    monkeypatch.setattr(process, "Task", watched)
    plan_of(build(project, API + "    env_file: .env.${APP_ENV}\n"))
    assert started
    assert secret_of("development") not in json.dumps(started)


def test_lines_of_a_compose_that_has_none(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted.does("true")
    original = process.beside

    def mute(*words: Any) -> Any:
        running = original(*words)
        if running.stdout:
            running.stdout.close()
        running.stdout = None
        return running

    monkeypatch.setattr(process, "beside", mute)
    with compose.logs("shop-development", []) as lines:
        assert list(lines) == []
