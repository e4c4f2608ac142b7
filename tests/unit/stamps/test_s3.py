"""What can be known of S3 without a server. The rest is in tests/real/test_stamps_s3.py."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions  # type: ignore[import-untyped]  # it ships no types

from firedoor.stamps import observation as told
from firedoor.stamps import s3 as marker
from firedoor.stamps import s3_client, s3_tags, settling
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Overtaken, Unreachable
from support.stamping import address, refused, stamp, unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.stamps.address import Address

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
        (client_error("NoSuchBucket"), told.NO_SUCH_THING),
        (client_error("NotImplemented"), told.NOT_SUPPORTED),
        (client_error("MethodNotAllowed"), told.NOT_SUPPORTED),
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
    statements = marker.grants(address("bucket", "s3://shop", LOGIN))
    assert len(statements) == 2
    allow, deny = map(json.loads, statements)
    common = {"Principal": {"AWS": "<application role>"}, "Resource": "arn:aws:s3:::<bucket>"}
    assert allow == {**common, "Effect": "Allow", "Action": ["s3:GetBucketTagging", "s3:GetBucketAcl"]}
    assert deny == {**common, "Effect": "Deny", "Action": ["s3:PutBucketTagging"]}


class Store:
    """A bucket ``shop`` on a server that is not AWS, and a client of botocore's own form for it."""

    def __init__(
        self, tags: dict[str, str] | None = None, owner: str = "ada", *, silent: bool = False
    ) -> None:
        self.tags = dict(tags or {})
        self.owner = owner
        self.silent = silent
        self.spoilers: list[tuple[str, Callable[..., None]]] = []
        self.refused: list[bytes] = []
        self.meta = self
        self.events = self

    def register(self, event: str, spoil: Callable[..., None]) -> None:
        self.spoilers.append((event, spoil))

    def unregister(self, event: str, spoil: Callable[..., None]) -> None:
        self.spoilers.remove((event, spoil))

    def get_bucket_tagging(self, *, Bucket: str) -> object:  # noqa: N803 - as botocore has it
        assert Bucket == "shop"
        if not self.tags:
            raise client_error("NoSuchTagSet", 404)
        return {"TagSet": [{"Key": name, "Value": value} for name, value in self.tags.items()]}

    def put_bucket_tagging(self, *, Bucket: str, Tagging: dict[str, Any]) -> None:  # noqa: N803 - as above
        assert Bucket == "shop"
        params = {"body": b"<Tagging/>"}
        for event, spoil in self.spoilers:
            assert event == "before-call.s3.PutBucketTagging"
            spoil(params=params, model=None)
        if params["body"] != b"<Tagging/>":
            self.refused.append(params["body"])
            raise client_error("MalformedXML", 400)
        (pairs,) = Tagging.values()
        assert list(Tagging) == ["TagSet"]
        assert all(list(pair) == ["Key", "Value"] for pair in pairs)
        self.tags = {pair["Key"]: pair["Value"] for pair in pairs}

    def get_bucket_acl(self, *, Bucket: str) -> object:  # noqa: N803 - as above
        assert Bucket == "shop"
        if self.silent:
            raise client_error("AccessDenied", 403)
        return {"Owner": {"ID": self.owner}} if self.owner else {}

    def list_buckets(self) -> object:
        return {
            "Buckets": [
                {"Name": "till", "CreationDate": datetime(2025, 1, 1, tzinfo=UTC)},
                {"Name": "shop", "CreationDate": datetime(2026, 2, 3, 4, 5, tzinfo=UTC)},
            ]
        }


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Store:
    return store(monkeypatch, Store())


def store(monkeypatch: pytest.MonkeyPatch, made: Store) -> Store:
    def client(given: Address, where: s3_client.Place) -> Store:
        assert given == PLACE
        assert where == s3_client.place(PLACE)
        return made

    monkeypatch.setattr(s3_client, "client", client)
    monkeypatch.setattr(settling, "_AT_LEAST", 0.0)
    return made


PLACE = address("bucket", "s3://shop/uploads", {**LOGIN, "AWS_ENDPOINT_URL": "http://minio:9000"})
BOUND = hashlib.sha256(b"s3\0shop\0uploads").hexdigest()[:32]
SERVER = ("s3", "ada 2026-02-03T04:05:00+00:00", "shop")


def test_a_stamp_is_there_afterwards_beside_the_other_tags(stored: Store) -> None:
    stored.tags = {"team": "shop", **s3_tags.to_tags(stamp("till"), "other")}
    before = dict(stored.tags)
    mark = stamp()
    written = marker.write(PLACE, mark, replacing=None)
    assert written == Observation(
        identity=(*SERVER, "uploads"),
        server=SERVER,
        bound=BOUND,
        stamp=mark.bound_to(BOUND),
        forgeable=True,
    )
    assert marker.observe(PLACE) == written
    assert stored.tags == {**before, **s3_tags.to_tags(mark.bound_to(BOUND), "uploads")}
    assert stored.spoilers == []
    assert set(stored.refused) == {b"<"}
    newer = stamp("staging")
    assert marker.write(PLACE, newer, replacing=written.stamp).stamp == newer.bound_to(BOUND)
    assert stored.tags["team"] == "shop"


def test_a_shorter_stamp_leaves_nothing_of_a_longer_one(stored: Store) -> None:
    longer = marker.write(PLACE, stamp(by="x" * 300), replacing=None).stamp
    assert len(stored.tags) == 3
    shorter = stamp()
    assert marker.write(PLACE, shorter, replacing=longer).stamp == shorter.bound_to(BOUND)
    assert stored.tags == s3_tags.to_tags(shorter.bound_to(BOUND), "uploads")


def test_only_the_expected_stamp_is_replaced(stored: Store) -> None:
    first = marker.write(PLACE, stamp("staging"), replacing=None)
    before = dict(stored.tags)
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, PLACE, stamp(), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
        assert stored.tags == before


def test_what_is_no_stamp_is_unreadable_and_stays(stored: Store) -> None:
    broken = dict(list(s3_tags.to_tags(stamp(bound="0" * 32), "uploads").items())[:1])
    stored.tags = {**broken}
    seen = marker.observe(PLACE)
    assert (seen.stamp, seen.unreadable) == (None, True)
    error = refused(lambda: marker.write(PLACE, stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found is None
    assert stored.tags == broken


def test_a_stamp_that_somebody_writes_over_at_once_is_overtaken(stored: Store) -> None:
    real = stored.put_bucket_tagging
    rival = stamp("till").bound_to(BOUND)

    def put(**arguments: Any) -> None:
        real(**arguments)
        stored.tags = s3_tags.to_tags(rival, "uploads")

    stored.put_bucket_tagging = put  # type: ignore[method-assign]  # stands in for it
    error = refused(lambda: marker.write(PLACE, stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found == rival


def test_a_stamp_that_shows_late_is_waited_for_in_bounded_time(
    stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr(marker, "settle", lambda read, mine, **more: given.append((read(), mine, more)))
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    first = marker.write(PLACE, stamp("staging"), replacing=None).stamp
    mark = stamp()
    marker.write(PLACE, mark, replacing=first)
    mine = mark.bound_to(BOUND)
    assert given[1] == (mine, mine, {"before": first, "since": 7.0, "seconds": PLACE.seconds})


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(Store(silent=True), id="the login may not ask"),
        pytest.param(Store(owner=""), id="it says no owner"),
    ],
)
def test_a_server_that_does_not_say_whose_it_is_is_known_by_its_address(
    monkeypatch: pytest.MonkeyPatch, made: Store
) -> None:
    store(monkeypatch, made)
    server = ("s3", "minio:9000", "shop")
    seen = marker.observe(PLACE)
    assert (seen.identity, seen.server) == ((*server, "uploads"), server)


@pytest.mark.parametrize(
    "told_of",
    [
        {},
        {"Buckets": []},
        {"Buckets": [{"Name": "till", "CreationDate": datetime(2025, 1, 1, tzinfo=UTC)}]},
        {"Buckets": [{"Name": "shop"}]},
    ],
)
def test_a_bucket_of_unknown_age_is_known_by_its_address(stored: Store, told_of: dict[str, Any]) -> None:
    stored.list_buckets = lambda: told_of  # type: ignore[method-assign]  # stands in for it
    assert marker.observe(PLACE).server == ("s3", "minio:9000", "shop")


def test_other_errors_of_reading_are_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(get_bucket_tagging=fails(("NoSuchBucket", 404)))
    monkeypatch.setattr(s3_client, "client", lambda *_: aws)
    assert unreachable(lambda: marker.observe(PLACE)) == told.NO_SUCH_THING


def test_the_stamp_alone(stored: Store) -> None:
    assert marker._Bucket(PLACE).stamp() is None
    mark = stamp()
    stored.tags = s3_tags.to_tags(mark, "uploads")
    assert marker._Bucket(PLACE).stamp() == mark

    def denied(**_: object) -> object:
        raise client_error("AccessDenied", 403)

    stored.get_bucket_tagging = denied  # type: ignore[method-assign]  # stands in for it
    assert marker._Bucket(PLACE).stamp() is None


def test_a_prefix_of_any_name_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = address("bucket", "s3://shop/\udcff", LOGIN)
    monkeypatch.setattr(s3_client, "client", lambda *_: Aws())
    assert len(marker._Bucket(odd).bound) == 32


def test_a_prefix_is_whose_the_bucket_around_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = Store()
    monkeypatch.setattr(s3_client, "client", lambda *_: stored)

    def bound(prefix: str) -> str:
        return hashlib.sha256(f"s3\0shop\0{prefix}".encode()).hexdigest()[:32]

    def at(prefix: str) -> Observation:
        return marker._Bucket(replace(PLACE, text=f"s3://shop/{prefix}")).observation()

    wide = stamp("production").bound_to(bound(""))
    stored.tags = s3_tags.to_tags(wide, "")
    for prefix in ("", "uploads", "uploads/a/b"):
        seen = at(prefix)
        assert (seen.stamp, seen.bound, seen.is_copy) == (wide, bound(""), False)
    nearer = stamp("staging").bound_to(bound("uploads"))
    stored.tags |= s3_tags.to_tags(nearer, "uploads")
    assert [at(prefix).stamp for prefix in ("", "uploads", "uploads/a/b", "other")] == [
        wide,
        nearer,
        nearer,
        wide,
    ]
    stored.tags = s3_tags.to_tags(nearer, "uploads")
    seen = at("")  # a whole bucket holds what its prefixes hold
    assert (seen.stamp, seen.bound, seen.is_copy) == (nearer, bound("uploads"), False)
    assert (at("other").stamp, at("other").bound) == (None, bound("other"))
