"""The settings class that firedoor.toml names is asked too."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration
from firedoor.settings.declared_class import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.place import Place

OWN = "from firedoor import Settings\nclass Shop(Settings):\n    port: int\n    name: str\n"
THEIRS = (
    "from pydantic_settings import BaseSettings\nclass Shop(BaseSettings):\n    port: int\n    name: str\n"
)
PLAIN = "from dataclasses import dataclass\n@dataclass\nclass Shop:\n    port: int\n    name: str\n"


class Asked:
    """A project whose declaration names the class of a module."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.module = f"shop_{uuid.uuid4().hex}"  # a module is imported once in a process

    def name(self, path: str) -> None:
        self.place.declare(
            f'[settings]\nclass = "{path.replace("MODULE", self.module)}"\n[variables.LEVEL]\nrequired = true\n'
        )

    def write(self, source: str, path: str = "MODULE:Shop") -> None:
        self.name(path)
        self.place.folder.write(f"{self.module}.py", source.encode())

    def problems(self, environment: str | None = None) -> list[str]:
        found = problems_of(boundary.configure(declaration.load(), environment))
        return [
            f"{p.code} {p.subject}{' ' + p.facts['detail'] if 'detail' in p.facts else ''}".replace(
                self.module, "MODULE"
            )
            for p in found
        ]


@pytest.fixture
def asked(place: Place) -> Iterator[Asked]:
    path = list(sys.path)
    yield Asked(place)
    assert sys.path == path


@pytest.mark.parametrize("source", [OWN, THEIRS, PLAIN], ids=["own", "theirs", "dataclass"])
def test_its_problems_are_told_with_the_others(asked: Asked, source: str) -> None:
    asked.write(source)
    asked.place.file("PORT=x\n")
    assert asked.problems() == ["FD301 LEVEL", "FD301 NAME", "FD303 PORT"]
    asked.place.file("PORT=1\nNAME=x\nLEVEL=1\n")
    assert asked.problems() == []


def test_without_a_class_the_configuration_speaks_for_itself(place: Place) -> None:
    place.declare("[variables.LEVEL]\nrequired = true\n")
    assert [p.code for p in problems_of(boundary.configure(declaration.load()))] == ["FD301"]


def test_settings_that_the_module_makes_are_of_this_configuration(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody has to select an environment to check another one; what is printed is no output of ours."""
    asked.place.export({})
    asked.write(OWN + "settings = Shop()\nprint('made for', settings.name)\n")
    asked.place.file("PORT=x\nLEVEL=1\n").file("PORT=1\nNAME=main\nLEVEL=1\n", ".env.production")
    assert asked.problems("testing") == ["FD301 NAME", "FD303 PORT"]
    assert asked.problems("production") == []
    assert asked.problems("testing") == ["FD301 NAME", "FD303 PORT"]
    assert capsys.readouterr() == ("", "made for main\n")


def test_a_module_that_asks_for_the_environment_hears_of_this_one(asked: Asked) -> None:
    asked.place.export({})
    asked.write("from firedoor import current\n" + OWN + "assert current().name == 'production'\n")
    asked.place.file("PORT=1\nNAME=main\nLEVEL=1\n", ".env.production")
    assert asked.problems("production") == []


def test_a_module_that_is_refused_by_a_guard(asked: Asked) -> None:
    asked.write("from firedoor import forbid_in\n" + OWN + "@forbid_in('testing')\ndef f(): ...\nf()\n")
    assert asked.problems("testing") == ["FD107 f", "FD301 LEVEL"]


@pytest.mark.parametrize(
    ("source", "path", "detail"),
    [
        (OWN, "nowhere.config:Shop", "there is no module named nowhere"),
        ("import nothing_of_the_kind\n", "MODULE:Shop", "there is no module named nothing_of_the_kind"),
        ("raise ValueError('s3cret')\n", "MODULE:Shop", "importing MODULE fails with ValueError"),
        ("this is no Python\n", "MODULE:Shop", "importing MODULE fails with SyntaxError"),
        (OWN, "MODULE:Shopp", "MODULE has no such settings class, pydantic model or dataclass"),
        (OWN, "MODULE:Shop.part", "MODULE has no such settings class, pydantic model or dataclass"),
        ("Shop = 3\n", "MODULE:Shop", "MODULE has no such settings class, pydantic model or dataclass"),
        (
            "class Shop: ...\n",
            "MODULE:Shop",
            "MODULE has no such settings class, pydantic model or dataclass",
        ),
    ],
)
def test_a_class_that_cannot_be_had(asked: Asked, source: str, path: str, detail: str) -> None:
    asked.write(source, path)
    asked.place.file("LEVEL=1\n")
    assert asked.problems() == [f"FD010 {path} {detail}"]


def test_a_module_that_takes_itself_out_of_the_path(asked: Asked) -> None:
    asked.write("import sys\nsys.path.pop(0)\n" + OWN)
    asked.place.file("LEVEL=1\nPORT=1\nNAME=x\n")
    assert asked.problems() == []


def test_a_class_within_a_class(asked: Asked) -> None:
    asked.write("class Outer:\n" + "".join(f"    {line}\n" for line in OWN.splitlines()), "MODULE:Outer.Shop")
    asked.place.file("LEVEL=1\nPORT=1\n")
    assert asked.problems() == ["FD301 NAME"]
