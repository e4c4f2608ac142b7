"""The seal with real clients and servers: what is declared works as ever, and no client of C gets past it."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from support.sealing import by_address

if TYPE_CHECKING:
    from support.postgres import PostgresServer
    from support.project import ProjectFolder, Result
    from support.redis_server import RedisServer

pytestmark = [pytest.mark.real, by_address]
SEALED = ("run", "-q", "-e", "testing", "--seal=address", "--")
DECLARATION = """\
[environments.testing]
reach = [{reach}]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"

[variables.CACHE]
resource = "cache"

[variables.OTHER]
secret = true
"""


@pytest.fixture
def shop(
    project: ProjectFolder,
    postgres_server: PostgresServer,
    other_postgres_server: PostgresServer,
    redis_server: RedisServer,
) -> ProjectFolder:
    """Testing has a database and a cache. What production has, every program is told in OTHER."""
    project.write("firedoor.toml", DECLARATION.format(reach=""))
    foreign = other_postgres_server.url("postgres")
    testing = f"DATABASE_URL={postgres_server.url('postgres')}\nCACHE={redis_server.url(3)}\n"
    project.write(".env.testing", f"{testing}OTHER={foreign[::-1]}\n", mode=0o600)
    project.write(".env.production", f"DATABASE_URL={foreign}\n", mode=0o600)
    return project


def sealed(shop: ProjectFolder, *command: str) -> Result:
    return shop.firedoor(*SEALED, *command)


def python(code: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-c",
        f"import os\nown = os.environ['DATABASE_URL']\nother = os.environ['OTHER'][::-1]\n{code}",
    )


CLIENTS = {
    "psycopg": """
import psycopg
for url in (own, other):
    try:
        with psycopg.connect(url, connect_timeout=5) as one:
            print(one.execute("SELECT 'reached'").fetchone()[0])
    except psycopg.OperationalError as reason:
        print("refused" if "refused" in str(reason) else reason)
""",
    "psycopg2": """
import psycopg2
for url in (own, other):
    try:
        with psycopg2.connect(url, connect_timeout=5) as one:
            cursor = one.cursor()
            cursor.execute("SELECT 'reached'")
            print(cursor.fetchone()[0])
    except psycopg2.OperationalError as reason:
        print("refused" if "refused" in str(reason) else reason)
""",
    "asyncpg on uvloop": """
import asyncpg, uvloop
async def main():
    for url in (own, other):
        try:
            one = await asyncpg.connect(url, timeout=5)
            print(await one.fetchval("SELECT 'reached'"))
            await one.close()
        except OSError as reason:
            print("refused" if reason.errno == 111 else reason)
uvloop.run(main())
""",
    "asyncpg": """
import asyncio, asyncpg
async def main():
    for url in (own, other):
        try:
            one = await asyncpg.connect(url, timeout=5)
            print(await one.fetchval("SELECT 'reached'"))
            await one.close()
        except OSError as reason:
            print("refused" if reason.errno == 111 else reason)
asyncio.run(main())
""",
    "psql": """
import subprocess
for url in (own, other):
    done = subprocess.run(["psql", "-X", "-A", "-t", "-c", "SELECT 'reached'", url], capture_output=True, text=True)
    print(done.stdout.strip() or ("refused" if "refused" in done.stderr else done.stderr))
""",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_reach_the_declared_database_and_no_other(shop: ProjectFolder, client: str) -> None:
    result = sealed(shop, *python(CLIENTS[client]))
    assert (result.code, result.stdout) == (0, "reached\nrefused\n"), result.everything
    assert "FD622" in result.stderr
    unsealed = shop.firedoor("run", "-q", "-e", "testing", "--", *python(CLIENTS[client]), code=0)
    assert unsealed.stdout == "reached\nreached\n", "the control: without the seal both are reached"


def test_redis_is_reached(shop: ProjectFolder) -> None:
    code = "import redis\none = redis.Redis.from_url(os.environ['CACHE'])\none.set('sealed', 1)\nprint(one.get('sealed'))"
    assert sealed(shop, *python(code)).stdout == "b'1'\n"


@pytest.mark.parametrize("is_declared", [True, False])
def test_unix_sockets_of_servers_are_reached_where_their_folder_is_declared(
    shop: ProjectFolder, postgres_server: PostgresServer, redis_server: RedisServer, *, is_declared: bool
) -> None:
    folder = postgres_server._folder
    if is_declared:
        shop.write("firedoor.toml", DECLARATION.format(reach=f'"{folder}", "{redis_server.socket}"'))
    url = postgres_server.url("postgres").replace(f"{postgres_server.host}:{postgres_server.port}", "")
    code = f"""
import psycopg, redis
try:
    with psycopg.connect({url!r}, host={str(folder)!r}, port={postgres_server.port}) as one:
        print(one.execute("SELECT 'reached'").fetchone()[0])
except psycopg.OperationalError as reason:
    print("denied" if "Permission denied" in str(reason) else reason)
try:
    print(redis.Redis.from_url({redis_server.socket_url()!r}).ping())
except redis.ConnectionError as reason:
    print("denied" if "Permission denied" in str(reason) else reason)
"""
    assert sealed(shop, *python(code)).stdout == ("reached\nTrue\n" if is_declared else "denied\ndenied\n")


OWN_SERVER = """
import getpass, pathlib, subprocess, tempfile, time
programs = pathlib.Path(PROGRAMS)
with tempfile.TemporaryDirectory() as name:
    who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    os.chmod(name, 0o777)
    run = lambda *command: subprocess.run(command, check=True, capture_output=True, cwd=name, **who)
    run(programs / "initdb", "-D", f"{name}/data", "-U", "own", "-A", "trust", "--no-sync")
    start = f"-k {name} -p 5433 -c fsync=off"
    run(programs / "pg_ctl", "-D", f"{name}/data", "-o", start, "-w", "-l", f"{name}/log", "start")
    for host in ("127.0.0.1", name):
        command = ["psql", "-X", "-A", "-t", "-h", host, "-p", "5433", "-U", "own", "-c", "SELECT 'own'", "postgres"]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), flush=True)
    print(run("psql", "-h", name, "-p", "5433", "-U", "own", "-A", "-t", "-c", "SELECT 'as another'", "postgres").stdout)
"""


def test_a_postgresql_server_that_the_suite_starts_works(
    shop: ProjectFolder, postgres_server: PostgresServer
) -> None:
    code = OWN_SERVER.replace("PROGRAMS", repr(str(postgres_server.programs)))
    result = sealed(shop, *python(code))
    assert result.stdout == "own\nown\nb'as another\\n'\n", result.everything


def test_peer_logins_see_who_has_connected_and_not_the_seal(
    shop: ProjectFolder, postgres_server: PostgresServer
) -> None:
    """A server asks the kernel whose process is at the other end: it must not be the supervisor's account."""
    code = OWN_SERVER.replace("PROGRAMS", repr(str(postgres_server.programs))).replace('"trust"', '"peer"')
    code = code.replace('"own"', "USER").replace('for host in ("127.0.0.1", name)', "for host in ()")
    code = code.replace(
        "with tempfile", 'USER = "nobody" if os.geteuid() == 0 else getpass.getuser()\nwith tempfile', 1
    )
    result = sealed(shop, *python(code))
    assert result.stdout == "b'as another\\n'\n", result.everything


def test_suites_in_several_processes_work(shop: ProjectFolder) -> None:
    shop.write(
        "test_suite.py",
        """
        import http.server, os, socket, threading, urllib.request
        import psycopg, pytest

        @pytest.mark.parametrize("number", range(4))
        def test_database(number):
            with psycopg.connect(os.environ["DATABASE_URL"]) as one:
                assert one.execute("SELECT 1").fetchone() == (1,)

        def test_own_server():
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
                threading.Thread(target=server.serve_forever).start()
                with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/") as answer:
                    assert answer.status == 200
                server.shutdown()

        def test_production():
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(os.environ["OTHER"][::-1])
        """,
    )
    result = sealed(
        shop, sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:firedoor", "-p", "no:cacheprovider"
    )
    assert result.code == 0, result.everything
    assert "6 passed" in result.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl isn't installed")
def test_curl_reaches_nothing_that_is_not_declared(
    shop: ProjectFolder, other_postgres_server: PostgresServer
) -> None:
    place = f"http://127.0.0.1:{other_postgres_server.port}/"
    assert sealed(shop, "curl", "-s", place).code == 7  # could not connect
    assert (
        shop.firedoor("run", "-q", "-e", "testing", "--", "curl", "-s", place).code == 52
    )  # no answer of HTTP's
