"""C6: a running program of the attacker's that connects to the target, past whatever watches it."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.attack import Tried
    from firedoor.drill.scene import Scene

_ADDRESS = "import sys; host, port = sys.argv[1], int(sys.argv[2])\n"
_WRITES = "'import socket; socket.create_connection((\\'%s\\', %d), 2).close()' % (host, port)"
_KINDS = ("database", "cache", "http", "queue", "vector", "bucket", "smtp")
_ESCAPES: tuple[tuple[str, str, str], ...] = (
    (
        "socket",
        "socket.create_connection",
        "import socket\nsocket.create_connection((host, port), 2).close()",
    ),
    (
        "_socket",
        "_socket.socket, below Python's own class",
        "import _socket\n_socket.socket().connect((host, port))",
    ),
    ("udp", "a packet by UDP", "import socket\nsocket.socket(2, 2).sendto(b'x', (host, port))"),
    (
        "sendmsg",
        "a packet by sendmsg",
        "import socket\nsocket.socket(2, 2).sendmsg([b'x'], [], 0, (host, port))",
    ),
    (
        "connect_ex",
        "connect_ex, whose error nobody reads",
        "import socket\nprint(socket.socket().connect_ex((host, port)))",
    ),
    (
        "asyncio",
        "asyncio.open_connection",
        "import asyncio\nasync def go():\n    _, w = await asyncio.open_connection(host, port)\n    w.close()\nasyncio.run(go())",
    ),
    (
        "fork",
        "a fork that connects",
        "import os, socket\npid = os.fork()\nif not pid:\n    try:\n        socket.create_connection((host, port), 2)\n"
        "    except OSError as error:\n        print(error, flush=True)\n    os._exit(0)\nos.waitpid(pid, 0)",
    ),
    (
        "thread",
        "a thread that connects",
        "import threading, socket\nt = threading.Thread(target=socket.create_connection, args=((host, port), 2))\nt.start()\nt.join()",
    ),
    (
        "child",
        "a child: python -I -S -c",
        f"import subprocess\nsubprocess.run([sys.executable, '-I', '-S', '-c', {_WRITES}])",
    ),
    (
        "system",
        "os.system",
        f"import os, shlex\nos.system(shlex.join([sys.executable, '-c', {_WRITES}]))",
    ),
    (
        "posix_spawn",
        "posix_spawn",
        f"import os\npid = os.posix_spawn(sys.executable, [sys.executable, '-c', {_WRITES}], dict(os.environ))\nos.waitpid(pid, 0)",
    ),
    (
        "exec",
        "os.exec",
        f"import os\nos.execv(sys.executable, [sys.executable, '-c', {_WRITES}])",
    ),
    (
        "daemon",
        "a daemon that outlives its parent",
        f"import subprocess, time\nsubprocess.Popen([sys.executable, '-c', {_WRITES}], start_new_session=True).wait()",
    ),
    (
        "ctypes",
        "connect(2) by ctypes",
        "import ctypes, socket, struct\ns = socket.socket()\nc = ctypes.CDLL(None, use_errno=True)\n"
        "a = struct.pack('=H', 2) + struct.pack('!H', port) + socket.inet_aton(host) + bytes(8)\n"
        "print(c.connect(s.fileno(), a, 16))",
    ),
    (
        "syscall",
        "a raw system call by ctypes",
        "import ctypes, os, socket, struct\ns = socket.socket()\nc = ctypes.CDLL(None, use_errno=True)\n"
        "a = struct.pack('=H', 2) + struct.pack('!H', port) + socket.inet_aton(host) + bytes(8)\n"
        "print(c.syscall(42 if os.uname().machine == 'x86_64' else 203, s.fileno(), a, 16))",
    ),
)
_SPELLED = (
    ("short", "127.2"),
    ("decimal", "2130706434"),
    ("mapped", "::ffff:127.0.0.2"),
)
_LIBRARIES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "psycopg",
        "psycopg, whose library of C connects",
        ("psycopg",),
        "import psycopg\npsycopg.connect(f'postgresql://u@{host}:{port}/d', connect_timeout=2)",
    ),
    (
        "psycopg2",
        "psycopg2",
        ("psycopg2",),
        "import psycopg2\npsycopg2.connect(host=host, port=port, user='u', dbname='d', connect_timeout=2)",
    ),
    (
        "asyncpg-uvloop",
        "asyncpg on uvloop",
        ("asyncpg", "uvloop"),
        "import asyncio, asyncpg, uvloop\nasyncio.Runner(loop_factory=uvloop.new_event_loop).run(asyncpg.connect(host=host, port=port, user='u', database='d', timeout=2))",
    ),
    (
        "uvloop",
        "uvloop, which connects in C",
        ("uvloop",),
        "import asyncio, uvloop\nasyncio.Runner(loop_factory=uvloop.new_event_loop).run(asyncio.open_connection(host, port))",
    ),
    (
        "pymysql",
        "PyMySQL",
        ("pymysql",),
        "import pymysql\npymysql.connect(host=host, port=port, user='u', database='d', connect_timeout=2)",
    ),
    (
        "redis",
        "redis-py",
        ("redis",),
        "import redis\nredis.Redis(host=host, port=port, socket_timeout=2).ping()",
    ),
    (
        "pymongo",
        "PyMongo",
        ("pymongo",),
        "import pymongo\npymongo.MongoClient(host, port, serverSelectionTimeoutMS=1500).d.command('ping')",
    ),
    (
        "pycurl",
        "libcurl",
        ("pycurl",),
        "import pycurl\nc = pycurl.Curl()\nc.setopt(c.URL, f'http://{host}:{port}/')\nc.setopt(c.TIMEOUT, 2)\nc.perform()",
    ),
    (
        "urllib",
        "urllib",
        (),
        "import urllib.request\nurllib.request.urlopen(f'http://{host}:{port}/', timeout=2)",
    ),
    (
        "requests",
        "requests",
        ("requests",),
        "import requests\nrequests.get(f'http://{host}:{port}/', timeout=2)",
    ),
    ("httpx", "httpx", ("httpx",), "import httpx\nhttpx.get(f'http://{host}:{port}/', timeout=2)"),
    (
        "aiohttp",
        "aiohttp",
        ("aiohttp",),
        "import asyncio, aiohttp\nasync def go():\n    async with aiohttp.ClientSession() as s:\n        await s.get(f'http://{host}:{port}/')\nasyncio.run(go())",
    ),
    (
        "sqlalchemy",
        "SQLAlchemy",
        ("sqlalchemy", "psycopg"),
        "import sqlalchemy\nsqlalchemy.create_engine(f'postgresql+psycopg://u@{host}:{port}/d').connect()",
    ),
    (
        "boto3",
        "boto3",
        ("boto3",),
        "import boto3\nboto3.client('s3', endpoint_url=f'http://{host}:{port}', aws_access_key_id='x', aws_secret_access_key='y', region_name='us-east-1').list_buckets()",
    ),
    ("smtplib", "smtplib", (), "import smtplib\nsmtplib.SMTP(host, port, timeout=2)"),
)


def _needs(scene: Scene) -> str:
    return scene.has(*_KINDS)


def _on_linux(scene: Scene) -> str:
    return _needs(scene) or ("" if sys.platform == "linux" else "only Linux has 127.0.0.2 by itself")


def _forks(scene: Scene) -> str:
    return _needs(scene) or (
        "" if hasattr(sys, "getwindowsversion") is False else "there is no fork on Windows"
    )


def _installed(*libraries: str) -> Callable[[Scene], str]:
    def unmet(scene: Scene) -> str:
        missing = [name for name in libraries if find_spec(name) is None]
        return _needs(scene) or (f"{', '.join(missing)} is not installed" if missing else "")

    return unmet


def _attempt(script: str, host: str = "") -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        return scene.reached(scene.guarded(_ADDRESS + script, host or scene.live.host, scene.live.port))

    return attempt


def _control(script: str) -> Callable[[Scene], Tried]:
    def control(scene: Scene) -> Tried:
        return scene.served(scene.guarded(_ADDRESS + script, scene.own.host, scene.own.port))

    return control


_ARM = "\nimport firedoor.guard; firedoor.guard.arm()\n" + _ADDRESS
_TAKEN_CLASS = "import socket; taken = socket.socket" + _ARM + "taken().connect((host, port))"
_TAKEN_METHOD = (
    "import socket; connect = socket.socket.connect" + _ARM + "connect(socket.socket(), (host, port))"
)


def _taken(script: str) -> Callable[[Scene], Tried]:
    return lambda scene: scene.reached(scene.run(script, scene.live.host, scene.live.port))


def _taken_own(script: str) -> Callable[[Scene], Tried]:
    return lambda scene: scene.served(scene.run(script, scene.own.host, scene.own.port))


def _sees_all(scene: Scene) -> str:
    is_seen = scene.sealed or scene.attacker.guard == "audit"
    return _needs(scene) or ("" if is_seen else 'seen by guard = "audit" and by --seal alone')


def _psql(scene: Scene) -> str:
    return _needs(scene) or ("" if which("psql") else "psql is not installed")


_PSQL = "import subprocess\nsubprocess.run(['psql', '-w', '-h', host, '-p', str(port), '-U', 'u', 'd'], env={**__import__('os').environ, 'PGCONNECT_TIMEOUT': '2'})"

ATTACKS = (
    *(
        Attack(
            f"escape-{name}",
            words,
            "C6",
            _attempt(script),
            _control(script),
            _needs,
            short=name in ("socket", "child"),
        )
        for name, words, script in _ESCAPES
    ),
    Attack(
        "escape-taken-class",
        "a class of sockets taken before the guard",
        "C6",
        _taken(_TAKEN_CLASS),
        _taken_own(_TAKEN_CLASS),
        _needs,
    ),
    Attack(
        "escape-taken-method",
        "connect itself, taken before the guard",
        "C6",
        _taken(_TAKEN_METHOD),
        _taken_own(_TAKEN_METHOD),
        _sees_all,
    ),
    Attack("escape-psql", "psql, started as a child", "C6", _attempt(_PSQL), _control(_PSQL), _psql),
    *(
        Attack(
            f"client-{name}",
            words,
            "C6",
            _attempt(script),
            _control(script),
            _installed(*libraries),
            short=name == "psycopg",
        )
        for name, words, libraries, script in _LIBRARIES
    ),
    *(
        Attack(
            f"socket-{name}",
            f"a socket to {host}",
            "C3",
            _attempt(f"import socket\nsocket.create_connection((host, port), 2).close()", host),
            _control("import socket\nsocket.create_connection((host, port), 2).close()"),
            _on_linux,
        )
        for name, host in _SPELLED
    ),
)
