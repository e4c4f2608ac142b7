"""What can be known of S3 without a server. The rest is in tests/real/test_stamps_s3.py."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions  # type: ignore[import-untyped]

from firedoor.stamps import observation as told
from firedoor.stamps import s3 as marker
from firedoor.stamps import s3_client
from firedoor.stamps.observation import ClientMissing, NotAllowed, Overtaken, Unreachable
from support.stamping import address, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

LOGIN = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}


def client_error(code: str = "", status: int = 0) -> Exception:
    response: dict[str, Any] = {"Error": {"Code": code, "Message": "hunter2"}} if code else {}
    error: Exception = exceptions.ClientError(
        {**response, **({"ResponseMetadata": {"HTTPStatusCode": status}} if status else {})},
        "GetBucketTagging",
    )
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (client_error("NoSuchBucket", 404), told.NO_SUCH_THING),
        (client_error("InvalidBucketName", 400), told.NO_SUCH_THING),
        (client_error("NotImplemented", 501), told.NOT_SUPPORTED),
        (client_error("MethodNotAllowed", 405), told.NOT_SUPPORTED),
        (client_error("RequestTimeout", 400), told.TIMED_OUT),
        (client_error("SlowDown", 503), told.TIMED_OUT),
        (client_error("ServiceUnavailable", 503), told.TIMED_OUT),
        (client_error("SignatureDoesNotMatch", 403), told.LOGIN_REFUSED),
        (client_error("InvalidAccessKeyId", 403), told.LOGIN_REFUSED),
        (client_error("ExpiredToken", 401), told.LOGIN_REFUSED),
        (client_error("404", 404), told.NO_SUCH_THING),
        (client_error("x", 405), told.NOT_SUPPORTED),
        (client_error("x", 501), told.NOT_SUPPORTED),
        (client_error("InternalError", 500), told.FAILED),
        (client_error(), told.FAILED),
        (exceptions.NoCredentialsError(), told.LOGIN_REFUSED),
        (exceptions.PartialCredentialsError(provider="hunter2", cred_var="hunter2"), told.LOGIN_REFUSED),
        (exceptions.CredentialRetrievalError(provider="hunter2", error_msg="hunter2"), told.LOGIN_REFUSED),
        (exceptions.ProfileNotFound(profile="hunter2"), told.LOGIN_REFUSED),
        (exceptions.ConnectTimeoutError(endpoint_url="hunter2"), told.TIMED_OUT),
        (exceptions.ReadTimeoutError(endpoint_url="hunter2"), told.TIMED_OUT),
        (exceptions.SSLError(endpoint_url="hunter2", error="hunter2"), told.TLS_FAILED),
        (
            exceptions.EndpointConnectionError(endpoint_url="hunter2", error=ConnectionRefusedError()),
            told.REFUSED,
        ),
        (exceptions.EndpointConnectionError(endpoint_url="hunter2", error="hunter2"), told.FAILED),
        (ValueError("hunter2"), told.FAILED),
    ],
)
def test_why_it_did_not_answer(error: Exception, sentence: str) -> None:
    translated = marker._translate(error)
    assert isinstance(translated, Unreachable)
    assert translated.reason == sentence


def test_the_library_is_an_extra() -> None:
    missing = marker._translate(ModuleNotFoundError("No module named 'botocore'", name="botocore"))
    assert isinstance(missing, ClientMissing)
    assert missing.extra == "s3" == marker.EXTRA


class Aws:
    """A client of botocore's own form, for what SeaweedFS never answers."""

    def __init__(self, **answers: Callable[[], object]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.meta = self
        self.events = self

    def register(self, *_: object) -> None:
        """As botocore's."""

    unregister = register

    def __getattr__(self, name: str) -> Callable[..., object]:
        def ask(**_: object) -> object:
            self.asked.append(name)
            return self.answers[name]()

        return ask


def fails(*codes: tuple[str, int]) -> Callable[[], object]:
    left = list(codes)

    def answer() -> object:
        raise client_error(*left.pop(0))

    return answer


def bucket(monkeypatch: pytest.MonkeyPatch, aws: Aws, text: str = "s3://shop/uploads") -> marker._Bucket:
    monkeypatch.setattr(s3_client, "client", lambda *_: aws)
    return marker._Bucket(address("bucket", text, LOGIN))


@pytest.mark.parametrize("code", ["NoSuchTagSet", "NoSuchTagSetError"])
def test_on_aws_a_buckets_name_is_its_identity(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    aws = Aws(get_bucket_tagging=fails((code, 404)), put_bucket_tagging=fails(("AccessDenied", 403)))
    seen = bucket(monkeypatch, aws).observation()
    assert (seen.identity, seen.server) == (("s3", "aws", "shop", "uploads"), ("s3", "aws", "shop"))
    assert (seen.stamp, seen.unreadable, seen.forgeable) == (None, False, False)
    assert aws.asked == ["get_bucket_tagging", "put_bucket_tagging"]


@pytest.mark.parametrize("code", ["AccessDenied", "AllAccessDisabled", "AccountProblem"])
def test_a_login_that_may_not_read_is_not_asked_whether_it_may_write(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    aws = Aws(get_bucket_tagging=fails((code, 403)))
    seen = bucket(monkeypatch, aws).observation()
    assert (seen.stamp, seen.unreadable, seen.forgeable) == (None, True, False)
    assert aws.asked == ["get_bucket_tagging"]


@pytest.mark.parametrize(
    ("code", "may"), [("MalformedXML", True), ("AccessDenied", False), ("InternalError", True)]
)
def test_how_a_request_is_refused_says_whether_the_login_could_forge(
    monkeypatch: pytest.MonkeyPatch, code: str, may: bool
) -> None:
    aws = Aws(get_bucket_tagging=fails(("NoSuchTagSet", 404)), put_bucket_tagging=fails((code, 400)))
    assert bucket(monkeypatch, aws).observation().forgeable is may


def test_a_server_that_takes_nonsense_lets_the_login_forge(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(get_bucket_tagging=fails(("NoSuchTagSet", 404)), put_bucket_tagging=dict)
    assert bucket(monkeypatch, aws).observation().forgeable


def test_what_is_there_is_bound_to_bucket_and_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = {
        bucket(monkeypatch, Aws(), text).bound
        for text in ("s3://a", "s3://b", "s3://a/b", "s3://a/c", "s3://a/b/")
    }
    assert len(bounds) == 4
    known = hashlib.sha256(b"s3\0shop\0uploads").hexdigest()[:32]
    assert bucket(monkeypatch, Aws(), "s3://shop/uploads").bound == known


def test_another_change_of_the_bucket_under_way_overtakes(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(
        get_bucket_tagging=fails(("NoSuchTagSet", 404), ("NoSuchTagSet", 404)),
        put_bucket_tagging=fails(("OperationAborted", 409)),
    )
    with pytest.raises(Overtaken) as caught:
        bucket(monkeypatch, aws).set_tags({"a": "b"})
    assert caught.value.found is None


def test_other_refusals_of_a_write_are_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(put_bucket_tagging=fails(("MethodNotAllowed", 405), ("AccessDenied", 403)))
    place = bucket(monkeypatch, aws)
    with pytest.raises(exceptions.ClientError):
        place.set_tags({})
    with pytest.raises(NotAllowed):
        place.set_tags({})


def test_who_may_not_read_may_not_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(get_bucket_tagging=fails(("AccessDenied", 403)))
    monkeypatch.setattr(s3_client, "client", lambda *_: aws)
    with pytest.raises(NotAllowed):
        marker.write(address("bucket", "s3://shop", LOGIN), stamp(), replacing=None)
    assert aws.asked == ["get_bucket_tagging"]


def test_what_an_administrator_is_told() -> None:
    allow, deny = map(json.loads, marker.grants(address("bucket", "s3://shop", LOGIN)))
    common = {"Principal": {"AWS": "<application role>"}, "Resource": "arn:aws:s3:::<bucket>"}
    assert allow == {**common, "Effect": "Allow", "Action": ["s3:GetBucketTagging", "s3:GetBucketAcl"]}
    assert deny == {**common, "Effect": "Deny", "Action": ["s3:PutBucketTagging"]}
