from __future__ import annotations

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps.s3_client import Place, place
from support.stamping import address, unreachable

MINIO = "http://minio:9000"


@pytest.mark.parametrize(
    ("text", "variables", "expected", "server"),
    [
        ("s3://shop", {}, Place("shop", "", "", "us-east-1"), "aws"),
        ("s3://shop/a/b/", {}, Place("shop", "a/b", "", "us-east-1"), "aws"),
        (" s3://shop/a ", {"AWS_REGION": "eu-north-1"}, Place("shop", "a", "", "eu-north-1"), "aws"),
        ("s3://shop", {"AWS_DEFAULT_REGION": "eu-west-3"}, Place("shop", "", "", "eu-west-3"), "aws"),
        (
            "s3://shop?region=eu-west-1",
            {"AWS_DEFAULT_REGION": "a", "AWS_REGION": "b"},
            Place("shop", "", "", "eu-west-1"),
            "aws",
        ),
        ("s3://shop", {"AWS_DEFAULT_REGION": "a", "AWS_REGION": "b"}, Place("shop", "", "", "b"), "aws"),
        ("s3://shop", {"AWS_REGION": "cn-north-1"}, Place("shop", "", "", "cn-north-1"), "aws-cn"),
        ("s3://shop", {"AWS_ENDPOINT_URL": MINIO}, Place("shop", "", MINIO, "us-east-1"), "minio:9000"),
        ("s3://k:s@shop/x", {"AWS_ENDPOINT_URL": MINIO}, Place("shop", "x", MINIO, "us-east-1"), "minio:9000"),
        (
            "s3://shop",
            {"AWS_ENDPOINT_URL": "http://other", "AWS_ENDPOINT_URL_S3": MINIO},
            Place("shop", "", MINIO, "us-east-1"),
            "minio:9000",
        ),
        ("s3://shop?endpoint_url=http://a&endpoint=http://b", {}, Place("shop", "", "http://a", "us-east-1"), "a:80"),
        ("s3://shop?endpoint=https://b", {}, Place("shop", "", "https://b", "us-east-1"), "b:443"),
        ("s3://shop?endpoint_override=b:1", {}, Place("shop", "", "https://b:1", "us-east-1"), "b:1"),
        ("s3://shop?endpoint=http://127.0.0.1:1", {}, Place("shop", "", "http://127.0.0.1:1", "us-east-1"), "localhost:1"),
        ("s3://shop", {"AWS_ENDPOINT_URL_S3": "https://s3.eu-west-1.amazonaws.com"}, Place("shop", "", "", "us-east-1"), "aws"),
        ("s3://shop", {"AWS_ENDPOINT_URL_S3": "s3.cn-north-1.amazonaws.com.cn"}, Place("shop", "", "", "us-east-1"), "aws"),
        ("s3://shop", {"AWS_ENDPOINT_URL_S3": "https://amazonaws.com.evil"}, Place("shop", "", "https://amazonaws.com.evil", "us-east-1"), "amazonaws.com.evil:443"),
        ("s3://shop?endpoint=http://a&endpoint=http://b", {}, Place("shop", "", "http://b", "us-east-1"), "b:80"),
        ("s3://shop//a/", {}, Place("shop", "a", "", "us-east-1"), "aws"),
        ("https://shop.minio.test/a", {"AWS_ENDPOINT_URL": "https://minio.test"}, Place("shop", "a", "https://minio.test", "us-east-1"), "minio.test:443"),
        (f"{MINIO}/shop/a", {}, Place("shop", "a", MINIO, "us-east-1"), "minio:9000"),
        ("https://shop.s3.eu-west-1.amazonaws.com/a/", {}, Place("shop", "a", "", "us-east-1"), "aws"),
    ],
)  # fmt: skip
def test_where_an_address_leads(text: str, variables: dict[str, str], expected: Place, server: str) -> None:
    found = place(address("bucket", text, variables))
    assert found == expected
    assert found.server == server
    assert repr(found) == f"Place(region={expected.region!r})"


@pytest.mark.parametrize("text", ["s3://", "s3:///a", "s3://k:s@/a", f"{MINIO}/", MINIO])
def test_no_bucket_is_named(text: str) -> None:
    assert unreachable(lambda: place(address("bucket", text))) == told.NO_SUCH_THING


def test_several_buckets_are_not_asked() -> None:
    assert unreachable(lambda: place(address("bucket", "http://minio,other/shop"))) == told.NOT_ONE
