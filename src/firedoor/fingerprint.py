"""Keyed hashes for comparing values without holding on to them. The key lives as long as this process."""

import os

try:
    from _blake2 import blake2b  # hashlib's own import costs a third of what `run` may
except ImportError:  # pragma: no cover - an interpreter built without it
    from hashlib import blake2b

_KEY = os.urandom(32)


def fingerprint(text: str) -> bytes:
    """16 bytes that are equal for equal texts, in this process only."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=_KEY).digest()


def digest(*parts: bytes, size: int = 16, key: bytes = b"") -> bytes:
    """A hash of ``size`` bytes that is the same everywhere; with a key of at most 64 bytes, for its holders only.

    Several parts are hashed with their lengths, so that no other parts give the same; one part is hashed as it is.
    """
    if len(parts) == 1:
        return blake2b(parts[0], digest_size=size, key=key).digest()
    running = blake2b(digest_size=size, key=key)
    for part in parts:
        running.update(b"%d:" % len(part))
        running.update(part)
    return running.digest()
