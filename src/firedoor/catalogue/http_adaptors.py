"""What the guard's adaptors for HTTP, buckets and mail refuse."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
