"""References between values: ``${X}`` and its operators, expanded once, over the merged values, in any order.

Pure: nothing is read from outside but through ``lookup``, nothing is executed. No fault holds a value.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    _Reference = tuple[str, str, bool, bool]  # name, operator, with a colon, with braces

# All expanded texts together, in characters. Values that refer to one another several times grow exponentially.
LIMIT = 10 * 1024 * 1024

# Compose looks for names without regard to case, which lets the long s and the Kelvin sign pass for s and k.
_FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_\u017f\u212a")
_NAME = _FIRST | frozenset("0123456789")
_OPERATORS = frozenset("-+?")
_FAILED = "\0 failed"  # compared by identity; no environment carries a NUL


class Fault:
    """A reference that cannot be expanded in the value of ``key``.

    ``code``: FD221 unset, FD222 cycle, FD223 demanded by ``${X:?…}``, FD224 malformed, FD225 too large. ``names`` are
    the variables concerned: the one that is missing, or the members of the cycle in the order they refer. It is empty
    for an unset ``$name`` without braces, since that is most often a piece of a password.
    """

    __slots__ = ("code", "key", "names")

    def __init__(self, code: str, key: str, names: tuple[str, ...] = ()) -> None:
        self.code = code
        self.key = key
        self.names = names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash(self.parts())

    def __repr__(self) -> str:
        return f"Fault({self.code} {self.key} {', '.join(self.names[:9]) or '-'})"

    def parts(self) -> tuple[str, str, tuple[str, ...]]:
        """The whole of it as a tuple, in the order faults are listed."""
        return (self.key, self.code, self.names)


class Result:
    """What became of the templates.

    ``texts`` holds the expanded text of every key that could be expanded, ``faults`` what prevents the others, in the
    order of keys. ``references`` holds for each key the set variables that its text was made of, directly.
    """

    __slots__ = ("faults", "references", "texts")

    def __init__(
        self, texts: dict[str, str], faults: tuple[Fault, ...], references: dict[str, tuple[str, ...]]
    ) -> None:
        self.texts = texts
        self.faults = faults
        self.references = references

    def uses(self, key: str) -> frozenset[str]:
        """Every variable that the key's text depends on, through any number of steps."""
        used: set[str] = set()
        todo = [key]
        while todo:
            for name in self.references.get(todo.pop(), ()):
                if name not in used:
                    used.add(name)
                    todo.append(name)
        return frozenset(used)


def interpolate(templates: "Mapping[str, str]", lookup: "Callable[[str], str | None]") -> Result:
    """Expand every template.

    A reference means the template of that name if there is one, else ``lookup(name)``: the text of any other merged
    value or process variable, None when it is unset. A key that refers to itself means what it would be without its
    line, which is unset, so that ``A=${A:-x}`` reads x.
    """
    expansion = _Expansion(templates, lookup)
    try:
        for key in sorted(templates):
            expansion.run(key)
    except _TooLarge as excess:
        return Result({}, (Fault("FD225", excess.key),), {})
    return expansion.result()


class _TooLarge(Exception):  # noqa: N818 - ends the work, is no error of its own
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _Expansion:
    """The work of one call. Keys wait for one another on a list, not on the interpreter's stack."""

    __slots__ = ("_active", "_faults", "_lookup", "_order", "_references", "_size", "_templates", "_texts")

    def __init__(self, templates: "Mapping[str, str]", lookup: "Callable[[str], str | None]") -> None:
        self._templates = templates
        self._lookup = lookup
        self._texts: dict[str, str | None] = {}  # None: could not be expanded
        self._active: set[str] = set()
        self._references: dict[str, dict[str, None]] = {}
        self._faults: list[Fault] = []
        self._order: list[str] = []
        self._size = 0

    def run(self, key: str) -> None:
        """Expand one key and whatever it needs."""
        if key in self._texts or self._shortcut(key):
            return
        waiting = [self._start(key)]
        while waiting:
            needed = next(waiting[-1], None)
            if needed is None:
                waiting.pop()
            elif not self._shortcut(needed):
                waiting.append(self._start(needed))

    def result(self) -> Result:
        """The outcome, after every key was run."""
        self._faults.extend(self._cycles())
        self._faults = sorted(dict.fromkeys(self._faults), key=Fault.parts)
        texts = {key: text for key, text in self._texts.items() if text is not None}
        return Result(
            texts, tuple(self._faults), {key: tuple(names) for key, names in self._references.items()}
        )

    def _shortcut(self, key: str) -> bool:
        """Expand a template of nothing but text and ``${X}`` whose names are all known: most are, and it is quicker."""
        head, *pieces = self._templates[key].split("${")
        if "$" in head:
            return False
        parts = [head]
        names: dict[str, None] = {}
        for piece in pieces:
            name, brace, tail = piece.partition("}")
            if not brace or "$" in tail or not name.isidentifier() or not name.isascii():
                return False
            text = self._texts.get(name) if name in self._templates else self._lookup(name)
            if text is None:
                return False
            names[name] = None
            parts += (text, tail)
        self._references[key] = names
        self._finish(key, parts)
        return True

    def _finish(self, key: str, parts: list[str] | None) -> None:
        """Put the parts together, unless that makes too much text. None: the key could not be expanded."""
        self._order.append(key)
        if parts is None:
            self._texts[key] = None
            return
        self._size += sum(map(len, parts))
        if self._size > LIMIT:
            raise _TooLarge(key)
        self._texts[key] = "".join(parts)

    def _start(self, key: str) -> "Generator[str, None, None]":
        self._active.add(key)
        self._references[key] = {}
        return self._expand(key)

    def _expand(self, key: str) -> "Generator[str, None, None]":
        """Expand one template; yields the names of templates that must be expanded first."""
        template = _Template(self._templates[key])
        while (reference := template.next_reference()) is not None:
            name = reference[0]
            if name in self._templates and name not in self._texts and name not in self._active:
                yield name
            self._apply(key, template, reference)
        if template.malformed:
            self._faults.append(Fault("FD224", key))
        self._active.discard(key)
        self._finish(key, None if template.failed or template.malformed else template.parts)

    def _apply(self, key: str, template: "_Template", reference: "_Reference") -> None:
        """Put the reference's text into the template, or decide whether the text behind its operator counts."""
        name, operator, colon, braced = reference
        value = self._value(key, name, operator)
        missing = value is None or (colon and not value)
        if value is _FAILED:
            template.failed = True
        elif operator == "-" and missing:
            return
        elif operator == "+":
            template.live = not missing
            return
        elif missing:
            self._faults.append(Fault("FD223" if operator else "FD221", key, (name,) if braced else ()))
            template.failed = True
        else:
            template.put(value or "")
        template.live = not operator

    def _value(self, key: str, name: str, operator: str) -> str | None:
        """The text of a name, None when it is unset, `_FAILED` when it could not be expanded."""
        if name == key and operator in ("-", "+"):
            return None
        if name in self._templates:
            self._references[key][name] = None
            text = self._texts.get(name)
            return _FAILED if text is None else text
        value = self._lookup(name)
        if value is not None:
            self._references[key][name] = None
        return value

    def _cycles(self) -> "Iterator[Fault]":
        """One fault for each group of keys that all need one another.

        Keys were expanded in the order of a depth-first search, so that walking against the references in the
        opposite order finds each group at once (Kosaraju). Only keys that failed can be part of one.
        """
        users: dict[str, list[str]] = {}
        failed = [key for key in reversed(self._order) if self._texts[key] is None]
        for key in failed:
            for name in self._references[key]:
                users.setdefault(name, []).append(key)
        grouped: set[str] = set()
        for key in failed:
            if key in grouped:
                continue
            members = [key]
            grouped.add(key)
            for member in members:
                new = [user for user in users.get(member, ()) if user not in grouped]
                grouped.update(new)
                members.extend(new)
            if len(members) > 1 or key in users.get(key, ()):
                yield Fault("FD222", min(members), self._walk(set(members)))

    def _walk(self, members: set[str]) -> tuple[str, ...]:
        """The members in the order of their references, from the first by name on."""
        walk: list[str] = []
        here: str | None = min(members)
        while here is not None:
            walk.append(here)
            members.discard(here)
            here = next((name for name in self._references[here] if name in members), None)
        return (*walk, *sorted(members))


class _Template:
    """One text on its way through: what is put together so far, and the braces that stand open."""

    __slots__ = ("_at", "_depth", "_open", "_text", "failed", "live", "malformed", "parts")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[
            tuple[bool, int]
        ] = []  # for each ${X:- around here: was the text before it live, its depth
        self._depth = 0  # plain braces since the last ${
        self.parts: list[str] = []
        self.live = True
        self.failed = False
        self.malformed = False

    def put(self, text: str) -> None:
        """Add to the text, unless it stands behind an operator that does not count."""
        if self.live:
            self.parts.append(text)

    def next_reference(self) -> "_Reference | None":
        """The next reference that counts. None at the end, or when malformed."""
        while self._at < len(self._text) and not self.malformed:
            stop = self._next_sign()
            self.put(self._text[self._at : stop])
            sign = self._text[stop : stop + 1]
            self._at = stop + 1
            if sign == "$":
                reference = self._dollar()
                if reference is not None:
                    return reference
            elif sign == "}" and not self._depth:
                self.live, self._depth = self._open.pop()
            else:
                self._depth += (sign == "{") - (sign == "}")
                self.put(sign)
        self.malformed = self.malformed or bool(self._open)
        return None

    def _next_sign(self) -> int:
        """Where the next character with a meaning stands: a dollar; behind an operator also a brace."""
        at = self._at
        if not self._open:
            at = self._text.find("$", at)
            return at if at >= 0 else len(self._text)
        while at < len(self._text) and self._text[at] not in "${}":
            at += 1
        return at

    def _dollar(self) -> "_Reference | None":
        sign = self._text[self._at : self._at + 1]
        if sign == "{":
            self._at += 1
            return self._braced()
        if sign in _FIRST:
            name = self._name()
            return (name, "", False, False) if self.live else None
        if sign == "$":
            self._at += 1
        self.put("$")
        return None

    def _braced(self) -> "_Reference | None":
        name = self._name()
        colon = self._text[self._at : self._at + 1] == ":"
        operator = self._text[self._at + colon : self._at + colon + 1]
        self._at += colon + 1
        if not name or (operator not in _OPERATORS and (colon or operator != "}")):
            self.malformed = True
            return None
        live = self.live
        if operator == "}":
            operator = ""
        else:
            self._open.append((live, self._depth))
            self._depth = 0
        return (name, operator, colon, True) if live else None

    def _name(self) -> str:
        start = at = self._at
        if self._text[at : at + 1] in _FIRST:
            while self._text[at : at + 1] in _NAME:
                at += 1
        self._at = at
        return self._text[start:at]
