"""What tests ask firedoor for: settings, databases, transactions, a part of Redis, fake keys."""

from __future__ import annotations

import os
import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from firedoor import guard, resources
from firedoor.errors import ConfigurationError
from firedoor.problem import Problem
from firedoor.testing import fake_keys, namespaces, transactions
from firedoor.testing.databases import database as databases
from firedoor.testing.databases.database import Refused
from firedoor.testing.databases.place import Place
from firedoor.worker_names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from firedoor.declaration import Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Configuration
    from firedoor.testing.databases.database import Database
    from firedoor.testing.namespaces import Namespace


class Keeper(Protocol):
    """What takes back what it made."""

    def close(self) -> None:
        """Raises Refused."""


@pytest.fixture(scope="session")
def firedoor_configuration() -> Configuration:
    """The environment's configuration: values by name, each with its origin."""
    standing = guard.armed()
    if standing is None:
        raise pytest.UsageError("firedoor's fixtures need the guard, which somebody has disarmed")
    return standing.configuration


@pytest.fixture(scope="session")
def firedoor_environment(firedoor_configuration: Configuration) -> Environment:
    """The environment that the tests run in."""
    return firedoor_configuration.environment


@pytest.fixture(scope="session")
def firedoor_settings(firedoor_configuration: Configuration) -> Any:
    """The settings: of the declared class, loaded as the process's variables are now; else the configuration."""
    declared = firedoor_configuration.project.settings_class
    if declared is None:
        return firedoor_configuration
    from importlib import import_module

    module, _, name = declared.partition(":")
    return getattr(import_module(module), name)()


@pytest.fixture(scope="session")
def _firedoor_names(firedoor_configuration: Configuration, request: pytest.FixtureRequest) -> Names:
    """Of this run and worker, as xdist says; its variables alone would also be those of a suite that a test starts."""
    given = getattr(request.config, "workerinput", {})
    run = str(
        given.get("testrunuid") or uuid.uuid4().hex
    )  # containers share names of folders and process numbers
    return Names(firedoor_configuration.project.root, run, str(given.get("workerid", "main")))


@pytest.fixture(scope="session")
def firedoor_databases(
    firedoor_configuration: Configuration,
    _firedoor_names: Names,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Database]]:
    """This worker's own databases by variable, each created, stamped and migrated; the variables lead to them."""
    hook = request.config.hook.pytest_firedoor_migrate
    folder = str(tmp_path_factory.mktemp("databases"))

    def migrate(database: Database) -> None:
        with _leading(database.variable, database.url):
            hook(database=database)

    found: dict[str, Database] = {}
    with ExitStack() as behind:
        for variable in _declared(firedoor_configuration, "database"):
            place = _place(firedoor_configuration, variable, folder)
            told = _telling(firedoor_configuration, variable)
            with told:
                made = _shared(firedoor_configuration, place, found)
                keeper = None if made else databases.keeper(place, _firedoor_names)
                if keeper is not None:
                    behind.enter_context(_closing(keeper, told))
                    made = keeper.create(migrate)
            if made is not None:
                found[variable.name] = made
                behind.enter_context(_leading(variable.name, made.url))
        yield found


@pytest.fixture(scope="session")
def firedoor_database(firedoor_databases: Mapping[str, Database]) -> Database:
    """This worker's own database, of the first variable that is declared as one."""
    if not firedoor_databases:
        raise pytest.UsageError("no variable with a value is declared as a database that firedoor can create")
    return next(iter(firedoor_databases.values()))


@pytest.fixture(scope="session")
def _firedoor_engine(firedoor_database: Database) -> Iterator[Any]:
    from sqlalchemy import create_engine

    engine = create_engine(firedoor_database.url)
    yield engine
    engine.dispose()


@pytest.fixture
def firedoor_transaction(request: pytest.FixtureRequest) -> Iterator[transactions.Transaction]:
    """A transaction around the test on the worker's database, for SQLAlchemy; rolled back behind it."""
    with transactions.transaction(request.getfixturevalue("_firedoor_engine")) as made:
        yield made


@pytest.fixture
def firedoor_async_transaction(firedoor_database: Database) -> Callable[[], Any]:
    """What makes such a transaction on any event loop: call it, in an ``async with``."""
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def begin() -> Any:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(firedoor_database.url)
        try:
            async with transactions.transaction_async(engine) as made:
                yield made
        finally:
            await engine.dispose()

    return begin


@pytest.fixture(scope="session")
def firedoor_redis(firedoor_configuration: Configuration, _firedoor_names: Names) -> Iterator[Namespace]:
    """This worker's own part of the first cache: an index that is emptied behind it, and a prefix for channels."""
    for variable in _declared(firedoor_configuration, "cache"):
        text = firedoor_configuration.texts[variable.name]
        if resources.family("cache", text) != "redis":
            continue
        told = _telling(firedoor_configuration, variable)
        with ExitStack() as behind:
            with told:
                keeper = namespaces.Keeper(variable.name, text, _firedoor_names)
                behind.enter_context(_closing(keeper, told))
                made = keeper.open()
            behind.enter_context(_leading(variable.name, made.url))
            yield made
        return
    raise pytest.UsageError("no variable with a value is declared as a cache on Redis")


@pytest.fixture(scope="session")
def firedoor_fake_key() -> Callable[[str], str]:
    """A function from a variable's name to a fake key of its service's shape, the same each time."""
    return fake_keys.of


@pytest.fixture(scope="session")
def firedoor_fake_keys(firedoor_configuration: Configuration) -> Iterator[Mapping[str, str]]:
    """A fake key for each declared key that the environment does not set; the variables hold them meanwhile."""
    project = firedoor_configuration.project
    missing = [
        variable.name
        for variable in project.variables.values()
        if variable.resource == "key" and not firedoor_configuration.texts.get(variable.name)
    ]
    made = {name: fake_keys.of(name) for name in missing}
    with ExitStack() as behind:
        for name, key in made.items():
            behind.enter_context(_leading(name, key))
        yield made


def _declared(configuration: Configuration, kind: str) -> list[Variable]:
    """The variables of the kind that have a value."""
    return [
        variable
        for variable in configuration.project.variables.values()
        if variable.resource == kind and configuration.texts.get(variable.name)
    ]


def _place(configuration: Configuration, variable: Variable, folder: str) -> Place:
    project = configuration.project
    return Place(
        project.name,
        configuration.environment.name,
        variable.name,
        str(variable.resource),
        configuration.texts[variable.name],
        project.root,
        folder,
        configuration.texts,
    )


def _shared(configuration: Configuration, place: Place, made: Mapping[str, Database]) -> Database | None:
    """The database of an earlier variable that this one spells in its own way: another driver's, or another user's."""
    where = resources.Where(place.root, place.variables)

    def identities(variable: str) -> frozenset[resources.Identity]:
        return resources.identities("database", configuration.texts[variable], where)

    own = frozenset() if place.is_in_memory else identities(place.variable)
    return next((place.beside(one) for name, one in made.items() if own & identities(name)), None)


class _telling:  # noqa: N801 - used as a statement, again and again
    """Turn a refusal into FD640 of the variable."""

    def __init__(self, configuration: Configuration, variable: Variable) -> None:
        self._configuration = configuration
        self._variable = variable

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        __tracebackhide__ = True
        if isinstance(error, Refused):
            raise _refusal(self._configuration, self._variable, error) from None


@contextmanager
def _closing(keeper: Keeper, told: _telling) -> Iterator[None]:
    """Take back what was made, at the end."""
    try:
        yield
    finally:
        with told:
            keeper.close()


def _refusal(configuration: Configuration, variable: Variable, refused: Refused) -> ConfigurationError:
    value = configuration.values[variable.name]
    problem = Problem(
        "FD640",
        subject=variable.name,
        environment=configuration.environment.name,
        origin=value.origin,
        reason=refused.reason,
        remedy=refused.remedy,
    )
    return ConfigurationError([problem])


@contextmanager
def _leading(variable: str, text: str) -> Iterator[None]:
    """The process's variable leads there meanwhile."""
    before = os.environ.get(variable)
    os.environ[variable] = text
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before
