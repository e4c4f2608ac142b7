"""Constructs of how the file was saved: line ends and the byte order mark."""

from __future__ import annotations

from firedoor.dialects.construct import Construct

CONSTRUCTS = (
    Construct(
        code="FD267",
        name="lines that end with a carriage return",
        severity="note",
        compose="ignores it",
        python_dotenv="ignores it",
        node="ignores it",
        bash="keeps it as the last character of every value",
        portable="line ends of LF alone",
        example="A=1\r\n",
        in_entry=lambda it: it.crlf,
    ),
    Construct(
        code="FD268",
        name="carriage return inside quotes",
        severity="warning",
        compose="keeps it",
        python_dotenv="reads a line feed instead, from a file",
        node="reads a line feed instead",
        bash="keeps it",
        portable="line ends of LF alone",
        example='A="x\r\ny"',
        in_entry=lambda it: bool(it.quote) and "\r" in it.body,
    ),
    Construct(
        code="FD269",
        name="byte order mark",
        severity="note",
        compose="ignores it",
        python_dotenv="ignores it",
        node="ignores it",
        bash="takes it for a part of the first line and loses the first variable",
        portable="UTF-8 without byte order mark",
        example="\ufeffA=1",
        in_entry=lambda it: it.marked,
    ),
)
