"""Stamps in S3 buckets, tried on a real SeaweedFS: each refusal beside the twin that passes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps import s3 as marker
from firedoor.stamps import s3_tags
from firedoor.stamps.observation import NotAllowed, Observation, Overtaken
from support.forwarder import forwarding
from support.ports import free_port
from support.seaweedfs import ADMIN, running_seaweedfs
from support.stamping import address, race, refused, stamp, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from firedoor.stamps.address import Address
    from support.seaweedfs import SeaweedServer

pytestmark = pytest.mark.real

FOREIGN = [{"Key": "team", "Value": "shop"}, {"Key": "cost centre", "Value": "42"}]


@pytest.fixture
def server(seaweed_server: SeaweedServer) -> Iterator[SeaweedServer]:
    """The server with an empty bucket ``shop``."""
    client = seaweed_server.client()
    client.create_bucket(Bucket="shop")
    yield seaweed_server
    client.delete_bucket(Bucket="shop")


def bucket(
    server: SeaweedServer, text: str = "s3://shop/uploads", user: str = ADMIN, *, port: int = 0
) -> Address:
    return address("bucket", text, server.variables(user, port=port))


def tags(server: SeaweedServer) -> dict[str, str]:
    answer = server.client().get_bucket_tagging(Bucket="shop")
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def let_everybody_read(server: SeaweedServer) -> None:
    """What ``grants`` lets a role do, given to all: SeaweedFS has no roles to name."""
    allowed = json.loads(marker.grants(bucket(server))[0])
    statement = {**allowed, "Principal": "*", "Resource": allowed["Resource"].replace("<bucket>", "shop")}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    server.client().put_bucket_policy(Bucket="shop", Policy=json.dumps(policy))


def test_an_empty_bucket_says_whose_it_is_and_has_no_stamp(server: SeaweedServer) -> None:
    seen = marker.observe(bucket(server))
    born = next(
        one["CreationDate"] for one in server.client().list_buckets()["Buckets"] if one["Name"] == "shop"
    )
    whose = f"{ADMIN} {born.isoformat()}"
    assert seen == Observation(
        identity=("s3", whose, "shop", "uploads"),
        server=("s3", whose, "shop"),
        bound=seen.bound,
        forgeable=True,
    )
    assert len(seen.bound) == 32


def test_what_is_written_is_what_is_read(server: SeaweedServer) -> None:
    mark = stamp("production", by="Ünal <ünal@example.org>")
    written = marker.write(bucket(server), mark, replacing=None)
    assert written == marker.observe(bucket(server))
    assert written.stamp == mark.bound_to(written.bound)
    assert not written.is_copy


def test_foreign_tags_stay(server: SeaweedServer) -> None:
    server.client().put_bucket_tagging(Bucket="shop", Tagging={"TagSet": FOREIGN})
    first = marker.write(bucket(server), stamp(by="x" * 600), replacing=None)
    held = tags(server)
    marker.write(bucket(server), stamp(), replacing=first.stamp)
    left = tags(server)
    for found in (held, left):
        assert {"team": "shop", "cost centre": "42"}.items() <= found.items()
    assert len(held) > len(left) == 4  # nothing of the longer stamp is left


def test_another_prefix_is_another_resource_of_the_same_bucket(server: SeaweedServer) -> None:
    written = marker.write(bucket(server), stamp("production"), replacing=None)
    other, whole = (marker.observe(bucket(server, text)) for text in ("s3://shop/uploads-test/", "s3://shop"))
    assert other.stamp is None
    assert len({written.identity, other.identity, whole.identity}) == 3
    assert {written.server, other.server, whole.server} == {written.server}
    marker.write(bucket(server, "s3://shop/uploads-test"), stamp("test"), replacing=None)
    assert marker.observe(bucket(server, "s3://shop/uploads/")) == written


def test_a_prefix_is_whose_what_it_is_a_part_of_is(server: SeaweedServer) -> None:
    """Behind a forwarder no name shows it: production's bucket, and a prefix in it that nobody has stamped."""
    written = marker.write(bucket(server, "s3://shop"), stamp("production"), replacing=None)
    deeper = bucket(server, "s3://shop/uploads/of/test")
    assert (marker.observe(deeper).stamp, marker.observe(deeper).is_copy) == (written.stamp, False)
    taken = refused(lambda: marker.write(deeper, stamp("test"), replacing=None))
    assert isinstance(taken, Overtaken)
    assert taken.found == written.stamp
    # who knows what stands above may put a stamp of its own below
    own = marker.write(deeper, stamp("test"), replacing=written.stamp)
    assert marker.observe(bucket(server, "s3://shop/uploads/of/test/more")).stamp == own.stamp
    assert marker.observe(bucket(server, "s3://shop/uploads/of")).stamp == written.stamp


def test_a_whole_bucket_holds_what_its_prefixes_hold(server: SeaweedServer) -> None:
    written = marker.write(bucket(server), stamp("production"), replacing=None)
    whole = marker.observe(bucket(server, "s3://shop"))
    assert (whole.stamp, whole.is_copy, whole.unreadable) == (written.stamp, False, False)
    taken = refused(lambda: marker.write(bucket(server, "s3://shop"), stamp("test"), replacing=None))
    assert isinstance(taken, Overtaken)


def test_a_forwarder_hides_the_address_and_not_the_bucket(server: SeaweedServer) -> None:
    with forwarding(server.port) as port:
        direct = marker.observe(bucket(server))
        assert marker.observe(bucket(server, port=port)) == direct
    server.client().create_bucket(Bucket="other")
    assert marker.observe(bucket(server, "s3://other/uploads")).identity != direct.identity


def test_a_namesake_on_another_server_is_another_bucket(server: SeaweedServer) -> None:
    with running_seaweedfs() as other:
        other.client().create_bucket(Bucket="shop")
        assert marker.observe(bucket(other)).identity != marker.observe(bucket(server)).identity


def test_tags_copied_to_another_bucket_are_a_copy(server: SeaweedServer) -> None:
    written = marker.write(bucket(server), stamp(), replacing=None)
    pairs = server.client().get_bucket_tagging(Bucket="shop")["TagSet"]
    server.client().create_bucket(Bucket="copy")
    server.client().put_bucket_tagging(Bucket="copy", Tagging={"TagSet": pairs})
    copy = marker.observe(bucket(server, "s3://copy/uploads"))
    assert (copy.stamp, copy.is_copy) == (written.stamp, True)
    assert not marker.observe(bucket(server)).is_copy


def test_a_synchronised_bucket_has_no_stamp(server: SeaweedServer) -> None:
    client = server.client()
    client.put_object(Bucket="shop", Key="uploads/a", Body=b"a")
    marker.write(bucket(server), stamp(), replacing=None)
    client.create_bucket(Bucket="mirror")
    client.copy_object(Bucket="mirror", Key="uploads/a", CopySource="shop/uploads/a")
    assert marker.observe(bucket(server, "s3://mirror/uploads")).stamp is None
    for name in ("shop", "mirror"):
        client.delete_object(Bucket=name, Key="uploads/a")
    assert marker.observe(bucket(server)).stamp is not None  # the data are gone, whose they were is not


def test_a_stamp_is_replaced_only_by_who_knows_it(server: SeaweedServer) -> None:
    place = bucket(server)
    first = marker.write(place, stamp("staging"), replacing=None)
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, place, stamp("test"), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
        assert marker.observe(place) == first
    second = marker.write(place, stamp("test"), replacing=first.stamp)
    assert second.stamp is not None
    assert second.stamp.environment == "test"


def test_a_stamp_that_is_gone_is_not_replaced(server: SeaweedServer) -> None:
    place = bucket(server)
    first = marker.write(place, stamp(), replacing=None)
    server.client().delete_bucket_tagging(Bucket="shop")
    error = refused(lambda: marker.write(place, stamp(), replacing=first.stamp))
    assert isinstance(error, Overtaken)
    assert error.found is None
    assert marker.observe(place).stamp is None


@pytest.mark.parametrize("_again", range(3))
def test_of_two_stampers_one_stamp_is_left_whole(server: SeaweedServer, _again: int) -> None:
    """S3 has no condition for tags. Who was overwritten and could not see it is told by the next ``verify``."""
    server.client().put_bucket_tagging(Bucket="shop", Tagging={"TagSet": FOREIGN})
    place = bucket(server)
    marks = [stamp("production"), stamp("test")]
    results = race(*(partial(marker.write, place, mark, replacing=None) for mark in marks))
    left = marker.observe(place)
    assert left.stamp in [mark.bound_to(left.bound) for mark in marks]
    assert left in results
    assert all(isinstance(result, Observation | Overtaken) for result in results)
    assert {"team": "shop", "cost centre": "42"}.items() <= tags(server).items()


def test_a_rival_who_read_before_and_writes_after_is_noticed(server: SeaweedServer) -> None:
    rival = stamp("test")
    seen: list[bytes] = []

    def watch(data: bytes) -> None:
        seen.append(data)
        if sum(b"GET /shop?tagging" in one for one in seen) == 2 and rival not in results:
            results.append(rival)  # we have written and look again: now the rival's write arrives
            bound = marker.observe(bucket(server)).bound
            own = s3_tags.to_tags(rival.bound_to(bound), "uploads")
            pairs = [{"Key": name, "Value": value} for name, value in own.items()]
            server.client().put_bucket_tagging(Bucket="shop", Tagging={"TagSet": pairs})

    results: list[object] = []
    with forwarding(server.port, watch) as port:
        error = refused(lambda: marker.write(bucket(server, port=port), stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found == marker.observe(bucket(server)).stamp
    assert error.found is not None
    assert error.found.environment == "test"


def test_a_server_that_dies_during_a_stamp_has_the_old_one() -> None:
    with running_seaweedfs() as own:
        own.client().create_bucket(Bucket="shop")
        first = marker.write(bucket(own), stamp("staging"), replacing=None)

        def watch(data: bytes) -> None:
            if data.startswith(b"PUT "):
                own.kill()

        with forwarding(own.port, watch) as port:
            through = bucket(own, port=port)
            secret = through.variables["AWS_SECRET_ACCESS_KEY"]
            call = partial(marker.write, through, stamp(), replacing=first.stamp)
            assert unreachable(call, secret, str(port)) == told.BROKEN_OFF
        assert unreachable(lambda: marker.observe(bucket(own))) == told.REFUSED
        own.start()
        assert marker.observe(bucket(own)) == first
        assert marker.write(bucket(own), stamp(), replacing=first.stamp).stamp != first.stamp


def test_the_least_that_a_role_needs_for_reading(server: SeaweedServer) -> None:
    written = marker.write(bucket(server), stamp(), replacing=None)
    blind = marker.observe(bucket(server, user="shop"))
    assert (blind.stamp, blind.unreadable) == (None, True)
    let_everybody_read(server)
    assert marker.observe(bucket(server, user="shop")) == replace(written, forgeable=False)
    assert written.forgeable
    server.client("shop").put_object(Bucket="shop", Key="uploads/a", Body=b"a")  # it can do its work
    server.client("shop").delete_object(Bucket="shop", Key="uploads/a")


@pytest.mark.parametrize("may_read", [False, True])
def test_who_may_not_write_leaves_no_stamp(server: SeaweedServer, may_read: bool) -> None:
    if may_read:
        let_everybody_read(server)
    place = bucket(server, user="shop")
    assert type(refused(lambda: marker.write(place, stamp(), replacing=None))) is NotAllowed
    assert marker.observe(bucket(server)).stamp is None
    assert marker.write(bucket(server, user="tagger"), stamp(), replacing=None).stamp


def test_asking_whether_a_login_could_forge_changes_nothing(server: SeaweedServer) -> None:
    server.client().put_bucket_tagging(Bucket="shop", Tagging={"TagSet": FOREIGN})
    marker.write(bucket(server), stamp(), replacing=None)
    before = tags(server)
    for user in (ADMIN, "tagger", "shop-admin"):
        assert marker.observe(bucket(server, user=user)).forgeable
    assert tags(server) == before


def test_a_login_that_may_not_ask_whose_the_bucket_is_knows_its_endpoint(server: SeaweedServer) -> None:
    seen = marker.observe(bucket(server, user="tagger"))
    assert seen.identity == ("s3", f"localhost:{server.port}", "shop", "uploads")
    assert seen.server == ("s3", f"localhost:{server.port}", "shop")


@pytest.mark.parametrize("value", ["mine", "é", "a", "bm8gc3RhbXA"])
def test_what_is_no_stamp_stays_and_is_said(server: SeaweedServer, value: str) -> None:
    marker.write(bucket(server), stamp(), replacing=None)
    name = next(iter(tags(server)))
    server.client().put_bucket_tagging(Bucket="shop", Tagging={"TagSet": [{"Key": name, "Value": value}]})
    seen = marker.observe(bucket(server))
    assert (seen.stamp, seen.unreadable) == (None, True)
    error = refused(lambda: marker.write(bucket(server), stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found is None
    assert tags(server) == {name: value}


def test_every_spelling_leads_there(server: SeaweedServer) -> None:
    written = marker.write(bucket(server), stamp(), replacing=None)
    plain = server.variables()
    endpoint = plain.pop("AWS_ENDPOINT_URL_S3")
    bare = endpoint.removeprefix("http://")
    for text, variables in (
        (" s3://shop/uploads/ ", {"AWS_ENDPOINT_URL": endpoint}),
        ("s3a://shop/uploads", {"AWS_ENDPOINT_URL": endpoint}),
        (f"s3://shop/uploads?endpoint_url={endpoint}", {"AWS_ENDPOINT_URL": "http://elsewhere.invalid"}),
        (f"s3://shop/uploads?endpoint=http://{bare}&region=eu-north-1", {}),
        (f"{endpoint}/shop/uploads", {"AWS_REGION": "eu-north-1"}),
        (
            "s3://shop/uploads",
            {"AWS_ENDPOINT_URL_S3": endpoint, "AWS_ENDPOINT_URL": "http://elsewhere.invalid"},
        ),
    ):
        assert marker.observe(address("bucket", text, {**plain, **variables})) == written, text


class TestTheMachinesIdentity:
    """A person's login on a laptop opens production: an environment that gives none must not borrow it."""

    @pytest.fixture
    def machine(
        self, server: SeaweedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> SeaweedServer:
        key, secret = server.keys[ADMIN]
        (tmp_path / "config").write_text(
            "[default]\nregion = eu-north-1\n[profile keeper]\nregion = eu-north-1\n"
        )
        login = f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
        (tmp_path / "credentials").write_text(f"[default]\n{login}[keeper]\n{login}")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        return server

    def endpoint(self, machine: SeaweedServer) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL_S3": machine.variables()["AWS_ENDPOINT_URL_S3"]}

    @pytest.mark.parametrize("in_process", [False, True])
    def test_it_is_not_borrowed(
        self, machine: SeaweedServer, monkeypatch: pytest.MonkeyPatch, in_process: bool
    ) -> None:
        if in_process:
            for name, text in machine.variables().items():
                monkeypatch.setenv(name, text)
        place = address("bucket", "s3://shop/uploads", self.endpoint(machine))
        for call in (lambda: marker.observe(place), lambda: marker.write(place, stamp(), replacing=None)):
            assert unreachable(call, *machine.keys[ADMIN]) == told.NO_LOGIN
        half = {**self.endpoint(machine), "AWS_ACCESS_KEY_ID": machine.keys[ADMIN][0]}
        assert unreachable(lambda: marker.observe(address("bucket", "s3://shop", half))) == told.NO_LOGIN
        assert marker.observe(bucket(machine)).forgeable

    def test_it_is_used_where_it_is_the_environments(self, machine: SeaweedServer) -> None:
        place = address("bucket", "s3://shop/uploads", self.endpoint(machine), ambient=True)
        assert marker.observe(place) == marker.observe(bucket(machine))

    def test_a_profile_that_the_environment_names_is_its_own(
        self, machine: SeaweedServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        named = {**self.endpoint(machine), "AWS_PROFILE": "keeper"}
        assert marker.observe(address("bucket", "s3://shop/uploads", named)) == marker.observe(
            bucket(machine)
        )
        for name, text in machine.variables().items():
            monkeypatch.setenv(name, text)
        absent = address("bucket", "s3://shop", {**self.endpoint(machine), "AWS_PROFILE": "nobody"})
        assert unreachable(lambda: marker.observe(absent), "nobody") == told.LOGIN_REFUSED

    def test_a_profile_without_a_login_is_not_helped_by_the_machine(
        self, machine: SeaweedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "config").write_text("[profile empty]\nregion = eu-north-1\n")
        for name, text in machine.variables().items():
            monkeypatch.setenv(name, text)
        named = {**self.endpoint(machine), "AWS_PROFILE": "empty"}
        assert unreachable(lambda: marker.observe(address("bucket", "s3://shop", named))) == told.NO_LOGIN

    @pytest.mark.parametrize(
        "ambient",
        [
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"},
            {"AWS_PROFILE": "nobody"},
            {"AWS_CA_BUNDLE": "/nowhere"},
            {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"},
            {"AWS_USE_FIPS_ENDPOINT": "true"},
            {"AWS_MAX_ATTEMPTS": "x"},
        ],
        ids=lambda ambient: next(iter(ambient)),
    )
    def test_what_the_process_has_redirects_nothing(
        self, machine: SeaweedServer, monkeypatch: pytest.MonkeyPatch, ambient: dict[str, str]
    ) -> None:
        before = marker.observe(bucket(machine))
        for name, text in ambient.items():
            monkeypatch.setenv(name, text)
        assert marker.observe(bucket(machine)) == before


def test_a_proxy_that_the_environment_names_is_obeyed(server: SeaweedServer) -> None:
    given = {**server.variables(), "HTTP_PROXY": f"http://127.0.0.1:{free_port()}"}
    assert unreachable(lambda: marker.observe(address("bucket", "s3://shop", given))) == told.REFUSED
    around = {**given, "NO_PROXY": "localhost,127.0.0.1"}
    assert marker.observe(address("bucket", "s3://shop", around)).forgeable


def changed(server: SeaweedServer, **variables: str) -> Address:
    return address("bucket", "s3://shop/hunter2", {**server.variables(), **variables}, seconds=3)


@pytest.mark.parametrize(
    ("spell", "reason"),
    [
        (lambda s: changed(s, AWS_SECRET_ACCESS_KEY="hunter2"), told.LOGIN_REFUSED),
        (lambda s: changed(s, AWS_ACCESS_KEY_ID="hunter2"), told.LOGIN_REFUSED),
        (lambda s: changed(s, AWS_SESSION_TOKEN="hunter2"), told.LOGIN_REFUSED),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3="http://hunter2.invalid"), told.UNKNOWN_HOST),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{free_port()}/hunter2"), told.REFUSED),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3=f"https://127.0.0.1:{s.port}"), told.TLS_FAILED),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3=f"127.0.0.1:{s.port}"), told.TLS_FAILED),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3="http://hunter2 hunter2"), told.FAILED),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3="http://[hunter2"), told.FAILED),
        (lambda s: changed(s, AWS_ENDPOINT_URL_S3="hunter2://x"), told.FAILED),
        (
            lambda s: changed(s, AWS_CA_BUNDLE="/hunter2", AWS_ENDPOINT_URL_S3=f"https://127.0.0.1:{s.port}"),
            told.TLS_FAILED,
        ),
        (lambda s: address("bucket", "s3://hunter2/x", s.variables()), told.NO_SUCH_THING),
        (lambda s: address("bucket", "s3:///hunter2", s.variables()), told.NO_SUCH_THING),
        (lambda s: address("bucket", "s3://HUNTER2 hunter2/x", s.variables()), told.FAILED),
    ],
)
def test_why_it_did_not_answer(server: SeaweedServer, spell: Any, reason: str) -> None:
    place = spell(server)
    for call in (lambda: marker.observe(place), lambda: marker.write(place, stamp(), replacing=None)):
        assert unreachable(call, "hunter2", "HUNTER2", *server.keys[ADMIN]) == reason


def test_a_server_that_says_nothing_is_given_up(server: SeaweedServer) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        variables = {**server.variables(), "AWS_ENDPOINT_URL_S3": endpoint}
        place = address("bucket", "s3://shop", variables, seconds=0.2)
        assert unreachable(lambda: marker.observe(place)) == told.TIMED_OUT
