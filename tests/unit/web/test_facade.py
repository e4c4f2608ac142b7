"""The room's public names load when they are asked for."""

from __future__ import annotations

import pytest

from firedoor import web


def test_every_public_name_is_there() -> None:
    assert set(web.__all__) <= set(dir(web))
    for name in web.__all__:
        assert getattr(web, name) is not None


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match=r"module 'firedoor.web' has no attribute 'nothing'"):
        _ = web.nothing  # type: ignore[attr-defined]  # put there by the test
