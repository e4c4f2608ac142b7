"""Where test databases are created: the variable that leads there, and whose it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

from firedoor import stamps
from firedoor.stamps.address import Address
from firedoor.stamps.observation import ClientMissing, NotAllowed, Overtaken, Unreachable
from firedoor.stamps.stamp import Stamp, new_id
from firedoor.testing.databases.database import Refused
from firedoor.worker_names import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.testing.databases.database import Database

BY = "pytest"


@dataclass(frozen=True)
class Place:
    """The environment's own address of a database, with what its client library obeys beside it.

    ``folder`` is where files of this session may lie.
    """

    project: str
    environment: str
    variable: str
    kind: str
    text: str = field(repr=False)
    root: str = ""
    folder: str = ""
    variables: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def database(self) -> str:
        """The name of the database that the address's path names."""
        return unquote(urlsplit(self.text).path.strip("/"))

    @property
    def is_plain(self) -> bool:
        """Whether the database is named by the path of a URL, and by nothing in its query."""
        parts = urlsplit(self.text)
        elsewhere = {"dbname", "database", "service"} & {*parse_qs(parts.query)}
        return bool(parts.scheme and parts.path.strip("/")) and not elsewhere

    @property
    def address(self) -> Address:
        """The environment's own address, as what asks it takes it."""
        return self._address(self.text)

    def url(self, database: str) -> str:
        """The same address with another database; with another file, where it is one of SQLite."""
        parts = urlsplit(self.text)
        if self.is_file:
            query = "" if "file:" in parts.path or self.is_in_memory else parts.query
            return f"{parts.scheme}:///{database}" + (f"?{query}" if query else "")
        return urlunsplit(parts._replace(path=f"/{quote(database, safe='')}"))

    @property
    def is_file(self) -> bool:
        """Whether it is one of SQLite."""
        return self.text.partition(":")[0].partition("+")[0] == FILE

    @property
    def is_in_memory(self) -> bool:
        """Whether each connection would have a database of its own, which ends with it."""
        path = self.text.partition("://")[2]
        return ":memory:" in path or "mode=memory" in path or not path.partition("?")[0].strip("/")

    def beside(self, made: Database) -> Database:
        """The database that was made for another variable, as this one spells it."""
        target = urlsplit(made.url).path[1:] if self.is_file else made.name
        return replace(made, variable=self.variable, url=self.url(target))

    def stamp(self, url: str) -> None:
        """Put the environment's mark into a new database. Raises Refused."""
        refusal = None
        try:
            self._stamp(url)
        except (ClientMissing, NotAllowed, Overtaken, Unreachable):
            refusal = Refused("the new database could not be stamped", "see firedoor verify")
        if refusal is not None:
            raise refusal

    def _stamp(self, url: str) -> None:
        address = self._address(url)
        marker = stamps.marker(address)
        if marker is None:
            return
        before = marker.observe(address).stamp
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        made = Stamp(self.project, self.environment, self.variable, new_id(), now, BY)
        marker.write(address, made, replacing=before)

    def is_ours(self, url: str) -> bool:
        """Whether a database carries a mark that a test session of this environment put there."""
        address = self._address(url)
        marker = stamps.marker(address)
        try:
            found = None if marker is None else marker.observe(address).stamp
        except (ClientMissing, Unreachable):
            return False
        return found is not None and (found.project, found.environment, found.by) == (
            self.project,
            self.environment,
            BY,
        )

    def _address(self, text: str) -> Address:
        return Address(self.variable, self.kind, text, self.root, self.variables)
