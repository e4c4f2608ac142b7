"""FD610 and FD611: what the guard's adaptors for databases refuse."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
