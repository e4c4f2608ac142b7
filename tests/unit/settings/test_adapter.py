"""The adapter: a pydantic-settings class on firedoor's sources by one changed import."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pydantic_settings
import pytest
from pydantic import BaseModel, SecretStr, field_validator

from firedoor import ConfigurationError, SelectionError, environment_of, load, origin_of
from firedoor.adapters.pydantic_settings import BaseSettings, FiredoorSource, NoSource
from firedoor.secret import MASK

if TYPE_CHECKING:
    from pathlib import Path

    from support.place import Place


class Part(BaseModel):
    host: str
    port: int = 1


class Shop(BaseSettings):
    model_config = pydantic_settings.SettingsConfigDict(env_nested_delimiter="__", env_file=".env")

    name: str
    token: str = ""
    port: int = 80
    debug: bool = False
    db: Part | None = None


class Theirs(pydantic_settings.BaseSettings):
    """A base class that belongs to a library, with a source of its own."""

    region: str = "nowhere"

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # as people write it
        cls, settings_cls: Any, init_settings: Any, **sources: Any
    ) -> Any:
        return (init_settings, *sources.values(), lambda: {"region": "theirs", "name": "theirs"})


class Both(BaseSettings, Theirs):  # type: ignore[misc]  # as people write it
    name: str


class Own(BaseSettings):
    name: str
    region: str = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: Any,
        init_settings: Any,
        env_settings: Any,
        dotenv_settings: Any,
        file_secret_settings: Any,
    ) -> Any:
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            file_secret_settings,
            lambda: {"region": "own", "name": "own"},
        )


def made(cls: Any, **given: Any) -> Any:
    """The class's object. Without its plugin mypy would demand every field as an argument."""
    return cls(**given)


def found(refusal: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    assert refusal.value.__context__ is None
    return [f"{p.code} {p.subject} {p.origin or '-'}" for p in refusal.value.problems]


def test_the_environments_file_is_read_and_the_classs_own_is_not(place: Place) -> None:
    place.file("NAME=corner\nDB__HOST=h\n").file("NAME=fallback\nPORT=1\n", ".env")
    shop = made(Shop)
    assert (shop.name, shop.port, shop.db) == ("corner", 80, Part(host="h"))
    assert environment_of(shop).name == "testing"
    assert str(origin_of(shop, "db.host")) == ".env.testing:2:1"
    assert isinstance(shop, pydantic_settings.BaseSettings)


def test_it_can_be_loaded_for_a_named_environment(place: Place) -> None:
    place.file("NAME=main\n", ".env.production")
    assert load(Shop, environment="prod").name == "main"


def test_all_problems_come_together_without_values(place: Place) -> None:
    place.declare("[variables.LEVEL]\nrequired = true\n")
    place.file("PORT=s3cret\nDEBUG=t\nDB=s3cret\nDB__PORT=x\n")
    with pytest.raises(ConfigurationError) as refusal:
        made(Shop, zz="s3cret")
    assert found(refusal) == [
        "FD301 LEVEL .env.testing",
        "FD301 NAME .env.testing",
        "FD303 PORT .env.testing:1:1",
        "FD303 DEBUG .env.testing:2:1",
        "FD303 DB .env.testing:3:1",
        "FD308 zz override zz",
    ]
    error = refusal.value.with_traceback(refusal.traceback[2]._rawentry)
    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "s3cret" not in told


def test_sources_of_a_base_class_stay(place: Place) -> None:
    place.file("NAME=corner\n")
    assert (made(Both).name, made(Both).region) == ("corner", "theirs")
    place.file("")
    assert made(Both).name == "theirs"


def test_sources_of_the_class_stay(place: Place) -> None:
    place.file("NAME=corner\n")
    assert (made(Own).name, made(Own).region, made(Own, name="given").name) == ("corner", "own", "given")
    assert environment_of(made(Own)).name == "testing"


def test_a_value_of_another_source_has_no_origin(place: Place) -> None:
    class Wrong(BaseSettings):
        port: int

        @classmethod
        def settings_customise_sources(cls, settings_cls: Any, *sources: Any, **named: Any) -> Any:
            return (*sources, *named.values(), lambda: {"port": "s3cret"})

    with pytest.raises(ConfigurationError) as refusal:
        made(Wrong)
    assert found(refusal) == ["FD308 PORT -"]


def test_secrets_as_files_stay(place: Place, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").write_text("t0ken")

    class Secret(BaseSettings):
        model_config = pydantic_settings.SettingsConfigDict(secrets_dir=tmp_path / "secrets")
        token: SecretStr

    assert made(Secret).token.get_secret_value() == "t0ken"


def test_the_rules_judge_it(place: Place) -> None:
    place.declare("[environments.production.require]\nDEBUG = false\n").export({"APP_ENV": "production"})
    place.file("NAME=x\nDEBUG=false\n", ".env.production")
    assert made(Shop).debug is False
    with pytest.raises(ConfigurationError) as refusal:
        made(Shop, debug=True)
    assert found(refusal) == ["FD304 DEBUG override DEBUG"]


def test_no_environment_no_settings(place: Place) -> None:
    place.export({})
    with pytest.raises(SelectionError):
        made(Shop, name="x")


@pytest.mark.parametrize("argument", ["_env_file", "_env_prefix", "_case_sensitive"])
def test_arguments_that_would_change_the_sources_are_refused(argument: str, place: Place) -> None:
    with pytest.raises(TypeError, match=argument):
        made(Shop, name="x", **{argument: None})


def test_other_private_arguments_are_pydantic_settings_own(place: Place) -> None:
    assert made(Shop, name="x", _cli_parse_args=["--port", "7"]).port == 7


def test_it_masks_what_is_sensitive(place: Place) -> None:
    place.declare("[variables.NAME]\nsecret = true\n").file("NAME=s3cret\nTOKEN=t0ken\n")
    assert repr(made(Shop)) == f"Shop(name={MASK}, token={MASK}, port=80, debug=False, db=None)"


def test_lines_for_others_are_no_mistake_without_an_env_file_of_its_own(place: Place) -> None:
    """pydantic-settings' default is extra="forbid"; it would refuse the lines only of an env_file."""

    class Plain(BaseSettings):
        name: str

    class WithFile(BaseSettings):
        model_config = pydantic_settings.SettingsConfigDict(env_file=".env.testing")
        name: str

    place.file("NAME=x\nCOMPOSE_FILE=y\n")
    assert made(Plain).name == "x"
    with pytest.raises(ConfigurationError) as refusal:
        made(WithFile)
    assert found(refusal) == ["FD308 COMPOSE_FILE .env.testing:2:1"]


def test_a_validator_that_breaks(place: Place) -> None:
    class Broken(BaseSettings):
        name: str

        @field_validator("name")
        @classmethod
        def check(cls, value: str) -> str:
            raise KeyError(value)

    place.file("NAME=s3cret\n")
    with pytest.raises(ConfigurationError) as refusal:
        made(Broken)
    assert found(refusal) == ["FD308 Broken -"]


def test_the_sources_are_empty_outside_of_a_load() -> None:
    source = FiredoorSource(Shop)
    assert (source(), NoSource(Shop)()) == ({}, {})
    assert (repr(source), repr(NoSource(Shop))) == ("FiredoorSource()", "NoSource()")
    assert source.get_field_value(Shop.model_fields["name"], "name") == (None, "name", False)
