"""What is written is read back as it was, by a reader of YAML that is not ours."""

from __future__ import annotations

from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it ships no types
from hypothesis import example, given
from hypothesis import strategies as st

from firedoor.services.deployment.yaml_text import Replacing, block

TEXTS = st.text() | st.sampled_from(
    [
        "",
        "~",
        "null",
        "yes",
        "No",
        "on",
        "y",
        "1",
        "1.5",
        "0x1F",
        "1e3",
        "1:30",
        "2024-01-01",
        ".inf",
        "=",
        "<<",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
)


class Reader(yaml.SafeLoader):  # type: ignore[misc]  # it ships no types
    """Takes a value that replaces another for what it is."""


Reader.add_constructor("!override", lambda reader, node: _plain(reader, node))


def _plain(reader: Any, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return reader.construct_mapping(node, deep=True)
    return reader.construct_sequence(node, deep=True)


@given(DATA)
@example({"a": [{"b": [{"c": ["d", ["e", {"f": {}}]]}]}, []]})
@example({"a": "\u2028\x85\ufeff\x7f\U0001f600 # no comment: '\"\\"})
@example({"a": 1e16})
def test_it_is_read_back(data: dict[str, Any]) -> None:
    assert yaml.load(block(data), Reader) == data  # noqa: S506 - a safe one


@given(DATA)
def test_it_is_made_of_visible_letters_and_line_ends(data: dict[str, Any]) -> None:
    assert all(line.isprintable() for line in block(data).split("\n"))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param({"image": "shop/api:1.4"}, "image: shop/api:1.4\n", id="a word with a colon inside"),
        pytest.param({"published": "8000"}, 'published: "8000"\n', id="a number as text"),
        pytest.param({"file": "./a/b"}, "file: ./a/b\n", id="a path"),
        pytest.param({"a": "true"}, 'a: "true"\n', id="a truth value as text"),
        pytest.param(
            {"a": True, "b": None, "c": {}, "d": []}, "a: true\nb: null\nc: {}\nd: []\n", id="no text"
        ),
        pytest.param({"a": "${X:?not set}"}, 'a: "${X:?not set}"\n', id="a reference"),
        pytest.param(
            {"test": ["CMD", "answers", "8000", "/health"]},
            'test: [CMD, answers, "8000", /health]\n',
            id="words on one line",
        ),
        pytest.param(
            {"ports": [{"target": 80, "published": 8000}, {"target": 81}]},
            "ports:\n  - target: 80\n    published: 8000\n  - target: 81\n",
            id="a list of mappings",
        ),
        pytest.param(
            {"ports": Replacing([{"target": 80}]), "env_file": Replacing([])},
            "ports: !override\n  - target: 80\nenv_file: !override []\n",
            id="what replaces",
        ),
    ],
)
def test_it_is_written_as_a_person_would(data: dict[str, Any], text: str) -> None:
    assert block(data) == text
