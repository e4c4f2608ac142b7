"""Redis servers of the tests' own: from Debian's package, on loopback ports, gone afterwards."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from support import programs
from support.ports import free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

SECONDS = 30


class RedisServer:
    """A server with its folder. ``user`` is its superuser; the password is random and for this run alone.

    ``start`` and ``stop`` may be called as often as a test likes: the data stay in the folder.
    """

    host = "127.0.0.1"
    user = "keeper"

    def __init__(self, folder: Path, *options: str, tls: bool = False) -> None:
        self.folder = folder
        self.password = secrets.token_hex(16)
        self.port = free_port()
        self.socket = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None
        self.configuration = ""  # the file, if the server is to read one
        self._options = options
        self._tls = tls
        acl = folder / "users.acl"
        acl.write_text(f"user default off\nuser {self.user} on >{self.password} ~* &* +@all\n")
        if tls:
            make_certificates(folder)

    def url(self, index: int = 0, *, user: str = "", password: str = "", port: int = 0) -> str:
        """The URL of one database, for the superuser or another user, maybe through a forwarder's port."""
        name, secret = user or self.user, password or self.password
        scheme, query = ("rediss", f"?ssl_ca_certs={self.folder}/ca.pem") if self._tls else ("redis", "")
        return f"{scheme}://{name}:{quote(secret, safe='')}@{self.host}:{port or self.port}/{index}{query}"

    def socket_url(self, index: int = 0) -> str:
        return f"unix://{self.user}:{self.password}@{self.socket}?db={index}"

    def client(self, index: int = 0) -> Any:
        """A client of redis-py for the superuser. Close it, or use it in a ``with``."""
        import redis

        return redis.Redis.from_url(self.url(index), socket_timeout=SECONDS, decode_responses=True)

    def run(self, *command: Any, index: int = 0) -> Any:
        """One command as the superuser."""
        with self.client(index) as client:
            return client.execute_command(*command)

    def create_user(self, name: str, *rules: str) -> str:
        """A new user with these rules; its password."""
        password = secrets.token_hex(16)
        self.run("ACL", "SETUSER", name, "reset", "on", f">{password}", *rules)
        return password

    def start(self) -> None:
        log = self.folder / "log"
        self.process = programs.tried(lambda: self._attempt(log), "Redis", log)

    def stop(self) -> None:
        """Save what it holds and end, as its service does."""
        if self.process is not None and self.process.poll() is None:
            self.run("SAVE")
            programs.stop(self.process)

    def kill(self) -> None:
        programs.kill(self.process)

    def _attempt(self, log: Path) -> subprocess.Popen[bytes] | None:
        command = ("redis-server", *filter(None, (self.configuration,)), *self._arguments())
        process = programs.launch(command, log, cwd=self.folder)
        if programs.until(process, self._answers):
            return process
        programs.kill(process)
        self.port = free_port()
        return None

    def _arguments(self) -> tuple[str, ...]:
        files = (
            "--tls-ca-cert-file",
            "ca.pem",
            "--tls-cert-file",
            "server.pem",
            "--tls-key-file",
            "server.key",
        )
        secure = ("--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no", *files)
        ports = secure if self._tls else ("--port", str(self.port))
        place = ("--bind", self.host, "--dir", str(self.folder), "--unixsocket", str(self.socket))
        users = ("--aclfile", str(self.folder / "users.acl"), "--save", "")
        return (*ports, *place, *users, *self._options)

    def _answers(self) -> bool:
        import redis

        try:
            return bool(self.run("PING"))
        except redis.ConnectionError:
            return False


@contextmanager
def running_redis(*options: str, tls: bool = False, data: Path | None = None) -> Iterator[RedisServer]:
    """Start a server, with a copy of ``data`` (an RDB file) if there is one; end it afterwards.

    Skips the test where it is not installed.
    """
    if shutil.which("redis-server") is None:
        pytest.skip("Redis isn't installed here: apt-get install -y redis-server")
    with tempfile.TemporaryDirectory(prefix="firedoor-redis-", ignore_cleanup_errors=True) as name:
        server = RedisServer(Path(name), *options, tls=tls)
        if data is not None:
            shutil.copy(data, server.folder / "dump.rdb")
        server.start()
        try:
            yield server
        finally:
            server.kill()


def make_certificates(folder: Path) -> None:
    """``ca.pem``, and ``server.pem`` with ``server.key`` for 127.0.0.1, signed by it."""
    openssl = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    programs.run((*openssl, "-subj", "/CN=tests", "-keyout", "ca.key", "-out", "ca.pem"), cwd=folder)
    (folder / "server.ext").write_text("subjectAltName = IP:127.0.0.1\n")
    request = ("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server")
    programs.run((*request, "-keyout", "server.key", "-out", "server.csr"), cwd=folder)
    sign = (
        "openssl",
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
    )
    programs.run((*sign, "-days", "2", "-extfile", "server.ext", "-out", "server.pem"), cwd=folder)
