"""FD230 to FD269: spellings that the readers of env files do not all read alike. Made from the table of constructs."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
