"""boto3 under the guard, as far as the network: which bucket, which copy, which signed URL, whom SES writes to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]  # it ships no types
import botocore.endpoint  # type: ignore[import-untyped]  # it ships no types
import pytest
from botocore.config import Config  # type: ignore[import-untyped]  # it ships no types
from botocore.stub import Stubber  # type: ignore[import-untyped]  # it ships no types

from firedoor.errors import GuardError
from firedoor.guard.adaptors import botocore_clients
from support.frames import shown
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.guard.core import Guard
    from firedoor.stamps.observation import Observation
    from support.project import ProjectFolder

DECLARED = """
[variables.UPLOADS]
resource = "bucket"
shared_server = ["testing", "production"]
[variables.STORE]
resource = "bucket"
"""
STORE = "http://127.0.0.1:9000"
FILES = {
    ".env.testing": f"UPLOADS=s3://shop/test\nSTORE=s3://own?endpoint_url={STORE}\n",
    ".env.production": f"UPLOADS=s3://shop/live\nSTORE=s3://vault?endpoint_url={STORE}\n",
}
LOGIN = {"aws_access_key_id": "AK", "aws_secret_access_key": "SK", "region_name": "eu-west-1"}


class Sent(Exception):  # noqa: N818 - what stands for the network
    """Where a request went."""


@cache  # a client takes a tenth of a second to be made
def client(kind: str = "s3", endpoint: str | None = None) -> Any:
    return boto3.client(
        kind, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}), **LOGIN
    )


@pytest.fixture
def guard(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    def send(self: Any, request: Any) -> Any:
        raise Sent(request.url)

    monkeypatch.setattr(botocore.endpoint.Endpoint, "_send", send)
    monkeypatch.setattr(botocore_clients, "_observed", lambda *_: None)
    declare(project, testing='network = "not-protected"', declared=DECLARED, files=FILES)
    with armed(configuration(project)) as made:
        monkeypatch.setattr(
            made.machine.resolver, "addresses", lambda names: dict.fromkeys(names, frozenset())
        )
        yield made


def told(attempt: Any) -> Any:
    """The refusal as (code, variable, owner), or "sent" for what got as far as the network."""
    try:
        problems = refused(attempt)
    except Sent:
        return "sent"
    return [(one.code, one.subject, one.facts.get("other", "")) for one in problems]


FOREIGN, IN_STORE = [("FD603", "UPLOADS", "production")], [("FD603", "STORE", "production")]


@pytest.mark.parametrize(
    ("endpoint", "attempt", "expected"),
    [
        (None, lambda s3: s3.get_object(Bucket="shop", Key="test/a"), "sent"),
        (None, lambda s3: s3.get_object(Bucket="shop", Key="live/a"), FOREIGN),
        (None, lambda s3: s3.put_object(Bucket="shop", Key="/live/a b", Body=b""), FOREIGN),
        (None, lambda s3: s3.list_objects_v2(Bucket="shop", Prefix="live/"), FOREIGN),
        (None, lambda s3: s3.list_objects_v2(Bucket="shop"), "sent"),
        (None, lambda s3: s3.get_object(Bucket="others", Key="live/a"), "sent"),
        (None, lambda s3: s3.list_buckets(), "sent"),
        (None, lambda s3: s3.copy_object(Bucket="shop", Key="test/a", CopySource="shop/test/b"), "sent"),
        (
            None,
            lambda s3: s3.copy_object(Bucket="shop", Key="test/a", CopySource="/shop/live/b c?versionId=1"),
            FOREIGN,
        ),
        (
            None,
            lambda s3: s3.copy_object(
                Bucket="shop", Key="test/a", CopySource={"Bucket": "shop", "Key": "live/b"}
            ),
            FOREIGN,
        ),
        (
            None,
            lambda s3: s3.get_object(
                Bucket="arn:aws:s3:eu-west-1:123456789012:accesspoint/other", Key="live/a"
            ),
            "sent",
        ),
        (STORE, lambda s3: s3.get_object(Bucket="own", Key="a"), "sent"),
        (STORE, lambda s3: s3.create_bucket(Bucket="own"), "sent"),
        (STORE, lambda s3: s3.get_object(Bucket="vault", Key="a"), IN_STORE),
        (STORE, lambda s3: s3.delete_bucket(Bucket="vault"), IN_STORE),
        (STORE, lambda s3: s3.create_bucket(Bucket="vault"), IN_STORE),
        ("http://127.0.0.1:9001", lambda s3: s3.get_object(Bucket="vault", Key="a"), "sent"),
    ],
)
def test_which_bucket_an_operation_is_about(
    guard: Guard, endpoint: str | None, attempt: Any, expected: Any
) -> None:
    assert told(lambda: attempt(client(endpoint=endpoint))) == expected


def test_what_is_signed_to_be_used_elsewhere(guard: Guard) -> None:
    s3, store = client(), client(endpoint=STORE)

    def sign(made: Any, bucket: str, key: str) -> Any:
        return lambda: made.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})

    assert told(sign(s3, "shop", "test/a")) == []
    assert told(sign(s3, "shop", "live/a")) == FOREIGN
    assert told(sign(store, "own", "a")) == []
    assert told(sign(store, "vault", "a")) == IN_STORE
    assert told(lambda: store.generate_presigned_post("own", "a")) == []
    assert told(lambda: store.generate_presigned_post("vault", "a")) == IN_STORE


def test_no_frame_of_ours_holds_where_it_led(guard: Guard) -> None:
    s3, store, ses = client(), client(endpoint=STORE), client("sesv2")
    attempts: list[Any] = [
        lambda: s3.get_object(Bucket="shop", Key="live/s3cr3t"),
        lambda: store.put_object(Bucket="vault", Key="s3cr3t", Body=b"s3cr3t"),
        lambda: s3.copy_object(Bucket="shop", Key="test/a", CopySource="shop/live/s3cr3t"),
        lambda: store.generate_presigned_url("get_object", Params={"Bucket": "vault", "Key": "s3cr3t"}),
        lambda: ses.send_email(**simple("s3cr3t@gmail.com")),
    ]
    for attempt in attempts:
        with pytest.raises(GuardError) as refused:
            attempt()
        seen = shown(refused.value)
        assert [one for one in ("s3cr3t", "vault", "shop/live", "9000") if one in seen] == [], seen


def test_a_stub_reaches_nobody_and_is_left_alone(guard: Guard) -> None:
    s3 = client()
    with Stubber(s3) as stub:
        stub.add_response("list_objects_v2", {"KeyCount": 0})
        assert s3.list_objects_v2(Bucket="shop", Prefix="live/")["KeyCount"] == 0
    assert guard.refusals == {}


def test_a_bucket_is_asked_for_its_stamp_once(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def observed(made: Any, declared: Any) -> Observation | None:
        asked.append(declared)
        return None

    monkeypatch.setattr(botocore_clients, "_observed", observed)
    s3 = client()
    for key in ("test/a", "test/b", "test/a"):
        assert told(lambda key=key: s3.get_object(Bucket="shop", Key=key)) == "sent"
    assert told(
        lambda: s3.create_bucket(Bucket="new", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    )
    assert told(lambda: s3.list_objects_v2(Bucket="new")) == "sent"
    assert asked == [("s3", "aws", "shop", "test"), ("s3", "aws", "new", "")]


def test_the_guards_own_asking_is_not_asked(guard: Guard) -> None:
    with guard.unguarded():
        assert told(lambda: client().get_object(Bucket="shop", Key="live/a")) == "sent"


def test_requests_that_no_operation_stands_behind_are_left_alone(guard: Guard) -> None:
    class Request:
        url = "https://shop.s3.amazonaws.com/live/a"

    assert told(lambda: client()._endpoint._send(Request())) == "sent"
    call = botocore_clients._Call(client(), "GetObject", None)
    botocore_clients._Watch(guard).check(call, Request.url)
    assert guard.refusals == {}


def simple(*to: str, **more: Any) -> dict[str, Any]:
    body = {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}
    return {
        "FromEmailAddress": "shop@example.org",
        "Destination": {"ToAddresses": [*to], **more},
        "Content": {"Simple": body},
    }


BULK = {"DefaultContent": {"Template": {"TemplateName": "t", "TemplateData": "{}"}}}
MAIL = [("FD612", "", "")]


@pytest.mark.parametrize(
    ("kind", "attempt", "expected"),
    [
        ("sesv2", lambda ses: ses.send_email(**simple("ann@example.org")), "sent"),
        ("sesv2", lambda ses: ses.send_email(**simple("ann@example.org", "bob@gmail.com")), MAIL),
        (
            "sesv2",
            lambda ses: ses.send_email(**simple("ann@example.org", CcAddresses=["bob@gmail.com"])),
            MAIL,
        ),
        (
            "sesv2",
            lambda ses: ses.send_email(**simple("ann@example.org", BccAddresses=["bob@gmail.com"])),
            MAIL,
        ),
        (
            "sesv2",
            lambda ses: ses.send_bulk_email(
                BulkEmailEntries=[{"Destination": {"ToAddresses": ["bob@gmail.com"]}}], **BULK
            ),
            MAIL,
        ),
        ("sesv2", lambda ses: ses.list_contact_lists(), "sent"),
        (
            "ses",
            lambda ses: ses.send_raw_email(RawMessage={"Data": b"x"}, Destinations=["bob@gmail.com"]),
            MAIL,
        ),
        (
            "ses",
            lambda ses: ses.send_raw_email(RawMessage={"Data": b"x"}, Destinations=["bob@x.test"]),
            "sent",
        ),
        ("sqs", lambda sqs: sqs.list_queues(), "sent"),
    ],
)
def test_whom_mail_by_an_api_goes_to(guard: Guard, kind: str, attempt: Any, expected: Any) -> None:
    assert told(lambda: attempt(client(kind))) == expected


def test_an_emulator_on_this_machine_delivers_nothing(guard: Guard) -> None:
    ses = client("sesv2", "http://127.0.0.1:4566")
    assert told(lambda: ses.send_email(**simple("bob@gmail.com"))) == "sent"


def test_what_a_server_says_of_a_bucket() -> None:
    s3 = client()
    declared = ("s3", "aws", "shop", "test")
    for code, is_absent in (("NoSuchBucket", True), ("SlowDown", False)):
        with Stubber(s3) as stub:
            stub.add_client_error("get_bucket_tagging", code)
            if is_absent:
                assert botocore_clients._observed(s3, declared) is None
            else:
                with pytest.raises(s3.exceptions.ClientError):
                    botocore_clients._observed(s3, declared)
