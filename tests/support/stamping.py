"""Stamps and addresses of made-up environments, and what must hold of every error that a marker raises."""

from __future__ import annotations

import threading
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps.address import Address
from firedoor.stamps.observation import ClientMissing, NotAllowed, Overtaken, Unreachable
from firedoor.stamps.stamp import Stamp, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOLD = (Unreachable, ClientMissing, NotAllowed, Overtaken)


def stamp(environment: str = "production", **values: str) -> Stamp:
    """A stamp as ``firedoor stamp`` makes it, not yet bound."""
    known = {"project": "shop", "resource": "DATABASE", "time": "2026-11-27T06:00:00Z", "by": "ada"}
    return Stamp(**{**known, "environment": environment, "id": new_id(), **values})


def address(
    kind: str, text: str, variables: Mapping[str, str] | None = None, *, seconds: float = 10.0, **more: Any
) -> Address:
    return Address("THING", kind, text, variables=variables or {}, seconds=seconds, **more)


def refused(call: Callable[[], object], *secrets: str) -> Exception:
    """The error that firedoor raises, after proof that it holds none of the secrets, nor anything of a library's."""
    with pytest.raises(TOLD) as caught:
        call()
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    own = [frame for frame in frames.stack if "/tests/" not in frame.filename.replace("\\", "/")]
    shown = "\n".join([repr(error), str(error), *(f"{frame.line}{frame.locals}" for frame in own)])
    for secret in secrets:
        assert secret not in shown
    return error


def unreachable(call: Callable[[], object], *secrets: str) -> str:
    """The reason that Unreachable gives."""
    error = refused(call, *secrets)
    assert isinstance(error, Unreachable)
    return error.reason


def race(*calls: Callable[[], object]) -> list[object]:
    """Let calls run at once; what each gave or raised, in their order."""
    start = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        start.wait()
        try:
            results[place] = call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return results
