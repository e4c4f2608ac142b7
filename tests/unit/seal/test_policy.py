"""What is let through, by addresses and by paths."""

from __future__ import annotations

import socket

import pytest

from firedoor.endpoints import Endpoint
from firedoor.seal.addresses import Address
from firedoor.seal.policy import INSIDE, OUTSIDE, REFUSED, Policy, Verdict


def own(**given: str | int) -> Endpoint:
    return Endpoint(environment="testing", family="postgresql", variable="DATABASE_URL", **given)  # type: ignore[arg-type]  # what a test gives


def foreign(**given: str | int) -> Endpoint:
    return Endpoint(
        environment="production",
        family="postgresql",
        variable="DATABASE_URL",
        protected=True,
        **given,  # type: ignore[arg-type]  # what a test gives
    )


DATABASE = own(host="localhost", port=5432)
NAMED = own(host="db.test", port=5433)
ANY = Endpoint(environment="testing", family="reach", host="192.0.2.1")
DOMAIN = Endpoint(environment="testing", family="s3", host=".amazonaws.com", variable="BUCKET")
SOCKET = own(path="/var/run/pg/.s.PGSQL.5432")
FOLDER = Endpoint(environment="testing", family="reach", path="/tmp/pg")
NAME = Endpoint(environment="testing", family="reach", path="@name")
PRODUCTION = foreign(host="192.0.2.7", port=5432)
LOCAL_PRODUCTION = foreign(host="127.0.0.2", port=5432)
PRODUCTION_SOCKET = foreign(path="/run/prod.sock")
POLICY = Policy(
    (DATABASE, NAMED, ANY, DOMAIN, SOCKET, FOLDER, NAME),
    (PRODUCTION, LOCAL_PRODUCTION, PRODUCTION_SOCKET),
    resolved={"db.test": ("10.0.0.5", "::ffff:10.0.0.6", "2001:DB8::5")},
    paths={SOCKET.path: "/run/pg/.s.PGSQL.5432"},
)


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("localhost", 5432, Verdict(OUTSIDE, DATABASE)),
        ("localhost", 5433, Verdict(INSIDE)),
        ("127.0.0.3", 5432, Verdict(INSIDE)),
        ("127.0.0.2", 5432, Verdict(INSIDE, LOCAL_PRODUCTION)),
        ("10.0.0.5", 5433, Verdict(OUTSIDE, NAMED)),
        ("10.0.0.6", 5433, Verdict(OUTSIDE, NAMED)),
        ("2001:db8::5", 5433, Verdict(OUTSIDE, NAMED)),
        ("10.0.0.5", 5432, Verdict(REFUSED)),
        ("192.0.2.1", 1, Verdict(OUTSIDE, ANY)),
        ("192.0.2.7", 5432, Verdict(REFUSED, PRODUCTION)),
        ("192.0.2.7", 5433, Verdict(REFUSED)),
        ("192.0.2.8", 5432, Verdict(REFUSED)),
    ],
)
def test_addresses(host: str, port: int, expected: Verdict) -> None:
    found = POLICY.verdict(Address(socket.AF_INET, host=host, port=port))
    assert found == expected
    assert hash(found) == hash(expected)
    assert found != expected.kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/run/pg/.s.PGSQL.5432", Verdict(OUTSIDE, SOCKET)),
        ("/var/run/pg/.s.PGSQL.5432", Verdict(REFUSED)),  # it is a link: the real path is asked for
        ("/run/pg/.s.PGSQL.5433", Verdict(REFUSED)),
        ("/tmp/pg/any.sock", Verdict(OUTSIDE, FOLDER)),
        ("/tmp/pg/deeper/any.sock", Verdict(REFUSED)),
        ("/tmp/pgother", Verdict(REFUSED)),
        ("/run/prod.sock", Verdict(REFUSED, PRODUCTION_SOCKET)),
        ("@name", Verdict(OUTSIDE, NAME)),
        ("@other", Verdict(INSIDE)),
        ("@name/x", Verdict(INSIDE)),
    ],
)
def test_paths(path: str, expected: Verdict) -> None:
    assert POLICY.verdict_of_path(path) == expected


def test_a_verdict_shows_no_address() -> None:
    assert (
        repr(Verdict(REFUSED, PRODUCTION))
        == "Verdict(refused, Endpoint('production', 'DATABASE_URL', postgresql))"
    )


def test_ports() -> None:
    assert POLICY.ports() == [0, 5432, 5433]
    assert Policy((DATABASE, SOCKET)).ports() == [5432]


def test_places_for_datagrams_have_an_address_and_a_port() -> None:
    assert POLICY.places() == [
        ("127.0.0.1", 5432),
        ("::1", 5432),
        ("10.0.0.5", 5433),
        ("10.0.0.6", 5433),
    ]


@pytest.mark.parametrize(
    ("declared", "protected", "expected"),
    [
        ((DATABASE,), (PRODUCTION, foreign(host="192.0.2.7", port=6379)), [PRODUCTION]),
        ((DATABASE,), (PRODUCTION_SOCKET,), []),
        ((ANY,), (PRODUCTION,), [PRODUCTION]),
        ((DATABASE,), (foreign(host="192.0.2.7"),), [foreign(host="192.0.2.7")]),
        ((SOCKET,), (PRODUCTION,), []),
    ],
)
def test_what_ports_do_not_tell_apart(
    declared: tuple[Endpoint, ...], protected: tuple[Endpoint, ...], expected: list[Endpoint]
) -> None:
    assert Policy(declared, protected).shared_ports() == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ((DATABASE,), False),
        ((DATABASE, SOCKET), False),  # the usual place of the same server
        ((SOCKET,), True),
        ((DATABASE, FOLDER), True),
        ((), False),
    ],
)
def test_whether_paths_are_needed(declared: tuple[Endpoint, ...], *, expected: bool) -> None:
    assert Policy(declared).needs_paths() == expected
