"""FD65: the handshake between services."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
