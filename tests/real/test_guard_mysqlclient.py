"""The guard and mysqlclient, which has no wheel: Debian's package, in Debian's own Python, against a real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import firedoor
from support.forwarder import forwarding

if TYPE_CHECKING:
    from support.mariadb import MariadbServer
    from support.project import ProjectFolder

pytestmark = pytest.mark.real

PYTHON = "/usr/bin/python3"
SECONDS = 60
DECLARATION = """\
[project]
name = "shop"
[environments.testing]
unstamped = "error"
[environments.production]
protected = true
[variables.DATABASE]
resource = "database"
shared_server = ["testing", "production"]
"""
SCRIPT = """\
import json, os, sys, traceback
early = __import__("MySQLdb") if os.environ["ORDER"] == "early" else None
from firedoor import boundary, declaration
from firedoor.guard import arming
told = json.loads(sys.stdin.read())
project = declaration.load(os.getcwd())
arming.arm(boundary.configure(project, "testing", process={}, in_process=True))
import MySQLdb, MySQLdb.cursors
from firedoor.errors import GuardError
for one in told:
    act, parts = one.pop("act", "connect"), one
    if parts.pop("rows", ""):
        parts["cursorclass"] = MySQLdb.cursors.DictCursor
    try:
        if act == "raw":
            parts["passwd"], parts["db"] = parts.pop("password"), parts.pop("database")
            connection = MySQLdb._mysql.connect(**parts)
            connection.close()
            print(json.dumps("raw"))
            continue
        other = parts.pop("select", None)
        connection = MySQLdb.connect(**parts)
        if other:
            connection.select_db(other)
        cursor = connection.cursor()
        cursor.execute("SELECT DATABASE(), @seen, @@autocommit, @@in_transaction")
        print(json.dumps(cursor.fetchone()))
        connection.close()
    except GuardError as error:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        secrets = [word for word in (parts.get("password"), parts.get("passwd"), parts.get("host")) if word]
        assert not any(word in text for word in secrets), "a value was shown"
        print(json.dumps([[problem.code, problem.facts.get("other")] for problem in error.problems]))
"""
FD603 = [["FD603", "production"]]
FD522 = [["FD522", "production"]]
_numbers = count()


def _has_driver() -> bool:
    """Whether Debian's Python has the driver."""
    if shutil.which(PYTHON) is None:
        return False
    return subprocess.run([PYTHON, "-c", "import MySQLdb"], capture_output=True, check=False).returncode == 0


needs_driver = pytest.mark.skipif(
    not _has_driver() and "CI" not in os.environ, reason="Debian's python3-mysqldb is not installed"
)


class World:
    """Two stamped databases of two environments on one server."""

    def __init__(self, folder: ProjectFolder, server: MariadbServer) -> None:
        number = next(_numbers)
        self.folder, self.server = folder, server
        self.own, self.live = (
            server.create_database(f"client_{one}_{number}").replace("+pymysql", "")
            for one in ("own", "live")
        )
        self.tell(self.own)
        for environment in ("testing", "production"):
            folder.firedoor("stamp", "-e", environment, "--by", "somebody", code=0)

    def tell(self, own: str) -> None:
        self.folder.write("firedoor.toml", DECLARATION)
        self.folder.write(".env.testing", f"DATABASE={own}\n", mode=0o600)
        self.folder.write(".env.production", f"DATABASE={self.live}\n", mode=0o600)

    def ask(self, *told: dict[str, Any], order: str = "late") -> list[Any]:
        """What came of each connection, one after the other, in one process of Debian's Python."""
        done = subprocess.run(
            [PYTHON, "-c", SCRIPT],
            input=json.dumps(told),
            cwd=self.folder.root,
            env={"PYTHONPATH": str(Path(firedoor.__file__).parent.parent), "ORDER": order, "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def parts(url: str, **instead: Any) -> dict[str, Any]:
    login, _, place = url.partition("://")[2].rpartition("@")
    user, _, password = login.partition(":")
    server, _, database = place.partition("/")
    host, _, port = server.partition(":")
    return {
        "host": host,
        "port": int(port),
        "user": user,
        "password": password,
        "database": database,
        **instead,
    }


def row(url: str, *, seen: str | None = None, autocommit: int = 0) -> list[Any]:
    return [url.rpartition("/")[2], seen, autocommit, 0]


@pytest.fixture
def world(project: ProjectFolder, mariadb_server: MariadbServer) -> World:
    return World(project, mariadb_server)


@needs_driver
@pytest.mark.parametrize("order", ["early", "late"])
def test_a_connection_is_as_the_driver_makes_it_or_is_refused(world: World, order: str) -> None:
    own, live = parts(world.own), parts(world.live)
    name = own["database"]
    mapped = {"DATABASE()": name, "@seen": "1", "@@autocommit": 0, "@@in_transaction": 0}
    answers = world.ask(
        own,
        live,
        {**own, "init_command": "SET @seen = '1'", "rows": "dicts"},
        {**own, "autocommit": True},
        {**own, "autocommit": None},
        parts(world.live, database=live["database"].upper()),
        {**own, "select": live["database"]},
        {**own, "select": name},
        {**live, "act": "raw"},
        {**own, "act": "raw"},
        order=order,
    )
    assert answers == [
        row(world.own),
        FD603,
        mapped,
        row(world.own, autocommit=1),
        row(world.own, autocommit=1),
        FD603,
        FD603,
        row(world.own),
        FD603,
        "raw",
    ]


@needs_driver
def test_the_first_command_is_said_to_nobody_else(world: World) -> None:
    with forwarding(world.server.port) as forwarder:
        told = world.live.replace(f":{world.server.port}/", f":{forwarder}/")
        world.tell(told)
        written = "CREATE TABLE came_too_far (n INT)"
        assert world.ask(parts(told, init_command=written)) == [FD522]
        tables = world.server.sql("SHOW TABLES", database=parts(world.live)["database"])
        assert "came_too_far" not in tables
        own = world.own.replace(f":{world.server.port}/", f":{forwarder}/")
        world.tell(own)
        assert world.ask(parts(own, init_command=written)) == [row(own)]
        assert "came_too_far" in world.server.sql("SHOW TABLES", database=parts(own)["database"])


@needs_driver
def test_an_option_file_leads_there_as_arguments_do(world: World) -> None:
    live, own = parts(world.live), parts(world.own)

    def written(told: dict[str, Any]) -> dict[str, Any]:
        lines = "".join(f"{key}={told[key]}\n" for key in ("host", "port", "user", "password", "database"))
        name = f"{told['database']}.cnf"
        world.folder.write(name, f"[client]\n{lines}", mode=0o600)
        return {"read_default_file": str(world.folder.root / name)}

    assert world.ask(written(live), written(own)) == [FD603, row(world.own)]
