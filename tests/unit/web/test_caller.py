"""To whom a client sends the mark, and whose answers it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor import UsageError
from firedoor.errors import HandshakeError
from firedoor.problem import Problem
from firedoor.web import caller as callers
from firedoor.web.caller import Caller
from firedoor.web.given import Given
from firedoor.web.marks import said
from firedoor.web.proof import Proof, made
from support.parties import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]

INTERNAL = ("pay:443", "billing", "search:8080", ".internal.example", "[::1]:9000")


@pytest.mark.parametrize(
    ("scheme", "host", "port", "is_ours"),
    [
        ("http", "localhost", 8000, True),
        ("http", "127.0.0.1", 8000, True),
        ("http", "localhost", None, False),
        ("https", "localhost", 8001, False),
        ("http", "billing", None, True),
        ("https", "pay", None, True),
        ("http", "pay", 443, True),
        ("http", "pay", None, False),
        ("http", "cache.testing", 6379, False),
        ("https", "Billing.", 7, True),
        ("http", "search", 8080, True),
        ("http", "search", None, False),
        ("http", "a.internal.example", 1, True),
        ("http", "internal.example", 1, False),
        ("http", "evilinternal.example", 1, False),
        ("http", "::1", 9000, True),
        ("http", "api.live", None, False),
        ("https", "stripe.example", None, False),
        ("gopher", "stripe.example", None, False),
    ],
)
def test_only_the_environments_own_hosts_are_sent_the_mark(
    environment: Environment, scheme: str, host: str, port: int | None, is_ours: bool
) -> None:
    caller = Caller(Given(environment("testing")), internal=INTERNAL)
    for _ in range(2):  # the second time by memory
        assert caller.mark_for(scheme, host, port) == ("shop/testing" if is_ours else None)
    assert repr(caller) == "Caller('shop/testing')"


def test_with_and_without_tls_it_is_one_host(environment: Environment) -> None:
    caller = Caller(Given(environment("staging")))
    assert [caller.mark_for(scheme, "api.stage", None) for scheme in ("http", "https")] == [
        "shop/staging"
    ] * 2
    assert caller.mark_for("http", "api.stage", 8080) is None


def test_a_key_signs(environment: Environment) -> None:
    caller = Caller(Given(environment("testing"), KEY, "billing"))
    (heard,) = said([caller.mark_for("http", "localhost", 8000) or ""])
    assert heard is not None
    proof = made(KEY, "billing")
    assert isinstance(proof, Proof)
    assert proof.flaw(heard) == ""


@pytest.mark.parametrize("host", ["localhost", "third.example"])
@pytest.mark.parametrize("values", [[], ["shop/testing"], ["shop/dev, gateway/testing"]])
def test_answers_of_its_own_are_taken(environment: Environment, host: str, values: list[str]) -> None:
    Caller(Given(environment("testing"))).check(values, "http", host, 8000)


@pytest.mark.parametrize(
    ("values", "host", "code", "facts"),
    [
        (["shop/production"], "localhost", "FD654", {"other": "shop/production"}),
        (["shop/testing", "shop/production"], "localhost", "FD654", {"other": "shop/production"}),
        (["other/testing"], "localhost", "FD654", {"other": "other/testing"}),
        (["shop/production"], "third.example", "FD654", {"other": "shop/production"}),
        (["nonsense"], "localhost", "FD655", {"detail": "its mark cannot be read"}),
        (["shop/production"], "billing", "FD654", {"other": "shop/production"}),
        ([], "billing", "FD655", {"detail": "it carries no mark"}),
    ],
)
def test_answers_of_another_environment_are_not(
    environment: Environment, values: list[str], host: str, code: str, facts: dict[str, str]
) -> None:
    caller = Caller(Given(environment("testing")), internal="billing", require=True)
    for own in ("shop/testing", "shop/dev"):
        caller.check([own], "http", host, 8000)
    with pytest.raises(HandshakeError) as refused:
        caller.check(values, "http", host, 8000)
    assert refused.value.problems == (Problem(code, environment="testing", origin=None, **facts),)


@pytest.mark.parametrize("values", [[], ["other/production"], ["nonsense"]])
def test_what_a_third_party_says_of_itself_is_its_own_affair(
    environment: Environment, values: list[str]
) -> None:
    Caller(Given(environment("testing")), internal=["billing"], require=True).check(
        values, "https", "third.example", None
    )


def test_a_declared_host_need_not_know_of_marks(environment: Environment) -> None:
    Caller(Given(environment("testing")), internal=["billing"], require=True).check(
        [], "http", "localhost", 8000
    )
    Caller(Given(environment("testing")), internal=["billing"]).check([], "http", "billing", None)


def test_it_remembers_a_bounded_number_of_hosts(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "_MOST_KNOWN", 2)
    caller = Caller(Given(environment("testing")))
    for number in range(5):
        assert caller.mark_for("http", f"h{number}", None) is None
    assert len(caller._known) <= 2


@pytest.mark.parametrize("internal", [[""], ["a/b"], ["a:b"], ["a,b"], [":80"], ["http://a"], ["."]])
def test_what_is_no_host_is_refused(environment: Environment, internal: Any) -> None:
    with pytest.raises(UsageError, match="internal hosts are"):
        Caller(Given(environment("testing")), internal=internal)
