"""Operations of S3 that take a bucket away, beside those that do not."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor.destruction import Finding, s3

EXPIRING = (Finding("a lifecycle that lets all objects expire", "bucket", whole=True),)


def lifecycle(**rule: Any) -> dict[str, Any]:
    return {"Bucket": "b", "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", **rule}]}}


@pytest.mark.parametrize(
    ("operation", "parameters", "found"),
    [
        ("DeleteBucket", {"Bucket": "b"}, (Finding("DeleteBucket", "bucket", whole=True),)),
        ("PutBucketLifecycleConfiguration", lifecycle(Filter={}, Expiration={"Days": 1}), EXPIRING),
        (
            "PutBucketLifecycleConfiguration",
            lifecycle(Filter={"Prefix": ""}, Expiration={"Days": 1}),
            EXPIRING,
        ),
        (
            "PutBucketLifecycle",
            lifecycle(Prefix="", NoncurrentVersionExpiration={"NoncurrentDays": 1}),
            EXPIRING,
        ),
    ],
)
def test_destructive(operation: str, parameters: dict[str, Any], found: tuple[Finding, ...]) -> None:
    assert s3.findings(operation, parameters) == found


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("DeleteObject", {"Bucket": "b", "Key": "k"}),
        ("DeleteObjects", {"Bucket": "b"}),
        ("CreateBucket", {"Bucket": "b"}),
        ("GetBucketLifecycleConfiguration", lifecycle(Expiration={"Days": 1})),
        ("PutBucketLifecycleConfiguration", {"Bucket": "b"}),
        ("PutBucketLifecycleConfiguration", lifecycle(Status="Disabled", Expiration={"Days": 1})),
        ("PutBucketLifecycleConfiguration", lifecycle(Filter={"Prefix": "tmp/"}, Expiration={"Days": 1})),
        ("PutBucketLifecycleConfiguration", lifecycle(Prefix="tmp/", Expiration={"Days": 1})),
        ("PutBucketLifecycleConfiguration", lifecycle(Expiration={"ExpiredObjectDeleteMarker": True})),
        ("PutBucketLifecycleConfiguration", lifecycle(Transitions=[{"Days": 1}])),
    ],
)
def test_harmless(operation: str, parameters: dict[str, Any]) -> None:
    assert s3.findings(operation, parameters) == ()


def test_collections() -> None:
    emptied = (Finding("deletion of all objects", "bucket", whole=True),)
    assert s3.of_collection("DeleteObjects", {}) == emptied
    assert s3.of_collection("DeleteObjects", {"Prefix": ""}) == emptied
    assert s3.of_collection("DeleteObjects", {"Prefix": "tmp/"}) == ()
    assert s3.of_collection("DeleteTags", {}) == ()
