"""S3: a bucket by its owner and birth, or by its name where names are unique; the stamp is tags of the bucket.

Why tags and not an object, and what they cannot do: docs/decisions/0020-a-bucket-is-stamped-by-its-tags.md.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from firedoor.stamps import failure, s3_client, s3_tags
from firedoor.stamps.observation import (
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_SUPPORTED,
    TIMED_OUT,
    TLS_FAILED,
    ClientMissing,
    NotAllowed,
    Observation,
    Overtaken,
    Unreachable,
)
from firedoor.stamps.settling import settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.s3_client import Place
    from firedoor.stamps.stamp import Stamp

EXTRA = "s3"

_DENIED = ("AccessDenied", "AllAccessDisabled", "AccountProblem")
_UNTAGGED = ("NoSuchTagSet", "NoSuchTagSetError")
_CODES: dict[str | None, str] = {
    "NoSuchBucket": NO_SUCH_THING,
    "InvalidBucketName": NO_SUCH_THING,
    "NotImplemented": NOT_SUPPORTED,
    "MethodNotAllowed": NOT_SUPPORTED,
    "RequestTimeout": TIMED_OUT,
    "SlowDown": TIMED_OUT,
    "ServiceUnavailable": TIMED_OUT,
}
_STATUSES = {
    401: LOGIN_REFUSED,
    403: LOGIN_REFUSED,
    404: NO_SUCH_THING,
    405: NOT_SUPPORTED,
    501: NOT_SUPPORTED,
}
# No tag set can be made of this, so no server changes one; who may not write is told so before it is read.
_NONSENSE = b"<"


def _translate(error: Exception) -> Exception:
    if isinstance(error, ModuleNotFoundError):
        return ClientMissing(EXTRA)
    from botocore import exceptions  # type: ignore[import-untyped]  # it ships no types

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return Unreachable(_CODES.get(_code(error)) or _STATUSES.get(status, FAILED))
    known = (
        (exceptions.NoCredentialsError, LOGIN_REFUSED),
        (exceptions.PartialCredentialsError, LOGIN_REFUSED),
        (exceptions.CredentialRetrievalError, LOGIN_REFUSED),
        (exceptions.ProfileNotFound, LOGIN_REFUSED),
        (exceptions.ConnectTimeoutError, TIMED_OUT),
        (exceptions.ReadTimeoutError, TIMED_OUT),
        (exceptions.SSLError, TLS_FAILED),
    )
    otherwise = failure.reason(error, FAILED)
    return Unreachable(next((sentence for kind, sentence in known if isinstance(error, kind)), otherwise))


@failure.translated(_translate)
def observe(address: Address) -> Observation:
    """Ask for the tags, for whose bucket it is, and by a request that must fail whether the tags may be changed."""
    return _Bucket(address).observation()


def observe_by(client: Any, place: Place) -> Observation:
    """Ask with an application's own client, which nothing is tried with that could change something meanwhile.

    Raises what the client raises.
    """
    return _Bucket.by(client, place).observation(probing=False)


@failure.translated(_translate)
def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Write all tags of the bucket anew, ours among them: S3 knows no other way, and no condition for it."""
    bucket = _Bucket(address)
    mine = stamp.bound_to(bucket.bound)
    since = time.monotonic()
    tags = bucket.tags()
    if tags is None:
        raise NotAllowed
    found, _, is_unreadable = bucket.standing(tags)
    if found != replacing or is_unreadable:
        raise Overtaken(found)
    own = s3_tags.of_prefix(tags, bucket.place.prefix)
    foreign = {name: value for name, value in tags.items() if name not in own}
    bucket.set_tags({**foreign, **s3_tags.to_tags(mine, bucket.place.prefix)})
    settle(bucket.stamp, mine, before=replacing, since=since, seconds=address.seconds)
    return bucket.observation()


def grants(address: Address) -> Sequence[str]:  # noqa: ARG001 - the protocol's
    """Statements of an IAM policy, or of a bucket's."""
    may, may_not = ["s3:GetBucketTagging", "s3:GetBucketAcl"], ["s3:PutBucketTagging"]
    return tuple(
        json.dumps(
            {
                "Effect": effect,
                "Principal": {"AWS": "<application role>"},
                "Action": actions,
                "Resource": "arn:aws:s3:::<bucket>",
            }
        )
        for effect, actions in (("Allow", may), ("Deny", may_not))
    )


class _Bucket:
    """One bucket and what it answers."""

    def __init__(self, address: Address) -> None:
        place = s3_client.place(address)
        self._ask_by(s3_client.client(address, place), place)

    @classmethod
    def by(cls, client: Any, place: Place) -> _Bucket:
        """The bucket as a client sees it that somebody else has made."""
        made = cls.__new__(cls)
        made._ask_by(client, place)  # noqa: SLF001 - its own
        return made

    def _ask_by(self, client: Any, place: Place) -> None:
        self.place = place
        self._client = client
        self.bound = self._bound(place.prefix)

    def observation(self, *, probing: bool = True) -> Observation:
        tags = self.tags()
        stamp, bound, is_unreadable = self.standing(tags or {})
        server = ("s3", self._server(), self.place.bucket)
        return Observation(
            identity=(*server, self.place.prefix),
            server=server,
            bound=bound,
            stamp=stamp,
            forgeable=probing and tags is not None and self._may_write(tags),
            unreadable=tags is None or is_unreadable,
        )

    def stamp(self) -> Stamp | None:
        return self.standing(self.tags() or {})[0]

    def standing(self, tags: Mapping[str, str]) -> tuple[Stamp | None, str, bool]:
        """The stamp that holds here, what it should be bound to, and whether something in its place cannot be read.

        A prefix without a stamp of its own is a part of what stands above it. A whole bucket without one holds
        what its prefixes hold.
        """
        for prefix in (self.place.prefix, *s3_tags.above(self.place.prefix)):
            own = s3_tags.of_prefix(tags, prefix)
            if own:
                stamp = s3_tags.from_tags(own)
                return stamp, self._bound(prefix), stamp is None
        inside = None if self.place.prefix else s3_tags.any_stamp(tags)
        return inside, self.bound if inside is None else inside.bound, False

    def _bound(self, prefix: str) -> str:
        told = f"s3\0{self.place.bucket}\0{prefix}"
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]

    def tags(self) -> dict[str, str] | None:
        """All tags of the bucket; None when they may not be read."""
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # it ships no types

        try:
            answer = self._client.get_bucket_tagging(Bucket=self.place.bucket)
        except ClientError as error:
            if _code(error) in _UNTAGGED:
                return {}
            if _code(error) in _DENIED:
                return None
            raise
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Raises NotAllowed; Overtaken when another change of the bucket is under way."""
        from botocore.exceptions import ClientError

        pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
        try:
            self._client.put_bucket_tagging(Bucket=self.place.bucket, Tagging={"TagSet": pairs})
        except ClientError as error:
            refused = _code(error)
            if refused not in {*_DENIED, "OperationAborted"}:
                raise
        else:
            return
        if refused in _DENIED:
            raise NotAllowed
        raise Overtaken(self.stamp())

    def _server(self) -> str:
        """What has one bucket of this name: AWS, and elsewhere who owns it since when, where the login may ask."""
        if not self.place.endpoint:
            return self.place.server
        owner = self._told("get_bucket_acl", Bucket=self.place.bucket).get("Owner", {}).get("ID")
        buckets = self._told("list_buckets").get("Buckets", [])
        born = next(
            (one.get("CreationDate") for one in buckets if one.get("Name") == self.place.bucket), None
        )
        return f"{owner} {born.isoformat()}" if owner and born else self.place.server

    def _told(self, operation: str, **arguments: str) -> dict[str, Any]:
        """What the server says, nothing when this login may not ask."""
        from botocore.exceptions import ClientError

        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**arguments)
        except ClientError:
            return {}
        return answer

    def _may_write(self, tags: Mapping[str, str]) -> bool:
        """Whether the login may change the tags, from how the server refuses a request that nobody can obey.

        Should the nonsense not get into it, it says what ``tags`` said a moment ago.
        """

        def spoil(params: dict[str, Any], **_: Any) -> None:
            params["body"] = _NONSENSE

        event = "before-call.s3.PutBucketTagging"
        self._client.meta.events.register(event, spoil)
        try:
            self.set_tags(tags)
        except NotAllowed:
            return False
        except Exception:  # noqa: BLE001 - how it is refused is each server's own
            return True
        finally:
            self._client.meta.events.unregister(event, spoil)
        return True


def _code(error: Any) -> str | None:
    code: str | None = error.response.get("Error", {}).get("Code")
    return code
