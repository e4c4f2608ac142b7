"""``protect(engine)``: each new connection of a SQLAlchemy engine is asked whose database it reached, before all else.

One statement in one round trip. What a server said once is remembered: as long as the next connection hears the same,
nothing is judged again.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine

from firedoor import resources
from firedoor.errors import ConfigurationError, UsageError
from firedoor.observation import Answer, Judge, Target, judged
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import has_errors
from firedoor.settings import notice
from firedoor.stamps import mysql_session, postgresql_session, sqlite_session
from firedoor.stamps.address import Address
from firedoor.stamps.observation import Observation

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

    from firedoor.declaration import Variable
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration

AnyEngine = TypeVar("AnyEngine")

# What a database is asked with, by SQLAlchemy's name of its dialect.
_ASKERS: dict[str, type[postgresql_session.Asker | mysql_session.Asker | sqlite_session.Asker]] = {
    "postgresql": postgresql_session.Asker,
    "mysql": mysql_session.Asker,
    "mariadb": mysql_session.Asker,
    "sqlite": sqlite_session.Asker,
}
_CHECKED = "firedoor"  # in a connection's own notes


def _closes_refused(version: str) -> bool:
    """From 2.1 on, SQLAlchemy closes a connection that a listener refuses."""
    major, minor, *_ = version.split(".")
    return (int(major), int(minor)) >= (2, 1)


_CLOSES_REFUSED = _closes_refused(sqlalchemy.__version__)


def protect(
    engine: AnyEngine,
    settings: BaseModel | Configuration | None = None,
    *,
    variable: str | None = None,
) -> AnyEngine:
    """Let no connection of the engine through to a database that belongs to another environment. Gives the engine.

    Each new connection is asked for its identity and its stamp. ConfigurationError is raised, and the connection
    closed, when the stamp is another environment's or a copy, when the lock says so of what answered, when there is no
    stamp where the environment declares that an error, or no answer in a protected environment. A warning is said
    once.

    ``settings`` are settings that firedoor loaded, or a Configuration; without them the environment is selected as
    ever. The variable is found by the engine's URL; ``variable`` names it where that is no variable's address. Takes a
    synchronous or an asynchronous engine. Raises UsageError when no variable can be found or the database is of a kind
    that firedoor cannot ask.
    """
    __tracebackhide__ = True
    outcome = _guard(engine, settings, variable)
    del settings  # a traceback that shows locals must not show these
    if isinstance(outcome, Exception):
        raise outcome
    if outcome is not None:
        outcome.watch()
    return engine


class _Guard:
    """Watches the connections of one engine for one variable of one environment."""

    def __init__(self, engine: Engine, configuration: Configuration, variable: Variable) -> None:
        self._engine = engine
        self._target = _target(configuration, variable)
        self._judge = Judge(configuration.project)
        self._ask = _ASKERS[engine.dialect.name](engine.dialect.driver, is_async=engine.dialect.is_async)
        self._passed: Observation | None = None
        self._said: set[Problem] = set()

    def watch(self) -> None:
        """Before every other listener: the dialect's own asks the server things, too."""
        event.listen(self._engine, "connect", self._connected, insert=True)
        event.listen(self._engine, "checkout", self._checked_out, insert=True)

    def _connected(self, connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        __tracebackhide__ = True
        accepted = False
        try:
            self._check(connection)
            accepted = True
        finally:
            if not accepted and not _CLOSES_REFUSED:
                connection.close()
        record.info[_CHECKED] = True

    def _checked_out(self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Connections that the pool held before it was watched."""
        __tracebackhide__ = True
        if not record.info.get(_CHECKED):
            self._check(connection)
            record.info[_CHECKED] = True

    def _check(self, connection: DBAPIConnection) -> None:
        __tracebackhide__ = True
        observation = self._observed(connection)
        if observation is None or observation == self._passed:
            return
        problems = self._problems(observation)
        if has_errors(problems):
            raise ConfigurationError(problems)
        new = [problem for problem in problems if problem not in self._said]
        self._said.update(new)
        self._passed = observation
        notice.say(new)

    def _problems(self, observation: Observation) -> list[Problem]:
        if observation.identity:
            return self._judge.problems(Answer(self._target, observation))
        return judged(self._target, observation)

    def _observed(self, connection: Any) -> Observation | None:
        """What answered; None for a database in memory. Whatever cannot say who it is has an unreadable stamp."""
        try:
            return self._ask(connection)
        except Exception:  # noqa: BLE001 - a client library's words may hold the address
            return Observation((), unreadable=True)


def _target(configuration: Configuration, variable: Variable) -> Target:
    """What is watched, without its address: nobody is to be asked at it."""
    project = configuration.project
    value = configuration.values.get(variable.name)
    origin = Origin(DECLARATION, os.path.basename(project.path)) if value is None else value.origin
    address = Address(variable.name, str(variable.resource), "")
    return Target(project, configuration.environment, variable, origin, address)


def _guard(
    engine: object, settings: BaseModel | Configuration | None, name: str | None
) -> _Guard | Exception | None:
    """The guard, None where there is nothing to guard, or the refusal without the frames that saw values."""
    from firedoor.verification import configuration_of

    inner = getattr(engine, "sync_engine", engine)
    if not isinstance(inner, Engine):
        return TypeError(f"protect() takes a SQLAlchemy engine, not {type(engine).__name__}")
    if inner.dialect.name not in _ASKERS:
        return UsageError(
            f"firedoor.sqlalchemy protects PostgreSQL, MySQL, MariaDB and SQLite, not {inner.dialect.name}"
        )
    configuration = configuration_of(settings)
    if isinstance(configuration, Exception):
        return configuration
    if name is None and inner.dialect.name == "sqlite" and not inner.url.database:
        return None  # in memory: nobody else can be in it
    variable = _named(configuration, name) if name is not None else _found(configuration, inner)
    return variable if isinstance(variable, Exception) else _Guard(inner, configuration, variable)


def _named(configuration: Configuration, name: str) -> Variable | UsageError:
    variable = configuration.project.variables.get(name)
    if variable is None or resources.is_token(variable.resource):
        return UsageError(f"protect(): {name} is no variable that is declared as a database")
    return variable


def _found(configuration: Configuration, engine: Engine) -> Variable | UsageError:
    """The declared resource that the engine's URL leads to, by everything that it names."""
    root = configuration.project.root
    text = engine.url.render_as_string(hide_password=False)
    wanted = resources.identities("database", text, root)
    for variable in configuration.project.variables.values():
        value = configuration.values.get(variable.name)
        if value is None or value.template or resources.is_token(variable.resource):
            continue
        if value.text == text or not wanted.isdisjoint(
            resources.identities(variable.resource, value.text, root)
        ):
            return variable
    return UsageError(
        "protect(): the engine's URL is the address of no declared variable; name it: protect(engine, variable=...)"
    )
