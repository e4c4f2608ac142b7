"""The command line: argv to a verb to an exit code. One file for each verb, loaded when it is called."""

import gc
import os
import sys

from firedoor.errors import EXIT_HOLDS, EXIT_USAGE, FiredoorError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERBS = {
    "init": "adopt an existing project: write firedoor.toml, example files and .gitignore lines",
    "check": "judge environments: every problem with its origin and what to do",
    "run": "start a command in exactly one environment, or refuse",
    "show": "list an environment's variables: masked value, type and origin",
    "explain": "say where a variable's value comes from, or what a problem code means",
    "diff": "compare two environments by key, type and origin",
    "lock": "take what environments own into firedoor.lock, as fingerprints, and bring it up to the declaration",
    "stamp": "put the environment's mark into each of its resources",
    "unlock": "let destructive statements through to one resource of a protected environment, for a while",
    "service": "start, stop and look at one environment's containers, and at no other's",
    "verify": "ask an environment's resources whose they are, and refuse foreign ones",
    "drill": "attack the project's own barriers, with stand-ins in production's place",
    "history": "show the ledger: who declared what clean, moved or accepted",
    "schema": "print the JSON schema of firedoor.toml for editors",
    "completion": "print the completion script for bash, zsh, fish or PowerShell",
}
_LIKE_VERBS = ("--", "-h", "--help", "-V", "--version")
_WITH_VALUE = ("-C", "--directory", "-e", "--env", "--format")
_INTERRUPTED = 130
_CLOSED_PIPE = 141


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command line (``sys.argv[1:]`` by default) and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    collecting = gc.isenabled()
    gc.disable()  # one command is short: collecting costs it more than it frees
    _make_streams_tolerant()
    try:
        code = _dispatch(words)
        sys.stdout.flush()  # what cannot be written is found out here, not behind our back at exit
    except UsageError as error:
        return _complain(str(error))
    except FiredoorError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return _CLOSED_PIPE
    except OSError as error:
        _drop_stdout()
        place = f"{error.filename}: " if error.filename else ""
        return _complain(f"stopped: {place}{error.strerror or 'the system refused'}")
    finally:
        if collecting:
            gc.enable()
    return code


def _make_streams_tolerant() -> None:
    """A terminal that cannot show a letter gets its escape, a closed stream swallows: neither may stop a verdict."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - lives as long as the process
        elif getattr(stream, "errors", None) in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")


def _complain(text: str) -> int:
    """One line on stderr. It may repeat the user's words, control characters and all."""
    from firedoor.catalogue.wording import printable

    print(f"firedoor: {printable(text)}", file=sys.stderr)
    return EXIT_USAGE


def _dispatch(words: list[str]) -> int:
    before, word, rest = parted(words)
    if word == "--":
        raise UsageError("a command of firedoor's own comes first: firedoor run -e ENV -- COMMAND")
    if word in VERBS:
        return call(f"firedoor.cli.{word}", [*before, *rest])
    if word in ("-h", "--help", "help"):
        return _help(rest)
    if word in ("-V", "--version"):
        from firedoor import __version__

        print(f"firedoor {__version__}")
        return EXIT_HOLDS
    if word:
        raise UsageError(f"unknown command {word!r}{suggestion(word, VERBS, 'see firedoor --help')}")
    if before:
        raise UsageError("a command is missing; see firedoor --help")
    return _help([])


def parted(words: "Sequence[str]") -> tuple[list[str], str, list[str]]:
    """The options before a verb, the verb (empty for none) and what follows; what asks for help counts as a verb.

    Options may stand before it: ``firedoor -C DIR check`` is ``firedoor check -C DIR``.
    """
    rest = list(words)
    before: list[str] = []
    while rest and rest[0].startswith("-") and rest[0] not in _LIKE_VERBS:
        before.append(rest.pop(0))
        if before[-1] in _WITH_VALUE and rest:
            before.append(rest.pop(0))
    return before, rest.pop(0) if rest else "", rest


def call(module: str, words: "Sequence[str]") -> int:
    """Load the verb's module and run it."""
    code: int = __import__(module, fromlist=["main"]).main(words)
    return code


def suggestion(word: str, known: "Mapping[str, str]", otherwise: str) -> str:
    """What to do about an unknown verb, to be put behind what is said of it."""
    from firedoor.schema import nearest

    near = nearest(word, known)
    return f"; did you mean {near}?" if near else f"; {otherwise}"


def _help(words: list[str]) -> int:
    if words and words[0] in VERBS:
        return _dispatch([words[0], "--help"])
    width = max(map(len, VERBS))
    print("usage: firedoor COMMAND [-e ENV] [-C DIR] [--format FORMAT] [-q] ...\n")
    print("Safety barriers between a project's environments.\n")
    for name, line in VERBS.items():
        print(f"  {name:<{width}}  {line}")
    print(
        "\nfiredoor COMMAND --help says more. Exit codes: 0 holds, 1 problems found, 2 usage or declaration error."
    )
    return EXIT_HOLDS


def _refuse(error: FiredoorError) -> int:
    """A refusal outside a report of its own: to people, on stderr."""
    from firedoor.report import colour, text

    wanted = colour.wanted(sys.stderr, os.environ)
    print(text.render(error.problems, colour=wanted), file=sys.stderr)
    return error.exit_code


def _drop_stdout() -> None:
    """The reader has gone: nothing more to say, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
