"""The guard of one environment in this process: it is asked before something is connected to, and refuses or not."""

from __future__ import annotations

import os
from contextlib import contextmanager
from errno import ECONNREFUSED
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from firedoor import endpoints, sources
from firedoor.errors import GuardError
from firedoor.guard import asking, callers, ownership, places, programs, quiet
from firedoor.guard.machine import Machine
from firedoor.guard.policy import (
    DECLARED,
    LISTENER,
    LOCKED,
    MACHINE,
    OPEN,
    PROTECTED,
    UNDECLARED,
    UNREADABLE,
    Policy,
    Verdict,
)
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from firedoor.endpoints import Endpoint
    from firedoor.environment import Environment
    from firedoor.guard.locked import Locked
    from firedoor.guard.ownership import Holder, Ownership
    from firedoor.guard.places import Place
    from firedoor.guard.tree import Tree
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity
    from firedoor.stamps.observation import Observation

_current: Guard | None = None
_MOST_PASSED = 4096
CONNECT, LOOK_UP, OPEN_FILE = "connect to", "look up", "open"


def current() -> Guard | None:
    """The guard that is armed in this process, None when none is."""
    return _current


def set_current(guard: Guard | None) -> None:
    """For arming and disarming alone."""
    global _current  # noqa: PLW0603 - one guard in a process
    _current = guard


class Guard:
    """What one environment may connect to, with what has been allowed and refused so far. repr shows no value.

    ``passed`` holds addresses, as callers wrote them, that need not be judged again. ``refusals`` are the problems of
    everything that was refused, each once, whatever a library made of the error.
    """

    def __init__(self, configuration: Configuration, tree: Tree) -> None:
        self.configuration = configuration
        self.policy = Policy(
            configuration.environment.network,
            _with_real_paths(endpoints.declared(configuration)),
            _with_real_paths(endpoints.of_protected(configuration)),
        )
        self.tree = tree
        self.machine = Machine(tree, self._load_lock)
        self.active = True
        self.passed: set[object] = set()
        self._listened: set[Place] = set()
        self.refusals: dict[Problem, None] = {}
        self._allowed: dict[object, str] = {}
        self._observed = asking.Observed(configuration)
        self._variables = sources.process_environment()
        self._is_closed = False

    @property
    def environment(self) -> Environment:
        """The environment that is guarded."""
        return self.configuration.environment

    def __repr__(self) -> str:
        return f"Guard({self.environment.name!r}, {self.policy.network!r})"

    def unguarded(self) -> quiet.unguarded:
        """What this thread does meanwhile is not looked at."""
        return quiet.unguarded()

    def is_asleep(self) -> bool:
        """Whether nothing is to be looked at: the guard is disarmed, or it is the guard itself that does it."""
        return not self.active or quiet.is_quiet()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nothing at all is reached meanwhile, in whatever thread: no address, no name, no database."""
        before, self._is_closed = self._is_closed, True
        self.passed.clear()
        try:
            yield
        finally:
            self._is_closed = before

    def _refuse_closed(self, act: str) -> NoReturn:
        __tracebackhide__ = True
        self.refuse(self.problem("FD631", act=act))

    @property
    def is_open(self) -> bool:
        """Whether every address may be reached: nobody has anything that is protected from this environment."""
        if self.environment.tests:
            return False  # its unit tests reach nothing
        others = (one for one in self.configuration.project.environments if one is not self.environment)
        return self.policy.network == OPEN and not any(one.protected for one in others)

    def refuse(self, *problems: Problem) -> NoReturn:
        """Remember the problems and raise them as a GuardError."""
        __tracebackhide__ = True
        self.refusals.update(dict.fromkeys(problems))
        raise GuardError(problems)

    def problem(self, code: str, subject: str = "", origin: Origin | None = None, **facts: str) -> Problem:
        """A problem of this environment's, with the line of the project that led to it."""
        caller = callers.line(self.configuration.project.root)
        return Problem(
            code, subject=subject, environment=self.environment.name, origin=origin, caller=caller, **facts
        )

    # What sockets ask.

    def check_address(self, address: object, family: int, *, connecting: bool = False) -> None:
        """May a socket of the family connect, or send, to the address? Raises GuardError when not.

        ``connecting``: raises the system's ConnectionRefusedError where nobody listens, as who awaits a server expects.
        """
        __tracebackhide__ = True
        if self.is_asleep():
            return
        place = places.of(family, address)
        if place is None:
            return
        if self._is_closed:
            del address, place  # a traceback that shows locals must not show these
            self._refuse_closed(CONNECT)
        with quiet.unguarded():
            if place in self._listened and self.machine.listens(place):
                return
            verdict = self.policy.verdict(place, self.machine)
        if not verdict.is_allowed:
            is_vacant = connecting and verdict.reason == UNDECLARED and self.machine.is_vacant(place)
            del address, place
            if is_vacant:
                raise ConnectionRefusedError(ECONNREFUSED, os.strerror(ECONNREFUSED))
            self.refuse(self._refused(verdict, CONNECT))
        if verdict.reason == LISTENER:
            self._listened.add(place)
        elif isinstance(address, tuple) or (isinstance(address, (str, bytes)) and os.path.isabs(address)):
            self._pass(address)

    def check_name(self, name: object, port: object = None) -> None:
        """May the name be looked up? Raises GuardError when not."""
        __tracebackhide__ = True
        if self.is_asleep():
            return
        place = places.of_name(name, port)
        if place is None:
            return
        with quiet.unguarded():
            verdict = self.policy.verdict_of_name(place, self.machine)
        if self._is_closed and verdict.reason != MACHINE:
            del name, place
            self._refuse_closed(LOOK_UP)
        if not verdict.is_allowed:
            problem = self._refused(verdict, LOOK_UP)
            del name, place
            self.refuse(problem)

    def found(self, name: object, addresses: Iterable[str]) -> None:
        """A look-up that was allowed gave these addresses."""
        place = places.of_name(name)
        if place is not None:
            declared = place.host in self.policy.own.hosts or place.host in self.policy.extras.hosts
            self.machine.resolver.tell(place.host, addresses, lasting=declared)

    def _pass(self, address: object) -> None:
        if len(self.passed) >= _MOST_PASSED:
            self.passed.clear()
        try:
            self.passed.add(address)
        except TypeError:  # there is a bytearray in it
            return

    def _refused(self, verdict: Verdict, act: str) -> Problem:
        """FD601 of what is a protected environment's, FD602 of what nobody declared, FD606 of what cannot be read."""
        if verdict.reason == PROTECTED and verdict.endpoint is not None:
            return self._foreign("FD601", verdict.endpoint, act=act, level="")
        if verdict.reason == LOCKED and verdict.owner is not None:
            name, variable = verdict.owner
            return self.problem("FD601", variable, act=act, level="lock", other=name)
        return self.problem("FD602" if verdict.reason != UNREADABLE else "FD606", act=act)

    def _foreign(self, code: str, endpoint: Endpoint, **facts: str) -> Problem:
        return self.problem(code, endpoint.variable, endpoint.origin, other=endpoint.environment, **facts)

    # What adaptors ask.

    def check_resource(self, kind: str, told: str | Iterable[Identity]) -> str:
        """May the resource be connected to? The name of the variable that leads to it, empty for none of one's own.

        ``told`` is a text as a declaration would have it, or identities. Raises GuardError when it is another
        environment's, or when it is not declared where that is the policy.
        """
        __tracebackhide__ = True
        if self.is_asleep():
            return ""
        if self._is_closed:
            del told
            self._refuse_closed(CONNECT)
        asked = told if isinstance(told, str) else frozenset(told)
        key = (kind, asked, ownership.leading() if isinstance(asked, str) else ())
        variable = self._allowed.get(key)
        if variable is not None:
            return variable
        with quiet.unguarded():
            outcome = self._judged(kind, asked)
        del told, asked
        if isinstance(outcome, Problem):
            del key
            self.refuse(outcome)
        variable, is_lasting = outcome
        if is_lasting:
            if len(self._allowed) >= _MOST_PASSED:
                self._allowed.clear()
            self._allowed[key] = variable
        return variable

    def _judged(self, kind: str, told: str | frozenset[Identity]) -> tuple[str, bool] | Problem:
        """(variable, whether that lasts), or why the resource may not be connected to."""
        unknown = ""
        identities = told
        if isinstance(identities, str):
            identities, unknown = ownership.read(kind, identities)
        variable = self._ownership.own(identities)
        holder = self._ownership.foreign(identities)
        if holder is not None:
            return self._held("FD603", holder, kind=kind)
        if unknown and self.policy.network == DECLARED and not variable:
            return self.problem("FD606", act=CONNECT)
        others = [one for one in sorted(identities) if not self._ownership.own([one])]
        owner = self.machine.owner_of(others)
        if owner is not None:
            return self._refused(Verdict(LOCKED, owner=owner), CONNECT)
        verdicts = [verdict for one in others if (verdict := self._verdict_of(one)) is not None]
        refused = next((verdict for verdict in verdicts if not verdict.is_allowed), None)
        if refused is not None:
            return self._refused(refused, CONNECT)
        return variable, all(verdict.is_lasting for verdict in verdicts)

    def _verdict_of(self, identity: Identity) -> Verdict | None:
        """The verdict on the addresses of an identity, one of which will do; None for what has none."""
        found = [
            self.policy.verdict(
                places.Place(one.host, one.port, places.real_of_endpoint(one.path)), self.machine
            )
            for one in endpoints.of_identity(identity, self.environment, "", None)
            if not one.host.startswith(".")
        ]
        hard = [one for one in found if one.reason in (PROTECTED, LOCKED)]
        return next(iter([*hard, *(one for one in found if one.is_allowed), *found]), None)

    def _held(self, code: str, holder: Holder, **facts: str) -> Problem:
        return self.problem(code, holder.variable, holder.origin, other=holder.environment.name, **facts)

    def observe(
        self, ask: Callable[[], Observation | None], *, variable: str = "", kind: str = "database"
    ) -> None:
        """Ask a new connection who it reached, before the application's first statement, and judge the answer.

        ``ask`` gives what the resource says of itself, None for what nobody else can be in; what it raises counts as a
        stamp that cannot be read. ``variable`` is what ``check_resource`` gave. Raises GuardError when the answer is
        another environment's; says a warning once.
        """
        __tracebackhide__ = True
        if self.is_asleep():
            return
        problems = self._observed.problems(ask, variable, kind)
        if problems:
            self.refuse(*problems)

    async def observe_async(
        self, ask: Callable[[], Awaitable[Observation | None]], *, variable: str = "", kind: str = "database"
    ) -> None:
        """``observe`` for a connection that has to be awaited."""
        __tracebackhide__ = True
        if self.is_asleep():
            return
        answer = await self._observed.answer(ask)
        problems = self._observed.judged(answer, variable, kind)
        if problems:
            self.refuse(*problems)

    # What starts programs and opens databases in files.

    def check_program(
        self,
        arguments: Iterable[object],
        variables: Mapping[object, object] | None = None,
        folder: object = None,
    ) -> None:
        """May a program be started with these arguments and variables? Raises GuardError when they name foreign things.

        ``variables`` None are this process's own; ``folder`` None is the current one.
        """
        __tracebackhide__ = True
        if self.is_asleep():
            return
        given = sources.process_environment() if variables is None else variables
        with quiet.unguarded():
            problem = programs.Started(arguments, given, folder, known=self._variables).problem(self)
        del arguments, variables, given
        if problem is not None:
            self.refuse(problem)

    def check_file(self, path: object) -> None:
        """May the database in the file be opened? Raises GuardError when it is another environment's.

        ``path`` is what ``sqlite3.connect`` takes: a path, ``:memory:``, a ``file:`` address.
        """
        __tracebackhide__ = True
        if self.is_asleep():
            return
        if self._is_closed and not (ownership.is_in_memory(path) or callers.is_measuring()):
            del path
            self._refuse_closed(OPEN_FILE)
        problem = self.problem_of_file("FD605", path)
        del path
        if problem is not None:
            self.refuse(problem)

    def owner_of_text(self, text: str) -> str | None:
        """The other environment whose resource or secret the text is, as it stands in its file; None for nobody's."""
        known = self.configuration.foreign
        owner = None if known is None else known.owner(text)
        if owner is None or not (
            owner.protected or self.environment.protected or self.policy.network == DECLARED
        ):
            return None
        return owner.name

    @cached_property
    def watches_files(self) -> bool:
        """Whether the files that are opened matter: others are known to have some, or unit tests must open none."""
        return self.environment.tests or self.knows_files

    @cached_property
    def knows_files(self) -> bool:
        """Whether other environments are known to have databases in files."""
        return self._ownership.has_files or self.machine.has_lock()

    def problem_of_file(self, code: str, path: object, folder: str = "", program: str = "") -> Problem | None:
        """The problem that the file is another environment's database; None when it is not known to be."""
        if not self.knows_files:
            return None
        found = ownership.of_file(path, folder or os.getcwd())
        facts = {"program": program} if program else {}
        holder = self._ownership.foreign(found)
        if holder is not None:
            return self._held(code, holder, **facts, level="")
        owner = self.machine.owner_of(found)
        if owner is None:
            return None
        return self.problem(code, owner[1], None, **facts, other=owner[0], level="lock")

    @cached_property
    def _ownership(self) -> Ownership:
        return ownership.Ownership(self.configuration)

    def _load_lock(self) -> Locked | None:
        from firedoor.guard import locked  # hashes

        known = {
            (environment.name, variable.name)
            for environment, variable, _, _ in endpoints.identities_of_others(self.configuration)
        }
        return locked.load(self.configuration.project, self.environment, frozenset(known))


def _with_real_paths(found: Iterable[Endpoint]) -> Iterable[Endpoint]:
    """The endpoints, those with a path also by what it leads to: that is how an address is looked for."""
    for endpoint in found:
        yield endpoint
        real = places.real_of_endpoint(endpoint.path)
        if real != endpoint.path:
            yield endpoint.at(real)
