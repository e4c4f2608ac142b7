"""Which seal is taken, what is said of it, and what a command under one ends with: in this process, with real kernels."""

from __future__ import annotations

import _socket
import errno
import os
import signal
import socket
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux has what a seal is made of", allow_module_level=True)

from firedoor import boundary, declaration, seal
from firedoor.errors import ConfigurationError
from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from firedoor.seal import enclosure, running, strength, supervisor, system
from firedoor.seal.refusal import Refusal
from support.sealing import FORKS, by_address, by_port

if TYPE_CHECKING:
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

pytestmark = pytest.mark.filterwarnings(FORKS)


@pytest.fixture
def configuration(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Configuration:
    project.write(
        "firedoor.toml",
        """
        [environments.testing]
        reach = ["localhost:9", "db.nowhere.invalid:5"]
        [environments.production]
        protected = true
        [variables.DATABASE_URL]
        resource = "database"
        [variables.BUCKET]
        resource = "bucket"
        """,
    )
    project.write(
        ".env.testing", "DATABASE_URL=postgresql://localhost/shop_test\nBUCKET=s3://shop-test\n", mode=0o600
    )
    project.write(".env.production", "DATABASE_URL=postgresql://127.0.0.2/shop\n", mode=0o600)
    monkeypatch.setattr(
        "firedoor.seal.names._addresses", lambda name: ("192.0.2.5",) if "amazonaws" in name else ()
    )
    monkeypatch.chdir(project.root)
    return boundary.configure(declaration.load(), "testing", asked_by="test")


def run(configuration: Configuration, *command: str, wanted: str = strength.ADDRESS) -> tuple[int, list[str]]:
    said: list[str] = []
    code = seal.run(
        configuration, command, {"PATH": os.environ["PATH"]}, wanted, say=said.append, not_started=os._exit
    )
    return code, said


@by_address
@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", -9), ("kill -15 $$", -15)]
)
def test_a_command_ends_as_it_does(configuration: Configuration, script: str, code: int) -> None:
    assert run(configuration, "sh", "-c", script)[0] == code


@by_address
def test_a_command_that_is_not_there(configuration: Configuration) -> None:
    assert run(configuration, "no-such-command")[0] == 127


def test_it_is_said_what_has_no_address(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(running._RUNNERS, strength.ADDRESS, lambda *_: 0)
    warned: list[Problem] = []
    assert seal.run(configuration, ["true"], {}, strength.ADDRESS, warn=warned.extend) == 0
    bucket = Origin(FILE, ".env.testing", 2, 1)
    assert warned == [
        Problem(
            "FD625", subject="BUCKET", environment="testing", origin=bucket, severity=WARNING, kind="domain"
        ),
        Problem("FD625", subject="reach", environment="testing", severity=WARNING, kind="host"),
    ]


def refuse(*_: object) -> int:
    raise Refusal("proc", errno.EPERM)


def test_the_strongest_that_can_be_had_is_taken(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(running._RUNNERS, strength.ADDRESS, refuse)
    monkeypatch.setitem(running._RUNNERS, strength.PORT, lambda *_: 42)
    assert run(configuration, "true", wanted=strength.ANY)[0] == 42


PROC = Problem(
    "FD620",
    environment="testing",
    strength="address",
    feature="a `/proc` of its own",
    remedy="start the container with an unmasked `/proc` (`--security-opt systempaths=unconfined`)",
    detail="EPERM",
)


def test_what_is_asked_for_is_not_weakened(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(running._RUNNERS, strength.ADDRESS, refuse)
    monkeypatch.setitem(running._RUNNERS, strength.PORT, lambda *_: pytest.fail("weakened"))
    with pytest.raises(ConfigurationError) as caught:
        run(configuration, "true")
    assert caught.value.problems == (PROC,)


def test_without_any_strength_all_reasons_are_told(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "machine", lambda: "riscv64")
    with pytest.raises(ConfigurationError) as caught:
        run(configuration, "true", wanted=strength.ANY)
    assert [(one.facts["strength"], one.facts["feature"]) for one in caught.value.problems] == [
        ("address", "a filter for this kind of machine"),
        ("port", "a filter for this kind of machine"),
    ]
    assert seal.available() == []
    assert tuple(seal.unavailable("testing")) == caught.value.problems


def test_only_linux_has_it(configuration: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ConfigurationError) as caught:
        run(configuration, "true")
    assert caught.value.problems == (Problem("FD621", environment="testing"),)
    assert seal.available() == []
    assert seal.unavailable("testing") == [Problem("FD621", environment="testing")]


def test_a_stream_of_the_network_is_refused(configuration: Configuration) -> None:
    before = os.dup(0)
    with socket.socket(type=socket.SOCK_DGRAM) as line, socket.socket(socket.AF_UNIX) as local:
        os.dup2(line.fileno(), 0)
        with pytest.raises(ConfigurationError) as caught:
            run(configuration, "true")
        os.dup2(local.fileno(), 0)
        assert running._against(configuration) == []
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
            os.dup2(datagrams.fileno(), 0)
        assert [one.code for one in running._against(configuration)] == ["FD624"]
        os.close(0)
        assert running._against(configuration) == []
    os.dup2(before, 0)
    os.close(before)
    assert caught.value.problems == (Problem("FD624", subject="stdin", environment="testing"),)


@by_port
def test_by_port_it_is_said_what_is_alike(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []
    monkeypatch.setattr("firedoor.seal.port.close", lambda *_, by_name: closed.append(by_name))
    monkeypatch.setattr("firedoor.process.replace", lambda *_: 5)
    warned: list[Problem] = []
    assert seal.run(configuration, ["true"], {}, strength.PORT, warn=warned.extend) == 5
    assert closed == [True]
    production = Origin(FILE, ".env.production", 1, 1)
    assert warned[-1] == Problem(
        "FD626",
        subject="DATABASE_URL",
        environment="testing",
        origin=production,
        severity=WARNING,
        other="production",
    )


@by_address
@by_port
def test_each_strength_is_tried() -> None:
    assert seal.available() == [strength.ADDRESS, strength.PORT]
    assert seal.unavailable("testing") == []


def test_a_strength_that_fails_its_trial_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(running._TRIALS, strength.ADDRESS, refuse)
    assert seal.unavailable("testing") == []  # ports are left
    monkeypatch.setattr(system, "landlock_version", lambda: 3)
    assert seal.available() == []
    assert [one.facts["strength"] for one in seal.unavailable("testing")] == ["address", "port"]


@pytest.mark.parametrize(("code", "ends"), [(0, True), (-6, True), (0x80, False)])
def test_signals_are_sent_on_unless_a_terminal_sent_them(code: int, *, ends: bool) -> None:
    """What the kernel sends by itself, it has sent to the whole group."""
    sleeper = subprocess.Popen(("sleep", "60"))
    one = supervisor._Supervisor.__new__(supervisor._Supervisor)
    one._signals, writing = os.pipe()
    one._command = None
    for command in (None, os.pidfd_open(sleeper.pid)):
        one._command = command
        os.write(writing, struct.pack("=Iii116x", signal.SIGTERM, 0, code))
        one._pass_on(0)
    if not ends:
        assert sleeper.poll() is None
        sleeper.kill()
    assert sleeper.wait() == (-signal.SIGTERM if ends else -signal.SIGKILL)
    os.write(writing, struct.pack("=Iii116x", signal.SIGTERM, 0, 0))
    one._pass_on(0)  # it has ended: nobody is there any more
    for descriptor in (one._signals, writing, one._command or 0):
        os.close(descriptor)


@by_address
def test_a_seal_that_is_killed_ends_its_command(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    oversee = supervisor._Supervisor._oversee

    def kill(one: supervisor._Supervisor, *handed: int) -> None:
        oversee(one, *handed)
        os.kill(one._first, signal.SIGKILL)

    monkeypatch.setattr(supervisor._Supervisor, "_oversee", kill)
    assert run(configuration, "sleep", "60")[0] == -signal.SIGKILL


def test_a_step_that_fails_is_named() -> None:
    with pytest.raises(Refusal) as caught, enclosure.step(enclosure.MOUNTS):
        raise OSError(errno.EPERM, "")
    assert (caught.value.step, caught.value.number) == ("mounts", errno.EPERM)
    with enclosure.step(enclosure.MOUNTS):
        pass
    with pytest.raises(ValueError, match="x"), enclosure.step(enclosure.MOUNTS):
        raise ValueError("x")


def test_who_may_map_only_itself_does(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, str]] = []

    def write(_process: int, table: str, text: str) -> None:
        if not written and len(text.split()) == 3 and text.split()[2] != "1":
            raise PermissionError(errno.EPERM, "")
        written.append((table, text))

    monkeypatch.setattr(supervisor, "_write", write)
    supervisor.map_identities(1)
    user, group = os.geteuid(), os.getegid()
    assert written == [
        ("uid_map", f"{user} {user} 1"),
        ("setgroups", "deny"),
        ("gid_map", f"{group} {group} 1"),
    ]


@by_address
def test_connections_of_the_command_are_served(
    configuration: Configuration, capfd: pytest.CaptureFixture[str]
) -> None:
    code = """\
import socket
one = socket.create_server(("127.0.0.1", 0))
socket.create_connection(one.getsockname()).close()
for place in (("127.0.0.1", 9), ("192.0.2.9", 9)):
    try:
        socket.create_connection(place)
    except OSError as reason:
        print(reason.errno, flush=True)
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.sendto(b"x", ("127.0.0.1", 9))
socket.create_connection(one.getsockname()).close()
"""
    assert run(configuration, sys.executable, "-S", "-c", code)[0] == 0
    assert capfd.readouterr().out == f"{errno.ECONNREFUSED}\n{errno.EACCES}\n"


@by_address
@pytest.mark.parametrize("spaces", [1, 0])
def test_what_the_kernel_refuses_on_the_way_is_a_refusal(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch, spaces: int
) -> None:
    """No such namespace, or none of users of its own, which nobody may be mapped in."""
    monkeypatch.setattr(enclosure, "_SPACES", spaces)
    with pytest.raises(ConfigurationError) as caught:
        run(configuration, "true")
    assert [(one.code, one.facts["feature"]) for one in caught.value.problems] == [
        ("FD620", "user and network namespaces")
    ]


def test_an_inner_side_that_is_reset_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    one = supervisor._Supervisor.__new__(supervisor._Supervisor)
    one._goes_on = True

    class Reset:
        def recvmsg(self, *_: object) -> None:
            raise ConnectionResetError(errno.ECONNRESET, "")

    one._control = Reset()  # type: ignore[assignment]  # wrong on purpose, or a stand-in
    one._listen(0)
    assert not one._goes_on


def test_an_inner_side_that_has_ended_is_gone() -> None:
    one = supervisor._Supervisor.__new__(supervisor._Supervisor)
    one._goes_on = True
    one._control, inner = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    inner.close()
    one._listen(0)
    one._control.close()
    assert not one._goes_on
