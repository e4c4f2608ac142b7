"""Why a server did not answer, from the classes of what was raised: a client library's words may hold the address.

Nothing that was raised goes on with what is raised instead, neither as cause nor as context.
"""

from __future__ import annotations

import ssl
from functools import wraps
from socket import gaierror
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from firedoor.stamps.observation import (
    BROKEN_OFF,
    REFUSED,
    TIMED_OUT,
    TLS_FAILED,
    UNKNOWN_HOST,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

# the narrower class first: all of these but the last are OSErrors
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLError, TLS_FAILED),
    (gaierror, UNKNOWN_HOST),
    (UnicodeError, UNKNOWN_HOST),  # a name that is no host name
    (TimeoutError, TIMED_OUT),
    (ConnectionRefusedError, REFUSED),
    (FileNotFoundError, TLS_FAILED),  # a certificate's: sockets are looked for before
    (PermissionError, REFUSED),
    (ConnectionError, BROKEN_OFF),
    (EOFError, BROKEN_OFF),
)
_DEEPEST = 12  # links of a chain of errors that are looked at


def reason(error: BaseException, otherwise: str) -> str:
    """The sentence of the first error in the chain that says something; ``otherwise`` when none does."""
    for link in _chain(error):
        for kind, sentence in _REASONS:
            if isinstance(link, kind):
                return sentence
    return otherwise


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, where Python and the client libraries keep it."""
    link: object = error
    for _ in range(_DEEPEST):
        if not isinstance(link, BaseException):
            return
        yield link
        kept = getattr(link, "reason", None), getattr(link, "kwargs", {}).get("error")
        known = (*kept, link.__cause__, link.__context__)
        link = next((cause for cause in known if isinstance(cause, BaseException)), None)


def translated(
    translate: Callable[[Exception], Exception],
) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Let a function raise what ``translate`` makes of its errors; what is firedoor's own stays as it is."""

    def decorate(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        @wraps(function)
        def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
            try:
                return function(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - whatever a library raises may quote the address
                raised = error if type(error).__module__ == Unreachable.__module__ else translate(error)
            # Outside of the except clause, or Python would keep the library's error as context; and without the frames
            # that it went through, whose locals hold the address.
            raised.__context__ = raised.__cause__ = raised.__traceback__ = None
            raise raised

        return call

    return decorate
