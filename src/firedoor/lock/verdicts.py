"""The per-user memory of what passed: fingerprints are dear to make, and `run` stands in front of every command.

What is kept is a keyed hash of everything that a pass was decided by: the lock to the byte, the declaration to the
byte, the environment, the variable and what it leads to. Nothing else is kept, and no refusal is: what is not found
here is decided anew. The key is this user's own, so that nobody else can write a pass.
"""

import os

from firedoor import compiled_cache
from firedoor.fingerprint import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_VERSION = b"firedoor verdicts 1"
_KEY_FILE = "verdicts.key"
_KEY_BYTES = 32
_BYTES = 16
_CONTEXT_BYTES = 32
_MOST = 1 << 16  # one megabyte
_LONGEST_NAME = 40


class Verdicts:
    """The passes of one user for one lock and one declaration."""

    __slots__ = ("_context", "_kept", "_key", "_path")

    def __init__(self, root: str, lock: bytes, declaration: bytes) -> None:
        self._key = b""
        self._path = ""
        self._kept = b""
        self._context = b""
        folder = compiled_cache.folder()
        if folder is None:
            return
        self._key = own_key(folder)
        self._path = os.path.join(folder, _name(root))
        self._context = digest(_VERSION, lock, declaration, size=_CONTEXT_BYTES, key=self._key)
        self._kept = own_file(self._path)

    def proof(self, *decided_by: str) -> bytes:
        """The keyed hash of one pass: of all that it was decided by."""
        parts = [part.encode("utf-8", "surrogatepass") for part in decided_by]
        return digest(self._context, *parts, size=_BYTES, key=self._key)

    def holds(self, proof: bytes) -> bool:
        """Whether this was decided before, and passed."""
        if not self._key:
            return False
        at = self._kept.find(proof)
        while at >= 0 and at % _BYTES:
            at = self._kept.find(proof, at + 1)
        return at >= 0

    def keep(self, proofs: "Iterable[bytes]") -> None:
        """Remember passes. A memory that cannot be written is no error: the next command decides again."""
        if not self._key:
            return
        fresh = [proof for proof in dict.fromkeys(proofs) if not self.holds(proof)]
        if not fresh:
            return
        from firedoor import storage  # only on the slow path

        kept = b"".join([*fresh, self._kept])[: _MOST * _BYTES]
        try:
            storage.write_bytes(self._path, kept, mode=0o600)
        except OSError:
            return
        self._kept = kept


def _name(root: str) -> str:
    readable = root.replace(os.sep, "%").replace(":", "%")[-_LONGEST_NAME:]
    return f"{readable}.{digest(os.fsencode(root), size=8).hex()}.verdicts"


def own_file(path: str) -> bytes:
    """The file's bytes if it is this user's alone, else none."""
    try:
        return compiled_cache.own_bytes(path) or b""
    except OSError:
        return b""


def own_key(folder: str) -> bytes:
    """This user's key, made when it is first needed; empty when it cannot be kept."""
    path = os.path.join(folder, _KEY_FILE)
    key = own_file(path)
    if len(key) == _KEY_BYTES:
        return key
    from firedoor import storage

    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.path.lexists(path):
            os.remove(path)  # somebody else's, or torn
        storage.create_bytes(path, os.urandom(_KEY_BYTES), mode=0o600)
    except OSError:
        pass  # another process was faster, or nothing can be written here
    key = own_file(path)
    return key if len(key) == _KEY_BYTES else b""
