"""Problems as SARIF 2.1.0, which code scanning services read."""

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from firedoor import catalogue
from firedoor.catalogue.pages import page_of
from firedoor.catalogue.wording import printable
from firedoor.problem import ERROR, NOTE, WARNING, in_order
from firedoor.report.places import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firedoor.origin import Origin
    from firedoor.problem import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "firedoor/v1"
_LEVELS = {ERROR: "error", WARNING: "warning", NOTE: "note"}


def render(problems: "Iterable[Problem]", *, environments: "Sequence[str]" = (), folder: str = "") -> str:
    """The log, ended by a line break. ``environments``: names in declared order.

    ``folder`` is the project's folder in the repository: locations are relative to the repository's root.
    """
    return json.dumps(document(problems, environments, folder), indent=2) + "\n"


def document(
    problems: "Iterable[Problem]", environments: "Sequence[str]" = (), folder: str = ""
) -> dict[str, Any]:
    """The log as plain data."""
    ordered = in_order(problems, environments)
    codes = {problem.code: problem for problem in sorted(ordered, key=lambda problem: problem.code)}
    rules = list(codes)
    seen: dict[str, int] = {}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "firedoor", "rules": [_rule(codes[code]) for code in rules]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, rules.index(problem.code), folder, seen) for problem in ordered],
            }
        ],
    }


def _rule(problem: "Problem") -> dict[str, Any]:
    entry = catalogue.of(problem)
    page = page_of(entry)
    return {
        "id": printable(problem.code),
        "name": entry.name,
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": f"{entry.summary} {entry.why}"},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": entry.severity},
    }


def _result(problem: "Problem", index: int, folder: str, seen: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": printable(problem.code),
        "ruleIndex": index,
        "level": _LEVELS.get(problem.severity, "none"),
        "message": {"text": f"{catalogue.what(problem)} {catalogue.action(problem)}"},
    }
    if problem.origin is not None:
        result["locations"] = [_location(problem.origin, path_of(problem, folder))]
    result["partialFingerprints"] = {_FINGERPRINT: _fingerprint(problem, seen)}
    if problem.environment is not None:
        result["properties"] = {"environment": printable(problem.environment)}
    return result


def _location(origin: "Origin", path: str) -> dict[str, Any]:
    if not path:
        return {
            "logicalLocations": [{"name": printable(origin.name), "fullyQualifiedName": printable(origin)}]
        }
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if origin.line:
        physical["region"] = {"startLine": origin.line}
        if origin.column:
            physical["region"]["startColumn"] = origin.column
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    uri = quote(_bytes(path))
    return {"uri": f"file://{uri}"} if uri.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}


def _bytes(text: str) -> bytes:
    """The bytes of a file name as the file system has them; of a text that was none, something that names it."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def _fingerprint(problem: "Problem", seen: dict[str, int]) -> str:
    """Names the problem across runs: without line and column, so that edits elsewhere in the file do not matter.

    The same problem twice in a file is told apart by its number.
    """
    origin = problem.origin
    names = [problem.code, problem.environment or "", problem.subject]
    names += ["", ""] if origin is None else [origin.kind, origin.name]
    plain = "\0".join(names)
    seen[plain] = seen.get(plain, 0) + 1
    return hashlib.sha256(_bytes(f"{plain}\0{seen[plain]}")).hexdigest()[:32]
