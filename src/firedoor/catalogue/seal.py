"""FD62: the seal by the kernel."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
