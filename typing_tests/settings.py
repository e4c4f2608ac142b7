"""What a type checker makes of settings: checked by mypy --strict, never run."""

from dataclasses import dataclass
from typing import assert_type

from pydantic import AliasChoices, BaseModel, Field, SecretStr, field_validator

import firedoor
from firedoor import (
    Configuration,
    Environment,
    Origin,
    Settings,
    SettingsConfigDict,
    by_environment,
    current,
    environment_of,
    export_to_process,
    load,
    origin_of,
)


class Part(BaseModel):
    host: str


class AppSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__", extra="ignore")

    name: str
    port: int = Field(80, validation_alias=AliasChoices("PORT", "HTTP_PORT"))
    token: SecretStr
    part: Part | None = None

    @field_validator("name")
    @classmethod
    def named(cls, value: str) -> str:
        return value


@dataclass
class Small:
    name: str


# Every field may come from the environment: none is a required argument.
settings = AppSettings()
settings = AppSettings(port=8000)

assert_type(settings.name, str)
assert_type(settings.port, int)
assert_type(settings.token, SecretStr)
assert_type(settings.part, Part | None)
assert_type(settings.model_copy(update={"port": 1}), AppSettings)

assert_type(load(), Configuration)
assert_type(load(AppSettings), AppSettings)
assert_type(load(AppSettings, environment="testing", overrides={"PORT": "1"}, start="."), AppSettings)
assert_type(load(Small), Small)
assert_type(load(Part), Part)
assert_type(AppSettings.load(environment="testing"), AppSettings)

assert_type(load()["NAME"], str)
assert_type(load().get("NAME"), str | None)
assert_type(environment_of(settings), Environment)
assert_type(origin_of(settings, "port"), Origin | None)
assert_type(current(), Environment)
assert_type(current().is_("production"), bool)
assert_type(current().protected, bool)
assert_type(by_environment({"development": 1, "production": 2}), int)
export_to_process(load())

assert_type(firedoor.__version__, str)

settings.name = 3  # type: ignore[assignment]  # mypy has to refuse it
settings.nothing  # type: ignore[attr-defined]  # noqa: B018
load("AppSettings")  # type: ignore[call-overload]  # mypy has to refuse it
load(AppSettings, overrides={"PORT": 1})  # type: ignore[dict-item]  # mypy has to refuse it
firedoor.nothing  # type: ignore[attr-defined]  # noqa: B018


class Wrong(Settings):
    model_config = SettingsConfigDict(env_perfix="APP_")  # type: ignore[typeddict-unknown-key]  # mypy has to refuse it
