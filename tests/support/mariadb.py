"""A MariaDB server of the tests' own: from Debian's package, on a loopback port, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import programs
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

# Data that nobody keeps needs no disk flushes. What a command line would read from /etc is left out.
SETTINGS = (
    "--no-defaults",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=16M",
    "--skip-log-bin",
)


class MariadbServer:
    """A running server. Its superuser is root, over the socket only; every password is random."""

    def __init__(self, program: str, folder: Path) -> None:
        self.folder = folder
        self.host = "127.0.0.1"
        self._program = program
        self._process, self.port = _start(program, folder)

    def kill(self) -> None:
        """The server dies as it would by a power cut; its files are as they were at that moment."""
        programs.kill(self._process)

    def start(self) -> None:
        """Start again after ``kill``, with the same files on the same port."""
        self._process, self.port = _start(self._program, self.folder, self.port)

    def stop(self) -> None:
        """End the server."""
        programs.stop(self._process)

    def sql(self, statement: str, *, database: str = "mysql") -> str:
        """Run SQL as the superuser; what it prints, without headers."""
        return self._run("mariadb", "-B", "-N", database, "-e", statement).decode().strip()

    def create_database(self, name: str) -> str:
        """A new schema with a user of the same name who may do everything in it; the URL to it."""
        self.sql(f"CREATE DATABASE {name}")
        return self.create_user(name, name, f"GRANT ALL ON {name}.* TO {{user}}")

    def create_user(self, database: str, name: str, *grants: str) -> str:
        """A new user; the URL to a schema with its password. Grants say ``{user}`` where its name belongs."""
        password = secrets.token_hex(16)
        user = f"'{name}'@'127.0.0.1'"
        self.sql(f"CREATE USER {user} IDENTIFIED BY '{password}'")
        for grant in grants:
            self.sql(grant.format(user=user))
        return f"mysql+pymysql://{name}:{password}@{self.host}:{self.port}/{database}"

    def dump(self, database: str) -> bytes:
        """What mariadb-dump makes of a schema, as SQL."""
        return self._run("mariadb-dump", database)

    def restore(self, database: str, dump: bytes) -> None:
        """Run a dump's SQL in a schema."""
        self._run("mariadb", database, given=dump)

    def _run(self, program: str, *arguments: str, given: bytes = b"") -> bytes:
        place = (program, "--no-defaults", f"--socket={self.folder / 's'}", "-u", "root")
        return programs.run((*place, *arguments), given=given)


@contextmanager
def running_mariadb() -> Iterator[MariadbServer]:
    """Start a server and stop it afterwards, data and all. Skips the test where it is not installed."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        pytest.skip("MariaDB isn't installed here: apt-get install -y mariadb-server")
    with tempfile.TemporaryDirectory(prefix="firedoor-my-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs.hand_over(folder)
        _initialise(install, folder)
        running = MariadbServer(server, folder)
        try:
            yield running
        finally:
            running.stop()


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}


def _initialise(install: str, folder: Path) -> None:
    options = ("--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db")
    command = (install, *options, f"--datadir={folder / 'data'}", f"--tmpdir={folder}")
    programs.run(command, cwd=folder, env=_environment(folder), **programs.identity())


def _start(server: str, folder: Path, wanted: int = 0) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    places = (f"--datadir={folder / 'data'}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}")
    asked = ("mariadb", "--no-defaults", f"--socket={folder / 's'}", "-u", "root", "-e", "SELECT 1")

    def attempt() -> tuple[subprocess.Popen[bytes], int] | None:
        port = wanted or free_port()
        command = [server, *SETTINGS, *places, f"--port={port}", f"--tmpdir={folder}"]
        process = programs.launch(command, log, cwd=folder, env=_environment(folder), **programs.identity())
        if programs.until(
            process, lambda: subprocess.run(asked, check=False, capture_output=True).returncode == 0
        ):
            return process, port
        programs.stop(process)
        return None

    return programs.tried(attempt, "MariaDB", log)
