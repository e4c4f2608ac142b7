"""``load``: texts, settings, models and dataclasses."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pydantic_settings
import pytest
from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass as pydantic_dataclass

from firedoor import (
    Configuration,
    ConfigurationError,
    FiredoorWarning,
    Settings,
    environment_of,
    export_to_process,
    load,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.place import Place


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int = 80


@dataclasses.dataclass
class Shop:
    name: str
    debug: bool = False
    hosts: list[str] = dataclasses.field(default_factory=list)
    server: Server | None = None
    total: int = dataclasses.field(init=False, default=0)


@pydantic_dataclass(config=ConfigDict(extra="ignore"))
class Checked:
    name: str
    server: Server | None = None


class Model(BaseModel):
    name: str
    debug: bool = False


class Theirs(pydantic_settings.BaseSettings):
    name: str
    debug: bool = False


class Own(Settings):
    name: str
    debug: bool = False


def codes(call: Callable[[], Any]) -> list[str]:
    with pytest.raises(ConfigurationError) as refusal:
        call()
    assert refusal.value.__context__ is None
    return [f"{p.code} {p.subject}" for p in refusal.value.problems]


def test_a_configuration_of_texts(place: Place) -> None:
    place.file("A=1\nB=two\n")
    configuration = load()
    assert isinstance(configuration, Configuration)
    assert (configuration["A"], configuration["APP_ENV"], configuration.get("C")) == ("1", "testing", None)
    assert environment_of(load(Own, overrides={"NAME": "x"})).name == "testing"


def test_a_configuration_with_problems_is_refused(place: Place) -> None:
    place.declare("[variables.A]\nrequired = true\n")
    assert codes(load) == ["FD301 A"]
    assert load(overrides={"A": "x"})["A"] == "x"


@pytest.mark.parametrize("cls", [Shop, Checked, Model, Theirs, Own])
def test_every_kind_of_class(cls: Any, place: Place) -> None:
    place.file("NAME=corner\n").file("NAME=main\n", ".env.production").export({"APP_ENV": "testing"})
    assert load(cls).name == "corner"
    assert load(cls, environment="prod").name == "main"
    assert type(load(cls)) is cls
    place.file("")
    assert codes(lambda: load(cls)) == ["FD301 NAME"]


@pytest.mark.parametrize("cls", [Shop, Model, Theirs, Own])
def test_every_kind_of_class_is_as_strict(cls: Any, place: Place) -> None:
    place.file("NAME=corner\nDEBUG=y\n")
    assert codes(lambda: load(cls)) == ["FD303 DEBUG"]


def test_a_dataclass_with_all_it_can_have(place: Place) -> None:
    place.file('NAME=corner\nHOSTS=["a"]\nSERVER={"host": "h", "port": "1"}\n')
    assert load(Shop) == Shop("corner", hosts=["a"], server=Server("h", 1))


def test_a_dataclass_has_parts_of_its_own(place: Place) -> None:
    place.file("NAME=corner\nSERVER__HOST=h\nSERVER__PORT=x\n")
    with pytest.raises(ConfigurationError) as refusal:
        load(Shop)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.subject, problem.facts["field"]) == ("FD303", "SERVER__PORT", "server.port")


def test_a_plain_pydantic_settings_class_reads_no_source_of_its_own(place: Place) -> None:
    """The process's variable of the class, and only through firedoor."""
    place.file("NAME=corner\n").export({"APP_ENV": "production", "NAME": "outside"})
    assert load(Theirs, environment="testing", overrides={"NAME": "given"}).name == "given"


@pytest.mark.parametrize("thing", [int, dict, "Shop", Shop("x")])
def test_what_is_no_class_with_fields(thing: Any, place: Place) -> None:
    with pytest.raises(TypeError, match="a Settings class, a pydantic model or a dataclass"):
        load(thing)


def test_warnings_of_a_model_are_said(place: Place) -> None:
    place.file("NAME=x\n", ".env").export({"APP_ENV": "development"})
    with pytest.warns(FiredoorWarning):
        assert load(Model).name == "x"


@pytest.mark.parametrize("cls", [None, Shop, Model, Own])
def test_a_refusal_shows_no_override(cls: Any, place: Place) -> None:
    place.declare('[variables.DEBUG]\ntype = "bool"\n')
    with pytest.raises(ConfigurationError) as refusal:
        load(cls, overrides={"NAME": "s3cret", "DEBUG": "s3cret"})
    error = refusal.value.with_traceback(refusal.tb.tb_next)
    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "in load" in told
    assert "s3cret" not in told


def test_texts_alone_do_not_cost_pydantic(place: Place) -> None:
    program = "import sys, firedoor; firedoor.load(); print([m for m in ('pydantic', 're', 'typing') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pydantic" not in done.stdout


def test_pydantic_settings_is_never_imported(place: Place) -> None:
    """Its options as arguments of a class are understood without it, and inherited."""
    place.file("SHOP_NAME=x\n")
    program = (
        "import sys\nfrom firedoor import Settings\nclass Base(Settings, env_prefix='SHOP_', extra='ignore'):\n    pass\n"
        "class Shop(Base):\n    name: str\nassert Shop().name == 'x'\nprint([m for m in ('pydantic_settings', 'logging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# -- export ---------------------------------------------------------------------------------------------------


def test_export_writes_what_was_asked_for(place: Place) -> None:
    place.file("A=1\n", ".env.production").export({"APP_ENV": "testing", "OTHER": "stays"})
    configuration = load(environment="production")
    assert "A" not in os.environ
    export_to_process(configuration)
    assert (os.environ["A"], os.environ["OTHER"]) == ("1", "stays")
    assert (os.environ["APP_ENV"], os.environ["ENV"]) == ("production", "production")
    assert load().environment.name == "production"


def test_export_of_a_refused_configuration_writes_nothing(place: Place) -> None:
    from firedoor import boundary, declaration

    place.declare("[variables.B]\nrequired = true\n").file("A=1\n")
    with pytest.raises(ConfigurationError):
        export_to_process(boundary.configure(declaration.load()))
    assert "A" not in os.environ
