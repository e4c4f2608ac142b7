"""Stand-ins remember who came, by TCP and UDP, and never count themselves."""

from __future__ import annotations

import smtplib
import socket
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from firedoor.drill import stand_in
from firedoor.drill.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"


@pytest.fixture
def silent() -> Iterator[StandIn]:
    made = StandIn(HOST)
    yield made
    made.close()


def test_nobody_came_however_often_one_asks(silent: StandIn) -> None:
    assert [silent.was_reached for _ in range(3)] == [False] * 3
    assert silent.heard == b""


def test_a_connection_counts_though_nothing_is_sent(silent: StandIn) -> None:
    with socket.create_connection((HOST, silent.port)):
        pass
    assert silent.was_reached
    assert silent.was_reached


def test_a_packet_counts(silent: StandIn) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
        packets.sendto(b"x", (HOST, silent.port))
    assert silent.was_reached


def test_what_is_sent_is_kept_and_the_caller_is_left(silent: StandIn) -> None:
    with socket.create_connection((HOST, silent.port), 5) as caller:
        caller.sendall(b"hello")
        assert caller.recv(10) == b""
    assert silent.heard == b"hello"


def test_behind_it_nobody_listens() -> None:
    made = StandIn(HOST)
    made.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, made.port), 5)


def test_a_port_that_is_wanted_is_taken() -> None:
    first = StandIn(HOST)
    first.close()
    second = StandIn(HOST, port=first.port)
    assert second.port == first.port
    second.close()


def test_a_web_server_answers_and_so_does_a_proxy_before_it() -> None:
    server = StandIn(HOST, stand_in.http(b"here", header="X-Kind: drill\r\n"))
    proxy = StandIn(HOST, stand_in.forwarding(HOST, server.port))
    for port in (server.port, proxy.port):
        with urllib.request.urlopen(f"http://{HOST}:{port}/path", timeout=5) as answer:
            assert answer.read() == b"here"
            assert answer.headers["X-Kind"] == "drill"
    assert server.was_reached
    for one in (server, proxy):
        assert one.heard.startswith(b"GET /path")
        one.close()


def test_a_proxy_before_nobody_goes_away() -> None:
    server = StandIn(HOST)
    server.close()
    proxy = StandIn(HOST, stand_in.forwarding(HOST, server.port))
    with socket.create_connection((HOST, proxy.port), 5) as caller:
        caller.sendall(b"x")
        with suppress(ConnectionResetError):
            assert caller.recv(10) == b""
    proxy.close()


def test_mail_is_taken_and_kept() -> None:
    server = StandIn(HOST, stand_in.smtp, greeting=b"220 drill\r\n")
    with smtplib.SMTP(HOST, server.port, timeout=5) as client:
        client.sendmail("a@example.org", ["b@example.org"], "Subject: hello\r\n\r\nhello")
    assert b"rcpt to:<b@example.org>" in server.heard.lower()
    assert b"Subject: hello" in server.heard
    server.close()


def test_a_port_that_is_taken_for_packets_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name it is an error; any other will do, and nothing stays open."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            StandIn(HOST, port=port)
        socket.create_server((HOST, port)).close()

        asked, create = [], socket.create_server

        def first_the_taken_one(address: tuple[str, int]) -> socket.socket:
            asked.append(address)
            return create((HOST, port) if len(asked) == 1 else address)

        monkeypatch.setattr(socket, "create_server", first_the_taken_one)
        made = StandIn(HOST)
        assert asked == [(HOST, 0)] * 2
        assert made.port != port
        made.close()


def test_a_real_server_that_is_not_there_is_no_answer() -> None:
    nobody = StandIn(HOST)
    nobody.close()
    before = StandIn(HOST, behind=(HOST, nobody.port))
    with socket.create_connection((HOST, before.port), 5) as caller:
        assert caller.recv(10) == b""
    assert before.was_reached
    before.close()
