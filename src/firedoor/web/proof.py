"""The signed form of a mark: by a key of the environment, for one service, for a short time.

``shop/staging;at=1764250000;to=billing;mac=...``: HMAC-SHA256 over all that stands before ``;mac=``. Who has not the
key cannot make one, and one that was made for staging is worth nothing to production.
"""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from firedoor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.web.marks import Mark, Said

    Key = str | bytes | object  # an object with get_secret_value(), as pydantic's SecretStr

WINDOW = 60.0  # seconds that a signature holds, and that two clocks may differ
_SHORTEST = 16  # bytes of a key
_CONTEXT = b"firedoor handshake 1\n"
_PARAMETERS = ("at", "to", "mac")

UNSIGNED = "it is not signed"
WRONG = "its signature is by another key, or it was changed on its way"
TOO_OLD = "it was signed too long ago, or the clocks differ"
ELSEWHERE = "it was signed for another service"


class Proof:
    """Signs marks and checks signatures. The first key signs, all of them are believed, so that keys can change.

    ``service`` is the name of the service that is called; ``window`` in seconds. repr shows nothing of the keys.
    """

    def __init__(
        self,
        keys: Sequence[bytes],
        service: str = "",
        *,
        window: float = WINDOW,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = tuple(keys)
        self._service = quote(service, safe="")
        self._window = window
        self._clock = clock

    def sign(self, mark: Mark) -> str:
        """The header for a call now."""
        message = f"{mark};at={int(self._clock())};to={self._service}"
        return f"{message};mac={_mac(self._keys[0], message)}"

    def flaw(self, said: Said) -> str:
        """Why the signature proves nothing, in words; empty when it holds."""
        if tuple(name for name, _ in said.parameters) != _PARAMETERS:
            return UNSIGNED
        (_, at), (_, service), (_, mac) = said.parameters
        message = f"{said.mark};at={at};to={service}"
        given = mac.encode("utf-8", "replace")
        # every key is tried, so that the time tells nobody which one it was
        right = [hmac.compare_digest(_mac(key, message).encode(), given) for key in self._keys]
        if not any(right):
            return WRONG
        if service != self._service:
            return ELSEWHERE
        return "" if abs(self._clock() - int(at)) <= self._window else TOO_OLD

    def __repr__(self) -> str:
        return f"Proof({len(self._keys)} keys)"


def made(
    key: Key | Sequence[Key], service: str = "", *, clock: Callable[[], float] = time.time
) -> Proof | UsageError:
    """The proof by a key, or by several; why there can be none, without a frame that holds the key."""
    revealed = [_bytes(one) for one in (key if isinstance(key, (list, tuple)) else (key,))]
    keys = [one for one in revealed if one is not None]
    if len(keys) < len(revealed):
        return UsageError("a key of the handshake is a text, bytes or a secret of pydantic's")
    if not keys or any(len(one) < _SHORTEST for one in keys):
        return UsageError(f"a key of the handshake has at least {_SHORTEST} bytes")
    return Proof(keys, service, clock=clock)


def _bytes(key: Key) -> bytes | None:
    revealed = key.get_secret_value() if hasattr(key, "get_secret_value") else key
    if isinstance(revealed, str):
        return revealed.encode()
    return revealed if isinstance(revealed, bytes) else None


def _mac(key: bytes, message: str) -> str:
    digest = hmac.digest(key, _CONTEXT + message.encode("utf-8", "replace"), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")
