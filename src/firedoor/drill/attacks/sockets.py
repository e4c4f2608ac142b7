"""C6: a running program of the attacker's that connects to the target, past whatever watches it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack
from firedoor.drill.connecting import ADDRESS, needs, to_own, to_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.attack import Tried
    from firedoor.drill.scene import Scene

_CREATE = "import socket\nsocket.create_connection((host, port), 2).close()\n"
_SOCKET = "import _socket\n_socket.socket().connect((host, port))\n"
_UDP = "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (host, port))\n"
_SENDMSG = """\
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, (host, port))
"""
_CONNECT_EX = "import socket\nprint(socket.socket().connect_ex((host, port)))\n"
_ASYNCIO = """\
import asyncio

async def go():
    _, writer = await asyncio.open_connection(host, port)
    writer.close()

asyncio.run(go())
"""
_FORK = """\
import os, socket
child = os.fork()
if not child:
    try:
        socket.create_connection((host, port), 2)
    except OSError as error:
        print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""
_THREAD = """\
import socket, threading
thread = threading.Thread(target=socket.create_connection, args=((host, port), 2))
thread.start()
thread.join()
"""
_CONNECTS = "import socket; socket.create_connection(({host!r}, {port}), 2).close()"
_TEXT = f"text = {_CONNECTS!r}.format(host=host, port=port)\n"
_CHILD = _TEXT + "import subprocess\nsubprocess.run([sys.executable, '-I', '-S', '-c', text])\n"
_SYSTEM = _TEXT + "import os, shlex\nos.system(shlex.join([sys.executable, '-c', text]))\n"
_SPAWN = (
    _TEXT
    + """\
import os
child = os.posix_spawn(sys.executable, [sys.executable, '-c', text], dict(os.environ))
os.waitpid(child, 0)
"""
)
_EXEC = _TEXT + "import os\nos.execv(sys.executable, [sys.executable, '-c', text])\n"
_DAEMON = (
    _TEXT
    + """\
import subprocess
subprocess.Popen([sys.executable, '-c', text], start_new_session=True).wait()
"""
)
_C = """\
import ctypes, os, socket, struct
sock = socket.socket()
c = ctypes.CDLL(None, use_errno=True)
address = struct.pack('=H', socket.AF_INET) + struct.pack('!H', port) + socket.inet_aton(host) + bytes(8)
"""
_CTYPES = _C + "print(c.connect(sock.fileno(), address, len(address)))\n"
_SYSCALL = (
    _C
    + """\
print(c.syscall(42 if os.uname().machine == 'x86_64' else 203, sock.fileno(), address, len(address)))
"""
)
_ARM = "\nimport firedoor.guard; firedoor.guard.arm()\n" + ADDRESS
_TAKEN_CLASS = "import socket; taken = socket.socket" + _ARM + "taken().connect((host, port))"
_TAKEN_METHOD = (
    "import socket; connect = socket.socket.connect" + _ARM + "connect(socket.socket(), (host, port))"
)
_PSQL = """\
import os, subprocess
command = ['psql', '-w', '-h', host, '-p', str(port), '-U', 'u', 'd']
subprocess.run(command, env={**os.environ, 'PGCONNECT_TIMEOUT': '2'})
"""


def _taken(script: str) -> Callable[[Scene], Tried]:
    return lambda scene: scene.reached(scene.run(script, scene.live.host, scene.live.port))


def _taken_own(script: str) -> Callable[[Scene], Tried]:
    return lambda scene: scene.served(scene.run(script, scene.own.host, scene.own.port))


def _sees_all(scene: Scene) -> str:
    is_seen = scene.sealed or scene.attacker.guard == "audit"
    return needs(scene) or (
        "" if is_seen else 'goes through patches; stopped by guard = "audit" and by --seal'
    )


def _is_seen_in_c(scene: Scene) -> str:
    return needs(scene) or ("" if hasattr(os, "uname") else "there is no connect(2) on Windows")


def _forks(scene: Scene) -> str:
    return needs(scene) or ("" if hasattr(os, "fork") else "there is no fork on Windows")


def _has_psql(scene: Scene) -> str:
    from shutil import which

    return needs(scene) or ("" if which("psql") else "psql is not installed")


def _on_linux(scene: Scene) -> str:
    return needs(scene) or ("" if sys.platform == "linux" else "only Linux has 127.0.0.2 by itself")


_ESCAPES = (
    ("socket", "socket.create_connection", _CREATE, needs),
    ("_socket", "_socket.socket, below Python's own class", _SOCKET, needs),
    ("udp", "a packet by UDP", _UDP, needs),
    ("sendmsg", "a packet by sendmsg", _SENDMSG, needs),
    ("connect_ex", "connect_ex, whose error nobody reads", _CONNECT_EX, needs),
    ("asyncio", "asyncio.open_connection", _ASYNCIO, needs),
    ("fork", "a fork that connects", _FORK, _forks),
    ("thread", "a thread that connects", _THREAD, needs),
    ("child", "a child: python -I -S -c", _CHILD, needs),
    ("system", "os.system", _SYSTEM, _forks),
    ("posix_spawn", "posix_spawn", _SPAWN, _forks),
    ("exec", "os.exec", _EXEC, _forks),
    ("daemon", "a daemon that outlives its parent", _DAEMON, _forks),
    ("ctypes", "connect(2) by ctypes", _CTYPES, _is_seen_in_c),
    ("syscall", "a raw system call by ctypes", _SYSCALL, _on_linux),
    ("psql", "psql, started as a child", _PSQL, _has_psql),
)
_SPELLED = (("short", "127.2"), ("decimal", "2130706434"), ("mapped", "::ffff:127.0.0.2"))
_SHORT = ("socket", "child")
ATTACKS = (
    *(
        Attack(f"escape-{name}", words, "C6", to_target(script), to_own(script), unmet, short=name in _SHORT)
        for name, words, script, unmet in _ESCAPES
    ),
    Attack(
        "escape-taken-class",
        "a class of sockets taken before the guard",
        "C6",
        _taken(_TAKEN_CLASS),
        _taken_own(_TAKEN_CLASS),
        needs,
    ),
    Attack(
        "escape-taken-method",
        "connect itself, taken before the guard",
        "C6",
        _taken(_TAKEN_METHOD),
        _taken_own(_TAKEN_METHOD),
        _sees_all,
    ),
    *(
        Attack(
            f"socket-{name}",
            f"a socket to {host}",
            "C3",
            to_target(_CREATE, host),
            to_own(_CREATE),
            _on_linux,
        )
        for name, host in _SPELLED
    ),
)
