"""A class means the same to firedoor as to pydantic-settings: the same classes, texts and process, the same values.

Where firedoor refuses what pydantic-settings takes, the case stands in STRICTER, and in docs/reference/python.md.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar, cast

import pydantic_settings
import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    Json,
    PostgresDsn,
    RootModel,
    Secret,
    SecretBytes,
    SecretStr,
    StrictBool,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_settings import BaseSettings
from typing_extensions import TypeAliasType

import firedoor
from firedoor.adapters.pydantic_settings import BaseSettings as AdaptedSettings

if TYPE_CHECKING:
    from support.place import Place

T = TypeVar("T")
Names = TypeAliasType("Names", list[str])
Pair = TypeAliasType("Pair", dict[str, T], type_params=(T,))
MaybeNames = TypeAliasType("MaybeNames", list[str] | None)


Maybe = TypeAliasType("Maybe", list[T] | None, type_params=(T,))
Same = TypeAliasType("Same", T, type_params=(T,))
Marked = TypeAliasType("Marked", Annotated[list[int], Field(min_length=1)])
Tree = TypeAliasType("Tree", "int | list[Tree]")


def split(value: Any) -> Any:
    return value.split(";") if isinstance(value, str) else value


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Deep(BaseModel):
    a: int = 0
    names: list[str] = []
    flag: bool = False


class Part(BaseModel):
    host: str
    port: int = 5432
    deep: Deep = Deep()
    options: dict[str, int] = {}


class Aliased(BaseModel):
    host: str = Field(alias="hostName")
    port: int = Field(1, validation_alias=AliasChoices("portNumber", "p"))


class Named(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    host: str = Field(alias="hostName")


class Picked(BaseModel):
    item: int = Field(validation_alias=AliasPath("all", 0))


class Splitting(BaseModel):
    names: Annotated[list[str], pydantic_settings.NoDecode, BeforeValidator(split)] = []
    flag: bool = False

    @field_validator("flag", mode="before")
    @classmethod
    def letters(cls, value: Any) -> Any:
        return value


class Listed(RootModel[list[int]]):
    pass


class Box(BaseModel, Generic[T]):
    item: T


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    age: int = 1


@dataclasses.dataclass
class Point:
    x: int
    y: int = 2


@pydantic_dataclass
class Spot:
    x: int
    y: int = 2


def eight(cls: Any, data: Any) -> Any:
    return {**data, "a": 8}


class Case:
    """Annotations and defaults of a class, its configuration, the file's text, the process, the call's arguments."""

    def __init__(
        self,
        name: str,
        fields: dict[str, Any],
        file: str = "",
        process: dict[str, str] | None = None,
        *,
        config: dict[str, Any] | None = None,
        given: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.fields = fields
        self.file = file
        self.process = process or {}
        self.config = config or {}
        self.given = given or {}
        self.body = body or {}

    def build(self, base: type, **config: Any) -> Any:
        """The class on this base. A field is an annotation, or an (annotation, default) pair."""
        annotations = {k: v[0] if isinstance(v, tuple) else v for k, v in self.fields.items()}
        defaults = {k: v[1] for k, v in self.fields.items() if isinstance(v, tuple)}
        merged = {**self.config, **config}
        namespace = {
            "__module__": __name__,
            "__annotations__": annotations,
            "model_config": merged,
            **defaults,
            **self.body,
        }
        return type(base)("Sample", (base,), namespace)


def after(name: str, check: Any) -> dict[str, Any]:
    return {"check": field_validator(name)(classmethod(check))}


NESTED = {"env_nested_delimiter": "__"}

SAME = [
    Case("texts and numbers", {"a": str, "b": int, "c": float, "d": Decimal}, "A=x\nB=7\nC=1.5\nD=2.50\n"),
    Case("a default", {"a": (int, 3)}),
    Case("missing", {"a": int, "b": str}),
    Case("process over file", {"a": str}, "A=file\n", {"A": "process"}),
    Case("process alone", {"a": str}, "", {"A": "process"}),
    Case("case does not count", {"SomeThing": str, "b": str}, "sOMEtHING=1\n", {"b": "2"}),
    Case("case counts", {"Abc": (str, "no"), "abc": (str, "no")}, "Abc=yes\n", config={"case_sensitive": True}),
    Case("prefix", {"a": int, "b": (str, "none")}, "APP_A=4\nB=x\n", config={"env_prefix": "APP_"}),
    Case("prefix in small letters", {"a": int}, "APP_A=4\n", config={"env_prefix": "app_"}),
    Case("booleans", dict.fromkeys("abcdefgh", bool), "A=true\nB=FALSE\nC=1\nD=0\nE=Yes\nF=nO\nG=on\nH=off\n"),
    Case("optional boolean", {"a": (bool | None, None), "b": (bool | None, None)}, "A=yes\n"),
    Case("no boolean", {"a": bool, "b": bool}, "A=ture\nB=' true '\n"),
    Case("boolean or text", {"a": bool | str, "b": str | bool}, "A=t\nB=n\n"),
    Case("empty texts", {"a": str, "b": (str | None, "d")}, "A=\nB=\n"),
    Case("empty numbers", {"a": int, "b": (int, 1)}, "A=\nB=\n"),
    Case("empty ignored", {"a": (int, 1), "b": (list[int], [2])}, "A=\n", {"B": ""}, config={"env_ignore_empty": True}),
    Case("secrets", {"a": SecretStr, "b": SecretBytes}, "A=x1\nB=x2\n"),
    Case("addresses", {"a": HttpUrl, "b": PostgresDsn}, "A=https://h/x\nB=postgres://u:p@h/db\n"),
    Case("no addresses", {"a": HttpUrl, "b": PostgresDsn}, "A=nothing\nB=http://h\n"),
    Case("paths and times", {"a": Path, "b": timedelta, "c": datetime}, "A=/x/y\nB=PT5M\nC=2030-01-31T10:00:00\n"),
    Case("enums", {"a": Colour, "b": Literal["x", "y"], "c": Level}, "A=red\nB=y\nC=2\n"),
    Case("no enums", {"a": Colour, "b": Literal["x", "y"]}, "A=green\nB=z\n"),
    Case("enum by name", {"a": Colour, "b": (Level, 1)}, "A=BLUE\nB=HIGH\n", config={"env_parse_enums": True}),
    Case("optional enum by name", {"a": Colour | None, "b": int | Colour}, "A=BLUE\nB=RED\n", config={"env_parse_enums": True}),
    Case("enum by value too", {"a": Colour}, "A=blue\n", config={"env_parse_enums": True}),
    Case("numbers in a literal", {"a": Literal[Level.LOW]}, "A=1\n"),
    Case("strict", {"a": int, "b": bool, "c": str, "d": (float, 1.0)}, "A=1\nB=true\nC=x\nD=oops\n", config={"strict": True}),
    Case("strict member", {"a": StrictBool | None, "b": StrictBool | int}, "A=true\nB=7\n"),
    Case("strict nested", {"a": Part}, "A__HOST=h\nA__PORT=5\n", config={**NESTED, "strict": True}),
    Case("limits", {"a": (int, Field(gt=3)), "b": (str, Field(max_length=2))}, "A=3\nB=abc\n"),
    Case("lists", {"a": list[int], "b": set[str], "c": tuple[int, str], "d": list}, 'A=[1, 2]\nB=["x"]\nC=[1, "y"]\nD=[]\n'),
    Case("dicts", {"a": dict[str, int], "b": dict}, 'A={"x": 1}\nB={"y": [1]}\n'),
    Case("optional list", {"a": (list[int] | None, None), "b": (list[int] | None, [1])}, "A=[3]\nB=null\n"),
    Case("null for a model", {"a": (Part | None, None)}, "A=null\n"),
    Case("no JSON", {"a": list[int]}, "A=1,2\n"),
    Case("JSON of another kind", {"a": list[int], "b": dict[str, int]}, "A={}\nB=[1]\n"),
    Case("wrong items", {"a": list[int]}, 'A=["x"]\n'),
    Case("list or text", {"a": list[str] | str, "b": list[str] | str, "c": str | dict[str, int]}, 'A=x y\nB=["x"]\nC={"a": 1}\n'),
    Case("number or list", {"a": int | list[int], "b": int | list[int]}, "A=5\nB=[5]\n"),
    Case("pydantic's own JSON", {"a": Json[list[int]], "b": (Json | None, None)}, "A=[1]\nB=[2]\n"),
    Case("aliased types", {"a": Names, "b": Pair[int], "c": (MaybeNames, None)}, 'A=["x"]\nB={"y": 1}\nC=["z"]\n'),
    Case("aliases of aliases", {"a": Maybe[int], "b": Same[list[int]], "c": Marked}, "A=[1]\nB=[2]\nC=[3]\n"),
    Case("recursive alias", {"a": Tree, "b": Tree}, "A=1\nB=[1, [2]]\n"),
    Case("annotated member", {"a": Annotated[list[int], "x"] | int, "b": int | Annotated[str | list[int], "x"]}, "A=[1]\nB=[1]\n"),
    Case("JSON member", {"a": Json[list[int]] | int}, "A=[1]\n"),
    Case("JSON member wrapped", {"a": int | Annotated[Annotated[list[int] | None, "x"], Json]}, "A=[1]\n"),
    Case("secret of a list", {"a": Secret[list[int]]}, "A=[1]\n"),
    Case("any root", {"a": RootModel}, "A=[1]\n"),
    Case("deque and bytes", {"a": deque[int], "b": bytes, "c": bytearray}, "A=[1]\nB=x\nC=[]\n"),
    Case("root model", {"a": Listed, "b": (Listed | None, None)}, "A=[1]\nB=[2]\n"),
    Case("generic model", {"a": Box[int]}, 'A={"item": 3}\n'),
    Case("annotated", {"a": Annotated[list[int], Field(min_length=1)], "b": Annotated[int, Field(ge=1)]}, "A=[1]\nB=2\n"),
    Case("annotated optional", {"a": Annotated[list[int] | None, Field()]}, "A=[1]\n"),
    Case("alias", {"a": (str, Field(alias="OTHER")), "b": (str, Field("d", alias="unset"))}, "OTHER=x\nA=no\n"),
    Case("validation alias", {"a": (str, Field(validation_alias="X_Y"))}, "X_Y=x\n", config={"env_prefix": "P_"}),
    Case("prefix for aliases", {"a": (str, Field(alias="o")), "b": str}, "P_O=x\nB=y\n", config={"env_prefix": "P_", "env_prefix_target": "alias"}),
    Case("prefix for all", {"a": (str, Field(alias="o")), "b": str}, "P_O=x\nP_B=y\n", config={"env_prefix": "P_", "env_prefix_target": "all"}),
    Case("alias choices", {"a": (str, Field(validation_alias=AliasChoices("ONE", "TWO")))}, "TWO=2\n"),
    Case("first alias choice", {"a": (str, Field(validation_alias=AliasChoices("ONE", "TWO")))}, "TWO=2\nONE=1\n"),
    Case("alias choice of the process", {"a": (str, Field(validation_alias=AliasChoices("ONE", "TWO")))}, "ONE=1\n", {"TWO": "2"}),
    Case("alias path", {"a": (int, Field(validation_alias=AliasPath("ALL", 0))), "b": (int, Field(validation_alias=AliasPath("ALL", 1)))}, "all=[1, 2]\n", config={"case_sensitive": False}, body={}),
    Case("alias path or name", {"a": (int, Field(validation_alias=AliasChoices("ONE", AliasPath("all", 0))))}, "ALL=[7]\n"),
    Case("by name and alias", {"a": (str, Field(alias="OTHER"))}, "A=x\n", config={"populate_by_name": True}),
    Case("by name only", {"a": (str, Field(alias="OTHER"))}, "A=x\nOTHER=y\n", config={"validate_by_alias": False, "validate_by_name": True}),
    Case("name loses to alias", {"a": (str, Field(alias="OTHER"))}, "A=x\nOTHER=y\n", config={"populate_by_name": True}),
    Case("nested by delimiter", {"db": Part}, "DB__HOST=h\nDB__PORT=1\nDB__DEEP__A=4\n", config=NESTED),
    Case("nested by JSON", {"db": Part}, 'DB={"host": "h", "deep": {"a": 2}}\n', config=NESTED),
    Case("nested by both", {"db": Part}, 'DB={"host": "h", "port": 1}\nDB__PORT=2\n', config=NESTED),
    Case("nested list", {"db": Part}, 'DB__HOST=h\nDB__DEEP__NAMES=["x"]\nDB__OPTIONS={"a": 1}\nDB__OPTIONS__B=2\n', config=NESTED),
    Case("nested in capitals", {"db": Part}, 'DB={"HOST": "h", "Deep": {"A": 2}}\n', config=NESTED),
    Case("nested, case counts", {"db": Part}, "db__host=h\ndb__PORT=9\n", config={**NESTED, "case_sensitive": True}),
    Case("nested process over file", {"db": Part}, "DB__HOST=f\nDB__PORT=1\n", {"DB__HOST": "p"}, config=NESTED),
    Case("nested JSON of the process", {"db": Part}, "DB__HOST=f\nDB__PORT=1\n", {"DB": '{"host": "p"}'}, config=NESTED),
    Case("nested JSON under the process", {"db": Part}, 'DB={"host": "f", "port": 3}\n', {"DB__PORT": "4"}, config=NESTED),
    Case("nested missing", {"db": Part}, "DB__PORT=1\n", config=NESTED),
    Case("nested wrong", {"db": Part}, "DB__HOST=h\nDB__PORT=x\nDB__DEEP__A=y\n", config=NESTED),
    Case("nested wrong JSON", {"db": Part}, "DB__HOST=h\nDB__DEEP__NAMES=x\n", config=NESTED),
    Case("nested aliases", {"db": Aliased}, "DB__HOSTNAME=h\nDB__P=2\n", config=NESTED),
    Case("nested aliases in JSON", {"db": Aliased}, 'DB={"hostname": "h", "portNumber": 3}\n', config=NESTED),
    Case("nested by name", {"db": Named}, "DB__HOST=h\n", config=NESTED),
    Case("nested optional", {"db": (Part | None, None), "c": (Part | None, None)}, "DB__HOST=h\n", config=NESTED),
    Case("nested dict", {"d": dict[str, dict[str, int]], "e": dict}, 'D__A__B=1\nE__X=2\nE__Y=["z"]\n', config=NESTED),
    Case("nested dict of lists", {"d": dict[str, list[int]], "e": dict[str, list[str] | str]}, 'D__A=[1]\nE__X=["q"]\nE__Y=w\nE__Z=5\n', config=NESTED),
    Case("nested without delimiter", {"db": (Part | None, None)}, "DB__HOST=h\n"),
    Case("nested prefix", {"db": Part}, "APP_DB__HOST=h\nAPP_DB__PORT=2\n", config={**NESTED, "env_prefix": "APP_"}),
    Case("nested max split", {"db": Box[str], "c": Deep}, "DB_ITEM=h\nC_A=2\n", config={"env_nested_delimiter": "_", "env_nested_max_split": 1}),
    Case("nested alias choices", {"db": (Part, Field(validation_alias=AliasChoices("ONE", "TWO")))}, "TWO__HOST=h\nONE__PORT=3\n", config=NESTED),
    Case("nested enum", {"a": dict[str, Colour], "b": Box[Colour]}, "B__ITEM=RED\n", {"A": "{}"}, config={**NESTED, "env_parse_enums": True}),
    Case("nested empty", {"db": Box[str]}, "DB__ITEM=\n", config=NESTED),
    Case("nested union", {"pet": Annotated[Cat | Dog, Field(discriminator="kind")]}, "PET__KIND=dog\nPET__AGE=4\n", config=NESTED),
    Case("nested union of neither", {"pet": Annotated[Cat | Dog, Field(discriminator="kind")]}, "PET__KIND=cow\n", config=NESTED),
    Case("nested dataclasses", {"a": Point, "b": Spot}, 'A={"x": 1}\nB__X=3\n', config=NESTED),
    Case("nested container", {"a": Picked}, "A__ALL=[7, 8]\n", config=NESTED),
    Case("nested not decoded", {"a": Splitting}, "A__NAMES=x;y\nA__FLAG=t\n", config=NESTED),
    Case("nested optional, validated before", {"a": Splitting | None}, "A__FLAG=f\n", config=NESTED),
    Case("nested letter in a list", {"a": list[Deep]}, "A__FLAG=f\n", config=NESTED),
    Case("nested dict, nothing decoded", {"d": dict[str, list[int]], "e": dict[str, list[int] | str]}, "D__A=[1]\nE__X=[1]\n", config={**NESTED, "enable_decoding": False}),
    Case("nested dict of letters", {"d": dict[str, str | int]}, "D__A=t\n", config=NESTED),
    Case("nested list and a part of it", {"a": Part}, "A__HOST=h\nA__DEEP=[1]\nA__DEEP__A=2\n", config=NESTED),
    Case("list and a part of it", {"a": list[int]}, "A=[1]\nA__X=2\n", config=NESTED),
    Case("no part of it", {"a": (Deep, Deep())}, "A__NONE=1\nA__B__C=2\n", config=NESTED),
    Case("nested number by name", {"a": Box[int]}, "A__ITEM=3\n", config={**NESTED, "env_parse_enums": True}),
    Case("nested path head", {"a": Box[int]}, "A__ITEM=3\n", config=NESTED),
    Case("partial default", {"db": (Part, Part(host="d", port=9))}, "DB__PORT=2\n", config={**NESTED, "nested_model_default_partial_update": True}),
    Case("partial default of a dataclass", {"p": (Point, Point(x=5))}, "P__Y=7\n", config={**NESTED, "nested_model_default_partial_update": True}),
    Case("partial default of neither", {"p": (int, 5)}, "P=7\n", config={"nested_model_default_partial_update": True}),
    Case("partial default of a dict", {"p": (dict, {"x": 1})}, "P__Y=7\n", config={**NESTED, "nested_model_default_partial_update": True}),
    Case("whole default", {"db": (Part, Part(host="d", port=9))}, "DB__HOST=h\n", config=NESTED),
    Case("none as a text", {"a": (int | None, 1), "b": (list[int] | None, [1]), "db": Box[int | None]}, "A=null\nB=null\nDB__ITEM=null\n", config={**NESTED, "env_parse_none_str": "null"}),
    Case("not decoded", {"a": Annotated[list[str], pydantic_settings.NoDecode, BeforeValidator(split)]}, "A=x;y\n"),
    Case("nothing decoded", {"a": Annotated[list[str], BeforeValidator(split)], "b": Annotated[list[int], pydantic_settings.ForceDecode]}, "A=x;y\nB=[1]\n", config={"enable_decoding": False}),
    Case("validator before", {"a": bool}, "A=t\n", body={"check": field_validator("a", mode="before")(lambda value: value)}),
    Case("validator after", {"a": int}, "A=5\n", body=after("a", lambda cls, value: value * 2)),
    Case("validator refuses", {"a": int, "b": int}, "A=5\nB=x\n", body=after("a", lambda cls, value: [][value])),
    Case("model validator", {"a": int, "b": int}, "A=5\nB=1\n", body={"check": model_validator(mode="after")(lambda self: self)}),
    Case("model validator sees the data", {"a": (int, 1)}, "A=5\n", body={"check": model_validator(mode="before")(cast("Any", classmethod(eight)))}),
    Case("arguments", {"a": int, "b": str}, "A=1\nB=x\n", given={"a": 2}),
    Case("arguments in capitals", {"a": int}, "A=1\n", given={"A": 2}),
    Case("arguments by alias", {"a": (int, Field(alias="OTHER"))}, "OTHER=1\n", given={"OTHER": 2}),
    Case("arguments by name", {"a": (int, Field(alias="OTHER"))}, "OTHER=1\n", given={"a": 2}, config={"populate_by_name": True}),
    Case("arguments of alias choices", {"a": (int, Field(validation_alias=AliasChoices("ONE", AliasPath("ALL", 0))))}, "ONE=1\nALL=[2]\n", given={"ONE": 2}),
    Case("argument of a part", {"db": Part}, "DB__HOST=h\nDB__PORT=1\n", given={"db": {"port": 2}}, config=NESTED),
    Case("argument of the whole", {"db": Part}, "DB__HOST=h\nDB__PORT=1\n", given={"db": Part(host="g")}, config=NESTED),
    Case("unknown argument", {"a": int}, "A=1\n", given={"zz": 2}),
    Case("unknown argument ignored", {"a": int}, "A=1\n", given={"zz": 2}, config={"extra": "ignore"}),
    Case("unknown argument allowed", {"a": int}, "A=1\n", given={"zz": 2}, config={"extra": "allow"}),
    Case("wrong argument", {"a": int}, given={"a": "x"}),
    Case("wrong default", {"a": (int, "x")}),
    Case("right default", {"a": (int, "5")}),
    Case("any class", {"a": (object, 5)}),
]  # fmt: skip


# What pydantic-settings takes and firedoor refuses: the field that is refused, and by which code.
STRICTER = [
    (Case("one letter is no boolean", {"a": bool}, "A=t\n"), "a", "FD303"),
    (Case("nor is n", {"a": (bool | None, None)}, "A=N\n"), "a", "FD303"),
    (Case("nor in a union", {"a": bool | float}, "A=y\n"), "a", "FD303"),
    (Case("nor with an alias", {"a": (bool, Field(validation_alias=AliasChoices("x", "y")))}, "Y=f\n"), "a", "FD303"),
    (Case("nor annotated", {"a": Annotated[bool, Field()] | None}, "A=y\n"), "a", "FD303"),
    (Case("nested in two spellings", {"d": Deep}, "D__A=1\n", {"d__a": "2"}, config=NESTED), "", "FD313"),
    (Case("nor nested", {"d": Deep}, "D__FLAG=t\n", config=NESTED), "d.flag", "FD303"),
    (Case("nor in a dict", {"d": dict[str, bool]}, "D__X=f\n", config=NESTED), "d.x", "FD303"),
    (Case("two spellings that disagree", {"a": str}, "A=1\na=2\n"), "", "FD313"),
    (Case("two spellings in the process", {"a": str}, "", {"A": "1", "a": "2"}), "", "FD313"),
    (Case("two spellings in two sources", {"a": str}, "A=1\n", {"a": "2"}), "", "FD313"),
]  # fmt: skip


class Outcome:
    """The values a class makes of it, or the fields that it refuses; ``first``: there may be more of them."""

    def __init__(self, values: Any = None, refused: set[str] | None = None, *, first: bool = False) -> None:
        self.values = values
        self.refused = refused
        self.first = first

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Outcome)
        if self.refused is not None and other.refused is not None and (self.first or other.first):
            return bool(self.refused & other.refused) or not (self.refused or other.refused)
        return self.values == other.values and self.refused == other.refused

    __hash__ = None  # type: ignore[assignment]  # wrong on purpose, or a stand-in

    def __repr__(self) -> str:
        return f"Outcome({self.values!r}, {self.refused!r})"


def outcome(cls: Any, given: dict[str, Any]) -> Outcome:
    try:
        return Outcome(cls(**given).model_dump())
    except ValidationError as error:
        return Outcome(refused={str(item["loc"][0]).lower() for item in error.errors()})
    except pydantic_settings.SettingsError as error:  # the first field whose text is no JSON
        return Outcome(refused={str(error).split('"')[1].lower()}, first=True)
    except IndexError:  # a validator's own failure gets through
        return Outcome(refused={""})
    except firedoor.ConfigurationError as error:
        return Outcome(refused={field_of(problem) for problem in error.problems})


def field_of(problem: firedoor.Problem) -> str:
    return problem.facts["field"].partition(".")[0].partition("[")[0].lower()


def extra(case: Case) -> Any:
    """firedoor refuses unknown arguments and passes over lines for others; pydantic-settings has one word for both."""
    return case.config.get("extra", "forbid" if case.given else "ignore")


def theirs(case: Case) -> Outcome:
    return outcome(case.build(BaseSettings, env_file=".env.testing", extra=extra(case)), case.given)


@pytest.mark.parametrize("case", SAME, ids=lambda case: case.name)
def test_same_values_as_pydantic_settings(case: Case, place: Place) -> None:
    place.file(case.file).export({"APP_ENV": "testing", **case.process})
    assert outcome(case.build(firedoor.Settings), case.given) == theirs(case)


@pytest.mark.parametrize("case", SAME, ids=lambda case: case.name)
def test_an_adapted_class_has_the_same_values(case: Case, place: Place) -> None:
    place.file(case.file).export({"APP_ENV": "testing", **case.process})
    assert outcome(case.build(AdaptedSettings, extra=extra(case)), case.given) == theirs(case)


def test_the_table_has_values_and_refusals(place: Place) -> None:
    """The comparison would also hold between two libraries that refuse everything."""
    refused = 0
    for case in SAME:
        place.file(case.file).export({"APP_ENV": "testing", **case.process})
        refused += theirs(case).refused is not None
    assert 10 < refused < len(SAME) / 3


@pytest.mark.parametrize("base", [firedoor.Settings, AdaptedSettings], ids=["settings", "adapter"])
@pytest.mark.parametrize(("case", "field", "code"), STRICTER, ids=lambda value: getattr(value, "name", ""))
def test_stricter_than_pydantic_settings(case: Case, field: str, code: str, base: type, place: Place) -> None:
    place.file(case.file).export({"APP_ENV": "testing", **case.process})
    assert theirs(case).refused is None
    with pytest.raises(firedoor.ConfigurationError) as refusal:
        case.build(base)()
    assert [(problem.code, problem.facts.get("field", "")) for problem in refusal.value.problems] == [
        (code, field)
    ]
