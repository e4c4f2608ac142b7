"""Buckets and vector stores: endpoint, bucket and prefix; server and collection; what is a part of what."""

from __future__ import annotations

import pytest

from firedoor import resources
from firedoor.resources import Where


def owned(kind: str, text: str, **variables: str) -> set[tuple[str, ...]]:
    return set(resources.identities(kind, text, Where("/root", variables)))


@pytest.mark.parametrize(
    ("text", "endpoint", "bucket", "prefix"),
    [
        ("uploads", "aws", "uploads", ""),
        (" Uploads/a/b/\n", "aws", "uploads", "a/b"),
        ("s3://uploads", "aws", "uploads", ""),
        ("s3a://uploads/a", "aws", "uploads", "a"),
        ("s3://key:secret@uploads/a", "aws", "uploads", "a"),
        ("s3://uploads//a/", "aws", "uploads", "a"),
        ("s3://uploads/%61", "aws", "uploads", "a"),
        ("s3://minio:9000/uploads/a", "minio:9000", "uploads", "a"),
        ("s3+http://minio:9000/uploads/a", "minio:9000", "uploads", "a"),
        ("s3://uploads/a?endpoint_url=http://minio:9000", "minio:9000", "uploads", "a"),
        ("s3://uploads/a?endpoint=minio:9000", "minio:9000", "uploads", "a"),
        ("s3://uploads?endpoint_url=https://s3.eu-west-1.amazonaws.com", "aws", "uploads", ""),
        ("https://s3.amazonaws.com/uploads/a", "aws", "uploads", "a"),
        ("https://s3.eu-west-1.amazonaws.com/uploads/a", "aws", "uploads", "a"),
        ("https://s3-eu-west-1.amazonaws.com/uploads", "aws", "uploads", ""),
        ("https://s3.dualstack.eu-west-1.amazonaws.com/uploads", "aws", "uploads", ""),
        ("https://s3.cn-north-1.amazonaws.com.cn/uploads", "aws", "uploads", ""),
        ("https://uploads.s3.amazonaws.com/a", "aws", "uploads", "a"),
        ("https://my.uploads.s3.eu-west-1.amazonaws.com/a/", "aws", "my.uploads", "a"),
        ("https://UPLOADS.s3-accelerate.amazonaws.com/", "aws", "uploads", ""),
        ("https://uploads.fra1.digitaloceanspaces.com/a", "fra1.digitaloceanspaces.com", "uploads", "a"),
        ("https://fra1.digitaloceanspaces.com/uploads/a", "fra1.digitaloceanspaces.com", "uploads", "a"),
        ("https://x.r2.cloudflarestorage.com/uploads", "x.r2.cloudflarestorage.com", "uploads", ""),
        ("https://uploads.x.r2.cloudflarestorage.com", "x.r2.cloudflarestorage.com", "uploads", ""),
        ("http://127.2:9000/uploads/a", "127.0.0.2:9000", "uploads", "a"),
        ("http://s3.local/uploads", "s3.local", "uploads", ""),
        ("http://s3.local:80/uploads", "s3.local", "uploads", ""),
        ("https://s3.local:443/uploads", "s3.local", "uploads", ""),
        ("arn:aws:s3:::uploads/a", "aws", "uploads", "a"),
        ("ARN:aws:s3:::uploads", "aws", "uploads", ""),
        ("arn:aws:s3:eu-west-1:12:accesspoint/x", "aws", "eu-west-1:12:accesspoint/x", ""),
    ],
)
def test_s3(text: str, endpoint: str, bucket: str, prefix: str) -> None:
    assert owned("bucket", text) == {("s3", endpoint, bucket, prefix)}
    assert resources.family("bucket", text) == "s3"


@pytest.mark.parametrize(
    ("text", "variables", "endpoint"),
    [
        ("uploads", {"AWS_ENDPOINT_URL": "http://minio:9000"}, "minio:9000"),
        ("s3://uploads", {"AWS_ENDPOINT_URL": "http://minio:9000/"}, "minio:9000"),
        ("uploads", {"AWS_ENDPOINT_URL_S3": "http://one:1", "AWS_ENDPOINT_URL": "http://two:2"}, "one:1"),
        ("uploads", {"AWS_ENDPOINT_URL": "https://s3.us-east-1.amazonaws.com"}, "aws"),
        ("s3://uploads?endpoint_url=http://two:2", {"AWS_ENDPOINT_URL": "http://one:1"}, "two:2"),
        ("https://uploads.files.local", {"AWS_ENDPOINT_URL": "https://files.local"}, "files.local"),
        ("http://minio:9000/uploads", {"AWS_ENDPOINT_URL": "http://one:1"}, "minio:9000"),
        (
            "uploads",
            {"AWS_ENDPOINT_URL": "http://one:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"},
            "aws",
        ),
        ("uploads", {"PGHOST": "x"}, "aws"),
    ],
)
def test_the_environment_s_own_endpoint(text: str, variables: dict[str, str], endpoint: str) -> None:
    assert owned("bucket", text, **variables) == {("s3", endpoint, "uploads", "")}


@pytest.mark.parametrize(
    ("text", "identity", "family"),
    [
        ("gs://Uploads/a/", ("gs", "google", "uploads", "a"), "gs"),
        ("gcs://uploads", ("gs", "google", "uploads", ""), "gs"),
        ("https://storage.googleapis.com/uploads/a", ("gs", "google", "uploads", "a"), "s3"),
        ("https://uploads.storage.googleapis.com/a", ("gs", "google", "uploads", "a"), "s3"),
        ("abfss://C@Acc.dfs.core.windows.net/a/", ("az", "acc", "c", "a"), "az"),
        ("wasbs://c@acc.blob.core.windows.net", ("az", "acc", "c", ""), "az"),
        ("https://acc.blob.core.windows.net/c/a/b?sig=x", ("az", "acc", "c", "a/b"), "az"),
        ("az://c/a", ("az", "", "c", "a"), "az"),
        ("azure+http://127.0.0.2:10000/acc/c/a", ("az", "", "127.0.0.2:10000", "acc/c/a"), "az"),
        ("DefaultEndpointsProtocol=https;AccountName=Acc;AccountKey=k==", ("az", "acc", "", ""), "az"),
        ("./media", ("file", "/root/media"), "file"),
        ("/srv/media", ("file", "/srv/media"), "file"),
        ("file:///srv/media", ("file", "/srv/media"), "file"),
    ],
)
def test_other_buckets(text: str, identity: tuple[str, ...], family: str) -> None:
    assert owned("bucket", text) == {identity}
    assert resources.family("bucket", text) == family


def test_the_environment_s_own_account_and_emulator() -> None:
    assert owned("bucket", "az://c", AZURE_STORAGE_ACCOUNT="Acc") == {("az", "acc", "c", "")}
    assert owned(
        "bucket", "az://c", AZURE_STORAGE_CONNECTION_STRING="AccountName=Two;X", AZURE_STORAGE_ACCOUNT="A"
    ) == {("az", "two", "c", "")}
    assert owned("bucket", "gs://b", STORAGE_EMULATOR_HOST="http://LOCALHOST:4443") == {
        ("gs", "localhost:4443", "b", "")
    }


QDRANT, CHROMA = "qdrant", "chroma"
DEFAULTS = "default_tenant/default_database/"


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("http://h:6333", (QDRANT, "h", "6333", "")),
        ("http://h:6334#docs", (QDRANT, "h", "6333", "docs")),
        ("http://h:06333?collection=docs", (QDRANT, "h", "6333", "docs")),
        ("http://h:6333/?collection_name=docs", (QDRANT, "h", "6333", "docs")),
        ("http://h:6333/collections/docs", (QDRANT, "h", "6333", "docs")),
        ("http://h:6333/collections/docs/points", (QDRANT, "h", "6333", "docs")),
        ("http://h:1/collections/docs", (QDRANT, "h", "1", "docs")),
        ("http://h:6333/prefix", (QDRANT, "h", "6333", "")),
        ("qdrant://h/docs", (QDRANT, "h", "6333", "docs")),
        ("qdrant+https://h:1/docs", (QDRANT, "h", "1", "docs")),
        ("https://k@x.cloud.qdrant.io", (QDRANT, "x.cloud.qdrant.io", "6333", "")),
        ("https://x.cloud.qdrant.io:443", (QDRANT, "x.cloud.qdrant.io", "6333", "")),
        ("http://qdrant:1", (QDRANT, "qdrant", "1", "")),
        ("http://h:8000", (CHROMA, "h", "8000", DEFAULTS)),
        ("http://chroma", (CHROMA, "chroma", "8000", DEFAULTS)),
        ("chroma+http://h#docs", (CHROMA, "h", "8000", DEFAULTS + "docs")),
        ("chroma://h:1?tenant=t&database=d&collection=c", (CHROMA, "h", "1", "t/d/c")),
        ("http://h/api/v2/tenants/t/databases/d/collections/c", (CHROMA, "h", "8000", "t/d/c")),
        ("http://h/x/tenants/t", (CHROMA, "h", "8000", "t/default_database/")),
        ("http://h/api/v1", (CHROMA, "h", "8000", DEFAULTS)),
        (
            "https://api.trychroma.com:443?tenant=t",
            (CHROMA, "api.trychroma.com", "8000", "t/default_database/"),
        ),
        ("postgresql://h/d", ("postgresql", "h", "5432", "d")),
        ("postgresql+asyncpg://h/d?collection=docs", ("postgresql", "h", "5432", "d", "docs")),
        ("pgvector://h/d#docs", ("postgresql", "h", "5432", "d", "docs")),
        ("host=h dbname=d", ("postgresql", "h", "5432", "d")),
        ("https://h/x", ("http", "h", "443", "x")),
        ("weaviate://h/x", ("weaviate", "h", "", "x")),
        ("./index", ("file", "/root/index")),
        ("docs", ("name", "docs")),
    ],
)
def test_vector_stores(text: str, identity: tuple[str, ...]) -> None:
    assert owned("vector", text) == {identity}
    assert resources.family("vector", text) == identity[0]


def test_several_collections() -> None:
    assert owned("vector", "http://h:6333?collection=a&collection=b#c") == {
        (QDRANT, "h", "6333", name) for name in "abc"
    }
    assert owned("vector", "postgresql://h/d?collection=a&collection=b") == {
        ("postgresql", "h", "5432", "d", name) for name in "ab"
    }


@pytest.mark.parametrize(
    ("identity", "within", "server"),
    [
        (("s3", "aws", "b", ""), [], ("s3", "aws", "b")),
        (("s3", "aws", "b", "x"), [""], ("s3", "aws", "b")),
        (("s3", "aws", "b", "x/y/z"), ["x/y", "x", ""], ("s3", "aws", "b")),
        (("gs", "google", "b", "x"), [""], ("gs", "google", "b")),
        ((QDRANT, "h", "1", "docs"), [""], (QDRANT, "h", "1")),
        ((QDRANT, "h", "1", ""), [], (QDRANT, "h", "1")),
        ((CHROMA, "h", "1", "t/d/c"), ["t/d/"], (CHROMA, "h", "1")),
        ((CHROMA, "h", "1", "t/d/"), [], (CHROMA, "h", "1")),
        (("postgresql", "h", "1", "d"), [], ("postgresql", "h", "1")),
        (("postgresql", "h", "1", "d", "docs"), ["d"], ("postgresql", "h", "1")),
        (("mysql", "h", "1", "d"), [], ("mysql", "h", "1")),
        (("redis", "socket", "/s", "0"), [], ("redis", "socket", "/s")),
        (("amqp", "h", "1", "/"), [], ("amqp", "h", "1")),
        (("mongodb", "h", "1", "d"), [], ("mongodb", "h", "1")),
        (("mssql", "h", "1", "d"), [], ("mssql", "h", "1")),
        (("http", "h", "443", "x"), [], ()),
        (("smtp", "h", "25", ""), [], ()),
        (("kafka", "h", "1", ""), [], ()),
        (("file", "/x"), [], ()),
        (("inode", "1", "2"), [], ()),
        (("token", "x"), [], ()),
        (("name", "x"), [], ()),
        (("s3", "", "", ""), [], ()),
    ],
)
def test_what_a_resource_stands_in(
    identity: tuple[str, ...], within: list[str], server: tuple[str, ...]
) -> None:
    assert list(resources.within(identity)) == [(*identity[:3], part) for part in within]
    assert resources.server_of(identity) == server


def test_a_container_stands_in_its_account_too() -> None:
    assert resources.within(("az", "acc", "c", "x")) == (("az", "acc", "c", ""), ("az", "acc", "", ""))
    assert resources.within(("az", "acc", "", "")) == ()
    assert resources.server_of(("az", "acc", "c", "x")) == ("az", "acc", "c")
