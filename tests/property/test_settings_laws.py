"""Laws of settings: what is secret stays secret, whatever refuses it and however it is shown."""

from __future__ import annotations

import contextlib
import copy
import os
import pickle
import tempfile
import traceback
from typing import TYPE_CHECKING, Annotated, Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    BeforeValidator,
    Field,
    Json,
    PlainValidator,
    SecretStr,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from firedoor import ConfigurationError, Settings, load
from firedoor.adapters.pydantic_settings import BaseSettings
from firedoor.dotenv import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DECLARATION = """\
[environments.testing]
[environments.production]
protected = true
[variables.VALUE]
secret = true
[variables.DB__PASSWORD]
secret = true
"""

# A mark that stands nowhere by chance, among what quoting, JSON and repr treat in a way of their own.
MARK = "Zq7-kX9"
AROUND = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")),
    max_size=20,
)
VALUES = st.builds("{}{}{}".format, AROUND, st.just(MARK), AROUND)


def raising(error: Callable[[Any], BaseException]) -> Callable[..., Any]:
    def check(value: Any) -> Any:
        raise error(value)

    return check


def around(error: Callable[[Any], BaseException]) -> Callable[..., Any]:
    def check(value: Any, handler: Any) -> Any:
        raise error(handler(value))

    return check


FAILURES: list[Callable[[Any], BaseException]] = [
    lambda value: ValueError(f"bad {value}"),
    AssertionError,
    KeyError,
    lambda value: TypeError(value, value),
    lambda value: PydanticCustomError("custom", "bad {value}", {"value": value}),
    lambda value: PydanticCustomError(f"custom {value}".replace("{", ""), "bad"),
    lambda value: PydanticKnownError("literal_error", {"expected": str(value)}),
    lambda value: PydanticKnownError("string_pattern_mismatch", {"pattern": str(value)}),
    lambda value: RuntimeError({"value": value}),
]


class Part(BaseModel):
    host: str = ""
    port: int = 1
    numbers: dict[str, int] = {}


def a_class(base: type, annotation: Any, **body: Any) -> Any:
    namespace = {"__module__": __name__, "__annotations__": {"value": annotation}, **body}
    return type(base)("Sample", (base,), namespace, env_nested_delimiter="__")


def whole(self: Any) -> Any:
    raise ValueError(f"bad {self.value}")


REFUSING: list[Any] = [
    int,
    bool,
    float,
    list[int],
    dict[str, int],
    Part,
    Part | int,
    Json[int],
    AnyUrl,
    Annotated[str, Field(pattern="^$")],
    Annotated[SecretStr, Field(max_length=2)],
    *(
        Annotated[str, validator(raising(failure))]
        for failure in FAILURES
        for validator in (AfterValidator, BeforeValidator, PlainValidator)
    ),
    *(Annotated[str, WrapValidator(around(failure))] for failure in FAILURES),
]
CLASSES = [
    *(a_class(Settings, annotation) for annotation in REFUSING),
    *(a_class(BaseSettings, annotation) for annotation in REFUSING),
    *(a_class(base, str, whole=model_validator(mode="after")(whole)) for base in (Settings, BaseSettings)),
]


@contextlib.contextmanager
def project(**process: str) -> Iterator[None]:
    """A folder of its own as the current one, and a process environment of these variables."""
    before, folder = dict(os.environ), os.getcwd()
    with tempfile.TemporaryDirectory() as root:
        try:
            os.chdir(root)
            os.mkdir(".git")
            with open("firedoor.toml", "w", encoding="utf-8") as file:
                file.write(DECLARATION)
            kept = {"XDG_CACHE_HOME": before["XDG_CACHE_HOME"], "APP_ENV": "testing"}
            os.environ.clear()
            os.environ.update({**kept, **process})
            yield
        finally:
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(before)


def write(**values: str) -> None:
    lines = [f'{key}="{quoted(value)}"\n' for key, value in values.items()]
    with open(".env.testing", "w", encoding="utf-8") as file:
        file.writelines(lines)
    assert {entry.key: entry.value.replace("$$", "$") for entry in parse("".join(lines))} == values


def pickled(settings: Settings) -> Any:
    return pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own


def quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")


def shown(error: BaseException) -> str:
    """All that a program could print of a refusal, without this test's own frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals.get("__name__") == __name__:
        trace = trace.tb_next
    error = error.with_traceback(trace)
    chain = [error.__cause__, error.__context__]
    problems = getattr(error, "problems", ())
    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    facts = [(problem, problem.facts, problem.subject, str(problem.origin)) for problem in problems]
    return "\n".join([told, str(error), repr(error), str(error.args), str(chain), str(facts)])


@pytest.mark.requirement("A13")
@given(st.sampled_from(CLASSES), VALUES, st.sampled_from(["file", "process", "argument"]))
@example(CLASSES[4], '{"secretive key": "another secret"}', "file")
@example(CLASSES[5], '{"numbers": {"secretive key": "another secret"}}', "file")
def test_a_refusal_never_shows_the_value(cls: Any, value: str, source: str) -> None:
    process = {"VALUE": value} if source == "process" else {}
    with project(**process):
        write(**({"VALUE": value} if source == "file" else {}))
        try:
            made = cls(**({"value": value} if source == "argument" else {}))
        except ConfigurationError as error:
            told = shown(error)
            assert MARK not in told
            assert "secretive" not in told
        else:
            pytest.fail(f"{cls} took {made!r}")


class Shop(Settings, env_nested_delimiter="__"):
    value: str
    copied: str = ""
    db: dict[str, str] = Field(default_factory=dict)
    token: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def complete(self) -> Shop:
        self.copied = f"<{self.value}>"
        return self


@given(VALUES, VALUES)
def test_settings_never_show_a_secret(value: str, password: str) -> None:
    with project():
        write(VALUE=value, DB__PASSWORD=password, TOKEN=value)
        shop = Shop()
        assert (shop.value, shop.db, shop.token.get_secret_value()) == (value, {"password": password}, value)
        for one in (shop, copy.deepcopy(shop), pickled(shop), Shop.model_construct(**dict(shop))):
            for text in (repr(one), str(one), str([one]), str(list(cast("Any", one).__rich_repr__()))):
                assert MARK not in text
        assert MARK not in repr(load())


@given(VALUES)
def test_what_is_loaded_is_what_was_written(value: str) -> None:
    """The control: a class that accepts the value has it, whole."""
    with project():
        write(VALUE=value)
        assert a_class(Settings, str)().value == value
        assert load()["VALUE"] == value
        assert a_class(Settings, str)(value=value).value == value
