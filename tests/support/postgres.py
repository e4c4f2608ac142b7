"""A PostgreSQL server of the tests' own: from Debian's package, on a loopback port, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import programs
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = signal.SIGINT  # PostgreSQL's fast shutdown: sessions are ended, nothing is left running
# Data that nobody keeps needs no disk flushes: the server starts in a tenth of a second.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")


class PostgresServer:
    """A running server. Its superuser is ``postgres``; every password is random and for this run alone."""

    def __init__(self, server: Path, folder: Path, password: str) -> None:
        self.programs = server
        self._folder = folder
        self.host = "127.0.0.1"
        self.password = password
        self._process, self.port = _start(server, folder)

    def kill(self) -> None:
        """The server dies as it would by a power cut, every session with it; its files are as they were then."""
        pid = self._process.pid
        sessions = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        for session in (pid, *map(int, sessions)):
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)
        self._process.wait(programs.SECONDS)

    def start(self) -> None:
        """Start again after ``kill``, with the same files on the same port."""
        self._process, self.port = _start(self.programs, self._folder, self.port)

    def stop(self) -> None:
        """End the server and every session."""
        programs.stop(self._process, FAST)

    def psql(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL as the superuser; what it prints, unaligned and without headers."""
        options = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)
        return self._run("psql", *options).decode().strip()

    def create_database(self, name: str, *, driver: str = "postgresql+asyncpg") -> str:
        """A new database, owned by a new role of the same name; the URL to it with that role's password."""
        password = secrets.token_hex(16)
        self.psql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        self.psql(f"CREATE DATABASE {name} OWNER {name}")
        return f"{driver}://{name}:{password}@{self.host}:{self.port}/{name}"

    def create_role(self, database: str, name: str, options: str = "", *, driver: str = "postgresql") -> str:
        """A new role that may log in and owns nothing; the URL to a database with its password."""
        password = secrets.token_hex(16)
        self.psql(f"CREATE ROLE {name} LOGIN {options} PASSWORD '{password}'")
        return f"{driver}://{name}:{password}@{self.host}:{self.port}/{database}"

    def url(self, database: str) -> str:
        """The URL to a database with the superuser's password."""
        return f"postgresql://postgres:{self.password}@{self.host}:{self.port}/{database}"

    def dump(self, database: str, *options: str) -> bytes:
        """What pg_dump makes of a database, as SQL."""
        return self._run("pg_dump", "-d", database, *options)

    def restore(self, database: str, dump: bytes) -> None:
        """Run a dump's SQL in a database."""
        self._run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, given=dump)

    def clone(self, database: str, name: str) -> str:
        """A copy of a database by CREATE DATABASE ... TEMPLATE; the superuser's URL to it."""
        self.psql(f"CREATE DATABASE {name} TEMPLATE {database}")
        return self.url(name)

    def _run(self, program: str, *arguments: str, given: bytes = b"") -> bytes:
        place = ("-h", self.host, "-p", str(self.port), "-U", "postgres")
        known = {"PATH": os.environ.get("PATH", ""), "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"}
        return programs.run((self.programs / program, *place, *arguments), given=given, env=known)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server and stop it afterwards, data and all. Skips the test where it is not installed."""
    found = _programs()
    with tempfile.TemporaryDirectory(prefix="firedoor-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs.hand_over(folder)
        password = secrets.token_hex(16)
        _initialise(found, folder, password)
        server = PostgresServer(found, folder, password)
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    """The folder of the newest PostgreSQL. Debian keeps the server's programs out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        pytest.skip("PostgreSQL isn't installed here: apt-get install -y postgresql")
    return Path(found).resolve().parent


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8"}


def _initialise(server: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    programs.hand_over(secret)
    options = ("-U", "postgres", f"--pwfile={secret}", "--auth=scram-sha-256", "-E", "UTF8", "--no-sync")
    command = (server / "initdb", "-D", folder / "data", *options)
    programs.run(command, cwd=folder, env=_environment(folder), **programs.identity())
    secret.unlink()


def _start(server: Path, folder: Path, wanted: int = 0) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"

    def attempt() -> tuple[subprocess.Popen[bytes], int] | None:
        port = wanted or free_port()
        settings = (*SETTINGS, f"port={port}", f"unix_socket_directories={folder}")
        command: list[str | Path] = [server / "postgres", "-D", folder / "data"]
        command += [part for setting in settings for part in ("-c", setting)]
        process = programs.launch(command, log, cwd=folder, env=_environment(folder), **programs.identity())
        asked = (server / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port))
        if programs.until(process, lambda: subprocess.run(asked, check=False).returncode == 0):
            return process, port
        programs.stop(process, FAST)
        return None

    return programs.tried(attempt, "PostgreSQL", log)
