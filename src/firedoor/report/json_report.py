"""Problems for scripts: one JSON document of a stable shape (docs/reference/json-report.md)."""

import json
from typing import TYPE_CHECKING, Any

from firedoor import catalogue
from firedoor.catalogue.wording import printable
from firedoor.problem import ERROR, NOTE, WARNING, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firedoor.origin import Origin
    from firedoor.problem import Problem

VERSION = 1


def render(problems: "Iterable[Problem]", *, environments: "Sequence[str]" = ()) -> str:
    """The document, ended by a line break. ``environments``: names in declared order."""
    return json.dumps(document(problems, environments), indent=2) + "\n"


def document(problems: "Iterable[Problem]", environments: "Sequence[str]" = ()) -> dict[str, Any]:
    """The document as plain data."""
    ordered = in_order(problems, environments)
    return {
        "version": VERSION,
        "problems": [_problem(problem) for problem in ordered],
        "counts": {
            severity: sum(problem.severity == severity for problem in ordered)
            for severity in (ERROR, WARNING, NOTE)
        },
    }


def _problem(problem: "Problem") -> dict[str, Any]:
    return {
        "code": printable(problem.code),
        "name": catalogue.name(problem),
        "severity": printable(problem.severity),
        "environment": None if problem.environment is None else printable(problem.environment),
        "subject": printable(problem.subject),
        "origin": None if problem.origin is None else _origin(problem.origin),
        "what": catalogue.what(problem),
        "why": catalogue.why(problem),
        "action": catalogue.action(problem),
    }


def _origin(origin: "Origin") -> dict[str, Any]:
    return {
        "kind": printable(origin.kind),
        "name": printable(origin.name),
        "line": origin.line or None,
        "column": origin.column or None,
    }
