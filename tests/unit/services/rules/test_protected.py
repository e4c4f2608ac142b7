"""FD730 to FD733, FD801 and FD802 of services: what a protected environment does not start, beside what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.services import engine, rules
from firedoor.services.rules import protected
from support.plans import API, DECLARED, build, plan_of, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from support.project import ProjectFolder

    Bring = Callable[..., None]


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> Bring:
    """Gives every image these settings; none where nobody calls it, as without an engine."""
    settings: dict[str, Any] = {}

    def every(names: Iterable[str]) -> dict[str, dict[str, Any]]:
        return dict.fromkeys(names, settings)

    monkeypatch.setattr(engine, "settings_of_images", every)
    return settings.update


def found(
    project: ProjectFolder, compose: str, environment: str = "production", **options: Any
) -> list[tuple[str, str, str]]:
    return told(protected.problems(plan_of(build(project, compose, **options), environment)))


def service(*lines: str) -> str:
    return API + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("profiles", "own", "others", "refused"),
    [
        ("[dev]", "['dev']", "['dev']", "dev"),
        ("[dev, ops]", "['ops']", "['dev']", "dev"),
        ("[development]", "['development']", "[]", "development"),
        ("[test]", "['test']", "[]", "test"),
        ("[ops, testing]", "['ops']", "[]", "testing"),
        ("[ops]", "['ops']", "['dev', 'ops']", None),
        ("[ops]", "['ops']", "[]", None),
        ("[ops, prod]", "['ops']", "[]", None),
        ("[dev]", "[]", "['dev']", None),
    ],
)
@pytest.mark.usefixtures("image")
def test_profiles(project: ProjectFolder, profiles: str, own: str, others: str, refused: str | None) -> None:
    declared = DECLARED.replace('profiles = ["dev"]', f"profiles = {others}")
    declared = declared.replace('profiles = ["dev", "test"]', "")
    declared = declared.replace("protected = true", f"protected = true\nprofiles = {own}")
    build(project, API + f"  tool:\n    image: tool:1\n    profiles: {profiles}\n", declared=declared)
    problems = list(protected.problems(plan_of(project, "production")))
    assert told(problems) == ([("FD730", "tool", "compose.yaml:6:5")] if refused else [])
    assert [problem.facts["profile"] for problem in problems] == ([refused] if refused else [])


@pytest.mark.parametrize(
    ("mount", "refused"),
    [
        ("volumes: ['./src:/app/src']", "src"),
        ("volumes: ['./src:/app/src:ro']", "src"),
        ("volumes: ['.:/app:ro']", "."),
        ("volumes: ['..:/app:ro']", ".."),
        ("volumes: ['./:/app']", "."),
        ("volumes: [{type: bind, source: src, target: /app}]", "src"),
        ("volumes: ['./absent:/app']", "absent"),
        ("volumes: ['./nginx.conf:/etc/nginx.conf']", "nginx.conf"),
        ("volumes: ['./linked:/app']", "src"),
        ("volumes: [source:/app]", "src"),
        ("develop: {watch: [{path: ./src, action: sync, target: /app}]}", "develop.watch"),
        ("volumes: ['./nginx.conf:/etc/nginx.conf:ro']", None),
        ("volumes: ['/:/host:ro']", None),
        ("volumes: ['/var/run/docker.sock:/var/run/docker.sock']", None),
        ("volumes: ['data:/data', '/anonymous', {type: tmpfs, target: /tmp}]", None),
        ("volumes: [elsewhere:/data]", None),
        ("volumes: ['/srv/elsewhere:/data']", None),
        ("tmpfs: /tmp", None),
        ("configs: [nginx]", None),
    ],
)
@pytest.mark.usefixtures("image")
def test_mounts(project: ProjectFolder, mount: str, refused: str | None) -> None:
    project.write("src/main.py", "").write("nginx.conf", "")
    (project.root / "linked").symlink_to("src")
    tail = (
        "volumes:\n  data:\n"
        f"  source:\n    driver_opts: {{type: none, o: bind, device: {project.root}/src}}\n"
        "  elsewhere:\n    driver_opts: {type: nfs, o: addr=10.0.0.1, device: ':/data'}\n"
        "configs:\n  nginx:\n    file: nginx.conf\n"
    )
    build(project, service(mount) + tail)
    problems = list(protected.problems(plan_of(project, "production")))
    assert told(problems) == ([("FD731", "api", "compose.yaml:4:5")] if refused else [])
    assert [problem.facts["folder"] for problem in problems] == ([refused] if refused else [])


@pytest.mark.usefixtures("image")
def test_everything_may_be_read_and_not_changed(project: ProjectFolder) -> None:
    assert [code for code, _, _ in found(project, service("volumes: ['/:/host']"))] == ["FD731"]


@pytest.mark.parametrize(
    ("ports", "refused"),
    [
        ("['5678:5678']", ["5678"]),
        ("['5678']", ["5678"]),
        ("['9000:5678']", ["5678"]),
        ("['5678:9000']", ["5678"]),
        ("['127.0.0.1:5678:9000/tcp']", ["5678"]),
        ("['5670-5680:80']", ["5678"]),
        ("['5677-5679:5677-5679']", ["5678"]),
        ("['9229:9229', '5005:80']", ["9229", "5005"]),
        ("[{target: 5678}]", ["5678"]),
        ("[{target: 80, published: '5678', mode: host}]", ["5678"]),
        ("['8000:8000', '5679:5679']", []),
        ("[]", []),
    ],
)
@pytest.mark.usefixtures("image")
def test_debug_ports(project: ProjectFolder, ports: str, refused: list[str]) -> None:
    problems = list(protected.problems(plan_of(build(project, service(f"ports: {ports}")), "production")))
    assert told(problems) == [("FD732", "api", "compose.yaml:4:5")] * len(refused)
    assert [problem.facts["port"] for problem in problems] == refused


@pytest.mark.usefixtures("image")
def test_declared_debug_ports(project: ProjectFolder) -> None:
    compose = service("ports: ['5678:5678', '4000:4000']", "expose: ['4000']")
    assert len(found(project, compose, services="debug_ports = [4000]")) == 1
    assert found(project, compose, services="debug_ports = []") == []


@pytest.mark.parametrize(
    ("image_name", "tag"),
    [
        ("shop/api:latest", "latest"),
        ("shop/api", "latest, since it names none"),
        ("localhost:5000/shop/api", "latest, since it names none"),
        ("localhost:5000/api:edge", "edge"),
        ("shop/api:1.4", None),
        ("localhost:5000/api:1.4", None),
        (f"shop/api@sha256:{'0' * 64}", None),
        (f"shop/api:latest@sha256:{'0' * 64}", None),
        ("shop/api:latest-1.4", None),
    ],
)
@pytest.mark.usefixtures("image")
def test_images(project: ProjectFolder, image_name: str, tag: str | None) -> None:
    build(
        project,
        f"services:\n  api:\n    image: '{image_name}'\n",
        services="unpinned = ['latest', 'edge']",
    )
    problems = list(protected.problems(plan_of(project, "production")))
    assert told(problems) == ([("FD733", "api", "compose.yaml:3:5")] if tag else [])
    assert [problem.facts["tag"] for problem in problems] == ([tag] if tag else [])


@pytest.mark.usefixtures("image")
def test_no_tag_is_refused_where_none_is_said_to_move(project: ProjectFolder) -> None:
    assert found(project, "services:\n  api:\n    image: api\n", services="unpinned = []") == []
    assert found(project, "services:\n  api:\n    build: .\n") == []


RELOAD, DEBUGGER = ("FD801", "--reload"), ("FD732", "api")


@pytest.mark.parametrize(
    ("lines", "brought", "problems"),
    [
        (("command: uvicorn app:app --reload",), {}, [RELOAD]),
        (("command: [uvicorn, 'app:app', --reload]",), {}, [RELOAD]),
        (("command: sh -c 'exec uvicorn app:app --reload'",), {}, [RELOAD]),
        (("entrypoint: uvicorn app:app --reload",), {}, [RELOAD]),
        (("entrypoint: [uvicorn]", "command: ['app:app', '--reload']"), {}, [RELOAD]),
        (("command: --reload app:app",), {"Entrypoint": ["uvicorn"]}, [RELOAD]),
        (("command: dev app.py",), {"Entrypoint": ["fastapi"]}, [("FD801", "fastapi dev")]),
        (("entrypoint: fastapi", "command: dev"), {}, [("FD801", "fastapi dev")]),
        ((), {"Cmd": ["uvicorn", "app:app", "--reload"]}, [RELOAD]),
        ((), {"Entrypoint": ["uvicorn"], "Cmd": ["--reload"]}, [RELOAD]),
        (("command: uvicorn app:app",), {"Cmd": ["uvicorn", "--reload"]}, []),
        (("entrypoint: uvicorn app:app",), {"Cmd": ["--reload"]}, []),
        (("entrypoint: uvicorn app:app",), {"Entrypoint": ["watchfiles"]}, []),
        ((), {"Cmd": None, "Entrypoint": None, "Env": None}, []),
        ((), {}, []),
        (("environment: {UVICORN_RELOAD: 'true'}",), {}, [("FD802", "UVICORN_RELOAD")]),
        ((), {"Env": ["UVICORN_RELOAD=true"]}, [("FD802", "UVICORN_RELOAD")]),
        (("environment: {UVICORN_RELOAD: 'false'}",), {"Env": ["UVICORN_RELOAD=true"]}, []),
        (("environment: {UVICORN_RELOAD: }",), {}, []),
        (("command: python -m debugpy --listen 5678 -m app",), {}, [DEBUGGER]),
        (("command: python -mdebugpy --listen 5678 -m app",), {}, [DEBUGGER]),
        (('command: sh -c "python -m debugpy --listen 1 app.py"',), {}, [DEBUGGER]),
        (("command: /usr/local/bin/debugpy --listen 5678 app.py",), {}, [DEBUGGER]),
        (("command: node --inspect=0.0.0.0:9229 app.js",), {}, [DEBUGGER]),
        (("command: node --inspect-brk app.js",), {}, [DEBUGGER]),
        (("environment: {NODE_OPTIONS: '--inspect=0.0.0.0'}",), {}, [DEBUGGER]),
        (("command: java -agentlib:jdwp=transport=dt_socket,address=*:5005",), {}, [DEBUGGER]),
        (("command: node app.js --inspector",), {}, []),
        (("command: gunicorn src.main:app",), {}, []),
    ],
)
def test_commands(
    project: ProjectFolder,
    image: Bring,
    lines: tuple[str, ...],
    brought: dict[str, Any],
    problems: list[tuple[str, str]],
) -> None:
    image(brought)
    assert [(code, subject) for code, subject, _ in found(project, service(*lines))] == problems


@pytest.mark.usefixtures("image")
def test_a_problem_of_a_command_stands_at_the_command(project: ProjectFolder) -> None:
    compose = service("command: |", "  uvicorn --reload", "  python -m debugpy")
    assert [place for _, _, place in found(project, compose)] == ["compose.yaml:4:5"] * 2


def test_the_images_of_services_that_are_built(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def every(names: Iterable[str]) -> dict[str, dict[str, Any]]:
        asked.extend(names)
        return {name: {"Cmd": ["uvicorn", "--reload"]} for name in asked}

    monkeypatch.setattr(engine, "settings_of_images", every)
    assert [code for code, _, _ in found(project, "services:\n  api:\n    build: .\n")] == ["FD801"]
    assert asked == ["shop-production-api"]


@pytest.mark.parametrize("environment", ["development", "testing"])
def test_other_environments_start_all_that(project: ProjectFolder, environment: str) -> None:
    compose = (
        "services:\n  api:\n    image: shop/api\n    ports: ['5678:5678']\n    volumes: ['./src:/app']\n"
        "    command: uvicorn --reload\n    profiles: [dev]\n"
    )
    assert found(project, compose, environment) == []
    assert rules.problems(plan_of(project, environment)) == []


@pytest.mark.usefixtures("image")
def test_all_rules_together(project: ProjectFolder) -> None:
    compose = service("container_name: api", "env_file: .env.testing", "ports: ['5678:5678']")
    codes = [one.code for one in rules.problems(plan_of(build(project, compose), "production"))]
    assert codes[:2] == ["FD710", "FD713"]
    assert codes[-1] == "FD732"


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (["configs: [{source: code, target: /app}]"], ["FD731"]),
        (["secrets: [code]"], ["FD731"]),
        (["configs: [{source: file, target: /etc/x}]"], []),
        (["post_start: [{command: uvicorn x:app --reload}]"], ["FD801"]),
        (["pre_stop: [{command: ['python', '-m', 'debugpy', '--listen', '5678', 'x.py']}]"], ["FD732"]),
        (["healthcheck: {test: ['CMD', 'uvicorn', 'x:app', '--reload']}"], ["FD801"]),
        (["healthcheck: {test: ['CMD', 'curl', '-f', 'http://localhost']}"], []),
    ],
)
@pytest.mark.usefixtures("image")
def test_what_is_handed_in_or_run_beside_counts(
    project: ProjectFolder, lines: list[str], codes: list[str]
) -> None:
    tops = "configs: {code: {file: ./src}, file: {file: ./x.conf}}\nsecrets: {code: {file: ./src}}\n"
    project.write("src/x.py", "").write("x.conf", "")
    assert [code for code, _, _ in found(project, service(*lines) + tops)] == codes


@pytest.mark.usefixtures("image")
def test_a_digest_pins_whatever_tag_stands_before_it(project: ProjectFolder) -> None:
    digest = "sha256:" + "0" * 64
    assert found(project, API.replace("shop/api:1.4", f"shop/api:latest@{digest}")) == []
    assert [code for code, _, _ in found(project, API.replace("shop/api:1.4", "shop/api:latest"))] == [
        "FD733"
    ]


@pytest.mark.usefixtures("image")
def test_a_volume_and_a_folder_in_memory_are_no_source(project: ProjectFolder) -> None:
    mounts = "volumes: [data:/data, {type: tmpfs, target: /tmp}, /anonymous]"
    project.write("data/x", "a folder of the volume's name")
    assert found(project, service(mounts) + "volumes: {data: {}}\n") == []


@pytest.mark.usefixtures("image")
def test_a_reload_by_a_variable_is_told_at_the_variable(project: ProjectFolder) -> None:
    compose = service("environment:", "  PLAIN: x", "  UVICORN_RELOAD: 'true'")
    (problem,) = protected.problems(plan_of(build(project, compose), "production"))
    assert (problem.code, str(problem.origin)) == ("FD802", "compose.yaml:6:7")
    assert problem.facts == {"flag": "UVICORN_RELOAD"}


@pytest.mark.usefixtures("image")
def test_a_debugger_is_named(project: ProjectFolder) -> None:
    compose = service("command: python -m debugpy x.py")
    (problem,) = protected.problems(plan_of(build(project, compose), "production"))
    assert (problem.code, problem.facts) == ("FD732", {"port": "debugpy"})
