"""S3 buckets of any provider: an endpoint, a bucket, a prefix in it.

A bucket's name is one in all regions of AWS, so its endpoints count as one.
"""

from firedoor.resources import host, url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.url import Parts
    from firedoor.resources.where import Where

AWS = "aws"
_OPTIONS = ("endpoint_url", "endpoint", "endpoint_override")
# Providers whose endpoint is this many labels long: what stands before it is a bucket. Elsewhere a label ``s3`` or
# ``s3-...`` begins the endpoint.
_PROVIDERS = {
    "digitaloceanspaces.com": 3,
    "r2.cloudflarestorage.com": 4,
    "linodeobjects.com": 3,
    "vultrobjects.com": 3,
    "your-objectstorage.com": 3,
    "storage.tigris.dev": 4,
    "storage.googleapis.com": 3,
    "aliyuncs.com": 3,
    "myqcloud.com": 4,
}


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """One identity for each bucket and prefix that the text can mean."""
    if text.lower().startswith("arn:"):
        return frozenset({_of_arn(text)})
    if "://" not in text:
        return frozenset({_identity(_ambient(where), text)})
    return frozenset(_of_url(url.standard(text), where))


def _of_url(parts: "Parts", where: "Where") -> "Iterator[Identity]":
    path = unquote(parts.path)
    if parts.scheme.startswith("http") or "+http" in parts.scheme:
        for name, port in parts.places("", "80", "443"):
            yield _of_endpoint(name, port, path, where)
        return
    name, port = next(host.split(parts.netloc))
    option = parts.option(*_OPTIONS)
    if port and not option:  # no bucket has a port: it is an endpoint
        yield _identity(_endpoint(host.canonical(unquote(name)), host.port(port, "", "80", "443")), path)
    else:
        yield _identity(_of_text(option) if option else _ambient(where), f"{unquote(name)}/{path}")


def _of_endpoint(name: str, port: str, path: str, where: "Where") -> "Identity":
    """A bucket by the URL of its server: its name is a part of the host, or the first part of the path."""
    known = _ambient(where)
    if known != AWS and not port and name.endswith(f".{known}"):
        return _identity(known, f"{name.removesuffix(f'.{known}')}/{path}")
    bucket, endpoint = _cut(name)
    server = _endpoint(endpoint, port)
    return _identity(server, f"{bucket}/{path}")


def _cut(name: str) -> "tuple[str, str]":
    """(bucket, endpoint) of a host; the bucket is empty where the path says it."""
    labels = name.split(".")
    for domain, length in _PROVIDERS.items():
        if name.endswith(f".{domain}"):
            return ".".join(labels[:-length]), ".".join(labels[-length:])
    for position, label in enumerate(labels):
        if label == "s3" or label.startswith("s3-"):
            return ".".join(labels[:position]), ".".join(labels[position:])
    return "", name


def _endpoint(name: str, port: str) -> str:
    if name.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return AWS
    return f"{name}:{port}" if port else name


def _of_text(text: str) -> str:
    """The endpoint that an option or variable gives, with or without a scheme."""
    parts = url.standard(text if "://" in text else f"https://{text}")
    name, port = next(parts.places("", "80", "443"))
    return _endpoint(_cut(name)[1], port)


def _ambient(where: "Where") -> str:
    """The endpoint that the environment's own variables give to every client of the SDK."""
    if where.said("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").lower() == "true":
        return AWS
    said = where.said("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    return _of_text(said) if said else AWS


def _identity(endpoint: str, path: str) -> "Identity":
    bucket, _, prefix = path.strip("/").partition("/")
    if endpoint == "storage.googleapis.com":
        return "gs", "google", bucket.lower(), prefix.strip("/")
    return "s3", endpoint, bucket.lower(), prefix.strip("/")


def _of_arn(text: str) -> "Identity":
    """``arn:aws:s3:::bucket/prefix``; an access point is a bucket of its own, whatever is behind it."""
    *_, region, account, path = ["", *text.split(":", 5)]
    if region or account:
        return "s3", AWS, f"{region}:{account}:{path}".lower(), ""
    return _identity(AWS, path)
