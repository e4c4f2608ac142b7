"""What the guard's adaptors for databases refuse."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
