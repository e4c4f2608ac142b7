"""The engine's list of containers, as the docker command and as its socket tell it."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor.services import labels, listing


def published(text: str) -> list[tuple[str, int, str]]:
    one = listing.of_line(f"1\trunning\t{text}\tshop-api-1\t\t\t")
    assert one is not None
    return sorted(one.published)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("8000/tcp", []),
        ("0.0.0.0:8000->8000/tcp", [("0.0.0.0", 8000, "tcp")]),
        ("127.0.0.1:8000->80/tcp", [("127.0.0.1", 8000, "tcp")]),
        (":::8000->8000/tcp", [("::", 8000, "tcp")]),
        ("[::]:8000->8000/tcp", [("::", 8000, "tcp")]),
        ("[::1]:8000->8000/udp", [("::1", 8000, "udp")]),
        (
            "0.0.0.0:9000-9002->9000-9002/tcp",
            [("0.0.0.0", 9000, "tcp"), ("0.0.0.0", 9001, "tcp"), ("0.0.0.0", 9002, "tcp")],
        ),
        ("0.0.0.0:53->53/udp, 80/tcp, :::53->53/udp", [("0.0.0.0", 53, "udp"), ("::", 53, "udp")]),
        ("0.0.0.0:7->7/sctp", [("0.0.0.0", 7, "sctp")]),
        ("0.0.0.0:7->7", [("0.0.0.0", 7, "tcp")]),
    ],
)
def test_published_ports(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert published(text) == expected


def test_a_line_of_docker_ps() -> None:
    one = listing.of_line("0a1b\texited\t\tshop-api-1\tshop\t/srv/shop\tdevelopment")
    assert one is not None
    assert (one.id, one.name, one.project, one.folder, one.environment, one.running) == (
        "0a1b",
        "shop-api-1",
        "shop",
        "/srv/shop",
        "development",
        False,
    )
    assert repr(one) == "Listed('shop-api-1')"
    assert listing.of_line("0a1b\texited") is None
    assert listing.FORMAT.count("\t") == 6


@pytest.mark.parametrize("state", ["running", "restarting", "paused"])
def test_an_entry_of_the_sockets_answer(state: str) -> None:
    told = {
        "Id": "0a1b",
        "Names": ["/shop-api-1"],
        "State": state,
        "Labels": {labels.COMPOSE_PROJECT: "shop", labels.ENVIRONMENT: "testing"},
        "Ports": [
            {"IP": "127.0.0.1", "PrivatePort": 80, "PublicPort": 8000, "Type": "tcp"},
            {"PrivatePort": 53, "PublicPort": 5300, "Type": "udp"},
            {"PrivatePort": 9000, "Type": "tcp"},
        ],
    }
    one = listing.of_answer(told)
    assert (one.id, one.name, one.project, one.environment, one.running) == (
        "0a1b",
        "shop-api-1",
        "shop",
        "testing",
        True,
    )
    assert one.published == {("127.0.0.1", 8000, "tcp"), ("", 5300, "udp")}


@pytest.mark.parametrize(
    "told", [{"Id": "1"}, {"Id": "1", "Names": None, "Labels": None, "Ports": None, "State": "dead"}]
)
def test_an_entry_that_says_little(told: dict[str, Any]) -> None:
    one = listing.of_answer(told)
    assert (one.name, one.project, one.folder, one.running, one.published) == ("", "", "", False, frozenset())
