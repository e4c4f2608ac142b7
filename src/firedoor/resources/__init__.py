"""Identity: the canonical name of what a value leads to. One file for each way of spelling, one registry by kind."""

from firedoor.resources import address, token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Identity = tuple[object, ...]

_SPELLED: "dict[str, Callable[[str, str], Identity | None]]" = {
    "database": address.identity,
    "cache": address.identity,
    "bucket": address.identity,
    "vector": address.identity,
    "queue": address.identity,
    "http": address.identity,
    "smtp": address.identity,
    "key": token.identity,
    "signing-key": token.identity,
    "password": token.identity,
}


def identity(kind: str | None, text: str, root: str) -> "Identity | None":
    """What the text names, however it is spelled; None when it names nothing that two environments could share.

    ``kind`` None is a plain secret; ``root`` is the folder that relative file paths start from.
    """
    return _SPELLED.get(kind or "key", token.identity)(text, root)


def is_token(kind: str | None) -> bool:
    """Whether the value itself is what is owned (keys, passwords, plain secrets), not an address."""
    return _SPELLED.get(kind or "key") is token.identity
