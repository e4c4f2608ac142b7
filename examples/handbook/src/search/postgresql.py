"""PostgreSQL: an expression index over a weighted tsvector."""

from src.search.engine import SearchEngine

# The query must repeat the index's expression to the letter, or the planner won't use the index.
_VECTOR = "(setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B'))"
_EXCERPT = "StartSel=<mark>, StopSel=</mark>, MaxWords=24, MinWords=12"

ENGINE = SearchEngine(
    create=(f"CREATE INDEX chapter_search ON chapters USING gin ({_VECTOR})",),
    drop=(),  # the index goes with its table
    query=f"""
        SELECT slug, title,
               ts_headline('english', body, words, '{_EXCERPT}') AS excerpt
        FROM chapters, websearch_to_tsquery('english', :expression) AS words
        WHERE {_VECTOR} @@ words
        ORDER BY ts_rank({_VECTOR}, words) DESC, position
        LIMIT :limit
    """,  # noqa: S608 - built from this module's constants
)
