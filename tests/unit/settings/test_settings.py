"""Settings: made from one environment, or refused with every problem together."""

from __future__ import annotations

import copy
import os
import pickle
import warnings
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    Field,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)

import firedoor
from firedoor import (
    ConfigurationError,
    DeclarationError,
    FiredoorWarning,
    Problem,
    SelectionError,
    Settings,
    SettingsConfigDict,
    boundary,
    current,
    declaration,
    environment_of,
    load,
    origin_of,
)
from firedoor.settings.bind import problems_of
from firedoor.settings.notice import say

if TYPE_CHECKING:
    from support.place import Place


METACLASS: Any = type(Settings)


class Shop(Settings):
    name: str
    port: int = 80
    debug: bool = False


def pickled(settings: Settings) -> Any:
    return pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own


def found(refusal: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    """The problems, one line each: code, subject, origin."""
    return [f"{p.code} {p.subject} {p.origin or '-'}" for p in refusal.value.problems]


@pytest.mark.requirement("A3", "A7")
def test_an_object_of_the_selected_environment(place: Place) -> None:
    place.file("NAME=corner\nPORT=8000\n").file("NAME=other\n", ".env.production")
    shop = Shop()
    assert (shop.name, shop.port, shop.debug) == ("corner", 8000, False)
    assert environment_of(shop).name == "testing"
    assert str(origin_of(shop, "name")) == ".env.testing:1:1"
    assert origin_of(shop, "debug") is None


def test_an_argument_is_the_highest_source(place: Place) -> None:
    place.file("NAME=corner\n").export({"APP_ENV": "testing", "PORT": "9"})
    shop = Shop(port=7)
    assert shop.port == 7
    assert str(origin_of(shop, "port")) == "override PORT"
    assert str(origin_of(Shop(), "port")) == "process variable PORT"


def test_the_environment_can_be_named(place: Place) -> None:
    place.file("NAME=corner\n").file("NAME=main\n", ".env.production")
    assert Shop.load(environment="prod").name == "main"
    assert load(Shop, environment="production").name == "main"
    assert Shop.load().name == "corner"


def test_the_declaration_can_be_elsewhere(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.file("NAME=corner\n")
    monkeypatch.chdir("/")
    assert Shop.load(start=place.root).name == "corner"
    with pytest.raises(DeclarationError):
        Shop()


def test_overrides_are_texts_by_variable(place: Place) -> None:
    place.file("NAME=corner\n")
    assert Shop.load(overrides={"PORT": "7"}).port == 7
    with pytest.raises(ConfigurationError) as refusal:
        Shop.load(overrides={"PORT": "seven"})
    assert found(refusal) == ["FD303 PORT override PORT"]


@pytest.mark.requirement("A3", "A13")
def test_all_problems_come_together(place: Place) -> None:
    """Files, rules of the declaration and fields of the class: one refusal."""
    place.declare('[variables.LEVEL]\nvalues = ["a", "b"]\n[variables.TOKEN]\nrequired = true\n')
    place.file("APP_ENV=production\nLEVEL=c\nPORT=x\nDEBUG=maybe\n")
    with pytest.raises(ConfigurationError) as refusal:
        Shop()
    assert found(refusal) == [
        "FD301 NAME .env.testing",
        "FD301 TOKEN .env.testing",
        "FD204 APP_ENV .env.testing:1:1",
        "FD305 LEVEL .env.testing:2:1",
        "FD303 PORT .env.testing:3:1",
        "FD303 DEBUG .env.testing:4:1",
    ]
    assert {p.environment for p in refusal.value.problems} == {"testing"}


def test_a_missing_variable_that_stands_there_misspelt(place: Place) -> None:
    place.file("NAEM=corner\n")
    with pytest.raises(ConfigurationError) as refusal:
        Shop()
    (problem,) = refusal.value.problems
    assert problem.facts == {
        "settings": "Shop",
        "field": "name",
        "file": ".env.testing",
        "suggestion": "NAEM",
    }


def test_an_empty_required_text_that_does_not_fit(place: Place) -> None:
    class Two(Settings):
        port: int
        other: int = 1
        name: str = Field(min_length=1)

    place.file("PORT=\nOTHER=\nNAME=\n")
    with pytest.raises(ConfigurationError) as refusal:
        Two()
    assert [line[:10] for line in found(refusal)] == ["FD302 PORT", "FD303 OTHE", "FD302 NAME"]


def test_one_mistake_is_told_once(place: Place) -> None:
    """The declaration's type and the class's type refuse the same text."""
    place.declare('[variables.PORT]\ntype = "int"\n[variables.NAME]\nrequired = true\n').file("PORT=x\n")
    with pytest.raises(ConfigurationError) as refusal:
        Shop()
    assert found(refusal) == ["FD301 NAME .env.testing", "FD303 PORT .env.testing:1:1"]


def test_nothing_is_called_missing_when_its_file_could_not_be_read(place: Place) -> None:
    place.file("NAME=corner\nPORT\n")
    with pytest.raises(ConfigurationError) as refusal:
        Shop()
    assert [p.code for p in refusal.value.problems] == ["FD210"]


def test_references_that_cannot_be_finished_are_told_once(place: Place) -> None:
    place.file("NAME=corner\nPORT=${NOWHERE}\n")
    with pytest.raises(ConfigurationError) as refusal:
        Shop()
    assert found(refusal) == ["FD221 PORT .env.testing:2:1"]


def test_no_environment_no_settings(place: Place) -> None:
    place.export({"APP_ENV": "tseting"})
    with pytest.raises(SelectionError) as refusal:
        Shop(name="x")
    assert [p.code for p in refusal.value.problems] == ["FD102"]


def test_an_invalid_declaration_no_settings(place: Place) -> None:
    place.declare("[colours]\n")
    for attempt in (Shop, load):
        with pytest.raises(DeclarationError):
            attempt()


@pytest.mark.requirement("A8")
def test_the_rules_judge_arguments_too(place: Place) -> None:
    place.declare("[environments.production.require]\nDEBUG = false\n").export({"APP_ENV": "production"})
    place.file("NAME=main\nDEBUG=false\n", ".env.production")
    assert Shop().debug is False
    with pytest.raises(ConfigurationError) as refusal:
        Shop(debug=True)
    assert found(refusal) == ["FD304 DEBUG override DEBUG"]


def test_loading_never_writes_the_process(place: Place) -> None:
    place.file("NAME=corner\nPORT=1\n")
    before = dict(os.environ)
    Shop(debug=True)
    load()
    load(Shop, overrides={"PORT": "2"})
    assert dict(os.environ) == before


# -- immutable -----------------------------------------------------------------------------------------------


def test_settings_cannot_be_changed(place: Place) -> None:
    place.file("NAME=corner\n")
    shop = Shop()
    with pytest.raises(AttributeError, match="Shop is immutable") as refusal:
        shop.name = "s3cret"
    assert "s3cret" not in str(refusal.value)
    with pytest.raises(AttributeError, match="Shop is immutable"):
        del shop.name
    assert shop.name == "corner"
    assert shop.model_copy(update={"name": "y"}).name == "y"


def test_a_class_may_complete_itself_while_it_is_made(place: Place) -> None:
    class Completed(Settings):
        host: str
        url: str = ""
        _counter: int = PrivateAttr(default=0)

        @model_validator(mode="after")
        def complete(self) -> Completed:
            self.url = f"https://{self.host}"
            self._counter += 1
            return self

        @cached_property
        def loud(self) -> str:
            return self.host.upper()

    place.file("HOST=h\n")
    made = Completed()
    assert (made.url, made._counter, made.loud) == ("https://h", 1, "H")
    made._counter = 5
    del made._counter
    with pytest.raises(AttributeError):
        made.url = "x"


# -- what it is besides ---------------------------------------------------------------------------------------


def test_copies_and_pickles_know_their_origin(place: Place) -> None:
    place.file("NAME=corner\n")
    shop = Shop()
    for other in (copy.copy(shop), copy.deepcopy(shop), pickled(shop), Shop()):
        assert other == shop
        assert environment_of(other).name == "testing"
        assert str(origin_of(other, "name")) == ".env.testing:1:1"
        assert repr(other) == repr(shop)


def test_a_pickle_holds_no_value_that_lost(place: Place) -> None:
    place.file("NAME=corner\n").export({"APP_ENV": "testing", "NAME": "outside"})
    assert b"corner" not in pickle.dumps(Shop())


def test_where_values_came_from_is_no_part_of_equality(place: Place) -> None:
    place.file("NAME=corner\n")
    assert Shop(name="corner") == Shop()
    assert Shop(name="other") != Shop()
    provenance = Shop()._provenance
    assert provenance == Shop(name="other")._provenance
    assert provenance != 3
    assert hash(provenance) == hash(Shop()._provenance)
    assert repr(provenance) == "Provenance('testing')"


def test_an_object_that_was_not_loaded_belongs_nowhere() -> None:
    made = Shop.model_construct(name="secretive")
    with pytest.raises(TypeError, match="was not loaded by firedoor"):
        environment_of(made)
    with pytest.raises(TypeError, match="was not loaded by firedoor"):
        origin_of(made, "name")
    assert "secretive" not in repr(made)
    assert made.name == "secretive"


def test_validating_a_mapping_is_loading_with_overrides(place: Place) -> None:
    place.file("PORT=5\n")
    assert Shop.model_validate({"name": "x"}).port == 5
    with pytest.raises(ConfigurationError):
        Shop.model_validate({"port": 3})


def test_the_origin_of_a_part(place: Place) -> None:
    class Part(BaseModel):
        host: str
        port: int = 1

    class Whole(Settings, env_nested_delimiter="__"):
        db: Part
        other: Part = Part(host="h")

    place.file('DB={"port": 4}\nDB__HOST=h\n')
    whole = Whole()
    assert str(origin_of(whole, "db.host")) == ".env.testing:2:1"
    assert str(origin_of(whole, "db.port")) == ".env.testing:1:1"
    assert origin_of(whole, "other.host") is None


class Unfinished(Settings, env_nested_delimiter="__"):
    part: Finished


class Finished(BaseModel):
    host: str


# -- settings in settings -------------------------------------------------------------------------------------


class Database(Settings, env_prefix="DB_"):
    host: str


class Application(Settings):
    name: str
    database: Database = Field(default_factory=Database)


def test_settings_within_settings_are_of_the_same_environment(place: Place) -> None:
    """Even when the outer one names an environment that is not the selected one."""
    place.file("NAME=t\nDB_HOST=test-db\n").file("NAME=p\nDB_HOST=production-db\n", ".env.production")
    place.export({"APP_ENV": "production"})
    made = Application.load(environment="testing")
    assert made.database.host == "test-db"
    assert environment_of(made.database).name == "testing"
    assert Database().host == "production-db"


def test_a_validator_that_asks_hears_of_the_same_environment(place: Place) -> None:
    class Asking(Settings):
        level: str

        @field_validator("level")
        @classmethod
        def fits(cls, value: str) -> str:
            return f"{value} of {current()}"

    place.file("LEVEL=x\n").export({"APP_ENV": "production"})
    assert load(Asking, environment="testing").level == "x of testing"
    assert current().name == "production"


def test_problems_within_are_told_with_the_others(place: Place) -> None:
    place.file("PORT=1\nNAME=x\n")
    with pytest.raises(ConfigurationError) as refusal:
        Application()
    assert found(refusal) == ["FD301 DB_HOST .env.testing"]


# -- arguments ------------------------------------------------------------------------------------------------


def test_unknown_arguments_are_told_with_the_others(place: Place) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        Shop(nmae="x")
    assert found(refusal) == ["FD301 NAME .env.testing", "FD308 nmae override nmae"]


def test_pydantic_settings_private_arguments_are_refused(place: Place) -> None:
    with pytest.raises(TypeError, match="_env_file, _x"):
        Shop(_env_file=".env.production", name="n", _x=1)


def test_every_kind_of_argument_is_judged_as_text(place: Place) -> None:
    """What an argument would be in an env file is what the declaration's rules see."""

    class Part(BaseModel):
        host: str = ""
        deep: dict[str, int] = Field(default_factory=dict)

    class Kinds(Settings, env_nested_delimiter="__"):
        flag: bool = False
        nothing: str | None = None
        secret: SecretStr = SecretStr("")
        raw: bytes = b""
        folder: os.PathLike[str] | None = None
        items: list[int] = Field(default_factory=list)
        number: float = 0
        part: Part = Part()

    names = ("FLAG", "NOTHING", "SECRET", "RAW", "FOLDER", "ITEMS", "NUMBER", "PART__HOST", "PART__DEEP__A")
    place.declare("".join(f'[variables.{name}]\nvalues = ["only this"]\n' for name in names))
    with pytest.raises(ConfigurationError) as refusal:
        Kinds(
            flag=True,
            nothing=None,
            secret=SecretStr("s"),
            raw=b"r",
            folder=Path("x"),
            items=[1],
            number=1.5,
            part={"host": "h", "deep": {"a": 1}},
        )
    assert found(refusal) == [
        "FD305 FLAG override FLAG",
        "FD305 FOLDER override FOLDER",
        "FD305 ITEMS override ITEMS",
        "FD305 NUMBER override NUMBER",
        "FD305 PART__DEEP__A override PART__DEEP__A",
        "FD305 PART__HOST override PART__HOST",
        "FD305 RAW override RAW",
        "FD305 SECRET override SECRET",
    ]
    with pytest.raises(ConfigurationError) as refusal:
        Kinds(part=Part(host="h"))
    assert found(refusal) == ["FD305 PART__HOST override PART__HOST"]


def test_an_argument_by_one_alias_wins_over_a_variable_by_another(place: Place) -> None:
    class Chosen(Settings):
        value: int = Field(validation_alias=AliasChoices(AliasPath("ALL", 0), "ONE"))
        other: int = Field(0, validation_alias=AliasPath("ALL", 1))

    place.file("ONE=1\n")
    assert Chosen(ALL=[2, 3]).model_dump() == {"value": 2, "other": 3}


def test_a_class_may_name_what_comes_after_it(place: Place) -> None:
    class Early(Settings, env_nested_delimiter="__"):
        part: "Late"  # noqa: UP037 - the quotes are what is tested

    class Late(BaseModel):
        host: str

    place.file("PART__HOST=h\n")
    Early.model_rebuild()
    assert Early().part.host == "h"


def test_a_class_is_completed_when_it_is_first_used(place: Place) -> None:
    place.file("PART__HOST=h\n")
    assert Unfinished().part.host == "h"


def test_two_spellings_that_agree_or_that_nobody_reads(place: Place) -> None:
    place.file("NAME=x\nOTHER=1\n").export(
        {"APP_ENV": "testing", "name": "x", "other": "2", "Thing": "1", "THING": "2"}
    )
    assert Shop().name == "x"


# -- options --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"secrets_dir": "/run/secrets"}, "'secrets_dir' is not supported: .* \\[files\\] secrets"),
        (
            {"json_file": "x.json"},
            "'json_file' is not supported: firedoor reads the files that firedoor.toml declares",
        ),
        ({"cli_parse_args": True}, "'cli_parse_args' is not supported"),
        ({"env_file_encoding": "latin-1"}, "env files as UTF-8 only"),
        ({"frozen": False}, "settings are immutable"),
    ],
)
def test_options_that_would_be_ignored_are_refused(config: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        type("Wrong", (Settings,), {"__module__": __name__, "model_config": config})


def test_options_that_do_no_harm_are_taken(place: Place) -> None:
    class Fine(Settings):
        model_config = SettingsConfigDict(
            env_file=(".env", ".env.testing"), env_file_encoding="utf-8", frozen=True, secrets_dir=None
        )  # type: ignore[typeddict-unknown-key]  # wrong on purpose, or a stand-in
        name: str

    place.file("NAME=x\n").file("NAME=fallback\n", ".env")
    assert hash(Fine()) == hash(Fine())


def test_options_as_class_arguments_are_inherited(place: Place) -> None:
    class Base(Settings, env_prefix="SHOP_"):
        pass

    class Child(Base, extra="ignore"):
        name: str

    place.file("SHOP_NAME=x\n")
    assert Child().name == "x"
    with pytest.raises(TypeError):
        METACLASS("Wrong", (Settings,), {"__module__": __name__}, env_perfix="x")


def test_a_class_with_sources_of_its_own_is_sent_to_the_adapter() -> None:
    with pytest.raises(TypeError, match=r"firedoor\.adapters\.pydantic_settings"):

        class Wrong(Settings):
            @classmethod
            def settings_customise_sources(cls) -> None: ...


@pytest.mark.parametrize("name", ["local.env", "~/firedoor-local.env"])
def test_an_env_file_that_the_declaration_does_not_know(
    name: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Local(Settings, env_file=name):
        name: str = ""

    monkeypatch.setenv("HOME", str(place.root))
    assert Local().name == ""  # pydantic-settings passes over a file that is not there, too
    place.file("NAME=x\n", name.removeprefix("~/"))
    with pytest.raises(ConfigurationError) as refusal:
        Local()
    assert found(refusal) == [f"FD314 {name} {name}"]
    place.declare("", base=f'[files]\noptional = ["{name.removeprefix("~/")}"]\n[environments.testing]\n')
    assert Local().name == "x"


def test_lines_that_a_strict_class_does_not_know(place: Place) -> None:
    class Strict(Settings, extra="forbid", env_nested_delimiter="__"):
        name: str
        part: dict[str, str] = Field(default_factory=dict)

    place.declare("[variables.DECLARED]\n")
    place.file("APP_ENV=testing\nNAME=x\nDECLARED=1\nPART__A=1\n").export(
        {"APP_ENV": "testing", "OTHER": "1"}
    )
    assert Strict().part == {"a": "1"}
    place.file("NAME=x\nNMAE=y\n")
    with pytest.raises(ConfigurationError) as refusal:
        Strict()
    assert found(refusal) == ["FD308 NMAE .env.testing:2:1"]


# -- lists ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "items"),
    [("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("a", ["a"]), ('["a,b"]', ["a,b"]), ("", []), ("''", [])],
)
def test_declared_lists_may_stand_between_commas(text: str, items: list[str], place: Place) -> None:
    class Lists(Settings):
        hosts: list[str]

    place.declare('[variables.HOSTS]\ntype = "list"\n').file(f"HOSTS={text}\n")
    assert Lists().hosts == items


@pytest.mark.parametrize("text", ["a,,b", "a,"])
def test_lists_with_empty_items_are_refused(text: str, place: Place) -> None:
    class Lists(Settings):
        hosts: tuple[str, ...]

    place.declare('[variables.HOSTS]\ntype = "list"\n').file(f"HOSTS={text}\n")
    with pytest.raises(ConfigurationError) as refusal:
        Lists()
    assert found(refusal) == ["FD303 HOSTS .env.testing:1:1"]


def test_lists_of_booleans_are_as_strict(place: Place) -> None:
    class Lists(Settings):
        flags: list[bool] | None
        names: list[Any]

    place.declare('[variables.FLAGS]\ntype = "list"\n[variables.NAMES]\ntype = "list"\n')
    place.file("FLAGS=yes,no\nNAMES=t,f\n")
    assert Lists().model_dump() == {"flags": [True, False], "names": ["t", "f"]}
    place.file("FLAGS=t,no\nNAMES=\n")
    with pytest.raises(ConfigurationError) as refusal:
        Lists()
    assert found(refusal) == ["FD303 FLAGS .env.testing:1:1"]


# -- said aloud -----------------------------------------------------------------------------------------------


def test_warnings_are_said_where_settings_are_asked_for(place: Place) -> None:
    """A fallback file is never used in silence."""
    place.file("NAME=x\n", ".env").export({"APP_ENV": "development"})
    for make in (Shop, lambda: load(Shop), load, Shop.load, lambda: Shop.model_validate({})):
        with pytest.warns(FiredoorWarning, match=r"\.env") as said:
            make()
        assert [warning.filename for warning in said] == [__file__]


def test_nothing_is_said_when_all_is_well(place: Place) -> None:
    place.file("NAME=x\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Shop().name == "x"


def test_settings_within_settings_say_nothing_twice(place: Place) -> None:
    place.file("NAME=x\nDB_HOST=h\n", ".env").export({"APP_ENV": "development"})
    with pytest.warns(FiredoorWarning) as said:
        Application()
    assert len(said) == 1


def test_only_warnings_are_said() -> None:
    say([Problem("FD312", subject="PGHOST", severity="note")])
    with pytest.warns(FiredoorWarning):
        say([Problem("FD202", subject=".env.testing", severity="warning", file=".env")])


def test_check_asks_for_the_problems_of_a_class(place: Place) -> None:
    place.declare("[variables.LEVEL]\nrequired = true\n").file("PORT=x\n")
    problems = problems_of(Shop, boundary.configure(declaration.load()))
    assert [problem.subject for problem in problems] == ["LEVEL", "NAME", "PORT"]
    place.file("LEVEL=1\nNAME=x\n")
    assert problems_of(Shop, boundary.configure(declaration.load())) == []


def test_the_public_names() -> None:
    assert set(firedoor.__all__) <= set(dir(firedoor))
    for name in firedoor.__all__:
        assert getattr(firedoor, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        firedoor.nothing  # type: ignore[attr-defined]  # noqa: B018
