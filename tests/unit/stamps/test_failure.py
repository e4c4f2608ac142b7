from __future__ import annotations

import ssl
import traceback
from socket import gaierror
from typing import TYPE_CHECKING

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps.failure import reason, translated
from firedoor.stamps.observation import Overtaken, Unreachable
from support.stamping import address, refused, stamp

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

PLACE = address("cache", "redis://:hunter2@h")


class ReasonedError(Exception):
    """As urllib's and urllib3's errors keep what led to them."""

    def __init__(self, reason: object) -> None:
        self.reason = reason


class ClientsError(Exception):
    def __init__(self, **kwargs: object) -> None:
        self.kwargs = kwargs


def caused(
    error: Exception, *, by: BaseException | None = None, in_: BaseException | None = None
) -> Exception:
    error.__cause__ = by
    error.__context__ = in_
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ssl.SSLError(1, "x"), told.TLS_FAILED),
        (ssl.SSLCertVerificationError(1, "x"), told.TLS_FAILED),
        (gaierror(-2, "x"), told.UNKNOWN_HOST),
        (UnicodeError("label too long"), told.UNKNOWN_HOST),
        (TimeoutError(), told.TIMED_OUT),
        (ConnectionRefusedError(), told.REFUSED),
        (PermissionError(), told.REFUSED),
        (FileNotFoundError(), told.TLS_FAILED),
        (ConnectionResetError(), told.BROKEN_OFF),
        (BrokenPipeError(), told.BROKEN_OFF),
        (EOFError(), told.BROKEN_OFF),
        (OSError(113, "x"), "otherwise"),
        (ValueError("x"), "otherwise"),
        (ReasonedError(ConnectionRefusedError()), told.REFUSED),
        (ReasonedError("a text"), "otherwise"),
        (ClientsError(error=gaierror(-2, "x")), told.UNKNOWN_HOST),
        (ClientsError(error="a text"), "otherwise"),
        (caused(ValueError(), by=TimeoutError()), told.TIMED_OUT),
        (caused(ValueError(), in_=TimeoutError()), told.TIMED_OUT),
        (caused(ValueError(), by=TimeoutError(), in_=ConnectionRefusedError()), told.TIMED_OUT),
        (caused(ReasonedError(TimeoutError()), by=ConnectionRefusedError()), told.TIMED_OUT),
        (caused(ConnectionRefusedError(), by=TimeoutError()), told.REFUSED),
        (ReasonedError(caused(ClientsError(error=caused(ValueError(), by=EOFError())))), told.BROKEN_OFF),
    ],
)
def test_the_first_error_of_the_chain_that_says_something(error: Exception, sentence: str) -> None:
    assert reason(error, "otherwise") == sentence


def test_a_chain_without_an_end_is_left() -> None:
    error = ValueError()
    error.__cause__ = error
    assert reason(error, "otherwise") == "otherwise"


def test_a_very_deep_chain_is_left() -> None:
    deep: BaseException = TimeoutError()
    for _ in range(11):
        deep = ReasonedError(deep)
    assert reason(deep, "otherwise") == told.TIMED_OUT
    assert reason(ReasonedError(deep), "otherwise") == "otherwise"


def connect(place: Address) -> str:
    cause = ConnectionError(f"refused {place.text}")
    raise ValueError(f"could not connect to {place.text}") from cause


def test_what_is_raised_has_nothing_of_the_librarys() -> None:
    seen: list[Exception] = []

    def translate(error: Exception) -> Exception:
        seen.append(error)
        return Unreachable(reason(error, "otherwise"))

    error = refused(lambda: translated(translate)(connect)(PLACE), "hunter2")
    assert isinstance(error, Unreachable)
    assert error.reason == told.BROKEN_OFF
    assert [type(one) for one in seen] == [ValueError]
    assert "hunter2" not in "".join(traceback.format_exception(error)).replace('"hunter2"', "")


def test_what_is_firedoors_own_stays_as_it_is() -> None:
    mark = stamp()

    def overtaken(place: Address) -> None:
        secret = place.text
        raise Overtaken(mark) from ValueError(secret)  # as a marker must not, and yet nothing comes of it

    error = refused(lambda: translated(lambda _: AssertionError())(overtaken)(PLACE), "hunter2")
    assert isinstance(error, Overtaken)
    assert error.found is mark


def test_what_is_given_is_given() -> None:
    @translated(lambda error: error)
    def add(one: int, *, other: int) -> int:
        """Add."""
        return one + other

    assert add(1, other=2) == 3
    assert (add.__name__, add.__doc__) == ("add", "Add.")


def test_who_interrupts_is_not_translated() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        translated(lambda error: Unreachable("x"))(stop)()
