"""Settings classes of pydantic, by their syntax."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from firedoor.discovery import settings_classes
from firedoor.discovery.annotations import Kind


def linked(*sources: str) -> list[settings_classes.SettingsClass]:
    modules = [(dedent(source), f"m{number}.py") for number, source in enumerate(sources)]
    return settings_classes.linked(
        [found for text, path in modules for found in settings_classes.classes_of(ast.parse(text), path)]
    )


def settings(*sources: str) -> dict[str, tuple[str | None, bool]]:
    """Variable to (type, required), over all classes."""
    classes = linked(*sources)
    return {
        s.variable: (s.kind.type, s.required)
        for one in classes
        for s in settings_classes.settings_of(one, classes)
    }


def test_fields_with_and_without_defaults() -> None:
    assert settings("""
        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_file=".env")
            CONSTANT: ClassVar[str] = "x"
            other: ClassVar = 1
            _private: str
            a: str
            b: int = 1
            c: bool = Field()
            d: float = Field(default=1.0)
            e: str = Field(...)
            f: list[str] = Field(default_factory=list)
            g: str = Field("text", description="of something")
            h: Annotated[int, Field(gt=1)]
            i: Annotated[int, Field(gt=1)] = 3
            j: str = ...
            k: str | None
            untyped = 1

            def method(self): ...
    """) == {
        "a": ("str", True),
        "b": ("int", False),
        "c": ("bool", True),
        "d": ("float", False),
        "e": ("str", True),
        "f": ("list", False),
        "g": ("str", False),
        "h": ("int", True),
        "i": ("int", False),
        "j": ("str", True),
        "k": ("str", False),
    }


@pytest.mark.parametrize(
    "prefix",
    [
        'model_config = SettingsConfigDict(env_prefix="APP_")',
        'model_config = {"env_prefix": "APP_", **more}',
        'class Config:\n        env_prefix = "APP_"',
    ],
)
def test_prefixes_and_aliases(prefix: str) -> None:
    assert settings(f"""
class Settings(BaseSettings):
    {prefix}
    a: str
    b: str = Field(alias="B")
    c: str = Field(validation_alias="C", alias="no")
    d: str = Field(validation_alias=AliasChoices("D1", "D2"))
    e: str = Field(env=["E1", "E2"])
    f: Annotated[str, Field(alias="F")]
""") == {
        "APP_a": ("str", True),
        "B": ("str", True),
        "C": ("str", True),
        "D1": ("str", False),
        "D2": ("str", False),
        "E1": ("str", False),
        "E2": ("str", False),
        "F": ("str", True),
    }


def test_a_prefix_may_stand_in_the_class_line() -> None:
    assert settings('class S(BaseSettings, env_prefix="X_", **more):\n    a: str') == {"X_a": ("str", True)}


def test_what_configures_itself_in_code_is_left_alone() -> None:
    assert settings("class S(BaseSettings):\n    model_config = build()\n    a: str") == {"a": ("str", True)}
    assert settings("class S(BaseSettings):\n    model_config = CONFIG\n    a: str") == {"a": ("str", True)}


def test_classes_inherit_across_modules() -> None:
    found = settings(
        """
        class Development(Base):
            debug: bool = True
        """,
        """
        class Base(pydantic_settings.BaseSettings):
            model_config = SettingsConfigDict(env_prefix="P_", env_file=(".env", ".env.dev"))
            debug: bool
            name: str
        """,
        """
        class Unrelated(BaseModel):
            x: int
        class Circle(Circle):
            x: int
        class Here(There):
            x: int
        class There(Here):
            y: int
        """,
    )
    assert found == {"P_debug": ("bool", False), "P_name": ("str", True)}
    first = linked(
        "class D(B):\n    x: int = 1",
        "class B(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env')",
    )
    assert {one.name: one.env_files for one in first} == {"B": (".env",), "D": (".env",)}


def test_own_configuration_wins_over_the_inherited() -> None:
    classes = linked("""
        class B(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="B_", env_file=".env")
        class D(B):
            model_config = SettingsConfigDict(env_prefix="D_", env_file=None)
    """)
    assert [(one.prefix, one.env_files) for one in classes] == [("B_", (".env",)), ("D_", ())]


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ('".env"', ".env"),
        ('f".env.{env}"', ".env.{env}"),
        ('".env." + env', ".env.{env}"),
        ('".env." + env + ".local"', ".env.{env}.local"),
        ("env", ""),
        ('env + ".x"', ""),
        ("1 - 1", ""),
    ],
)
def test_names_of_files(expression: str, name: str) -> None:
    assert settings_classes.file_name(ast.parse(expression, mode="eval").body) == name


def test_the_default_of_a_selector_field_is_known() -> None:
    (one,) = linked("""
        class S(BaseSettings):
            env: Literal["dev", "prod"] = "dev"
            stage: str = Field("qa")
    """)
    assert one.fields["env"].default == "dev"
    assert one.fields["env"].kind == Kind("enum", values=("dev", "prod"))
    assert one.fields["stage"].default == "qa"
