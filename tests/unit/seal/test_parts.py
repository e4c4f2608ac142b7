"""The small parts of the seal: strengths, names, ports, reasons, notices."""

from __future__ import annotations

import errno
import os
import socket
import stat
from typing import TYPE_CHECKING

import pytest

from firedoor import seal
from firedoor.endpoints import Endpoint
from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from firedoor.seal import descriptors, names, notices, port, refusal, strength, supervisor

if TYPE_CHECKING:
    from pathlib import Path


def test_coverage_is_of_each_strength() -> None:
    by_address, by_port = seal.coverage(seal.ADDRESS), seal.coverage(seal.PORT)
    assert list(by_address) == list(by_port)
    assert {name for name, is_stopped in by_address.items() if not is_stopped} == {
        "files",
        "through-declared-servers",
    }
    assert {name for name in by_address if by_address[name] and not by_port[name]} == {
        "left-behind-processes",
        "tcp-ephemeral-port",
        "tcp-same-port",
        "unix-path-beside-declared",
    }
    assert not {name for name in by_port if by_port[name] and not by_address[name]}
    with pytest.raises(KeyError, match="any"):
        seal.coverage(seal.ANY)
    assert strength.sentence("address").startswith("sealed by address: only declared addresses")


def test_the_package_has_only_what_it_names() -> None:
    assert callable(seal.available)
    with pytest.raises(AttributeError, match="nothing"):
        _ = seal.nothing  # type: ignore[attr-defined]  # put there by the test


def endpoint(**given: str | int) -> Endpoint:
    return Endpoint(environment="testing", family="http", variable="API", **given)  # type: ignore[arg-type]  # what a test gives


def test_names_are_those_that_somebody_must_be_asked_for() -> None:
    hosts = ("db.test", "localhost", "192.0.2.1", "2001:db8::1", ".amazonaws.com", "db.test", "api.test")
    assert names.of([*(endpoint(host=host) for host in hosts), endpoint(path="/a")]) == [
        "db.test",
        "api.test",
    ]


@pytest.mark.parametrize("asked", [[], ["localhost"], ["localhost", "no.such.invalid"]])
def test_names_are_resolved(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import _socket

    def lookup(name: str, *_: object) -> list[tuple[object, ...]]:
        if name != "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "no")
        return [
            (2, 1, 6, "", ("127.0.0.1", 0)),
            (10, 1, 6, "", ("::1", 0, 0, 0)),
            (2, 2, 6, "", ("127.0.0.1", 0)),
        ]

    monkeypatch.setattr(_socket, "getaddrinfo", lookup)
    known = {"localhost": ("127.0.0.1", "::1"), "no.such.invalid": ()}
    assert names.resolve(asked) == {name: known[name] for name in asked}


def test_the_hosts_file_says_what_is_declared_first() -> None:
    resolved = {"db.test": ("10.0.0.5", "2001:db8::5"), "gone.test": ()}
    assert names.hosts_file(resolved, b"127.0.0.1 localhost\n") == (
        b"10.0.0.5 db.test\n2001:db8::5 db.test\n127.0.0.1 localhost\n"
    )


def test_real_paths_follow_links(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "var").symlink_to(tmp_path / "run")
    declared = [endpoint(path=f"{tmp_path}/var/a.sock"), endpoint(path="@a"), endpoint(host="a")]
    assert names.real_paths(declared) == {f"{tmp_path}/var/a.sock": f"{tmp_path.resolve()}/run/a.sock"}


@pytest.mark.parametrize(
    ("mode", "device", "expected"),
    [
        (stat.S_IFREG, 0, True),
        (stat.S_IFDIR, 0, True),
        (stat.S_IFIFO, 0, True),
        (stat.S_IFBLK, 0, True),
        (stat.S_IFSOCK, 0, False),
        (stat.S_IFLNK, 0, False),
        (0, 0, False),  # a ring, an event queue
        (stat.S_IFCHR, os.makedev(1, 3), True),
        (stat.S_IFCHR, os.makedev(136, 0), True),
        (stat.S_IFCHR, os.makedev(143, 0), True),
        (stat.S_IFCHR, os.makedev(144, 0), False),
        (stat.S_IFCHR, os.makedev(10, 200), False),  # a network of its own: tun
    ],
)
def test_what_may_be_inherited(mode: int, device: int, *, expected: bool) -> None:
    assert descriptors.is_harmless(mode | 0o600, device) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("32768\t60999\n", range(32768, 61000)), ("", range(32768, 61000)), ("5 6", range(5, 7))],
)
def test_ephemeral_ports(text: str, expected: range) -> None:
    assert port.ephemeral(text) == expected


def test_allowed_ports() -> None:
    assert port.allowed([5432, 80], range(100, 102), by_name=False) == [80, 100, 101, 5432]
    assert port.allowed([5432], range(0), by_name=True) == [53, 5432]
    with pytest.raises(refusal.Refusal) as caught:
        port.allowed([0, 5432], range(0), by_name=False)
    assert (caught.value.step, caught.value.number, caught.value.detail) == ("no-port", 0, "")


def test_every_reason_says_what_is_missing_and_what_to_do() -> None:
    for step in refusal._WORDS:
        found = refusal.Refusal(step, errno.EPERM)
        assert found.feature
        assert found.remedy
        assert found.detail == "EPERM"
    assert "unshare" in refusal.Refusal("namespaces").remedy
    assert refusal.Refusal("filter", 9999).detail == "Unknown error 9999"


PRODUCTION = Endpoint(
    environment="production",
    family="postgresql",
    host="192.0.2.7",
    variable="DATABASE_URL",
    origin=Origin(FILE, ".env.production", 2, 1),
    protected=True,
)


@pytest.mark.parametrize(
    ("act", "endpoint", "expected"),
    [
        (
            notices.ADDRESS,
            None,
            Problem(
                "FD623", environment="testing", severity=WARNING, act="connect to an address", program="psql"
            ),
        ),
        (
            notices.SOCKET,
            PRODUCTION,
            Problem(
                "FD622",
                subject="DATABASE_URL",
                environment="testing",
                origin=PRODUCTION.origin,
                severity=WARNING,
                act="connect to a unix socket",
                program="psql",
                other="production",
            ),
        ),
    ],
)
def test_notices_are_problems(act: str, endpoint: Endpoint | None, expected: Problem) -> None:
    assert notices.problem_of("testing", act, "psql", endpoint) == expected


def test_a_notice_is_said_once() -> None:
    said: list[str] = []
    heard = notices.Notices("testing", said.append)
    for _ in range(2):
        heard.say("psql", PRODUCTION)
        heard.say("psql", None)
        heard.say("psql", None, path="/run/a.sock")
        heard.say("curl", None, looks_up=True)
        heard.say("curl", None, path="/var/run/nscd/socket")  # asks by itself, and goes on
    sealed = "is sealed for testing and tried to"
    assert [line.removeprefix("firedoor: seal: ").partition(" do: ")[0] for line in said] == [
        f"FD622 `psql` {sealed} connect to an address: DATABASE_URL of production leads to it.",
        f"FD623 `psql` {sealed} connect to an address that it does not declare.",
        f"FD623 `psql` {sealed} connect to a unix socket that it does not declare.",
        f"FD623 `curl` {sealed} look up a name that it does not declare.",
    ]
    assert said[0].endswith("(.env.production:2:1)")
    assert "192.0.2.7" not in "".join(said)


def test_a_line_goes_to_stderr_in_one_piece(capfd: pytest.CaptureFixture[str]) -> None:
    notices.on_stderr("firedoor: said")
    assert capfd.readouterr().err == "firedoor: said\n"


def test_a_stderr_that_is_closed_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object) -> int:
        raise OSError(errno.EPIPE, "")

    monkeypatch.setattr(os, "write", write)
    notices.on_stderr("firedoor: said")


def test_everybody_is_mapped_to_its_own_number() -> None:
    assert supervisor.identity_map("         0          0 4294967295\n") == "0 0 4294967295"
    assert supervisor.identity_map("0 100000 65536\n65536 5 1\n") == "0 0 65536\n65536 65536 1"
