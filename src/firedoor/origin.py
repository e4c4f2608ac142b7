"""Where one value came from. Every value and every problem carries an origin."""

FILE = "file"
PROCESS = "process"
OVERRIDE = "override"
DEFAULT = "default"
DECLARATION = "declaration"
REQUEST = "request"


class Origin:
    """A place a value came from: a file position, a process variable, an override, a default, a request.

    ``kind`` is one of this module's constants. ``name`` is the file's path relative to the project's root (file,
    declaration), the variable's name, or what was asked for (request). ``line`` and ``column`` count from 1, 0 means
    unknown.
    """

    __slots__ = ("column", "kind", "line", "name")

    def __init__(self, kind: str, name: str, line: int = 0, column: int = 0) -> None:
        self.kind = kind
        self.name = name
        self.line = line
        self.column = column

    def __str__(self) -> str:
        if self.kind == PROCESS:
            return f"process variable {self.name}"
        if self.kind == OVERRIDE:
            return f"override {self.name}"
        if self.kind == DEFAULT:
            return f"default of {self.name}"
        if not self.line:
            return self.name
        return f"{self.name}:{self.line}:{self.column}"

    def __repr__(self) -> str:
        return f"Origin({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def key(self) -> tuple[str, str, int, int]:
        """The whole of it as a tuple: for equality and for stable orders."""
        return (self.kind, self.name, self.line, self.column)
