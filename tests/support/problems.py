"""Problems of every kind for the tests of the formats: file, process, request, project-wide, hostile names."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from firedoor.origin import DECLARATION, FILE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem

_SCHEMA = Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json"
SARIF = jsonschema.Draft7Validator(json.loads(_SCHEMA.read_text("utf-8")))

ENVIRONMENTS = ("development", "testing", "production")

PROBLEMS = (
    Problem(
        "FD801",
        subject="--reload",
        environment="production",
        origin=Origin(REQUEST, "command line"),
        flag="--reload",
    ),
    Problem(
        "FD306",
        subject="DATABASE_URL",
        environment="testing",
        origin=Origin(PROCESS, "DATABASE_URL"),
        file=".env.testing:3:1",
    ),
    Problem(
        "FD211",
        subject="DEBUG",
        environment="testing",
        origin=Origin(FILE, ".env.testing", 12, 1),
        first_line="4",
    ),
    Problem(
        "FD202",
        subject=".env.testing",
        environment="testing",
        origin=Origin(FILE, ".env.testing"),
        severity="warning",
        file=".env",
    ),
    Problem(
        "FD312",
        subject="PGHOST",
        environment="testing",
        origin=Origin(PROCESS, "PGHOST"),
        severity="note",
        detail="client libraries obey it",
    ),
    Problem(
        "FD003",
        subject="environments.production.protect",
        origin=Origin(DECLARATION, "firedoor.toml", 9, 1),
        suggestion="protected",
    ),
    Problem("FD001", subject="firedoor.toml"),
)

HOSTILE = Problem(
    "FD203",
    subject=".env.\x1b[2Jx",
    environment="te\nst\u202e",
    origin=Origin(FILE, "a dir/50%,\x07:\udcff.env", 1, 2),
    files="a\r\n::error::b",
)
