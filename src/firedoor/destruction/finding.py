"""One destructive thing that a statement would do. It names the act and never what the statement says."""

from __future__ import annotations

from dataclasses import dataclass

# What a consent can be narrowed to (``firedoor unlock --statement KIND``), with what it stands for.
KINDS = {
    "drop-database": "a database, a schema or everything of an owner is dropped",
    "drop-table": "a table, a sequence or a collection is dropped or replaced",
    "drop-column": "a column is dropped",
    "truncate": "tables are emptied, or all keys of a server or a database of it",
    "delete": "rows are deleted, without a condition that depends on them",
    "update": "rows are changed, without a condition that depends on them",
    "bucket": "a bucket is deleted or emptied",
    "program": "a program is started on the database's server",
    "migration": "migrations are taken back",
    "unreadable": "the statement cannot be read, and holds a word that could destroy",
}


@dataclass(frozen=True)
class Finding:
    """``act`` in words ("DROP TABLE"), ``kind`` one of KINDS.

    ``databases`` are the names of the databases of the server that it happens to, an empty name for the connection's
    own. ``whole`` says that it happens to everything that the server, or the bucket, holds.
    """

    act: str
    kind: str
    databases: tuple[str, ...] = ("",)
    whole: bool = False


def unreadable(act: str) -> Finding:
    """What could destroy and cannot be read."""
    return Finding(act, "unreadable")
