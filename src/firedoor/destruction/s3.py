"""Which operations of S3 take a whole bucket away. Objects that are deleted by their keys are the application's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.destruction.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFECYCLES = ("PutBucketLifecycleConfiguration", "PutBucketLifecycle")
_ENDS = ("Expiration", "NoncurrentVersionExpiration")


def findings(operation: str, parameters: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What the operation, by the name that the SDK gives it, destroys with these parameters."""
    if operation == "DeleteBucket":
        return (Finding("DeleteBucket", "bucket", whole=True),)
    if operation in LIFECYCLES and any(map(_empties, _rules(parameters))):
        return (Finding("a lifecycle that lets all objects expire", "bucket", whole=True),)
    return ()


def of_collection(operation: str, parameters: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What an action on a collection of boto3 destroys: ``bucket.objects.delete()`` without a filter empties it."""
    if operation == "DeleteObjects" and not parameters.get("Prefix"):
        return (Finding("deletion of all objects", "bucket", whole=True),)
    return ()


def _rules(parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = parameters.get("LifecycleConfiguration") or {}
    return list(given.get("Rules") or ())


def _empties(rule: Mapping[str, Any]) -> bool:
    """Whether an enabled rule lets objects expire wherever they are in the bucket."""
    chosen = rule.get("Filter") or {}
    is_narrow = rule.get("Prefix") or any(chosen.values())
    return rule.get("Status") == "Enabled" and not is_narrow and any(_ends(rule.get(name)) for name in _ENDS)


def _ends(rule: Mapping[str, Any] | None) -> bool:
    """Only tidying up what delete markers leave behind takes no object away."""
    return bool(rule) and set(rule or ()) != {"ExpiredObjectDeleteMarker"}
