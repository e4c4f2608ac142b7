"""Code that differs by environment: asked at the moment, refused when in doubt."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import os
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import (
    DeclarationError,
    FiredoorError,
    ForbiddenError,
    SelectionError,
    by_environment,
    current,
    forbid_in,
    only_in,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator

    from support.project import ProjectFolder

DECLARATION = """\
[environments.development]
aliases = ["dev"]
[environments.testing]
aliases = ["test"]
[environments.production]
aliases = ["prod"]
protected = true
"""


@pytest.fixture
def choose(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A declared project is the current folder; choose its environment."""
    project.write("firedoor.toml", DECLARATION).write(".git/HEAD", "")
    monkeypatch.chdir(project.root)
    return lambda name: monkeypatch.setenv("APP_ENV", name)


def facts(refusal: pytest.ExceptionInfo[FiredoorError]) -> list[tuple[str, ...]]:
    assert refusal.value.__context__ is None
    return [
        (p.code, p.subject, *(f"{k}={v}" for k, v in sorted(p.facts.items()))) for p in refusal.value.problems
    ]


# -- current --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C3")
def test_the_active_environment(choose: Callable[[str], None]) -> None:
    choose("prod")
    assert current().name == "production"
    assert current().protected
    assert current().is_("production")
    assert not current().is_("testing", "development")


def test_it_is_asked_at_the_moment(choose: Callable[[str], None]) -> None:
    choose("testing")
    assert current().name == "testing"
    choose("production")
    assert current().name == "production"


def test_it_follows_the_declaration(choose: Callable[[str], None], project: ProjectFolder) -> None:
    choose("prod")
    assert current().protected
    project.write("firedoor.toml", DECLARATION.replace("protected = true\n", ""))
    assert not current().protected


def test_it_follows_the_dotenv_line(choose: Callable[[str], None], project: ProjectFolder) -> None:
    project.write(".env", "APP_ENV=testing\n")
    assert current().name == "testing"
    project.write(".env", "APP_ENV=dev\n")
    assert current().name == "development"


def test_the_declaration_may_be_elsewhere(
    choose: Callable[[str], None], project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose("testing")
    project.write("deep/below/x", "")
    assert current(project.root / "deep" / "below").name == "testing"
    monkeypatch.chdir("/")
    assert current(project.root).name == "testing"
    with pytest.raises(DeclarationError):
        current()


def test_no_environment_is_an_error(choose: Callable[[str], None]) -> None:
    with pytest.raises(SelectionError) as refusal:
        current()
    assert facts(refusal)[0][:2] == ("FD101", "APP_ENV")
    choose("prodution")
    with pytest.raises(SelectionError) as refusal:
        current()
    assert facts(refusal)[0][0] == "FD102"


def test_its_refusal_shows_nothing_of_the_process(
    choose: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOMETHING", "s3cret")
    for ask in (current, only_in("testing")(lambda: None), lambda: by_environment({})):
        with pytest.raises(SelectionError) as refusal:
            ask()
        told = "".join(
            traceback.TracebackException.from_exception(refusal.value, capture_locals=True).format()
        )
        assert "s3cret" not in told


# -- guards ---------------------------------------------------------------------------------------------------


def plain(*args: int, **kwargs: int) -> tuple[Any, ...]:
    """Give the arguments back."""
    return (args, kwargs)


async def coroutine(*args: int, **kwargs: int) -> tuple[Any, ...]:
    await asyncio.sleep(0)
    return (args, kwargs)


def generator(*args: int, **kwargs: int) -> Iterator[Any]:
    yield args
    yield kwargs


async def async_generator(*args: int, **kwargs: int) -> AsyncIterator[Any]:
    yield args
    yield kwargs


async def gathered(items: AsyncIterator[Any]) -> tuple[Any, ...]:
    return tuple([item async for item in items])


CALLS: list[tuple[Callable[..., Any], Callable[[Any], Any], Callable[[Any], bool]]] = [
    (plain, lambda made: made, inspect.isfunction),
    (coroutine, asyncio.run, inspect.iscoroutinefunction),
    (generator, tuple, inspect.isgeneratorfunction),
    (async_generator, lambda made: asyncio.run(gathered(made)), inspect.isasyncgenfunction),
]


@pytest.mark.requirement("C3")
@pytest.mark.parametrize(
    ("function", "finish", "is_kind"), CALLS, ids=lambda value: getattr(value, "__name__", "")
)
@pytest.mark.parametrize(
    ("guard", "environment", "runs"),
    [
        (only_in("testing"), "test", True),
        (only_in("test", "dev"), "testing", True),
        (only_in("testing"), "production", False),
        (only_in("testing", "development"), "prod", False),
        (forbid_in("production"), "testing", True),
        (forbid_in("prod"), "production", False),
        (forbid_in("production", "testing"), "test", False),
    ],
)
def test_guards(  # noqa: PLR0917 - its table has them all
    guard: Any,
    environment: str,
    runs: bool,
    function: Any,
    finish: Any,
    is_kind: Any,
    choose: Callable[[str], None],
) -> None:
    guarded = guard(function)
    assert is_kind(guarded)
    assert inspect.signature(guarded) == inspect.signature(function)
    assert (guarded.__name__, guarded.__doc__) == (function.__name__, function.__doc__)
    choose(environment)
    if runs:
        assert finish(guarded(1, b=2)) == ((1,), {"b": 2})
    else:
        with pytest.raises(ForbiddenError) as refusal:
            finish(guarded(1, b=2))
        ((code, subject, names),) = facts(refusal)
        assert (code, subject) == ("FD107", function.__qualname__)
        assert environment not in names


def test_the_refusal_says_where_it_may_run(choose: Callable[[str], None]) -> None:
    choose("production")
    for guard, names in (
        (only_in("test", "dev"), "development, testing"),
        (forbid_in("prod"), "development, testing"),
        (forbid_in("prod", "testing", "dev"), "none"),
    ):
        with pytest.raises(ForbiddenError) as refusal:
            guard(plain)()
        assert facts(refusal) == [("FD107", "plain", f"names={names}")]
        assert [p.environment for p in refusal.value.problems] == ["production"]


def test_nothing_of_the_body_runs(choose: Callable[[str], None]) -> None:
    """Not even up to the first await or yield."""
    choose("production")
    ran = []

    @only_in("testing")
    async def wipe() -> None:
        ran.append(1)

    @only_in("testing")
    def each() -> Iterator[int]:
        ran.append(2)
        yield 1

    with pytest.raises(ForbiddenError):
        asyncio.run(wipe())
    with pytest.raises(ForbiddenError):
        next(each())
    assert ran == []


def test_the_check_is_made_at_each_call(choose: Callable[[str], None]) -> None:
    guarded = only_in("testing")(plain)
    choose("testing")
    guarded()
    choose("production")
    with pytest.raises(ForbiddenError):
        guarded()


def test_methods(choose: Callable[[str], None]) -> None:
    class Store:
        @only_in("testing")
        def wipe(self) -> str:
            return type(self).__name__

        @classmethod
        @only_in("testing")
        def inner(cls) -> str:
            return cls.__name__

        @only_in("testing")
        @classmethod
        def outer(cls) -> str:
            return cls.__name__

        @only_in("testing")
        @staticmethod
        def alone() -> str:
            return "alone"

    calls = (Store().wipe, Store.inner, Store.outer, Store().outer, Store.alone, Store().alone)
    choose("testing")
    assert [call() for call in calls] == ["Store"] * 4 + ["alone"] * 2
    choose("production")
    for call in calls:
        with pytest.raises(ForbiddenError, match="FD107"):
            call()


def test_whatever_can_be_called(choose: Callable[[str], None]) -> None:
    class Wiper:
        def __call__(self) -> int:
            return 3

    choose("testing")
    assert only_in("testing")(functools.partial(plain, 1))() == ((1,), {})
    assert only_in("testing")(Wiper())() == 3
    choose("production")
    with pytest.raises(ForbiddenError) as refusal:
        only_in("testing")(Wiper())()
    assert facts(refusal)[0][1].endswith("Wiper")


def test_guards_can_be_stacked(choose: Callable[[str], None]) -> None:
    guarded = forbid_in("production")(only_in("testing", "prod")(plain))
    choose("testing")
    guarded()
    for name in ("production", "development"):
        choose(name)
        with pytest.raises(ForbiddenError):
            guarded()


@pytest.mark.parametrize("environment", ["testing", "production"])
def test_an_unknown_name_is_refused_wherever_it_is_called(
    environment: str, choose: Callable[[str], None]
) -> None:
    """A misspelt forbid_in would forbid nothing."""
    choose(environment)
    guarded = forbid_in("prodution", "production")(plain)
    with pytest.raises(ForbiddenError) as refusal:
        guarded()
    names = "names=development, testing, production"
    assert facts(refusal) == [("FD109", "plain", "name=prodution", names, "suggestion=production")]


def test_guards_fail_closed(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.write(".git/HEAD", "").root)
    guarded = forbid_in("production")(plain)
    with pytest.raises(DeclarationError):
        guarded()
    project.write("firedoor.toml", DECLARATION)
    with pytest.raises(SelectionError):
        guarded()
    assert forbid_in("production", start=project.root)(plain) is not plain


ANY: Any = plain


@pytest.mark.parametrize("wrong", [only_in, forbid_in, lambda: only_in(ANY), lambda: only_in("a", ANY)])
def test_guards_need_names(wrong: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="takes the names of environments"):
        wrong()


@pytest.mark.parametrize("wrong", [int, "wipe", type("Some", (), {})])
def test_guards_are_for_functions(wrong: Any) -> None:
    with pytest.raises(TypeError, match="guards functions and methods"):
        only_in("testing")(wrong)


def test_a_guarded_generator_is_the_same_generator(choose: Callable[[str], None]) -> None:
    choose("testing")

    @only_in("testing")
    def talk() -> Generator[Any, Any, str]:
        try:
            heard = yield "ready"
            while True:
                heard = yield f"heard {heard}"
        except KeyError:
            yield "caught"
        finally:
            closed.append(True)
        return "done"

    closed: list[bool] = []
    talking = talk()
    assert [next(talking), talking.send("a"), talking.throw(KeyError())] == ["ready", "heard a", "caught"]
    with pytest.raises(StopIteration) as end:
        next(talking)
    assert (end.value.value, closed) == ("done", [True])


def test_a_guarded_async_generator_is_the_same_generator(choose: Callable[[str], None]) -> None:
    choose("testing")
    closed: list[str] = []

    @only_in("testing")
    async def talk() -> AsyncIterator[Any]:
        try:
            heard = yield "ready"
            while True:
                try:
                    heard = yield f"heard {heard}"
                except KeyError:
                    heard = "an error"
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    async def use() -> list[Any]:
        talking: Any = talk()
        said = [await talking.__anext__(), await talking.asend("a"), await talking.athrow(KeyError())]
        await talking.aclose()
        with contextlib.suppress(StopAsyncIteration):
            said.append(await talking.__anext__())
        other: Any = talk()
        await other.__anext__()
        with pytest.raises(ValueError, match="mine"):
            await other.athrow(ValueError("mine"))
        return said

    assert asyncio.run(use()) == ["ready", "heard a", "heard an error"]
    assert closed == ["closed", "closed"]


# -- by_environment -------------------------------------------------------------------------------------------

TABLE = {"dev": 1, "testing": 2, "production": 3}


@pytest.mark.requirement("C3", "C5")
@pytest.mark.parametrize(("environment", "value"), [("development", 1), ("test", 2), ("prod", 3)])
def test_the_environments_own_behaviour(environment: str, value: int, choose: Callable[[str], None]) -> None:
    choose(environment)
    assert by_environment(TABLE) == value
    assert by_environment(TABLE, start=os.getcwd()) == value


NAMES = "names=development, testing, production"


@pytest.mark.parametrize("environment", ["testing", "production"])
@pytest.mark.parametrize(
    ("table", "problems"),
    [
        ({"dev": 1, "testing": 2}, [("keys=none", "name=production")]),
        ({}, [("keys=none", f"name={name}") for name in ("development", "testing", "production")]),
        ({**TABLE, "prod": 4}, [("keys=production, prod", "name=production")]),
        ({**TABLE, "stagin": 4}, [("name=stagin", NAMES, "suggestion=testing")]),
        ({**TABLE, "zzzz": 4}, [("name=zzzz", NAMES, "suggestion=")]),
    ],
)
def test_a_table_that_is_not_whole_is_refused_everywhere(
    environment: str, table: dict[str, int], problems: list[tuple[str, ...]], choose: Callable[[str], None]
) -> None:
    choose(environment)
    with pytest.raises(SelectionError) as refusal:
        by_environment(table)
    assert facts(refusal) == [("FD108", "by_environment", *problem) for problem in problems]


def test_a_table_needs_an_environment(choose: Callable[[str], None]) -> None:
    with pytest.raises(SelectionError) as refusal:
        by_environment(TABLE)
    assert facts(refusal)[0][0] == "FD101"
