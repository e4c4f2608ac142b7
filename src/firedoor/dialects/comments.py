"""Constructs around ``#``: where a value ends and a comment begins."""

from __future__ import annotations

import re

from firedoor.dialects.construct import Construct

_HASH_BEHIND_TEXT = re.compile(r"(?:^|\S)#")
_HASH_BEHIND_SPACE = re.compile(r"\s#")

CONSTRUCTS = (
    Construct(
        code="FD235",
        name="# inside an unquoted value",
        severity="warning",
        compose="keeps it as part of the value",
        python_dotenv="keeps it as part of the value",
        node="ends the value there",
        bash="keeps it as part of the value",
        portable="single quotes around the value",
        example="A=x#c",
        in_entry=lambda it: bool(_HASH_BEHIND_TEXT.search(it.bare)) and not (it.after and it.bare[0] == "#"),
    ),
    Construct(
        code="FD236",
        name="comment in place of a value",
        severity="warning",
        compose="reads the comment as the value",
        python_dotenv="reads an empty value",
        node="reads an empty value",
        bash="reads an empty value",
        portable="the comment on a line of its own above",
        example="A= # c",
        in_entry=lambda it: bool(it.after) and it.bare[:1] == "#",
    ),
    Construct(
        code="FD237",
        name="tab before #",
        severity="warning",
        compose="keeps the comment as part of the value, since only a space and # begin one",
        python_dotenv="ends the value there",
        node="ends the value there",
        bash="ends the value there",
        portable="a space before #, or the comment on a line of its own",
        example="A=x\t# c",
        in_entry=lambda it: bool(_HASH_BEHIND_SPACE.search(it.bare)),
    ),
    Construct(
        code="FD238",
        name="# straight after the closing quote",
        severity="note",
        compose="begins a comment there",
        python_dotenv="begins a comment there",
        node="begins a comment there",
        bash="keeps it as part of the value",
        portable="a space before #",
        example='A="x"#c',
        in_entry=lambda it: bool(it.quote) and it.tail[:1] == "#",
    ),
)
