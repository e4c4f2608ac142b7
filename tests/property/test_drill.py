"""Laws of verdicts and reports."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from firedoor.drill import outcome, report
from firedoor.drill.attack import BREACHES, Attack, Tried
from firedoor.drill.outcome import NOT_APPLICABLE, PASSED, STOPPED, Outcome
from firedoor.environment import Environment

ATTACK = Attack("one", "one of them", "C1", lambda _: Tried(False), lambda _: Tried(True))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(
    lambda text: not set(text) & {"\ufffe", "\uffff"}
)
OUTCOMES = st.lists(
    st.builds(
        Outcome,
        st.builds(
            lambda title, breach: replace(ATTACK, title=title, breach=breach),
            TEXT,
            st.sampled_from([*BREACHES]),
        ),
        st.sampled_from([STOPPED, PASSED, NOT_APPLICABLE]),
        st.booleans(),
        reason=TEXT,
    )
)


@given(st.text(), st.booleans(), st.booleans(), st.booleans())
def test_only_what_did_not_arrive_beside_a_twin_that_did_holds(
    output: str, through: bool, control: bool, is_sealed: bool
) -> None:
    found = outcome.judged(ATTACK, Tried(through, output), Tried(control), is_sealed=is_sealed)
    assert found.holds == (control and not through)
    assert (found.verdict == PASSED) == through


@given(OUTCOMES)
def test_every_attack_is_counted_once(found: list[Outcome]) -> None:
    counts = outcome.counts(found)
    assert counts["applicable"] + counts["not_applicable"] == len(found)
    assert counts["stopped"] + counts["passed"] == counts["applicable"]


@given(OUTCOMES)
def test_all_formats_tell_of_the_same_failures(found: list[Outcome]) -> None:
    drill = report.Drill(Environment("testing"), Environment("production"), found, sealed=False)
    told = json.loads(report.as_json(drill))
    assert told["holds"] == drill.holds
    assert [one["title"] for one in told["attacks"]] == [one.attack.title for one in found]
    suite = ET.fromstring(report.as_junit(drill).encode())  # noqa: S314 - our own
    failures = sum(case.find("failure") is not None for case in suite)
    assert failures == int(suite.attrib["failures"]) == sum(not one.holds for one in found)
    assert (failures == 0) == drill.holds
