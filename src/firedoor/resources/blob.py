"""Buckets of Google Cloud Storage and containers of Azure Blob Storage, with a prefix in them."""

from firedoor.resources import url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.url import Parts
    from firedoor.resources.where import Where

_AZURE = (".blob.core.windows.net", ".dfs.core.windows.net", ".blob.storage.azure.net")
_GOOGLE = ("gs", "gcs")


def is_azure(name: str) -> bool:
    """Whether the host is an account's."""
    return name.endswith(_AZURE)


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """One identity for the bucket or container and the prefix."""
    if "://" not in text:
        pairs = _pairs(text)
        return frozenset({("az", pairs.get("accountname", "").lower(), "", "")})
    return frozenset({_of_url(url.standard(text), where)})


def _of_url(parts: "Parts", where: "Where") -> "Identity":
    name, _ = next(parts.places())
    path = unquote(parts.path).strip("/")
    if parts.scheme in _GOOGLE:
        emulator = where.said("STORAGE_EMULATOR_HOST")
        return "gs", emulator.rpartition("//")[2].lower() or "google", unquote(parts.netloc).lower(), path
    if parts.user and is_azure(name):  # abfss://container@account.dfs.core.windows.net
        return "az", name.partition(".")[0], parts.user.lower(), path
    if is_azure(name):
        container, _, prefix = path.partition("/")
        return "az", name.partition(".")[0], container.lower(), prefix.strip("/")
    return "az", _account(where), unquote(parts.netloc).lower(), path


def _account(where: "Where") -> str:
    """The account that the environment's own variables name."""
    pairs = _pairs(where.said("AZURE_STORAGE_CONNECTION_STRING"))
    return (pairs.get("accountname") or where.said("AZURE_STORAGE_ACCOUNT")).lower()


def _pairs(text: str) -> "dict[str, str]":
    """``AccountName=...;EndpointSuffix=...``."""
    pairs = [pair.partition("=") for pair in text.split(";") if "=" in pair]
    return {key.strip().lower(): value.strip() for key, _, value in pairs}
