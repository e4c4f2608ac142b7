"""SARIF 2.1.0: valid by the standard's own schema, with locations and fingerprints that services can follow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firedoor import catalogue
from firedoor.origin import DECLARATION, FILE, Origin
from firedoor.problem import Problem
from firedoor.report.sarif import document, render
from support.problems import ENVIRONMENTS, HOSTILE, PROBLEMS, SARIF

WHOLE = {
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "firedoor",
                    "rules": [
                        {
                            "id": "FD211",
                            "name": "duplicate-key",
                            "shortDescription": {"text": "An env file sets a key twice."},
                            "fullDescription": {
                                "text": "An env file sets a key twice. Only one of them counts, and whoever edits the "
                                "other one changes nothing."
                            },
                            "help": {
                                "text": catalogue.page("FD211"),
                                "markdown": catalogue.page("FD211"),
                            },
                            "defaultConfiguration": {"level": "error"},
                        },
                        {
                            "id": "FD306",
                            "name": "shell-overrides-file",
                            "shortDescription": {
                                "text": "The shell sets a resource or secret differently from the environment's own file."
                            },
                            "fullDescription": {
                                "text": "The shell sets a resource or secret differently from the environment's own "
                                "file. A terminal that still held production's address is how test suites emptied "
                                "production's database."
                            },
                            "help": {
                                "text": catalogue.page("FD306"),
                                "markdown": catalogue.page("FD306"),
                            },
                            "defaultConfiguration": {"level": "error"},
                        },
                    ],
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": [
                {
                    "ruleId": "FD211",
                    "ruleIndex": 0,
                    "level": "error",
                    "message": {
                        "text": "DEBUG is set twice in .env.testing: first in line 4, then here. Keep the line that is "
                        "right, 4 or .env.testing:12:1, and delete the other."
                    },
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": ".env.testing", "uriBaseId": "%SRCROOT%"},
                                "region": {"startLine": 12, "startColumn": 1},
                            }
                        }
                    ],
                    "partialFingerprints": {"firedoor/v1": "FINGERPRINT 0"},
                    "properties": {"environment": "testing"},
                },
                {
                    "ruleId": "FD306",
                    "ruleIndex": 1,
                    "level": "error",
                    "message": {
                        "text": "The shell exports a DATABASE_URL that differs from the one in .env.testing:3:1. Run "
                        "`unset DATABASE_URL` and start again (PowerShell: `Remove-Item Env:DATABASE_URL`)."
                    },
                    "locations": [
                        {
                            "logicalLocations": [
                                {
                                    "name": "DATABASE_URL",
                                    "fullyQualifiedName": "process variable DATABASE_URL",
                                }
                            ]
                        }
                    ],
                    "partialFingerprints": {"firedoor/v1": "FINGERPRINT 1"},
                    "properties": {"environment": "testing"},
                },
            ],
        }
    ],
}


def results(*problems: Problem, folder: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(problems, ENVIRONMENTS, folder)["runs"][0]["results"]
    return found


def fingerprints(*problems: Problem) -> list[str]:
    return [result["partialFingerprints"]["firedoor/v1"] for result in results(*problems)]


def test_whole_log() -> None:
    log = json.loads(render(PROBLEMS[1:3], environments=ENVIRONMENTS))
    for number, result in enumerate(log["runs"][0]["results"]):
        result["partialFingerprints"]["firedoor/v1"] = f"FINGERPRINT {number}"
    assert log == WHOLE


@pytest.mark.parametrize("problems", [PROBLEMS, [HOSTILE], [], [Problem("FD999", severity="odd")]])
def test_valid_by_the_schema_of_the_standard(problems: Any) -> None:
    SARIF.validate(json.loads(render(problems, environments=ENVIRONMENTS)))


def test_the_schema_refuses_what_is_not_sarif() -> None:
    """Control: the schema is really looked at."""
    log = document(PROBLEMS)
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not SARIF.is_valid(log)


def test_every_page_is_a_valid_help_text() -> None:
    SARIF.validate(
        document([entry.example.problem for entry in catalogue.entries_in_order() if entry.example])
    )


@pytest.mark.parametrize(
    ("severity", "level"), [("error", "error"), ("warning", "warning"), ("note", "note"), ("odd", "none")]
)
def test_levels(severity: str, level: str) -> None:
    assert results(Problem("FD211", severity=severity))[0]["level"] == level


@pytest.mark.parametrize(
    ("origin", "folder", "location"),
    [
        (
            Origin(FILE, "envs/50% off, über.env", 3),
            "",
            {
                "artifactLocation": {
                    "uri": "envs/50%25%20off%2C%20%C3%BCber.env",
                    "uriBaseId": "%SRCROOT%",
                },
                "region": {"startLine": 3},
            },
        ),
        (Origin(FILE, ".env"), "a/b", {"artifactLocation": {"uri": "a/b/.env", "uriBaseId": "%SRCROOT%"}}),
        (Origin(FILE, "/etc/shop.env"), "a/b", {"artifactLocation": {"uri": "file:///etc/shop.env"}}),
        (
            Origin(FILE, "\udcff.env"),
            "",
            {"artifactLocation": {"uri": "%FF.env", "uriBaseId": "%SRCROOT%"}},
        ),
        (
            Origin(FILE, "\ud800.env"),
            "",
            {"artifactLocation": {"uri": "%5Cud800.env", "uriBaseId": "%SRCROOT%"}},
        ),
        (
            Origin(DECLARATION, "pyproject.toml", 4, 2),
            "",
            {
                "artifactLocation": {"uri": "pyproject.toml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 4, "startColumn": 2},
            },
        ),
    ],
)
def test_physical_locations(origin: Origin, folder: str, location: dict[str, Any]) -> None:
    assert results(Problem("FD211", origin=origin), folder=folder)[0]["locations"] == [
        {"physicalLocation": location}
    ]


def test_what_is_in_no_file_has_a_logical_location_or_none() -> None:
    default = Problem("FD211", origin=Origin(DECLARATION, "the declared default"))
    assert results(default)[0]["locations"] == [
        {"logicalLocations": [{"name": "the declared default", "fullyQualifiedName": "the declared default"}]}
    ]
    assert "locations" not in results(Problem("FD001"))[0]


def test_fingerprints_outlive_edits_elsewhere() -> None:
    first, moved = (
        Problem("FD211", subject="A", environment="testing", origin=Origin(FILE, ".env", line, 1))
        for line in (3, 30)
    )
    assert fingerprints(first) == fingerprints(moved)
    assert len({*fingerprints(first, moved)}) == 2
    others = [
        Problem("FD210", subject="A", environment="testing", origin=Origin(FILE, ".env", 3, 1)),
        Problem("FD211", subject="B", environment="testing", origin=Origin(FILE, ".env", 3, 1)),
        Problem("FD211", subject="A", environment="staging", origin=Origin(FILE, ".env", 3, 1)),
        Problem("FD211", subject="A", environment="testing", origin=Origin(FILE, ".env.x", 3, 1)),
        Problem("FD211", subject="A", environment="testing"),
    ]
    assert not {*fingerprints(first)} & {*fingerprints(*others)}
    assert len({*fingerprints(*others)}) == len(others)
