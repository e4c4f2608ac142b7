"""FD50 and FD51: the lock."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
