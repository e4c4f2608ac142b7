"""Where test databases are created: the variable that leads there, and whose it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

from firedoor import stamps
from firedoor.stamps.address import Address
from firedoor.stamps.observation import ClientMissing, NotAllowed, Overtaken, Unreachable
from firedoor.stamps.stamp import Stamp, new_id
from firedoor.testing.databases.database import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def url(self, database: str) -> str:
        """The same address with another database."""
        return urlunsplit(urlsplit(self.text)._replace(path=f"/{quote(database, safe='')}"))

    def plain(self, scheme: str) -> str:
        """The address without the name of a driver in its scheme; asyncpg's ``ssl`` is libpq's ``sslmode``."""
        parts = urlsplit(self.text)
        query = "&".join(
            f"sslmode={one[4:]}" if one.startswith("ssl=") else one for one in parts.query.split("&")
        )
        return urlunsplit(parts._replace(scheme=scheme, query=query))

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
        address = Address(self.variable, self.kind, url, self.root, self.variables)
        marker = stamps.marker(address)
        if marker is None:
            return
        before = marker.observe(address).stamp
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        made = Stamp(self.project, self.environment, self.variable, new_id(), now, BY)
        marker.write(address, made, replacing=before)

    def is_ours(self, url: str) -> bool:
        """Whether a database carries a mark that a test session of this environment put there."""
        address = Address(self.variable, self.kind, url, self.root, self.variables)
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
