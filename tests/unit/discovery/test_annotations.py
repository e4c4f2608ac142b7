"""Type annotations as the declaration's types."""

from __future__ import annotations

import ast

import pytest

from firedoor.discovery.annotations import Kind, kind_of, last_name, text_of


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("str", Kind("str")),
        ("bool", Kind("bool")),
        ("pydantic.StrictBool", Kind("bool")),
        ("int", Kind("int")),
        ("PositiveInt", Kind("int")),
        ("float", Kind("float")),
        ("list[str]", Kind("list")),
        ("List", Kind("list")),
        ("set[str]", Kind("list")),
        ("dict[str, int]", Kind("json")),
        ("Path", Kind("path")),
        ("pathlib.Path", Kind("path")),
        ("PostgresDsn", Kind("url")),
        ("AnyHttpUrl", Kind("url")),
        ("SecretStr", Kind("str", secret=True)),
        ("SecretStr | None", Kind("str", secret=True, optional=True)),
        ("None | int", Kind("int", optional=True)),
        ("Optional[int]", Kind("int", optional=True)),
        ("Union[int, None]", Kind("int", optional=True)),
        ("int | str", Kind()),
        ("SecretStr | bytes | None", Kind(secret=True, optional=True)),
        ("Union[int, Optional[str]]", Kind(optional=True)),
        ("Annotated[int, Field(gt=0)]", Kind("int")),
        ("Annotated[SecretStr | None, 1]", Kind("str", secret=True, optional=True)),
        ("Final[bool]", Kind("bool")),
        ("Secret[str]", Kind("str", secret=True)),
        ('Literal["a", "b"]', Kind("enum", values=("a", "b"))),
        ('Literal["a", None]', Kind("enum", optional=True, values=("a",))),
        ('Optional[Literal["a"]]', Kind("enum", optional=True, values=("a",))),
        ("Literal[1, 2]", Kind()),
        ('Literal["a", 1]', Kind()),
        ("Literal[A.b]", Kind()),
        ("DatabaseSettings", Kind()),
        ('"int"', Kind("int")),
        ('"not a type"', Kind()),
        ("f()", Kind()),
    ],
)
def test_kinds(annotation: str, kind: Kind) -> None:
    assert kind_of(ast.parse(annotation, mode="eval").body) == kind


def test_nothing_is_of_no_kind() -> None:
    assert kind_of(None) == Kind()
    assert last_name(None) == ""
    assert text_of(None) is None
    assert text_of(ast.Constant(1)) is None
