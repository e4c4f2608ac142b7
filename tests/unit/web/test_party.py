"""Whose environment this is, and whom it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import firedoor
from firedoor import ConfigurationError, DeclarationError, SelectionError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem
from firedoor.web import party
from firedoor.web.given import Given
from firedoor.web.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firedoor import Configuration
    from support.project import ProjectFolder

    Environment = Callable[[str], Configuration]


def test_it_takes_its_own_by_every_name_and_what_it_accepts(environment: Environment) -> None:
    testing = party.of(Given(environment("testing")))
    assert str(testing.mark) == "shop/testing"
    assert repr(testing) == "Party('shop/testing')"
    for taken in ("shop/testing", "shop/development", "shop/dev", "gateway/testing"):
        assert testing.takes(Mark(*taken.split("/"))), taken
    for other in (
        "shop/staging",
        "shop/production",
        "gateway/staging",
        "gateway/dev",
        "Shop/testing",
        "shop/Testing",
    ):
        assert not testing.takes(Mark(*other.split("/"))), other
    assert party.of(Given(environment("production"))).takes(Mark("shop", "prod"))
    assert not party.of(Given(environment("development"))).takes(Mark("shop", "testing"))
    assert testing.is_ours(Mark("shop", "x"))
    assert not testing.is_ours(Mark("gateway", "testing"))


def test_settings_and_the_selected_environment_say_who_it_is(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    monkeypatch.setenv("APP_ENV", "staging")

    class AppSettings(firedoor.Settings):
        api_url: str

    assert str(party.of(Given(AppSettings())).mark) == "shop/staging"
    assert str(party.of(Given(None)).mark) == "shop/staging"


def test_who_nobody_knows_is_nobody(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    project.root.joinpath(".git").mkdir()
    monkeypatch.chdir(project.root)
    with pytest.raises(DeclarationError):
        party.of(Given(None))
    project.write("firedoor.toml", "[environments.testing]\n[environments.staging]\n").write(
        ".env.testing", "A=1\n"
    )
    with pytest.raises(SelectionError):
        party.of(Given(None))
    monkeypatch.setenv("APP_ENV", "testing")
    with pytest.raises(ConfigurationError) as refused:
        party.of(Given(None))
    origin = Origin(DECLARATION, "firedoor.toml")
    assert refused.value.problems == (Problem("FD659", subject="project.name", origin=origin),)
    project.write("firedoor.toml", '[project]\nname = "x"\n[environments.testing]\n').write(
        ".env.testing", "A='\n"
    )
    with pytest.raises(ConfigurationError) as refused:
        party.of(Given(None))
    assert [one.code for one in refused.value.problems] == ["FD212"]
    with pytest.raises(TypeError, match="takes what firedoor loaded"):
        party.of(Given(object()))  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
