"""Services and parts as people would write them: without building, with short paths, with limits in one place."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor.services.deployment import tidying

ROOT = "/srv/shop"


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ({"image": "a:1", "pull_policy": "build", "build": {"context": "."}}, {"image": "a:1"}),
        ({"image": "a:1", "pull_policy": "always"}, {"image": "a:1", "pull_policy": "always"}),
        ({"scale": 3}, {"deploy": {"replicas": 3}}),
        ({"scale": 3, "deploy": {"replicas": 2}}, {"deploy": {"replicas": 2}}),
        (
            {"volumes": [{"type": "tmpfs", "target": "/t", "tmpfs": {"size": "1048576"}}]},
            {"volumes": [{"type": "tmpfs", "target": "/t", "tmpfs": {"size": 1048576}}]},
        ),
    ],
)
def test_services(told: dict[str, Any], made: dict[str, Any]) -> None:
    assert tidying.service(told, ROOT, {}) == made


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ({"name": "shop-production_data"}, {}),
        ({"name": "chosen"}, {"name": "chosen"}),
        ({"name": "shop-production_data", "file": "/srv/shop/a/b"}, {"file": "a/b"}),
    ],
)
def test_parts(told: dict[str, Any], made: dict[str, Any]) -> None:
    assert tidying.part("data", told, ROOT, "shop-production") == made


@pytest.mark.parametrize(
    ("path", "short"), [("a/b", "a/b"), ("/srv/shop/a", "a"), ("/srv/other", "/srv/other")]
)
def test_paths(path: str, short: str) -> None:
    assert tidying.relative(path, ROOT) == short
