"""A pgbouncer of the tests' own, which lends few sessions to many clients, one transaction at a time."""

from __future__ import annotations

import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from support import programs
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def pooling(*urls: str) -> Iterator[int]:
    """A port behind which these logins share one session for each database. Skips the test where it is not installed."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer isn't installed here: apt-get install -y pgbouncer")
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
        programs.hand_over(folder, *folder.iterdir())
        log = folder / "log"
        process = programs.launch((program, folder / "ini"), log, **programs.identity())
        try:
            assert programs.until(process, lambda: _answers(port)), log.read_text("utf-8", errors="replace")
            yield port
        finally:
            programs.stop(process)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
