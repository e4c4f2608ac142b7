"""The lock's text: TOML with a line for each level of each variable, so that diffs show who changed.

There is one way to write a lock, and its last line holds a digest of the rest: a text that was shortened, merged
halfway or edited by hand is damaged, and is not read.
"""

from firedoor.fingerprint import digest
from firedoor.lock.document import LEVELS, Lock, Marks, Taken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1
_HEADING = "# What each environment owns, in fingerprints. `firedoor lock` writes it: commit it, and do not edit it.\n"
_CLOSING = "\n[whole]\ndigest = "
_CONFLICT = ("<<<<<<< ", ">>>>>>> ", "||||||| ", "=======")
_TABLE = "environments."
_VARIABLE = ".variables."
_HEX = frozenset("0123456789abcdef")
_MARK_DIGITS = 32


class Damage(Exception):  # noqa: N818 - a fact about the text
    """The text is no whole lock. ``detail`` says what is wrong and quotes nothing, ``line`` where (0: nowhere)."""

    def __init__(self, detail: str, line: int = 0) -> None:
        super().__init__(detail)
        self.detail = detail
        self.line = line


def render(lock: Lock) -> str:
    """The lock's text."""
    body = _HEADING + "".join(f"{line}\n" for line in _lines(lock))
    return f"{body}{_CLOSING}{_quoted(_digest(body))}\n"


def parse(text: str) -> Lock:
    """The lock that the text holds. Raises Damage."""
    text = text.replace("\r\n", "\n")  # git on Windows may have written it so
    line = conflict(text)
    if line:
        raise Damage("it holds the marks of a merge that was not finished", line)
    body, closing, end = text.rpartition(_CLOSING)
    if not closing:
        raise Damage("its end is missing")
    if end != f"{_quoted(_digest(body))}\n":
        raise Damage("it is not as it was written")
    return _Reader(body).lock()


def conflict(text: str) -> int:
    """The first line that a merge left behind, 0 when there is none."""
    for mark in _CONFLICT:
        if text.startswith(mark) or f"\n{mark}" in text:
            return next(n for n, line in enumerate(text.split("\n"), start=1) if line.startswith(_CONFLICT))
    return 0


def _digest(body: str) -> str:
    return digest(body.encode("utf-8", "surrogatepass")).hex()


def _lines(lock: Lock) -> "Iterator[str]":
    n, r, p = lock.cost
    yield f"version = {VERSION}"
    yield f"project = {_quoted(lock.project)}"
    yield f"id = {_quoted(lock.id)}"
    yield f"salt = {_quoted(lock.salt.hex())}"
    yield f'cost = "scrypt {n} {r} {p}"'
    yield f"ledger = {_quoted(lock.ledger)}"
    yield f"accepted = {lock.accepted}"
    yield ""
    yield "[pins]"
    for name, value in lock.pins.items():
        yield f"{_quoted(name)} = {_quoted(value)}"
    for name, taken in lock.environments.items():
        yield ""
        yield f"[{_TABLE}{_key(name)}]"
        yield f"revision = {taken.revision}"
        yield f"time = {_quoted(taken.time)}"
        for variable, marks in taken.variables.items():
            yield ""
            yield f"[{_TABLE}{_key(name)}{_VARIABLE}{_key(variable)}]"
            for level in LEVELS:
                listed = getattr(marks, level)
                if listed:
                    yield f"{level} = [{', '.join(map(_quoted, listed))}]"


def _key(name: str) -> str:
    """A bare key where TOML allows one: names of environments and variables may hold dots."""
    return _quoted(name) if "." in name else name


def _quoted(text: str) -> str:
    shown = text.replace("\\", "\\\\").replace('"', '\\"')
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in shown)
    return f'"{shown}"'


def _unquoted(shown: str) -> str:
    if len(shown) < 2 or shown[0] != '"' or shown[-1] != '"':
        raise ValueError
    if "\\" not in shown:
        return shown[1:-1]
    parts = []
    rest = shown[1:-1]
    while rest:
        plain, escape, rest = rest.partition("\\")
        parts.append(plain)
        if escape and rest.startswith("U"):
            parts.append(chr(int(rest[1:9], 16)))
            rest = rest[9:]
        elif escape:
            parts.append(rest[:1])
            rest = rest[1:]
    return "".join(parts)


class _Reader:
    """Reads the lines in the order in which they are written."""

    def __init__(self, body: str) -> None:
        self._lines = body.split("\n")
        self._at = 0

    def lock(self) -> Lock:
        """The whole lock. Raises Damage with the line that cannot be read."""
        try:
            return self._whole()
        except (ValueError, IndexError, OverflowError):
            raise Damage("it cannot be read from here on", self._at) from None

    def _next(self) -> str:
        self._at += 1
        return self._lines[self._at - 1]

    def _value(self, key: str) -> str:
        found, equals, value = self._next().partition(" = ")
        if found != key or not equals:
            raise ValueError
        return value

    def _text(self, key: str) -> str:
        return _unquoted(self._value(key))

    def _whole(self) -> Lock:
        if self._next() + "\n" != _HEADING:
            raise ValueError
        if self._value("version") != str(VERSION):
            raise Damage("it was written by a newer firedoor", self._at)
        project = self._text("project")
        given = self._text("id")
        salt = bytes.fromhex(self._text("salt"))
        name, n, r, p = self._text("cost").split(" ")
        cost = (int(n), int(r), int(p))
        ledger = self._text("ledger")
        accepted = int(self._value("accepted"))
        if name != "scrypt" or self._next() != "" or self._next() != "[pins]":
            raise ValueError
        pins = dict(self._pins())
        lock = Lock(project, salt, cost, pins=pins, accepted=accepted, ledger=ledger)
        lock.environments.update(self._environments())
        if lock.id != given:
            raise Damage("its id is not that of its salt")
        return lock

    def _pins(self) -> "Iterator[tuple[str, str]]":
        while line := self._next():
            key, _, value = line.partition(" = ")
            yield _unquoted(key), _unquoted(value)

    def _environments(self) -> "Iterator[tuple[str, Taken]]":
        while self._at < len(self._lines):
            name = self._header("")
            revision = int(self._value("revision"))
            time = self._text("time")
            if self._at < len(self._lines) and self._next() != "":
                raise ValueError
            yield name, Taken(revision, time, dict(self._variables(f"{_key(name)}{_VARIABLE}")))

    def _variables(self, table: str) -> "Iterator[tuple[str, Marks]]":
        while self._at < len(self._lines) and self._lines[self._at].startswith(f"[{_TABLE}{table}"):
            name = self._header(table)
            levels = {}
            while self._at < len(self._lines) and (line := self._next()):
                level, _, listed = line.partition(" = ")
                if level not in LEVELS or listed[:1] != "[" or listed[-1:] != "]":
                    raise ValueError
                levels[level] = tuple(map(_mark, listed[1:-1].split(", ")))
            yield name, Marks(**levels)

    def _header(self, table: str) -> str:
        line = self._next()
        start = f"[{_TABLE}{table}"
        name = line.removeprefix(start).removesuffix("]")
        if line != f"{start}{name}]" or not name:
            raise ValueError
        return _unquoted(name) if name.startswith('"') else name


def _mark(shown: str) -> str:
    text = _unquoted(shown)
    if len(text) != _MARK_DIGITS or not _HEX.issuperset(text):
        raise ValueError
    return text
