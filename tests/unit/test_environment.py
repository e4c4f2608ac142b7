"""An environment goes by its name and its aliases, exactly."""

from __future__ import annotations

from firedoor.environment import Environment


def test_names() -> None:
    production = Environment("production", aliases=("prod", "live"), protected=True)
    assert production.spellings == ("production", "prod", "live")
    assert production.is_("production")
    assert production.is_("testing", "live")
    assert not production.is_("Production", "prod ", "")
    assert not production.is_()


def test_text() -> None:
    assert str(Environment("dev")) == "dev"
    assert repr(Environment("dev")) == "Environment('dev')"
    assert repr(Environment("prod", protected=True)) == "Environment('prod', protected=True)"


def test_what_is_not_said_is_cautious_and_nobody_else_s() -> None:
    one, other = Environment("one"), Environment("other")
    assert (one.protected, one.fallback, one.profiles, one.require) == (False, "file", (), {})
    one.require["A"] = ("1",)
    assert other.require == {}
