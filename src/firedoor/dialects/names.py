"""Constructs around the key: what stands before the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.dialects.construct import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.dialects.spelled import Spelled
    from firedoor.dotenv import Entry

# Variables that bash computes itself or does not let anyone set: what a sourced file assigns to them is lost.
BASH_OWN = frozenset(
    (
        *(
            "BASHOPTS",
            "BASHPID",
            "BASH_ALIASES",
            "BASH_ARGC",
            "BASH_ARGV",
            "BASH_ARGV0",
            "BASH_CMDS",
            "BASH_LINENO",
        ),
        *("BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME"),
        *("EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "LINENO", "PIPESTATUS", "PPID", "RANDOM", "SECONDS"),
        *("SHELLOPTS", "SHLVL", "UID", "_"),
    )
)


def _spaces_around(it: Spelled) -> bool:
    value = it.quote or it.bare
    return it.separator == "=" and bool(it.before or (it.after and value and value[0] != "#"))


def _differ_in_case(entries: Sequence[Entry]) -> list[Entry]:
    first: dict[str, str] = {}
    return [entry for entry in entries if first.setdefault(entry.key.lower(), entry.key) != entry.key]


CONSTRUCTS = (
    Construct(
        code="FD230",
        name="spaces around the equals sign",
        severity="note",
        compose="ignores the spaces",
        python_dotenv="ignores the spaces",
        node="ignores the spaces",
        bash="takes the first word for a command and sets nothing",
        portable="no space before or after the equals sign",
        example="A = 1",
        in_entry=_spaces_around,
    ),
    Construct(
        code="FD231",
        name="colon instead of an equals sign",
        severity="warning",
        compose="takes the colon for an equals sign",
        python_dotenv="sets nothing",
        node="sets it only when a space follows the colon",
        bash="takes the line for a command and sets nothing",
        portable="an equals sign without spaces",
        example="A: 1",
        in_entry=lambda it: it.separator == ":",
    ),
    Construct(
        code="FD232",
        name="dot or dash in the name",
        severity="note",
        compose="sets it",
        python_dotenv="sets it",
        node="sets it",
        bash="takes the line for a command and sets nothing",
        portable="a name of letters, digits and underscores",
        example="a.b-c=1",
        in_entry=lambda it: "." in it.key or "-" in it.key,
    ),
    Construct(
        code="FD233",
        name="name that bash keeps for itself",
        severity="note",
        compose="sets it",
        python_dotenv="sets it",
        node="sets it",
        bash="refuses the assignment or forgets the value",
        portable="another name, such as APP_UID for UID",
        example="UID=1000",
        in_entry=lambda it: it.key in BASH_OWN,
    ),
    Construct(
        code="FD234",
        name="names that differ only in upper and lower case",
        severity="note",
        compose="keeps two variables",
        python_dotenv="keeps two variables, on Windows one",
        node="keeps two variables, on Windows one",
        bash="keeps two variables",
        portable="two names that differ in more than case",
        example="A=1\na=2",
        among=_differ_in_case,
    ),
)
