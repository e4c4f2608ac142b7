"""Running a command under a seal, by the strongest one that can be had or by the one that is asked for."""

import os
import sys

from firedoor import endpoints, process
from firedoor.errors import ConfigurationError
from firedoor.problem import WARNING, Problem
from firedoor.seal import names, strength
from firedoor.seal.policy import Policy
from firedoor.seal.refusal import MACHINE, Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from firedoor.endpoints import Endpoint
    from firedoor.resolve import Configuration

    Say = Callable[[str], None]
    NotStarted = Callable[[int], None]


def available() -> "list[str]":
    """The strengths that can be had here, strongest first, each tried with a command that does nothing."""
    return [name for name, refusal in _tried() if refusal is None]


def unavailable(environment: str) -> "list[Problem]":
    """Why there is no seal of any strength here (FD620, FD621); empty when there is one."""
    if sys.platform != "linux":
        return [Problem("FD621", environment=environment)]
    refusals = [(name, refusal) for name, refusal in _tried() if refusal is not None]
    if len(refusals) < len(strength.STRONGEST_FIRST):
        return []
    return [_problem(environment, name, refusal) for name, refusal in refusals]


def _tried() -> "Iterator[tuple[str, Refusal | None]]":
    """Each strength with what stands against it, None for nothing."""
    if sys.platform != "linux":
        return
    nothing = Plan(None, (), ())
    for name in strength.STRONGEST_FIRST:
        try:
            nothing.check_machine()
            _TRIALS[name](nothing)
        except Refusal as refusal:
            yield name, refusal
        else:
            yield name, None


def run(
    configuration: "Configuration",
    argv: "Sequence[str]",
    env: "Mapping[str, str]",
    wanted: str = strength.ANY,
    *,
    say: "Say | None" = None,
    warn: "Callable[[Sequence[Problem]], None] | None" = None,
    not_started: "NotStarted | None" = None,
) -> int:
    """Run the command sealed, and return its exit code; -N when signal N ended it.

    ``wanted`` is a strength or ``any``. ``say`` is told which one it is, ``warn`` what the seal does not reach or tell
    apart; ``not_started`` gets 126 or 127 when there is no command, in the process that was to become it. Under a seal
    by ports this process becomes the command, and does not return. Raises ConfigurationError (FD620, FD621, FD624).
    """
    __tracebackhide__ = True
    problems = _against(configuration)
    if problems:
        raise ConfigurationError(problems)
    plan = Plan(configuration, endpoints.declared(configuration), endpoints.of_protected(configuration))
    (warn or _quiet)(plan.unresolved())
    asked = strength.STRONGEST_FIRST if wanted == strength.ANY else (wanted,)
    refused = []
    for name in asked:
        try:
            plan.check_machine()
            return _RUNNERS[name](plan, _Command(argv, env, not_started), say or _quiet, warn or _quiet)
        except Refusal as refusal:
            refused.append(_problem(configuration.environment.name, name, refusal))
    raise ConfigurationError(refused) from None


def _against(configuration: "Configuration") -> "list[Problem]":
    environment = configuration.environment.name
    if sys.platform != "linux":
        return [Problem("FD621", environment=environment)]
    from firedoor.seal import descriptors

    streams = ("stdin", "stdout", "stderr")
    return [
        Problem("FD624", subject=streams[number], environment=environment)
        for number in descriptors.open_sockets()
    ]


def _problem(environment: str, name: str, refusal: Refusal) -> Problem:
    return Problem(
        "FD620",
        environment=environment,
        strength=name,
        feature=refusal.feature,
        remedy=refusal.remedy,
        detail=refusal.detail,
    )


def _quiet(_said: object) -> None:
    return


class Plan:
    """What is let through, with names and paths as they lead now."""

    def __init__(
        self,
        configuration: "Configuration | None",
        declared: "tuple[Endpoint, ...]",
        protected: "tuple[Endpoint, ...]",
    ) -> None:
        self.environment = "" if configuration is None else configuration.environment.name
        self._declared = declared
        self.resolved = names.resolve(names.of(declared))
        self.policy = Policy(
            declared, protected, resolved=self.resolved, paths=names.real_paths((*declared, *protected))
        )

    def check_machine(self) -> None:
        """Raises Refusal where no filter is written for the machine."""
        from firedoor.seal import numbers, system

        if system.machine() not in numbers.CALLS:
            raise Refusal(MACHINE)

    def hosts_file(self) -> bytes:
        """The hosts file for the inside; empty where no name is declared, and the present one may stay."""
        if not self.resolved:
            return b""
        try:
            with open(names.HOSTS_FILE, "rb") as file:
                return names.hosts_file(self.resolved, file.read())
        except OSError:
            return names.hosts_file(self.resolved, b"")

    def unresolved(self) -> "list[Problem]":
        """FD625 for each name that cannot be reached inside: nobody knows it now, or it stands for many."""
        found = {
            (one.variable or endpoints.REACH): one
            for one in self._declared
            if one.host.startswith(".") or not self.resolved.get(one.host, (one.host,))
        }
        return [
            Problem(
                "FD625",
                subject=name,
                environment=self.environment,
                origin=one.origin,
                severity=WARNING,
                kind="domain" if one.host.startswith(".") else "host",
            )
            for name, one in found.items()
        ]

    def alike(self) -> "list[Problem]":
        """FD626 for each variable of a protected environment whose port is declared, too."""
        found = {(one.environment, one.variable): one for one in self.policy.shared_ports()}
        return [
            Problem(
                "FD626",
                subject=variable,
                environment=self.environment,
                origin=one.origin,
                severity=WARNING,
                other=other,
            )
            for (other, variable), one in found.items()
        ]


class _Command:
    """Becomes the command, when it is called, or says why not and returns 126 or 127."""

    def __init__(
        self, argv: "Sequence[str]", env: "Mapping[str, str]", not_started: "NotStarted | None"
    ) -> None:
        self.variables = dict(env)
        self._argv = argv
        self._not_started = not_started

    def __call__(self) -> int:
        code = process.replace(self._argv, self.variables)
        if self._not_started is not None:
            self._not_started(code)
            sys.stderr.flush()
        return code


def _by_address(plan: Plan, command: "Callable[[], int]", say: "Say", _warn: object) -> int:
    from firedoor.seal import notices, supervisor

    said = notices.Notices(plan.environment, notices.on_stderr)

    def start() -> int:  # pragma: no cover - in another process: only there the seal is known to hold
        say(strength.sentence(strength.ADDRESS))
        return command()

    sys.stdout.flush()
    sys.stderr.flush()
    return os.waitstatus_to_exitcode(supervisor.run(plan.policy, start, plan.hosts_file(), said))


def _by_port(plan: Plan, command: _Command, say: "Say", warn: "Callable[[Sequence[Problem]], None]") -> int:
    from firedoor.seal import port

    port.close(plan.policy, command.variables, by_name=bool(plan.resolved))
    say(strength.sentence(strength.PORT))
    warn(plan.alike())
    return command()


_RUNNERS = {strength.ADDRESS: _by_address, strength.PORT: _by_port}


def _try_address(plan: Plan) -> None:
    _by_address(plan, int, _quiet, _quiet)


def _try_port(plan: Plan) -> None:
    """In a child, which nothing is left of."""
    from firedoor.seal import port

    child = os.fork()
    if child == 0:  # pragma: no cover - in another process
        code = 1
        try:
            port.close(plan.policy, {}, by_name=False)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status:
        raise Refusal(port.NO_LANDLOCK)


_TRIALS = {strength.ADDRESS: _try_address, strength.PORT: _try_port}
