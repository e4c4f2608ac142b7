"""The exceptions. Each carries problems; its text is the report of those problems, never a value."""

from errno import EACCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.problem import Problem

EXIT_HOLDS = 0
EXIT_PROBLEMS = 1
EXIT_USAGE = 2


class FiredoorError(Exception):
    """A refusal. ``problems`` lists every broken rule that led to it; ``exit_code`` is what a command ends with."""

    exit_code = EXIT_PROBLEMS

    def __init__(self, problems: "Iterable[Problem]") -> None:
        self.problems = tuple(problems)
        super().__init__(*(problem.code for problem in self.problems))

    def __reduce__(self) -> "tuple[type[FiredoorError], tuple[tuple[Problem, ...]]]":
        """For pickle: worker processes send their exceptions home."""
        return type(self), (self.problems,)

    def __str__(self) -> str:
        from firedoor.report.text import render  # loaded only when somebody reads the refusal

        return "\n" + render(self.problems)


class DeclarationError(FiredoorError):
    """firedoor.toml is missing or wrong (FD0…): nothing else could be judged."""

    exit_code = EXIT_USAGE


class SelectionError(FiredoorError):
    """No environment, an unknown one, or several that disagree (FD1…)."""


class ConfigurationError(FiredoorError):
    """The chosen environment's configuration breaks rules (FD2… to FD4…)."""


class ForbiddenError(FiredoorError):
    """A guarded function was called in an environment it may not run in (FD107)."""


class GuardError(FiredoorError, PermissionError):
    """Something that the guard did not let happen (FD6…): a connection, a look-up, a statement, a program.

    It is a PermissionError too (EACCES), which to client libraries is an address that could not be reached: they close
    what they opened and go on to the next address of the name, which may be an allowed one. What they make of it in
    the end, even nothing, the guard remembers: ``Guard.refusals``.
    """

    def __init__(self, problems: "Iterable[Problem]") -> None:
        self.problems = tuple(problems)
        codes = ", ".join(dict.fromkeys(problem.code for problem in self.problems))
        # two codes alone would be taken for a number and its text
        PermissionError.__init__(self, EACCES, f"refused by firedoor: {codes}")


class HandshakeError(FiredoorError):
    """An answer, a token or a message that comes from another environment, or does not say from which (FD65…)."""


class ServiceError(FiredoorError):
    """Containers that could not be started, stopped or asked, or may not be (FD7…)."""


class UsageError(Exception):
    """The command line or an API call itself is wrong. The text is one line and says what to do."""

    exit_code = EXIT_USAGE
