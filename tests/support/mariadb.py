"""A MariaDB server of the tests' own: from Debian's package, on a loopback port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30
TRIES = 3
# Data that nobody keeps needs no disk flushes. What a command line would read from /etc is left out.
SETTINGS = (
    "--no-defaults",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=16M",
    "--skip-log-bin",
)


class MariadbMissingError(Exception):
    """MariaDB's programs aren't on this machine. The text says how to get them."""


class MariadbServer:
    """A running server. Its superuser is root, over the socket only; every password is random."""

    def __init__(self, program: str, folder: Path) -> None:
        self.folder = folder
        self.host = "127.0.0.1"
        self._program = program
        self._process, self.port = _start(program, folder, _account())

    def kill(self) -> None:
        """The server dies as it would by a power cut; its files are as they were at that moment."""
        self._process.kill()
        self._process.wait(SECONDS)

    def start(self) -> None:
        """Start again after ``kill``, with the same files on the same port."""
        self._process, self.port = _start(self._program, self.folder, _account(), self.port)

    def stop(self) -> None:
        """End the server."""
        _stop(self._process)

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
        done = subprocess.run(
            (program, "--no-defaults", f"--socket={self.folder / 's'}", "-u", "root", *arguments),
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_mariadb() -> Iterator[MariadbServer]:
    """Start a server and stop it afterwards, data and all. Raises MariadbMissingError."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        raise MariadbMissingError("MariaDB isn't installed here: apt-get install -y mariadb-server")
    with tempfile.TemporaryDirectory(prefix="firedoor-my-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account = _account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _initialise(install, folder, account)
        running = MariadbServer(server, folder)
        try:
            yield running
        finally:
            running.stop()


def _account() -> pwd.struct_passwd | None:
    """The account to run as: MariaDB refuses to be root. None means the one we have."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _identity(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


def _initialise(install: str, folder: Path, account: pwd.struct_passwd | None) -> None:
    options = ("--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db")
    done = subprocess.run(  # type: ignore[call-overload] # the identity's keys are Popen's own
        (install, *options, f"--datadir={folder / 'data'}", f"--tmpdir={folder}"),
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        **_identity(account),
    )
    assert done.returncode == 0, done.stderr


def _start(
    server: str, folder: Path, account: pwd.struct_passwd | None, wanted: int = 0
) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    for _ in range(TRIES):
        port = wanted or free_port()
        places = (f"--datadir={folder / 'data'}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}")
        with log.open("wb") as out:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload] # as above
                [server, *SETTINGS, *places, f"--port={port}", f"--tmpdir={folder}"],
                cwd=folder,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                **_identity(account),
            )
        if _is_ready(folder, process):
            return process, port
        _stop(process)
    raise AssertionError(f"MariaDB did not start\n{log.read_text('utf-8', errors='replace')}")


def _is_ready(folder: Path, process: subprocess.Popen[bytes]) -> bool:
    """Whether it answers before it ends: it ends at once when another program took the port."""
    deadline = time.monotonic() + SECONDS
    asked = ("mariadb", "--no-defaults", f"--socket={folder / 's'}", "-u", "root", "-e", "SELECT 1")
    while process.poll() is None and time.monotonic() < deadline:
        if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
            return process.poll() is None
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(SECONDS)
