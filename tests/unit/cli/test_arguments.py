"""Reading a command line: every spelling of an option, and what is refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor.cli import arguments
from firedoor.cli.arguments import Option, Verb, parse
from firedoor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

NAME = Option("-n --name", "NAME", "a name")
LOUD = Option("-l --loud", "", "a flag")
LONG = Option("--only-long", "TEXT", "no short spelling")
VERB = Verb("try", "[WORD...]", "Try it.", (NAME, LOUD, LONG), notes="A note.")
COMMAND = Verb("do", "-- COMMAND", "Do it.", (NAME,), command=True)


@pytest.mark.parametrize(
    ("argv", "operands", "name", "loud"),
    [
        ((), [], None, False),
        (("a", "b"), ["a", "b"], None, False),
        (("-n", "x", "a"), ["a"], "x", False),
        (("-nx", "a"), ["a"], "x", False),
        (("--name", "x"), [], "x", False),
        (("--name=x",), [], "x", False),
        (("--name=",), [], "", False),
        (("--name=a=b",), [], "a=b", False),
        (("-n", "-l"), [], "-l", False),
        (("-n=x",), [], "=x", False),
        (("a", "-l", "b"), ["a", "b"], None, True),
        (("-ln", "x"), [], "x", True),
        (("-lnx",), [], "x", True),
        (("-ll",), [], None, True),
        (("-n", "x", "--name", "x"), [], "x", False),
        (("-",), ["-"], None, False),
        (("--", "-l", "--", "x"), ["-l", "--", "x"], None, False),
        (("a", "--", "-n"), ["a", "-n"], None, False),
        (("",), [""], None, False),
    ],
)
def test_spellings(argv: tuple[str, ...], operands: list[str], name: str | None, loud: bool) -> None:
    given = parse(VERB, argv)
    assert (given.operands, given.text(NAME), given.flag(LOUD)) == (operands, name, loud)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--nam", "x"), "try: unknown option --nam; did you mean --name?"),
        (("--xyzzy",), "try: unknown option --xyzzy; see --help"),
        (("-x",), "try: unknown option -x; see --help"),
        (("-lx",), "try: unknown option -x; see --help"),
        (("-n",), "try: -n needs a value: -n NAME"),
        (("--only-long",), "try: --only-long needs a value: --only-long TEXT"),
        (("-n", "x", "--name=y"), "try: --name is given twice, with different values"),
        (("--loud=yes",), "try: --loud takes no value"),
        (("--loud=",), "try: --loud takes no value"),
        (("--secret=hunter2",), "try: unknown option --secret; see --help"),
    ],
)
def test_refusals(argv: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(VERB, argv)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("argv", "operands", "name"),
    [
        (("-n", "x", "cmd", "-n", "y", "--", "z"), ["cmd", "-n", "y", "--", "z"], "x"),
        (("-n", "x", "--", "cmd", "-n", "y"), ["cmd", "-n", "y"], "x"),
        (("--", "-n", "y"), ["-n", "y"], None),
        (("-",), ["-"], None),
    ],
)
def test_the_rest_of_a_command_is_its_own(
    argv: tuple[str, ...], operands: list[str], name: str | None
) -> None:
    given = parse(COMMAND, argv)
    assert (given.operands, given.text(NAME)) == (operands, name)


def test_a_flag_is_no_text_and_a_text_no_flag() -> None:
    given = parse(VERB, ("-l", "-n", ""))
    assert (given.text(LOUD), given.flag(NAME), given.quiet) == (None, False, False)
    assert parse(VERB, ("-q",)).quiet


def test_reading_may_go_on_where_it_stopped() -> None:
    given = parse(VERB, ("-n", "x"))
    assert parse(VERB, ("a",), given) is given
    assert (given.operands, given.text(NAME)) == (["a"], "x")


def test_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert parse(VERB, ()).directory == "."
    assert parse(VERB, ("-C", str(tmp_path))).directory == str(tmp_path)
    for wrong in (tmp_path / "file", tmp_path / "nope", ""):
        with pytest.raises(UsageError, match="there is no such folder"):
            _ = parse(VERB, ("-C", os.fspath(wrong))).directory


def test_help() -> None:
    assert arguments.help_text(VERB) == (
        "usage: firedoor try [WORD...]\n"
        "\n"
        "Try it.\n"
        "\n"
        "  -n, --name NAME      a name\n"
        "  -l, --loud           a flag\n"
        "  --only-long TEXT     no short spelling\n"
        "  -C, --directory DIR  work as if started in DIR\n"
        "  -q, --quiet          say only what must be said\n"
        "  -h, --help           show this help\n"
        "\n"
        "A note.\n"
    )
    assert arguments.help_text(Verb("bare", "", "Bare.")).startswith("usage: firedoor bare\n\nBare.\n\n  -C")
    assert LONG.key == "only_long"
