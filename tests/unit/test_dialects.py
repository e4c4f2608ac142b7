"""Dialects: every spelling that the tools read differently is reported, and healthy files raise no alarm."""

from __future__ import annotations

import pytest

from firedoor import dotenv
from firedoor.dialects import CONSTRUCTS, TOOLS, Construct, constructs, problems
from firedoor.problem import NOTE, WARNING
from support.dialects import EXAMPLES, FOUR, Case, recorded, table

SECRET = "hunter2"


def codes(text: str) -> list[str]:
    entries, faults = dotenv.parse_all(text)
    assert faults == []
    return [problem.code for problem in problems(entries, ".env.testing")]


# -- against the recorded readings -------------------------------------------------------------------------


def readings(case: Case) -> list[object]:
    return [case.readings[tool] for tool in FOUR]


@pytest.mark.parametrize("case", recorded(), ids=str)
def test_a_text_that_four_tools_read_differently_is_reported(case: Case) -> None:
    entries, faults = dotenv.parse_all(case.text)
    found = problems(entries, ".env")
    first, *others = readings(case)
    if any(other != first for other in others):
        assert faults or found
    elif not faults:
        assert [problem.code for problem in found if problem.severity == WARNING] == []


@pytest.mark.parametrize("case", recorded(), ids=str)
def test_a_text_that_only_bash_reads_differently_is_no_warning(case: Case) -> None:
    entries, faults = dotenv.parse_all(case.text)
    compose, python_dotenv, node, _ = readings(case)
    expected = {
        "NBSP trailing",
        "cmd subst",
    }  # the first also differs at the other end, the second runs a command
    if compose == python_dotenv == node and not faults and case.name not in expected:
        assert [problem.code for problem in problems(entries, ".env") if problem.severity == WARNING] == []


# -- each construct ----------------------------------------------------------------------------------------

# Examples that cannot do without a second construct.
WITH = {"FD261": "FD257", "FD266": "FD256"}
# Warned of although only bash differs in the value: it runs what stands there.
DANGEROUS = {"FD264"}
# Noted although node differs: the reading is widely known, and healthy files are full of them.
KNOWN = {"FD256", "FD257"}


@pytest.mark.parametrize("construct", CONSTRUCTS.values(), ids=list(CONSTRUCTS))
def test_the_example_of_a_construct_holds_it(construct: Construct) -> None:
    assert codes(construct.example) == sorted({construct.code, WITH.get(construct.code, construct.code)})


@pytest.mark.parametrize("construct", CONSTRUCTS.values(), ids=list(CONSTRUCTS))
def test_severity_says_whether_more_than_bash_differs(construct: Construct) -> None:
    compose, python_dotenv, node, bash = EXAMPLES[construct.code]
    differs = not compose == python_dotenv == node
    if construct.code in DANGEROUS | KNOWN:
        assert construct.severity == (WARNING if construct.code in DANGEROUS else NOTE)
    else:
        assert construct.severity == (WARNING if differs else NOTE)
    assert differs or bash != compose or construct.code == "FD234"  # of which Windows makes one variable


def test_constructs_stand_in_order_with_codes_of_their_own() -> None:
    assert list(CONSTRUCTS) == sorted(EXAMPLES) == [f"FD{number}" for number in range(230, 270)]
    assert all(code == construct.code for code, construct in CONSTRUCTS.items())
    assert len({construct.name for construct in CONSTRUCTS.values()}) == len(CONSTRUCTS)


def test_each_construct_is_found_in_one_way() -> None:
    assert [one.code for one in CONSTRUCTS.values() if (one.in_entry is None) == (one.among is None)] == []


@pytest.mark.parametrize("construct", CONSTRUCTS.values(), ids=list(CONSTRUCTS))
def test_words_are_the_rest_of_a_sentence(construct: Construct) -> None:
    assert list(construct.reads) == list(TOOLS)
    for words in (*construct.reads.values(), construct.portable, construct.name):
        assert words.strip() == words != ""
        assert words[-1] not in ".!"
        assert words.isascii()


def test_the_reference_page_lists_every_construct() -> None:
    assert table("Dialects") == [[one.code, one.name, one.severity] for one in CONSTRUCTS.values()]


# -- what is and what is not reported ----------------------------------------------------------------------

HEALTHY = """\
# Settings of the service
APP_ENV=development
DEBUG=true
export PORT=8000
DATABASE_URL=postgresql+asyncpg://app:app@localhost:5432/app?ssl=off#main
EMPTY=
NAME="The handbook" # shown in the title
GREETING='hello, world'
KEY='-----BEGIN KEY-----
abc+/=
-----END KEY-----'
  INDENTED=1
ORIGINS=["http://localhost:3000"]
PRICE='5$'
VERSION=1.2.3-rc1+build
TEMPLATE="{name}: it's"
""".replace("#main", "")

ORDINARY = """\
TITLE=some value with spaces
JSON={"a": "b"}
URL=http://${HOST:-localhost}/?a=1&b=2
HOST = localhost
PEM="-----BEGIN-----\\nabc\\n-----END-----"
PATTERN=\\d+
GREETING=it's
UID=1000
""".replace("URL=http://${HOST:-localhost}", "BASE=${HOME}\nURL=http://${NAME:-localhost}")


def test_a_healthy_file_has_nothing_but_a_note() -> None:
    assert codes(HEALTHY) == ["FD240"]  # the quotes in the list
    assert codes(HEALTHY.replace('["http://localhost:3000"]', "'[\"http://localhost:3000\"]'")) == []


def test_an_ordinary_file_has_no_warning() -> None:
    found = problems(dotenv.parse(ORDINARY), ".env")
    assert {problem.severity for problem in found} == {NOTE}
    assert len(found) == 9


SPELLINGS = {
    "A =": ["FD230"],
    "A= ": [],
    'A= ""': ["FD230"],
    "A\t=1": ["FD230"],
    "A : 1": ["FD231"],
    "A:1": ["FD231"],
    "A=x # c#d": [],
    "A='x#y'": [],
    'A="x # y"': [],
    "A=#": ["FD235"],
    "A=# c": ["FD235"],
    "A=  # c": ["FD236"],
    "A=x#y\t#z": ["FD235", "FD237"],
    "A=x\xa0# c": ["FD237", "FD239"],
    "A='x' # c": [],
    "A='x'\t# c": [],
    "A=x\ty": ["FD239"],
    "A=x y\t# c": ["FD237", "FD239"],
    "A='it\"s'": [],
    "A=`x y`": ["FD239", "FD241"],
    "A=x`y`": ["FD243"],
    "A=`x": ["FD241"],
    "A=x\\": ["FD242"],
    "A=~": ["FD243"],
    "A=x:~/y": ["FD243"],
    "A=x~y": [],
    "A=(x)": ["FD243"],
    "A='x;y|z`'": [],
    "A=*.py?[a-z]!^%@,{x}": [],
    "A=x\u3000": ["FD244"],
    "A=x\ufeff": ["FD244"],
    "A=x\x1f": ["FD244"],
    "A=x\xa0y": [],
    "A='\xa0x\u3000'": [],
    'A="x"\xa0': ["FD244"],
    "\xa0A=1": ["FD244"],
    "A\xa0=1": ["FD230", "FD244"],
    r'A="\r\n"': ["FD245"],
    r'A="\a\v"': ["FD246"],
    r'A="\\n"': ["FD247"],
    r'A="\\\n"': ["FD245", "FD247"],
    r'A="\q\x41"': [],
    r'A="\0"': ["FD250"],
    'A="`x`"': ["FD251"],
    'A="\\`"': ["FD251"],
    r"A='\n\t'": [],
    r"A='\\'": ["FD253"],
    "A='$X $$ $( ${'": [],
    "A='${X:-y}'": ["FD254"],
    "A='${X:+y}'": [],
    "A=x$": [],
    "A=$HOME$HOME": ["FD255"],
    r"A=\$HOME": ["FD242", "FD255", "FD263"],
    'A="\\$HOME"': ["FD263"],
    'A="${HOME}"': ["FD256"],
    "A=${HOME-x}${HOME?m}${HOME+x}": ["FD258", "FD259", "FD260"],
    "A=${HOME:?m}${HOME:+x}": ["FD259", "FD260"],
    "A=${NOPE:-{}}": ["FD257", "FD261"],
    "A=${NOPE:-x}{}": ["FD257"],
    "A={}${NOPE:-x$$y}": ["FD257", "FD262"],
    "A=${NOPE:-$HOME}": ["FD255", "FD257"],
    'A="$(true)"': ["FD264"],
    "A=$(true | true)": ["FD239", "FD264"],
    "A=$[1+1]": ["FD265"],
    "A=$?$#": ["FD235", "FD265"],
    "A=${A:-x}": ["FD257"],
    "B=1\nA=${B}": ["FD256"],
    "A=$B\nB=1": ["FD255", "FD266"],
    "A=${NOPE:-${B}}\nB=1": ["FD256", "FD257", "FD261", "FD266"],
    "A='$B'\nB=1": [],
    'A="\\$B"\nB=1': ["FD263"],
    "A='x\r\ny'\r\n": ["FD267", "FD268"],
    "A='x\ry'": ["FD268"],
    "\ufeff# c\nA=1": [],
    "a=1\nA=2\nb=3": ["FD234"],
}


@pytest.mark.parametrize(("text", "expected"), SPELLINGS.items(), ids=repr)
def test_spelling(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_constructs_of_one_entry() -> None:
    (entry,) = dotenv.parse("A = x#y")
    assert [construct.code for construct in constructs(entry)] == ["FD230", "FD235"]


# -- how it is reported ------------------------------------------------------------------------------------


def test_one_problem_for_each_construct_at_its_first_place_with_a_count() -> None:
    text = f"# c\nA={SECRET} x\nexport B={SECRET}#{SECRET}\nC={SECRET} x\nD={SECRET} x"
    first, second = problems(dotenv.parse(text), ".env.testing", "testing")
    assert (second.code, second.subject, second.severity, str(second.origin), second.environment) == (
        ("FD239", "A", NOTE, ".env.testing:2:1", "testing")
    )
    assert second.facts["count"] == "3"
    assert (first.code, first.subject, first.severity, str(first.origin), first.facts["count"]) == (
        ("FD235", "B", WARNING, ".env.testing:3:8", "1")
    )
    assert first.facts["construct"] == "# inside an unquoted value"
    assert first.facts["node"] == "ends the value there"
    assert {*TOOLS, "portable", "construct", "count"} == set(first.facts)
    assert SECRET not in repr([(problem, problem.facts) for problem in (first, second)])


def test_no_entries_no_problems() -> None:
    assert problems([], ".env") == []
