"""Code that differs by environment: which one is active, what may run in it, which behaviour belongs to it.

Every question is answered at the moment it is asked, from the declaration and the selectors as they are then; nothing
is remembered between calls. Whatever cannot be decided is refused.
"""

import functools
import inspect
import os
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from typing import Any, TypeVar, cast

from firedoor import declaration, selection, sources
from firedoor.declaration import Project
from firedoor.environment import Environment
from firedoor.errors import FiredoorError, ForbiddenError, SelectionError
from firedoor.problem import Problem
from firedoor.settings import active

Start = str | os.PathLike[str]
Function = TypeVar("Function", bound=Callable[..., Any])
Behaviour = TypeVar("Behaviour")


def current(start: Start = ".") -> Environment:
    """The active environment of the project declared at ``start`` or above it, selected as everything else selects.

    Raises DeclarationError when there is no valid declaration, SelectionError when no single environment is chosen.
    """
    __tracebackhide__ = True
    outcome = _selected(start)
    if isinstance(outcome, FiredoorError):
        raise outcome
    return outcome[1]


def _selected(start: Start) -> tuple[Project, Environment] | FiredoorError:
    """The project and its active environment, or the refusal without the frames that saw the process's variables.

    While settings are being made, their environment is the active one: a validator that asks must not hear of another.
    """
    configuration = active.binding.get()
    if configuration is not None:
        return configuration.project, configuration.environment
    try:
        project = declaration.load(start)
        process = sources.process_environment()
        choice = selection.choose(project, None, process, sources.process_duplicates())
    except FiredoorError as error:
        return type(error)(error.problems)
    return project, choice.environment


def only_in(*names: str, start: Start = ".") -> Callable[[Function], Function]:
    """Let a function run only in these environments (names or aliases).

    For functions, methods, coroutines, generators and asynchronous generators, which stay what they are. The check is
    made at each call (of what is asynchronous or a generator: before the first line of its body runs). Raises
    ForbiddenError (FD107) elsewhere, and for a name that the declaration does not have (FD109).
    """
    return _guard("only_in", names, start, wanted=True)


def forbid_in(*names: str, start: Start = ".") -> Callable[[Function], Function]:
    """Refuse to run a function in these environments; see ``only_in``, of which it is the opposite."""
    return _guard("forbid_in", names, start, wanted=False)


def _guard(
    guard: str, names: tuple[str, ...], start: Start, *, wanted: bool
) -> Callable[[Function], Function]:
    if not names or not all(isinstance(name, str) for name in names):
        raise TypeError(f'{guard} takes the names of environments: @{guard}("testing")')

    def decorate(function: Function) -> Function:
        if isinstance(function, (classmethod, staticmethod)):
            return cast("Function", type(function)(decorate(function.__func__)))
        if isinstance(function, type) or not callable(function):
            raise TypeError(f"{guard} guards functions and methods; to guard a class, guard its __init__")
        label = getattr(function, "__qualname__", type(function).__qualname__)

        def check() -> None:
            __tracebackhide__ = True
            refusal = _refusal(label, names, start, wanted=wanted)
            if refusal is not None:
                raise refusal

        return _guarded(function, check)

    return decorate


def _refusal(label: str, names: tuple[str, ...], start: Start, *, wanted: bool) -> FiredoorError | None:
    outcome = _selected(start)
    if isinstance(outcome, FiredoorError):
        return outcome
    project, environment = outcome
    problems = _undeclared(project, names, label, "FD109")
    if problems:
        return ForbiddenError(problems)
    if environment.is_(*names) is wanted:
        return None
    named = [known.name for known in project.environments if known.is_(*names)]
    allowed = named if wanted else [name for name in project.names if name not in named]
    return ForbiddenError(
        [Problem("FD107", subject=label, environment=environment.name, names=", ".join(allowed) or "none")]
    )


def _undeclared(project: Project, names: tuple[str, ...], subject: str, code: str) -> list[Problem]:
    unknown = [name for name in names if project.environment(name) is None]
    if not unknown:
        return []
    from firedoor.schema import nearest  # only a refusal needs the nearest name

    return [
        Problem(
            code,
            subject=subject,
            name=name,
            names=", ".join(project.names),
            suggestion=nearest(name, project.spellings),
        )
        for name in unknown
    ]


def _guarded(function: Function, check: Callable[[], None]) -> Function:
    """The function behind the check, of the same kind as it was, so that frameworks treat it alike."""
    kinds: tuple[tuple[Callable[[Any], bool], Callable[[Any, Callable[[], None]], Any]], ...] = (
        (inspect.iscoroutinefunction, _guarded_coroutine),
        (inspect.isasyncgenfunction, _guarded_async_generator),
        (inspect.isgeneratorfunction, _guarded_generator),
    )
    make = next((make for is_kind, make in kinds if is_kind(function)), _guarded_function)
    return cast("Function", functools.wraps(function)(make(function, check)))


def _guarded_function(function: Any, check: Callable[[], None]) -> Any:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check()
        return function(*args, **kwargs)

    return guarded


def _guarded_coroutine(function: Any, check: Callable[[], None]) -> Any:
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        check()
        return await function(*args, **kwargs)

    return guarded


def _guarded_generator(function: Any, check: Callable[[], None]) -> Any:
    def guarded(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        check()
        return (yield from function(*args, **kwargs))

    return guarded


def _guarded_async_generator(function: Any, check: Callable[[], None]) -> Any:
    async def guarded(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        check()
        inner = function(*args, **kwargs)
        step = inner.__anext__()
        while True:  # what `yield from` does, which asynchronous generators do not have
            try:
                item = await step
            except StopAsyncIteration:
                return
            try:
                sent = yield item
            except GeneratorExit:
                await inner.aclose()
                raise
            except BaseException as error:  # noqa: BLE001 - it goes on into the generator
                step = inner.athrow(error)
            else:
                step = inner.asend(sent)

    return guarded


def by_environment(behaviours: Mapping[str, Behaviour], *, start: Start = ".") -> Behaviour:
    """The behaviour that belongs to the active environment. Keys are names or aliases, one for every environment.

    There is no default: a mapping that lacks an environment, names an unknown one, or names one twice raises
    SelectionError (FD108), whichever environment is active.
    """
    __tracebackhide__ = True
    selected = _selected(start)
    chosen = selected if isinstance(selected, FiredoorError) else _chosen(behaviours, *selected)
    if isinstance(chosen, FiredoorError):
        raise chosen
    return behaviours[chosen]


def _chosen(
    behaviours: Mapping[str, object], project: Project, environment: Environment
) -> str | FiredoorError:
    """The key of the active environment's behaviour, or what is wrong with the mapping."""
    problems = _undeclared(project, tuple(behaviours), "by_environment", "FD108")
    keys: dict[str, str] = {}
    for known in project.environments:
        named = [name for name in known.spellings if name in behaviours]
        if len(named) == 1:
            keys[known.name] = named[0]
        else:
            problems.append(
                Problem("FD108", subject="by_environment", name=known.name, keys=", ".join(named) or "none")
            )
    return SelectionError(problems) if problems else keys[environment.name]
