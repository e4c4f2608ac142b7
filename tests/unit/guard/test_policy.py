"""May this environment connect there? Each rule beside the one that it comes before."""

from __future__ import annotations

import pytest

from firedoor.endpoints import REACH, Endpoint
from firedoor.guard.places import UNREADABLE as UNREADABLE_PLACE
from firedoor.guard.places import Place
from firedoor.guard.policy import (
    DECLARED,
    EXTRA,
    FREE,
    LISTENER,
    LOCKED,
    MACHINE,
    NOT_PROTECTED,
    OPEN,
    OWN,
    PROTECTED,
    UNDECLARED,
    UNREADABLE,
    Owner,
    Policy,
    Table,
    Verdict,
)
from firedoor.schema import fields
from support.guarding import Around

NETWORKS = (DECLARED, NOT_PROTECTED, OPEN)
OWNER = Owner("production", "CACHE")


def own(host: str = "", port: int = 0, *, path: str = "", family: str = "postgresql") -> Endpoint:
    return Endpoint(environment="testing", family=family, host=host, port=port, path=path, variable="DB")


def extra(host: str = "", port: int = 0, *, path: str = "") -> Endpoint:
    return Endpoint(environment="testing", family=REACH, host=host, port=port, path=path)


def live(host: str = "", port: int = 0, *, path: str = "", family: str = "postgresql") -> Endpoint:
    return Endpoint(
        environment="production",
        family=family,
        host=host,
        port=port,
        path=path,
        variable="LIVE",
        protected=True,
    )


def at(host: str, port: int = 5432) -> Place:
    return Place(host, port, "")


def socket(path: str) -> Place:
    return Place("", 0, path)


DB, LIVE = own("localhost", 5432), live("127.0.0.2", 5432)


@pytest.mark.parametrize("network", NETWORKS)
def test_own_resources_are_reached_and_protected_ones_are_not(network: str) -> None:
    policy = Policy(network, [DB], [LIVE])
    assert policy.verdict(at("localhost"), Around()) == Verdict(OWN, DB)
    assert policy.verdict(at("127.0.0.2"), Around()) == Verdict(PROTECTED, LIVE)


@pytest.mark.parametrize(
    ("network", "expected"), [(DECLARED, UNDECLARED), (NOT_PROTECTED, FREE), (OPEN, FREE)]
)
def test_what_is_nobodys_is_decided_by_the_policy(network: str, expected: str) -> None:
    policy = Policy(network, [DB], [LIVE])
    for place in (at("localhost", 5433), at("127.0.0.2", 5433), at("192.0.2.1"), at("::9"), socket("/tmp/x")):
        assert policy.verdict(place, Around()) == Verdict(expected)
    assert policy.verdict(UNREADABLE_PLACE, Around()) == Verdict(UNREADABLE if network == DECLARED else FREE)


def test_which_verdicts_let_through_and_which_last() -> None:
    allowed = {reason for reason in (OWN, EXTRA, LISTENER, MACHINE, FREE) if Verdict(reason).is_allowed}
    assert allowed == {OWN, EXTRA, LISTENER, MACHINE, FREE}
    for reason in (PROTECTED, LOCKED, UNDECLARED, UNREADABLE):
        assert not Verdict(reason).is_allowed
        assert not Verdict(reason).is_lasting
    assert [reason for reason in sorted(allowed) if not Verdict(reason).is_lasting] == [LISTENER]


def test_an_own_resource_counts_before_a_protected_one_at_its_place() -> None:
    """The declaration lets both be there, or the configuration would not have held."""
    assert (
        Policy(DECLARED, [LIVE, own("127.0.0.2", 5432)], [LIVE]).verdict(at("127.0.0.2"), Around()).reason
        == OWN
    )


def test_a_named_extra_opens_no_protected_place() -> None:
    policy = Policy(DECLARED, [extra("127.0.0.2")], [LIVE])
    assert policy.verdict(at("127.0.0.2"), Around()) == Verdict(PROTECTED, LIVE)
    assert policy.verdict(at("127.0.0.2", 25), Around()) == Verdict(EXTRA, extra("127.0.0.2"))


def test_named_extras_by_host_port_path_and_name() -> None:
    policy = Policy(DECLARED, [extra("localhost", 9000), extra("mail.test"), extra(path="/run/x.sock")], [])
    around = Around(hosts_file={"mail.test": ("127.0.0.9",)})
    assert policy.verdict(at("localhost", 9000), around).reason == EXTRA
    assert policy.verdict(at("localhost", 9001), around).reason == UNDECLARED
    assert policy.verdict(at("mail.test", 25), around).reason == EXTRA
    assert policy.verdict(at("127.0.0.9", 26), around).reason == EXTRA
    assert policy.verdict(socket("/run/x.sock"), around).reason == EXTRA
    assert policy.verdict(socket("/run/y.sock"), around).reason == UNDECLARED
    resolved = Around(names={"mail.test": frozenset({"192.0.2.25"})})
    assert policy.verdict(at("192.0.2.25", 26), resolved).reason == EXTRA
    assert policy.verdict(at("192.0.2.26", 26), resolved).reason == UNDECLARED


def test_extras_mean_nothing_where_everything_else_is_free() -> None:
    assert Policy(NOT_PROTECTED, [extra("a.test")], []).verdict(at("a.test"), Around()).reason == FREE


def test_listeners_of_the_tree_under_declared() -> None:
    policy = Policy(DECLARED, [DB], [LIVE])
    place = at("localhost", 40001)
    assert policy.verdict(place, Around(listening=(place,))) == Verdict(LISTENER)
    assert policy.verdict(place, Around()) == Verdict(UNDECLARED)
    path = socket("/tmp/own.sock")
    assert policy.verdict(path, Around(listening=(path,))) == Verdict(LISTENER)


def test_a_listener_is_no_production_of_this_machine_and_may_be_one_elsewhere() -> None:
    here, there = live("localhost", 8000, family="http"), live("127.0.0.2", 8000, family="http")
    policy = Policy(DECLARED, [], [here, there])
    around = Around(listening=(at("localhost", 8000), at("127.0.0.2", 8000)))
    assert policy.verdict(at("localhost", 8000), around) == Verdict(LISTENER)
    lax = Policy(NOT_PROTECTED, [], [here, there])
    assert lax.verdict(at("localhost", 8000), around) == Verdict(LISTENER)
    assert policy.verdict(at("localhost", 8000), Around()) == Verdict(PROTECTED, here)
    assert policy.verdict(at("127.0.0.2", 8000), around) == Verdict(PROTECTED, there)


OF_MACHINE = [
    "/dev/log",
    "/run/log",
    "/var/run/log",
    "/var/run/syslog",
    "/run/systemd/journal/dev-log",
    "/run/systemd/journal/socket",
    "/run/systemd/journal/syslog",
    "/run/nscd/socket",
    "/var/run/nscd/socket",
]


@pytest.mark.parametrize(
    ("path", "reason"), [*((path, MACHINE) for path in OF_MACHINE), ("/dev/log2", UNDECLARED)]
)
def test_the_machines_own_sockets(path: str, reason: str) -> None:
    assert Policy(DECLARED, [], []).verdict(socket(path), Around()).reason == reason


# --- names ---


@pytest.mark.parametrize("network", NETWORKS)
def test_a_protected_name_is_refused_by_its_name_and_by_its_addresses(network: str) -> None:
    db = live("db.example.org", 5432)
    policy = Policy(network, [], [db])
    for around in (
        Around(names={"db.example.org": frozenset({"192.0.2.7"})}),
        Around(hosts_file={"db.example.org": ("192.0.2.7",)}),
    ):
        assert policy.verdict(at("db.example.org"), around) == Verdict(PROTECTED, db)
        assert policy.verdict(at("192.0.2.7"), around) == Verdict(PROTECTED, db)
        assert policy.verdict(at("192.0.2.7", 5433), around).reason != PROTECTED
        assert policy.verdict(at("192.0.2.8"), around).reason != PROTECTED


@pytest.mark.parametrize("network", NETWORKS)
def test_another_name_of_a_protected_address(network: str) -> None:
    policy = Policy(network, [], [LIVE])
    alias = Around(hosts_file={"innocent.test": ("127.0.0.2",)})
    assert policy.verdict(at("innocent.test"), alias) == Verdict(PROTECTED, LIVE)
    asked = Around(names={"innocent.test": frozenset({"192.0.2.1", "127.0.0.2"})})
    assert policy.verdict(at("innocent.test"), asked) == Verdict(PROTECTED, LIVE)


def test_the_addresses_of_own_names_are_own() -> None:
    db = own("db.test", 5432)
    policy = Policy(DECLARED, [db], [live("other.example.org", 5432)])
    around = Around(names={"db.test": frozenset({"192.0.2.7"})})
    assert policy.verdict(at("192.0.2.7"), around) == Verdict(OWN, db)
    assert policy.verdict(at("192.0.2.7", 1), around) == Verdict(UNDECLARED)
    named = Around(names={"db.test": frozenset({"192.0.2.7"}), "alias.test": frozenset({"192.0.2.7"})})
    assert policy.verdict(at("alias.test"), named) == Verdict(OWN, db)


def test_an_own_name_that_leads_to_a_protected_database_is_refused_by_address() -> None:
    policy = Policy(NOT_PROTECTED, [own("db.test", 5432)], [live("db.example.org", 5432)])
    both = frozenset({"192.0.2.7"})
    around = Around(names={"db.test": both, "db.example.org": both})
    assert policy.verdict(at("192.0.2.7"), around).reason == PROTECTED


def test_many_web_sites_stand_behind_one_address() -> None:
    site, mine = live("api.example.com", 443, family="http"), own("api.test", 443, family="http")
    edge = frozenset({"192.0.2.80"})
    names = {"api.example.com": edge, "api.test": edge, "cdn.test": edge}
    place = at("192.0.2.80", 443)
    assert Policy(NOT_PROTECTED, [mine], [site]).verdict(place, Around(names=names)) == Verdict(OWN, mine)
    alone = Policy(NOT_PROTECTED, [], [site])
    assert alone.verdict(place, Around(names=names)) == Verdict(PROTECTED, site)
    assert alone.verdict(place, Around(names=names, looked_up=("192.0.2.80",))) == Verdict(FREE)
    assert alone.verdict(at("cdn.test", 443), Around(names=names)) == Verdict(FREE)
    assert alone.verdict(at("api.example.com", 443), Around(names=names)) == Verdict(PROTECTED, site)


def test_nobody_in_the_world_is_asked_about_this_machine() -> None:
    policy = Policy(DECLARED, [own("db.test", 5432)], [live("db.example.org", 5432)])
    around = Around()
    for place in (at("localhost"), at("127.0.0.3"), socket("/tmp/x")):
        policy.verdict(place, around)
    assert around.asked == []
    policy.verdict(at("192.0.2.1"), around)
    assert around.asked == ["db.example.org", "db.test"]


def test_a_name_that_leads_nowhere_is_decided_by_the_policy() -> None:
    assert Policy(DECLARED, [], []).verdict(at("nowhere.test"), Around()) == Verdict(UNDECLARED)
    assert Policy(OPEN, [], []).verdict(at("nowhere.test"), Around()) == Verdict(FREE)


def test_of_several_addresses_of_a_name_the_strictest_counts_and_what_says_most() -> None:
    policy = Policy(DECLARED, [DB], [LIVE])

    def verdict(*addresses: str, **owners: Owner) -> Verdict:
        around = Around(
            names={"name.test": frozenset(addresses)},
            owners={at("192.0.2.9"): one for one in owners.values()},
        )
        return policy.verdict(at("name.test"), around)

    assert verdict("localhost") == Verdict(OWN, DB)
    for undeclared in ("10.0.0.1", "192.0.2.1"):  # before the others, and behind them
        assert verdict("localhost", undeclared) == Verdict(UNDECLARED)
        assert verdict("127.0.0.2", undeclared, "localhost") == Verdict(PROTECTED, LIVE)
        assert verdict("192.0.2.9", undeclared, owner=OWNER) == Verdict(LOCKED, owner=OWNER)


def test_the_words_of_the_declaration() -> None:
    assert tuple(fields.NETWORKS) == NETWORKS


# --- the lock ---


@pytest.mark.parametrize("network", NETWORKS)
def test_what_the_lock_knows(network: str) -> None:
    place = at("192.0.2.9", 6379)
    named = at("cache.example.org", 6379)
    around = Around(owners={place: OWNER, named: OWNER}, names={"alias.test": frozenset({"192.0.2.9"})})
    policy = Policy(network, [DB, extra("192.0.2.9")], [])
    for one in (place, named, at("alias.test", 6379)):
        assert policy.verdict(one, around) == Verdict(LOCKED, owner=OWNER)
    assert policy.verdict(at("localhost"), around) == Verdict(OWN, DB)


# --- look-ups ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", (MACHINE,) * 3),
        ("shop.localhost", (MACHINE,) * 3),
        ("192.0.2.1", (MACHINE,) * 3),
        ("::9", (MACHINE,) * 3),
        ("db.test", (OWN,) * 3),
        ("mail.test", (FREE,) * 3),
        ("db.example.org", (PROTECTED,) * 3),
        ("locked.example.org", (LOCKED,) * 3),
        ("pc", (MACHINE, FREE, FREE)),
        ("alias.test", (MACHINE, FREE, FREE)),
        ("elsewhere.test", (UNDECLARED, FREE, FREE)),
        ("x.s3.eu-west-1.amazonaws.com", (FREE,) * 3),
        ("x.rds.eu-west-1.amazonaws.com", (UNDECLARED, FREE, FREE)),
    ],
)
def test_which_names_may_be_looked_up(name: str, expected: tuple[str, ...]) -> None:
    declared = [own("db.test", 5432), extra("mail.test", 25), own(".amazonaws.com", family="s3")]
    around = Around(
        hosts_file={"alias.test": ("127.0.0.5",)},
        machine=("pc",),
        owners={at("locked.example.org", 443): OWNER},
    )
    for network, reason in zip(NETWORKS, expected, strict=True):
        policy = Policy(network, declared, [live("db.example.org", 5432)])
        verdict = policy.verdict_of_name(at(name, 443), around)
        assert verdict.reason == reason
        deciding = {
            "db.test": own("db.test", 5432),
            "mail.test": extra("mail.test", 25),
            "db.example.org": live("db.example.org", 5432),
        }
        if name in deciding:
            assert verdict.endpoint == deciding[name]


# --- tables ---


def test_a_table_finds_ports_hosts_paths_and_domains() -> None:
    listed = [
        own("a", 1),
        own("b"),
        own(path="/x"),
        own(".example.org", family="gs"),
        own(".amazonaws.com", family="s3"),
    ]
    table = Table(listed)
    assert len(table) == 5
    assert table
    assert not Table([])
    assert [bool(Table([one])) for one in listed] == [True] * 5
    assert (table.hosts, table.paths, table.names) == (("a", "b"), ("/x",), ("a", "b"))
    assert table.at(at("a", 1)) is listed[0]
    assert table.at(at("a", 2)) is None
    assert table.at(at("a", 0)) is listed[0]
    assert table.at(at("b", 2)) is listed[1]
    assert table.at(at("c", 0)) is None
    assert table.at(socket("/x")) is listed[2]
    assert table.at(socket("/y")) is None
    assert table.around(at("x.example.org")) is listed[3]
    assert table.around(at("b.s3.amazonaws.com")) is listed[4]
    assert table.around(at("b.s3-eu.amazonaws.com")) is listed[4]
    assert table.around(at("b.rds.amazonaws.com")) is None
    assert table.around(at("example.org")) is None
    assert Table([own("localhost"), own("127.0.0.2"), own("::9"), own("a.b")]).names == ("a.b",)


def test_a_domain_of_a_provider_is_no_key_to_what_is_protected_in_it() -> None:
    bucket = live("prod.s3.amazonaws.com", family="s3")
    policy = Policy(DECLARED, [own(".amazonaws.com", family="s3")], [bucket])
    assert policy.verdict(at("prod.s3.amazonaws.com", 443), Around()) == Verdict(PROTECTED, bucket)
    assert policy.verdict(at("test.s3.amazonaws.com", 443), Around()).reason == EXTRA
