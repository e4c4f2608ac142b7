"""``firedoor service``: the containers of one environment. One file for each of its own verbs, loaded when called."""

from __future__ import annotations

from firedoor.cli import arguments
from firedoor.errors import EXIT_HOLDS, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "start": "judge one environment, start its services and wait until they are healthy",
    "stop": "end every container of the environment that runs here",
    "restart": "end what runs here, then start the chosen environment",
    "status": "what runs now, since when, and whether the files have changed since",
    "logs": "what services write, with secrets masked",
    "exec": "run a command in a service's container",
    "config": "render one environment's services as a file that Docker runs without firedoor",
}
VERB = arguments.Verb(
    "service",
    "COMMAND [-e ENV] ...",
    "The containers of one environment, by Docker Compose.",
    (arguments.ENVIRONMENT, arguments.FORMAT),
    notes="firedoor service COMMAND --help says more.",
    verbs=VERBS,
)
_WITH_VALUE = ("-C", "--directory", "-e", "--env", "--format")


def main(argv: Sequence[str]) -> int:
    """Run ``firedoor service VERB ...`` and return its exit code."""
    words = list(argv)
    before: list[str] = []
    while words:
        word = words.pop(0)
        if word in VERBS:
            module = __import__(f"firedoor.cli.service.{_module(word)}", fromlist=["main"])
            code: int = module.main([*before, *words])
            return code
        if word in ("-h", "--help"):
            return _help()
        if not word.startswith("-"):
            raise UsageError(f"service: unknown command {word!r}{_suggest(word)}")
        before.append(word)
        if word in _WITH_VALUE and words:
            before.append(words.pop(0))
    if before:
        raise UsageError(f"service: a command is missing: one of {', '.join(VERBS)}")
    return _help()


def _module(word: str) -> str:
    return "execute" if word == "exec" else word


def _suggest(word: str) -> str:
    from firedoor.schema import nearest

    near = nearest(word, VERBS)
    return f"; did you mean {near}?" if near else f"; there are {', '.join(VERBS)}"


def _help() -> int:
    print(arguments.help_text(VERB), end="")
    return EXIT_HOLDS
