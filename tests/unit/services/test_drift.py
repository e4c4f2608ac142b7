"""What has changed since a container was started: names of variables, parts and files, never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.services import drift, labels
from firedoor.services.container import Container
from support.plans import build, plan_of, require_compose, secret_of

if TYPE_CHECKING:
    from firedoor.services.drift import Drift
    from firedoor.services.plan import Plan
    from support.project import ProjectFolder

COMPOSE = """\
services:
  api:
    image: shop/api:1.4
    env_file: .env.${APP_ENV}
    environment:
      OWN: "1"
"""


def started(plan: Plan, service: str = "api", **more: str) -> Container:
    """The container that a start of the plan makes: what it is given, and its labels."""
    made = plan.marked_services[service]
    variables = {name: text for name, text in made.variables.items() if text is not None}
    return Container(
        id="1",
        name=f"{plan.compose.name}-{service}-1",
        project=plan.compose.name,
        service=service,
        state="running",
        labels=made.data["labels"],
        variables={**variables, **more, "PATH": "/bin"},
    )


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    require_compose()
    return build(project, COMPOSE)


def now(shop: ProjectFolder, before: Container) -> Drift:
    return drift.of(plan_of(shop), before)


def test_nothing_has_changed(shop: ProjectFolder) -> None:
    found = now(shop, started(plan_of(shop)))
    assert not found
    assert repr(found) == "Drift('api', (), (), ())"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (".env.development", "DEBUG", "INFO", (("LOG_LEVEL",), (), (), (".env.development",))),
        (
            ".env.development",
            secret_of("development"),
            "SECRET-another-one",
            (("SECRET_KEY",), (), (), (".env.development",)),
        ),
        (".env.development", "LOG_LEVEL=DEBUG\n", "", ((), ("LOG_LEVEL",), (), ())),
        (".env.development", "LOG_LEVEL", "MORE=1\nLOG_LEVEL", (("MORE",), (), (), (".env.development",))),
        ("compose.yaml", 'OWN: "1"', 'OWN: "2"', (("OWN",), (), (), ())),
        ("compose.yaml", 'OWN: "1"', "OWN:", ((), (), (), ())),
        ("compose.yaml", "api:1.4", "api:1.5", ((), (), ("image",), ())),
        (
            "compose.yaml",
            "    environment",
            "    command: serve\n    environment",
            ((), (), ("command",), ()),
        ),
        ("compose.yaml", "    environment", "    profiles: [dev]\n    environment", ((), (), (), ())),
        ("compose.yaml", "services", "# a comment\nservices", ((), (), (), ())),
        ("compose.yaml", "  api:", "  web:", ((), (), ("the service is in no file any more",), ())),
    ],
)
def test_one_thing_has_changed(
    shop: ProjectFolder, path: str, old: str, new: str, expected: tuple[tuple[str, ...], ...]
) -> None:
    before = started(plan_of(shop))
    text = (shop.root / path).read_text()
    assert old in text
    shop.write(path, text.replace(old, new), mode=0o600)
    found = now(shop, before)
    if new == "OWN:":  # passed on, and not set by anybody: the container has what nobody says
        assert (found.variables, found.gone) == (("OWN",), ())
    else:
        assert (found.variables, found.gone, found.parts, found.files) == expected
        assert bool(found) == any(expected)
    assert "SECRET-" not in repr(found)


def test_two_files_say_what_has_changed(project: ProjectFolder) -> None:
    declared_files = "[files]\ntemplates = ['base.env', '.env.{env}']\n[environments.dev"
    build(project, COMPOSE.replace(".env.${APP_ENV}", "['.env.${APP_ENV}', base.env]"))
    toml = (project.root / "firedoor.toml").read_text().replace("[environments.dev", declared_files, 1)
    project.write("firedoor.toml", toml).write("base.env", "BASE=1\n", mode=0o600)
    before = started(plan_of(project))
    project.write("base.env", "BASE=2\n", mode=0o600)
    text = (project.root / ".env.development").read_text()
    project.write(".env.development", text.replace("DEBUG", "INFO"), mode=0o600)
    found = now(project, before)
    assert (found.variables, found.files) == (("BASE", "LOG_LEVEL"), ("base.env", ".env.development"))


def test_a_container_whose_labels_say_nothing(shop: ProjectFolder) -> None:
    bare = started(plan_of(shop))
    bare.labels = {labels.ENVIRONMENT: "development"}
    assert now(shop, bare).parts == ("image", "networks")
