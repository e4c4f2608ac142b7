"""The env-file grammar: what each spelling means, where it stands, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import dotenv, dotenv_scanner
from support.dialects import Case, read, recorded, table

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET = "hunter2-hunter2"


def values(text: str) -> dict[str, str]:
    return {entry.key: entry.value for entry in dotenv.parse(text)}


def faults(text: str) -> list[tuple[str, int, int, str, int]]:
    """Code, line, column, key and other line of each fault."""
    with pytest.raises(dotenv.DotenvError) as refusal:
        dotenv.parse(text)
    return [(f.code, f.line, f.column, f.key, f.other_line) for f in refusal.value.faults]


# -- against the recorded readings of Docker Compose -------------------------------------------------------


@pytest.mark.parametrize("case", recorded(), ids=str)
def test_reads_what_compose_reads_or_refuses_with_a_documented_reason(case: Case) -> None:
    documented = {row[0]: row[2] for row in table("Where firedoor does not read what Compose reads")}
    ours = read(case.text)
    theirs = case.readings["compose"]
    if case.name not in documented:
        assert ours == theirs
    elif documented[case.name].startswith("FD"):
        assert ours == [documented[case.name]]
    else:
        assert ours != theirs
        assert isinstance(ours, dict)


def test_the_page_documents_no_case_that_does_not_exist() -> None:
    names = [row[0] for row in table("Where firedoor does not read what Compose reads")]
    assert set(names) <= {case.name for case in recorded()}
    assert len(names) == len(set(names)) == 16
    assert len(recorded()) == 67


# -- values ------------------------------------------------------------------------------------------------

READINGS = {
    "plain": ("A=1", "1"),
    "empty": ("A=", ""),
    "only spaces": ("A=  \t", ""),
    "spaces inside": ("A=x  y", "x  y"),
    "spaces around": ("A =\t x y \t", "x y"),
    "indented": (" \tA=1", "1"),
    "another equals sign": ("A=x=y==", "x=y=="),
    "export": ("export A=1", "1"),
    "export and a tab": ("export\tA=1", "1"),
    "export and several spaces": ("  export \t A=1", "1"),
    "comment": ("A=x # c", "x"),
    "comment after several spaces": ("A=x   # c # d", "x"),
    "comment at once": ("A=x #", "x"),
    "hash inside": ("A=x#c", "x#c"),
    "hash first": ("A=#c", "#c"),
    "hash in place of a value": ("A= # c", "# c"),
    "tab and hash": ("A=x\t# c", "x\t# c"),
    "colon": ("A: 1", "1"),
    "colon without space": ("A:1", "1"),
    "colon before an equals sign": ("A:B=1", "B=1"),
    "colon in the value": ("A=b:c", "b:c"),
    "colon in a quoted value": ('A = "b:c=d"', "b:c=d"),
    "double quotes": ('A="x y"', "x y"),
    "empty double quotes": ('A=""', ""),
    "single quotes": ("A='x y'", "x y"),
    "spaces inside quotes": ('A=" x "', " x "),
    "quotes after spaces": ('A = "x"  ', "x"),
    "hash in quotes": ('A="x # y"', "x # y"),
    "comment behind quotes": ('A="x" # "c"', "x"),
    "comment at the quote": ("A='x'#c", "x"),
    "the other quote inside": ('A="it\'s"', "it's"),
    "several lines": ('A="x\n\n y"', "x\n\n y"),
    "several lines, comment behind": ("A='x\ny' # c", "x\ny"),
    "quotes in the middle": ("A=x'y\"z", "x'y\"z"),
    "escaped apostrophe": (r"A='it\'s'", "it's"),
    "backslashes in single quotes": (r"A='a\\b\n'", r"a\\b\n"),
    "backslashes before the closing single quote": (r"A='a\\'", r"a\\"),
    "control escapes": (r'A="\a\b\f\n\r\t\v"', "\a\b\f\n\r\t\v"),
    "escaped quote": (r'A="x\"y"', 'x"y'),
    "escaped backslash": (r'A="C:\\dir\\"', "C:\\dir\\"),
    "unknown escapes": (r'A="\c\q\'\8"', r"\c\q\'\8"),
    "octal escapes": (r'A="\0101\0377"', "A\xff"),
    "octal escapes that are none": (r'A="\0|\012|\0400|\0189"', r"\|\12|\400|\189"),
    "backslash without quotes": (r"A=x\ny", r"x\ny"),
    "backslash at the end of a line": ('A="x\\\ny"', "x\\\ny"),
    "no-break spaces at the edges": ("\xa0A\xa0=\xa0x\u3000", "x"),
    "wide space in front is kept": ("A=\u3000x", "\u3000x"),
    "information separators are no spaces": ("A=x\x1f", "x\x1f"),
    "information separators before quotes": ('A=\x1c"x"', '\x1c"x"'),
    "carriage returns at the ends": ("\r\nA=1\r\n\r\n", "1"),
    "carriage return behind a quote": ('A="1"\r\n', "1"),
    "carriage return behind a comment": ("A=1 # c\r\n", "1"),
    "carriage return behind nothing": ("A=\r\n", ""),
    "carriage return at the end of the text": ("A=1\r", "1"),
    "carriage returns in quotes": ('A="x\r\ny\rz"', "x\r\ny\rz"),
    "byte order mark": ("\ufeffA=1", "1"),
    "other letters in the value": ("A=café", "café"),
    "other letters in quotes": ("A='naïve'", "naïve"),
    "dollars": ("A=$X ${X:-y} $$", "$X ${X:-y} $$"),
}


@pytest.mark.parametrize(("text", "value"), READINGS.values(), ids=READINGS)
def test_value(text: str, value: str) -> None:
    assert values(text) == {"A": value}
    between = text.removeprefix("\ufeff")
    assert values(f"# before\n{between}\nB=2") == {"A": value, "B": "2"}


LITERALS = {
    "unquoted": ("A=$x", "$x", False),
    "double quotes": ('A="$x"', "$x", False),
    "single quotes": ("A='$x'", "$x", True),
    "escaped dollars alone": (r'A="\$x\$"', "$x$", True),
    "escaped and other dollars": (r'A="\$x$y"', "$$x$y", False),
    "escaped and doubled dollars": (r'A="\$x$$"', "$$x$$", False),
    "a dollar spelled in octal": (r'A="\0044x\$"', "$x$$", False),
    "escaped backslash before a dollar": (r'A="\\$x"', "\\$x", False),
}


@pytest.mark.parametrize(("text", "value", "literal"), LITERALS.values(), ids=LITERALS)
def test_literal_tells_whether_dollars_are_plain(text: str, value: str, literal: bool) -> None:
    (entry,) = dotenv.parse(text)
    assert (entry.value, entry.literal) == (value, literal)


@pytest.mark.parametrize("key", ["a.b-c", "_", "A1", "export", "exported", "a-", "UID"])
def test_valid_keys(key: str) -> None:
    assert values(f"{key}=1") == {key: "1"}
    assert values(f" export {key}\t= 1") == {key: "1"}
    assert dotenv.valid_key(key)


@pytest.mark.parametrize(
    "key", ["", "1A", ".a", "-a", "A B", "'A'", "A[0]", "é", "A+", "Aé", "export\xa0A", "\u017f"]
)
def test_invalid_keys_are_refused_without_showing_them(key: str) -> None:
    assert faults(f" {key}={SECRET}\n") == [("FD213", 1, 1 + len(f" {key}") - len(key.lstrip()), "", 0)]
    assert not dotenv.valid_key(key)


def test_no_text_no_entries() -> None:
    assert list(dotenv.parse("")) == []
    assert list(dotenv.parse("\n \r\n# A=1\n\t# B=2\n#\n\ufeff#\n".replace("\ufeff#", "  #"))) == []


# -- places ------------------------------------------------------------------------------------------------


def test_entries_say_where_they_stand_and_how_they_are_spelled() -> None:
    text = "# c\nA=1\n\nexport B=2 # b\r\n  C = 'x\ny' # c\n D: 4"
    assert [(e.key, e.line, e.column, e.raw) for e in dotenv.parse(text)] == [
        ("A", 2, 1, "A=1"),
        ("B", 4, 8, "export B=2 # b\r"),
        ("C", 5, 3, "  C = 'x\ny' # c"),
        ("D", 7, 2, " D: 4"),
    ]


def test_a_byte_order_mark_belongs_to_the_raw_text_of_the_first_line_only() -> None:
    assert [(e.raw, e.column) for e in dotenv.parse("\ufeffA=1\nB=2")] == [("\ufeffA=1", 1), ("B=2", 1)]
    assert [e.raw for e in dotenv.parse("\ufeff\nA=1")] == ["A=1"]
    assert faults("\ufeff\ufeffA=1") == [("FD213", 1, 1, "", 0)]


def test_an_entry_is_a_tuple_whose_text_form_shows_no_value() -> None:
    (entry,) = dotenv.parse(f"TOKEN={SECRET}")
    assert tuple(entry) == ("TOKEN", SECRET, 1, 1, f"TOKEN={SECRET}", False)
    assert repr(entry) == str(entry) == "Entry(TOKEN 1:1)"


# -- faults ------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, Sequence[tuple[str, int, int, str, int]]]] = {
    "no equals sign": ("  OUT\n", [("FD210", 1, 3, "", 0)]),
    "export alone": ("export\nA=1", [("FD210", 1, 1, "", 0)]),
    "export of a name": ("export A", [("FD210", 1, 1, "", 0)]),
    "export of nothing": ("export = 1", [("FD213", 1, 8, "", 0)]),
    "text behind quotes": ('A="x"y', [("FD210", 1, 6, "A", 0)]),
    "another assignment behind quotes": ("A='x' B='y'", [("FD210", 1, 7, "A", 0)]),
    "text behind quotes, several lines": ('A="x\nB="y"\nC=3\n', [("FD212", 1, 3, "A", 2)]),
    "quote never closed": ("B=1\nA = 'x\ny", [("FD212", 2, 5, "A", 0)]),
    "quote closed only by an escaped one": (r'A="x\"', [("FD212", 1, 3, "A", 0)]),
    "lines behind a torn quote": (
        "A='x\njunk\n+/9=\nB=1\njunk",
        [("FD212", 1, 3, "A", 0), ("FD210", 5, 1, "", 0)],
    ),
    "two torn quotes": ("A='x\nB=\"y\njunk\n", [("FD212", 1, 3, "A", 0), ("FD212", 2, 3, "B", 0)]),
    "torn quote of an invalid key": ("1='x\n", [("FD212", 1, 3, "", 0)]),
    "invalid key of several lines": ("1='x\ny'\nA", [("FD213", 1, 1, "", 0), ("FD210", 3, 1, "", 0)]),
    "duplicate": ("A=1\nB=2\nA=3\n A=4", [("FD211", 3, 1, "A", 1), ("FD211", 4, 2, "A", 1)]),
    "lone carriage return": ("A=1\rB=2\n", [("FD210", 1, 4, "A", 0)]),
    "lone carriage return before the quote": ('A=\r"x"', [("FD210", 1, 3, "A", 0)]),
    "lone carriage return behind the quote": ('A="x\ny"\r# c\r\n', [("FD210", 2, 3, "A", 0)]),
    "lone carriage return in a comment": ("# c\rA=1\r\n", [("FD210", 1, 4, "", 0)]),
    "two carriage returns": ("A=1\r\r\n", [("FD210", 1, 4, "A", 0)]),
    "NUL": ("B=1\nA=x\0y\n\0\n", [("FD208", 2, 4, "", 0)]),
    "NUL in a comment": ("# \0", [("FD208", 1, 3, "", 0)]),
    "NUL in the second line of a value": ("A='x\n\0y'", [("FD208", 2, 1, "", 0)]),
    "NUL spelled as an escape": (r'A="x\0000"', [("FD208", 1, 3, "A", 0)]),
    "several": (
        "A=1\njunk\n1=2\nA=3",
        [("FD210", 2, 1, "", 0), ("FD213", 3, 1, "", 0), ("FD211", 4, 1, "A", 1)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_fault(text: str, expected: list[tuple[str, int, int, str, int]]) -> None:
    assert faults(text) == expected
    assert dotenv_scanner.parse_all(text) == dotenv.parse_all(text)


def test_what_could_be_read_is_read_also_when_there_are_faults() -> None:
    entries, found = dotenv.parse_all("A=1\njunk\nB='x\nC=3\nD=x\0\nE=5\n")
    assert [entry.key for entry in entries] == ["A", "C", "E"]
    assert [fault.code for fault in found] == ["FD210", "FD212", "FD208"]


def test_the_refusal_names_places_and_reasons_only() -> None:
    with pytest.raises(dotenv.DotenvError) as refusal:
        dotenv.parse(f"TOKEN='{SECRET}\n{SECRET}\n")
    assert isinstance(refusal.value, ValueError)
    assert str(refusal.value) == "line 1, column 7: the quote is never closed (FD212)"
    assert refusal.value.faults[0].reason == "the quote is never closed"
    assert SECRET not in repr(refusal.value.faults)


def test_the_refusal_keeps_no_text_where_a_traceback_with_variables_would_show_it() -> None:
    with pytest.raises(dotenv.DotenvError) as refusal:
        dotenv.parse(f"A='{SECRET}")
    frames = []
    trace = refusal.value.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals["__name__"] == "firedoor.dotenv":
            frames.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    assert len(frames) == 1
    assert SECRET not in frames[0]


# -- writing -----------------------------------------------------------------------------------------------

SPELLINGS = {
    "": "KEY=",
    "8000": "KEY=8000",
    "postgres://a:b@h:1/d": "KEY=postgres://a:b@h:1/d",
    "two words": "KEY='two words'",
    "#c": "KEY='#c'",
    '{"a": "b"}': 'KEY=\'{"a": "b"}\'',
    "a$b ${c}": "KEY='a$b ${c}'",
    "it's": 'KEY="it\'s"',
    "it's $5": 'KEY="it\'s \\$5"',
    "C:\\new": "KEY='C:\\new'",
    "C:\\new\\": 'KEY="C:\\\\new\\\\"',
    "C:\\new\\\\": "KEY='C:\\new\\\\'",
    "l1\nl2": "KEY='l1\nl2'",
    "l1\r\nl2": 'KEY="l1\\r\nl2"',
    "~/x": "KEY='~/x'",
    "\xa0": "KEY='\xa0'",
}


@pytest.mark.parametrize(("value", "spelling"), SPELLINGS.items(), ids=repr)
def test_render_spells_a_value_so_that_parse_reads_it_back(value: str, spelling: str) -> None:
    assert dotenv.render("KEY", value) == spelling
    (entry,) = dotenv.parse(spelling)
    assert entry.value == value
    assert entry.literal or "$" not in value


def test_render_refuses_what_no_file_can_hold() -> None:
    with pytest.raises(ValueError, match=r"^the value of KEY holds a NUL$"):
        dotenv.render("KEY", f"{SECRET}\0")
    with pytest.raises(ValueError, match=r"^the key is not a variable's name$"):
        dotenv.render("K Y", "x")
    assert dotenv.render("a.b-c", "x") == "a.b-c=x"


# -- cost --------------------------------------------------------------------------------------------------


def test_simple_files_do_not_load_the_scanner() -> None:
    program = (
        "import sys; from firedoor import dotenv\n"
        "dotenv.parse('# c\\nA=1\\nexport B=\"x\"\\nC=\\'y\\' \\n'.replace(' \\n', '\\n'))\n"
        "print('firedoor.dotenv_scanner' in sys.modules)\n"
        "dotenv.parse('A = 1')\n"
        "print('firedoor.dotenv_scanner' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
