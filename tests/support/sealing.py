"""Projects and programs for tests of the seal."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

import pytest

from firedoor import seal
from support.outside import DECLARED, FOREIGN

if TYPE_CHECKING:
    from support.outside import Outside
    from support.project import ProjectFolder

# Tests may run in threads of a worker. A seal forks, as only a program with one thread should; its own has one.
FORKS = "ignore:This process .* is multi-threaded:DeprecationWarning"


def _available() -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return seal.available()


AVAILABLE = _available()
by_address = pytest.mark.skipif(seal.ADDRESS not in AVAILABLE, reason="the kernel gives no namespaces here")
by_port = pytest.mark.skipif(seal.PORT not in AVAILABLE, reason="the kernel has no Landlock for TCP here")

DECLARATION = """\
[environments.testing]
reach = [{reach}]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
"""


def build(project: ProjectFolder, outside: Outside, *reach: str) -> ProjectFolder:
    """A project whose tests may reach one of the servers outside, and whose production owns another."""
    named = [f"{outside.folder}/declared.sock", *reach]
    project.write("firedoor.toml", DECLARATION.format(reach=", ".join(f'"{one}"' for one in named)))
    project.write(
        ".env.testing", f"DATABASE_URL=postgresql://{DECLARED}:{outside.port}/shop_test\n", mode=0o600
    )
    project.write(".env.production", f"DATABASE_URL=postgresql://{FOREIGN}:{outside.port}/shop\n", mode=0o600)
    return project


TRY = """\
import ctypes, errno, os, select, socket, struct, sys, threading
libc = ctypes.CDLL(None, use_errno=True)

def attempt(what):
    try:
        found = what()
    except OSError as reason:
        found = errno.errorcode.get(reason.errno, str(reason))
    print(found, flush=True)

def said(connection):
    connection.settimeout(5)
    connection.sendall(b"hello")
    return connection.recv(100).decode()

def tcp(host, port, family=socket.AF_INET, timeout=5):
    with socket.socket(family) as one:
        one.settimeout(timeout)
        one.connect((host, port))
        return said(one)

def udp(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(0.4)
        one.sendto(b"hello", (host, port))
        return one.recv(100).decode()

def unix(path, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_UNIX, kind) as one:
        one.connect(path)
        return said(one)

def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result

def inet(host, port):
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)
"""


def program(code: str) -> tuple[str, ...]:
    """A command that runs the code after the helpers of ``TRY``; without site packages, as a stranger would."""
    return (sys.executable, "-I", "-S", "-c", f"{TRY}\n{code}")
