"""``firedoor service`` where it refuses: files in, codes and places out, and no value of a secret in either stream.

The engine is a socket that answers as one would: nothing is ever started. What needs containers is tried on a real
engine, in tests/real.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import catalogue
from firedoor.services import program
from support.engine_socket import LIST, EngineSocket, engine_socket, entry
from support.plans import API, DECLARED, LEVELS, build, database_of, require_compose, secret_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.project import ProjectFolder, Result

Told = tuple[str, str, str, str]  # severity, code, place, subject
DEV, PROD = ("start", "-e", "dev"), ("start", "-e", "prod")
HEADLINE = re.compile(r"^  (error|warning) +(FD\d{3})  +(\S.*)$", re.MULTILINE)


@pytest.fixture
def socket() -> Iterator[EngineSocket]:
    require_compose()
    with engine_socket() as made:
        yield made


def ask(project: ProjectFolder, socket: EngineSocket, *words: str, **env: str) -> Result:
    return project.firedoor("service", *words, env={"DOCKER_HOST": socket.host, **env})


def told(result: Result) -> list[Told]:
    found = []
    for severity, code, rest in HEADLINE.findall(result.stderr):
        first, _, second = rest.partition("  ")
        found.append((severity, code, first, second.strip() or first))
    return found


def require_no_secret(result: Result) -> None:
    assert "SECRET-" not in result.everything
    assert "Traceback" not in result.everything


@dataclass(frozen=True)
class Scenario:
    """Files in, the problem out: with its place, or its subject where nothing has a place."""

    code: str
    place: str
    compose: str
    words: tuple[str, ...] = DEV
    severity: str = "error"
    declared: str = DECLARED
    services: str = ""
    files: dict[str, str] = field(default_factory=dict)
    without: str = ""
    env: dict[str, str] = field(default_factory=dict)
    containers: Callable[[str], list[dict[str, Any]]] = lambda _: []
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.code} {self.place}"


def api(*lines: str) -> str:
    return API + "".join(f"    {line}\n" for line in lines)


def environment_runs(
    name: str, *, project: str = "", firedoor: bool = True
) -> Callable[[str], list[dict[str, Any]]]:
    def made(root: str) -> list[dict[str, Any]]:
        mark = {"environment": name} if firedoor else {}
        return [entry(f"shop-{name}-api-1", project or f"shop-{name}", folder=root, **mark)]  # type: ignore[arg-type]  # what a test gives

    return made


def other_checkout(_: str) -> list[dict[str, Any]]:
    return [
        entry("shop-development-api-1", "shop-development", environment="development", folder="/srv/theirs")
    ]


def holds_port(_: str) -> list[dict[str, Any]]:
    return [entry("theirs", "theirs", published=(18473,))]


SECRET_LINES = ("env_file: .env.${APP_ENV}", "environment:", "  TOKEN: ${SECRET_KEY}")
FILES = [
    Scenario("FD704", "compose.yaml", API, without="compose.yaml"),
    Scenario("FD704", "more.yaml", API, services="files = ['compose.yaml', 'more.yaml']"),
    Scenario("FD705", "compose.yaml", "services:\n  api:\n    imagee: x\n"),
    Scenario("FD705", "compose.yaml", api("ports: ['${SECRET_KEY}:80']")),
    Scenario(
        "FD705", "compose.yaml", api("image: '${NOBODY:?sets it}'").replace("    image: shop/api:1.4\n", "")
    ),
    Scenario(
        "FD706",
        "compose.override.yaml",
        api("container_name: ab"),
        severity="warning",
        files={"compose.override.yaml": API},
        also=("FD710",),
    ),
    Scenario(
        "FD203",
        "compose.development.yaml",
        API,
        files={"compose.dev.yaml": API, "compose.development.yaml": API},
    ),
]
SHARED = [
    Scenario("FD710", "compose.yaml:4:5", api("container_name: shop-api", *SECRET_LINES)),
    Scenario(
        "FD710",
        "compose.dev.yaml:3:5",
        API,
        files={
            "compose.dev.yaml": "services:\n  api:\n    container_name: ab\n",
            "compose.prod.yaml": "services:\n  api:\n    container_name: ab\n",
        },
    ),
    Scenario(
        "FD711", "compose.yaml:7:5", api("volumes: [data:/data]") + "volumes:\n  data:\n    external: true\n"
    ),
    Scenario("FD711", "compose.yaml:7:5", api("networks: [back]") + "networks:\n  back:\n    name: shared\n"),
    Scenario("FD711", "compose.yaml:4:5", api("network_mode: container:shop-production-db-1")),
]
GIVEN = [
    Scenario(
        "FD712",
        "compose.yaml:5:7",
        api("environment:", "  - ONLY_THERE"),
        files={".env.production": "ONLY_THERE=SECRET-x\n"},
    ),
    Scenario(
        "FD712",
        "compose.yaml:5:7",
        api("environment:", "  - ANY", "container_name: ab"),
        severity="warning",
        env={"ANY": "SECRET-any"},
        also=("FD710",),
    ),
    Scenario(
        "FD713",
        "compose.yaml:4:5",
        api("env_file: .env.production"),
        also=("FD401", "FD402", "FD714"),
    ),
    Scenario("FD714", "compose.yaml:4:5", api("env_file: tool.env"), files={"tool.env": "LOG_LEVEL=INFO\n"}),
    Scenario("FD713", "compose.yaml:4:5", api("volumes: ['./.env.production:/app/.env:ro']")),
    Scenario("FD714", "compose.yaml:5:7", api("environment:", "  LOG_LEVEL: INFO", *SECRET_LINES[2:])),
    Scenario("FD714", "compose.yaml:5:7", api("environment:", f"  SECRET_KEY: {secret_of('other')}")),
    Scenario("FD717", "compose.yaml:5:7", api("environment:", f"  BACKUP: {database_of('production')}")),
    Scenario(
        "FD401",
        "compose.yaml:5:7",
        api("environment:", f"  DATABASE_URL: {database_of('production')}"),
        services="own = ['DATABASE_URL']",
    ),
    Scenario(
        "FD402",
        "compose.yaml:5:7",
        api("environment:", f"  SECRET_KEY: {secret_of('production')}"),
        services="own = ['SECRET_KEY']",
    ),
]
RUNS = [
    Scenario("FD715", "compose.yaml:4:5", api("ports: ['18473:80']"), containers=holds_port),
    Scenario("FD715", "compose.yaml:4:5", api("ports: ['18473:80']"), services="side_by_side = true"),
    Scenario("FD720", "testing", api(*SECRET_LINES), containers=environment_runs("testing")),
    Scenario(
        "FD721", "shop", api(*SECRET_LINES), containers=environment_runs("x", project="shop", firedoor=False)
    ),
    Scenario("FD722", "shop-development", api(*SECRET_LINES), containers=other_checkout),
    Scenario(
        "FD723",
        "tool",
        api("labels: [a=b]") + "  tool:\n    image: t:1\n    profiles: [test]\n",
        words=(*DEV, "api", "tool"),
    ),
]
PROTECTED = [
    Scenario(
        "FD730",
        "compose.yaml:6:5",
        API + "  tool:\n    image: t:1\n    profiles: [dev, ops]\n",
        words=PROD,
        declared=DECLARED.replace("protected = true", "protected = true\nprofiles = ['ops']"),
    ),
    Scenario("FD731", "compose.yaml:4:5", api("volumes: ['./src:/app']", *SECRET_LINES), words=PROD),
    Scenario("FD732", "compose.yaml:4:5", api("ports: ['5678']"), words=PROD),
    Scenario("FD732", "compose.yaml:4:5", api('command: sh -c "python -m debugpy app.py"'), words=PROD),
    Scenario("FD733", "compose.yaml:3:5", API.replace(":1.4", ""), words=PROD),
    Scenario("FD801", "compose.yaml:4:5", api("command: uvicorn app:app --reload"), words=PROD),
    Scenario("FD802", "compose.yaml:5:7", api("environment:", "  FLASK_DEBUG: '1'"), words=PROD),
]
RUNNING = [
    Scenario("FD744", "production", API, words=("stop",), containers=environment_runs("production")),
    Scenario(
        "FD744", "production", API, words=("restart", "-e", "dev"), containers=environment_runs("production")
    ),
    Scenario("FD743", "production", API, words=("stop", "-e", "prod", "--destroy-data=shop-production")),
    Scenario("FD745", "services", API, words=("logs",)),
    Scenario(
        "FD745",
        "testing",
        API,
        words=("exec", "-e", "test", "api", "true"),
        containers=environment_runs("development"),
    ),
    Scenario(
        "FD746",
        "APP_ENV",
        API,
        words=("logs",),
        containers=lambda root: [*environment_runs("development")(root), *environment_runs("testing")(root)],
    ),
    Scenario("FD747", "db", API, words=("exec", "db", "true"), containers=environment_runs("development")),
    Scenario("FD747", "db", API, words=("logs", "db"), containers=environment_runs("development")),
    Scenario("FD722", "shop-development", API, words=("stop", "-e", "dev"), containers=other_checkout),
]
SCENARIOS = [*FILES, *SHARED, *GIVEN, *RUNS, *PROTECTED, *RUNNING]


@pytest.mark.requirement("B1", "B10")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_refusals(project: ProjectFolder, socket: EngineSocket, scenario: Scenario) -> None:
    build(
        project,
        scenario.compose,
        services=scenario.services,
        declared=scenario.declared,
        files=scenario.files,
    )
    if scenario.without:
        (project.root / scenario.without).unlink()
    socket.has(*scenario.containers(str(project.root)))
    result = ask(project, socket, *scenario.words, **scenario.env)
    require_no_secret(result)
    found = [(severity, code, place) for severity, code, place, _ in told(result)]
    assert (scenario.severity, scenario.code, scenario.place) in found, result.stderr
    assert result.code == 1
    assert result.stdout == ""
    assert {code for _, code, _ in found} == {scenario.code, *scenario.also}


def test_a_sound_project_is_refused_nothing(project: ProjectFolder, socket: EngineSocket) -> None:
    """The control of all of the above: the file is rendered, for each environment."""
    build(project, api(*SECRET_LINES[:1], "ports: ['127.0.0.1:18473:80']"))
    for environment in LEVELS:
        result = ask(project, socket, "config", "-e", environment)
        assert (result.code, told(result)) == (0, []), result.stderr
        require_no_secret(result)


# --- Compose and the engine ---


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("words", "code", "subject"),
    [(("status",), "FD702", "docker"), (DEV, "FD702", "docker"), (("stop",), "FD702", "docker")],
)
def test_an_engine_that_does_not_answer(
    project: ProjectFolder, tmp_path: Path, words: tuple[str, ...], code: str, subject: str
) -> None:
    require_compose()
    build(project, api(*SECRET_LINES))
    result = project.firedoor("service", *words, env={"DOCKER_HOST": f"unix://{tmp_path}/gone.sock"}, code=1)
    assert told(result) == [("error", code, subject, subject)]
    assert "(No such file or directory)" in " ".join(result.stderr.split())
    require_no_secret(result)


def test_an_engine_that_says_no(project: ProjectFolder, socket: EngineSocket) -> None:
    socket.answers[LIST] = (500, {"message": "the disk is full"})
    result = ask(build(project), socket, *DEV)
    assert [code for _, code, _, _ in told(result)] == ["FD702"]
    assert "the disk is full" in result.stderr


@dataclass
class Programs:
    """Scripts in the place of docker and of Compose's plugin, which comes before the Compose beside Python."""

    folder: Path
    socket: EngineSocket
    env: dict[str, str]

    def docker(self, text: str) -> None:
        script(self.folder / "bin", "docker", text)

    def compose(self, text: str) -> None:
        script(self.folder / "cli-plugins", "docker-compose", text)


@pytest.fixture
def programs(tmp_path: Path, socket: EngineSocket) -> Programs:
    for name in ("bin", "cli-plugins"):
        (tmp_path / "programs" / name).mkdir(parents=True)
    folder = tmp_path / "programs"
    env = {"DOCKER_HOST": socket.host, "DOCKER_CONFIG": str(folder), "PATH": f"{folder}/bin:/usr/bin:/bin"}
    return Programs(folder, socket, env)


NO_PLUGIN = "echo \"docker: 'compose' is not a docker command.\" >&2; exit 1"


@pytest.mark.parametrize(
    ("compose", "code"),
    [("[ $1 = version ] && echo 1.29.2 && exit; exit 1", "FD703"), ("exit 1", "FD701"), (NO_PLUGIN, "FD701")],
)
def test_a_compose_that_is_none(project: ProjectFolder, programs: Programs, compose: str, code: str) -> None:
    programs.compose(compose)
    result = build(project, api(*SECRET_LINES)).firedoor("service", *DEV, env=programs.env, code=1)
    assert told(result) == [("error", code, "docker compose", "docker compose")]
    require_no_secret(result)


def test_there_is_no_docker_command(project: ProjectFolder, programs: Programs) -> None:
    env = {**programs.env, "DOCKER_HOST": "ssh://far", "PATH": str(programs.folder)}
    result = build(project).firedoor("service", "status", env=env, code=1)
    assert told(result) == [("error", "FD701", "docker", "docker")]


STARTS = f"""case " $* " in
*' up '*) cat >/dev/null; {{}} ;;
*) exec {program.words()[0]} "$@" ;;
esac"""


def created(root: str, **told_of_it: Any) -> dict[str, Any]:
    variables = (
        f"SECRET_KEY={secret_of('production')}",
        "LOG_LEVEL=INFO",
        "APP_ENV=development",
        "ENV=development",
    )
    return entry(
        "shop-development-api-1",
        "shop-development",
        environment="development",
        folder=root,
        variables=variables,
        **told_of_it,
    )


@pytest.mark.parametrize(
    ("up", "told_of_it", "expected"),
    [
        (
            "echo started",
            {},
            [
                ("error", "FD716", "compose.yaml:2:3", "DATABASE_URL"),
                ("error", "FD716", "compose.yaml:2:3", "LOG_LEVEL"),
                ("error", "FD716", "compose.yaml:2:3", "SECRET_KEY"),
            ],
        ),
        (
            'echo "no space left for $SECRET_KEY"; exit 1',
            {"state": "created"},
            [
                ("error", "FD741", "shop-development", "shop-development"),
                ("error", "FD740", "compose.yaml:2:3", "api"),
            ],
        ),
    ],
)
def test_starts_that_end_badly(
    project: ProjectFolder,
    programs: Programs,
    up: str,
    told_of_it: dict[str, Any],
    expected: list[Told],
) -> None:
    programs.compose(STARTS.format(up))
    programs.docker("echo last words: $SECRET_KEY; exit 0")
    build(project, api("env_file: .env.${APP_ENV}"))
    programs.socket.has(created(str(project.root), **told_of_it))
    result = project.firedoor("service", *DEV, env=programs.env, code=1)
    assert sorted(told(result)) == sorted(expected), result.stderr
    assert result.stdout.startswith("SERVICE  STATE"), "what there is stands above what is wrong with it"
    require_no_secret(result)


def test_a_stop_that_leaves_something(
    project: ProjectFolder, programs: Programs, socket: EngineSocket
) -> None:
    programs.compose("echo 'cannot kill container' >&2; exit 1")
    build(project)
    socket.has(created(str(project.root)))
    result = project.firedoor("service", "stop", env=programs.env, code=1)
    assert told(result) == [("error", "FD742", "shop-development", "shop-development")]
    assert "cannot kill container" in result.stderr


def test_a_volume_that_stays(project: ProjectFolder, programs: Programs) -> None:
    programs.compose("exit 0")
    programs.docker(
        "case $* in 'volume ls'*) echo shop-development_data;; 'system df'*) echo null;; "
        "*) echo 'volume is in use' >&2; exit 1;; esac"
    )
    words = ("stop", "-e", "dev", "--destroy-data=shop-development")
    result = build(project).firedoor("service", *words, env=programs.env, code=1)
    assert told(result) == [("error", "FD748", "shop-development_data", "shop-development_data")]
    assert "volume is in use" in result.stderr


def test_every_code_of_services_is_tried() -> None:
    here = {scenario.code for scenario in SCENARIOS}
    source = Path(__file__).read_text("utf-8")
    missing = [
        code
        for code in catalogue.CODES
        if code.startswith("FD7") and code not in here and f'"{code}"' not in source
    ]
    assert missing == []
