"""A PostgreSQL server of the tests' own: from Debian's package, on a loopback port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30
TRIES = 3
# Data that nobody keeps needs no disk flushes: the server starts in a tenth of a second.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")


class PostgresMissingError(Exception):
    """PostgreSQL's programs aren't on this machine. The text says how to get them."""


class PostgresServer:
    """A running server. Its superuser is ``postgres``; every password is random and for this run alone."""

    def __init__(self, programs: Path, folder: Path, password: str) -> None:
        self.programs = programs
        self._folder = folder
        self.host = "127.0.0.1"
        self.password = password
        self._process, self.port = _start(programs, folder, _account())

    def kill(self) -> None:
        """The server dies as it would by a power cut, every session with it; its files are as they were then."""
        pid = self._process.pid
        sessions = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        for session in (pid, *map(int, sessions)):
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)
        self._process.wait(SECONDS)

    def start(self) -> None:
        """Start again after ``kill``, with the same files on the same port."""
        self._process, self.port = _start(self.programs, self._folder, _account(), self.port)

    def stop(self) -> None:
        """End the server and every session."""
        _stop(self._process)

    def psql(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL as the superuser; what it prints, unaligned and without headers."""
        connection = ("-h", self.host, "-p", str(self.port), "-U", "postgres", "-d", database)
        done = subprocess.run(
            (self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *connection, "-c", sql),
            env={"PATH": os.environ.get("PATH", ""), "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

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
        done = subprocess.run(
            (self.programs / program, "-h", self.host, "-p", str(self.port), "-U", "postgres", *arguments),
            env={"PATH": os.environ.get("PATH", ""), "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"},
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server and stop it afterwards, data and all. Raises PostgresMissingError."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="firedoor-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account = _account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        password = secrets.token_hex(16)
        _initialise(programs, folder, account, password)
        server = PostgresServer(programs, folder, password)
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    """The folder of the newest PostgreSQL. Debian keeps the server's programs out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        raise PostgresMissingError("PostgreSQL isn't installed here: apt-get install -y postgresql")
    return Path(found).resolve().parent


def _account() -> pwd.struct_passwd | None:
    """The account to run as: PostgreSQL refuses to be root. None means the one we have."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _identity(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8"}


def _initialise(programs: Path, folder: Path, account: pwd.struct_passwd | None, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if account is not None:
        os.chown(secret, account.pw_uid, account.pw_gid)
    options = ("-U", "postgres", f"--pwfile={secret}", "--auth=scram-sha-256", "-E", "UTF8", "--no-sync")
    done = subprocess.run(  # type: ignore[call-overload] # the identity's keys are Popen's own
        (programs / "initdb", "-D", folder / "data", *options),
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
        **_identity(account),
    )
    assert done.returncode == 0, done.stderr
    secret.unlink()


def _start(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, wanted: int = 0
) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    for _ in range(TRIES):
        port = wanted or free_port()
        settings = (*SETTINGS, f"port={port}", f"unix_socket_directories={folder}")
        command = [str(programs / "postgres"), "-D", str(folder / "data")]
        with log.open("wb") as out:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload] # as above
                [*command, *(part for setting in settings for part in ("-c", setting))],
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                **_identity(account),
            )
        if _is_ready(programs, process, port):
            return process, port
        _stop(process)
    raise AssertionError(f"PostgreSQL did not start\n{log.read_text('utf-8', errors='replace')}")


def _is_ready(programs: Path, process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether it answers before it ends: it ends at once when another program took the port."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        asked = (programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port))
        if subprocess.run(asked, check=False).returncode == 0:
            return process.poll() is None
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """PostgreSQL's fast shutdown: sessions are ended, nothing is left running."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(SECONDS)
