from __future__ import annotations

import pytest

from firedoor import stamps
from support.stamping import address


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("database", "postgresql+asyncpg://h/d", "postgresql"),
        ("database", "mysql+pymysql://h/d", "mysql"),
        ("database", "sqlite:///shop.db", "sqlite"),
        ("cache", "rediss://h/0", "redis"),
        ("cache", "valkey://h/0", "redis"),
        ("bucket", "s3://shop/uploads", "s3"),
        ("vector", "http://h:8000/api/v2?collection=docs", "chroma"),
        ("vector", "chroma://h?collection=docs", "chroma"),
    ],
)
def test_the_module_that_can_ask(kind: str, text: str, name: str) -> None:
    found = stamps.marker(address(kind, text))
    assert getattr(found, "__name__", "") == f"firedoor.stamps.{name}"
    for verb in ("observe", "write", "grants"):
        assert callable(getattr(found, verb))
    assert isinstance(getattr(found, "EXTRA", None), str)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("vector", "qdrant://h?collection=docs"),
        ("smtp", "smtp://h"),
        ("key", "redis://h/0"),
        ("queue", "amqp://h"),
    ],
)
def test_what_nobody_can_ask(kind: str, text: str) -> None:
    assert stamps.marker(address(kind, text)) is None


@pytest.mark.parametrize("name", sorted(set(stamps._SCHEMES.values())))
def test_what_an_administrator_is_told_names_nothing_of_the_address(name: str) -> None:
    from importlib import import_module

    texts = import_module(f"firedoor.stamps.{name}").grants(
        address("database", f"{name}://hunter2:hunter2@hunter2/hunter2")
    )
    assert "hunter2" not in " ".join(texts)
