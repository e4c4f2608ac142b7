"""The pytest plugin: one environment, judged and guarded, before the first conftest is imported.

pytest finds it by itself. Where no declaration is found, it does nothing and has imported nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from firedoor.testing.start import Started

_DECLARATIONS = ("firedoor.toml", "pyproject.toml")
_WORD = b"firedoor"
_started: pytest.StashKey[Started] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """One line for the ini file."""
    parser.addini(
        "firedoor_env", "firedoor: the environment of this suite where no selector variable names one"
    )


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """A conftest may say how databases are migrated, also where nothing is declared."""
    from firedoor.testing import hooks

    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before the first conftest: everything is in order, or the run ends here with exit code 4."""
    __tracebackhide__ = True
    folders = _folders(early_config)
    if folders:
        from firedoor.testing import start

        started = start.begin(early_config, folders)
        if started is not None:
            early_config.stash[_started] = started
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The markers are there with and without a declaration: `--strict-markers` is no reason to refuse a suite."""
    config.addinivalue_line("markers", "unit: firedoor lets it reach no network and no database")
    config.addinivalue_line("markers", "integration: it reaches resources that its environment declares")
    started = config.stash.get(_started, None)
    if started is not None:
        from firedoor.testing import running

        config.pluginmanager.register(running.Running(started), "firedoor-running")
        from firedoor.testing import fixtures

        config.pluginmanager.register(fixtures, "firedoor-fixtures")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The process is as it was: a suite that runs suites must find itself again."""
    started = config.stash.get(_started, None)
    if started is not None:
        started.end()


def _folders(config: pytest.Config) -> list[str]:
    """The folders from which the declaration is looked for; none where there cannot be one."""
    options = config.known_args_namespace
    if getattr(options, "help", False) or getattr(options, "version", 0):
        return []
    folders = [*dict.fromkeys((str(config.rootpath), str(config.invocation_params.dir)))]
    if config.getini("firedoor_env"):
        return folders  # where an environment is named, there has to be a declaration
    return [folder for folder in folders if any(map(_may_declare, _upwards(folder)))]


def _upwards(folder: str) -> Iterator[str]:
    """The folder and those above it, up to the repository's root."""
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder or os.path.lexists(os.path.join(folder, ".git")):
            return
        folder = parent


def _may_declare(folder: str) -> bool:
    """Whether the folder has a declaration; asked of every folder above, so by a look and no more."""
    declaration, project = (os.path.join(folder, name) for name in _DECLARATIONS)
    if os.path.lexists(declaration):
        return True
    try:
        with open(project, "rb") as file:
            return _WORD in file.read()
    except OSError:
        return os.path.lexists(project)
