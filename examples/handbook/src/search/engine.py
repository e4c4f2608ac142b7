"""What a database must tell about its full-text search."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchEngine:
    """SQL of one database's full-text search.

    ``create`` and ``drop`` maintain the index; ``query`` takes ``:expression`` (quoted words, side by side for
    "all of them", joined by OR for "any") and ``:limit``, and gives slug, title and excerpt, best first.
    """

    create: tuple[str, ...]
    drop: tuple[str, ...]
    query: str
