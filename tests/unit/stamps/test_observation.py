from __future__ import annotations

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Overtaken, Unreachable
from support.stamping import stamp

HERE = ("redis", "server", "0")


def test_a_stamp_made_in_another_place_is_a_copy() -> None:
    mark = stamp(bound="here")
    assert not Observation(HERE, bound="here", stamp=mark).is_copy
    assert Observation(HERE, bound="there", stamp=mark).is_copy
    assert Observation(HERE, stamp=mark).is_copy
    assert not Observation(HERE, bound="there").is_copy


def test_nothing_is_assumed_of_a_resource_that_said_only_who_it_is() -> None:
    seen = Observation(HERE)
    assert (seen.server, seen.bound, seen.stamp, seen.forgeable, seen.unreadable) == (
        (),
        "",
        None,
        False,
        False,
    )


def test_what_kept_it_from_answering() -> None:
    mark = stamp()
    assert Unreachable("it broke off").reason == "it broke off"
    assert str(Unreachable("it broke off")) == "it broke off"
    assert ClientMissing("redis").extra == "redis"
    assert str(ClientMissing("redis")) == "redis"
    assert Overtaken(mark).found == mark
    assert Overtaken(None).found is None
    assert str(Overtaken(mark)) == ""
    assert repr(NotAllowed()) == "NotAllowed()"


@pytest.mark.parametrize("field", ["identity", "stamp", "forgeable"])
def test_an_observation_is_not_changed_afterwards(field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Observation(HERE), field, None)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("REFUSED", "the connection was refused"),
        ("TIMED_OUT", "it did not answer in time"),
        ("UNKNOWN_HOST", "its name leads nowhere"),
        ("LOGIN_REFUSED", "the login was refused"),
        ("NO_LOGIN", "the environment gives no login for it"),
        ("NO_SUCH_THING", "the server has no such database, bucket or collection"),
        ("TLS_FAILED", "no secure connection could be made"),
        ("BROKEN_OFF", "the connection broke off"),
        ("NOT_SUPPORTED", "it has no answer to that, or none for this login"),
        ("NOT_ONE", "its address names no one thing that could be asked"),
        ("FAILED", "the client library gave up"),
    ],
)
def test_every_reason_completes_did_not_say_who_it_is(name: str, words: str) -> None:
    assert getattr(told, name) == words
