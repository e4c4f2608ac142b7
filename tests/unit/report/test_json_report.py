"""The report for scripts: its shape is a promise, written down in docs/reference/json-report.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from firedoor.report.json_report import document, render
from support.problems import ENVIRONMENTS, HOSTILE, PROBLEMS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "json-report.md"


def blocks() -> list[Any]:
    """The JSON blocks of the page: an example, then the schema."""
    return [
        json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    ]


WHOLE = """\
{
  "version": 1,
  "problems": [
    {
      "code": "FD001",
      "name": "declaration-missing",
      "severity": "error",
      "environment": null,
      "subject": "firedoor.toml",
      "origin": null,
      "what": "There is no firedoor.toml here or in a folder above, and no [tool.firedoor] in a pyproject.toml.",
      "why": "Without a declaration nobody knows which environments exist, so nothing can be kept apart.",
      "action": "Run `firedoor init` in the project's main folder: it writes firedoor.toml from what it finds there. If the project is elsewhere, name its folder: `firedoor -C FOLDER ...`."
    },
    {
      "code": "FD211",
      "name": "duplicate-key",
      "severity": "error",
      "environment": "testing",
      "subject": "DEBUG",
      "origin": {
        "kind": "file",
        "name": ".env.testing",
        "line": 12,
        "column": 1
      },
      "what": "DEBUG is set twice in .env.testing: first in line 4, then here.",
      "why": "Only one of them counts, and whoever edits the other one changes nothing.",
      "action": "Keep the line that is right, 4 or .env.testing:12:1, and delete the other."
    },
    {
      "code": "FD202",
      "name": "fallback-file-used",
      "severity": "warning",
      "environment": "testing",
      "subject": ".env.testing",
      "origin": {
        "kind": "file",
        "name": ".env.testing",
        "line": null,
        "column": null
      },
      "what": "testing has no .env.testing; .env was read instead.",
      "why": "The fallback file belongs to no environment: what it holds may be anybody's.",
      "action": "Create .env.testing and move the values of testing into it."
    }
  ],
  "counts": {
    "error": 2,
    "warning": 1,
    "note": 0
  }
}
"""


def test_whole_document() -> None:
    assert render([PROBLEMS[6], PROBLEMS[2], PROBLEMS[3]], environments=ENVIRONMENTS) == WHOLE


def test_nothing_to_report_is_a_document_too() -> None:
    assert json.loads(render([])) == {
        "version": 1,
        "problems": [],
        "counts": {"error": 0, "warning": 0, "note": 0},
    }


def test_the_documented_example_is_what_is_written() -> None:
    example, _ = blocks()
    assert example == document([PROBLEMS[2]])


@pytest.mark.parametrize("problems", [PROBLEMS, [HOSTILE], []])
def test_the_documented_schema_holds(problems: Any) -> None:
    _, schema = blocks()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document(problems))


def test_the_documented_schema_refuses_other_documents() -> None:
    _, schema = blocks()
    other = document(PROBLEMS)
    other["problems"][0]["value"] = "secret"
    assert not jsonschema.Draft202012Validator(schema).is_valid(other)


def test_hostile_names_are_spelled_out() -> None:
    assert json.loads(render([HOSTILE]))["problems"][0]["subject"] == ".env.\\x1b[2Jx"
