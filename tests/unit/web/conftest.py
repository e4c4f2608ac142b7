"""The environments of a shop, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import parties

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firedoor import Configuration


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return parties.shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def environment(shop: Path) -> Callable[[str], Configuration]:
    return lambda name: parties.configuration(shop, name)
