"""What can be known of Redis without a server. The rest is in tests/real/test_stamps_redis.py."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from typing import Any

import pytest
from redis import exceptions

from firedoor.stamps import observation as told
from firedoor.stamps import redis as marker
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Unreachable
from support.stamping import address, refused, stamp, unreachable

INFO = {
    "redis_mode": "standalone",
    "run_id": "a" * 40,
    "master_replid": "b" * 40,
    "role": "master",
    "tcp_port": 6379,
    "config_file": "/etc/redis/redis.conf",
    "os": "Linux 6.1.0-40-amd64 x86_64",
}
DENIED = exceptions.NoPermissionError("this user has no permissions")
SYNTAX = exceptions.ResponseError("syntax error")
NO_PROBE = [DENIED] * 4


def answer(value: object = None, refusals: Any = NO_PROBE, index: int = 0, **info: Any) -> marker.Answer:
    return marker.Answer(index, {**INFO, **info}, value, refusals)


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def test_what_a_server_says() -> None:
    mark = stamp()
    assert answer(mark.to_text().encode(), index=3).observation() == Observation(
        identity=("redis", "b" * 40, "3"),
        server=("redis", "b" * 40),
        bound=digest("Linux", "x86_64", "6379", "/etc/redis/redis.conf", "3"),
        stamp=mark,
    )


@pytest.mark.parametrize("nothing", ["", "0" * 40, "?"])
def test_a_server_without_a_replication_id_is_known_by_its_run(nothing: str) -> None:
    seen = answer(master_replid=nothing).observation()
    assert (seen.identity, seen.server) == (("redis", "a" * 40, "0"), ("redis", "a" * 40))
    with pytest.raises(Unreachable) as caught:
        answer(master_replid=nothing, run_id=nothing).observation()
    assert caught.value.reason == told.NOT_SUPPORTED


def test_a_server_that_says_nothing_of_itself() -> None:
    nameless = marker.Answer(0, {}, None, NO_PROBE)
    assert nameless.bound == digest("", "", "", "", "0")
    assert not nameless.is_replica
    with pytest.raises(Unreachable):
        nameless.observation()


@pytest.mark.parametrize(
    ("info", "same"),
    [
        ({"os": "Linux 6.12.1 x86_64"}, True),
        ({"run_id": "c" * 40, "master_replid": "d" * 40}, True),
        ({"os": "Linux 6.1.0-40-amd64 aarch64"}, False),
        ({"os": "Darwin 24.1.0 x86_64"}, False),
        ({"tcp_port": 6380}, False),
        ({"config_file": ""}, False),
    ],
)
def test_what_a_stamp_is_bound_to(info: dict[str, Any], same: bool) -> None:
    assert (answer(**info).bound == answer().bound) is same
    assert answer(index=1).bound != answer().bound


def test_a_configuration_file_of_any_name() -> None:
    assert len(answer(config_file="/\udcff").bound) == 32


@pytest.mark.parametrize(
    ("role", "link", "replica"), [("slave", "up", True), ("slave", "down", False), ("master", "up", False)]
)
def test_a_replica_is_one_while_it_has_its_original(role: str, link: str, replica: bool) -> None:
    mark = stamp(bound="there")
    seen = answer(mark.to_text().encode(), role=role, master_link_status=link)
    assert seen.is_replica is replica
    assert seen.observation().is_copy is not replica
    assert answer(role=role, master_link_status=link).bound == answer().bound  # no stamp, nothing to go by


@pytest.mark.parametrize(
    ("value", "denied", "unreadable"),
    [
        (None, False, False),
        (DENIED, True, True),
        (exceptions.ResponseError("WRONGTYPE"), False, True),
        (b"mine", False, True),
        (b"\xff", False, True),
        (b"", False, True),
    ],
)
def test_a_key_that_is_no_stamp(value: object, denied: bool, unreadable: bool) -> None:
    seen = answer(value)
    assert seen.denied is denied
    assert seen.observation().unreadable is unreadable
    assert seen.observation().stamp is None


@pytest.mark.parametrize(
    ("refusals", "may"),
    [
        ([DENIED] * 4, False),
        ([exceptions.ReadOnlyError("x")] * 4, False),
        ([exceptions.ResponseError("unknown command 'SET'")] * 4, False),
        ([exceptions.ResponseError("Unknown command `SET`")] * 4, False),
        ([SYNTAX, DENIED, DENIED, DENIED], True),
        ([DENIED, DENIED, DENIED, SYNTAX], True),
        ([exceptions.OutOfMemoryError("OOM"), DENIED], True),
        ([b"OK", DENIED], True),
        ([exceptions.ConnectionError("unknown command")], True),
    ],
)
def test_whether_the_login_could_change_it(refusals: list[object], may: bool) -> None:
    assert answer(refusals=refusals).observation().forgeable is may


def test_every_probe_is_one_that_no_server_can_obey() -> None:
    for _, *arguments in marker._PROBES:
        assert "FIREDOOR" in arguments  # where Redis wants an option or a number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis://h", {"host": "h"}),
        (" redis://h \n", {"host": "h"}),
        ("redis://h?virtual_host=1&virtual_host=2", {"host": "h", "db": 2}),
        ("redis://h:6380/3", {"host": "h", "port": 6380, "db": 3}),
        ("REDIS://ada:p%40ss@h?db=4", {"host": "h", "username": "ada", "password": "p@ss", "db": 4}),
        ("redis://h/04/?db=4", {"host": "h", "db": 4}),
        ("valkey://h/1", {"host": "h", "db": 1}),
        ("redis+socket:///run/r.sock?virtual_host=2", {"path": "/run/r.sock", "db": 2}),
        ("unix:///run/r.sock?db=2", {"path": "/run/r.sock", "db": 2}),
        ("redis://h/1?virtual_host=x", {"host": "h", "db": 1}),
        ("redis://h/1?virtual_host=", {"host": "h", "db": 1}),
        ("redis://h?socket_timeout=900&retry_on_timeout=1&max_connections=7&protocol=3&client_name=x", {"host": "h"}),
        ("rediss://h?ssl_cert_reqs=none", {"host": "h", "ssl_cert_reqs": "none"}),
        ("valkeys://h?ssl_cert_reqs=CERT_REQUIRED", {"host": "h", "ssl_cert_reqs": "required"}),
        ("redis+tls://h?ssl_ca_certs=/ca.pem", {"host": "h", "ssl_ca_certs": "/ca.pem"}),
    ],
)  # fmt: skip
def test_what_the_client_library_reads_from_a_url(text: str, expected: dict[str, object]) -> None:
    options = marker.options(text)
    connection = options.pop("connection_class", None)
    assert options == expected
    secure = text.lower().startswith(("rediss", "valkeys", "redis+tls"))
    names = {"SSLConnection"} if secure else {"UnixDomainSocketConnection"} if "path" in expected else set()
    assert ({connection.__name__} if connection else set()) == names


@pytest.mark.parametrize(
    "text",
    ["redis+sentinel://h", "redis-sentinel://h", "redis+cluster://h", "redis-cluster://h", "redis://a,b", "redis://a;redis://b", "redis://h/3?db=4"],
)  # fmt: skip
def test_a_name_for_several_servers(text: str) -> None:
    """Or for several databases: redis-py obeys the option, Celery's broker the path."""
    for call in (
        lambda: marker.observe(address("cache", text)),
        lambda: marker.write(address("cache", text), stamp(), replacing=None),
    ):
        assert unreachable(call) == told.NOT_ONE


def test_the_library_is_an_extra() -> None:
    missing = marker._translate(ModuleNotFoundError("No module named 'redis'", name="redis"))
    assert isinstance(missing, ClientMissing)
    assert missing.extra == "redis" == marker.EXTRA


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DENIED, told.NOT_SUPPORTED),
        (exceptions.AuthenticationError("hunter2"), told.LOGIN_REFUSED),
        (exceptions.TimeoutError("hunter2"), told.TIMED_OUT),
        (exceptions.BusyLoadingError("hunter2"), told.TIMED_OUT),
        (exceptions.ConnectionError("hunter2"), told.BROKEN_OFF),
        (exceptions.ResponseError("DB index is out of range"), told.NO_SUCH_THING),
        (exceptions.ResponseError("MISCONF hunter2"), told.FAILED),
        (exceptions.RedisError("DB index"), told.FAILED),
        (TimeoutError(), told.TIMED_OUT),
        (ValueError("hunter2"), told.FAILED),
    ],
)
def test_why_it_did_not_answer(error: Exception, sentence: str) -> None:
    translated = marker._translate(error)
    assert isinstance(translated, Unreachable)
    assert translated.reason == sentence
    assert str(translated) == sentence


def test_what_an_administrator_is_told() -> None:
    assert marker.grants(address("cache", "redis://h")) == (
        "ACL SETUSER <application user> resetkeys ~<application keys>:* %R~firedoor:stamp +@all -@dangerous -@admin +info",
        "ACL SAVE",
    )


class Client:
    """A client of redis-py's own form, for what one server does not do at the same time."""

    def __init__(self, info: object, value: object = None, said: object = True, **kwargs: object) -> None:
        self.answers = [info, value, *NO_PROBE]
        self.said = said
        self.asked: list[tuple[object, ...]] = []
        self.connection_pool = self
        self.connection_kwargs = kwargs

    def pipeline(self, *, transaction: bool) -> Client:
        assert not transaction
        return self

    def info(self) -> None:
        self.asked.append(("INFO",))

    def get(self, key: str) -> None:
        self.asked.append(("GET", key))

    def execute_command(self, *command: object) -> None:
        self.asked.append(command)

    def execute(self, *, raise_on_error: bool) -> list[object]:
        assert not raise_on_error
        return self.answers

    def set(self, key: str, text: str, *, nx: bool) -> object:
        self.asked.append(("SET", key, nx))
        if isinstance(self.said, Exception):
            raise self.said
        self.answers[1] = text.encode()
        return self.said


def test_who_it_is_what_it_holds_and_who_may_change_it_are_asked_at_once() -> None:
    client = Client(INFO)
    assert marker._asked(client).observation().identity == ("redis", "b" * 40, "0")
    assert client.asked == [("INFO",), ("GET", marker.KEY), *marker._PROBES]
    assert marker._asked(Client(INFO, db=3)).observation().identity == ("redis", "b" * 40, "3")


@pytest.mark.parametrize(
    ("info", "alone"),
    [
        ({}, True),
        ({"redis_mode": "standalone", "cluster_enabled": 0}, True),
        ({"redis_mode": "cluster"}, False),
        ({"redis_mode": "sentinel"}, False),
        ({"cluster_enabled": 1}, False),
    ],
)
def test_one_of_several_servers_is_not_asked(info: dict[str, object], alone: bool) -> None:
    told_of = {name: text for name, text in INFO.items() if name != "redis_mode"}
    client = Client({**told_of, **info})
    if alone:
        assert marker._asked(client).index == 0
    else:
        assert unreachable(lambda: marker._asked(client)) == told.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("client", "writes"),
    [
        pytest.param(Client(INFO, DENIED), False, id="what is there may not be read"),
        pytest.param(Client({**INFO, "role": "slave", "master_link_status": "up"}), False, id="a replica"),
        pytest.param(Client(INFO, said=DENIED), True, id="may not write"),
        pytest.param(Client(INFO, said=exceptions.ReadOnlyError("x")), True, id="a replica by now"),
        pytest.param(Client(INFO, said=exceptions.ExecAbortError("x")), True, id="refused in a transaction"),
    ],
)
def test_where_no_stamp_may_be_written(monkeypatch: pytest.MonkeyPatch, client: Client, writes: bool) -> None:
    monkeypatch.setattr(marker, "_connected", lambda _: nullcontext(client))
    error = refused(lambda: marker.write(address("cache", "redis://h"), stamp(), replacing=None))
    assert type(error) is NotAllowed
    assert (("SET", marker.KEY, True) in client.asked) is writes


def test_a_stamp_is_written_where_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(INFO)
    monkeypatch.setattr(marker, "_connected", lambda _: nullcontext(client))
    mark = stamp()
    written = marker.write(address("cache", "redis://h"), mark, replacing=None)
    assert written.stamp == mark.bound_to(answer().bound)
    assert ("SET", marker.KEY, True) in client.asked


def test_a_connection_is_tried_once_in_bounded_time_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    from redis import ConnectionPool

    closed: list[object] = []
    monkeypatch.setattr(ConnectionPool, "disconnect", lambda self, *_: closed.append(self))
    with marker._connected(address("cache", "redis://h:1/2", seconds=0.5)) as client:
        pool = client.connection_pool
        assert closed == []
    assert closed == [pool]
    known = pool.connection_kwargs
    assert (known["host"], known["port"], known["db"], known["protocol"]) == ("h", 1, 2, 2)
    assert (known["socket_connect_timeout"], known["socket_timeout"]) == (0.5, 0.5)
    assert known["retry"].get_retries() == 0
