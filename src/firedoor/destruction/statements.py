"""A text's statements, each read by its first word: opened where it carries another one, else parsed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot.dialects import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from firedoor.destruction import trees, words
from firedoor.destruction.finding import Finding, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_DEEPEST = 8  # a statement in a statement in a statement
_TEXTS = frozenset(
    {TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING}
    | {TokenType.BYTE_STRING, TokenType.UNICODE_STRING}
)
_QUOTED = _TEXTS | {TokenType.IDENTIFIER}
_STARTS = frozenset(
    {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "VALUES", "CREATE", "DROP"}
) | {*("TRUNCATE", "ALTER", "EXECUTE", "DECLARE", "COPY", "CALL", "DO")}
_ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "RULE", "EVENT", "PACKAGE"})
_BEFORE_ROUTINE = 8  # words: CREATE OR REPLACE DEFINER = name @ host
# After these, a word that destroys only says when or how something else happens: ON DELETE CASCADE, BEFORE UPDATE.
_HARMLESS_AFTER = frozenset({"ON", "BEFORE", "AFTER", "OR", "KEY", "OF"})
_SENDING = ("dblink", "query_to_xml")
_HARMLESS_SENDING = (
    "dblink_connect",
    "dblink_disconnect",
    "dblink_get",
    "dblink_is_busy",
    "dblink_cancel",
    "dblink_fdw",
)
_HARMLESS_LOCK = frozenset({"", "OF", "NOWAIT", "SKIP", ")"})


def findings(text: str, dialect: str, depth: int = 0) -> Iterator[Finding]:
    """What the statements of the text destroy. Raises sqlglot's errors for a text without an end to its quotes."""
    if depth > _DEEPEST:
        yield unreadable("a statement within many others")
        return
    used = ""
    for chunk, own in _chunks(text, dialect):
        if dialect == "mysql" and chunk[0].text.upper() == "USE":
            used = chunk[-1].text
        for finding in Statement(own, chunk, dialect, depth).findings():
            yield replace(finding, databases=tuple(name or used for name in finding.databases))


def _chunks(text: str, dialect: str) -> Iterator[tuple[list[Token], str]]:
    """(tokens, text) of each of the text's statements."""
    tokens = _tokens(text, dialect)
    start = 0
    for position in range(len(tokens) + 1):
        is_end = position == len(tokens)
        if is_end or tokens[position].token_type is TokenType.SEMICOLON:
            end = len(text) if is_end else tokens[position].start
            if position > start:
                chunk = tokens[start:position]
                yield chunk, text[chunk[0].start : end]
            start = position + 1


class Statement:
    """One statement: its text, its tokens, and how deep it stands in others."""

    def __init__(self, text: str, tokens: Sequence[Token], dialect: str, depth: int) -> None:
        self.text = text
        self.dialect = dialect
        self.depth = depth
        self.head = tokens[0].text.upper()
        self._tokens = tokens

    def findings(self) -> Iterator[Finding]:
        """What it destroys."""
        reader = _READERS.get(self.head)
        return self.parsed() if reader is None else reader(self)

    def parsed(self) -> Iterator[Finding]:
        """By the parser's tree."""
        for token, argument in self._sent():
            yield from self._of_literal(argument, f"a statement sent by {token.lower()}")
        try:
            parser = Dialect.get_or_raise(self.dialect).parser()
            (tree,) = parser.parse(_with_plain_placeholders(self._tokens), self.text)
        except (SqlglotError, ValueError):
            tree = None
        if tree is None:
            if self.holds_destructive_word():
                yield unreadable("a statement that cannot be read")
            return
        yield from trees.findings(tree, self.dialect, self.holds_destructive_word)

    def explained(self) -> Iterator[Finding]:
        """EXPLAIN carries its statement out only with ANALYZE."""
        _, before = self._inner()
        if self.head == "ANALYZE" or {"ANALYZE", "ANALYSE"}.intersection(before):
            yield from self.carried()

    def carried(self) -> Iterator[Finding]:
        """The statement within, as in PREPARE name AS, DECLARE name CURSOR FOR, SET STATEMENT ... FOR."""
        inner, _ = self._inner()
        if inner:
            yield from findings(inner, self.dialect, self.depth + 1)
        elif self.holds_destructive_word():
            yield unreadable("a statement that cannot be read")

    def prepared(self) -> Iterator[Finding]:
        """MySQL prepares a text; one that is not written there cannot be read."""
        if self.dialect != "mysql":
            yield from self.carried()
            return
        rest = self.rest()
        behind = [i for i, token in enumerate(rest) if token.text.upper() in ("FROM", "IMMEDIATE")]
        literal = rest[behind[0] + 1 :] if behind else []
        if len(literal) == 1 and literal[0].token_type in _TEXTS:
            yield from findings(literal[0].text, self.dialect, self.depth + 1)
        elif behind:
            yield unreadable("a statement made of what is not written there")

    def executed(self) -> Iterator[Finding]:
        """What was prepared was looked at then; MariaDB's EXECUTE IMMEDIATE prepares."""
        if self.dialect == "mysql" and self.rest()[:1] and self.rest()[0].text.upper() == "IMMEDIATE":
            yield from self.prepared()

    def block(self) -> Iterator[Finding]:
        """A program that is carried out at once, in a language that no SQL parser reads."""
        if any(self._could_destroy(token.text) for token in self.rest() if token.token_type in _TEXTS):
            yield unreadable("a DO block")

    def created(self) -> Iterator[Finding]:
        """A routine's program is carried out later, by whatever calls it, where nobody sees it."""
        named = {token.text.upper() for token in self._tokens[1:_BEFORE_ROUTINE]} & _ROUTINES
        if not named:
            yield from self.parsed()
            return
        bodies = [token.text for token in self._tokens if token.token_type in _TEXTS]
        if self.holds_destructive_word() or any(map(self._could_destroy, bodies)):
            yield unreadable(f"CREATE {min(named)}")

    def dropped(self) -> Iterator[Finding]:
        """PostgreSQL's DROP DATABASE has options that the parser does not know."""
        texts = [token.text.upper() for token in self._tokens]
        if self.dialect != "postgres" or texts[1:2] != ["DATABASE"]:
            yield from self.parsed()
            return
        named = self._tokens[4 if texts[2:4] == ["IF", "EXISTS"] else 2 :][:1]
        names = tuple(
            one.text if one.token_type is TokenType.IDENTIFIER else one.text.lower() for one in named
        )
        yield Finding("DROP DATABASE", "drop-database", names or ("",))

    def copied(self) -> Iterator[Finding]:
        """COPY can start a program on the server."""
        texts = [token.text.upper() for token in self._tokens]
        if any(before in ("TO", "FROM") and word == "PROGRAM" for before, word in pairwise(texts)):
            yield Finding("COPY with PROGRAM", "program")
        else:
            yield from self.parsed()

    def assigned(self) -> Iterator[Finding]:
        """MariaDB's SET STATEMENT carries one."""
        is_carrying = self.rest()[:1] and self.rest()[0].text.upper() == "STATEMENT"
        yield from self.carried() if is_carrying else self.parsed()

    def rest(self) -> list[Token]:
        """The tokens behind the first word: of some statements the parser keeps that as one text."""
        return _tokens(self.text[len(self.head) :], self.dialect)

    def holds_destructive_word(self) -> bool:
        """Whether a word stands there, outside of literals, that could destroy something."""
        found = [*self._tokens[:1], *self.rest()]
        return any(_counts(found, position) for position in range(len(found)))

    def _inner(self) -> tuple[str, list[str]]:
        """The text of the statement within, empty for none, and the words before it."""
        rest = self.text[len(self.head) :]
        before: list[str] = []
        depth = 0
        for token in _tokens(rest, self.dialect):
            word = token.text.upper()
            depth += {"(": 1, ")": -1}.get(word, 0)
            if depth == 0 and word in _STARTS and token.token_type not in _QUOTED:
                return rest[token.start :], before
            before.append(word)
        return "", before

    def _sent(self) -> Iterator[tuple[str, Token | None]]:
        """(function, text) of what is sent to another connection; None for a text that is not written there."""
        if self.dialect != "postgres":
            return
        for position, token in enumerate(self._tokens):
            name = token.text.lower()
            if (
                name.startswith(_SENDING)
                and not name.startswith(_HARMLESS_SENDING)
                and self._is_call(position)
            ):
                for argument in self._arguments(position + 2):
                    if argument.token_type in _TEXTS:
                        yield name, argument
                    elif argument.text.lower() not in (",", "true", "false"):
                        yield name, None

    def _is_call(self, position: int) -> bool:
        return [token.text for token in self._tokens[position + 1 : position + 2]] == ["("]

    def _arguments(self, start: int) -> Iterator[Token]:
        depth = 1
        for token in self._tokens[start:]:
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.token_type not in _TEXTS else 0
            if depth == 0:
                return
            yield token

    def _of_literal(self, literal: Token | None, act: str) -> Iterator[Finding]:
        if literal is None:
            yield unreadable(act)
        elif words.are_in(literal.text):
            yield from findings(literal.text, self.dialect, self.depth + 1)

    def _could_destroy(self, body: str) -> bool:
        """Whether a program holds a word that destroys, or makes statements while it runs."""
        lowered = f" {body.lower()} "
        return words.are_in(body) or " execute " in lowered


def _tokens(text: str, dialect: str) -> list[Token]:
    return list(Dialect.get_or_raise(dialect).tokenize(text))


def _counts(tokens: Sequence[Token], position: int) -> bool:
    """Whether a token is a word that destroys where it stands."""
    token = tokens[position]
    word = token.text.lower()
    if (
        word not in words.DESTRUCTIVE
        or token.token_type in _TEXTS
        or token.token_type is TokenType.IDENTIFIER
    ):
        return False
    before = tokens[position - 1].text.upper() if position else ""
    behind = tokens[position + 1].text.upper() if position + 1 < len(tokens) else ""
    if before in _HARMLESS_AFTER:
        return False
    if word == "update":
        return not ((before == "DO" and behind == "SET") or (before == "FOR" and behind in _HARMLESS_LOCK))
    return True


def _with_plain_placeholders(tokens: Sequence[Token]) -> list[Token]:
    """Python's and SQLite's placeholders (``%s``, ``%(name)s``, ``?1``) as the one that all dialects know."""
    found: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        length = _placeholder(tokens, position)
        if length:
            found.append(Token(TokenType.PLACEHOLDER, "?", token.line, token.col, token.start, token.end))
        elif not _is_doubled(tokens, position):
            found.append(token)
        position += length or 1
    return found


def _placeholder(tokens: Sequence[Token], position: int) -> int:
    """How many tokens make up the placeholder that begins here; 0 when none does, or the parser knows it."""
    kinds = [token.token_type for token in tokens[position : position + 5]]
    behind = [token.text for token in tokens[position + 1 : position + 5]]
    if kinds[0] is TokenType.PLACEHOLDER and kinds[1:2] == [TokenType.NUMBER]:
        return 2 if tokens[position + 1].start == tokens[position].end + 1 else 0
    if kinds[0] is not TokenType.MOD or not _touch(tokens, position):
        return 0
    if behind[:1] == ["s"]:
        return 2
    return 5 if behind[:1] == ["("] and behind[2:] == [")", "s"] else 0


def _is_doubled(tokens: Sequence[Token], position: int) -> bool:
    """``%%`` in a text with placeholders is one."""
    kinds = [token.token_type for token in tokens[position : position + 2]]
    return kinds == [TokenType.MOD, TokenType.MOD] and _touch(tokens, position)


def _touch(tokens: Sequence[Token], position: int) -> bool:
    return position + 1 < len(tokens) and tokens[position + 1].start == tokens[position].end + 1


_READERS: dict[str, Callable[[Statement], Iterator[Finding]]] = {
    "EXPLAIN": Statement.explained,
    "DESCRIBE": Statement.explained,
    "DESC": Statement.explained,
    "ANALYZE": Statement.explained,
    "PREPARE": Statement.prepared,
    "EXECUTE": Statement.executed,
    "DECLARE": Statement.carried,
    "DO": Statement.block,
    "CREATE": Statement.created,
    "COPY": Statement.copied,
    "DROP": Statement.dropped,
    "SET": Statement.assigned,
}
