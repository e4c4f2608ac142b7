from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps import s3_client
from firedoor.stamps.s3_client import Place, client, place
from support.stamping import address, unreachable

if TYPE_CHECKING:
    from pathlib import Path

MINIO = "http://minio:9000"


@pytest.mark.parametrize(
    ("text", "variables", "expected", "server"),
    [
        ("s3://shop", {}, Place("shop", "", "", "us-east-1"), "aws"),
        ("shop", {}, Place("shop", "", "", "us-east-1"), "aws"),
        (" shop/Xa/ ", {"AWS_ENDPOINT_URL": MINIO}, Place("shop", "Xa", MINIO, "us-east-1"), "minio:9000"),
        ("arn:aws:s3:::shop/a", {}, Place("shop", "a", "", "us-east-1"), "aws"),
        ("ARN:aws:s3:::shop", {}, Place("shop", "", "", "us-east-1"), "aws"),
        ("/shop/a/", {}, Place("shop", "a", "", "us-east-1"), "aws"),
        ("s3://shop/Xa/", {}, Place("shop", "Xa", "", "us-east-1"), "aws"),
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


@pytest.mark.parametrize(
    "text", ["arn:aws:s3:eu-west-1:42:accesspoint/x", "arn:aws:s3::42:x", "arn:aws:s3:eu:::x"]
)
def test_an_access_point_is_not_asked(text: str) -> None:
    assert unreachable(lambda: place(address("bucket", text))) == told.NOT_SUPPORTED


def test_several_buckets_are_not_asked() -> None:
    assert unreachable(lambda: place(address("bucket", "http://minio,other/shop"))) == told.NOT_ONE


LOGIN = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person's own login, in files and in the process."""
    (tmp_path / "config").write_text(
        "[default]\nregion = eu-north-1\n[profile keeper]\nregion = eu-north-1\n[profile empty]\n"
    )
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = file\naws_secret_access_key = file\n"
        "[keeper]\naws_access_key_id = keeper\naws_secret_access_key = keeper\n"
    )
    known = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "process",
        "AWS_SECRET_ACCESS_KEY": "process",
    }
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, text in known.items():
        monkeypatch.setenv(name, text)


def made(variables: dict[str, str], *, ambient: bool = False) -> Any:
    where = address("bucket", "s3://shop", variables, seconds=0.5, ambient=ambient)
    return client(where, place(where))


def login(of: Any) -> tuple[str | None, ...]:
    found = of._request_signer._credentials
    return found.access_key, found.secret_key, found.token


@pytest.mark.usefixtures("machine")
def test_the_environments_login_and_nothing_of_the_machines() -> None:
    mine = made(LOGIN)
    assert login(mine) == ("k", "s", None)
    assert login(made({**LOGIN, "AWS_SESSION_TOKEN": "t"})) == ("k", "s", "t")
    config = mine.meta.config
    assert (mine.meta.service_model.service_name, mine.meta.region_name) == ("s3", "us-east-1")
    assert (config.connect_timeout, config.read_timeout, config.proxies) == (0.5, 0.5, {})
    assert config.retries["total_max_attempts"] == 1
    assert mine.meta.endpoint_url == "https://s3.amazonaws.com"
    assert mine._endpoint.http_session._verify is True


@pytest.mark.usefixtures("machine")
def test_the_server_and_the_authority_that_the_environment_names() -> None:
    mine = made({**LOGIN, "AWS_ENDPOINT_URL": MINIO, "AWS_REGION": "eu-west-3", "AWS_CA_BUNDLE": "/ca.pem"})
    assert (mine.meta.endpoint_url, mine.meta.region_name) == (MINIO, "eu-west-3")
    assert mine._endpoint.http_session._verify == "/ca.pem"


@pytest.mark.usefixtures("machine")
def test_the_proxy_that_the_environment_names() -> None:
    around = {"HTTPS_PROXY": "http://proxy:1", "HTTP_PROXY": "http://proxy:2", "NO_PROXY": "minio"}
    assert made({**LOGIN, **around}).meta.config.proxies == {"https": "http://proxy:1"}
    assert made({**LOGIN, **around, "AWS_ENDPOINT_URL": "http://other"}).meta.config.proxies == {
        "http": "http://proxy:2"
    }
    assert made({**LOGIN, **around, "AWS_ENDPOINT_URL": MINIO}).meta.config.proxies == {}
    assert (
        made({**LOGIN, "HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "s3.amazonaws.com"}).meta.config.proxies
        == {}
    )


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("half", [{}, {"AWS_ACCESS_KEY_ID": "k"}, {"AWS_SECRET_ACCESS_KEY": "s"}])
def test_half_a_login_is_none(half: dict[str, str]) -> None:
    assert unreachable(lambda: made(half)) == told.NO_LOGIN


@pytest.mark.usefixtures("machine")
def test_the_machines_login_where_it_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = made({}, ambient=True)
    assert login(mine)[0] == "process"
    assert mine.meta.config.proxies is None  # botocore's own
    assert made(LOGIN, ambient=True)._request_signer._credentials.access_key == "k"
    monkeypatch.setenv("AWS_ENDPOINT_URL", MINIO)
    assert made({}, ambient=True).meta.endpoint_url == "https://s3.amazonaws.com"
    monkeypatch.setenv("AWS_CA_BUNDLE", "/machine.pem")
    bundled = made({"AWS_CA_BUNDLE": "/ca.pem"}, ambient=True)
    assert bundled._endpoint.http_session._verify == "/machine.pem"
    assert made(LOGIN)._endpoint.http_session._verify is True
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert login(made({}, ambient=True))[0] == "file"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    assert unreachable(lambda: made({}, ambient=True)) == told.NO_LOGIN


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_is_the_environments_and_not_helped_by_the_machine(variable: str) -> None:
    assert login(made({variable: "keeper"}))[0] == "keeper"
    assert unreachable(lambda: made({variable: "empty"})) == told.NO_LOGIN
    session, is_the_machines = s3_client._session(address("bucket", "s3://shop", {variable: "keeper"}))
    methods = {provider.METHOD for provider in session.get_component("credential_provider").providers}
    assert methods.isdisjoint({"env", "container-role", "iam-role"})
    assert "shared-credentials-file" in methods
    assert is_the_machines


@pytest.mark.usefixtures("machine")
def test_a_bare_session_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.session import Session  # type: ignore[import-untyped]  # it ships no types

    for setting, variable, _, _ in Session.SESSION_VARIABLES.values():
        if variable and setting:
            monkeypatch.setenv(variable if isinstance(variable, str) else variable[0], "1")
    bare = s3_client._bare_session()
    assert bare.full_config["profiles"] == {}
    for name, (setting, _, default, convert) in Session.SESSION_VARIABLES.items():
        if name in {"config_file", "credentials_file"}:
            assert bare.session_var_map[name] == (None, None, os.devnull, None)
        else:
            assert bare.session_var_map[name] == (setting, None, default, convert)
