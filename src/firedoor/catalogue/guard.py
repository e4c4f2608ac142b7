"""FD601 to FD609: the guard in the process."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
