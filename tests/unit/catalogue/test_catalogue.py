"""The catalogue: every code has words, in one style, that can always be filled."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import catalogue
from firedoor.catalogue.incidents import INCIDENTS
from firedoor.problem import Problem

if TYPE_CHECKING:
    from firedoor.catalogue.entries import Entry

ENTRIES = catalogue.entries_in_order()
IDS = [entry.code for entry in ENTRIES]
RANGES = [
    range(1, 11),
    range(101, 110),
    range(201, 230),
    range(230, 270),
    range(301, 315),
    range(401, 417),
    range(501, 509),
    range(510, 512),
    range(521, 527),
    range(528, 530),
    range(601, 609),
    range(612, 613),
    range(615, 620),
    range(620, 627),
    range(630, 634),
    range(640, 641),
    range(650, 658),
    range(659, 662),
    range(701, 707),
    range(710, 718),
    range(720, 724),
    range(730, 734),
    range(740, 749),
    range(801, 803),
]
WARNINGS = {
    "FD202",
    "FD217",
    "FD218",
    "FD219",
    "FD220",
    "FD311",
    "FD404",
    "FD405",
    "FD407",
    "FD410",
    "FD411",
    "FD414",
    "FD511",
    "FD521",
    "FD523",
    "FD525",
    "FD618",
    "FD625",
    "FD626",
    "FD706",
}
NOTES = {"FD312", "FD415", "FD416", "FD524", "FD619"}


each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=IDS)


def test_codes_are_all_there_once_and_in_order() -> None:
    assert list(catalogue.CODES) == [f"FD{number:03}" for numbers in RANGES for number in numbers]
    assert list(catalogue.CODES) == IDS


def test_names_are_words_and_unique() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert all(
        name.replace("-", "a").isalnum() and name == name.lower() and "--" not in name for name in names
    )


def test_severities_are_as_agreed() -> None:
    by_severity = {
        severity: {
            entry.code for entry in ENTRIES if entry.severity == severity and not is_dialect(entry.code)
        }
        for severity in ("error", "warning", "note")
    }
    assert by_severity["warning"] == WARNINGS
    assert by_severity["note"] == NOTES
    assert {entry.severity for entry in ENTRIES if is_dialect(entry.code)} == {"warning", "note"}


def is_dialect(code: str) -> bool:
    return "FD230" <= code <= "FD269"


@each_entry
def test_words_are_sentences_in_plain_characters(entry: Entry) -> None:
    problem = entry.example.problem if entry.example else Problem(entry.code)
    for filled in (Problem(entry.code), problem):
        for text in (catalogue.what(filled), catalogue.action(filled), entry.why, entry.summary):
            assert text.isascii(), text
            assert text.isprintable(), text
            assert text.endswith((".", "?")), text
            assert "  " not in text, text
            assert not text.endswith(" ."), text
            assert " ," not in text, text
            assert text == text.strip(), text
            assert text.count("`") % 2 == 0 or is_dialect(entry.code), text


@each_entry
def test_every_example_is_of_its_code_and_severity(entry: Entry) -> None:
    assert entry.example is not None
    problem = entry.example.problem
    assert problem.code == entry.code
    assert problem.severity == entry.severity or entry.code == "FD215"
    for name in problem.facts:
        assert problem.facts[name] == "" or problem.facts[name].isprintable()


@each_entry
def test_example_facts_are_used_by_the_words(entry: Entry) -> None:
    """Control of the filling: with the example's facts the words say more than without."""
    assert entry.example is not None
    problem = entry.example.problem
    bare = Problem(entry.code)
    said = (catalogue.what(problem), catalogue.action(problem))
    neutral = (catalogue.what(bare), catalogue.action(bare))
    used = [name for name in entry.facts if problem.facts.get(name)]
    assert said != neutral or not used
    for name in used:
        assert any(problem.facts[name] in text for text in said) or name in CONDITIONS.get(entry.code, ()), (
            name
        )


# Facts that take part in choosing a sentence of the example, or stand in another one.
CONDITIONS: dict[str, tuple[str, ...]] = {
    "FD102": ("suggestion",),
}


@pytest.mark.parametrize(
    "module", sorted({module for modules in catalogue.FAMILIES.values() for module in modules})
)
def test_the_table_of_facts_in_a_family_is_true(module: str) -> None:
    family = __import__(module, fromlist=["ENTRIES"])
    rows = [
        line.split(maxsplit=1) for line in (family.__doc__ or "").splitlines() if line[:2] in ("FD", "al")
    ]
    table = {row[0]: row[1] for row in rows if len(row) > 1 and (row[0][2:].isdigit() or row[0] == "all")}
    facts = {entry.code: ", ".join(entry.facts) or "-" for entry in family.ENTRIES}
    assert table == ({"all": "count"} if set(facts.values()) == {"count"} else facts)


def test_incidents_are_all_cited_and_have_an_address() -> None:
    cited = {key for entry in ENTRIES for key in entry.incidents}
    assert cited == set(INCIDENTS)
    assert all(
        address.startswith("https://") and story.endswith(".") for story, address in INCIDENTS.values()
    )


def test_a_code_that_does_not_exist() -> None:
    problem = Problem("FD999", subject="X")
    assert catalogue.find("FD999") is None
    assert catalogue.find("FD9") is None
    assert catalogue.find("") is None
    with pytest.raises(KeyError):
        catalogue.entry("FD299")
    with pytest.raises(KeyError):
        catalogue.page("FD299")
    assert catalogue.name(problem) == "unknown-code"
    assert catalogue.what(problem) == "X breaks a rule that this version of firedoor has no words for."
    assert catalogue.action(problem) == "Update firedoor, or ask whoever added the rule."
    assert catalogue.why(problem) == "The problem was found by a newer or an added rule."


def test_a_name_that_the_module_does_not_have() -> None:
    with pytest.raises(AttributeError, match="NAMES"):
        _ = catalogue.NAMES


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("FD203", ("FD203",)),
        ("fd203", ("FD203",)),
        (" 203 ", ("FD203",)),
        ("FD2O3", ("FD203",)),
        ("fd3o1", ("FD301",)),
        ("FDI0I", ("FD101",)),
        ("1", ("FD001",)),
        ("FD80", ("FD801", "FD802")),
        ("FD23", ("FD230", "FD231", "FD232")),
        ("FD999", ()),
        ("env-file-missing", ("FD201",)),
        ("env file missing", ("FD201",)),
        ("ENV_FILE_MISSING", ("FD201",)),
        ("unknown-enviroment", ("FD102",)),
        ("live", ("FD403",)),
        ("", ()),
        ("zzz", ()),
        ("FD\u00b2", ()),
    ],
)
def test_nearest_codes(text: str, codes: tuple[str, ...]) -> None:
    found = catalogue.nearest(text)
    assert found[: len(codes)] == codes
    assert len(found) <= 3
    assert codes or not found


def test_an_entry_names_itself() -> None:
    assert repr(catalogue.entry("FD201")) == "Entry(FD201 env-file-missing)"


def test_a_refusal_loads_only_the_family_that_it_speaks_of() -> None:
    """Reading one message must not load every page, nor the modules that cost more than the message."""
    script = (
        "import sys; from firedoor.problem import Problem; from firedoor.report.text import render;"
        "render([Problem('FD301', subject='X')]); print(*sorted(sys.modules))"
    )
    done = subprocess.run((sys.executable, "-I", "-c", script), capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "firedoor.catalogue.values" in loaded
    assert not loaded & {"firedoor.catalogue.files", "firedoor.catalogue.pages", "firedoor.dialects"}
    bare = subprocess.run(
        (sys.executable, "-I", "-c", "import sys; print(*sorted(sys.modules))"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not (loaded - set(bare.stdout.split())) & {
        "json",
        "re",
        "typing",
        "dataclasses",
        "textwrap",
        "difflib",
    }
