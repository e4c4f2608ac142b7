"""Alembic: a downgrade, before the first of its migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.destruction import Finding
from firedoor.guard.destructive import watch
from firedoor.guard.destructive.sqlalchemy import place
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "alembic.runtime.migration"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """A downgrade that only prints its SQL, and a stamp, destroy nothing."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(context: Any, /, **named: Any) -> Any:
            __tracebackhide__ = True
            planned = context._migrations_fn  # noqa: SLF001 - what will be run is known nowhere else

            def looked_at(heads: Any, migrations: Any) -> Any:
                __tracebackhide__ = True
                steps = [*planned(heads, migrations)]
                if any(isinstance(step, module.RevisionStep) and not step.is_upgrade for step in steps):
                    found = Finding("an Alembic downgrade", "migration")
                    watching.judge([found], lambda name: place(context.connection, name))
                return steps

            if planned is not None and not context.as_sql:
                context._migrations_fn = looked_at  # noqa: SLF001 - as above
            try:
                return original(context, **named)
            finally:
                context._migrations_fn = planned  # noqa: SLF001 - as above

        return run

    patches.wrap(module.MigrationContext, "run_migrations", make)
    return patches.undo
