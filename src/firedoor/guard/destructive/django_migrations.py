"""Django's migrations, when one is taken back: ``migrate APP zero``, or to an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.destruction import Finding
from firedoor.guard.destructive import watch
from firedoor.guard.destructive.django_commands import place
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "django.db.migrations.executor"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """What is only recorded (``--fake``) destroys nothing."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def unapply(executor: Any, state: Any, migration: Any, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            if not (given[0] if given else named.get("fake", False)):
                found = Finding("a Django migration taken back", "migration")
                watching.judge([found], lambda _: place(executor.connection))
            return original(executor, state, migration, *given, **named)

        return unapply

    patches.wrap(module.MigrationExecutor, "unapply_migration", make)
    return patches.undo
