"""The recorded readings of env files by real tools, and firedoor's own reading of the same texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firedoor import dotenv, interpolation

if TYPE_CHECKING:
    from collections.abc import Mapping

# The process environment in which the readings were recorded.
PROCESS = {"OUT": "outer", "EMPTYV": ""}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "dotenv-grammar.md"
FOUR = ("compose", "python-dotenv", "node-dotenv", "bash")


@dataclass(frozen=True)
class Case:
    """One text and what each tool read. ``{"error": True}`` means that the tool refused it."""

    name: str
    text: str
    readings: dict[str, dict[str, Any]]

    def __str__(self) -> str:
        return self.name


def recorded() -> list[Case]:
    """All cases of tests/data/dotenv-dialects.json; the texts there are bytes spelled as latin-1."""
    data = json.loads((Path(__file__).parents[1] / "data" / "dotenv-dialects.json").read_text("utf-8"))
    return [
        Case(one["case"], one["text"].encode("latin-1").decode("utf-8"), one["readings"])
        for one in data["cases"]
    ]


def read(text: str, process: Mapping[str, str] = PROCESS) -> dict[str, str] | list[str]:
    """What firedoor reads: the expanded values, or the codes of all faults."""
    entries, faults = dotenv.parse_all(text)
    if faults:
        return [fault.code for fault in faults]
    values = {entry.key: entry.value for entry in entries}
    templates = {entry.key: entry.value for entry in entries if not entry.literal and "$" in entry.value}

    def lookup(name: str) -> str | None:
        return values[name] if name in values else process.get(name)

    result = interpolation.interpolate(templates, lookup)
    if result.faults:
        return [fault.code for fault in result.faults]
    return values | result.texts


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading of the reference page, without backticks."""
    section = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


# What the four tools read of the example of each construct, in the order of FOUR, with HOME=/h in the process.
A1 = {"A": "1"}
X = {"A": "x"}
Reading = dict[str, str] | None
EXAMPLES: dict[str, tuple[Reading, Reading, Reading, Reading]] = {
    "FD230": (A1, A1, A1, {}),
    "FD231": (A1, {}, A1, {}),
    "FD232": ({"a.b-c": "1"}, {"a.b-c": "1"}, {"a.b-c": "1"}, {}),
    "FD233": ({"UID": "1000"}, {"UID": "1000"}, {"UID": "1000"}, {}),
    "FD234": ({"A": "1", "a": "2"}, {"A": "1", "a": "2"}, {"A": "1", "a": "2"}, {"A": "1", "a": "2"}),
    "FD235": ({"A": "x#c"}, {"A": "x#c"}, X, {"A": "x#c"}),
    "FD236": ({"A": "# c"}, {"A": ""}, {"A": ""}, {"A": ""}),
    "FD237": ({"A": "x\t# c"}, X, X, X),
    "FD238": (X, X, X, {"A": "x#c"}),
    "FD239": ({"A": "x y"}, {"A": "x y"}, {"A": "x y"}, {}),
    "FD240": ({"A": "it's"}, {"A": "it's"}, {"A": "it's"}, {}),
    "FD241": ({"A": "`x`"}, {"A": "`x`"}, X, {"A": ""}),
    "FD242": ({"A": "x\\y"}, {"A": "x\\y"}, {"A": "x\\y"}, {"A": "xy"}),
    "FD243": ({"A": "1;B=2"}, {"A": "1;B=2"}, {"A": "1;B=2"}, {"A": "1", "B": "2"}),
    "FD244": ({"A": "\u3000x"}, X, X, {"A": "\u3000x"}),
    "FD245": ({"A": "x\ny"}, {"A": "x\ny"}, {"A": "x\ny"}, {"A": "x\\ny"}),
    "FD246": ({"A": "x\ty"}, {"A": "x\ty"}, {"A": "x\\ty"}, {"A": "x\\ty"}),
    "FD247": ({"A": "x\\y"}, {"A": "x\\y"}, {"A": "x\\\\y"}, {"A": "x\\y"}),
    "FD248": ({"A": 'x"y'}, {"A": 'x"y'}, {"A": 'x\\"y'}, {"A": 'x"y'}),
    "FD249": ({"A": "it\\'s"}, {"A": "it's"}, {"A": "it\\'s"}, {"A": "it\\'s"}),
    "FD250": ({"A": "xA"}, {"A": "x\\0101"}, {"A": "x\\0101"}, {"A": "x\\0101"}),
    "FD251": ({"A": "x\\\ny"}, {"A": "x\\\ny"}, {"A": "x\\\ny"}, {"A": "xy"}),
    "FD252": ({"A": "it's"}, {"A": "it's"}, {"A": "it\\'s"}, {}),
    "FD253": ({"A": "x\\\\y"}, {"A": "x\\y"}, {"A": "x\\\\y"}, {"A": "x\\\\y"}),
    "FD254": ({"A": "${HOME}"}, {"A": "/h"}, {"A": "${HOME}"}, {"A": "${HOME}"}),
    "FD255": ({"A": "/h"}, {"A": "$HOME"}, {"A": "$HOME"}, {"A": "/h"}),
    "FD256": ({"A": "/h"}, {"A": "/h"}, {"A": "${HOME}"}, {"A": "/h"}),
    "FD257": (X, X, {"A": "${NOPE:-x}"}, X),
    "FD258": (X, {"A": ""}, {"A": "${NOPE-x}"}, X),
    "FD259": ({"A": "/h"}, {"A": "${HOME:?needed}"}, {"A": "${HOME:?needed}"}, {"A": "/h"}),
    "FD260": (X, {"A": "${HOME:+x}"}, {"A": "${HOME:+x}"}, X),
    "FD261": (X, {"A": "${NOPE:-x}"}, {"A": "${NOPE:-${NOPE:-x}}"}, X),
    "FD262": ({"A": "a$b"}, {"A": "a$$b"}, {"A": "a$$b"}, None),  # bash: its process number
    "FD263": ({"A": "a$b"}, {"A": "a\\$b"}, {"A": "a\\$b"}, {"A": "a$b"}),
    "FD264": ({"A": "$(true)"}, {"A": "$(true)"}, {"A": "$(true)"}, {"A": ""}),
    "FD265": ({"A": "a$1b"}, {"A": "a$1b"}, {"A": "a$1b"}, {"A": "ab"}),
    "FD266": ({"A": "", "B": "2"}, {"A": "", "B": "2"}, {"A": "${B}", "B": "2"}, {"A": "", "B": "2"}),
    "FD267": (A1, A1, A1, {"A": "1\r"}),
    "FD268": ({"A": "x\r\ny"}, {"A": "x\ny"}, {"A": "x\ny"}, {"A": "x\r\ny"}),
    "FD269": (A1, A1, A1, {}),
}
