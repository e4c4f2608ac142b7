"""MySQL and MariaDB: a schema for each worker, migrated by itself. What is dropped carries this environment's mark."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from firedoor.testing.databases.database import Database, Refused
from firedoor.testing.databases.names import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.testing.databases.names import Names
    from firedoor.testing.databases.place import Place

_DENIED = (1044, 1045, 1142, 1227)
_EXISTS = 1007
_FOUND = "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH(%s)) = %s"


def open_at(place: Place, names: Names) -> Keeper:
    """Connect to the environment's own schema. Raises Refused."""
    try:
        import pymysql
    except ImportError:
        raise Refused("PyMySQL is not installed", "pip install 'firedoor[mysql]'") from None
    parts = urlsplit(place.text)
    reason = ""
    try:
        session = pymysql.connect(
            host=parts.hostname or "localhost",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=place.database,
            autocommit=True,
        )
    except pymysql.Error:
        reason = "the environment's own schema does not let us in"
    if reason:
        raise Refused(reason, "see firedoor verify")
    return Keeper(place, names, session)


class Keeper:
    """The schema of one worker."""

    def __init__(self, place: Place, names: Names, session: Any) -> None:
        self._place = place
        self._names = names
        self._session = session
        self._base = place.database
        self._created: list[str] = []
        self._run("SELECT GET_LOCK(%s, 10)", self._lock(digest(names.run), names.worker))

    def create(self, migrate: Callable[[Database], None]) -> Database:
        """A schema of the worker's own."""
        self._sweep()
        name = self._names.own(self._base)
        self._create(name)
        self._created.append(name)
        database = Database(self._place.variable, name, self._place.url(name))
        self._place.stamp(database.url)
        migrate(database)
        return database

    def close(self) -> None:
        """Drop the worker's schema."""
        with contextlib.closing(self._session):
            for name in self._created:
                self._run(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _sweep(self) -> None:
        """Drop what runs that have ended without a word left behind: nobody holds their lock, and the mark is ours."""
        beginning = self._names.of_checkout(self._base)
        for (name,) in self._run(_FOUND, beginning, beginning):
            run = self._names.run_of(self._base, name)
            if not run or run == digest(self._names.run):
                continue
            lock = self._lock(run, name.rpartition("_")[2])
            ((is_free,),) = self._run("SELECT IS_FREE_LOCK(%s)", lock)
            if is_free and self._place.is_ours(self._place.url(name)):
                self._run(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _create(self, name: str) -> None:
        import pymysql

        refusal = None
        try:
            self._run(f"CREATE DATABASE {_quoted(name)}")
        except pymysql.Error as error:
            code = error.args[0] if error.args else 0
            if code in _DENIED:
                grant = f"GRANT ALL ON `{self._names.of_checkout(self._base)}%`.* TO <account>"
                refusal = Refused("the account may not create schemas", grant)
            elif code == _EXISTS:
                refusal = Refused("a schema that is not ours has the name already", "drop it, or rename it")
            else:
                refusal = Refused(f"the server refused ({code})")
        if refusal is not None:
            raise refusal

    def _lock(self, run: str, worker: str) -> str:
        return f"{digest(self._names.of_checkout(self._base))}_{run}_{worker}"

    def _run(self, statement: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        with self._session.cursor() as cursor:
            cursor.execute(statement, values)
            return tuple(cursor.fetchall())


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
