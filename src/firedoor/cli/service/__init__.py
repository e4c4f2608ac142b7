"""``firedoor service``: the containers of one environment. One file for each of its own verbs, loaded when called."""

from __future__ import annotations

from firedoor.cli import arguments, call, parted, suggestion
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
_MODULES = {"exec": "execute"}  # a module of the verb's own name would hide Python's


def main(argv: Sequence[str]) -> int:
    """Run ``firedoor service VERB ...`` and return its exit code."""
    before, word, rest = parted(argv)
    if word in VERBS:
        return call(f"firedoor.cli.service.{_MODULES.get(word, word)}", [*before, *rest])
    if word in ("-h", "--help") or not (word or before):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if word:
        known = f"there are {', '.join(VERBS)}"
        raise UsageError(f"service: unknown command {word!r}{suggestion(word, VERBS, known)}")
    raise UsageError(f"service: a command is missing: one of {', '.join(VERBS)}")
