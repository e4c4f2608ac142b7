"""What a type checker makes of guarded functions: they stay what they were. Checked by mypy --strict, never run."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, assert_type

from firedoor import forbid_in, only_in


@only_in("testing")
def wipe(name: str, *, times: int = 1) -> bytes:
    return name.encode() * times


@forbid_in("production")
async def reset(name: str) -> int:
    return len(name)


@only_in("testing", "development", start="..")
def rows(count: int) -> Iterator[str]:
    yield "x" * count


@only_in("testing")
async def stream(count: int) -> AsyncIterator[str]:
    yield "x" * count


class Store:
    @only_in("testing")
    def clear(self, table: str) -> bool:
        return bool(table)

    @classmethod
    @only_in("testing")
    def made(cls) -> "Store":
        return cls()


assert_type(wipe("x", times=2), bytes)
resetting: Callable[[str], Coroutine[Any, Any, int]] = reset
assert_type(rows(1), Iterator[str])
assert_type(stream(1), AsyncIterator[str])
assert_type(Store().clear("x"), bool)
assert_type(Store.made(), Store)

wipe(3)  # type: ignore[arg-type]  # mypy has to refuse it
wipe("x", 2)  # type: ignore[call-arg]  # mypy has to refuse it
only_in(3)  # type: ignore[arg-type]  # mypy has to refuse it
