"""MySQL and MariaDB: a schema for each worker, migrated by itself. What is dropped carries this environment's mark."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from firedoor.stamps import mysql_options
from firedoor.testing.databases.database import Database, Refused
from firedoor.worker_names import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firedoor.testing.databases.place import Place
    from firedoor.worker_names import Names

_DENIED = (1044, 1045, 1142, 1227)
_EXISTS = 1007
_WAIT = 10  # seconds for a lock
_FOUND = "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH(%s)) = %s"
_NONE: Mapping[int, tuple[str, str]] = {}


def open_at(place: Place, names: Names) -> Keeper:
    """Connect to the environment's own schema. Raises Refused."""
    try:
        import pymysql
    except ImportError:
        raise Refused("PyMySQL is not installed", "pip install 'firedoor[mysql]'") from None
    session = None
    with contextlib.suppress(pymysql.Error, OSError, ValueError):
        options = mysql_options.options(place.address)
        session = pymysql.connect(**options, autocommit=True, connect_timeout=place.address.seconds)
    if session is None:
        raise Refused("the environment's own schema does not let us in", "see firedoor verify")
    return Keeper(place, names, session)


class Keeper:
    """The schema of one worker."""

    def __init__(self, place: Place, names: Names, session: Any) -> None:
        self._place = place
        self._names = names
        self._session = session
        self._base = place.database
        self._created: list[str] = []

    def create(self, migrate: Callable[[Database], None]) -> Database:
        """A schema of the worker's own. Raises Refused."""
        lock = self._lock(digest(self._names.run), self._names.worker)
        ((is_held,),) = self._run("SELECT GET_LOCK(%s, %s)", lock, _WAIT)
        if is_held != 1:
            raise Refused("another run holds this worker's lock", "see SHOW PROCESSLIST")
        self._sweep()
        name = self._names.own(self._base)
        self._create(name)
        self._created.append(name)
        database = Database(self._place.variable, name, self._place.url(name))
        self._place.stamp(database.url)
        migrate(database)
        return database

    def close(self) -> None:
        """Drop the worker's schema. Raises Refused."""
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
                with contextlib.suppress(Refused):  # another account's, which may be left to it
                    self._run(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _create(self, name: str) -> None:
        beginning = self._names.of_checkout(self._base).replace("_", r"\_")  # alone it stands for any letter
        grant = f"GRANT ALL ON `{beginning}%`.* TO <account>"
        denied = ("the account may not create schemas", grant)
        exists = ("a schema that is not ours has the name already", "drop it, or rename it")
        reasons = {**dict.fromkeys(_DENIED, denied), _EXISTS: exists}
        self._run(f"CREATE DATABASE {_quoted(name)}", reasons=reasons)

    def _lock(self, run: str, worker: str) -> str:
        return f"{digest(self._names.of_checkout(self._base))}_{run}_{worker}"

    def _run(
        self, statement: str, *values: object, reasons: Mapping[int, tuple[str, str]] = _NONE
    ) -> tuple[tuple[Any, ...], ...]:
        """The rows. Raises Refused, for the server's own words may hold anything."""
        import pymysql

        try:
            with self._session.cursor() as cursor:
                cursor.execute(statement, values)
                return tuple(cursor.fetchall())
        except pymysql.Error as error:
            code = error.args[0] if error.args else 0
        raise Refused(*reasons.get(code, (f"the server refused ({code})",)))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
