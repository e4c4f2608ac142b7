"""What a sealed tree is told when it is kept from something: one line each, and each only once."""

import os

from firedoor.problem import WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.endpoints import Endpoint

ADDRESS, NAME, SOCKET = "connect to an address", "look up a name", "connect to a unix socket"
# Where programs ask by themselves, and go on without an answer: tables of names, the machine's log.
_ASKED_BY_ITSELF = ("/nscd/socket", "/io.systemd.", "/dev/log", "/systemd/journal/", "/userdb/")


class Notices:
    """``tell`` is handed each line, without its end."""

    def __init__(self, environment: str, tell: "Callable[[str], None]") -> None:
        self._environment = environment
        self._tell = tell
        self._said: set[Problem] = set()

    def say(
        self, program: str, endpoint: "Endpoint | None", *, path: str = "", looks_up: bool = False
    ) -> None:
        """A program was kept from an address; ``endpoint`` is the protected environment's that is known to be there."""
        if any(part in path for part in _ASKED_BY_ITSELF):
            return
        act = SOCKET if path else NAME if looks_up else ADDRESS
        problem = problem_of(self._environment, act, program, endpoint)
        if problem in self._said:
            return
        self._said.add(problem)
        self._tell(line(problem))


def problem_of(environment: str, act: str, program: str, endpoint: "Endpoint | None") -> Problem:
    """FD622 where it is known whose it is, else FD623."""
    if endpoint is None:
        return Problem("FD623", environment=environment, severity=WARNING, act=act, program=program)
    return Problem(
        "FD622",
        subject=endpoint.variable,
        environment=environment,
        origin=endpoint.origin,
        severity=WARNING,
        act=act,
        program=program,
        other=endpoint.environment,
    )


def line(problem: Problem) -> str:
    """The problem as one line."""
    from firedoor import catalogue  # only where something is said
    from firedoor.catalogue.wording import printable

    where = f" ({problem.origin})" if problem.origin is not None else ""
    return printable(
        f"firedoor: seal: {problem.code} {catalogue.what(problem)} do: {catalogue.action(problem)}{where}"
    )


def on_stderr(text: str) -> None:
    """Write a line where the command's own errors go, in one piece."""
    try:
        os.write(2, f"{text}\n".encode())
    except OSError:  # nobody reads it
        return
