"""Stamps in Redis, tried on real servers: each refusal beside the twin that passes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps import redis as marker
from firedoor.stamps.observation import NotAllowed, Observation, Overtaken
from support.forwarder import forwarding
from support.ports import free_port
from support.redis_server import running_redis
from support.stamping import address, race, refused, stamp, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firedoor.stamps.address import Address
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

READER = ("+get", "+info", "+select", f"~{marker.KEY}")


def cache(text: str) -> Address:
    return address("cache", text)


@pytest.fixture
def server(redis_server: RedisServer) -> RedisServer:
    redis_server.run("FLUSHALL")
    return redis_server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that the test may stop."""
    with running_redis() as server:
        yield server


def test_an_empty_database_says_who_it_is_and_has_no_stamp(server: RedisServer) -> None:
    seen = marker.observe(cache(server.url(3)))
    replication_id = server.run("INFO", "replication")["master_replid"]
    assert seen == Observation(
        identity=("redis", replication_id, "3"),
        server=("redis", replication_id),
        bound=seen.bound,
        forgeable=True,
    )
    assert len(seen.bound) == 32


def test_what_is_written_is_what_is_read(server: RedisServer) -> None:
    mark = stamp("production")
    written = marker.write(cache(server.url()), mark, replacing=None)
    assert written == marker.observe(cache(server.url()))
    assert written.stamp == mark.bound_to(written.bound)
    assert not written.is_copy
    assert json.loads(server.run("GET", marker.KEY))["environment"] == "production"


def test_another_index_is_another_resource_of_the_same_server(server: RedisServer) -> None:
    marker.write(cache(server.url(0)), stamp(), replacing=None)
    first, fifth = (marker.observe(cache(server.url(index))) for index in (0, 5))
    assert first.identity != fifth.identity
    assert first.server == fifth.server
    assert fifth.stamp is None


def test_a_forwarder_hides_the_address_and_not_the_server(server: RedisServer) -> None:
    with forwarding(server.port) as port, running_redis() as other:
        direct = marker.observe(cache(server.url()))
        assert marker.observe(cache(server.url(port=port))) == direct
        assert marker.observe(cache(server.socket_url())) == direct
        assert marker.observe(cache(other.url())).identity != direct.identity


def test_a_restart_keeps_the_stamp_and_makes_it_no_copy(own: RedisServer) -> None:
    written = marker.write(cache(own.url(2)), stamp(), replacing=None)
    own.stop()
    own.start()
    seen = marker.observe(cache(own.url(2)))
    assert seen.stamp == written.stamp
    assert not seen.is_copy
    assert seen.identity != written.identity  # as Redis has it: known only until the next start


def test_a_copied_rdb_file_shows_on_another_server(own: RedisServer) -> None:
    marker.write(cache(own.url()), stamp(), replacing=None)
    own.run("SAVE")
    with running_redis(data=own.folder / "dump.rdb") as copy:
        seen = marker.observe(cache(copy.url()))
    assert seen.stamp == marker.observe(cache(own.url())).stamp
    assert seen.is_copy
    assert not marker.observe(cache(own.url())).is_copy


def test_a_server_with_another_configuration_file_is_another_place(own: RedisServer) -> None:
    marker.write(cache(own.url()), stamp(), replacing=None)
    own.stop()
    file = own.folder / "redis.conf"
    file.write_text("maxmemory 50mb\n")
    own.configuration = str(file)
    own.start()
    assert marker.observe(cache(own.url())).is_copy


def test_swapped_databases_show(server: RedisServer) -> None:
    marker.write(cache(server.url(0)), stamp("production"), replacing=None)
    marker.write(cache(server.url(1)), stamp("test"), replacing=None)
    assert not marker.observe(cache(server.url(0))).is_copy
    server.run("SWAPDB", 0, 1)
    seen = marker.observe(cache(server.url(0)))
    assert seen.stamp is not None
    assert seen.stamp.environment == "test"
    assert seen.is_copy


def test_a_replica_shows_the_original_and_takes_no_stamp(own: RedisServer) -> None:
    written = marker.write(cache(own.url()), stamp(), replacing=None)
    with running_redis("--masteruser", own.user, "--masterauth", own.password) as replica:
        alone = marker.observe(cache(replica.url()))
        assert (alone.identity == written.identity, alone.stamp) == (False, None)
        replica.run("REPLICAOF", own.host, own.port)
        wait_for_replica(own, replica)
        seen = marker.observe(cache(replica.url()))
        original = marker.observe(cache(own.url()))  # Redis takes a new replication id for its first replica
        assert seen == replace(original, forgeable=False)  # a replica is read-only
        assert (seen.stamp, seen.is_copy) == (written.stamp, False)
        error = refused(lambda: marker.write(cache(replica.url()), stamp(), replacing=seen.stamp))
        assert type(error) is NotAllowed
        replica.run("REPLICAOF", "NO", "ONE")  # now it is a server of its own, with production's data
        assert marker.observe(cache(replica.url())).is_copy


def wait_for_replica(original: RedisServer, replica: RedisServer) -> None:
    """WAIT answers when the replica has what was written after it had joined."""
    import time

    deadline = time.monotonic() + 30
    while replica.run("INFO", "replication")["master_link_status"] != "up":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_flushdb_takes_the_stamp_with_the_data(server: RedisServer) -> None:
    for index in (0, 1):
        marker.write(cache(server.url(index)), stamp(), replacing=None)
    server.run("FLUSHDB")
    assert marker.observe(cache(server.url(0))).stamp is None
    assert marker.observe(cache(server.url(1))).stamp is not None


def test_a_stamp_is_replaced_only_by_who_knows_it(server: RedisServer) -> None:
    place = cache(server.url())
    first = marker.write(place, stamp("staging"), replacing=None)
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, place, stamp("test"), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
        assert marker.observe(place) == first
    second = marker.write(place, stamp("test"), replacing=first.stamp)
    assert second.stamp is not None
    assert second.stamp.environment == "test"


def test_a_stamp_that_is_gone_is_not_replaced(server: RedisServer) -> None:
    place = cache(server.url())
    first = marker.write(place, stamp(), replacing=None)
    server.run("FLUSHDB")
    error = refused(lambda: marker.write(place, stamp(), replacing=first.stamp))
    assert isinstance(error, Overtaken)
    assert error.found is None
    assert marker.observe(place).stamp is None


@pytest.mark.parametrize("replacing", [False, True])
@pytest.mark.parametrize("_again", range(5))
def test_of_two_stampers_one_wins(server: RedisServer, replacing: bool, _again: int) -> None:
    place = cache(server.url())
    before = marker.write(place, stamp("staging"), replacing=None).stamp if replacing else None
    marks = [stamp("production"), stamp("test"), stamp("development")]
    results = race(*(partial(marker.write, place, mark, replacing=before) for mark in marks))
    won = [result for result in results if isinstance(result, Observation)]
    lost = [result for result in results if isinstance(result, Overtaken)]
    assert (len(won), len(lost)) == (1, 2)
    assert marker.observe(place) == won[0]
    assert [error.found for error in lost] == [won[0].stamp] * 2


def test_a_stamp_that_comes_between_reading_and_writing_is_kept(server: RedisServer) -> None:
    first = marker.write(cache(server.url()), stamp("staging"), replacing=None)
    rival = stamp("test").bound_to(first.bound)

    def watch(data: bytes) -> None:
        if b"\r\nMULTI\r\n" in data:  # after WATCH and GET
            server.run("SET", marker.KEY, rival.to_text())

    with forwarding(server.port, watch) as port:
        error = refused(lambda: marker.write(cache(server.url(port=port)), stamp(), replacing=first.stamp))
    assert isinstance(error, Overtaken)
    assert error.found == rival
    assert marker.observe(cache(server.url())).stamp == rival


def test_a_server_that_dies_during_a_stamp_has_the_old_one(own: RedisServer) -> None:
    first = marker.write(cache(own.url()), stamp("staging"), replacing=None)
    own.run("SAVE")

    def watch(data: bytes) -> None:
        if b"MULTI" in data:
            own.kill()

    with forwarding(own.port, watch) as port:
        through = cache(own.url(port=port))
        reason = unreachable(lambda: marker.write(through, stamp(), replacing=first.stamp), own.password)
    assert reason == told.BROKEN_OFF
    assert unreachable(lambda: marker.observe(cache(own.url()))) == told.REFUSED
    own.start()
    assert marker.observe(cache(own.url())).stamp == first.stamp
    assert marker.write(cache(own.url()), stamp(), replacing=first.stamp).stamp != first.stamp


def test_the_least_that_a_role_needs_for_reading(server: RedisServer) -> None:
    written = marker.write(cache(server.url(4)), stamp(), replacing=None)
    reader = server.url(4, user="reader", password=server.create_user("reader", *READER))
    assert marker.observe(cache(reader)) == replace(written, forgeable=False)
    assert written.forgeable
    error = refused(lambda: marker.write(cache(reader), stamp(), replacing=written.stamp))
    assert type(error) is NotAllowed
    assert marker.observe(cache(server.url(4))) == written


@pytest.mark.parametrize("index", [0, 1])
def test_who_may_not_write_leaves_no_stamp(server: RedisServer, index: int) -> None:
    reader = server.url(index, user="reader", password=server.create_user("reader", *READER))
    error = refused(lambda: marker.write(cache(reader), stamp(), replacing=None), "reader")
    assert type(error) is NotAllowed
    assert marker.observe(cache(server.url(index))).stamp is None
    writer = server.create_user("writer", *READER, "+set")
    assert marker.write(
        cache(server.url(index, user="writer", password=writer)), stamp(), replacing=None
    ).stamp


def test_the_least_that_a_role_needs_for_replacing(server: RedisServer) -> None:
    first = marker.write(cache(server.url()), stamp("staging"), replacing=None)
    rules = (*READER, "+set", "+watch", "+multi", "+exec")
    for missing in ("+watch", "+multi", "+exec", "+set"):
        password = server.create_user("writer", *(rule for rule in rules if rule != missing))
        place = cache(server.url(user="writer", password=password))
        assert type(refused(partial(marker.write, place, stamp(), replacing=first.stamp))) is NotAllowed
        assert marker.observe(cache(server.url())) == first
    place = cache(server.url(user="writer", password=server.create_user("writer", *rules)))
    assert isinstance(refused(partial(marker.write, place, stamp(), replacing=stamp())), Overtaken)
    assert marker.write(place, stamp(), replacing=first.stamp).stamp != first.stamp


@pytest.mark.parametrize("allowed", ["+set", "+setrange", "+restore", "+flushdb"])
def test_whoever_can_change_or_remove_the_stamp_can_forge_it(server: RedisServer, allowed: str) -> None:
    written = marker.write(cache(server.url()), stamp(), replacing=None)
    user = server.url(user="writer", password=server.create_user("writer", *READER, allowed))
    assert marker.observe(cache(user)) == written
    assert marker.observe(cache(server.url())) == written  # asking has changed nothing


def test_what_grants_says_lets_the_application_work_and_not_stamp(server: RedisServer) -> None:
    written = marker.write(cache(server.url()), stamp(), replacing=None)
    password = server.create_user("shop", "~*", "+@all")
    place = cache(server.url(user="shop", password=password))
    assert marker.observe(place).forgeable
    statements = marker.grants(place)
    for statement in statements:
        filled = statement.replace("<application user>", "shop").replace("<application keys>", "shop")
        server.run(*filled.split())
    assert marker.observe(place) == replace(written, forgeable=False)
    import redis

    with redis.Redis.from_url(place.text) as client:
        assert client.set("shop:cart", "1")
        for refused_command in (
            ("DEL", marker.KEY),
            ("RENAME", "shop:cart", marker.KEY),
            ("COPY", "shop:cart", marker.KEY),
            ("MOVE", marker.KEY, 1),
            ("EXPIRE", marker.KEY, 1),
            ("GETDEL", marker.KEY),
            ("EVAL", "return redis.call('SET', KEYS[1], 'x')", 1, marker.KEY),
            ("FLUSHALL",),
            ("SWAPDB", 0, 1),
            ("CONFIG", "GET", "*"),
            ("ACL", "SETUSER", "shop", "~*"),
        ):
            with pytest.raises(redis.ResponseError):
                client.execute_command(*refused_command)
    assert marker.observe(place) == replace(written, forgeable=False)


def test_a_stamp_that_may_not_be_read_is_said(server: RedisServer) -> None:
    marker.write(cache(server.url()), stamp(), replacing=None)
    blind = server.url(user="blind", password=server.create_user("blind", "+@all", "~shop:*"))
    seen = marker.observe(cache(blind))
    assert (seen.stamp, seen.unreadable) == (None, True)
    assert type(refused(lambda: marker.write(cache(blind), stamp(), replacing=None))) is NotAllowed
    server.create_user("sighted", "+@all", "~shop:*", f"~{marker.KEY}")


@pytest.mark.parametrize("command", [("SET", marker.KEY, "mine"), ("LPUSH", marker.KEY, "mine")])
def test_what_is_no_stamp_stays_and_is_said(server: RedisServer, command: tuple[str, ...]) -> None:
    server.run(*command)
    place = cache(server.url())
    seen = marker.observe(place)
    assert (seen.stamp, seen.unreadable) == (None, True)
    error = refused(lambda: marker.write(place, stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found is None
    assert marker.observe(place) == seen


def test_a_role_that_may_not_ask_who_the_server_is(server: RedisServer) -> None:
    password = server.create_user("narrow", "+get", f"~{marker.KEY}")
    narrow = server.url(user="narrow", password=password)
    assert unreachable(lambda: marker.observe(cache(narrow)), password) == told.NOT_SUPPORTED
    assert unreachable(lambda: marker.write(cache(narrow), stamp(), replacing=None)) == told.NOT_SUPPORTED


def test_tls_with_its_own_authority() -> None:
    with running_redis(tls=True) as server, running_redis() as plain:
        written = marker.write(cache(server.url()), stamp(), replacing=None)
        assert marker.observe(cache(server.url())) == written
        untrusted = server.url().partition("?")[0]
        assert unreachable(lambda: marker.observe(cache(untrusted)), server.password) == told.TLS_FAILED
        celery = f"{untrusted}?ssl_cert_reqs=CERT_NONE"
        assert marker.observe(cache(celery.replace("rediss", "valkeys"))) == written
        unsecured = untrusted.replace("rediss", "redis")
        assert unreachable(lambda: marker.observe(cache(unsecured)), server.password) == told.BROKEN_OFF
        secured = plain.url().replace("redis:", "rediss:")
        secured_place = address("cache", secured, seconds=0.3)  # Redis waits for the end of a line
        assert unreachable(lambda: marker.observe(secured_place), plain.password) == told.TIMED_OUT


@pytest.mark.parametrize(
    "spell",
    [
        lambda server: server.url(2).replace("redis://", "valkey://"),
        lambda server: f"  {server.url(2)} \n",
        lambda server: server.url(0).replace("/0", "/?db=2"),
        lambda server: server.url(0).replace("/0", "/?virtual_host=2"),
        lambda server: server.socket_url(2),
        lambda server: server.socket_url(2).replace("unix:", "redis+socket:").replace("db=", "virtual_host="),
        lambda server: f"{server.url(2)}?decode_responses=true&max_connections=0&socket_timeout=0&retry=x",
    ],
    ids=["valkey", "blanks", "option", "celery", "socket", "celery socket", "other options"],
)
def test_every_spelling_of_the_client_library_leads_there(server: RedisServer, spell) -> None:  # type: ignore[no-untyped-def]  # a table gives it
    written = marker.write(cache(server.url(2)), stamp(), replacing=None)
    assert marker.observe(cache(spell(server))) == written


@pytest.mark.parametrize(
    "text", ["redis+sentinel://{}/0", "redis+cluster://{}/0", "redis://{},{}/0", "redis://{}/0;redis://{}/0"]
)
def test_a_name_for_several_servers_is_not_asked(server: RedisServer, text: str) -> None:
    place = text.replace("{}", server.url().partition("://")[2].rpartition("/")[0])
    assert unreachable(lambda: marker.observe(cache(place)), server.password) == told.NOT_ONE


def test_a_cluster_is_not_asked() -> None:
    with running_redis("--cluster-enabled", "yes", "--cluster-port", str(free_port())) as server:
        assert unreachable(lambda: marker.observe(cache(server.url()))) == told.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("spell", "reason"),
    [
        (lambda server: server.url(password="hunter2-wrong"), told.LOGIN_REFUSED),
        (lambda server: f"redis://hunter2-host.invalid:{server.port}/0", told.UNKNOWN_HOST),
        (lambda server: f"redis://{'h' * 70}.hunter2/0", told.UNKNOWN_HOST),
        (lambda server: f"redis://127.0.0.1:{server.port}/0", told.LOGIN_REFUSED),
        (lambda server: f"redis://:hunter2@127.0.0.1:{free_port()}/0", told.REFUSED),
        (lambda server: "unix:///nowhere/hunter2.sock", told.REFUSED),
        (lambda server: server.url(99), told.NO_SUCH_THING),
        (lambda server: "redis://hunter2:x@[::1/0", told.FAILED),
        (lambda server: "redis://hunter2:x@127.0.0.1:hunter2/0", told.FAILED),
        (lambda server: f"{server.url()}?ssl_ca_certs=hunter2", told.FAILED),
        (lambda server: f"rediss://127.0.0.1:{server.port}/0?ssl_ca_certs=hunter2", told.TLS_FAILED),
    ],
)
def test_why_it_did_not_answer(server: RedisServer, spell, reason: str) -> None:  # type: ignore[no-untyped-def]  # a table gives it
    place = cache(spell(server))
    for call in (lambda: marker.observe(place), lambda: marker.write(place, stamp(), replacing=None)):
        assert unreachable(call, "hunter2", server.password, server.host) == reason


def test_a_server_that_says_nothing_is_given_up() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = address("cache", f"redis://:hunter2@127.0.0.1:{silent.getsockname()[1]}/0", seconds=0.2)
        assert unreachable(lambda: marker.observe(place), "hunter2") == told.TIMED_OUT
