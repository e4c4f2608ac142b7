"""The engine's own socket, where it is one of this machine: the same answers as the docker command's, sooner."""

import os

from firedoor import reading, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_USUAL = "/var/run/docker.sock"
_SCHEME = "unix://"
_SECONDS = 120.0
_CHUNK = 1 << 18
_FOUND = b"200"
_GONE = b"404"


def socket_path() -> str | None:
    """Where the engine listens, by what the docker command would obey; None for an engine that only that can reach.

    A context that somebody chose may lead anywhere: then the docker command is asked.
    """
    shell = sources.process_environment()
    host = shell.get("DOCKER_HOST", "")
    if host.startswith(_SCHEME):
        return host.removeprefix(_SCHEME)
    if host or shell.get("DOCKER_CONTEXT") or not hasattr(os, "getuid") or not os.path.exists(_USUAL):
        return None
    folder = shell.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
    told = reading.read_bytes(os.path.join(folder, "config.json"))
    return None if isinstance(told, bytes) and b"currentContext" in told else _USUAL


class Wire:
    """Questions to the engine's socket, one after the other.

    Spoken by hand because the standard client's import takes as long as fifty answers. Version 1.0 of the protocol has
    an answer end where the connection ends: there is nothing to decode.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def get(self, path: str) -> "Any":
        """The answer's JSON, None for what the engine does not have.

        Raises ConnectionError with the engine's own words, or with why there is no answer.
        """
        import json

        head, _, body = self._asked(path).partition(b"\r\n\r\n")
        status = head.split(b" ", 2)[1:2]
        if status == [_GONE]:
            return None
        try:
            told = json.loads(body)
        except ValueError:
            raise ConnectionError(f"no answer that can be read at {self._path}") from None
        if status != [_FOUND]:
            raise ConnectionError(str(told.get("message", "")))
        return told

    def _asked(self, path: str) -> bytes:
        from socket import AF_UNIX, SOCK_STREAM, socket

        try:
            with socket(AF_UNIX, SOCK_STREAM) as line:
                line.settimeout(_SECONDS)
                line.connect(self._path)
                line.sendall(f"GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n".encode("ascii"))
                return b"".join(iter(lambda: line.recv(_CHUNK), b""))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConnectionError(f"no answer at {self._path} ({reason})") from None
