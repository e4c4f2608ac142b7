"""FD2, second part: what is written inside an env file. Lines, keys, quotes and references.

FD208  -
FD210  detail
FD211  first_line
FD212  first_line
FD213  -
FD221  reference, suggestion
FD222  names
FD223  reference
FD224  -
FD225  -
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

_TOML = {
    "firedoor.toml": """\
[environments.testing]

[environments.production]
protected = true
"""
}
_FILE = ".env.testing"


def _file(text: str) -> dict[str, str]:
    return {**_TOML, _FILE: text}


def _problem(code: str, subject: str, line: int, column: int, **facts: str) -> Problem:
    return Problem(
        code, subject=subject, environment="testing", origin=Origin(FILE, _FILE, line, column), **facts
    )


ENTRIES = (
    Entry(
        "FD208",
        "nul-byte",
        summary="An env file holds a NUL byte.",
        what="There is a NUL byte in {place:an env file}.",
        why="No process can be given such a value: what follows the byte would be lost in silence.",
        do="Delete it at {origin:that place}. A file that is full of them was saved as UTF-16: save it as "
        "UTF-8.",
        example=Example(
            _problem("FD208", _FILE, 1, 11, detail="there is a NUL byte"),
            "printf 'CITY=Paris\\000\\n' > .env.testing",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD210",
        "malformed-line",
        summary="A line of an env file is neither an assignment nor a comment.",
        what=(
            (
                "This line of {place} cannot be read: {detail}.",
                "A line of {place:an env file} is neither KEY=value nor a comment.",
            ),
        ),
        why="Other tools skip such a line in silence, and the variable keeps whatever value it had before.",
        do=(
            "Write it as `KEY=value`, put a # in front of it, or delete it.",
            "A value of several lines, or with blanks at its ends, needs quotes.",
        ),
        example=Example(
            _problem("FD210", _FILE, 2, 1, detail="there is no = after a name"),
            "firedoor check testing",
            files=_file("DEBUG=true\nLOG_LEVEL INFO\n"),
        ),
    ),
    Entry(
        "FD211",
        "duplicate-key",
        summary="An env file sets a key twice.",
        what=(
            (
                "{subject} is set twice in {place:one env file}: first in line {first_line}, then here.",
                "{subject:A key} is set twice in {place:one env file}.",
            ),
        ),
        why="Only one of them counts, and whoever edits the other one changes nothing.",
        do=(
            (
                "Keep the line that is right, {first_line} or {origin}, and delete the other.",
                "Keep the line that is right and delete the other.",
            ),
        ),
        example=Example(
            _problem("FD211", "DATABASE_URL", 3, 1, first_line="1"),
            "firedoor check testing",
            files=_file(
                "DATABASE_URL=sqlite:///one.db\nDEBUG=true\nDATABASE_URL=sqlite:///two.db\n",
            ),
        ),
    ),
    Entry(
        "FD212",
        "unterminated-quote",
        summary="A quote is opened and not closed.",
        what=(
            (
                (
                    "The quote around the value of {subject} is not closed before other text begins: line "
                    "{first_line} of {place:the file} is where another reader would end it."
                ),
                "The quote around the value of {subject:a key} is never closed.",
            ),
        ),
        why="A reader that goes on to the next quote swallows the variables in between.",
        do="Close the quote at {origin:that place}. A value that holds the quote itself goes into the other "
        "kind of quotes.",
        example=Example(
            _problem("FD212", "GREETING", 1, 10, detail="the quote is never closed"),
            "firedoor check testing",
            files=_file('GREETING="hello\nDEBUG=true\n'),
        ),
    ),
    Entry(
        "FD213",
        "invalid-key-name",
        summary="The text before an equals sign is not a variable's name.",
        what="In this line of {place:an env file}, what stands before the = is not a variable's name.",
        why="Shells cannot export such a name; some tools skip the line, others invent a key.",
        do="Use letters, digits and _ only, and no digit at the beginning. A # in front makes the line a "
        "comment.",
        example=Example(
            _problem("FD213", _FILE, 1, 1, detail="the text before = is not a variable's name"),
            "firedoor check testing",
            files=_file("2ND_HOST=localhost\n"),
        ),
    ),
    Entry(
        "FD221",
        "unset-reference",
        summary="A value refers to a variable that nothing sets.",
        what=(
            (
                "The value of {subject} refers to {reference}, which nothing sets.",
                "The value of {subject:a key} holds a $ in front of a name that nothing sets.",
            ),
        ),
        why="Read as an empty text, it makes an address without its host, which then means another machine.",
        do=(
            (
                "Did you mean `{suggestion}`? Write that at {origin:the place above}.",
                "Set `{reference}`, or give the reference a default: `${{{reference}:-default}}`.",
                "If it is a reference, set the variable, or write `${{NAME:-default}}`.",
            ),
            "If the $ is part of the text, write $$ or put the value in single quotes.",
        ),
        example=Example(
            _problem("FD221", "DATABASE_URL", 1, 1, names="DB_HOST", reference="DB_HOST"),
            "firedoor check testing",
            files=_file("DATABASE_URL=postgresql://${DB_HOST}/shop\n"),
        ),
    ),
    Entry(
        "FD222",
        "reference-cycle",
        summary="Values refer to one another in a circle.",
        what=(
            (
                "These variables refer to one another in a circle: {names}.",
                "The value of {subject:a key} refers to itself in the end.",
            ),
        ),
        why="Such a value has no end; each tool stops at another place and reads another text.",
        do="Write one of these values out instead of referring to the next.",
        example=Example(
            _problem("FD222", "HOST", 1, 1, names="HOST -> NAME", reference="HOST"),
            "firedoor check testing",
            files=_file("HOST=${NAME}\nNAME=${HOST}\n"),
        ),
    ),
    Entry(
        "FD223",
        "demanded-value-missing",
        summary="A reference demands a value that is not there.",
        what=(
            (
                "The value of {subject} demands {reference}, which is unset or empty.",
                "The value of {subject:a key} demands another variable, which is unset or empty.",
            ),
        ),
        why="Whoever wrote `${NAME:?...}` knew that the value is worth nothing without it.",
        do="Set {reference:that variable} in the file of {environment:the environment}, or in the process.",
        example=Example(
            _problem("FD223", "DATABASE_URL", 1, 1, names="DB_HOST", reference="DB_HOST"),
            "firedoor check testing",
            files=_file("DATABASE_URL=postgresql://${DB_HOST:?which server?}/shop\n"),
        ),
    ),
    Entry(
        "FD224",
        "malformed-reference",
        summary="A reference is not written as one.",
        what="The value of {subject:a key} holds a ${{ that is not a reference.",
        why="Some tools keep it, others drop it or what stands behind it: a password becomes another one.",
        do="If it is part of the text, write $$ for $ or put the value in single quotes. If it is a "
        "reference, write `${{NAME}}` or `${{NAME:-default}}`.",
        example=Example(
            _problem("FD224", "PASSWORD", 1, 1, names="", reference=""),
            "firedoor check testing",
            files=_file("PASSWORD=abc${def\n"),
        ),
    ),
    Entry(
        "FD225",
        "references-too-large",
        summary="References expand to more than 10 MiB.",
        what="Together the values that references make are larger than 10 MiB; {subject:a value} went over the limit.",
        why="A few lines that each repeat the one before twice would fill the memory of the machine.",
        do="Write the value out at {origin:that key}, or refer to each variable once.",
        example=Example(
            _problem("FD225", "A2", 3, 1, names="", reference=""),
            '(for i in $(seq 0 24); do echo "A$i=\\${A$((i + 1))}\\${A$((i + 1))}"; done; echo A25=x) > '
            ".env.testing",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
)
