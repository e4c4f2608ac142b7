"""FD52: the marks inside resources, and the ledger."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
