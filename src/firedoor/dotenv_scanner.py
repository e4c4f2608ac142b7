"""The careful reading of env files, statement by statement. `dotenv` calls it for lines its loop cannot judge."""

from firedoor.dotenv import INLINE_SPACE, SPACE, Fault, finish, valid_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.dotenv import Entry

# The reasons of faults, in words that hold nothing of the file.
NO_EQUALS = "there is no = after a name"
LONE_CR = "a carriage return stands alone"
TEXT_AFTER_QUOTE = "text follows the closing quote"
UNTERMINATED = "the quote is never closed"
CLOSED_ELSEWHERE = "the quote is not closed before other text begins"
NUL = "there is a NUL byte"
NUL_ESCAPE = "an escape spells a NUL"
INVALID_KEY = "the text before = is not a variable's name"

_EXPORT = "export"
_EXPORT_SPACE = frozenset("\t\f\r ")
_OCTAL = frozenset("01234567")
_DIGITS = frozenset("0123456789")
# What a backslash makes of the character after it in double quotes. `\$` becomes the template's spelling of a dollar.
_ESCAPES = dict(zip('abfnrtv"\\', '\a\b\f\n\r\t\v"\\', strict=True)) | {"$": "$$"}


class Spelling:
    """How one assignment is spelled; nothing is decoded yet.

    ``key`` is the text before the separator, a valid name or not, ``key_column`` where it begins. ``separator`` is
    ``=`` or ``:``, ``before`` and ``after`` the white space around it. ``column`` is where the value begins, ``quote``
    is ``"``, ``'`` or empty, ``body`` the text between the quotes or the bare value without its comment, ``tail``
    what follows on the last line. ``end`` is the index of the line after the statement; when ``closed`` is False the
    quote never ends.
    """

    __slots__ = (
        *("after", "before", "body", "closed", "column", "end", "key", "key_column"),
        *("quote", "separator", "tail"),
    )

    def __init__(self, line: str, start: int, separator_at: int) -> None:
        name = line[start:separator_at]
        rest = line[separator_at + 1 :]
        value = rest.lstrip(INLINE_SPACE)
        self.key = name.rstrip(SPACE)
        self.key_column = start + 1
        self.before = name[len(self.key) :]
        self.separator = line[separator_at]
        self.after = rest[: len(rest) - len(value)]
        self.column = len(line) - len(value) + 1
        self.quote = value[0] if value and value[0] in "\"'" else ""
        self.body = ""
        self.tail = ""
        self.closed = True
        self.end = 0


def spell(lines: list[str], index: int) -> Spelling | None:
    """The spelling of the statement that begins at that line; None when there is neither ``=`` nor ``:``."""
    line = lines[index]
    start = len(line) - len(line.lstrip(SPACE))
    after_export = start + len(_EXPORT)
    if line.startswith(_EXPORT, start) and line[after_export : after_export + 1] in _EXPORT_SPACE:
        start = len(line) - len(line[after_export:].lstrip(INLINE_SPACE))
    equals = line.find("=", start)
    colon = line.find(":", start, equals if equals >= 0 else len(line))
    if equals < 0 and colon < 0:
        return None
    spelling = Spelling(line, start, colon if colon >= 0 else equals)
    if spelling.quote:
        _spell_quoted(spelling, lines, index)
    else:
        rest = line[spelling.column - 1 :]
        spelling.body = rest.partition(" #")[0].rstrip(SPACE)
        spelling.tail = rest[len(spelling.body) :]
        spelling.end = index + 1
    return spelling


def _spell_quoted(spelling: Spelling, lines: list[str], index: int) -> None:
    at = spelling.column
    pieces = []
    for end in range(index, len(lines)):
        line = lines[end]
        close = _closing_quote(line, spelling.quote, at)
        if close >= 0:
            pieces.append(line[at:close])
            spelling.body = "\n".join(pieces)
            spelling.tail = line[close + 1 :]
            spelling.end = end + 1
            return
        pieces.append(line[at:])
        at = 0
    spelling.closed = False
    spelling.end = index + 1


def _closing_quote(line: str, quote: str, start: int) -> int:
    """Where the first quote from ``start`` on stands that no backslash escapes, or -1."""
    at = line.find(quote, start)
    while at >= 0:
        slash = at
        while slash > start and line[slash - 1] == "\\":
            slash -= 1
        if (at - slash) % 2 == 0:
            return at
        at = line.find(quote, at + 1)
    return -1


class Scanner:
    """Reads statements from ``lines`` and adds to ``found`` and ``faults``."""

    __slots__ = ("_faults", "_found", "_lines", "_torn_at")

    def __init__(
        self, lines: list[str], found: list[tuple[str, str, int, int, str, bool]], faults: list[Fault]
    ) -> None:
        self._lines = lines
        self._found = found
        self._faults = faults
        self._torn_at = -1

    def statement(self, index: int) -> int:
        """Read the statement that begins at that line (from 0). Returns the index of the line after it."""
        line = self._lines[index]
        bare = line.strip(SPACE)
        if "\0" in line:
            return index + 1  # reported once for the whole text
        if not bare or bare[0] == "#":
            if "\r" in line[:-1]:
                self._note(Fault(("FD210", index + 1, line.index("\r") + 1, "", LONE_CR, 0)))
            return index + 1
        spelling = spell(self._lines, index)
        if spelling is None:
            column = len(line) - len(line.lstrip(SPACE)) + 1
            self._note(Fault(("FD210", index + 1, column, "", NO_EQUALS, 0)))
            return index + 1
        fault = _torn_quote(spelling, index)
        if fault is not None:
            self._faults.append(fault)
            self._torn_at = len(self._found)
            return index + 1
        fault = _misspelling(spelling, self._lines, index)
        if fault is None:
            self._take(spelling, index)
        else:
            self._note(fault)
        return spelling.end

    def _note(self, fault: Fault) -> None:
        """Keep a fault, unless it stands behind a torn quote: up to the next good entry that is the quote's inside."""
        if len(self._found) != self._torn_at:
            self._faults.append(fault)

    def _take(self, spelling: Spelling, index: int) -> None:
        raw = "\n".join(self._lines[index : spelling.end])
        if "\0" in raw:
            return
        value, literal = _decode(spelling)
        if "\0" in value:
            self._note(Fault(("FD208", index + 1, spelling.column, spelling.key, NUL_ESCAPE, 0)))
        else:
            self._found.append((spelling.key, value, index + 1, spelling.key_column, raw, literal))


def _torn_quote(spelling: Spelling, index: int) -> Fault | None:
    """A quote that never ends, or ends lines later in front of other text: most likely it was meant to end at once."""
    key = spelling.key if valid_key(spelling.key) else ""
    if not spelling.closed:
        return Fault(("FD212", index + 1, spelling.column, key, UNTERMINATED, 0))
    if spelling.end > index + 1 and _text_behind(spelling):
        return Fault(("FD212", index + 1, spelling.column, key, CLOSED_ELSEWHERE, spelling.end))
    return None


def _text_behind(spelling: Spelling) -> bool:
    tail = spelling.tail.lstrip(SPACE)
    return bool(spelling.quote and tail and tail[0] != "#")


def _misspelling(spelling: Spelling, lines: list[str], index: int) -> Fault | None:
    last = lines[spelling.end - 1]
    if not valid_key(spelling.key):
        return Fault(("FD213", index + 1, spelling.key_column, "", INVALID_KEY, 0))
    if _text_behind(spelling):
        column = len(last) - len(spelling.tail.lstrip(SPACE)) + 1
        return Fault(("FD210", index + 1, column, spelling.key, TEXT_AFTER_QUOTE, 0))
    head = lines[index][: spelling.column - 1] if spelling.quote else last[:-1]
    if "\r" in head:
        return Fault(("FD210", index + 1, head.index("\r") + 1, spelling.key, LONE_CR, 0))
    if "\r" in spelling.tail[:-1]:
        column = len(last) - len(spelling.tail) + spelling.tail.index("\r") + 1
        return Fault(("FD210", spelling.end, column, spelling.key, LONE_CR, 0))
    return None


def _decode(spelling: Spelling) -> tuple[str, bool]:
    """The value and whether ``$`` is plain text in it."""
    if spelling.quote == "'":
        return spelling.body.replace("\\'", "'"), True
    if not spelling.quote or "\\" not in spelling.body:
        return spelling.body, False
    return _unescape(spelling.body)


def _unescape(body: str) -> tuple[str, bool]:
    pieces = []
    at = 0
    slash = body.find("\\")
    while slash >= 0:
        pieces.append(body[at:slash])
        character = body[slash + 1]
        at = slash + 2
        if character == "0":
            at, piece = _octal(body, at)
            pieces.append(piece)
        else:
            pieces.append(_ESCAPES.get(character, "\\" + character))
        slash = body.find("\\", at)
    pieces.append(body[at:])
    if "$$" in pieces and all(piece == "$$" or "$" not in piece for piece in pieces):
        return "".join("$" if piece == "$$" else piece for piece in pieces), True
    return "".join(pieces), False


def _octal(body: str, at: int) -> tuple[int, str]:
    r"""What follows ``\0``: three octal digits are a character up to U+00FF. Compose drops the 0 of anything else."""
    end = at
    while end < at + 3 and body[end : end + 1] in _DIGITS:
        end += 1
    digits = body[at:end]
    if len(digits) == 3 and _OCTAL.issuperset(digits) and digits[0] < "4":
        return end, chr(int(digits, 8))
    return end, "\\" + digits


def parse_all(text: str, *, marked: bool = False) -> "tuple[list[Entry], list[Fault]]":
    """As `dotenv.parse_all`, every line read by the scanner.

    ``marked``: a byte order mark stood in front of the text.
    """
    lines = text.split("\n")
    found: list[tuple[str, str, int, int, str, bool]] = []
    faults: list[Fault] = []
    if "\0" in text:
        first = text.index("\0")
        line_start = text.rfind("\n", 0, first) + 1
        faults.append(Fault(("FD208", text.count("\n", 0, first) + 1, first - line_start + 1, "", NUL, 0)))
    scanner = Scanner(lines, found, faults)
    index = 0
    while index < len(lines):
        index = scanner.statement(index)
    return finish(found, faults, marked=marked)
