"""SQLite: an FTS5 table that triggers keep in step with the chapters."""

from src.search.engine import SearchEngine

_FORGET = """
    INSERT INTO chapter_search(chapter_search, rowid, title, body)
    VALUES ('delete', old.id, old.title, old.body);
"""
_LEARN = "INSERT INTO chapter_search(rowid, title, body) VALUES (new.id, new.title, new.body);"

ENGINE = SearchEngine(
    create=(
        """
        CREATE VIRTUAL TABLE chapter_search USING fts5(
            title, body, content='chapters', content_rowid='id', tokenize='porter unicode61'
        )
        """,
        f"CREATE TRIGGER chapter_added AFTER INSERT ON chapters BEGIN {_LEARN} END",
        f"CREATE TRIGGER chapter_removed AFTER DELETE ON chapters BEGIN {_FORGET} END",
        f"CREATE TRIGGER chapter_changed AFTER UPDATE ON chapters BEGIN {_FORGET} {_LEARN} END",
    ),
    drop=("DROP TABLE chapter_search",),
    query="""
        SELECT chapters.slug, chapters.title,
               snippet(chapter_search, 1, '<mark>', '</mark>', ' … ', 24) AS excerpt
        FROM chapter_search JOIN chapters ON chapters.id = chapter_search.rowid
        WHERE chapter_search MATCH :expression
        ORDER BY bm25(chapter_search, 5.0, 1.0), chapters.position
        LIMIT :limit
    """,
)
