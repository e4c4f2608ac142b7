"""FD710 and FD711: what all environments would share, each beside what is an environment's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.services.rules import names
from support.plans import API, build, plan_of, told

if TYPE_CHECKING:
    from support.project import ProjectFolder

NAMED = API + "    container_name: {}\n"
VOLUME = API + "    volumes: [data:/data]\nvolumes:\n  data:\n    {}\n"
NETWORK = API + "    networks: [back]\nnetworks:\n  back:\n    {}\n"
CONTAINER = [("FD710", "api", "compose.yaml:4:5")]


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("shop-api", CONTAINER),
        ("shop-$${APP_ENV}", CONTAINER),
        ("shop-${PORT}", CONTAINER),
        ("shop-${STAGE:-x}", CONTAINER),
        ("shop-${OTHER}", []),
        ("shop-${OTHER:-x}", []),
        ("shop-${APP_ENV}", []),
        ("shop-$APP_ENV", []),
        ("shop-${APP_ENV:-production}", []),
        ("shop-${ENV}-api", []),
        ("${COMPOSE_PROJECT_NAME}-api", []),
    ],
)
def test_the_name_of_a_container(
    project: ProjectFolder, name: str, problems: list[tuple[str, str, str]]
) -> None:
    build(project, NAMED.format(name))
    for number, environment in enumerate(("development", "testing", "production")):
        project.write(f".env.{environment}", f"PORT=8000\nOTHER=o{number}\n", mode=0o600)
    assert told(names.problems(plan_of(project))) == problems


def test_names_of_compose_are_nobody_elses(project: ProjectFolder) -> None:
    build(
        project,
        API
        + "    volumes: [data:/data, /anonymous]\n    networks: [back]\nvolumes:\n  data:\nnetworks:\n  back:\n",
    )
    assert told(names.problems(plan_of(project))) == []


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("external: true", "7:5"),
        ("{external: true, name: shop-data}", "6:3"),
        ("name: shop-data", "7:5"),
        ("name: shop_development", "7:5"),
        ("name: shop-${PORT:-1}", "7:5"),
        ("name: shop-development_data", None),
        ("name: shop-${APP_ENV}-data", None),
        ("name: ${COMPOSE_PROJECT_NAME}-data", None),
        ("name: ${COMPOSE_PROJECT_NAME}_data", None),
        ("{external: true, name: 'shop-${APP_ENV}'}", None),
        ("labels: [a]", None),
    ],
)
@pytest.mark.parametrize(("section", "kind"), [(VOLUME, "volume"), (NETWORK, "network")])
def test_volumes_and_networks(
    project: ProjectFolder, section: str, kind: str, said: str, place: str | None
) -> None:
    text = section.format(said)
    if said.startswith("{"):
        text = text.replace("    {", " {", 1).replace(":\n {", ": {")
    found = list(names.problems(plan_of(build(project, text))))
    subject = "data" if kind == "volume" else "back"
    assert told(found) == ([("FD711", subject, f"compose.yaml:{place}")] if place else [])
    assert all(problem.facts == {"kind": kind} for problem in found)


@pytest.mark.parametrize(
    ("options", "shared"),
    [
        ("{type: none, o: bind, device: /srv/data}", True),
        ("{type: nfs, o: addr=10.0.0.1, device: ':/exports'}", True),
        ("{type: none, o: bind, device: '/srv/${APP_ENV}'}", False),
        ("{type: tmpfs, device: tmpfs}", False),
        ("{size: 1g}", False),
    ],
)
def test_a_volume_that_stands_for_a_folder(project: ProjectFolder, options: str, shared: bool) -> None:
    """It has the project's own name, and one content for all."""
    found = told(names.problems(plan_of(build(project, VOLUME.format(f"driver_opts: {options}")))))
    assert found == ([("FD711", "data", "compose.yaml:7:5")] if shared else [])


@pytest.mark.parametrize(
    ("key", "said", "shared"),
    [
        ("network_mode", "container:shop-production-db-1", "shop-production-db-1"),
        ("pid", "container:other", "other"),
        ("ipc", "container:other", "other"),
        ("volumes_from", "['container:other:ro']", "other"),
        ("volumes_from", "['container:shop-${APP_ENV}-db-1']", None),
        ("network_mode", "container:shop-${APP_ENV}-db-1", None),
        ("network_mode", "host", None),
        ("network_mode", "none", None),
        ("pid", "host", None),
        ("network_mode", "service:db", None),
        ("volumes_from", "[db]", None),
    ],
)
def test_a_container_that_is_joined(project: ProjectFolder, key: str, said: str, shared: str | None) -> None:
    build(project, f"{API}    {key}: {said}\n  db:\n    image: postgres:16\n")
    found = list(names.problems(plan_of(project)))
    assert told(found) == ([("FD711", shared, "compose.yaml:4:5")] if shared else [])
    assert all(problem.facts == {"kind": "container"} for problem in found)


@pytest.mark.parametrize(
    ("files", "problems"),
    [
        ({"compose.development.yaml": "services:\n  api:\n    container_name: shop-dev\n"}, []),
        ({"compose.dev.yaml": "volumes:\n  data:\n    external: true\n    name: of-development\n"}, []),
        (
            {
                "compose.development.yaml": "services:\n  api:\n    container_name: shop-api\n",
                "compose.production.yaml": "services:\n  api:\n    container_name: 'shop-api'\n",
            },
            [("FD710", "api", "compose.development.yaml:3:5")],
        ),
        (
            {
                "compose.development.yaml": "services:\n  api:\n    container_name: shop-development-api\n",
                "compose.production.yaml": "services:\n  api:\n    container_name: shop-production-api\n",
            },
            [],
        ),
    ],
)
def test_a_name_in_the_environments_own_file(
    project: ProjectFolder, files: dict[str, str], problems: list[tuple[str, str, str]]
) -> None:
    build(project, API + "    volumes: [data:/data]\nvolumes:\n  data:\n", files=files)
    assert told(names.problems(plan_of(project))) == problems


def test_only_what_is_started_is_judged(project: ProjectFolder) -> None:
    build(project, API + "  tool:\n    image: tool:1\n    profiles: [test]\n    container_name: tool\n")
    assert told(names.problems(plan_of(project))) == []
    assert told(names.problems(plan_of(project, "testing"))) == [("FD710", "tool", "compose.yaml:7:5")]


@pytest.mark.parametrize(("first", "second", "shared"), [("eu.prod", "eu-prod", True), ("eu", "us", False)])
def test_two_environments_that_compose_cannot_tell_apart(
    project: ProjectFolder, first: str, second: str, shared: bool
) -> None:
    declared = f"[project]\nname = 'shop'\n[environments.'{first}']\n[environments.'{second}']\n"
    build(project, declared=declared).write(f".env.{first}", "A=1\n", mode=0o600)
    found = list(names.problems(plan_of(project, first)))
    assert told(found) == ([("FD711", f"shop-{second}", "")] if shared else [])


@pytest.mark.parametrize(
    ("compose", "subject"),
    [
        (
            "    volumes: [data:/data]\nvolumes: {data: {external: true, name: shop-development_data}}\n",
            "data",
        ),
        (
            "    networks: [back]\nnetworks: {back: {external: true, name: shop-development_default}}\n",
            "back",
        ),
        ("    network_mode: container:shop-development-api-1\n", "shop-development-api-1"),
    ],
)
def test_what_compose_names_for_another_environment_is_that_one_s(
    project: ProjectFolder, compose: str, subject: str
) -> None:
    """Nobody writes such a name down, so no other file mentions it."""
    build(project, API, files={"compose.production.yaml": "services:\n  api:\n" + compose})
    found = [(code, name) for code, name, _ in told(names.problems(plan_of(project, "production")))]
    assert found == [("FD711", subject)]


@pytest.mark.parametrize(
    "compose",
    [
        "    volumes: [data:/data]\nvolumes: {data: {name: shop-production_data}}\n",
        "    volumes: [data:/data]\nvolumes: {data: {external: true, name: archive}}\n",
    ],
)
def test_control_its_own_names_and_those_of_nobody(project: ProjectFolder, compose: str) -> None:
    build(project, API, files={"compose.production.yaml": "services:\n  api:\n" + compose})
    assert told(names.problems(plan_of(project, "production"))) == []


@pytest.mark.parametrize(
    ("mount", "severity"),
    [
        ("{}/data:/data", {"production": "error", "development": "warning"}),
        ("{}/data:/data:ro", {}),
        ("{}/data-${{APP_ENV}}:/data", {}),
        ("{}/socket:/run/socket", {}),
        ("./data:/data", {}),
    ],
)
def test_a_folder_elsewhere_that_every_environment_writes(
    project: ProjectFolder, tmp_path_factory: pytest.TempPathFactory, mount: str, severity: dict[str, str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "socket").write_text("no folder")
    build(project, API + f"    volumes: ['{mount.format(elsewhere)}']\n")
    for environment in ("production", "development"):
        found = [(one.code, one.severity) for one in names.problems(plan_of(project, environment))]
        assert found == [("FD711", severity[environment]) for _ in severity if environment in severity][:1]
