"""PostgreSQL: one database is migrated for the whole run, and each worker gets a copy of it.

Who is at work is known by advisory locks, which end with their session however it ends. What an earlier run left is
known by its name and its comment, and dropped when nobody holds that run's lock.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from firedoor.stamps import libpq
from firedoor.testing.databases.database import Database, Refused
from firedoor.worker_names import digest, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from firedoor.testing.databases.place import Place
    from firedoor.worker_names import Names

_COMMENTED = """
SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
WHERE starts_with(datname::text, %s) ORDER BY datname
"""
# Those of our own role: another's, and the server's own, are not ours to end.
_ENDED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND pg_has_role(usesysid, 'USAGE')
"""
_DENIED, _EXISTS, _IN_USE = "42501", "42P04", "55006"
_CREATED = {
    _DENIED: ("the role may not create databases", "ALTER ROLE <role> CREATEDB"),
    _EXISTS: ("a database that is not ours has the name already", "drop it, or rename it"),
    _IN_USE: ("somebody is connected to the database that workers' are copied from", "see pg_stat_activity"),
}
_NONE: Mapping[str, tuple[str, str]] = {}


def open_at(place: Place, names: Names) -> Keeper:
    """Connect to the environment's own database. Raises Refused."""
    try:
        import psycopg
    except ImportError:
        raise Refused("psycopg is not installed", "pip install 'firedoor[postgresql]'") from None
    session = None
    with contextlib.suppress(psycopg.Error, OSError, ValueError):
        options = libpq.options_of(place.address)
        session = psycopg.connect(**options, autocommit=True, connect_timeout=int(place.address.seconds))
    if session is None:
        raise Refused("the environment's own database does not let us in", "see firedoor verify")
    return Keeper(place, names, session)


class Keeper:
    """The databases of one worker on one server."""

    def __init__(self, place: Place, names: Names, session: Any) -> None:
        self._place = place
        self._names = names
        self._session = session
        self._base = place.database
        self._mark = f"firedoor: tests of {place.project}/{place.environment}, {digest(names.checkout)}"
        self._unfinished = f"{self._mark}, unfinished"
        self._created: list[str] = []

    def create(self, migrate: Callable[[Database], None]) -> Database:
        """A copy of the run's template, which the first worker migrates. Raises Refused."""
        name = self._names.own(self._base)
        self._run("SELECT pg_advisory_lock_shared(%s)", number(self._names.of_run(self._base)))
        with self._alone():
            self._sweep()
            template = self._template(migrate)
            self._run(_ENDED, template)
            self._create(name, f" TEMPLATE {_quoted(template)}", self._mark)
            self._created.append(name)
        self._place.stamp(self._place.url(name))
        return Database(self._place.variable, name, self._place.url(name))

    def close(self) -> None:
        """Drop the worker's database, and the template with the last of them. Raises Refused."""
        with contextlib.closing(self._session), self._alone():
            for name in self._created:
                self._drop(name)
            left = [name for name, _ in self._run(_COMMENTED, self._names.of_run(self._base))]
            if left == [self._names.template(self._base)]:
                self._drop(left[0])

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other worker creates or drops meanwhile."""
        key = number("work on " + self._names.of_checkout(self._base))
        self._run("SELECT pg_advisory_lock(%s)", key)
        try:
            yield
        finally:
            self._run("SELECT pg_advisory_unlock(%s)", key)

    def _template(self, migrate: Callable[[Database], None]) -> str:
        """The run's template; its comment says whether its migration has come to its end."""
        name = self._names.template(self._base)
        found = dict(self._run(_COMMENTED, name)).get(name)
        if found == self._mark:
            return name
        if found == self._unfinished:
            self._drop(name)
        self._create(name, " TEMPLATE template1", self._unfinished)
        migrate(Database(self._place.variable, name, self._place.url(name)))
        self._comment(name, self._mark)
        return name

    def _sweep(self) -> None:
        """Drop what runs that have ended without a word left behind."""
        for name, comment in self._run(_COMMENTED, self._names.of_checkout(self._base)):
            run = self._names.run_of(self._base, name)
            if comment not in (self._mark, self._unfinished) or not run or run == digest(self._names.run):
                continue
            key = number(f"{self._names.of_checkout(self._base)}{run}_")
            ((is_over,),) = self._run("SELECT pg_try_advisory_lock(%s)", key)
            if is_over:
                with contextlib.suppress(Refused):  # another role's, which may be left to it
                    self._drop(name)
                self._run("SELECT pg_advisory_unlock(%s)", key)

    def _create(self, name: str, more: str, comment: str) -> None:
        self._run(f"CREATE DATABASE {_quoted(name)}{more}", reasons=_CREATED)
        self._comment(name, comment)

    def _comment(self, name: str, text: str) -> None:
        from psycopg import sql

        told = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text))
        self._run(told)

    def _drop(self, name: str) -> None:
        self._run(_ENDED, name)
        self._run(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _run(
        self, statement: object, *values: object, reasons: Mapping[str, tuple[str, str]] = _NONE
    ) -> list[tuple[Any, ...]]:
        """The rows. Raises Refused, for the server's own words may hold anything."""
        import psycopg

        try:
            cursor = self._session.execute(statement, values or None)
            return [] if cursor.description is None else list(cursor.fetchall())
        except psycopg.Error as error:
            code = error.sqlstate or type(error).__name__
        raise Refused(*reasons.get(code, (f"the server refused ({code})",)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
