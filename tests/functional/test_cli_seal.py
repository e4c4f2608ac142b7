"""`firedoor run --seal`: what a sealed process tree reaches, each escape beside the legitimate twin of its traffic."""

# ruff: noqa: ISC004 - programs of a few lines, in tables

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import firedoor
from support.outside import DECLARED, FOREIGN, Outside, running
from support.project import KEPT, ProjectFolder
from support.sealing import AVAILABLE, build, by_address, by_port, program

if TYPE_CHECKING:
    from collections.abc import Iterator

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has what a seal is made of")
RUN = ("run", "-q", "-e", "testing", "--seal=address", "--")
BY_PORT = ("run", "-q", "-e", "testing", "--seal=port", "--")


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with running(tmp_path_factory.mktemp("outside")) as servers:
        yield servers


@pytest.fixture
def shop(project: ProjectFolder, outside: Outside) -> ProjectFolder:
    outside.heard.clear()
    return build(project, outside)


def tried(shop: ProjectFolder, outside: Outside, code: str, *run: str) -> tuple[str, list[str]]:
    """What the sealed program printed, and which servers outside heard anything."""
    code = (
        code.replace("PORT", str(outside.port))
        .replace("FOLDER", str(outside.folder))
        .replace("NAME", outside.name)
    )
    result = shop.firedoor(*(run or RUN), *program(code))
    assert result.code == 0, result.everything
    return result.stdout.strip(), list(outside.heard)


# --- what a sealed tree reaches, and by what it does not get out ---

REACHED = {
    "without waiting": f"attempt(lambda: tcp('{DECLARED}', PORT))",
    "waiting": f"attempt(lambda: tcp('{DECLARED}', PORT, timeout=None))",
    "as an address of IPv6": f"attempt(lambda: tcp('::ffff:{DECLARED}', PORT, socket.AF_INET6))",
    "by its name": "attempt(lambda: said(socket.create_connection(('localhost', PORT))))",
    "with a raw system call": (
        f"one = socket.socket(); checked(libc.connect(one.fileno(), inet('{DECLARED}', PORT), 16)); print(said(one))"
    ),
    "with several paths": (
        f"one = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262); one.connect(('{DECLARED}', PORT)); print(said(one))"
    ),
    "in a child": (
        f"if os.fork() == 0:\n    attempt(lambda: tcp('{DECLARED}', PORT))\n    os._exit(0)\nos.wait()"
    ),
    "in a thread": (
        f"one = threading.Thread(target=attempt, args=[lambda: tcp('{DECLARED}', PORT)]); one.start(); one.join()"
    ),
}


@by_address
@pytest.mark.parametrize("how", REACHED)
def test_what_is_declared_is_reached(shop: ProjectFolder, outside: Outside, how: str) -> None:
    assert tried(shop, outside, REACHED[how]) == ("outside", ["tcp"])


@by_address
def test_declared_unix_sockets_and_datagrams_are_reached(shop: ProjectFolder, outside: Outside) -> None:
    assert tried(shop, outside, "attempt(lambda: unix('FOLDER/declared.sock'))") == ("outside", ["unix"])
    outside.heard.clear()
    assert tried(shop, outside, f"attempt(lambda: udp('{DECLARED}', PORT))") == ("outside", ["udp"])


ESCAPES = {
    "another address": (f"attempt(lambda: tcp('{FOREIGN}', PORT))", "ECONNREFUSED"),
    "another address, mapped": (
        f"attempt(lambda: tcp('::ffff:{FOREIGN}', PORT, socket.AF_INET6))",
        "ECONNREFUSED",
    ),
    "another network": ("attempt(lambda: tcp('192.0.2.1', PORT))", "EACCES"),
    "a raw system call": (
        f"one = socket.socket(); attempt(lambda: checked(libc.connect(one.fileno(), inet('{FOREIGN}', PORT), 16)))",
        "ECONNREFUSED",
    ),
    "datagrams": (f"attempt(lambda: udp('{FOREIGN}', PORT))", "timed out"),
    "datagrams of a message": (
        "one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
        f"attempt(lambda: one.sendmsg([b'hello'], [], 0, ('{FOREIGN}', PORT)))",
        "5",
    ),
    "datagrams after a declared connection": (
        f"one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); one.connect(('{DECLARED}', PORT)); "
        f"attempt(lambda: one.sendto(b'hello', ('{FOREIGN}', PORT)))",
        "5",
    ),
    "data in the first packet": (
        f"attempt(lambda: socket.socket().sendto(b'hello', socket.MSG_FASTOPEN, ('{FOREIGN}', PORT)))",
        "ENOTSUP",
    ),
    "data in the first packet of a message": (
        f"attempt(lambda: socket.socket().sendmsg([b'hello'], [], socket.MSG_FASTOPEN, ('{FOREIGN}', PORT)))",
        "ENOTSUP",
    ),
    "several paths": (
        f"attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).connect(('{FOREIGN}', PORT)))",
        "ECONNREFUSED",
    ),
    "a ring of calls": ("attempt(lambda: checked(libc.syscall(425, 4, bytes(120))))", "ENOSYS"),
    "an abstract unix socket": ("attempt(lambda: unix('\\0NAME'))", "ECONNREFUSED"),
    "the path of a unix socket": ("attempt(lambda: unix('FOLDER/foreign.sock'))", "EACCES"),
    "a relative path": ("os.chdir('FOLDER'); attempt(lambda: unix('foreign.sock'))", "EACCES"),
    "datagrams to a path": ("attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))", "EACCES"),
    "raw unix sockets, which are of datagrams": (
        "attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_RAW))",
        "EACCES",
    ),
    "a pair that can send to a path": (
        "attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))",
        "EACCES",
    ),
    "sockets of the hypervisor": ("attempt(lambda: socket.socket(socket.AF_VSOCK))", "EAFNOSUPPORT"),
    "a connection that is led elsewhere": (
        f"one = socket.create_connection(('{DECLARED}', PORT)); one.send(b'x'); one.recv(9); "
        f"attempt(lambda: checked(libc.connect(one.fileno(), bytes(16), 16))); "
        f"attempt(lambda: one.connect(('{FOREIGN}', PORT)))",
        "EACCES\nEACCES",
    ),
    "a link in the declared socket's place": (
        "os.symlink('FOLDER/foreign.sock', 'link.sock'); attempt(lambda: unix('link.sock'))",
        "EACCES",
    ),
    "a listener's name with another's file": (
        "own = socket.socket(socket.AF_UNIX); own.bind('own.sock'); own.listen(1); os.rename('own.sock', 'away.sock'); "
        "os.symlink('FOLDER/foreign.sock', 'own.sock'); attempt(lambda: unix('own.sock'))",
        "EACCES",
    ),
    "another program": (
        "import subprocess; sys.stdout.flush(); subprocess.run([sys.executable, '-I', '-S', '-c', "
        f"\"import socket; print(socket.socket().connect_ex(('{FOREIGN}', PORT)))\"])",
        "111",
    ),
    "a daemon": (
        f"if os.fork() == 0:\n    os.setsid()\n    attempt(lambda: tcp('{FOREIGN}', PORT))\n    os._exit(0)\nos.wait()",
        "ECONNREFUSED",
    ),
    "another seal's listener": (
        "attempt(lambda: checked(libc.prctl(38, 1, 0, 0, 0))); code = struct.pack('=HBBI', 6, 0, 0, 0x7fc00000); "
        "held = ctypes.create_string_buffer(code); attempt(lambda: checked(libc.syscall(317, 1, 8, "
        "struct.pack('@HP', 1, ctypes.addressof(held)))))",
        "0\nEBUSY",
    ),
}


@by_address
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of system calls are this machine's")
@pytest.mark.parametrize("how", ESCAPES)
def test_nothing_else_is_reached(shop: ProjectFolder, outside: Outside, how: str) -> None:
    code, printed = ESCAPES[how]
    found, heard = tried(shop, outside, code)
    assert found == printed
    assert not [name for name in heard if "foreign" in name or "datagram" in name]


@by_address
def test_a_socket_that_is_inherited_is_closed_and_a_pipe_is_not(
    shop: ProjectFolder, outside: Outside
) -> None:
    reading, writing = os.pipe()
    with socket.create_connection((FOREIGN, outside.port)) as line:
        os.set_inheritable(line.fileno(), True)
        os.set_inheritable(writing, True)
        code = f"attempt(lambda: os.write({writing}, b'pipe')); attempt(lambda: os.write({line.fileno()}, b'socket'))"
        done = subprocess.run(
            (sys.executable, "-m", "firedoor", *RUN, *program(code)),
            cwd=shop.root,
            env=small(),
            pass_fds=(writing, line.fileno()),
            capture_output=True,
            check=True,
        )
    assert done.stdout == b"4\nEBADF\n"
    assert os.read(reading, 10) == b"pipe"
    os.close(reading)
    os.close(writing)


@by_address
def test_a_stream_that_is_a_connection_is_refused(shop: ProjectFolder, outside: Outside) -> None:
    with socket.create_connection((FOREIGN, outside.port)) as line:
        done = subprocess.run(
            (sys.executable, "-m", "firedoor", *RUN, "cat"),
            cwd=shop.root,
            env=small(),
            stdin=line.fileno(),
            capture_output=True,
            check=False,
        )
    assert done.returncode == 1
    assert b"FD624  stdin" in done.stderr


def small() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {"LANG": "C.UTF-8"}


# --- servers of the tree's own ---

OWN = {
    "by TCP": """\
one = socket.create_server(("127.0.0.1", 0))
def serve():
    connection, _ = one.accept()
    connection.recv(9)
    connection.sendall(b"own")
threading.Thread(target=serve).start()
attempt(lambda: tcp(*one.getsockname(), timeout=TIMEOUT))
""",
    "by UDP": """\
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.bind(("127.0.0.1", 0))
threading.Thread(target=lambda: one.sendto(b"own", one.recvfrom(9)[1])).start()
attempt(lambda: udp(*one.getsockname()))
""",
    "by a path": """\
one = socket.socket(socket.AF_UNIX)
one.bind("own.sock")
one.listen(1)
def serve():
    connection, _ = one.accept()
    connection.recv(9)
    connection.sendall(b"own")
threading.Thread(target=serve).start()
def client():
    with socket.socket(socket.AF_UNIX) as two:
        two.settimeout(TIMEOUT)
        two.connect("own.sock")
        return said(two)
attempt(client)
""",
    "by a name": """\
one = socket.socket(socket.AF_UNIX)
one.bind("\\0own-of-tests")
one.listen(1)
def serve():
    connection, _ = one.accept()
    connection.recv(9)
    connection.sendall(b"own")
threading.Thread(target=serve).start()
attempt(lambda: unix("\\0own-of-tests"))
""",
    "at the declared address": f"""\
one = socket.create_server(("{DECLARED}", PORT))
def serve():
    connection, _ = one.accept()
    connection.recv(9)
    connection.sendall(b"own")
threading.Thread(target=serve).start()
attempt(lambda: tcp("{DECLARED}", PORT, timeout=TIMEOUT))
""",
}


@by_address
@pytest.mark.parametrize("timeout", ["5", "None"])
@pytest.mark.parametrize("how", OWN)
def test_servers_that_the_tree_starts_are_reached(
    shop: ProjectFolder, outside: Outside, how: str, timeout: str
) -> None:
    assert tried(shop, outside, OWN[how].replace("TIMEOUT", timeout)) == ("own", [])


@by_address
def test_a_full_listener_is_waited_for_as_it_is_without_a_seal(shop: ProjectFolder, outside: Outside) -> None:
    code = """\
one = socket.socket(socket.AF_UNIX)
one.bind("full.sock")
one.listen(0)
first = socket.socket(socket.AF_UNIX)
first.connect("full.sock")
second = socket.socket(socket.AF_UNIX)
second.setblocking(False)
attempt(lambda: second.connect("full.sock"))
threading.Timer(0.2, one.accept).start()
third = socket.socket(socket.AF_UNIX)
third.connect("full.sock")
print("there")
"""
    assert tried(shop, outside, code) == ("EAGAIN\nthere", [])


# --- what connect(2) says, as without a seal ---

SEMANTICS = {
    "a closed descriptor": ("attempt(lambda: checked(libc.connect(99, inet('127.0.0.1', 1), 16)))", "EBADF"),
    "no socket": ("attempt(lambda: checked(libc.connect(0, inet('127.0.0.1', 1), 16)))", "ENOTSOCK"),
    "no memory": (
        "attempt(lambda: checked(libc.connect(socket.socket().detach(), ctypes.c_void_p(8), 16)))",
        "EFAULT",
    ),
    "too short": ("attempt(lambda: checked(libc.connect(socket.socket().detach(), b'\\2\\0', 2)))", "EINVAL"),
    "nobody listens": ("attempt(lambda: tcp('127.0.0.1', 1))", "ECONNREFUSED"),
    "no such path": ("attempt(lambda: unix('/nowhere.sock'))", "ENOENT"),
    "a path that is no socket": ("attempt(lambda: unix('/etc/passwd'))", "ECONNREFUSED"),
    "asked again": (
        "one = socket.socket(); one.setblocking(False); first = one.connect_ex(('127.0.0.1', PORT)); "
        "select.select([], [one], [], 5); print(first == errno.EINPROGRESS, "
        "[one.connect_ex(('127.0.0.1', PORT)) for _ in range(2)], said(one))",
        "True [0, 106] outside",
    ),
    "options and flags are kept": (
        "one = socket.socket(); one.setsockopt(6, 1, 1); one.setsockopt(1, 9, 1); one.setsockopt(1, 8, 100000); "
        "os.set_inheritable(one.fileno(), True); one.connect(('127.0.0.1', PORT)); "
        "print(one.getsockopt(6, 1), one.getsockopt(1, 9), one.getsockopt(1, 8), one.get_inheritable(), "
        "os.get_blocking(one.fileno()), said(one))",
        "1 1 200000 True True outside",
    ),
    "given up": (
        "one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); one.connect(('127.0.0.1', 9)); "
        "attempt(lambda: checked(libc.connect(one.fileno(), bytes(16), 16)))",
        "0",
    ),
}


@by_address
@pytest.mark.parametrize("case", SEMANTICS)
def test_connecting_says_what_it_says_without_a_seal(
    shop: ProjectFolder, outside: Outside, case: str
) -> None:
    code, printed = SEMANTICS[case]
    assert tried(shop, outside, code)[0] == printed
    unsealed = ("run", "-q", "-e", "testing", "--")
    assert tried(shop, outside, code, *unsealed)[0] == printed


# --- what is said ---


@by_address
def test_one_line_says_who_was_kept_from_what_and_no_value(shop: ProjectFolder, outside: Outside) -> None:
    code = f"for _ in range(3):\n    attempt(lambda: tcp('{FOREIGN}', {outside.port}))\n    attempt(lambda: tcp('192.0.2.1', 5))"
    result = shop.firedoor("run", "-e", "testing", "--seal", "--", *program(code), code=0)
    assert result.prints(
        """\
        firedoor: sealed by address: only declared addresses, and servers that it starts itself, can be reached
        firedoor: seal: FD622 `...` is sealed for testing and tried to connect to an address: DATABASE_URL of production leads to it. do: Find where the program gets the address from: it is to use testing's own resource. (.env.production:1:1)
        firedoor: seal: FD623 `...` is sealed for testing and tried to connect to an address that it does not declare. do: Use a server that the command starts itself, a variable that is declared as a resource of testing, or name the address under `reach` in `[environments.testing]`.
        """,
        stream="stderr",
    )
    assert FOREIGN not in result.stderr
    assert str(outside.port) not in result.stderr


@linux
def test_a_strength_that_there_is_not_is_a_wrong_command_line(shop: ProjectFolder) -> None:
    result = shop.firedoor("run", "-e", "testing", "--seal=most", "--", "true", code=2)
    assert result.stderr == "firedoor: run: --seal=most: there is address, port, any\n"


@by_address
def test_a_seal_in_a_seal_is_refused_and_not_weakened(shop: ProjectFolder) -> None:
    inner = (
        sys.executable,
        "-m",
        "firedoor",
        "run",
        "-e",
        "testing",
        "--seal=address",
        "--",
        "echo",
        "started",
    )
    result = shop.firedoor(*RUN, *inner)
    assert (result.code, result.stdout) == (1, "")
    assert "FD620" in result.stderr
    assert "a filter of system calls that asks a supervisor" in " ".join(result.stderr.split())


# --- it ends as the command does, and leaves nothing ---


@by_address
@pytest.mark.parametrize("code", [0, 1, 3, 126, 127, 255])
def test_the_exit_code_is_the_command_s(shop: ProjectFolder, code: int) -> None:
    result = shop.firedoor(*RUN, "sh", "-c", f"exit {code}")
    assert (result.code, result.everything) == (code, "")


@by_address
def test_death_by_a_signal_is_the_command_s(shop: ProjectFolder) -> None:
    assert shop.firedoor(*RUN, "sh", "-c", "kill -9 $$").code == -signal.SIGKILL
    assert shop.firedoor(*RUN, "sh", "-c", "kill -TERM $$").code == -signal.SIGTERM


@by_address
def test_a_command_that_cannot_be_started_says_so(shop: ProjectFolder) -> None:
    result = shop.firedoor(*RUN, "no-such-command")
    assert (result.code, result.stderr) == (127, "firedoor: run: no-such-command: not found\n")
    result = shop.firedoor(*RUN, "/etc/passwd")
    assert (result.code, result.stderr) == (126, "firedoor: run: /etc/passwd: cannot be executed\n")


@by_address
def test_streams_pass_through(shop: ProjectFolder) -> None:
    result = shop.firedoor(*RUN, "sh", "-c", "cat; echo error >&2", stdin="given")
    assert (result.code, result.stdout, result.stderr) == (0, "given", "error\n")


def started(shop: ProjectFolder, *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (sys.executable, "-m", "firedoor", *RUN, *command),
        cwd=shop.root,
        env=small(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def end(process: subprocess.Popen[bytes]) -> int:
    code = process.wait(30)
    if process.stdout is not None:
        process.stdout.close()
    return code


@by_address
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"])
def test_signals_are_sent_on(shop: ProjectFolder, name: str) -> None:
    code = f"import signal\nsignal.signal(signal.{name}, lambda *_: os._exit(9))\nprint(1, flush=True)\nsignal.pause()"
    process = started(shop, *program(code))
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(getattr(signal, name))
    assert end(process) == 9


def marked(mark: str) -> list[str]:
    """The processes of the machine that have the mark among their variables."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def spaces() -> set[str]:
    """Those that any process of the machine is in."""
    return set().union(*(spaces_of(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()))


def vanished(mark: str, within: set[str]) -> bool:
    """Whether nothing with the mark is left, nor of the spaces that it was in, now or soon.

    The kernel ends a tree of processes one after another, and takes their variables first.
    """
    for _ in range(500):
        if not marked(mark) and not within & spaces():
            return True
        time.sleep(0.01)
    return False


def spaces_of(process: str) -> set[str]:
    """The network, tree of mounts, users and processes that a process is in; none once it has ended."""
    found = set()
    for kind in ("net", "mnt", "user", "pid"):
        with suppress(OSError):
            found.add(os.readlink(f"/proc/{process}/ns/{kind}"))
    return found


def mounted() -> set[str]:
    """What is mounted here, where; but not by container engines, which come and go as they like."""
    lines = Path("/proc/self/mountinfo").read_text("utf-8").splitlines()
    return {line for line in lines if "/overlay2/" not in line and "/netns/" not in line}


@by_address
def test_nothing_is_left_whenever_firedoor_is_killed(shop: ProjectFolder) -> None:
    mounts = mounted()
    mark = f"SEALED_MARK={os.getpid()}-{time.monotonic_ns()}"
    name, _, value = mark.partition("=")
    reached = 0
    for delay in range(24):  # from before the namespaces are made to after the command has started
        process = subprocess.Popen(
            (sys.executable, "-m", "firedoor", *RUN, "sh", "-c", "setsid sleep 60 & sleep 60"),
            cwd=shop.root,
            env={**small(), name: value},
            stdin=subprocess.DEVNULL,
        )
        time.sleep(delay * 0.008)
        within = set().union(*map(spaces_of, marked(mark))) - spaces_of("self")
        reached += len(within) == 4
        process.kill()
        process.wait()
        assert vanished(mark, within), delay
    assert reached, "the control: some were killed with all of their namespaces made"
    assert mounted() <= mounts


@by_address
def test_what_the_command_leaves_running_ends_with_it(shop: ProjectFolder) -> None:
    mark = f"SEALED_MARK={os.getpid()}-{time.monotonic_ns()}"
    name, _, value = mark.partition("=")
    result = shop.firedoor(*RUN, "sh", "-c", f"{name}={value} setsid sleep 60 >/dev/null 2>&1 & exit 3")
    assert result.code == 3
    assert not marked(mark)


# --- names ---


@by_address
def test_declared_names_have_their_addresses_inside(project: ProjectFolder, outside: Outside) -> None:
    outside.heard.clear()
    build(project, outside, f"{socket.gethostname()}:{outside.port}")
    code = f"attempt(lambda: socket.getaddrinfo('{socket.gethostname()}', 1, socket.AF_INET)[0][4][0])"
    found, _ = tried(project, outside, code)
    assert found == socket.gethostbyname(socket.gethostname())
    found, _ = tried(project, outside, "attempt(lambda: socket.getaddrinfo('undeclared.example', 1))")
    assert "name resolution" in found or "not known" in found


# --- where there are no namespaces ---

BY_PORT_ESCAPES = {
    "another port": ("attempt(lambda: tcp('127.0.0.1', 9))", "EACCES"),
    "datagrams": ("attempt(lambda: udp('127.0.0.1', PORT))", "EACCES"),
    "several paths": ("attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262))", "EACCES"),
    "data in the first packet": (
        "attempt(lambda: socket.socket().sendto(b'hello', socket.MSG_FASTOPEN, ('127.0.0.1', 9)))",
        "ENOTSUP",
    ),
    "a ring of calls": ("attempt(lambda: checked(libc.syscall(425, 4, bytes(120))))", "ENOSYS"),
    "sockets of the hypervisor": ("attempt(lambda: socket.socket(socket.AF_VSOCK))", "EAFNOSUPPORT"),
    "an abstract unix socket": ("attempt(lambda: unix('\\0NAME'))", "EPERM"),
    "datagrams to a path": ("attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))", "EACCES"),
}


@by_port
@pytest.mark.parametrize("how", BY_PORT_ESCAPES)
def test_by_port_other_ports_and_other_ways_are_closed(
    shop: ProjectFolder, outside: Outside, how: str
) -> None:
    code, printed = BY_PORT_ESCAPES[how]
    found, heard = tried(shop, outside, code, *BY_PORT)
    assert (found, heard) == (printed, [])


@by_port
def test_by_port_declared_ports_and_own_servers_are_reached(shop: ProjectFolder, outside: Outside) -> None:
    code = f"attempt(lambda: tcp('{DECLARED}', PORT))\n{OWN['by TCP'].replace('TIMEOUT', '5')}"
    assert tried(shop, outside, code, *BY_PORT)[0] == "outside\nown"


@by_port
def test_by_port_it_is_said_what_is_not_told_apart(shop: ProjectFolder) -> None:
    result = shop.firedoor("run", "-e", "testing", "--seal=port", "--", "true", code=0)
    assert "sealed by port: only declared ports and ephemeral ones can be reached" in result.stderr
    assert "FD626  .env.production:1:1  DATABASE_URL" in result.stderr


@by_port
def test_by_port_a_host_without_a_port_cannot_be_sealed(project: ProjectFolder, outside: Outside) -> None:
    result = build(project, outside, "db.test").firedoor(*BY_PORT, "echo", "started")
    assert (result.code, result.stdout) == (1, "")
    assert "FD620" in result.stderr
    assert "a port for every declared host" in " ".join(result.stderr.split())


@linux
def test_ci_has_both_strengths() -> None:
    if not os.environ.get("CI"):
        pytest.skip("only CI promises them")
    assert AVAILABLE == ["address", "port"]


# --- at a terminal, and without root ---


@by_address
def test_a_key_at_the_terminal_reaches_the_command_once(shop: ProjectFolder) -> None:
    """The terminal tells every process of the group; firedoor does not tell the command again."""
    code = """\
import signal, time
got = []
signal.signal(signal.SIGINT, lambda *_: got.append(1))
print("ready", flush=True)
while not got:
    time.sleep(0.01)
time.sleep(0.3)
print("got", len(got), flush=True)
"""
    shown = at_terminal(shop, program(code), ("ready", b"\x03"))
    assert "got 1" in shown


@by_address
def test_a_shell_inside_has_the_terminal_and_gives_it_back(shop: ProjectFolder) -> None:
    shell = ("bash", "--norc", "--noprofile", "-i")
    script = b"sleep 60\n"
    shown = at_terminal(
        shop, shell, ("$ ", script), ("sleep 60", b"\x03"), ("^C", b"echo $((40 + 2)); exit 5\n")
    )
    assert "42" in shown
    assert "no job control" not in shown


def at_terminal(shop: ProjectFolder, command: tuple[str, ...], *talk: tuple[str, bytes]) -> str:
    """What a sealed command shows at a terminal of its own, where each key is pressed after what is waited for."""
    terminal, follower = os.openpty()
    argv = (sys.executable, "-m", "firedoor", *RUN, *command)
    take = f"import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.executable, {argv!r})"
    process = subprocess.Popen(
        (sys.executable, "-S", "-c", take),
        cwd=shop.root,
        env={**small(), "PS1": "$ ", "TERM": "dumb"},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    shown = ""
    waiting = list(talk)
    try:
        while select.select([terminal], [], [], 30)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace")
            if waiting and waiting[0][0] in shown:
                _, keys = waiting.pop(0)
                time.sleep(0.2)  # whoever was to be ready has shown that it will be
                os.write(terminal, keys)
    except OSError:  # the last one has closed it
        pass
    finally:
        os.close(terminal)
    assert process.wait(30) in {0, 5}, shown
    return shown


@by_address
@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run without root here")
def test_it_needs_no_root(outside: Outside, tmp_path: Path) -> None:
    interpreter = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    source = Path(firedoor.__file__).parents[1]
    if interpreter is None or not can_run(interpreter, source):
        pytest.skip("nobody may read the interpreter or firedoor here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop = build(ProjectFolder(folder / "project"), outside)
        for path in (folder, shop.root, *shop.root.iterdir()):
            os.chown(path, 65534, 65534)
        code = (
            f"attempt(lambda: tcp('{DECLARED}', {outside.port})); attempt(lambda: tcp('192.0.2.1', 9)); "
            "print(os.getuid(), os.getpid(), open('/proc/self/status').read().count('CapEff:\\t0000000000000000'))"
        )
        outside.heard.clear()
        done = as_nobody(interpreter, source, shop.root, *RUN, interpreter, *program(code)[1:])
    assert (done.stdout, done.returncode) == (b"outside\nEACCES\n65534 2 1\n", 0), done.stderr
    assert outside.heard == ["tcp"]


def can_run(interpreter: str, source: Path) -> bool:
    return as_nobody(interpreter, source, Path("/"), "--help").returncode == 0


def as_nobody(
    interpreter: str, source: Path, folder: Path, *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (interpreter, "-m", "firedoor", *arguments),
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(source),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/nonexistent",
        },
        user=65534,
        group=65534,
        extra_groups=(),
        capture_output=True,
        check=False,
    )
