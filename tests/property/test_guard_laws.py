"""Laws of the guard: of policies over made-up endpoints and places, and of the real one over every spelling."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firedoor.endpoints import REACH, Endpoint
from firedoor.errors import GuardError
from firedoor.guard import programs
from firedoor.guard.places import INET, INET6, Place
from firedoor.guard.policy import DECLARED, NOT_PROTECTED, OPEN, Owner, Policy
from support.guarding import Around, armed, configuration, declare, guard_of, refused

if TYPE_CHECKING:
    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

HOSTS = st.sampled_from(("localhost", "127.0.0.2", "192.0.2.1", "::9", "db.test", "api.test", "cdn.test"))
PORTS = st.integers(0, 4)
FAMILIES = st.sampled_from(("postgresql", "http", REACH))
PLACES = st.builds(Place, HOSTS, st.integers(1, 4), st.just("")) | st.builds(
    Place, st.just(""), st.just(0), st.sampled_from(("/a", "/b", "/dev/log"))
)
NETWORKS = st.sampled_from((DECLARED, NOT_PROTECTED, OPEN))
NAMES = ("db.test", "api.test", "cdn.test")
ADDRESSES = st.frozensets(st.sampled_from(("localhost", "127.0.0.2", "192.0.2.1", "192.0.2.2")), max_size=2)


def endpoint(host: str, port: int, family: str, *, protected: bool) -> Endpoint:
    name = "production" if protected else "testing"
    return Endpoint(environment=name, family=family, host=host, port=port, variable="X", protected=protected)


def endpoints(*, protected: bool) -> st.SearchStrategy[list[Endpoint]]:
    families = st.sampled_from(("postgresql", "http")) if protected else FAMILIES
    made = st.builds(
        lambda host, port, family: endpoint(host, port, family, protected=protected), HOSTS, PORTS, families
    )
    return st.lists(made, max_size=4)


AROUNDS = st.builds(
    Around,
    listening=st.lists(PLACES, max_size=2).map(tuple),
    names=st.dictionaries(st.sampled_from(NAMES), ADDRESSES),
    hosts_file=st.dictionaries(st.sampled_from(NAMES), ADDRESSES.map(lambda found: tuple(sorted(found)))),
    # of this machine and of paths the lock says nothing: they are other things on each machine
    owners=st.dictionaries(
        PLACES.filter(lambda place: place.host not in {"", "localhost"}),
        st.just(Owner("production", "X")),
        max_size=1,
    ),
    looked_up=st.lists(st.sampled_from(("192.0.2.1", "192.0.2.2"))).map(tuple),
)
OWN, LIVE = endpoints(protected=False), endpoints(protected=True)


@given(network=NETWORKS, own=OWN, live=LIVE, place=PLACES, around=AROUNDS)
def test_a_stricter_policy_lets_nothing_through_that_a_laxer_one_refuses(
    network: str, own: list[Endpoint], live: list[Endpoint], place: Place, around: Around
) -> None:
    strict, lax, laxest = (
        Policy(one, own, live).verdict(place, around).is_allowed for one in (DECLARED, NOT_PROTECTED, OPEN)
    )
    assert strict <= lax <= laxest


@given(network=NETWORKS, own=OWN, live=LIVE, place=PLACES, around=AROUNDS)
def test_a_protected_endpoint_is_refused_by_everybody_else(
    network: str, own: list[Endpoint], live: list[Endpoint], place: Place, around: Around
) -> None:
    policy = Policy(network, own, live)
    is_theirs = policy.protected.at(place) is not None and policy.own.at(place) is None
    is_tests_own = place.host == "localhost" and place in around.listening
    if is_theirs and not is_tests_own:
        assert not policy.verdict(place, around).is_allowed


@given(network=NETWORKS, own=OWN, live=LIVE, around=AROUNDS)
def test_what_is_its_own_is_always_reached(
    network: str, own: list[Endpoint], live: list[Endpoint], around: Around
) -> None:
    policy = Policy(network, own, live)
    for one in own:
        if one.family != REACH and one.port:
            assert policy.verdict(Place(one.host, one.port, ""), around).is_allowed


@given(network=NETWORKS, own=OWN, live=LIVE, place=PLACES, around=AROUNDS)
def test_declaring_more_takes_nothing_away_and_protecting_more_gives_nothing(
    network: str, own: list[Endpoint], live: list[Endpoint], place: Place, around: Around
) -> None:
    before = Policy(network, own, live).verdict(place, around).is_allowed
    more = Policy(
        network, [*own, endpoint(place.host or "x", place.port, "postgresql", protected=False)], live
    )
    if place.host:
        assert more.verdict(place, around).is_allowed
    assert (
        before
        >= Policy(
            network, own, [*live, endpoint(place.host or "x", place.port, "postgresql", protected=True)]
        )
        .verdict(place, around)
        .is_allowed
    )


@given(own=OWN, live=LIVE, place=PLACES, around=AROUNDS)
def test_what_the_lock_knows_is_reached_by_nobody_who_does_not_own_it(
    own: list[Endpoint], live: list[Endpoint], place: Place, around: Around
) -> None:
    for network in (DECLARED, NOT_PROTECTED, OPEN):
        policy = Policy(network, own, live)
        if place in around.owners and policy.own.at(place) is None and policy.protected.at(place) is None:
            assert policy.verdict(place, around).reason == "locked"


# --- spellings ---


def spellings(address: str) -> st.SearchStrategy[str]:
    """Every way in which the C library reads an IPv4 address."""
    parts = [int(part) for part in address.split(".")]
    written = [st.sampled_from((str(part), f"0{part:o}", f"0x{part:x}", f"0X{part:X}")) for part in parts]
    four = st.tuples(*written).map(".".join)
    three = st.tuples(*written[:2], st.just(str(parts[2] * 256 + parts[3]))).map(".".join)
    two = st.tuples(written[0], st.just(str((parts[1] * 256 + parts[2]) * 256 + parts[3]))).map(".".join)
    number = int(ipaddress.IPv4Address(address))
    one = st.sampled_from((str(number), hex(number), f"0{number:o}"))
    return four | three | two | one


SIX = st.sampled_from(("::ffff:127.0.0.2", "::FFFF:7f00:2", "0:0:0:0:0:ffff:127.0.0.2", "64:ff9b::127.0.0.2"))


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    from support.project import ProjectFolder as Folder

    return guard_of(Folder(tmp_path_factory.mktemp("shop")))


@given(host=spellings("127.0.0.2"))
def test_every_spelling_of_a_protected_address_is_refused(guard: Guard, host: str) -> None:
    assert socket.inet_aton(host) == socket.inet_aton("127.0.0.2")
    for family in (INET, INET6):
        assert [
            one.code
            for one in refused(lambda family=family: guard.check_address((host, 5432), family))  # type: ignore[misc]  # a default binds the loop's own value
        ] == ["FD601"]
    assert [
        one.code for one in refused(lambda: guard.check_resource("database", f"postgresql://{host}/shop"))
    ] == ["FD603"]
    assert [one.code for one in refused(lambda: guard.check_program(["psql", "-h", host]))] == ["FD604"]


@given(host=SIX)
def test_every_mapped_spelling_of_it_is_refused(guard: Guard, host: str) -> None:
    assert [one.code for one in refused(lambda: guard.check_address((host, 5432, 0, 0), INET6))] == ["FD601"]
    assert [
        one.code for one in refused(lambda: guard.check_resource("database", f"postgresql://[{host}]/shop"))
    ] == ["FD603"]


@given(host=spellings("127.0.0.1"))
def test_every_spelling_of_its_own_address_passes(guard: Guard, host: str) -> None:
    assert refused(lambda: guard.check_address((host, 5432), INET)) == ()
    assert guard.check_resource("database", f"postgresql://{host}/shop_test") == "DATABASE_URL"


@given(data=st.data())
def test_escapes_in_a_url_hide_nothing(guard: Guard, data: st.DataObject) -> None:
    def escaped(text: str) -> str:
        flags = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
        return "".join(
            f"%{ord(one):02x}" if flag else quote(one) for one, flag in zip(text, flags, strict=True)
        )

    text = f"postgresql://{escaped('127.0.0.2')}/{escaped('shop')}"
    assert [one.code for one in refused(lambda: guard.check_resource("database", text))] == ["FD603"]


# --- programs ---


@given(
    before=st.lists(st.text(max_size=12), max_size=4),
    host=spellings("127.0.0.2"),
    wrapped=st.sampled_from(
        ("{}", "-h{}", "--host={}", "host={} x=1", "u:p@{}/db", "('{}', 5432)", '"{}"', "http://{}/")
    ),
    after=st.lists(st.text(max_size=12), max_size=4),
)
def test_a_protected_host_is_seen_among_all_arguments(
    guard: Guard, before: list[str], host: str, wrapped: str, after: list[str]
) -> None:
    texts = [*before, wrapped.format(host), *after]
    assert programs.foreign(texts, guard.policy, lambda _: ()) is not None


@given(texts=st.lists(st.text(alphabet="abc:/=@-'\" %.", max_size=30), max_size=5))
def test_arguments_that_name_nobody_pass(guard: Guard, texts: list[str]) -> None:
    assert refused(lambda: guard.check_program(texts, {})) == ()


# --- the process ---


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return declare(project)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.sampled_from((None, "patches")), min_size=1, max_size=4))
def test_however_often_it_is_armed_everything_comes_back(
    shop: ProjectFolder, rounds: list[str | None]
) -> None:
    before = {
        name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto", "sendmsg", "bind")
    }
    look_up = socket.getaddrinfo, socket.gethostbyname
    for hook in rounds:
        with armed(configuration(shop), hook), pytest.raises(GuardError):
            socket.create_connection(("127.0.0.2", 5432))
        assert {name: getattr(socket.socket, name) for name in before} == before
        assert (socket.getaddrinfo, socket.gethostbyname) == look_up
