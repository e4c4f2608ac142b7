"""Write what is generated in docs/reference: a page for each problem code, their list, the schema of firedoor.toml.

`make docs` runs it; tests/unit/catalogue/test_docs_pages.py fails while a file is not what it would write.
"""  # noqa: INP001 - a script

from __future__ import annotations

import json
from pathlib import Path

from firedoor import catalogue
from firedoor.schema.fields import json_schema

REFERENCE = Path(__file__).parent / "reference"
PROBLEMS = "problems"
SCHEMA = "firedoor.schema.json"
INDEX = "README.md"
FAMILIES = {
    "FD0": "Declaration",
    "FD1": "Selection",
    "FD2": "Files and grammar",
    "FD3": "Values",
    "FD4": "Identity and isolation",
    "FD5": "Lock, stamps and ledger",
    "FD6": "Guard, seal, tests and handshake",
    "FD8": "Production readiness",
}


def generated() -> dict[str, str]:
    """Every generated file by its path in docs/reference."""
    return {
        SCHEMA: json.dumps(json_schema(), indent=2) + "\n",
        f"{PROBLEMS}/{INDEX}": index(),
        **{f"{PROBLEMS}/{code}.md": catalogue.page(code) for code in catalogue.CODES},
    }


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
