"""FD4, continued: what servers say of themselves when they are asked."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
