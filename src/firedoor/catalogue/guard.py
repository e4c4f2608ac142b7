"""The guard in the process."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
