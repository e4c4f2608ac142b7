"""Messages of one environment are no other's, in every form that queues give their headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import HandshakeError
from firedoor.problem import Problem
from firedoor.web.messages import NAME, Messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]

SQS = {"DataType": "String", "StringValue": "shop/testing"}


def test_headers_are_marked_in_their_own_form(environment: Environment) -> None:
    messages = Messages(environment("testing"))
    before = {"id": 7, NAME.upper(): "shop/production"}
    assert messages.mark(before) == {"id": 7, NAME: "shop/testing"}
    assert len(before) == 2
    assert messages.mark() == {NAME: "shop/testing"}
    assert messages.mark([("id", b"7"), (NAME, b"x")]) == [("id", b"7"), (NAME, b"shop/testing")]
    assert messages.mark_attributes({"a": SQS, NAME: SQS}) == {"a": SQS, NAME: SQS}
    assert messages.mark_attributes() == {NAME: SQS}
    assert repr(messages) == "Messages('shop/testing')"


@pytest.mark.parametrize(
    "form",
    [
        lambda mark: {"id": 7, NAME: mark},
        lambda mark: {"Firedoor-Environment": mark},
        lambda mark: {b"id": b"7", NAME.encode(): mark.encode()},
        lambda mark: {NAME: bytearray(mark.encode())},
        lambda mark: [("id", b"7"), (NAME, mark.encode())],
        lambda mark: iter([(NAME, mark)]),
        lambda mark: {NAME: {"DataType": "String", "StringValue": mark}},
        lambda mark: {NAME: {"dataType": "String", "stringValue": mark}},
    ],
)
def test_a_message_is_taken_by_its_environment_alone(
    environment: Environment, form: Callable[[str], Any]
) -> None:
    testing, production = Messages(environment("testing")), Messages(environment("production"))
    testing.accept(form("shop/testing"))
    testing.accept(form("gateway/testing"))
    for require in (True, False):
        with pytest.raises(HandshakeError) as refused:
            production.accept(form("shop/testing"), require=require)
        assert refused.value.problems == (problem("shop/testing"),)


@pytest.mark.parametrize("headers", [None, {}, [], {"id": 7}, {7: 8}])
def test_a_message_that_says_nothing_is_not_taken_where_that_is_required(
    environment: Environment, headers: Any
) -> None:
    messages = Messages(environment("production"))
    messages.accept(headers, require=False)
    with pytest.raises(HandshakeError) as refused:
        messages.accept(headers)
    assert refused.value.problems == (problem(),)


@pytest.mark.parametrize("value", ["production", "", b"\xff", 7, None, {}, {"BinaryValue": b"x"}])
def test_what_cannot_be_read_is_not_taken(environment: Environment, value: Any) -> None:
    with pytest.raises(HandshakeError) as refused:
        Messages(environment("production")).accept({NAME: value}, require=False)
    assert refused.value.problems == (problem(),)


def test_of_two_marks_both_have_to_be_its_own(environment: Environment) -> None:
    messages = Messages(environment("production"))
    messages.accept([(NAME, b"shop/production"), (NAME, b"shop/prod")])
    with pytest.raises(HandshakeError):
        messages.accept([(NAME, b"shop/production"), (NAME, b"shop/staging")])


def problem(other: str = "") -> Problem:
    facts = {"other": other} if other else {}
    return Problem("FD657", environment="production", origin=None, **facts)
