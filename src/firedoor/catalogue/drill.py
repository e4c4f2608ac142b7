"""FD66: the drill.

FD660  -
FD661  -
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.problem import Problem

_ONE = """\
[project]
name = "shop"

[environments.production]
protected = true
"""
_OPEN = """\
[project]
name = "shop"

[environments.testing]
"""

ENTRIES = (
    Entry(
        "FD660",
        "nothing-protected",
        summary="A drill needs an environment that is protected.",
        what="No environment of {subject:the project} is protected: there is nothing to keep an attack from.",
        why="What is not declared protected is open to whoever makes a mistake.",
        do="Write `protected = true` in the table of the environment that must not be touched.",
        example=Example(Problem("FD660", subject="shop"), "firedoor drill", files={"firedoor.toml": _OPEN}),
    ),
    Entry(
        "FD661",
        "nobody-attacks",
        summary="A drill needs an environment that is not protected, to attack from.",
        what="There is no environment from which {subject:the protected one} could be attacked.",
        why="A mistake comes from somewhere: a laptop, a test suite, a staging worker.",
        do="Declare the environment that your tests run in, or name another one with `-e`.",
        example=Example(
            Problem("FD661", subject="production", environment="production"),
            "firedoor drill",
            files={"firedoor.toml": _ONE},
        ),
    ),
)
