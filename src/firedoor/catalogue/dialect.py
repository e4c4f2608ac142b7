"""FD23x to FD26x: spellings that the readers of env files do not all read alike.

The words are made from the table of constructs, which holds what each tool reads. The table stands above this
package, so it is found by its name, as every family of codes is; its callers need to supply one fact.

all    count
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TABLE = "firedoor.dialects"
_TOML = {"firedoor.toml": "[environments.testing]\n"}
_FILE = ".env.testing"
_WHY = (
    "An env file has more readers than one: Compose starts the containers, python-dotenv or node the code, bash "
    "the scripts. Here they would run with different values."
)
_SPOKEN = {
    "$": "dollar",
    "#": "hash",
    "\\": "backslash",
    '"': "double-quote",
    "'": "apostrophe",
    ":": "colon",
    "?": "question",
    "+": "plus",
}


def _entries() -> tuple[Entry, ...]:
    table = __import__(_TABLE, fromlist=["CONSTRUCTS", "TOOLS"])
    return tuple(_entry(construct, table.TOOLS) for construct in table.CONSTRUCTS.values())


def _entry(construct: "Any", tools: dict[str, str]) -> Entry:
    return Entry(
        construct.code,
        slug(construct.name),
        severity=construct.severity,
        summary=f"Not all tools read this alike: {construct.name}.",
        what=(
            _plain(f"Not all tools read this alike: {construct.name}. {_readings(construct.reads, tools)}."),
            "Places in this file: {count}.",
        ),
        why=_WHY,
        do=_plain(f"Write instead: {construct.portable}."),
        example=_example(construct),
    )


def slug(name: str) -> str:
    """The construct's name as the name of a code: lower case, signs in words, dashes between."""
    spoken = "".join(f" {_SPOKEN[char]} " if char in _SPOKEN else char for char in name.lower())
    return "-".join(
        "".join(char if char.isalnum() or char == "-" else " " for char in spoken).split()
    ).replace("--", "-")


def _plain(text: str) -> str:
    """The text as a template that has no gaps."""
    return text.replace("{", "{{").replace("}", "}}")


def _readings(reads: dict[str, str], tools: dict[str, str]) -> str:
    """What each tool reads; those that read alike together."""
    alike: dict[str, list[str]] = {}
    for tool, reading in reads.items():
        alike.setdefault(reading, []).append(tools[tool])
    return "; ".join(f"{', '.join(names)}: {reading}" for reading, names in alike.items())


def _example(construct: "Any") -> Example:
    origin = Origin(FILE, _FILE)
    problem = Problem(
        construct.code,
        subject=_FILE,
        environment="testing",
        origin=origin,
        severity=construct.severity,
        count="1",
    )
    text = construct.example.removesuffix("\n") + "\n"
    check = "firedoor check testing"
    if text.replace("\n", "").isprintable():
        return Example(problem, check, files={**_TOML, _FILE: text})
    return Example(problem, f"printf '{_for_printf(text)}' > {_FILE}", check, files=_TOML)


def _for_printf(text: str) -> str:
    """The text as printf's format in a shell: what nobody could see is spelled in octal."""
    return "".join(chr(byte) if chr(byte) in _SHOWN else f"\\{byte:03o}" for byte in text.encode())


_SHOWN = frozenset(chr(code) for code in range(32, 127)) - frozenset("'\\%")

ENTRIES = _entries()
