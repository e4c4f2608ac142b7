"""Write what is generated in docs/reference: a page for each problem code, their list, the schema of firedoor.toml.

`make docs` runs it; tests/unit/catalogue/test_docs_pages.py fails while a file is not what it would write.
"""  # noqa: INP001 - a script

from __future__ import annotations

import json
from pathlib import Path

from firedoor import catalogue
from firedoor.drill import registry
from firedoor.drill.attack import BREACHES
from firedoor.schema.fields import json_schema

REFERENCE = Path(__file__).parent / "reference"
PROBLEMS = "problems"
SCHEMA = "firedoor.schema.json"
INDEX = "README.md"
DRILL = "drill.md"
FAMILIES = {
    "FD0": "Declaration",
    "FD1": "Selection",
    "FD2": "Files and grammar",
    "FD3": "Values",
    "FD4": "Identity and isolation",
    "FD5": "Lock, stamps and ledger",
    "FD6": "Guard, seal, tests and handshake",
    "FD7": "Services",
    "FD8": "Production readiness",
}

DRILL_HEAD = """\
# The drill

Every attack that `firedoor drill` knows, by breach class. [How to run a drill](../how-to/run-a-drill.md) says what is
touched and how to read the table. `firedoor drill NAME...` tries those that are named, `--short` those that are
marked so, `--list` prints this list. What an attack needs (a variable of a kind, a library, a system) and does not
find makes it not applicable, with the reason.

Outcomes are printed by class and then by file, whoever ends first. Each attack is judged by two tries, each in a
folder of its own and with servers of its own: the attempt, which must not arrive, and the control, its harmless twin,
which must.

## JSON and JUnit

`--format json` prints one object: `attacker`, `target`, `sealed`, `holds`, `counts` (`applicable`, `stopped`,
`passed`, `not_applicable`, `failed_controls`) and `attacks`, a list of objects with `name`, `title`, `breach`,
`verdict` (`stopped`, `passed`, `not applicable`), `layer`, `code`, `control` (whether the twin went through) and
`reason`. `--format junit` prints one test case for each attack: its class is the breach class, a failure is an attack
that passed or a control that did not, what is not applicable is skipped.

The layers: `selection`, `files`, `values`, `precedence`, `clean variables`, `isolation`, `lock`, `stamps`, `guard`,
`adaptor`, `destruction`, `seal`, `pytest plugin`, `handshake`, `services`,
`readiness`. The first problem that was printed tells
which. Under `--seal` silence is the seal's; elsewhere it is `nobody said why`."""
DRILL_END = """\
## Attacks of your own

A package brings attacks by an entry point of the group `firedoor.drill` that names a sequence of them:

<!-- not run: it is part of a package -->
```python
from firedoor.drill.attack import Attack, Tried
from firedoor.drill.scene import Scene

CONNECTS = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"


def attempt(scene: Scene) -> Tried:
    return scene.reached(scene.guarded(CONNECTS, scene.live.host, scene.live.port))


def control(scene: Scene) -> Tried:
    return scene.served(scene.guarded(CONNECTS, scene.own.host, scene.own.port))


ATTACKS = [
    Attack("ours-connects", "our client connects", "C6", attempt, control, lambda scene: scene.has("database"))
]
```

<!-- not run: it is part of a package -->
```toml
[project.entry-points."firedoor.drill"]
ours = "ours.drill:ATTACKS"
```

A scene gives the attacker's stand-in (`own`), the target's (`live`), the two environments (`attacker`, `target`),
their made-up values (`value`, `tell`) and ways to start programs (`run`, `guarded`, `connecting`, `suite`,
`command`). Two attacks of one name are an error. """


def generated() -> dict[str, str]:
    """Every generated file by its path in docs/reference."""
    return {
        SCHEMA: json.dumps(json_schema(), indent=2) + "\n",
        f"{PROBLEMS}/{INDEX}": index(),
        DRILL: drill(),
        **{f"{PROBLEMS}/{code}.md": catalogue.page(code) for code in catalogue.CODES},
    }


def drill() -> str:
    """Every attack of the drill, by the class of breach that it stands for."""
    lines = [DRILL_HEAD]
    for breach, title in BREACHES.items():
        lines += ["", f"## {breach}: {title}", "", "| attack | what is tried | short |", "|---|---|---|"]
        lines += (
            f"| `{one.name}` | {one.title} | {'yes' if one.short else ''} |"
            for one in registry.attacks_in_order()
            if one.breach == breach
        )
    return "\n".join([*lines, "", DRILL_END])


def index() -> str:
    """The list of all codes, by family."""
    lines = [
        "# Problem codes",
        "",
        "Every problem that firedoor reports has one of these codes. A code never changes its meaning.",
        "`firedoor explain FD203` prints the page of a code; these pages hold the same text.",
        "They are written by `make docs`: the words live in `src/firedoor/catalogue`.",
        "",
        "| family | what |",
        "|---|---|",
        *(f"| [{family}](#{anchor(family, title)}) | {title} |" for family, title in FAMILIES.items()),
    ]
    for family, title in FAMILIES.items():
        lines += ["", f"## {family} {title}", "", "| code | name | severity | rule |", "|---|---|---|---|"]
        entries = (entry for entry in catalogue.entries_in_order() if entry.code.startswith(family))
        lines += (
            f"| [{entry.code}]({entry.code}.md) | {entry.name} | {entry.severity} | {entry.summary} |"
            for entry in entries
        )
    return "\n".join(lines) + "\n"


def anchor(family: str, title: str) -> str:
    """The anchor that Markdown viewers give the family's heading."""
    return f"{family} {title}".lower().replace(",", "").replace(" ", "-")


def main(reference: Path = REFERENCE) -> None:
    """Write what has changed and delete pages of codes that no longer exist."""
    (reference / PROBLEMS).mkdir(parents=True, exist_ok=True)
    wanted = generated()
    for path in (reference / PROBLEMS).glob("*.md"):
        if f"{PROBLEMS}/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = reference / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
