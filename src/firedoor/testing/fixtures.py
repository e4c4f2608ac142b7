"""What tests ask firedoor for: settings, databases, transactions, a part of Redis, fake keys."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import guard, resources
from firedoor.errors import ConfigurationError
from firedoor.problem import Problem
from firedoor.testing import fake_keys, namespaces, transactions
from firedoor.testing.databases import database as databases
from firedoor.testing.databases.database import Refused
from firedoor.testing.databases.names import Names
from firedoor.testing.databases.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from firedoor.declaration import Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Configuration
    from firedoor.testing.databases.database import Database
    from firedoor.testing.namespaces import Namespace

_WORKER, _RUN = "PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID"


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
def firedoor_databases(
    firedoor_configuration: Configuration,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Database]]:
    """This worker's own databases by variable, each created, stamped and migrated; the variables lead to them."""
    hook = request.config.hook.pytest_firedoor_migrate
    folder = str(tmp_path_factory.mktemp("databases"))

    def migrate(database: Database) -> None:
        with _leading(database.variable, database.url):
            hook(database=database)

    with ExitStack() as behind:
        found = {}
        for variable in _declared(firedoor_configuration, "database"):
            place = _place(firedoor_configuration, variable, folder)
            try:
                keeper = databases.keeper(place, _names(firedoor_configuration))
                if keeper is None:
                    continue
                behind.callback(keeper.close)
                found[variable.name] = keeper.create(migrate)
            except Refused as refused:
                error = _refusal(firedoor_configuration, variable, refused)
            else:
                behind.enter_context(_leading(variable.name, found[variable.name].url))
                continue
            raise error
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
def firedoor_redis(firedoor_configuration: Configuration) -> Iterator[Namespace]:
    """This worker's own part of the first cache: an index that is emptied behind it, and a prefix for channels."""
    for variable in _declared(firedoor_configuration, "cache"):
        text = firedoor_configuration.texts[variable.name]
        if resources.family("cache", text) != "redis":
            continue
        keeper, error = None, None
        try:
            keeper = namespaces.Keeper(variable.name, text, _names(firedoor_configuration))
            made = keeper.open()
        except Refused as refused:
            error = _refusal(firedoor_configuration, variable, refused)
        if error is not None or keeper is None:
            raise error or AssertionError
        with _leading(variable.name, made.url):
            yield made
        keeper.close()
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


def _names(configuration: Configuration) -> Names:
    run = os.environ.get(_RUN) or f"{os.getpid()}"
    return Names(configuration.project.root, run, os.environ.get(_WORKER, "main"))


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
