"""Reader tokens: a random name and its signature, so that no account is needed for bookmarks."""

import hashlib
import hmac
import secrets


def issue_token(key: str) -> str:
    """A token for a new reader, signed with this environment's key."""
    reader = secrets.token_hex(16)
    return f"{reader}.{_signature(reader, key)}"


def reader_of(token: str, key: str) -> str | None:
    """The reader a token names; None when another key, thus perhaps another environment, signed it."""
    reader, _, signature = token.partition(".")
    genuine = hmac.compare_digest(signature.encode(), _signature(reader, key).encode())
    return reader if genuine else None


def _signature(reader: str, key: str) -> str:
    return hmac.new(key.encode(), reader.encode(), hashlib.sha256).hexdigest()
