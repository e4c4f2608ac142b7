"""libpq's service files: what a service of this name leads to, as libpq finds and reads it."""

import os

from firedoor import reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources.where import Where

NOT_FOUND = "no service file defines its service"
ELSEWHERE = "its service is looked up in a directory (LDAP)"
UNREADABLE = "its service file cannot be read"
# Where packagers and builders put libpq's system-wide file: it depends on the libpq, so all of them count.
_FOLDERS = (
    "/etc/postgresql-common",
    "/etc/sysconfig/pgsql",
    "/usr/local/etc/postgresql",
    "/usr/local/pgsql/etc",
    "/opt/homebrew/etc/postgresql",
    "/etc/postgresql",
    "/etc",
)
_NAME = "pg_service.conf"


def find(service: str, file: str, where: "Where") -> "dict[str, str] | str":
    """The service's keywords, or in words why nobody can say. The first file that defines it counts."""
    failure = NOT_FOUND
    for path in _paths(file, where):
        data = reading.read_bytes(path)
        if isinstance(data, reading.Failure):
            if data.reason != reading.MISSING:
                failure = UNREADABLE
            continue
        defined = section(data.decode("utf-8", "replace"), service)
        if defined is not None:
            return defined
    return failure


def _paths(file: str, where: "Where") -> "list[str]":
    """The user's file, then the system's."""
    own = file or where.said("PGSERVICEFILE") or os.path.expanduser("~/.pg_service.conf")
    folder = where.said("PGSYSCONFDIR")
    folders = (folder,) if folder else _FOLDERS
    return [os.path.join(where.root, own), *(os.path.join(where.root, name, _NAME) for name in folders)]


def section(text: str, service: str) -> "dict[str, str] | str | None":
    """The keywords that a file's text gives the service; None when it does not define it.

    As libpq has it: only its first section, the first value of a keyword, ``#`` at the start of a line.
    """
    found: dict[str, str] | None = None
    for written in text.split("\n"):
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if found is not None:
                break
            if line[1:].startswith(service + "]"):
                found = {}
        elif found is not None:
            if line.startswith("ldap"):
                return ELSEWHERE
            keyword, _, value = line.partition("=")
            found.setdefault(keyword.strip().lower(), value.strip())
    return found
