"""What a parsed statement destroys, wherever in its tree: a DELETE in a common table expression is one, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from firedoor.destruction.conditions import binds
from firedoor.destruction.finding import Finding, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What of a schema holds what nothing else does. An index, a view, a function, a role or a trigger is made again from
# what stays.
_DATABASES = frozenset({"DATABASE", "SCHEMA", "OWNED"})
_TABLES = frozenset({"TABLE", "SEQUENCE"})
# Nothing that depends on these holds rows; on all others (a type, a function, an extension) columns can.
_HARMLESS_CASCADE = frozenset({"VIEW", "INDEX", "TRIGGER", "RULE", "POLICY", "CONSTRAINT", "FOREIGN"})
_TEMPORARY = {"postgres": "pg_temp", "sqlite": "temp"}


def findings(tree: exp.Expr, dialect: str, holds_destructive_word: Callable[[], bool]) -> Iterator[Finding]:
    """What the statement destroys. ``holds_destructive_word`` is asked of what the parser did not take apart."""
    for node in tree.walk():
        judge = _JUDGES.get(type(node))
        if judge is not None:
            yield from judge(node, dialect)
        elif isinstance(node, exp.Command) and not isinstance(node.parent, exp.Alter):
            yield from _unparsed(node, holds_destructive_word)


def _unparsed(node: exp.Command, holds_destructive_word: Callable[[], bool]) -> Iterator[Finding]:
    if str(node.this).upper() == "DROP":
        yield from _dropped_unparsed(str(node.expression))
    elif holds_destructive_word():
        yield unreadable("a statement that cannot be read")


def _dropped_unparsed(rest: str) -> Iterator[Finding]:
    """DROP of what the parser has no tree for: ``OWNED BY me``, ``EXTENSION postgis CASCADE``, ``ROLE r``."""
    words = rest.upper().split()
    kind = words[0] if words else ""
    if kind == "OWNED":
        yield Finding("DROP OWNED", "drop-database")
    elif "CASCADE" in words and kind not in _HARMLESS_CASCADE:
        yield Finding(f"DROP {kind} CASCADE" if kind.isalpha() else "DROP CASCADE", "drop-table")


def _drop(node: exp.Drop, dialect: str) -> Iterator[Finding]:
    kind = str(node.args.get("kind") or "").upper()
    if isinstance(node.parent, exp.Alter):
        if kind == "COLUMN":
            yield Finding("ALTER TABLE ... DROP COLUMN", "drop-column", _databases(node.parent, dialect))
        return
    if kind in _DATABASES:
        is_database = kind == "DATABASE" or dialect == "mysql"
        names = tuple(sorted({table.db or table.name for table in node.find_all(exp.Table)}))
        yield Finding(f"DROP {kind}", "drop-database", names if is_database else ("",))
    elif kind in _TABLES:
        if not (node.args.get("temporary") or _is_temporary(node, dialect)):
            yield Finding(f"DROP {kind}", "drop-table", _databases(node, dialect))
    elif node.args.get("cascade") and kind not in _HARMLESS_CASCADE:
        yield Finding(f"DROP {kind} CASCADE", "drop-table", _databases(node, dialect))


def _alter(node: exp.Alter, dialect: str) -> Iterator[Finding]:
    """SQLite's and others' DROP without the word COLUMN, which the parser leaves as it is."""
    for action in node.args.get("actions") or ():
        if isinstance(action, exp.Command) and str(action.this).upper() in ("DROP", "TRUNCATE"):
            yield Finding("ALTER TABLE ... DROP COLUMN", "drop-column", _databases(node, dialect))


def _truncate(node: exp.TruncateTable, dialect: str) -> Iterator[Finding]:
    if not _is_temporary(node, dialect):
        yield Finding("TRUNCATE", "truncate", _databases(node, dialect))


def _delete(node: exp.Delete, dialect: str) -> Iterator[Finding]:
    if not _is_bound(node) and not _is_temporary(node, dialect):
        yield Finding("DELETE without a condition", "delete", _databases(node, dialect))


def _update(node: exp.Update, dialect: str) -> Iterator[Finding]:
    """The one in a MERGE has that statement's condition."""
    if isinstance(node.parent, exp.When) or _is_bound(node) or _is_temporary(node, dialect):
        return
    yield Finding("UPDATE without a condition", "update", _databases(node, dialect))


def _merge(node: exp.Merge, dialect: str) -> Iterator[Finding]:
    """WHEN MATCHED is bound by ON; what the source lacks may be everything."""
    is_bound = binds(node.args.get("on"))
    for when in node.find_all(exp.When):
        then = when.args.get("then")
        is_delete = isinstance(then, exp.Var) and then.name.upper() == "DELETE"
        is_held = binds(when.args.get("condition")) or (is_bound and not when.args.get("source"))
        if (is_delete or isinstance(then, exp.Update)) and not is_held:
            act = "DELETE" if is_delete else "UPDATE"
            yield Finding(f"MERGE that may {act} all", act.lower(), _databases(node, dialect))


def _create(node: exp.Create, dialect: str) -> Iterator[Finding]:
    """MariaDB drops what it replaces."""
    kind = str(node.args.get("kind") or "").upper()
    if (
        not node.args.get("replace")
        or kind not in (*_DATABASES, *_TABLES)
        or node.find(exp.TemporaryProperty)
    ):
        return
    is_database = kind in _DATABASES
    names = tuple(sorted({table.db or table.name for table in node.find_all(exp.Table)}))
    yield Finding(
        f"CREATE OR REPLACE {kind}",
        "drop-database" if is_database else "drop-table",
        names if is_database else _databases(node, dialect),
    )


def _is_bound(node: exp.Expr) -> bool:
    where = node.args.get("where")
    return where is not None and binds(where.this)


def _is_temporary(node: exp.Expr, dialect: str) -> bool:
    """Whether all that it happens to is the session's own."""
    schema = _TEMPORARY.get(dialect)
    targets = [*(node.args.get("tables") or ()), *(node.args.get("expressions") or ())]
    named: list[exp.Expr] = [one for one in targets if isinstance(one, exp.Table)] or [node.this]
    return schema is not None and all(
        isinstance(one, exp.Table) and one.db.lower() == schema for one in named
    )


def _databases(node: exp.Expr, dialect: str) -> tuple[str, ...]:
    """The databases of the server that the statement's tables are in; an empty name is the connection's own."""
    tables = list(node.find_all(exp.Table))
    names = {table.db if dialect == "mysql" else table.catalog for table in tables}
    return tuple(sorted(names)) or ("",)


_JUDGES: dict[type, Callable[..., Iterator[Finding]]] = {
    exp.Drop: _drop,
    exp.Alter: _alter,
    exp.TruncateTable: _truncate,
    exp.Delete: _delete,
    exp.Update: _update,
    exp.Merge: _merge,
    exp.Create: _create,
}
