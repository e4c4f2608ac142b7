"""FD64: databases and other resources of tests."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
