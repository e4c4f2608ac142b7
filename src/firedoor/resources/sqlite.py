"""SQLite: the file that is opened, by every rule by which a library finds its path in the text."""

from firedoor.resources import files, url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_MEMORY = ":memory:"
_ENDINGS = (".db", ".db3", ".sqlite", ".sqlite3", ".s3db", ".sl3", ".duckdb")


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """The file by its real path, and by device and inode where it exists; nothing for a database in memory.

    Only SQLite's own ``file:`` reads ``mode=memory``: elsewhere the option is left out by some, and a file is opened.
    """
    found: set[Identity] = set()
    for path in dict.fromkeys(_paths(url.unwrapped(text))):
        if path not in ("", _MEMORY):
            found |= files.identities(path, where.root)
    return frozenset(found)


def is_path(text: str) -> bool:
    """Whether a text without a scheme is a path to a database rather than the name of one."""
    return text.lower().endswith(_ENDINGS) or "/" in text or "\\" in text


def _paths(text: str) -> "Iterator[str]":
    scheme, colon, rest = text.partition(":")
    if not colon or len(scheme) == 1:  # C:\data.db
        yield text
    elif scheme.lower() == "file":
        yield from _of_uri(rest)
    else:
        for written in _of_url(rest):
            plain, _, query = written.partition("?")
            is_uri = plain.startswith("file:")
            if is_uri:
                yield from _of_uri(written.removeprefix("file:"))
            if not is_uri or not _says_uri(query):
                yield from _plain(plain)


def _of_url(rest: str) -> "Iterator[str]":
    """What stands behind ``sqlite:`` or ``sqlite:///``, as it is and without what others take for a fragment."""
    path = rest[2:].partition("/")[2] if rest.startswith("//") else rest
    if rest.startswith("//") and not rest.startswith("///"):
        yield rest[2:]  # sqlx and Prisma read sqlite://app.db
    yield path
    yield path.partition("#")[0]


def _says_uri(query: str) -> bool:
    """Whether SQLAlchemy hands the text to SQLite as a URI. If not, it is a file with a strange name."""
    values = [unquote(pair.partition("=")[2]).lower() for pair in query.split("&") if pair.startswith("uri=")]
    return bool(values) and values[-1] in ("true", "yes", "on", "y", "t", "1")


def _plain(path: str) -> "Iterator[str]":
    """The path as it is written, and as those read it who decode it."""
    yield path
    yield unquote(path)


def _of_uri(written: str) -> "Iterator[str]":
    """SQLite's own ``file:name``: a host after two slashes is this one, escapes count, ``%00`` ends the name."""
    path, _, query = written.partition("#")[0].partition("?")
    mode = vfs = ""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if unquote(key) == "mode":
            mode = unquote(value)
        elif unquote(key) == "vfs":
            vfs = unquote(value)
    if path.startswith("//"):
        path = "/" + path[2:].partition("/")[2]
    path = unquote(path.partition("%00")[0])
    if mode != "memory" and vfs != "memdb":
        yield path
