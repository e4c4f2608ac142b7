"""C6: statements in the target itself that lose data, without anybody's consent."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack, Tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene

_SAYS = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"
_STATEMENTS = (
    (
        "drop",
        "DROP TABLE",
        "DROP TABLE people",
        "CREATE TABLE more (name TEXT); DELETE FROM people WHERE name = 'a'",
    ),
    ("delete", "DELETE without WHERE", "DELETE FROM people", "DELETE FROM people WHERE name = 'a'"),
    (
        "delete-always",
        "DELETE with a WHERE that always holds",
        "DELETE FROM people WHERE 1 = 1",
        "DELETE FROM people WHERE name = 'a'",
    ),
    (
        "hidden",
        "DELETE behind a comment and another statement",
        "SELECT 1; /* tidy */ DELETE FROM people;",
        "SELECT 1; /* tidy */ DELETE FROM people WHERE name = 'a';",
    ),
    (
        "update",
        "UPDATE without WHERE",
        "UPDATE people SET name = 'x'",
        "UPDATE people SET name = 'x' WHERE name = 'a'",
    ),
)


def _tried(statement: str, lost: int) -> Callable[[Scene], Tried]:
    """Through when of the two rows ``lost`` have gone."""

    def attempt(scene: Scene) -> Tried:
        path = os.path.join(scene.folder, "live.db")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE people (name TEXT)")
            connection.executemany("INSERT INTO people VALUES (?)", [("a",), ("b",)])
            connection.commit()
        variable = scene.required("database")
        scene.tell(scene.target, **{variable.name: f"sqlite:///{path}"})
        output = scene.guarded(_SAYS, path, statement, environment=scene.target)
        return Tried(_left(path) <= 2 - lost, output)

    return attempt


def _left(path: str) -> int:
    """How many of the rows are as they were."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            (count,) = connection.execute("SELECT count(*) FROM people WHERE name IN ('a', 'b')").fetchone()
        except sqlite3.OperationalError:
            return 0
    return int(count)


def _needs(scene: Scene) -> str:
    if find_spec("sqlglot") is None:
        return "sqlglot is not installed: pip install firedoor[guard]"
    return scene.has("database")


ATTACKS = tuple(
    Attack(
        f"statement-{name}",
        f"{words} in the target",
        "C6",
        _tried(bad, 2),
        _tried(good, 1),
        _needs,
        short=name == "delete",
    )
    for name, words, bad, good in _STATEMENTS
)
