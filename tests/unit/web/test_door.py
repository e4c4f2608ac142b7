"""Which calls a service lets in, each beside one that it lets in."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import UsageError
from firedoor.problem import Problem
from firedoor.web import door as doors
from firedoor.web.door import Door
from firedoor.web.given import Given
from firedoor.web.marks import Mark
from firedoor.web.proof import TOO_OLD, UNSIGNED, WRONG, Proof, made
from support.parties import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]


def signer(key: str, **options: Any) -> Proof:
    proof = made(key, "billing", **options)
    assert isinstance(proof, Proof)
    return proof


def problem(code: str, environment: str = "production", **facts: str) -> Problem:
    return Problem(code, environment=environment, origin=None, **facts)


def test_its_own_and_what_it_accepts_comes_in(environment: Environment) -> None:
    door = Door(Given(environment("testing")))
    assert (door.mark, door.announce, repr(door)) == ("shop/testing", True, "Door('shop/testing')")
    for values in (
        [],
        ["shop/testing"],
        ["shop/dev"],
        [" shop/testing\t"],
        ["shop/testing", "shop/development"],
        ["gateway/testing,shop/testing"],
        ["shop/testing;at=1;to=;mac=x"],
    ):
        assert door.refusal(values, "/") is None, values


@pytest.mark.parametrize(
    ("values", "code", "facts"),
    [
        (["shop/staging"], "FD650", {"other": "shop/staging"}),
        (["shop/Production"], "FD650", {"other": "shop/Production"}),
        (["other/production"], "FD650", {"other": "other/production"}),
        (["shop/production", "shop/staging"], "FD650", {"other": "shop/staging"}),
        (["shop/staging,shop/production"], "FD650", {"other": "shop/staging"}),
        (["nonsense", "shop/staging"], "FD650", {"other": "shop/staging"}),
        (["shop/%70roduction"], "FD652", {}),
        (["production"], "FD652", {}),
        ([""], "FD652", {}),
        (["shop/production,"], "FD652", {}),
        (["shop/production", "nonsense"], "FD652", {}),
    ],
)
def test_another_environment_stays_outside(
    environment: Environment, values: list[str], code: str, facts: dict[str, str]
) -> None:
    door = Door(Given(environment("production")))
    assert door.refusal(["shop/production"], "/") is None
    assert door.refusal(values, "/") == problem(code, **facts)


@pytest.mark.parametrize(
    ("require", "path", "root", "required"),
    [
        (False, "/internal", "", False),
        (True, "/", "", True),
        (True, "", "", True),
        (True, "*", "", True),
        (True, "/health", "", False),
        (True, "/api/health", "/api", False),
        (True, "/health/../internal", "", True),
        (["/internal"], "/internal", "", True),
        ("/internal", "/internal", "", True),
        (["/internal"], "/internal/x", "", True),
        (["/internal/"], "/internal/x", "", True),
        (["/internal"], "/internals", "", False),
        (["/internal"], "/public", "", False),
        (["/internal"], "//internal/x", "", True),
        (["/internal"], "/public/../internal/x", "", True),
        (["/internal"], "/internal/../public", "", True),
        (["/internal"], "/api/internal", "/api", True),
        (["/api/internal"], "/api/internal", "/api", True),
        (["/internal"], "/other/internal", "/api", False),
    ],
)
def test_where_a_mark_is_required(
    environment: Environment, require: Any, path: str, root: str, required: bool
) -> None:
    door = Door(Given(environment("production")), require=require, exempt=["/health"])
    assert door.refusal([], path, root) == (problem("FD651") if required else None)
    assert door.refusal(["shop/production"], path, root) is None
    assert door.refusal(["shop/staging"], path, root) is not None


def test_with_a_key_a_mark_has_to_be_signed(environment: Environment) -> None:
    door = Door(Given(environment("production"), KEY, "billing"))
    mark = Mark("shop", "production")
    assert door.refusal([signer(KEY).sign(mark)], "/") is None
    assert door.refusal([], "/") is None
    for values, detail in (
        (["shop/production"], UNSIGNED),
        ([signer("another key of somebody").sign(mark)], WRONG),
        ([signer(KEY, clock=lambda: 1.0).sign(mark)], TOO_OLD),
        ([signer(KEY).sign(mark), "shop/production"], UNSIGNED),
    ):
        assert door.refusal(values, "/") == problem("FD653", other="shop/production", detail=detail)
    staging = signer(KEY).sign(Mark("shop", "staging"))
    assert door.refusal([staging], "/") == problem("FD650", other="shop/staging")


@pytest.mark.parametrize("paths", [{"require": ["internal"]}, {"exempt": ["health"]}, {"exempt": [""]}])
def test_paths_begin_with_a_slash(environment: Environment, paths: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError, match="begin with a slash"):
        Door(Given(environment("production")), **paths)  # type: ignore[arg-type]  # what a test gives


def test_a_refused_caller_is_told_why_and_nothing_of_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused = problem("FD650", other="shop/staging")
    told = json.loads(doors.body(refused))
    assert told == {
        "type": "about:blank",
        "title": "Misdirected Request",
        "status": 421,
        "detail": "This service belongs to production, and the call comes from another environment. The call was "
        "refused.",
        "code": "FD650",
        "do": "Correct the address in the environment that calls: it is to call its own service.",
    }
    assert "it was signed too long ago" in json.loads(doors.body(problem("FD653", detail=TOO_OLD)))["detail"]
    assert doors.headers(b"1234") == [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", "4"),
        ("Cache-Control", "no-store"),
    ]
    with caplog.at_level(logging.WARNING, "firedoor.web"):
        doors.log(refused)
    (record,) = caplog.records
    assert record.getMessage() == (
        "FD650: A service of production was called by shop/staging. The call was refused. do: Correct the address in "
        "the environment that calls: it is to call its own service."
    )
