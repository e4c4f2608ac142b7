"""FD66: the drill."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
