"""Which command documents of MongoDB take away what nothing else holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from firedoor.destruction.finding import Finding

_Document = Mapping[str, Any]


def findings(command: _Document) -> tuple[Finding, ...]:
    """What the command destroys; its name is the document's first key, of any case that servers take."""
    name = next(iter(command), "")
    judge = _COMMANDS.get(name)
    return () if judge is None else tuple(dict.fromkeys(judge(command)))


def asks_for_all(query: object) -> bool:
    """Whether the filter of a write lets every document through, as far as it says so itself."""
    if not query:
        return True
    if not isinstance(query, Mapping):
        return False
    return all(_lets_all_through(key, value) for key, value in query.items())


def _lets_all_through(key: str, value: object) -> bool:
    if key == "$comment":
        return True
    parts = [value] if not isinstance(value, (list, tuple)) else value
    if key == "$and":
        return all(map(asks_for_all, parts))
    if key in ("$or", "$nor"):
        return key == "$or" and any(map(asks_for_all, parts))
    if key == "$expr":
        return value is True or value == 1
    if key == "_id" and isinstance(value, Mapping):
        return all(operator == "$exists" and bool(wanted) for operator, wanted in value.items())
    return False


def _database(_: _Document) -> Iterator[Finding]:
    yield Finding("dropDatabase", "drop-database")


def _collection(_: _Document) -> Iterator[Finding]:
    yield Finding("drop of a collection", "drop-table")


def _deletes(command: _Document) -> Iterator[Finding]:
    for one in command.get("deletes", ()):
        if one.get("limit", 0) == 0 and asks_for_all(one.get("q")):
            yield Finding("delete of all documents", "delete")


def _updates(command: _Document) -> Iterator[Finding]:
    for one in command.get("updates", ()):
        if one.get("multi") and asks_for_all(one.get("q")):
            yield Finding("update of all documents", "update")


def _bulk(command: _Document) -> Iterator[Finding]:
    for one in command.get("ops", ()):
        if one.get("multi") and asks_for_all(one.get("filter")):
            deletes = "delete" in one
            act = "delete of all documents" if deletes else "update of all documents"
            yield Finding(act, "delete" if deletes else "update")


def _aggregate(command: _Document) -> Iterator[Finding]:
    """``$out`` puts its result in the place of a whole collection, be it of another database."""
    pipeline: Sequence[_Document] = command.get("pipeline", ())
    for stage in pipeline:
        if "$out" in stage:
            out = stage["$out"]
            name = str(out.get("db", "")) if isinstance(out, Mapping) else ""
            yield Finding("aggregate with $out", "drop-table", (name,))


def _rename(command: _Document) -> Iterator[Finding]:
    if command.get("dropTarget"):
        name = str(command.get("to", "")).partition(".")[0]
        yield Finding("renameCollection with dropTarget", "drop-table", (name,))


_COMMANDS: dict[str, Callable[[_Document], Iterator[Finding]]] = {
    "dropDatabase": _database,
    "drop": _collection,
    "delete": _deletes,
    "update": _updates,
    "bulkWrite": _bulk,
    "aggregate": _aggregate,
    "renameCollection": _rename,
}
