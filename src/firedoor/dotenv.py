"""The grammar of env files: text in, entries and faults out. Nothing is expanded or executed here.

The reading is Docker Compose's, or a refusal (docs/reference/dotenv-grammar.md). A line loop on str methods reads
the lines that need no thought; `dotenv_scanner` reads all others, and would read every line the same.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Compose's white space within a line, and at the edges of a statement. Not str.strip's: that takes U+001C to U+001F.
INLINE_SPACE = "\t\v\f\r \x85\xa0"
SPACE = (
    INLINE_SPACE
    + "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
BYTE_ORDER_MARK = "\ufeff"
# Values of only these characters need no quotes in any tool.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,=-")


class Entry(tuple[str, str, int, int, str, bool]):
    """One assignment: (key, value, line, column, raw, literal).

    ``value`` is what stands there after quotes and escapes. Unless ``literal``, it is a template: ``$$`` means ``$``
    and ``${X}`` is a reference (`firedoor.interpolation`). ``line`` and ``column`` say where the key begins, counted
    from 1 in characters. ``raw`` is the whole source: every line of the entry, without the last line feed.
    """

    __slots__ = ()

    @property
    def key(self) -> str:
        """The variable's name."""
        return self[0]

    @property
    def value(self) -> str:
        """The value without quotes and escapes: a template unless ``literal``."""
        return self[1]

    @property
    def line(self) -> int:
        """The line the key stands on, from 1."""
        return self[2]

    @property
    def column(self) -> int:
        """The column the key begins at, from 1, in characters."""
        return self[3]

    @property
    def raw(self) -> str:
        """Every source line of the entry, without the last line feed."""
        return self[4]

    @property
    def literal(self) -> bool:
        """Whether ``$`` is plain text in the value."""
        return self[5]

    def __repr__(self) -> str:
        return f"Entry({self[0]} {self[2]}:{self[3]})"


class Fault(tuple[str, int, int, str, str, int]):
    """One malformed place: (code, line, column, key, reason, other_line). It never holds a piece of the file.

    ``key`` is empty unless it is a valid name in front of an equals sign. ``reason`` is one of a few fixed phrases.
    ``other_line`` is the line that explains it (where a duplicate stood first, where a quote was closed), else 0.
    """

    __slots__ = ()

    @property
    def code(self) -> str:
        """FD208, FD210, FD211, FD212 or FD213."""
        return self[0]

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self[1]

    @property
    def column(self) -> int:
        """The column, from 1, in characters."""
        return self[2]

    @property
    def key(self) -> str:
        """The variable's name, or empty when none could be made out."""
        return self[3]

    @property
    def reason(self) -> str:
        """What is wrong, in fixed words."""
        return self[4]

    @property
    def other_line(self) -> int:
        """The line that explains the fault, or 0."""
        return self[5]


class DotenvError(ValueError):
    """A text that is no env file. ``faults`` lists every malformed place; the message names places, never values."""

    def __init__(self, faults: "Sequence[Fault]") -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"line {f.line}, column {f.column}: {f.reason} ({f.code})" for f in self.faults)
        )


def parse(text: str) -> "Sequence[Entry]":
    """The entries of an env file in the order they stand there. Raises DotenvError with all faults."""
    entries, faults = parse_all(text)
    if faults:
        del text, entries  # a traceback that shows variables must not show values
        raise DotenvError(faults)
    return entries


def parse_all(text: str) -> tuple[list[Entry], list[Fault]]:  # noqa: C901, PLR0912 - calls would cost half the speed
    """Entries and faults, each in file order. What could be read is read also when there are faults."""
    marked = text[:1] == BYTE_ORDER_MARK
    if marked:
        text = text[1:]
    crlf = "\r" in text
    if _needs_care(text, crlf=crlf):
        from firedoor import dotenv_scanner  # only files with odd characters pay for it

        return dotenv_scanner.parse_all(text, marked=marked)
    lines = text.split("\n")
    found: list[tuple[str, str, int, int, str, bool]] = []
    faults: list[Fault] = []
    add = found.append
    names_only = text.isascii()
    scanner = None
    number = 0
    rest = iter(lines)
    for line in rest:
        number += 1
        raw = line
        if crlf and line[-1:] == "\r":
            line = line[:-1]  # noqa: PLW2901 - the carriage return belongs to the line break
        key, equals, value = line.partition("=")
        column = 1
        if not key.isidentifier():
            if not line or line[0] == "#":
                continue
            key = key[7:] if key[:7] == "export " else ""
            column = 8
        if equals and key.isidentifier() and (names_only or key.isascii()):
            first = value[:1]
            if first == '"' or first == "'":  # noqa: PLR1714 - measured
                if value.find(first, 1) == len(value) - 1 and "\\" not in value:
                    add((key, value[1:-1], number, column, raw, first == "'"))
                    continue
            elif first not in INLINE_SPACE:
                if "#" in value:
                    value = value.partition(" #")[0]
                add((key, value.rstrip(), number, column, raw, False))
                continue
            elif not value:
                add((key, "", number, column, raw, False))
                continue
        if scanner is None:
            from firedoor import dotenv_scanner  # most files have no such line

            scanner = dotenv_scanner.Scanner(lines, found, faults)
        for _ in range(scanner.statement(number - 1) - number):
            next(rest)
            number += 1
    return finish(found, faults, marked=marked)


def _needs_care(text: str, *, crlf: bool) -> bool:
    """Whether the text holds characters that the line loop would read differently from the scanner."""
    if crlf and text.count("\r") != text.count("\r\n") + text.endswith("\r"):
        return True
    return "\0" in text or "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text


def finish(
    found: "list[tuple[str, str, int, int, str, bool]]", faults: list[Fault], *, marked: bool
) -> tuple[list[Entry], list[Fault]]:
    """Make entries of the tuples, find duplicate keys, put the faults in order.

    ``marked``: a byte order mark stood in front of the text.
    """
    if marked and found and found[0][2] == 1:
        found[0] = (*found[0][:4], BYTE_ORDER_MARK + found[0][4], found[0][5])
    first: dict[str, int] = {}
    if len({entry[0] for entry in found}) < len(found):
        for entry in found:
            if entry[0] in first:
                faults.append(
                    Fault(("FD211", entry[2], entry[3], entry[0], "the key stands twice", first[entry[0]]))
                )
            else:
                first[entry[0]] = entry[2]
    faults.sort(key=lambda fault: (fault[1], fault[2], fault[0]))
    return list(map(Entry, found)), faults


def valid_key(text: str) -> bool:
    """Whether the text is a variable's name: ASCII letters, digits, ``_``, ``.``, ``-``; a letter or ``_`` first."""
    return text.isascii() and text.replace(".", "_").replace("-", "_").isidentifier() and text[0] not in ".-"


def render(key: str, value: str) -> str:
    """The spelling of one assignment that most tools read alike; `parse` reads exactly this value back.

    Raises ValueError when the key is no name or the value holds a NUL, which no environment can carry.
    """
    if not valid_key(key):
        raise ValueError("the key is not a variable's name")
    if "\0" in value:
        del value  # a traceback that shows variables must not show values
        raise ValueError(f"the value of {key} holds a NUL")
    if _PLAIN.issuperset(value):
        return f"{key}={value}"
    slashes = len(value) - len(value.rstrip("\\"))
    if "'" not in value and "\r" not in value and slashes % 2 == 0:
        return f"{key}='{value}'"
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\r", "\\r")):
        value = value.replace(character, escape)
    return f'{key}="{value}"'
