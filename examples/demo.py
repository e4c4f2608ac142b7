"""The tour of `make demo`: the handbook starts in development and answers, six barriers hold, and a drill attacks them.

Every line after a `$` is run exactly as it is printed, by sh, so a reader can repeat it. Needs nothing but the standard
library and the virtual environment that runs it. Exit code 0 only when all happened as it should.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60
KEPT = ("HOME", "LANG", "TERM", "TMPDIR", "XDG_CACHE_HOME", "NO_COLOR", "SYSTEMROOT")

# Secrets are made where they are used: their values never stand on a command line or on the screen.
KEY = "key() { python -c 'import secrets; print(secrets.token_urlsafe(32))'; }"
FILL = (
    'sed "s/^SECRET_KEY=.*/SECRET_KEY=$(key)/; s/^OPENAI_API_KEY=.*/OPENAI_API_KEY=$e-$(key)/; '
    's/^POSTGRES_PASSWORD=.*/POSTGRES_PASSWORD=$(key)/"'
)
ALONE = (
    'sed -i.before -E "s|^DATABASE_URL=.*|DATABASE_URL=sqlite+aiosqlite:///./$e.sqlite3|; '
    '/^(REDIS|VECTOR|ANALYZER)_/s/=.*/=/" .env.$e && rm .env.$e.before'
)


class UnexpectedError(Exception):
    """Something did not happen as the tour says it does."""


class Tour:
    """Runs and prints commands in one folder. ``environment`` is all that the commands get to see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        self.printed = ""

    def say(self, text: str = "") -> None:
        print(text, flush=True)

    def heading(self, text: str) -> None:
        self.say(f"\n## {text}\n")

    def run(self, command: str, *, code: int = 0, shows: tuple[str, ...] = ()) -> str:
        """Print a command, run it, print what it says; raise when its exit code or its words are others."""
        self.say(f"$ {command}")
        done = subprocess.run(
            ("sh", "-c", command),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
        self.printed += done.stdout
        if done.stdout.strip():
            self.say(done.stdout.strip())
        if done.returncode != code:
            raise UnexpectedError(f"this should have ended with {code}, and ended with {done.returncode}")
        if missing := [text for text in shows if text not in done.stdout]:
            raise UnexpectedError(f"this should have said: {', '.join(missing)}")
        self.say()
        return done.stdout

    @contextmanager
    def started(self, command: str, url: str) -> Iterator[None]:
        """Start a server and wait until the URL answers; stop it by its process id at the end."""
        self.say(f"$ {command} > backend.log 2>&1 &")
        with (self.folder / "backend.log").open("wb") as log:
            # `firedoor run` becomes the server, so this id is the server's.
            server = subprocess.Popen(
                command.split(),
                cwd=self.folder,
                env=self.environment,
                executable=shutil.which(command.split(maxsplit=1)[0], path=self.environment["PATH"]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait(server, url)
            yield
        finally:
            self.say(f"$ kill {server.pid}")
            stop(server)

    def _wait(self, server: subprocess.Popen[bytes], url: str) -> None:
        until = time.monotonic() + SECONDS / 2
        while not answers(url):
            if server.poll() is not None or time.monotonic() > until:
                log = (self.folder / "backend.log").read_text(encoding="utf-8", errors="replace")
                raise UnexpectedError(f"the backend does not answer. Its log:\n{log}")
            time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and after ten seconds end it and what it started (its own session, nobody else's)."""
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def prepare(tour: Tour) -> None:
    tour.heading("The handbook: one backend, four environments, one declaration")
    tour.run("grep -A 3 '^.environments' firedoor.toml")
    tour.say(
        "Development and testing work as their examples are; staging and production get secrets of their own.\n"
    )
    tour.run("umask 077; for e in development testing; do cp .env.$e.example .env.$e; done")
    tour.run(f"{KEY}; umask 077; for e in staging production; do {FILL} .env.$e.example > .env.$e; done")
    tour.say("Their examples name the platform's containers. Here each is one process with a file.\n")
    tour.run(f"for e in staging production; do {ALONE}; done")
    tour.run("firedoor check --all")


def answer(tour: Tour) -> None:
    tour.heading("It starts in development and answers")
    url = f"http://127.0.0.1:{free_port()}"
    port = url.rpartition(":")[2]
    server = f"firedoor run -e development -- uvicorn src.main:app --reload --host 127.0.0.1 --port {port}"
    get = (
        "curl -s"
        if shutil.which("curl")
        else "python -c 'import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())'"
    )
    with tour.started(server, f"{url}/health"):
        tour.run(f"{get} {url}/environment", shows=('"name":"development"',))
        tour.run(f"{get} '{url}/search?q=stop&limit=1'", shows=("Stopping well",))


def barriers(tour: Tour) -> None:
    serve = "gunicorn src.main:app --workers 4 --worker-class uvicorn.workers.UvicornWorker"
    tour.heading("Barrier 1: a misspelt environment is never guessed")
    tour.run(f"firedoor run -e prodution -- {serve}", code=1, shows=("FD102", "production"))
    tour.heading("Barrier 2: production does not start with DEBUG=true")
    tour.run(f"DEBUG=true firedoor run -e production -- {serve}", code=1, shows=("FD304", "DEBUG"))
    tour.heading("Barrier 3: tests never meet production's database")
    theirs = "$(grep '^DATABASE_URL=' .env.production)"
    tour.run(f'umask 077; sed "s|^DATABASE_URL=.*|{theirs}|" .env.testing.example > .env.testing')
    tour.run("firedoor run -e testing -- pytest", code=1, shows=("FD401", "DATABASE_URL"))
    tour.say("With a database of its own, the tests run again:\n")
    tour.run("cp .env.testing.example .env.testing")
    tour.run("firedoor run -e testing -- pytest -q -m unit", shows=("passed",))


def without_its_file(tour: Tour) -> None:
    tour.heading("Barrier 4: a machine that has never seen production's file refuses production")
    tour.run("firedoor lock --all --offline", shows=("Wrote firedoor.lock, firedoor.toml",))
    tour.run("mkdir elsewhere && mv .env.production elsewhere")
    theirs = "$(grep '^DATABASE_URL=' elsewhere/.env.production)"
    tour.run(f'umask 077; sed "s|^DATABASE_URL=.*|{theirs}|" .env.testing.example > .env.testing')
    tour.run("firedoor run -e testing -- pytest", code=1, shows=("FD401", "DATABASE_URL"))
    tour.run("cp .env.testing.example .env.testing && mv elsewhere/.env.production . && rmdir elsewhere")


def copied(tour: Tour) -> None:
    tour.heading("Barrier 5: a database knows whose it is, and its copy tells")
    create = "import sqlite3; sqlite3.connect('production.sqlite3').execute('CREATE TABLE readers (name)')"
    tour.run(f'python -c "{create}"')
    tour.run("firedoor stamp -e production DATABASE_URL -q", shows=("stamped",))
    tour.run("cp production.sqlite3 staging.sqlite3")
    tour.run("firedoor verify -e staging", code=1, shows=("FD522", "production"))


REACHING = (
    "import socket\n\n\ndef test_something():\n    socket.create_connection(('{host}', 5432), timeout=2)\n"
)


def reached(tour: Tour) -> None:
    tour.heading("Barrier 6: a test that reaches for production does not get there, whatever it was told")
    test = tour.folder / "test_reaching.py"
    tour.run(
        "cp .env.production elsewhere.env && umask 077 && sed -i.before "
        "'s|^DATABASE_URL=.*|DATABASE_URL=postgresql+asyncpg://handbook@127.0.0.2/handbook|' .env.production"
    )
    test.write_text(REACHING.format(host="127.0.0.2"), encoding="utf-8")
    tour.run("cat test_reaching.py")
    tour.run("APP_ENV=testing pytest -q --tb=line test_reaching.py", code=1, shows=("FD601", "DATABASE_URL"))
    tour.run("rm test_reaching.py .env.production.before && mv elsewhere.env .env.production")


def drilled(tour: Tour) -> None:
    tour.heading("A drill: attacks on all of these barriers, each beside its harmless twin")
    tour.say("Stand-ins listen in production's place; nothing that is real is touched.\n")
    tour.run("firedoor drill --short", shows=("attacks stopped", "every control passed"))


def no_secret_was_printed(tour: Tour) -> None:
    """What firedoor promises of every output, checked on all of the above."""
    for path in sorted(tour.folder.glob(".env.*")):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            if (
                name in ("SECRET_KEY", "OPENAI_API_KEY", "POSTGRES_PASSWORD", "DATABASE_URL")
                and value in tour.printed
            ):
                raise UnexpectedError(f"the value of {name} in {path.name} was printed")


def main() -> int:
    started = time.monotonic()
    parent = Path(tempfile.mkdtemp(prefix="firedoor-demo-"))
    tour = Tour(parent / "handbook")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        tour.say(f'$ export PATH="{Path(sys.executable).parent}:$PATH"')
        tour.say(
            f"$ mkdir -p {parent} && cp -R {ROOT / 'examples' / 'handbook'} {parent} && cd {tour.folder}"
        )
        rubbish = shutil.ignore_patterns("__pycache__", ".*_cache", "*.sqlite3*")
        shutil.copytree(ROOT / "examples" / "handbook", tour.folder, ignore=rubbish)
        prepare(tour)
        answer(tour)
        barriers(tour)
        without_its_file(tour)
        copied(tour)
        reached(tour)
        drilled(tour)
        no_secret_was_printed(tour)
    except (UnexpectedError, subprocess.TimeoutExpired, OSError) as error:
        print(f"\nThe tour went wrong: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(parent, ignore_errors=True)
    tour.say(
        f"\nAll as it should be, in {time.monotonic() - started:.0f} s: the backend answered, six barriers held,"
    )
    tour.say(
        "no secret and no database address was printed. The folder is removed, every line above can be repeated."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
