"""A pgbouncer of the tests' own, which lends few sessions to many clients, one transaction at a time."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30


class PgbouncerMissingError(Exception):
    """pgbouncer isn't on this machine. The text says how to get it."""


@contextmanager
def pooling(*urls: str) -> Iterator[int]:
    """A port behind which these logins share one session for each database. Raises PgbouncerMissingError."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise PgbouncerMissingError("pgbouncer isn't installed here: apt-get install -y pgbouncer")
    parts = [urlsplit(url) for url in urls]
    with tempfile.TemporaryDirectory(prefix="firedoor-pool-") as name:
        folder = Path(name)
        port = free_port()
        (folder / "users").write_text("".join(f'"{part.username}" "{part.password}"\n' for part in parts))
        (folder / "ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={parts[0].port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {folder / 'users'}\n"
            "pool_mode = transaction\ndefault_pool_size = 1\nserver_reset_query =\n"
        )
        identity = {}
        if os.geteuid() == 0:  # it refuses to be root
            account = pwd.getpwnam("nobody")
            identity = {"user": account.pw_uid, "group": account.pw_gid}
            for path in (folder, *folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # type: ignore[call-overload] # the identity's keys are Popen's own
                (program, str(folder / "ini")), stdout=log, stderr=log, extra_groups=(), **identity
            )
        try:
            _wait(process, port, folder / "log")
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"pgbouncer did not start\n{log.read_text('utf-8', errors='replace')}")
