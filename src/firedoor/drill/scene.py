"""One attack's scene: a sandbox, the attacker's and the target's stand-ins, and ways to start programs there."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self, TypeAlias

from firedoor import process, resources, storage
from firedoor.drill import sandbox, values
from firedoor.drill.attack import Tried
from firedoor.drill.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment

OWN, TARGET, ELSEWHERE = "127.0.0.1", "127.0.0.2" if sys.platform == "linux" else "127.0.0.1", "127.0.0.9"
STARTED = "the-program-has-started"
SECONDS = 60.0
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME")
# (host, port) of a server of the "attacker" and of the "target": a test's own, never the user's
Real: TypeAlias = "Mapping[str, tuple[str, int]]"
_GUARDED = "import firedoor.guard; firedoor.guard.arm()\n"


class Scene:
    """``attacker`` is the environment that the attack starts from, ``target`` the protected one that it aims at.

    ``home`` is the user's own project, ``within`` the folder to be in, ``real`` the real servers behind the stand-ins.
    A context manager: behind it nothing is left.
    """

    def __init__(
        self,
        home: Project,
        attacker: str,
        target: str,
        *,
        sealed: bool = False,
        within: str | None = None,
        real: Real | None = None,
    ) -> None:
        self._real = real or {}
        self._home = home
        self._within = within
        self._names = (attacker, target)
        self.sealed = sealed
        self._behind = ExitStack()

    def __enter__(self) -> Self:
        folder = self._behind.enter_context(TemporaryDirectory(prefix="firedoor-drill-", dir=self._within))
        self.folder = os.path.realpath(folder)
        self.project = sandbox.lay_out(self._home, self.folder)
        self.attacker, self.target = map(self._environment, self._names)
        self.own = self.stand_in(OWN, behind=self._real.get("attacker"))
        self.live = self.stand_in(TARGET, behind=self._real.get("target"))
        self._values = {
            environment.name: self._made_up(environment) for environment in self.project.environments
        }
        for environment in self.project.environments:
            self.tell(environment)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._behind.close()

    def _environment(self, name: str) -> Environment:
        return next(one for one in self.project.environments if one.name == name)

    def _made_up(self, environment: Environment) -> dict[str, str]:
        return {
            variable.name: self._value(environment, variable) for variable in self.project.variables.values()
        }

    def _value(self, environment: Environment, variable: Variable) -> str:
        if variable.resource is None or resources.is_token(variable.resource):
            return values.plain(environment, variable)
        server = self.server(environment)
        host, port = (ELSEWHERE, 1) if server is None else (server.host, server.port)
        return values.address(variable.resource, environment.name, host, port)

    def server(self, environment: Environment) -> StandIn | None:
        """The stand-in of the environment; those that play no part have none."""
        return {self.attacker.name: self.own, self.target.name: self.live}.get(environment.name)

    def stand_in(
        self,
        host: str,
        answer: Callable[[bytes], bytes] | None = None,
        *,
        greeting: bytes = b"",
        port: int = 0,
        behind: tuple[str, int] | None = None,
    ) -> StandIn:
        """One more server, closed behind the scene."""
        made = StandIn(host, answer, greeting=greeting, port=port, behind=behind)
        self._behind.callback(made.close)
        return made

    # What the project has, and says.

    def variable(self, *kinds: str) -> Variable | None:
        """The first declared variable of one of the kinds."""
        found = (one for one in self.project.variables.values() if one.resource in kinds)
        return next(found, None)

    def required(self, *kinds: str) -> Variable:
        """As ``variable``, of an attack that is only tried where there is one."""
        found = self.variable(*kinds)
        if found is None:
            raise LookupError(f"no variable is declared as {' or '.join(kinds)}")
        return found

    def has(self, *kinds: str) -> str:
        """Why there is nothing of these kinds to attack; empty when there is."""
        return "" if self.variable(*kinds) else f"no variable is declared as {' or '.join(kinds)}"

    def value(self, environment: Environment, name: str) -> str:
        """What the environment's file says of the variable."""
        return self._values[environment.name][name]

    def tell(self, environment: Environment, **changed: str) -> None:
        """Write the environment's file, with some of its values changed."""
        self._values[environment.name].update(changed)
        told = {name: text for name, text in self._values[environment.name].items() if text}
        sandbox.write_values(self.project, environment, told)

    def write(self, path: str, text: str) -> str:
        """One more file in the sandbox; its whole path."""
        target = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        storage.write_text(target, text)
        return target

    # What is started.

    def run(
        self,
        script: str,
        *arguments: object,
        exported: Mapping[str, str] | None = None,
        environment: Environment | None = None,
        choose: bool = True,
    ) -> str:
        """`firedoor run -- python -c SCRIPT ARGUMENT...`, as the user's shell would; what was printed.

        ``exported`` is what that shell has beside next to nothing; ``choose`` False leaves the choice to it.
        """
        return self.command(
            "run",
            *(["-e", (environment or self.attacker).name] if choose else []),
            *(["--seal"] if self.sealed else []),
            "--",
            sys.executable,
            "-c",
            script,
            *map(str, arguments),
            exported=exported,
        )

    def guarded(self, script: str, *arguments: object, environment: Environment | None = None) -> str:
        """``run`` of a program that arms the guard first, as the pytest plugin does."""
        return self.run(_GUARDED + script, *arguments, environment=environment)

    def connecting(self, script: str, *arguments: object) -> str:
        """``guarded``; in a sealed drill without the guard, since it is the seal that is tried then."""
        return self.run(script, *arguments) if self.sealed else self.guarded(script, *arguments)

    def command(self, *arguments: str, exported: Mapping[str, str] | None = None) -> str:
        """`firedoor ARGUMENT...`; what was printed."""
        return self.program([sys.executable, "-m", "firedoor", *arguments], exported=exported)

    def program(self, argv: list[str], *, exported: Mapping[str, str] | None = None) -> str:
        """Any program, with next to nothing of the user's own variables; what was printed."""
        variables = {name: os.environ[name] for name in _KEPT if name in os.environ}
        _, printed = process.capture(
            argv, self.folder, env={**variables, **(exported or {})}, timeout=SECONDS, with_errors=True
        )
        return printed.decode("utf-8", "replace")

    def suite(
        self, text: str, *arguments: str, exported: Mapping[str, str] | None = None, **files: str
    ) -> str:
        """pytest in the sandbox, on one file of tests; ``files`` are others, by module name.

        With variables of its own the shell chooses the environment, and nothing is sealed.
        """
        self.write("test_drill.py", text)
        for name, content in files.items():
            self.write(f"{name}.py", content)
        self.write("pytest.ini", "[pytest]\n")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:asyncio",
            *arguments,
        ]
        if self.sealed and exported is None:
            head = [sys.executable, "-m", "firedoor", "run", "-e", self.attacker.name, "--seal", "--"]
            return self.program([*head, *command])
        chosen = {self.project.selectors[0]: self.attacker.name} if exported is None else exported
        return self.program(command, exported=chosen)

    # What came of it.

    def reached(self, output: str) -> Tried:
        """Somebody reached the target's stand-in."""
        return Tried(self.live.was_reached, output)

    def served(self, output: str) -> Tried:
        """Somebody reached the attacker's own stand-in."""
        return Tried(self.own.was_reached, output)

    def started(self, output: str) -> Tried:
        """A program that prints ``STARTED`` was started."""
        return Tried(STARTED in output, output)
