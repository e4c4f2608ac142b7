"""botocore, below boto3: which bucket an operation is about, whose that is by its stamp, and whom SES writes to.

What is asked is looked at where it leaves for the network, so that stubs and mocks of AWS are left alone. URLs that are
signed to be used elsewhere are looked at when they are signed.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from firedoor import resources
from firedoor.errors import GuardError
from firedoor.guard import places
from firedoor.guard.destinations import BUCKET
from firedoor.guard.destinations import of as destinations_of
from firedoor.guard.patching import Patches
from firedoor.guard.recipients import Recipients
from firedoor.guard.unwrapping import bare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity
    from firedoor.stamps.observation import Observation

LIBRARY = "botocore.client"
_MAIL = ("ses", "sesv2")
_MAKING = "CreateBucket"  # there is nothing to ask yet
_ABSENT = ("NoSuchBucket", "404", "InvalidBucketName")


class _Call(NamedTuple):
    client: Any
    operation: str
    given: Any


_call: ContextVar[_Call | None] = ContextVar("firedoor_botocore_call", default=None)


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Look at every operation on its way to the network, and at what is signed."""
    patches = Patches()
    watch = _Watch(guard)
    patches.wrap(module.BaseClient, "_make_api_call", _remembered)
    patches.wrap(sys.modules["botocore.endpoint"].Endpoint, "_send", lambda original: _sent(watch, original))
    signers = sys.modules["botocore.signers"]
    for owner, name in (
        (signers.RequestSigner, "generate_presigned_url"),
        (signers.S3PostPresigner, "generate_presigned_post"),
    ):
        patches.wrap(owner, name, lambda original: _signed(watch, original))
    return patches.undo


def _remembered(original: Callable[..., Any]) -> Callable[..., Any]:
    def make_api_call(self: Any, operation_name: str, api_params: Any) -> Any:
        __tracebackhide__ = True
        token = _call.set(_Call(self, operation_name, api_params))
        try:
            return original(self, operation_name, api_params)
        except GuardError:
            del self, api_params  # a traceback that shows locals must not show these
            raise
        finally:
            _call.reset(token)

    return make_api_call


def _sent(watch: _Watch, original: Callable[..., Any]) -> Callable[..., Any]:
    sending = bare(original)

    def send(self: Any, request: Any) -> Any:
        __tracebackhide__ = True
        call = _call.get()
        try:
            if call is not None:
                watch.check(call, request.url)
        except GuardError:
            del self, request, call
            raise
        return sending(self, request)

    return send


def _signed(watch: _Watch, original: Callable[..., Any]) -> Callable[..., Any]:
    def generate(self: Any, request_dict: Any, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            watch.destinations.check_url(request_dict["url"])
        except GuardError:
            del self, request_dict, rest, named
            raise
        return original(self, request_dict, *rest, **named)

    return generate


class _Watch:
    """Asks the guard about operations. A bucket is asked for its stamp once."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._recipients = Recipients(guard)
        self._asked: set[Identity] = set()
        self.destinations = destinations_of(guard)

    def check(self, call: _Call, url: str) -> None:
        """May this operation be asked for? Raises GuardError when not."""
        __tracebackhide__ = True
        if self._guard.is_asleep() or not isinstance(call.given, dict):
            return
        service = call.client.meta.service_model.service_name
        try:
            if service in _MAIL:
                self._check_mail(call.given, url)
            elif service == "s3" and call.given.get("Bucket"):
                for identity in _buckets(call):
                    self._check_bucket(identity, call)
        except GuardError:
            identity = ()
            del call, url
            raise

    def _check_mail(self, given: Any, url: str) -> None:
        __tracebackhide__ = True
        parts = urlsplit(url)
        place = places.of_name(parts.hostname, parts.port or 443)
        addresses = _addresses(given)
        del url, parts, given
        self._recipients.check(addresses, *([] if place is None else [place]), by="SES")

    def _check_bucket(self, identity: Identity, call: _Call) -> None:
        __tracebackhide__ = True
        try:
            variable, declared = self.destinations.check_bucket(identity)
            if call.operation == _MAKING or declared in self._asked:
                return
            self._guard.observe(partial(_observed, call.client, declared), variable=variable, kind=BUCKET)
        except GuardError:
            declared = ()
            del identity, call
            raise
        self._asked.add(declared)


def _buckets(call: _Call) -> Iterator[Identity]:
    """What the operation is about: the bucket with the key or prefix, and the one that is copied from."""
    given = call.given
    yield _identity(call.client, str(given["Bucket"]), str(given.get("Key") or given.get("Prefix") or ""))
    source = given.get("CopySource")
    if isinstance(source, str):  # what was given as a dict is a text by now, as it goes into a header
        name, _, key = unquote(source.partition("?")[0]).lstrip("/").partition("/")
        yield _identity(call.client, name, key)


def _identity(client: Any, bucket: str, key: str) -> Identity:
    where = resources.Where("")
    if bucket.startswith("arn:"):
        named = resources.identities(BUCKET, bucket, where)
    else:
        endpoint = quote(client.meta.endpoint_url, safe="")
        named = resources.identities(BUCKET, f"s3://{quote(bucket)}/?endpoint_url={endpoint}", where)
    family, server, name, _ = next(iter(named))
    return (family, server, name, key.strip("/"))


def _observed(client: Any, declared: Identity) -> Observation | None:
    """What the bucket says of itself; None for one that is not there."""
    from firedoor.stamps import s3, s3_client

    _, server, bucket, prefix = declared
    endpoint = "" if server == "aws" else client.meta.endpoint_url
    place = s3_client.Place(bucket, prefix, endpoint, client.meta.region_name or "")
    try:
        return s3.observe_by(client, place)
    except client.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") in _ABSENT:
            return None
        raise


def _addresses(given: Any) -> Iterator[str]:
    """Everybody that SES is to write to."""
    destinations = [given.get("Destination"), *(given.get("BulkEmailEntries") or ())]
    for one in (*destinations, *(given.get("Destinations") or ())):
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            listed = one.get("Destination", one)
            for name in ("ToAddresses", "CcAddresses", "BccAddresses"):
                yield from listed.get(name) or ()
