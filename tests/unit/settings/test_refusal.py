"""What is told of a refused value: which variable, where it was set, what it should be. Never the value."""

from __future__ import annotations

import re
import traceback
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pytest
from pydantic import (
    UUID4,
    AfterValidator,
    AliasPath,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    DirectoryPath,
    Discriminator,
    Field,
    FilePath,
    FutureDate,
    FutureDatetime,
    HttpUrl,
    ImportString,
    Json,
    NaiveDatetime,
    NewPath,
    PastDate,
    PastDatetime,
    SecretStr,
    Tag,
    UrlConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from firedoor import ConfigurationError, Settings
from firedoor.settings import words
from firedoor.settings.refusal import validator_name

if TYPE_CHECKING:
    from firedoor import Problem
    from support.place import Place


class Colour(Enum):
    RED = "red"


class Part(BaseModel):
    host: str
    port: int = 1
    names: list[int] = []
    inner: Part | None = None


class Pair(NamedTuple):
    a: int
    b: int


def refusals(cls: type[Settings], **given: Any) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        cls(**given)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None
    return refusal.value.problems


def lines(cls: type[Settings], **given: Any) -> list[str]:
    return [
        f"{p.code} {p.subject} {p.origin or '-'} {p.facts['field']}: {p.facts.get('expected', '')}"
        for p in refusals(cls, **given)
    ]


def one(annotation: Any) -> type[Settings]:
    """A class with one field, ``value``."""
    metaclass: Any = type(Settings)
    made: type[Settings] = metaclass(
        "One", (Settings,), {"__module__": __name__, "__annotations__": {"value": annotation}}
    )
    return made


def tag_of(value: Any) -> str:
    return "a" if value == {"k": 1} else "b"


TYPES = [
    (bool, "ture", "true/false/1/0/yes/no/on/off in any case, without blanks"),
    (int, "12x", "a whole number"),
    (int, "1.5", "a whole number"),
    (float, "1,5", "a number"),
    (Decimal, "1,5", "a decimal number"),
    (complex, "1+", "a complex number"),
    (Fraction, "one", "a fraction like 3/4"),
    (date, "31.1.2030", "a date like 2030-01-31"),
    (date, "2030-01-31T10:00:00", "a date like 2030-01-31"),
    (time, "noon", "a time like 13:45:00"),
    (datetime, "tomorrow", "a date and time like 2030-01-31T13:45:00Z"),
    (timedelta, "soon", "a duration like P1DT2H or 3600 seconds"),
    (UUID, "123", "a UUID"),
    (AnyUrl, "host", "a URL like scheme://host/path"),
    (Json, "{", "JSON"),
    (list[int], "{}", "a JSON list"),
    (list[int], "[", "JSON"),
    (set[int], "{}", "a JSON list"),
    (frozenset[int], "{}", "a JSON list"),
    (tuple[int, ...], "{}", "a JSON list"),
    (dict[str, int], "[]", "a JSON object"),
    (Part, "[]", "a JSON object"),
    (Annotated[float, Field(allow_inf_nan=False)], "nan", "a finite number"),
]

LIMITS = [
    (Annotated[int, Field(gt=3)], "3", "more than 3"),
    (Annotated[int, Field(ge=3)], "2", "at least 3"),
    (Annotated[int, Field(lt=3)], "3", "less than 3"),
    (Annotated[int, Field(le=3)], "4", "at most 3"),
    (Annotated[int, Field(multiple_of=3)], "4", "a multiple of 3"),
    (Annotated[str, Field(min_length=3)], "x", "a text of at least 3 characters"),
    (Annotated[str, Field(max_length=3)], "long", "a text of at most 3 characters"),
    (Annotated[str, Field(pattern="^a+$")], "b", "a text that matches ^a+$"),
    (Annotated[bytes, Field(min_length=3)], "x", "at least 3 bytes"),
    (Annotated[bytes, Field(max_length=3)], "long", "at most 3 bytes"),
    (Annotated[list[int], Field(min_length=2)], "[1]", "at least 2 items"),
    (Annotated[list[int], Field(max_length=1)], "[1, 2]", "at most 1 items"),
    (Annotated[Decimal, Field(max_digits=2)], "1.23", "a number of at most 2 digits"),
    (Annotated[Decimal, Field(decimal_places=1)], "1.23", "a number of at most 1 decimal places"),
    (Colour, "green", "'red'"),
    (Literal["x", "y"], "z", "'x' or 'y'"),
    (HttpUrl, "ftp://h", "a URL that starts with 'http' or 'https'"),
    (Annotated[AnyUrl, UrlConstraints(max_length=12)], "https://host/path", "a URL of at most 12 characters"),
    (UUID4, "00000000-0000-1000-8000-000000000000", "a UUID of version 4"),
    (PastDate, "9999-01-01", "a date in the past"),
    (FutureDate, "1999-01-01", "a date in the future"),
    (PastDatetime, "9999-01-01T00:00:00", "a time in the past"),
    (FutureDatetime, "1999-01-01T00:00:00", "a time in the future"),
    (AwareDatetime, "2030-01-01T00:00:00", "a time with a time zone"),
    (NaiveDatetime, "2030-01-01T00:00:00Z", "a time without a time zone"),
    (FilePath, "/nowhere", "the path of a file that is there"),
    (DirectoryPath, "/nowhere", "the path of a directory that is there"),
    (NewPath, "/", "a path where nothing is yet"),
    (ImportString, "nowhere.nothing", "the name of something that can be imported"),
    (
        Annotated[
            Annotated[dict[str, int], Tag("a")] | Annotated[list[int], Tag("c")], Discriminator(tag_of)
        ],
        "5",
        "one of the kinds 'a', 'c'",
    ),
]


def plainly(value: object) -> str:
    """The same text in every process: without the addresses of functions."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))


@pytest.mark.parametrize(("annotation", "text", "expected"), TYPES, ids=plainly)
def test_a_text_of_another_type(annotation: Any, text: str, expected: str, place: Place) -> None:
    place.file(f"VALUE='{text}'\n")
    (line,) = lines(one(annotation))
    assert line == f"FD303 VALUE .env.testing:1:1 value: {expected}"


@pytest.mark.parametrize(("annotation", "text", "expected"), LIMITS, ids=plainly)
def test_a_value_beyond_a_limit(annotation: Any, text: str, expected: str, place: Place) -> None:
    place.file(f"VALUE='{text}'\n")
    (line,) = lines(one(annotation))
    assert line == f"FD308 VALUE .env.testing:1:1 value: {expected}"


def test_every_word_is_used_as_it_stands() -> None:
    """A gap in a sentence that pydantic does not fill must not fail the refusal."""
    assert words.limit("greater_than", {}) == words.UNKNOWN
    assert words.limit("no such kind", {"gt": 1}) == words.UNKNOWN
    assert not set(words.TYPES) & set(words.LIMITS)


# -- where ----------------------------------------------------------------------------------------------------


class Nested(Settings, env_nested_delimiter="__", env_prefix="APP_"):
    db: Part
    names: dict[str, int] = Field(default_factory=dict)
    items: list[int] = Field(default_factory=list)
    parts: list[Part] = Field(default_factory=list)
    head: int = Field(0, validation_alias=AliasPath("HEADS", 1))


def test_a_part_is_named_by_its_own_variable(place: Place) -> None:
    place.file('APP_DB={"host": "h", "names": ["x"], "inner": {"port": "y"}}\nAPP_DB__PORT=z\n')
    assert sorted(lines(Nested)) == [
        "FD303 APP_DB .env.testing:1:1 db.inner.port: a whole number",
        "FD303 APP_DB .env.testing:1:1 db.names[0]: a whole number",
        "FD303 APP_DB__PORT .env.testing:2:1 db.port: a whole number",
        "FD308 APP_DB .env.testing:1:1 db.inner.host: an object that has host",
    ]


def test_a_missing_part_is_named_by_the_variable_that_would_set_it(place: Place) -> None:
    place.file("APP_DB__PORT=1\nAPP_DB__INNER__PORT=2\n")
    assert [(p.code, p.subject, p.facts["field"]) for p in refusals(Nested)] == [
        ("FD301", "APP_DB__HOST", "db.host"),
        ("FD301", "APP_DB__INNER__HOST", "db.inner.host"),
    ]


def test_a_missing_part_where_case_counts(place: Place) -> None:
    class Cased(Settings, env_nested_delimiter="__", case_sensitive=True):
        db: Part
        other: str = Field(alias="Other")

    place.file("db__port=1\n")
    assert [p.subject for p in refusals(Cased)] == ["Other", "db__host"]


def test_keys_of_an_object_are_not_told(place: Place) -> None:
    """A dict's keys are input, too: a JSON text may hold anything."""
    place.file(
        'APP_NAMES={"k-secret-k": "x"}\nAPP_DB__HOST=h\nAPP_ITEMS=[1, "x"]\nAPP_PARTS=[{"host": "h", "port": "x"}]\n'
    )
    assert lines(Nested) == [
        "FD303 APP_NAMES .env.testing:1:1 names: a whole number",
        "FD303 APP_ITEMS .env.testing:3:1 items[1]: a whole number",
        "FD303 APP_PARTS .env.testing:4:1 parts[0].port: a whole number",
    ]


def test_unknown_names_in_an_object(place: Place) -> None:
    class Strict(BaseModel, extra="forbid"):
        a: int = 1

    class Outer(Settings, env_nested_delimiter="__"):
        part: Strict

    place.file('PART={"k-secret-k": 1}\n')
    assert lines(Outer) == ["FD308 PART .env.testing:1:1 part: only names that the class knows"]
    place.file("PART__B=1\n")
    assert lines(Outer) == ["FD308 PART__B .env.testing:1:1 part: only names that the class knows"]


def test_an_element_that_cannot_be_in_a_set(place: Place) -> None:
    place.file("VALUE=[[1]]\n")
    assert lines(one(set[list[int]])) == [
        "FD303 VALUE .env.testing:1:1 value[0]: a JSON list of texts or numbers"
    ]


def test_an_element_of_an_aliased_list(place: Place) -> None:
    place.file("HEADS=[1, 2]\nAPP_DB__HOST=h\n")
    assert Nested().head == 2
    place.file("HEADS=[1, null]\nAPP_DB__HOST=h\n")
    assert lines(Nested) == ["FD303 HEADS .env.testing:1:1 head[1]: a whole number"]


def test_an_object_made_of_parts_is_named_by_one_of_them(place: Place) -> None:
    class Checked(BaseModel):
        a: int = 1

        @model_validator(mode="after")
        def check(self) -> Checked:
            raise ValueError

    class Outer(Settings, env_nested_delimiter="__"):
        part: Checked

    place.file("PART__A=3\n")
    assert lines(Outer) == ["FD308 PART__A .env.testing:1:1 part: what the validator check accepts"]


def test_a_default_that_the_class_itself_refuses(place: Place) -> None:
    class Wrong(Settings):
        port: int = "eighty"  # type: ignore[assignment]  # wrong on purpose, or a stand-in
        part: Part = Field({"host": "h", "port": "x"})  # type: ignore[assignment]  # wrong on purpose, or a stand-in

    place.file("")
    assert lines(Wrong) == [
        "FD308 PART default of Wrong.part part.port: a whole number",
        "FD308 PORT default of Wrong.port port: a whole number",
    ]


def test_a_wrong_argument_is_named_by_its_variable(place: Place) -> None:
    place.file("APP_DB__HOST=h\n")
    assert lines(Nested, items=["x"], db={"port": "x"}) == [
        "FD303 APP_DB override APP_DB db.port: a whole number",
        "FD303 APP_ITEMS override APP_ITEMS items[0]: a whole number",
    ]


# -- validators -----------------------------------------------------------------------------------------------


def check_all(value: str) -> str:
    raise ValueError(f"bad {value}")


def check_e(value: Any) -> str:
    raise PydanticKnownError("literal_error", {"expected": f"not {value}"})


class Validated(Settings):
    a: str = ""
    b: Annotated[str, AfterValidator(check_all)] = ""
    c: Annotated[str, AfterValidator(lambda value: check_all(value))] = ""
    d: str = ""
    e: str = ""
    f: str = ""
    g: str = ""

    @field_validator("a")
    @classmethod
    def check_a(cls, value: str) -> str:
        raise AssertionError(f"bad {value}")

    @field_validator("d")
    @classmethod
    def check_d(cls, value: str) -> str:
        raise PydanticCustomError("my_kind", "bad {value}", {"value": value})

    @field_validator("e")
    @classmethod
    def check_e(cls, value: str) -> str:
        raise PydanticKnownError("literal_error", {"expected": f"not {value}"})

    @field_validator("f")
    @classmethod
    def check_f(cls, value: str) -> str:
        raise PydanticCustomError("no such kind at all", "bad")

    @field_validator("g")
    @classmethod
    def check_g(cls, value: str) -> str:
        raise ValueError(value)


def test_a_validators_name_is_told_and_never_its_words(place: Place) -> None:
    place.file("".join(f"{name}=s3cret-{name}\n" for name in "ABCDEFG"))
    told = lines(Validated)
    assert told == [
        "FD308 A .env.testing:1:1 a: what the validator check_a accepts",
        "FD308 B .env.testing:2:1 b: what the validator check_all accepts",
        "FD308 C .env.testing:3:1 c: what the validator <lambda> accepts",
        "FD308 D .env.testing:4:1 d: what the class allows here",
        "FD308 E .env.testing:5:1 e: what the class allows here",
        "FD308 F .env.testing:6:1 f: what the class allows here",
        "FD308 G .env.testing:7:1 g: what the validator check_g accepts",
    ]


def test_limits_of_a_secret_are_told_only_as_lengths(place: Place) -> None:
    """A validator may call the value itself a limit, in words that pydantic knows."""

    class Secrets(Settings):
        token: Literal["right", "left"] = "left"
        plain: Literal["right", "left"] = "left"
        declared: Literal["right", "left"] = "left"
        password: Annotated[str, Field(min_length=32)] = "x" * 32
        masked: Annotated[SecretStr, Field(max_length=2)] = SecretStr("")
        own: Annotated[SecretStr, AfterValidator(check_e)] = SecretStr("")

    place.declare("[variables.DECLARED]\nsecret = true\n")
    place.file("TOKEN=s3cret\nPLAIN=rihgt\nDECLARED=s3cret\nPASSWORD=s3cret\nMASKED=s3cret\nOWN=s3cret\n")
    assert [line.partition(": ")[2] for line in lines(Secrets)] == [
        "what the class allows here",
        "'right' or 'left'",
        "what the class allows here",
        "a text of at least 32 characters",
        "at most 2 items",
        "what the class allows here",
    ]
    assert lines(Secrets, token="s3cret-x")[-1].partition(": ")[2] == "what the class allows here"


def test_a_validator_of_the_whole_class(place: Place) -> None:
    class Whole(Settings):
        a: str

        @model_validator(mode="after")
        def consistent(self) -> Whole:
            raise ValueError(f"bad {self.a}")

    place.file("A=s3cret\n")
    assert lines(Whole) == ["FD308 Whole - : what the validator consistent accepts"]


@pytest.mark.parametrize("error", [KeyError, TypeError, RuntimeError, RecursionError])
def test_a_validator_that_breaks(error: type[Exception], place: Place) -> None:
    class Broken(Settings):
        a: str

        @field_validator("a")
        @classmethod
        def check_a(cls, value: str) -> str:
            raise error(f"bad {value}")

    place.file("A=s3cret\n")
    expected = f"values on which check_a does not fail with {error.__name__}"
    assert lines(Broken) == [f"FD308 Broken - : {expected}"]


def test_a_class_that_breaks_by_itself(place: Place) -> None:
    class Broken(Settings):
        a: Annotated[str, AfterValidator((0).__round__)]

    place.file("A=s3cret\n")
    assert lines(Broken) == ["FD308 Broken - : values on which a validator does not fail with TypeError"]


def test_a_validator_that_ends_the_process_may_do_so(place: Place) -> None:
    class Ending(Settings):
        a: str

        @field_validator("a")
        @classmethod
        def check_a(cls, value: str) -> str:
            raise SystemExit(3)

    place.file("A=x\n")
    with pytest.raises(SystemExit):
        Ending()


def test_no_name_without_a_traceback() -> None:
    assert validator_name(None) == ""


def test_a_traceback_that_prints_locals_shows_no_value(place: Place) -> None:
    place.file("".join(f"{name}=s3cret-{name}\n" for name in "ABCDEFG"))
    place.export({"APP_ENV": "testing", "UNRELATED": "s3cret-process"})
    with pytest.raises(ConfigurationError) as refusal:
        Validated(a="s3cret-argument")
    error = refusal.value.with_traceback(refusal.tb.tb_next)  # without this test's own frame
    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "in __init__" in told
    assert "s3cret" not in told
