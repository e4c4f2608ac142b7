"""The files that a statement of SQLite attaches. Pure.

Not a parser: SQLite's own tokens, of which three in a row are looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ACT = "attach a database by"
_QUOTES = {"'": "'", '"': '"', "`": "`", "[": "]"}


def names(statement: str) -> Iterator[str | None]:
    """The name behind each ATTACH; None where it is not written there but bound, or made of pieces."""
    if "attach" not in statement.lower():
        return
    tokens = [*_tokens(statement), "", "", ""]
    for position, token in enumerate(tokens):
        if token.lower() != "attach" or (position and tokens[position - 1] not in (";", "")):
            continue
        behind = position + 1 + (tokens[position + 1].lower() == "database")
        name, following = tokens[behind], tokens[behind + 1]
        is_written = name[:1] in _QUOTES and following.lower() == "as"
        yield _unquoted(name) if is_written else None


def _unquoted(token: str) -> str:
    closing = _QUOTES[token[0]]
    return token[1:-1].replace(closing * 2, closing) if closing != "]" else token[1:-1]


def _tokens(statement: str) -> Iterator[str]:
    """Words, quoted texts with their quotes, and single characters; neither blanks nor comments."""
    position = 0
    while position < len(statement):
        character = statement[position]
        end = _end(statement, position, character)
        if not character.isspace() and not statement.startswith(("--", "/*"), position):
            yield statement[position:end]
        position = end


def _end(statement: str, start: int, character: str) -> int:
    """Where the token that starts here ends."""
    if statement.startswith("--", start):
        return _behind(statement, "\n", start)
    if statement.startswith("/*", start):
        return _behind(statement, "*/", start + 2)
    if character in _QUOTES:
        closing = _QUOTES[character]
        end = _behind(statement, closing, start + 1)
        while closing != "]" and statement.startswith(closing, end):
            end = _behind(statement, closing, end + 1)
        return end
    end = start + 1
    if character.isalnum() or character == "_":
        while end < len(statement) and (statement[end].isalnum() or statement[end] in "_$"):
            end += 1
    return end


def _behind(statement: str, text: str, start: int) -> int:
    found = statement.find(text, start)
    return len(statement) if found < 0 else found + len(text)
