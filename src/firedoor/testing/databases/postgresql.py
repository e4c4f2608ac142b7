"""PostgreSQL: one database is migrated for the whole run, and each worker gets a copy of it.

Who is at work is known by advisory locks, which end with their session however it ends. What an earlier run left is
known by its name and its comment, and dropped when nobody holds that run's lock.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from firedoor.testing.databases.database import Database, Refused
from firedoor.testing.databases.names import digest, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.testing.databases.names import Names
    from firedoor.testing.databases.place import Place

_COMMENTED = """
SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
WHERE starts_with(datname::text, %s) ORDER BY datname
"""
_ENDED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
)


def open_at(place: Place, names: Names) -> Keeper:
    """Connect to the environment's own database. Raises Refused."""
    try:
        import psycopg
    except ImportError:
        raise Refused("psycopg is not installed", "pip install 'firedoor[postgresql]'") from None
    reason = ""
    try:
        session = psycopg.connect(place.plain("postgresql"), autocommit=True)
    except psycopg.Error:
        reason = "the environment's own database does not let us in"
    if reason:
        raise Refused(reason, "see firedoor verify")
    return Keeper(place, names, session)


class Keeper:
    """The databases of one worker on one server."""

    def __init__(self, place: Place, names: Names, session: Any) -> None:
        self._place = place
        self._names = names
        self._session = session
        self._base = place.database
        self._mark = f"firedoor: tests of {place.project}/{place.environment}, {digest(names.checkout)}"
        self._created: list[str] = []
        self._run("SELECT pg_advisory_lock_shared(%s)", number(names.of_run(self._base)))

    def create(self, migrate: Callable[[Database], None]) -> Database:
        """A copy of the run's template, which the first worker migrates."""
        name = self._names.own(self._base)
        with self._alone():
            self._sweep()
            template = self._template(migrate)
            self._run(_ENDED, template)
            self._create(name, f" TEMPLATE {_quoted(template)}")
            self._created.append(name)
        self._place.stamp(self._place.url(name))
        return Database(self._place.variable, name, self._place.url(name))

    def close(self) -> None:
        """Drop the worker's database, and the template with the last of them."""
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
        """The run's template; its comment says that its migration has come to its end."""
        name = self._names.template(self._base)
        found = dict(self._run(_COMMENTED, name))
        if name in found and found[name] == self._mark:
            return name
        if name in found:
            self._drop(name)
        self._create(name, " TEMPLATE template1", mark=False)
        migrate(Database(self._place.variable, name, self._place.url(name)))
        self._comment(name)
        return name

    def _sweep(self) -> None:
        """Drop what runs that have ended without a word left behind."""
        for name, comment in self._run(_COMMENTED, self._names.of_checkout(self._base)):
            run = self._names.run_of(self._base, name)
            if comment != self._mark or not run or run == digest(self._names.run):
                continue
            key = number(f"{self._names.of_checkout(self._base)}{run}_")
            ((is_over,),) = self._run("SELECT pg_try_advisory_lock(%s)", key)
            if is_over:
                self._drop(name)
                self._run("SELECT pg_advisory_unlock(%s)", key)

    def _create(self, name: str, more: str, *, mark: bool = True) -> None:
        import psycopg

        refusal = None
        try:
            self._run(f"CREATE DATABASE {_quoted(name)}{more}")
        except psycopg.errors.InsufficientPrivilege:
            refusal = Refused("the role may not create databases", "ALTER ROLE <role> CREATEDB")
        except psycopg.errors.DuplicateDatabase:
            refusal = Refused("a database that is not ours has the name already", "drop it, or rename it")
        except psycopg.Error as error:
            refusal = Refused(f"the server refused ({error.sqlstate or type(error).__name__})")
        if refusal is not None:
            raise refusal
        if mark:
            self._comment(name)

    def _comment(self, name: str) -> None:
        from psycopg import sql

        told = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(self._mark))
        self._session.execute(told)

    def _drop(self, name: str) -> None:
        self._run(_ENDED, name)
        self._run(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self._session.execute(statement, values or None)
        return [] if cursor.description is None else list(cursor.fetchall())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
