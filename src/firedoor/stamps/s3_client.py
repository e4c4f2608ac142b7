"""A client for the bucket that an environment means, with the login that the environment gives and no other.

Of the machine's own settings and identity (``AWS_*`` of the process, the files in ``~/.aws``, an instance's role) it
takes nothing, unless the address says that it may: docs/decisions/0020-a-bucket-is-stamped-by-its-tags.md.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from firedoor import resources
from firedoor.resources import host, s3
from firedoor.resources.where import Where
from firedoor.stamps.observation import NO_LOGIN, NO_SUCH_THING, NOT_ONE, NOT_SUPPORTED, Unreachable
from firedoor.stamps.proxies import proxies

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_OPTIONS = ("endpoint_url", "endpoint", "endpoint_override")
_REGION = "us-east-1"
_AWS = (".amazonaws.com", ".amazonaws.com.cn")
_DEFAULT = "https://s3.amazonaws.com"  # only to look for a proxy: botocore makes the real one
# Credentials of the machine, not of the profile that an environment names.
_OF_THE_MACHINE = ("env", "container-role", "iam-role")


@dataclass(frozen=True)
class Place:
    """A prefix of a bucket; ``endpoint`` is empty for AWS."""

    bucket: str = field(repr=False)
    prefix: str = field(repr=False)
    endpoint: str = field(repr=False)
    region: str

    @property
    def server(self) -> str:
        """What all buckets of this name are one in: a partition of AWS, else the endpoint."""
        if not self.endpoint:
            return "aws-cn" if self.region.startswith("cn-") else "aws"
        parts = urlsplit(self.endpoint)
        name = host.canonical(str(parts.hostname))
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return f"{name}:{port}"


def place(address: Address) -> Place:
    """Where ``s3://bucket/prefix`` leads, with what the environment's variables say of the server.

    A bare ``bucket/prefix`` and an ARN mean the same. An access point is none of its bucket's prefixes.
    """
    text = address.text.strip()
    if text.lower().startswith("arn:"):
        *_, region, account, text = ["", "", *text.split(":", 5)]
        if region or account:
            raise Unreachable(NOT_SUPPORTED)
    parts = urlsplit(text if "://" in text else f"s3://{text.lstrip('/')}")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    region = options.get("region") or _first(address, *_REGIONS) or _REGION
    if parts.scheme.startswith("http"):
        return _of_url(address, parts.scheme, region)
    endpoint = next((options[name] for name in _OPTIONS if name in options), None) or _first(
        address, *_ENDPOINTS
    )
    if endpoint and "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    if str(urlsplit(endpoint).hostname).endswith(_AWS):
        endpoint = ""
    bucket = parts.netloc.rpartition("@")[2]
    if not bucket:
        raise Unreachable(NO_SUCH_THING)
    return Place(bucket, parts.path.strip("/"), endpoint, region)


def _of_url(address: Address, scheme: str, region: str) -> Place:
    """A bucket by the URL of its server. Which part of it is the bucket's name is known to resources."""
    names = resources.identities(address.kind, address.text, Where(address.root, address.variables))
    if len(names) != 1:
        raise Unreachable(NOT_ONE)
    ((_, server, bucket, prefix),) = names
    if not bucket:
        raise Unreachable(NO_SUCH_THING)
    return Place(bucket, prefix, "" if server == s3.AWS else f"{scheme}://{server}", region)


def client(address: Address, where: Place) -> Any:
    """A client of botocore. Raises Unreachable when the environment gives no login, ImportError without botocore."""
    from botocore.config import Config  # type: ignore[import-untyped]  # it ships no types

    session, is_the_machines = _session(address)
    own = None if is_the_machines else proxies(where.endpoint or _DEFAULT, address.variables)
    config = Config(
        connect_timeout=address.seconds,
        read_timeout=address.seconds,
        retries={"total_max_attempts": 1},
        proxies=own,
        ignore_configured_endpoint_urls=True,
    )
    return session.create_client(
        "s3",
        region_name=where.region,
        endpoint_url=where.endpoint or None,
        verify=None if is_the_machines else _first(address, "AWS_CA_BUNDLE") or True,
        config=config,
    )


def _session(address: Address) -> tuple[Any, bool]:
    """A session that knows a login, and whether it is the machine's own."""
    key, secret = _first(address, "AWS_ACCESS_KEY_ID"), _first(address, "AWS_SECRET_ACCESS_KEY")
    if key and secret:
        session = _bare_session()
        session.set_credentials(key, secret, _first(address, "AWS_SESSION_TOKEN") or None)
        return session, False
    from botocore.session import Session  # type: ignore[import-untyped]  # it ships no types

    profile = _first(address, "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    if profile:
        session = Session(profile=profile)
        resolver = session.get_component("credential_provider")
        for method in _OF_THE_MACHINE:
            resolver.remove(method)
    elif address.ambient:
        session = Session()
    else:
        raise Unreachable(NO_LOGIN)
    if session.get_credentials() is None:
        raise Unreachable(NO_LOGIN)
    return session, True


def _bare_session() -> Any:
    """A session that reads neither files nor the variables of the process."""
    from botocore.session import Session

    known = Session.SESSION_VARIABLES.items()
    bare = {name: (setting, None, default, convert) for name, (setting, _, default, convert) in known}
    for name in ("config_file", "credentials_file"):
        bare[name] = (None, None, os.devnull, None)
    return Session(session_vars=bare)


def _first(address: Address, *names: str) -> str:
    return next((address.variables[name] for name in names if address.variables.get(name)), "")
