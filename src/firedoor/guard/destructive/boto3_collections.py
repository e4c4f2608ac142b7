"""boto3's collections: ``bucket.objects.delete()`` empties a bucket page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.destruction import s3
from firedoor.guard.destructive import watch
from firedoor.guard.destructive.boto3 import place
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "boto3.resources.action"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Looked at before the first page is listed; the operations of the pages are single keys to everybody below."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def act(action: Any, parent: Any, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            operation = action._action_model.request.operation  # noqa: SLF001 - nothing public says it
            bucket = _bucket(parent)
            if bucket is not None:
                narrowed = getattr(parent, "_params", {})
                found = s3.of_collection(operation, narrowed)
                watching.judge(found, lambda _: place(bucket.meta.client, bucket.name))
            return original(action, parent, *given, **named)

        return act

    patches.wrap(module.BatchAction, "__call__", make)
    return patches.undo


def _bucket(collection: Any) -> Any:
    """The bucket whose objects the collection is; None for other collections."""
    parent = getattr(collection, "_parent", None)
    client = getattr(getattr(parent, "meta", None), "client", None)
    is_s3 = client is not None and client.meta.service_model.service_name == "s3"
    return parent if is_s3 and hasattr(parent, "name") else None
