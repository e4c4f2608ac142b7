"""botocore, and so boto3: every operation of every client, by the name of the operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "botocore.client"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Resources and transfers of boto3 are made of clients, too."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(client: Any, operation_name: str, api_params: Any) -> Any:
            __tracebackhide__ = True
            if client.meta.service_model.service_name == "s3":
                bucket = str(api_params.get("Bucket", ""))
                watching.operation(operation_name, api_params, lambda _: place(client, bucket))
            return original(client, operation_name, api_params)

        return call

    patches.wrap(module.BaseClient, "_make_api_call", make)
    return patches.undo


def place(client: Any, bucket: str) -> Iterable[Identity]:
    """The bucket at the client's endpoint."""
    return places.s3(client.meta.endpoint_url, bucket)
