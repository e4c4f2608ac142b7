"""Constructs in values without quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firedoor.dialects.construct import Construct

if TYPE_CHECKING:
    from firedoor.dialects.spelled import Spelled

_SHELL_CHARACTERS = re.compile(r"[;&|<>()]|^[^`]+`|(?:^|:)~")
_SECOND_WORD = re.compile(r"[^#\s][^ \t]*[ \t]+[^#\s]")
_KEEPS = "keeps it as it stands"


def _several_words(it: Spelled) -> bool:
    return bool(_SECOND_WORD.match(it.bare))


def _shell_characters(it: Spelled) -> bool:
    return bool(_SHELL_CHARACTERS.search(it.bare)) and "$(" not in it.dollars


CONSTRUCTS = (
    Construct(
        code="FD239",
        name="spaces in an unquoted value",
        severity="note",
        compose=_KEEPS,
        python_dotenv=_KEEPS,
        node=_KEEPS,
        bash="takes the second word for a command and sets nothing",
        portable="single quotes around the value",
        example="A=x y",
        in_entry=_several_words,
    ),
    Construct(
        code="FD240",
        name="quote inside an unquoted value",
        severity="note",
        compose=_KEEPS,
        python_dotenv=_KEEPS,
        node=_KEEPS,
        bash="removes the quotes, or reads on to the next quote in the file",
        portable="quotes of the other kind around the value",
        example="A=it's",
        in_entry=lambda it: "'" in it.bare or '"' in it.bare,
    ),
    Construct(
        code="FD241",
        name="value in backticks",
        severity="warning",
        compose="keeps the backticks",
        python_dotenv="keeps the backticks",
        node="takes the backticks for quotes and removes them",
        bash="runs the text as a command",
        portable="single quotes",
        example="A=`x`",
        in_entry=lambda it: it.bare[:1] == "`",
    ),
    Construct(
        code="FD242",
        name="backslash in an unquoted value",
        severity="note",
        compose=_KEEPS,
        python_dotenv=_KEEPS,
        node=_KEEPS,
        bash="removes it, and joins the next line when it ends the line",
        portable="single quotes around the value",
        example="A=x\\y",
        in_entry=lambda it: "\\" in it.bare,
    ),
    Construct(
        code="FD243",
        name="character of the shell in an unquoted value",
        severity="note",
        compose=_KEEPS,
        python_dotenv=_KEEPS,
        node=_KEEPS,
        bash="acts on it: ; & | < > ( ) ~ and backticks end the value, start commands or expand",
        portable="single quotes around the value",
        example="A=1;B=2",
        in_entry=_shell_characters,
    ),
    Construct(
        code="FD244",
        name="unusual white space or invisible character at the edge of a value",
        severity="warning",
        compose="removes some of them, depending on the side",
        python_dotenv="removes most of them",
        node="removes others than Compose and python-dotenv do",
        bash="keeps all of them as part of the value or the name",
        portable="plain spaces, or quotes around the value",
        example="A=\u3000x",
        in_entry=lambda it: it.odd_space,
    ),
)
