"""The engine's own socket, where it is one of this machine: the same answers as the docker command's, sooner."""

import os

from firedoor import reading, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from socket import socket
    from typing import Any

_USUAL = "/var/run/docker.sock"
_SCHEME = "unix://"
_SECONDS = 120.0
_CHUNK = 1 << 18
_AHEAD = 8
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
    """Questions to the engine's socket.

    Spoken by hand because the standard client's import takes as long as fifty answers. Version 1.0 of the protocol has
    an answer end where the connection ends: there is nothing to decode.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def answers(self, paths: "Iterable[str]") -> "list[Any]":
        """The JSON of each answer, None for what the engine does not have.

        The engine works on the next ones while an answer is read. Raises ConnectionError with the engine's own words,
        or with why there is no answer.
        """
        asked: list[socket] = []
        found = []
        try:
            for path in paths:
                asked.append(self._ask(path))
                if len(asked) > _AHEAD:
                    found.append(self._answer(asked.pop(0)))
            while asked:
                found.append(self._answer(asked.pop(0)))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConnectionError(f"no answer at {self._path} ({reason})") from None
        except ValueError as error:
            raise ConnectionError(str(error)) from None
        finally:
            for line in asked:
                line.close()
        return found

    def _ask(self, path: str) -> "socket":
        from socket import AF_UNIX, SOCK_STREAM, socket

        line = socket(AF_UNIX, SOCK_STREAM)
        try:
            line.settimeout(_SECONDS)
            line.connect(self._path)
            line.sendall(f"GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n".encode("ascii"))
        except OSError:
            line.close()
            raise
        return line

    def _answer(self, line: "socket") -> "Any":
        with line:
            said = b"".join(iter(lambda: line.recv(_CHUNK), b""))
        return _told(said)


def _told(said: bytes) -> "Any":
    import json

    head, _, body = said.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    if status == [_GONE]:
        return None
    try:
        told = json.loads(body)
        reason = "" if status == [_FOUND] else told.get("message", "")
    except (ValueError, AttributeError):
        raise ValueError("what is said there is no engine's answer") from None
    if status != [_FOUND]:
        raise ValueError(str(reason))
    return told
