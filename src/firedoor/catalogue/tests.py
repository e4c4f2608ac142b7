"""FD63: test suites."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
