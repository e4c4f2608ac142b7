"""The names that Compose knows environments by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.declaration import Project
from firedoor.environment import Environment
from firedoor.services import labels

COMPOSE_TAKES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def project(name: str, root: str = "/srv/shop", environment: str = "development") -> Project:
    environments = (Environment(environment, aliases=("dev",)),)
    return Project(root=root, path=f"{root}/firedoor.toml", name=name, environments=environments)


def compose_name(name: str, environment: str = "development", root: str = "/srv/shop") -> str:
    made = project(name, root, environment)
    return labels.compose_project(made, made.environments[0])


@pytest.mark.parametrize(
    ("name", "environment", "expected"),
    [
        ("handbook", "development", "handbook-development"),
        ("Handbook", "Production", "handbook-production"),
        ("My Shop", "dev", "my-shop-dev"),
        ("shop.eu", "eu.prod", "shop-eu-eu-prod"),
        ("shop_1", "a_b", "shop_1-a_b"),
        ("_shop-", "-dev_", "shop-dev"),
        ("Größe", "dev", "gr--e-dev"),
        ("магазин", "dev", "x7be5cb21-dev"),
        ("", "dev", "shop-dev"),
    ],
)
def test_a_compose_project_is_named_after_project_and_environment(
    name: str, environment: str, expected: str
) -> None:
    assert compose_name(name, environment) == expected


def test_a_project_without_a_name_has_its_folders() -> None:
    assert labels.project_name(project("", "/srv/Web Shop")) == "Web Shop"
    assert compose_name("", "dev", "/srv/Web Shop") == "web-shop-dev"
    assert labels.project_name(project("", "/")) == "project"


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_compose_takes_every_name(name: str, environment: str) -> None:
    made = compose_name(name, environment)
    assert set(made) <= COMPOSE_TAKES
    assert made[0] not in "-_"
