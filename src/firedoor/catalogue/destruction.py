"""Destructive statements in protected environments, and the consent to one."""

from firedoor.catalogue.entries import Entry

ENTRIES: tuple[Entry, ...] = ()
