"""Single decisions of the other readers: buckets, files, tokens, vector stores, caches, endpoints."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from firedoor import resources
from firedoor.resources import Where, http, plugins, postgresql_service
from firedoor.resources.families import reader


def owned(kind: str, text: str, **variables: str) -> set[tuple[str, ...]]:
    return set(resources.identities(kind, text, Where("/nowhere", variables)))


@pytest.mark.parametrize(
    ("text", "endpoint", "bucket", "prefix"),
    [
        ("s3+http://minio/uploads/a", "minio", "uploads", "a"),
        ("s3://minio:9000/b?endpoint=h:1", "h:1", "minio", "b"),
        ("s3://minio:80/uploads", "minio", "uploads", ""),
        ("s3://minio:443/uploads", "minio", "uploads", ""),
        ("s3://minio:8080/uploads", "minio:8080", "uploads", ""),
        ("https://b.aws/x", "b.aws", "x", ""),
        ("http://aws:9000/b", "aws:9000", "b", ""),
        ("https://my.files.fra1.digitaloceanspaces.com/a", "fra1.digitaloceanspaces.com", "my.files", "a"),
        ("https://b.s3.local/a", "s3.local", "b", "a"),
        ("https://b.c.s3-x.local/a", "s3-x.local", "b.c", "a"),
        ("s3://b?endpoint=h:80", "h", "b", ""),
        ("s3://b?endpoint=h:443", "h", "b", ""),
        ("s3:///b/a/", "aws", "b", "a"),
        ("s3://Xb/Xa", "aws", "xb", "Xa"),
        ("https://h/b//Xa/", "h", "b", "Xa"),
        ("arn:x", "aws", ":arn:x", ""),
        ("arn:aws:s3:::b/x:y", "aws", "b", "x:y"),
        ("arn:aws:s3:eu::b", "aws", "eu::b", ""),
        ("arn:aws:s3::12:b", "aws", ":12:b", ""),
        ("arn:aws:s3:EU:12:AccessPoint/X", "aws", "eu:12:accesspoint/x", ""),
    ],
)
def test_s3(text: str, endpoint: str, bucket: str, prefix: str) -> None:
    assert owned("bucket", text) == {("s3", endpoint, bucket, prefix)}


@pytest.mark.parametrize(
    ("text", "endpoint", "bucket", "prefix"),
    [
        ("https://uploads.files.local:9000/a", "uploads.files.local:9000", "a", ""),
        ("https://other.example/b", "other.example", "b", ""),
        ("https://xfiles.local/b", "xfiles.local", "b", ""),
        ("https://uploads.files.local/a", "files.local", "uploads", "a"),
    ],
)
def test_a_url_of_the_environment_s_own_endpoint(text: str, endpoint: str, bucket: str, prefix: str) -> None:
    found = owned("bucket", text, AWS_ENDPOINT_URL="https://files.local")
    assert found == {("s3", endpoint, bucket, prefix)}


def test_a_bucket_of_google_by_its_url() -> None:
    assert owned("bucket", "https://storage.googleapis.com/Uploads//Xa/") == {
        ("gs", "google", "uploads", "Xa")
    }
    assert resources.family("bucket", "https://acc.blob.core.windows.net,h/c") == "az"
    assert resources.family("bucket", "https://h,i/c") == "s3"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("C:\\data.db", {"/nowhere/C:\\data.db"}),
        ("sqlite:///app.db?uri=true", {"/nowhere/app.db"}),
        ("sqlite:///a#b#c", {"/nowhere/a", "/nowhere/a#b#c"}),
        *(
            (f"sqlite:///file:app.db?uri={said}", {"/nowhere/app.db"})
            for said in ("true", "yes", "on", "y", "t", "1", "YES", "%31")
        ),
        *(
            (f"sqlite:///file:app.db?{said}", {"/nowhere/app.db", "/nowhere/file:app.db"})
            for said in ("uri=x=true", "cache=on", "uri=no", "uri=", "xuri=true")
        ),
        ("file:/x?mode=a=memory", {"/x"}),
        ("file:/x?mode=memory&mode=rw=x", {"/x"}),
        ("file:/x?other=memdb", {"/x"}),
        ("file:/x?vfs=a=memdb", {"/x"}),
        ("file:/x?%6dode=%6demory", set()),
        ("file:/x?%76fs=%6demdb", set()),
        ("file:%00x", set()),
        ("file::memory:%00x", set()),
        ("file:////srv//x", {"/srv/x"}),
        ("sqlite://///srv/x", {"/srv/x"}),
    ],
)
def test_files(text: str, paths: set[str]) -> None:
    assert owned("database", text) == {("file", path) for path in paths}


A, B = "a" * 16, "b" * 16


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Api-Key k-1", {"k-1"}),
        ("Bearer a b", {"a b"}),
        ("a  b", {"a  b"}),
        ("a\\nb", {"a\\nb"}),
        ("'a\"", {"'a\""}),
        (f"{A},{B}", {f"{A},{B}", A, B}),
        (f"[{A}, '{B}']", {f"[{A}, '{B}']", A, B}),
        (f"{A}X,X{B}", {f"{A}X,X{B}", f"{A}X", f"X{B}"}),
        (f"X{A},{B}X", {f"X{A},{B}X", f"X{A}", f"{B}X"}),
        ("a" * 14 + f"==,{B}", {"a" * 14 + f"==,{B}", "a" * 14 + "==", B}),
        (f"{A[1:]},{B}", {f"{A[1:]},{B}"}),
        (f"{A},{B}!", {f"{A},{B}!"}),
        (A, {A}),
    ],
)
def test_tokens(text: str, tokens: set[str]) -> None:
    assert owned("key", text) == {("token", token) for token in tokens}


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("http://QDRANT:1", {("qdrant", "qdrant", "1", "")}),
        ("http://h:1/?u=a://qdrant", {("http", "h", "1", "")}),
        ("http://qdrant@h:1", {("http", "h", "1", "")}),
        ("http://h:1/x/api/v1", {("http", "h", "1", "x/api/v1")}),
        ("http://h:1/api/v1/x", {("chroma", "h", "1", "default_tenant/default_database/")}),
        ("http://h:1/api/v2/x", {("chroma", "h", "1", "default_tenant/default_database/")}),
        ("http://[::1]:6333", {("qdrant", "localhost", "6333", "")}),
        ("qdrant+https://h:443", {("qdrant", "h", "443", "")}),
        ("https://x.cloud.qdrant.io:1", {("qdrant", "x.cloud.qdrant.io", "1", "")}),
        ("chroma+https://h:443", {("chroma", "h", "443", "default_tenant/default_database/")}),
        ("http://h:6333/collections/docs/", {("qdrant", "h", "6333", "docs")}),
        ("http://h:6333/collections/a/collections/b", {("qdrant", "h", "6333", "b")}),
        ("qdrant://h/Xd", {("qdrant", "h", "6333", "Xd")}),
        ("qdrant://h/docs/", {("qdrant", "h", "6333", "docs")}),
        ("qdrant://h/collections", {("qdrant", "h", "6333", "")}),
        ("qdrant://h/collectionsx", {("qdrant", "h", "6333", "collectionsx")}),
        ("http://a:6333,b:6333#x", {("qdrant", "a", "6333", "x"), ("qdrant", "b", "6333", "x")}),
        ("http://h:8000/api/v2/tenants/t/", {("chroma", "h", "8000", "t/default_database/")}),
        ("http://h:8000/tenants/t/databases/d/collections/c/", {("chroma", "h", "8000", "t/d/c")}),
    ],
)
def test_vector_stores(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned("vector", text) == identities


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("redis://:6380/0?host=h", ("h", "6380", "0")),
        ("redis://h:7/?host=x", ("h", "7", "0")),
        ("redis://h?host=x", ("h", "6379", "0")),
        ("redis://h?port=0", ("h", "6379", "0")),
        ("redis://h?port=1&port=2", ("h", "1", "0")),
        ("redis://h?db=%20x%20", ("h", "6379", "x")),
    ],
)
def test_redis(text: str, place: tuple[str, ...]) -> None:
    assert owned("cache", text) == {("redis", *place)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sqlserver://h:1;databaseName=d;user=x", ("h", "1", "d")),
        ("sqlserver://h;databaseName=D", ("h", "1433", "d")),
        ("sqlserver://h;databaseName=d:e;x=y", ("h", "1433", "d:e")),
        ("mssql://h?odbc_connect=Server=i,2", ("i", "2", "")),
        ("Server=h;Initial Catalog=d;Server", ("h", "1433", "d")),
        ("Data Source=h;", ("h", "1433", "")),
        ("Data Source=np:h;", ("h", "1433", "")),
        ("Data Source=Xh;Initial Catalog=dX", ("xh", "1433", "dx")),
        ("Initial Catalog=d;x", ("localhost", "1433", "d")),
        ("Data Source=h;Initial Catalog=a=b", ("h", "1433", "a=b")),
        (" Data Source = {h} ; Initial Catalog = 'd' ", ("h", "1433", "d")),
    ],
)
def test_sql_server(text: str, place: tuple[str, ...]) -> None:
    assert reader("mssql", "database")(text, Where("/")) == {("mssql", *place)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        *((f"{scheme}:/h/x", ("h", "443", "x")) for scheme in ("http", "https", "ws", "wss", "HTTP", "Wss")),
        ("http", ("http", "443", "")),
        ("ws:8/x", ("ws", "8", "x")),
        ("http:/h:1/x", ("h", "1", "x")),
        ("ws:\\\\h\\x", ("h", "443", "x")),
        ("https:/Xh", ("xh", "443", "")),
        ("https:///h", ("h", "443", "")),
        ("foo:bar", ("foo", "bar", "")),
        ("x:/h", ("x", "443", "h")),
    ],
)
def test_endpoints(text: str, place: tuple[str, ...]) -> None:
    assert ("http", *place) in http.identities(text, Where("/"))
    assert len(http.identities(text, Where("/"))) == (2 if text == "https:///h" else 1)


def test_what_stands_behind_the_name_of_a_service() -> None:
    assert postgresql_service.section("[one] # c\nhost=h", "one") == {"host": "h"}
    assert postgresql_service.section("[xone]\nhost=h", "one") is None


@pytest.mark.parametrize("result", [[("x", "y"), ("x", 1)], [("x", "y"), ()]])
def test_one_broken_identity_is_enough(monkeypatch: pytest.MonkeyPatch, result: object) -> None:
    thing = SimpleNamespace(identities=lambda _text, _where: result)
    monkeypatch.setitem(plugins._points, "ours", SimpleNamespace(load=lambda: thing))
    assert resources.read("ours", "x", "/") == (frozenset(), plugins.BROKEN)
    assert isinstance(plugins.identities("ours", "x", Where("/")), frozenset)
    monkeypatch.setitem(plugins._points, "ours", SimpleNamespace())
    assert isinstance(plugins.identities("ours", "x", Where("/")), frozenset)


def test_what_is_built_in_cannot_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    thing = SimpleNamespace(identities=lambda _text, _where: [("ours", "x")])
    for name in ("", "postgresql", "redis-cluster"):
        monkeypatch.setitem(plugins._points, name, SimpleNamespace(load=lambda: thing))
    for text in ("localhost", "postgresql://h/d", "redis-cluster://h"):
        assert ("ours", "x") not in resources.identities("database", text, "/")
