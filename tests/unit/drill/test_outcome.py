"""Verdicts: who spoke, what that makes of two tries, and what is counted."""

from __future__ import annotations

import pytest

from firedoor import catalogue
from firedoor.drill import outcome
from firedoor.drill.attack import Attack, Tried
from firedoor.drill.outcome import NOT_APPLICABLE, PASSED, STOPPED, Outcome


def tries(*, through: bool, output: str = "") -> Tried:
    return Tried(through, output)


ATTACK = Attack("one", "one of them", "C1", lambda _: Tried(False), lambda _: Tried(True))

SPOKEN = {
    "error  FD102  APP_ENV": ("FD102", "selection"),
    "error  FD211": ("FD211", "files"),
    "error  FD303": ("FD303", "values"),
    "error  FD306": ("FD306", "precedence"),
    "warning  FD311": ("FD311", "precedence"),
    "note  FD312": ("FD312", "clean variables"),
    "error  FD404": ("FD404", "clean variables"),
    "error  FD401": ("FD401", "isolation"),
    "error  FD501": ("FD501", "lock"),
    "error  FD522": ("FD522", "stamps"),
    "GuardError: FD601": ("FD601", "guard"),
    "GuardError: FD610": ("FD610", "adaptor"),
    "GuardError: FD614": ("FD614", "adaptor"),
    "GuardError: FD615": ("FD615", "destruction"),
    "error  FD621": ("FD621", "seal"),
    "error  FD630": ("FD630", "pytest plugin"),
    "error  FD640": ("FD640", "pytest plugin"),
    "421 FD650": ("FD650", "handshake"),
    "error  FD801": ("FD801", "readiness"),
}


@pytest.mark.parametrize("output", SPOKEN)
def test_the_barrier_is_told_by_its_code(output: str) -> None:
    assert outcome.speaker(output) == SPOKEN[output]


def test_a_note_is_heard_only_where_nobody_refuses() -> None:
    assert outcome.speaker("note FD312, error FD401, error FD306") == ("FD401", "isolation")
    assert outcome.speaker("note FD312, note FD312") == ("FD312", "clean variables")


@pytest.mark.parametrize("output", ["", "Connection refused", "FD60", "XFD601", "FD6010"])
def test_what_is_no_code_is_nobodys(output: str) -> None:
    assert outcome.speaker(output) == ("", "")


def test_every_code_of_a_barrier_has_a_layer() -> None:
    silent = {code for code in catalogue.CODES if code.startswith(("FD0", "FD66"))}
    assert all(outcome.speaker(code)[1] for code in catalogue.CODES if code not in silent)


@pytest.mark.parametrize("code", ["FD001", "FD660"])
def test_a_code_of_no_barrier_has_stopped_nothing(code: str) -> None:
    """The declaration itself, or the drill, went wrong: that is nobody's merit."""
    assert outcome.speaker(code) == (code, "")
    assert outcome.judged(
        ATTACK, tries(through=False, output=code), tries(through=True), is_sealed=True
    ) == Outcome(ATTACK, STOPPED, True, "nobody said why", code)


@pytest.mark.parametrize("control", [True, False])
def test_what_goes_through_has_passed_whoever_spoke(control: bool) -> None:
    found = outcome.judged(
        ATTACK, tries(through=True, output="FD601"), tries(through=control), is_sealed=True
    )
    assert found == Outcome(ATTACK, PASSED, control)
    assert not found.holds


def test_what_is_stopped_by_somebody_who_says_so() -> None:
    found = outcome.judged(ATTACK, tries(through=False, output="FD605"), tries(through=True), is_sealed=False)
    assert found == Outcome(ATTACK, STOPPED, True, "guard", "FD605")
    assert found.holds


def test_in_a_seal_silence_is_the_kernels() -> None:
    def judged(*, is_sealed: bool) -> Outcome:
        return outcome.judged(ATTACK, tries(through=False), tries(through=True), is_sealed=is_sealed)

    assert judged(is_sealed=True) == Outcome(ATTACK, STOPPED, True, "seal")
    assert judged(is_sealed=False) == Outcome(ATTACK, STOPPED, True, "nobody said why")


def test_a_control_that_fails_is_to_be_complained_of() -> None:
    found = outcome.judged(
        ATTACK, tries(through=False, output="FD601"), tries(through=False), is_sealed=False
    )
    assert found == Outcome(ATTACK, STOPPED, False, "guard", "FD601")
    assert not found.holds


def test_what_cannot_be_tried_is_no_complaint() -> None:
    assert Outcome(ATTACK, NOT_APPLICABLE, reason="no cache").holds


def test_counts() -> None:
    found = outcome.counts(
        [
            Outcome(ATTACK, STOPPED),
            Outcome(ATTACK, STOPPED, control=False),
            Outcome(ATTACK, PASSED),
            Outcome(ATTACK, NOT_APPLICABLE),
        ]
    )
    assert found == {"applicable": 3, "stopped": 2, "passed": 1, "not_applicable": 1, "failed_controls": 1}
    assert set(outcome.counts([]).values()) == {0}
