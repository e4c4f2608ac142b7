"""Ways out of a guarded process, each run for real: production hears of none of them, and their twins arrive.

Production is a server on another loopback address, which this test holds: it is no listener of the attacker's tree.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.project import ProjectFolder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")

DECLARED = """\
[environments.testing]
guard = "{guard}"
network = "{network}"
[environments.production]
protected = true
[variables.URL]
resource = "queue"
"""
BEFORE = """\
import _socket, os, socket, subprocess, sys
HOST, PORT = sys.argv[1], int(sys.argv[2])
captured = socket.socket
class Derived(socket.socket): pass
from socket import create_connection as captured_function
import firedoor.guard
firedoor.guard.arm()
"""
PLAIN_CHILD = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])))"

# Each connects, or sends a datagram, to HOST and PORT, and fails loudly when it is refused.
TCP = {
    "a socket": "socket.create_connection((HOST, PORT))",
    "_socket": "_socket.socket().connect((HOST, PORT))",
    "a captured class": "captured().connect((HOST, PORT))",
    "a captured function": "captured_function((HOST, PORT))",
    "a derived class": "Derived().connect((HOST, PORT))",
    "connect_ex": "assert socket.socket().connect_ex((HOST, PORT)) == 0",
    "another number": "socket.create_connection((str(int.from_bytes(socket.inet_aton(HOST))), PORT))",
    "an IPv6 socket": "socket.socket(socket.AF_INET6).connect((f'::ffff:{HOST}', PORT))",
    "bytes": "socket.socket().connect((HOST.encode(), PORT))",
    "a thread": """
        import concurrent.futures
        with concurrent.futures.ThreadPoolExecutor() as pool:
            pool.submit(socket.create_connection, (HOST, PORT)).result()
        """,
    "asyncio": """
        import asyncio
        async def main():
            _, writer = await asyncio.open_connection(HOST, PORT)
            writer.close()
        asyncio.run(main())
        """,
    "uvloop": """
        import asyncio, uvloop
        async def main():
            _, writer = await asyncio.open_connection(HOST, PORT)
            writer.close()
        uvloop.run(main())
        """,
    "ctypes": """
        import ctypes
        sock = socket.socket()
        address = socket.AF_INET.to_bytes(2, sys.byteorder) + PORT.to_bytes(2, 'big') + socket.inet_aton(HOST) + bytes(8)
        assert ctypes.CDLL(None).connect(sock.fileno(), address, 16) == 0
        """,
    "a fork": """
        child = os.fork()
        if not child:
            try: socket.create_connection((HOST, PORT))
            except OSError: os._exit(1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        """,
    "a daemon": """
        ready, told = os.pipe()
        if not os.fork():
            os.setsid()
            if not os.fork():
                try: socket.create_connection((HOST, PORT))
                except OSError: os.write(told, b"-")
                else: os.write(told, b"+")
            os._exit(0)
        assert os.read(ready, 1) == b"+"
        """,
    "a child": f"subprocess.run([sys.executable, '-c', {PLAIN_CHILD!r}, HOST, str(PORT)], check=True)",
    "a child in isolation": """
        code = f"import socket; socket.create_connection(('{HOST}', {PORT}))"
        subprocess.run([sys.executable, '-I', '-S', '-c', code], check=True)
        """,
    "a shell": """
        assert os.system(f'''{sys.executable} -c "import socket; socket.create_connection(('{HOST}', {PORT}))"''') == 0
        """,
    "posix_spawn": f"""
        child = os.posix_spawn(sys.executable, [sys.executable, '-c', {PLAIN_CHILD!r}, HOST, str(PORT)], os.environ)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        """,
    "variables of a child": """
        code = "import os, socket; socket.create_connection((os.environ['H'], int(os.environ['P'])))"
        subprocess.run([sys.executable, '-c', code], env={'H': HOST, 'P': str(PORT)}, check=True)
        """,
    "a module at its import": """
        with open('imported.py', 'w') as file:
            file.write('import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])))')
        sys.path.insert(0, '.')
        import imported
        """,
}
UDP = {
    "sendto": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', (HOST, PORT))",
    "sendmsg": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, (HOST, PORT))",
    "connect and send": """
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.connect((HOST, PORT))
        sock.send(b'x')
        """,
}


class Server:
    """A TCP server and a UDP one at the same port, which only note who came."""

    def __init__(self, host: str) -> None:
        self.stream = socket.create_server((host, 0))
        self.stream.setblocking(False)
        self.host, self.port = self.stream.getsockname()
        self.datagrams = socket.socket(type=socket.SOCK_DGRAM)
        self.datagrams.bind((host, self.port))
        self.datagrams.setblocking(False)

    def visited(self) -> bool:
        """Whether somebody came since the last time."""
        try:
            self.stream.accept()[0].close()
        except BlockingIOError:
            pass
        else:
            return True
        try:
            return bool(self.datagrams.recv(9))
        except BlockingIOError:
            return False

    def close(self) -> None:
        self.stream.close()
        self.datagrams.close()


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    """One's own, and production's."""
    own, live = Server("127.0.0.1"), Server("127.0.0.2")
    yield own, live
    own.close()
    live.close()


def run(
    project: ProjectFolder,
    servers: tuple[Server, Server],
    attack: str,
    target: Server,
    *,
    guard: str = "patches",
    network: str = "declared",
    early: str = "",
) -> subprocess.CompletedProcess[str]:
    own, live = servers
    project.write("firedoor.toml", DECLARED.format(guard=guard, network=network))
    project.write(".env.testing", f"URL=amqp://{own.host}:{own.port}/\n", mode=0o600)
    project.write(".env.production", f"URL=amqp://{live.host}:{live.port}/\n", mode=0o600)
    project.write("attack.py", BEFORE + dedent(attack) + "\n")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "attack.py", target.host, str(target.port)],
        cwd=project.root,
        env={**kept, "APP_ENV": "testing", **({"PYTHONPATH": early} if early else {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("attack", [*TCP, *UDP])
def test_production_hears_nothing_and_the_twin_arrives(
    project: ProjectFolder, servers: tuple[Server, Server], attack: str
) -> None:
    own, live = servers
    code = (TCP | UDP)[attack]
    done = run(project, servers, code, live)
    assert done.returncode != 0, "it was let through"
    assert not live.visited()
    assert "FD60" in done.stderr or attack in {"a fork", "a daemon"}
    assert live.host not in done.stderr
    done = run(project, servers, code, own)
    assert done.returncode == 0, done.stderr
    assert own.visited()


@pytest.mark.parametrize("network", ["not-protected", "open"])
@pytest.mark.parametrize("attack", ["a socket", "asyncio", "a child in isolation", "sendto", "ctypes"])
def test_under_laxer_policies_production_is_not_reached_either(
    project: ProjectFolder, servers: tuple[Server, Server], attack: str, network: str
) -> None:
    own, live = servers
    code = (TCP | UDP)[attack]
    assert run(project, servers, code, live, network=network).returncode != 0
    assert not live.visited()
    assert run(project, servers, code, own, network=network).returncode == 0
    assert own.visited()


EARLY = """
import socket
sock = socket.socket()
kept = {"connect": sock.connect}
"""


def test_a_bound_method_from_before_is_the_hooks_alone(
    project: ProjectFolder, servers: tuple[Server, Server]
) -> None:
    """The limit of the default, and what the declaration can do about it."""
    own, live = servers
    project.write("sitecustomize.py", EARLY)
    attack = "import sitecustomize; sitecustomize.kept['connect']((HOST, PORT))"
    for guard, target, arrives in (("patches", live, True), ("audit", live, False), ("audit", own, True)):
        done = run(project, servers, attack, target, guard=guard, early=str(project.root))
        assert (done.returncode == 0) is arrives, done.stderr
        assert target.visited() is arrives


SERVES = """
    code = "import os, socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], os.getpid(), flush=True); time.sleep(60)"
    server = subprocess.Popen([*{before}, sys.executable, '-c', code], stdout=subprocess.PIPE)
    port, pid = map(int, server.stdout.readline().split())
    try:
        socket.create_connection(('127.0.0.1', port))
    finally:
        os.kill(pid, 9)
        server.wait()
    """


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ([], 0),
        (["setsid", "--fork"], 0),  # a daemon, known by the mark in its variables
        (["env", "-u", "FIREDOOR_GUARD_ROOT", "setsid", "--fork"], 1),  # a stranger's
    ],
)
def test_servers_of_the_own_tree(
    project: ProjectFolder, servers: tuple[Server, Server], before: list[str], code: int
) -> None:
    done = run(project, servers, SERVES.format(before=before), servers[0])
    assert done.returncode == code, done.stderr
    assert ("FD602" in done.stderr) is bool(code)


def test_workers_reach_what_their_controller_started(
    project: ProjectFolder, servers: tuple[Server, Server]
) -> None:
    """A worker is another process, guarded for itself; the tree begins where the first guard was armed."""
    worker = BEFORE + "socket.create_connection((HOST, PORT))\n"
    project.write("worker.py", worker)
    attack = """
        server = socket.create_server(('127.0.0.1', 0))
        port = str(server.getsockname()[1])
        command = [sys.executable, 'worker.py', '127.0.0.1', port]
        subprocess.run(command, check=True)
        kept = {name: text for name, text in os.environ.items() if name != 'FIREDOOR_GUARD_ROOT'}
        assert subprocess.run(command, env=kept, stderr=subprocess.DEVNULL).returncode == 1
        """
    done = run(project, servers, attack, servers[0])
    assert done.returncode == 0, done.stderr
