"""The environment in the headers of queue messages: dicts (AMQP, Celery, Redis streams), pairs (Kafka), SQS attributes.

A worker of staging that reads production's queue, by a wrong address or a shared server, does not do its work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from firedoor.errors import HandshakeError
from firedoor.web import marks, party
from firedoor.web.given import Given

if TYPE_CHECKING:
    from pydantic import BaseModel

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration

NAME = "firedoor-environment"
_SQS_TEXTS = ("StringValue", "stringValue")  # as boto3 and as Lambda has it
Value = TypeVar("Value")


class Messages:
    """Marks the messages of one environment, and takes no others.

    ``settings`` are settings that firedoor loaded, or a Configuration; without them the environment is selected as
    ever. Raises ConfigurationError (also FD659), SelectionError or DeclarationError.
    """

    def __init__(self, settings: BaseModel | Configuration | None = None) -> None:
        __tracebackhide__ = True
        given = Given(settings)
        del settings  # a traceback that shows locals must not show these
        self._party = party.of(given)

    @overload
    def mark(self, headers: Mapping[str, Any] | None = None) -> dict[str, Any]: ...
    @overload
    def mark(self, headers: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]: ...
    def mark(self, headers: Any = None) -> Any:
        """A copy of the headers with the mark: a dict of a mapping, a list of pairs, with bytes, of pairs.

        Another mark among them gives way: a message that is passed on is this environment's.
        """
        mark = str(self._party.mark)
        if headers is None or isinstance(headers, Mapping):
            return {
                **{name: value for name, value in (headers or {}).items() if not _is_ours(name)},
                NAME: mark,
            }
        return [*((name, value) for name, value in headers if not _is_ours(name)), (NAME, mark.encode())]

    def mark_attributes(self, attributes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The same for the MessageAttributes of SQS and SNS."""
        marked = self.mark(attributes)
        return {**marked, NAME: {"DataType": "String", "StringValue": marked[NAME]}}

    def accept(
        self,
        headers: Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None,
        *,
        require: bool = True,
    ) -> None:
        """Raise HandshakeError (FD657) unless the message with these headers is of this environment.

        Takes what ``mark`` and ``mark_attributes`` give, as the other side of a queue hands it over: names and values
        as texts or bytes. ``require`` False lets messages pass that say nothing of it, as those do that waited before.
        """
        __tracebackhide__ = True
        problem = self._refusal(headers or (), require=require)
        if problem is not None:
            del headers
            raise HandshakeError([problem])

    def _refusal(
        self, headers: Mapping[Any, Any] | Iterable[tuple[Any, Any]], *, require: bool
    ) -> Problem | None:
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        values = [_text(value) for name, value in pairs if _is_ours(name)]
        if not values:
            return self._party.problem("FD657") if require else None
        for value in values:
            mark = marks.parse(value)
            if mark is None or not self._party.takes(mark):
                return self._party.problem("FD657", mark)
        return None

    def __repr__(self) -> str:
        return f"Messages({str(self._party.mark)!r})"


def _is_ours(name: object) -> bool:
    return _text(name).lower() == NAME


def _text(value: object) -> str:
    """A name or a value as text; empty for what can be none."""
    if isinstance(value, Mapping):
        return _text(next((value[key] for key in _SQS_TEXTS if key in value), None))
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
