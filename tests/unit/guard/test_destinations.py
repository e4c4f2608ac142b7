"""Where requests lead, host by host, path by path and bucket by bucket; a control beside every refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.guard import destinations
from firedoor.guard.destinations import Destinations
from support.guarding import guard_of, refused

if TYPE_CHECKING:
    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

BUCKETS = "".join(f'[variables.{name}]\nresource = "bucket"\n' for name in ("STORE", "GOOGLE", "UPLOADS"))
BUCKETS += 'shared_server = ["testing", "production"]\n'
FILES = {
    ".env.testing": "API=https://api.example.com/test\nUPLOADS=s3://shop/test\nSTORE=s3://own?endpoint_url=http://minio.test:9000\n",
    ".env.staging": "API=https://api.example.com/stage\nSTORE=s3://stage?endpoint_url=http://minio.test:9000\n",
    ".env.production": "API=https://api.live.example/v1\nUPLOADS=s3://shop/live\n"
    "STORE=s3://vault?endpoint_url=http://minio.test:9000\nGOOGLE=gs://ledger\n",
}


@pytest.fixture
def guard(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Guard:
    made = guard_of(project, testing='network = "not-protected"', declared=BUCKETS, files=FILES)
    monkeypatch.setattr(made.machine.resolver, "addresses", lambda names: dict.fromkeys(names, frozenset()))
    return made


def told(guard: Guard, url: str, *, proxied: bool = False) -> list[tuple[str, str, str]]:
    problems = refused(lambda: Destinations(guard).check_url(url, proxied=proxied))
    return [(one.code, one.subject, one.facts.get("other", "")) for one in problems]


@pytest.mark.parametrize("proxied", [False, True])
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example.com/test", []),
        ("https://api.example.com/test/a?b=/stage", []),
        ("http://API.example.com:80/test/a", []),
        ("https://api.example.com/", []),
        ("https://api.live.example/v1", [("FD603", "API", "production")]),
        ("https://api.live.example:443/v1/x", [("FD603", "API", "production")]),
        ("http://api.live.example./%761/x", [("FD603", "API", "production")]),
        ("https://u:p@api.live.example/", [("FD601", "API", "production")]),
        ("https://api.live.example/v2", [("FD601", "API", "production")]),
        ("https://api.live.example:8443/v1", []),
        ("https://other.example/v1", []),
        ("https://s3.eu-west-1.amazonaws.com/shop/test/a", []),
        (
            "https://s3.eu-west-1.amazonaws.com/shop/live/a?X-Amz-Signature=x",
            [("FD603", "UPLOADS", "production")],
        ),
        ("https://shop.s3.amazonaws.com/live/a", [("FD603", "UPLOADS", "production")]),
        ("https://shop.s3.amazonaws.com/lively", []),
        ("https://sqs.eu-west-1.amazonaws.com/live", []),
        ("http://minio.test:9000/own/a", []),
        ("http://minio.test:9000/vault/a", [("FD603", "STORE", "production")]),
        ("http://vault.minio.test:9000/a", []),
        ("http://minio.test:9001/vault/a", []),
        ("https://storage.googleapis.com/ledger/a", [("FD603", "GOOGLE", "production")]),
        ("https://storage.googleapis.com/other/a", []),
        ("http://[", []),
        ("http://", []),
        ("http://a:b/", []),
    ],
)
def test_what_a_url_leads_to(
    guard: Guard, url: str, expected: list[tuple[str, str, str]], proxied: bool
) -> None:
    assert told(guard, url, proxied=proxied) == expected


def test_a_bucket_before_the_host_of_a_store(project: ProjectFolder) -> None:
    files = {**FILES, ".env.production": "STORE=s3://vault?endpoint_url=http://minio.test\n"}
    guard = guard_of(project, testing='network = "not-protected"', declared=BUCKETS, files=files)
    assert told(guard, "http://vault.minio.test/a") == [("FD603", "STORE", "production")]
    assert told(guard, "http://own.minio.test/a") == []


def test_behind_a_proxy_nothing_undeclared_is_asked_for(project: ProjectFolder) -> None:
    guard = guard_of(project)
    assert told(guard, "http://198.51.100.7/", proxied=True) == [("FD602", "", "")]
    assert told(guard, "http://198.51.100.7/") == []  # the socket is asked
    assert told(guard, "http://localhost:8000/", proxied=True) == []


def test_behind_a_proxy_what_is_named_may_be_asked_for(project: ProjectFolder) -> None:
    guard = guard_of(project, testing='reach = ["198.51.100.7:80", "198.51.100.8"]')
    for url in ("http://198.51.100.7/", "http://198.51.100.8:8080/x"):
        assert told(guard, url, proxied=True) == []
    assert told(guard, "http://198.51.100.7:81/", proxied=True) == [("FD602", "", "")]


def test_an_address_in_brackets(project: ProjectFolder) -> None:
    files = {
        ".env.production": "API=http://[2001:db8::1]/v1\nSTORE=s3://vault?endpoint_url=http://[2001:db8::2]:9000\n"
    }
    guard = guard_of(project, declared=BUCKETS, files=files)
    assert told(guard, "http://[2001:db8::1]/v1") == [("FD603", "API", "production")]
    assert told(guard, "http://[2001:db8:0::2]:9000/vault/x") == [("FD603", "STORE", "production")]
    assert told(guard, "http://[2001:db8::3]/v1") == []


def test_what_cannot_be_foreign_is_remembered(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destinations, "_MOST_PASSED", 2)
    made = Destinations(guard)
    for number in (1, 2, 3, 1):
        made.check(f"h{number}.example", None)
    assert made._passed == {("h3.example", None), ("h1.example", None)}
    made.check("h1.example", None, "/v1")
    assert len(made._passed) == 2


def test_a_sleeping_guard_is_not_asked(guard: Guard) -> None:
    made = Destinations(guard)
    with guard.unguarded():
        made.check("api.live.example", 443, "/v1")
    assert made._known is None
    assert refused(lambda: made.check("api.live.example", 443, "/v1"))


def test_a_bucket_is_known_by_its_innermost_prefix(guard: Guard) -> None:
    made = Destinations(guard)
    assert made.check_bucket(("s3", "aws", "shop", "test/a/b")) == ("UPLOADS", ("s3", "aws", "shop", "test"))
    assert made.check_bucket(("s3", "aws", "shop", "other")) == ("", ("s3", "aws", "shop", ""))
    assert made.check_bucket(("s3", "aws", "nobodys", "x")) == ("", ("s3", "aws", "nobodys", ""))
    (problem,) = refused(lambda: made.check_bucket(("s3", "aws", "shop", "live/a")))
    assert (problem.code, problem.subject, problem.facts["other"]) == ("FD603", "UPLOADS", "production")
    # two that are not protected may reach each other, as this declaration says
    assert made.check_bucket(("s3", "minio.test:9000", "stage", "a"))[0] == ""
