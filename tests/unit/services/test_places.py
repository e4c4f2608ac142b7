"""Where a Compose file says something: lines and columns of block style, the nearest key in any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.services.places import Places, _search

if TYPE_CHECKING:
    from support.project import ProjectFolder

PLAIN = """\
# comment
name: shop

x-all: &all
  services: nothing
services:
  # api: a comment
  api:
    image: shop/api:1.4

    environment:
      LOG_LEVEL: INFO
      "QUOTED": x
      'SINGLE' : y
    ports:
      - "8000:8000"
  api-2:
    environment:
    - LOG_LEVEL
    - "PORT=1"
    -   SPACED=1
    - NOTED # said here
    container_name: x
volumes:
    api:
        external: true
"""
TABBED = PLAIN.replace("\n", "\r\n")


def place(text: str, *path: str) -> str:
    found = _search(text.split("\n"), path)
    return f"{found[0]} {found[1]}:{found[2]}"


@pytest.mark.parametrize("text", [PLAIN, TABBED], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("name",), "1 2:1"),
        (("services",), "1 6:1"),
        (("services", "api"), "2 8:3"),
        (("services", "api", "image"), "3 9:5"),
        (("services", "api", "environment", "LOG_LEVEL"), "4 12:7"),
        (("services", "api", "environment", "QUOTED"), "4 13:7"),
        (("services", "api", "environment", "SINGLE"), "4 14:7"),
        (("services", "api", "ports"), "3 15:5"),
        (("services", "api", "container_name"), "2 8:3"),
        (("services", "api-2"), "2 17:3"),
        (("services", "api-2", "environment", "LOG_LEVEL"), "4 19:5"),
        (("services", "api-2", "environment", "PORT"), "4 20:5"),
        (("services", "api-2", "environment", "SPACED"), "4 21:5"),
        (("services", "api-2", "environment", "ABSENT"), "3 18:5"),
        (("services", "api-2", "container_name"), "3 23:5"),
        (("services", "api-2", "environment", "NOTED"), "4 22:5"),
        (("services", "ap"), "1 6:1"),
        (("volumes", "api", "external"), "3 26:9"),
        (("networks", "x"), "0 0:0"),
    ],
)
def test_lines(text: str, path: tuple[str, ...], expected: str) -> None:
    assert place(text, *path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services: {api: {ports: ['1:1']}}\n", "1 1:1"),
        ("services:\n  api: {ports: ['1:1']}\n", "2 2:3"),
        ("services:\n  api: &x\n    ports: []\n", "3 3:5"),
        ("services:\n  api:\n    <<: *x\n", "2 2:3"),
        ("---\nservices:\n  api:\n    ports: []\n", "3 4:5"),
        ('"services":\n  "api":\n    "ports": []\n', "3 3:5"),
        ("services :\n  api :\n    ports : []\n", "3 3:5"),
        ("services:\n\n\n  api:\n  # ports:\n    ports: []\n", "3 6:5"),
        ("services:\n  api:\n    labels:\n      ports: x\n", "2 2:3"),
        ("services:\n  web:\n    ports: []\n  api:\n", "2 4:3"),
        ("services:\n  web:\n    api:\n      ports: []\n", "1 1:1"),
        ("x:\n  services:\n    api:\n      ports: []\n", "0 0:0"),
        ("services:\n    api:\n            ports: []\n", "3 3:13"),
        ("services:\n  api:\n    image: x\u2028services: y\n    ports: []\n", "3 4:5"),
        ("", "0 0:0"),
    ],
)
def test_the_nearest_key(text: str, expected: str) -> None:
    assert place(text, "services", "api", "ports") == expected


def test_the_last_file_that_says_most(project: ProjectFolder) -> None:
    project.write("a.yaml", "services:\n  api:\n    image: x\n    ports: []\n")
    project.write("b.yaml", "\ufeffservices:\n  api:\n    image: y\n")
    places = Places(str(project.root), ["a.yaml", "b.yaml", "absent.yaml"])
    assert str(places.find("services", "api", "image")) == "b.yaml:3:5"
    assert str(places.find("services", "api", "ports")) == "a.yaml:4:5"
    assert str(places.find("services", "api", "command")) == "b.yaml:2:3"
    assert str(places.find("volumes", "data")) == "a.yaml"
    assert str(Places(str(project.root), []).find("services")) == "compose.yaml"


def test_what_files_mention(project: ProjectFolder) -> None:
    project.write("a.yaml", "name: shop\n").write("b.yaml", "# shop-data\n")
    places = Places(str(project.root), ["a.yaml", "b.yaml", "absent.yaml"])
    assert places.mention("shop-data")
    assert places.mention("name")
    assert not places.mention("shop-api")


@given(st.text(alphabet="ab: -\n#'\"{}\t", max_size=80))
def test_any_text_has_a_place_inside_of_it(text: str) -> None:
    lines = text.split("\n")
    depth, line, column = _search(lines, ("a", "b"))
    assert 0 <= depth <= 2
    assert (depth == 0) == ((line, column) == (0, 0))
    if depth:
        assert lines[line - 1][column - 1 :].strip()
