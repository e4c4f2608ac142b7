"""``firedoor run``: start a command in exactly one environment, or refuse before anything starts."""

import os
import sys

from firedoor import boundary, child_environment, declaration, process
from firedoor.cli import arguments
from firedoor.errors import EXIT_HOLDS, ConfigurationError, UsageError
from firedoor.problem import NOTE, has_errors, in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration

SEAL = arguments.Option(
    "--seal",
    "[=STRENGTH]",
    "let it reach only what ENV declares (Linux): by address, port, or any, the strongest",
)
VERB = arguments.Verb(
    "run",
    "[-e ENV] [--seal[=STRENGTH]] -- COMMAND [ARGUMENT...]",
    "Validate one environment, then become the command with a clean set of variables.",
    (arguments.ENVIRONMENT, SEAL),
    command=True,
    notes="Exit code: the command's own; 1 when firedoor refuses, 2 for a wrong declaration or command line,\n"
    "126 and 127 when the command cannot be started.",
)


def main(argv: "Sequence[str]") -> int:
    """Run the verb; returns only when the command was not started."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if not given.operands:
        raise UsageError("run: a command is missing: firedoor run -e ENV -- COMMAND")
    if given.text(arguments.DIRECTORY) is not None:
        os.chdir(given.directory)  # the command, too, works as if started there
    configuration = boundary.configure(declaration.load(), given.text(arguments.ENVIRONMENT), asked_by="-e")
    child, held_back = child_environment.build(configuration)
    problems = [*configuration.problems, *_launch(configuration, given.operands, child), *held_back]
    if has_errors(problems):
        raise ConfigurationError(
            in_order((p for p in problems if p.severity != NOTE), configuration.project.names)
        )
    if problems and not given.quiet:
        _say(configuration, problems)
    if given.flag(SEAL):
        from firedoor.cli import sealing

        return sealing.run(
            configuration,
            given.operands,
            child,
            given.text(SEAL) or "any",
            quiet=given.quiet,
            not_started=lambda code: _say_not_started(given.operands[0], code),
        )
    code = process.replace(given.operands, child)
    _say_not_started(given.operands[0], code)
    return code


def _say_not_started(program: str, code: int) -> None:
    if code in (process.NOT_FOUND, process.CANNOT_EXECUTE):
        from firedoor.catalogue.wording import printable

        reason = "not found" if code == process.NOT_FOUND else "cannot be executed"
        print(f"firedoor: run: {printable(program)}: {reason}", file=sys.stderr)


def _launch(
    configuration: "Configuration", command: "Sequence[str]", child: "Mapping[str, str]"
) -> "Sequence[Problem]":
    if not configuration.environment.protected:
        return ()
    from firedoor import reading
    from firedoor.rules import launch

    found = launch.problems(configuration.environment, command, child)
    for path in launch.configuration_files(command, child):
        data = reading.read_bytes(path)
        if isinstance(data, bytes):
            found += launch.in_configuration(configuration.environment, path, data.decode("utf-8", "replace"))
    return found


def _say(configuration: "Configuration", problems: "Sequence[Problem]") -> None:
    """What did not stop the command but must not pass in silence, on stderr: warnings whole, notes in one line."""
    held_back = sorted(problem.subject for problem in problems if problem.severity == NOTE)
    if held_back:
        from firedoor.catalogue.wording import printable

        names = printable(", ".join(held_back))
        print(f"firedoor: not passed on: {names} (firedoor explain FD312)", file=sys.stderr)
    warnings = [problem for problem in problems if problem.severity != NOTE]
    if not warnings:
        return
    from firedoor.report import colour, text

    ordered = in_order(warnings, configuration.project.names)
    wanted = colour.wanted(sys.stderr, os.environ)
    print(text.render(ordered, colour=wanted, environments=configuration.project.names), file=sys.stderr)
