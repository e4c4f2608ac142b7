"""Write the pages of docs/ that are made from the catalogue: one for each problem code, and their list.

`make docs` runs it; tests/unit/catalogue/test_docs_pages.py fails while a page is not what it would write.
"""  # noqa: INP001 - a script

from __future__ import annotations

from pathlib import Path

from firedoor import catalogue

PROBLEMS = Path(__file__).parent / "reference" / "problems"
INDEX = "README.md"
FAMILIES = {
    "FD0": "Declaration",
    "FD1": "Selection",
    "FD2": "Files and grammar",
    "FD3": "Values",
    "FD4": "Isolation",
    "FD8": "Production readiness",
}


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {INDEX: index(), **{f"{code}.md": catalogue.page(code) for code in catalogue.CODES}}


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
    return f"{family} {title}".lower().replace(" ", "-")


def main() -> None:
    """Write what has changed and delete pages of codes that no longer exist."""
    PROBLEMS.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in PROBLEMS.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = PROBLEMS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
