"""A pytest plugin beside ``bench.mutation.plugin``: the servers of tests/real are started once, and all forks use them.

python -m bench.mutation -pbench.mutation.servers stamps.redis --processes 1 --tests tests/unit/stamps tests/real/...

A mistake may leave data behind, so one is tried at a time; the tests begin with names of their own or an empty server.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import ModuleType

    import pytest

_STARTS = ("running_redis", "running_seaweedfs", "running_postgres", "running_mariadb", "running_chroma")


def pytest_configure(config: pytest.Config) -> None:
    """Take over the starting of servers that tests share."""
    config.pluginmanager.register(_Servers(), "mutation-servers")


class _Servers:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._running: dict[str, Any] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start what the collected tests ask for, before the first fork."""
        runner: Any = session.config.pluginmanager.get_plugin("mutation-runner")
        runner.folder.chmod(0o711)  # servers that refuse root run as somebody else
        asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
        for plugin in session.config.pluginmanager.get_plugins():
            if str(getattr(plugin, "__file__", "")).endswith("real/conftest.py"):
                self._take_over(plugin, asked)

    def pytest_unconfigure(self) -> None:
        self._stack.close()

    def _take_over(self, conftest: ModuleType, asked: set[str]) -> None:
        for start in _STARTS:
            own: Callable[[], AbstractContextManager[Any]] = getattr(conftest, start)
            for fixture in asked & {name for name in vars(conftest) if name.endswith("_server")}:
                if start in _names(vars(conftest)[fixture]):
                    self._running[fixture] = self._stack.enter_context(own())
            setattr(conftest, start, self._shared)

    def _shared(self) -> AbstractContextManager[Any]:
        """The server of the fixture that asks."""
        return nullcontext(self._running[sys._getframe(1).f_code.co_name])  # noqa: SLF001 - which one asks


def _names(fixture: Any) -> tuple[str, ...]:
    function = getattr(fixture, "__wrapped__", None) or fixture._get_wrapped_function()  # noqa: SLF001 - as pytest has it
    names: tuple[str, ...] = function.__code__.co_names
    return names
