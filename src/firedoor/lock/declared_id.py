"""The `[lock]` table of the declaration: which lock is expected, so that deleting or replacing it is seen."""

from firedoor import schema
from firedoor.declaration import FILE_NAME
from firedoor.errors import DeclarationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLES: "Mapping[bool, str]" = {True: "lock", False: "tool.firedoor.lock"}


def table(file: str, identifier: str) -> str:
    """The lines that declare the lock with this id, for ``firedoor.toml`` or ``pyproject.toml``."""
    return f'[{_TABLES[file == FILE_NAME]}]\nid = "{identifier}"\n'


def added_to(content: bytes, file: str, identifier: str) -> bytes | None:
    """The declaration with the table at its end; None where that would not declare the lock: a person must look then.

    The end of a TOML file is the one place where a new table changes nothing else.
    """
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    gap = b"" if content.endswith((b"\n", b"\r")) else newline
    lines = table(file, identifier).encode("ascii").replace(b"\n", newline)
    extended = content + gap + newline + lines
    try:
        compiled = (
            schema.compile_declaration(extended, b"")
            if file == FILE_NAME
            else schema.compile_declaration(None, extended)
        )
    except DeclarationError:
        return None
    return extended if compiled is not None and compiled["lock"] == identifier else None
