"""The drill's three formats, each compared as a whole."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from firedoor.drill import report
from firedoor.drill.attack import Attack, Tried
from firedoor.drill.outcome import NOT_APPLICABLE, PASSED, STOPPED, Outcome
from firedoor.environment import Environment

ATTACK = Attack("one", "one of them", "C1", lambda _: Tried(False), lambda _: Tried(True))


def made(name: str, title: str, breach: str) -> Attack:
    return replace(ATTACK, name=name, title=title, breach=breach)


OUTCOMES = (
    Outcome(made("shell", "the shell <exports>", "C1"), STOPPED, True, "precedence", "FD306"),
    Outcome(made("service", "a service file", "C1"), STOPPED, True, "seal"),
    Outcome(made("other", "another & longer title", "C3"), PASSED),
    Outcome(made("twin", "a twin", "C3"), STOPPED, False, "guard", "FD601"),
    Outcome(made("both", "both wrong", "C3"), PASSED, False),
    Outcome(made("mail", "mail", "C8"), NOT_APPLICABLE, reason='no variable is "smtp"'),
)
TESTING, PRODUCTION = Environment("testing"), Environment("production", protected=True)


def drill(*outcomes: Outcome, sealed: bool = False) -> report.Drill:
    return report.Drill(TESTING, PRODUCTION, outcomes, sealed=sealed)


def test_the_table() -> None:
    assert report.text(drill(*OUTCOMES)) == (
        "testing attacks production\n"
        "\n"
        "C1  ambient production credential\n"
        "  the shell <exports>     stopped by precedence (FD306)\n"
        "  a service file          stopped by seal\n"
        "\n"
        "C3  alias or wrong target\n"
        "  another & longer title  PASSED\n"
        "  a twin                  stopped by guard (FD601); CONTROL FAILED\n"
        "  both wrong              PASSED; CONTROL FAILED\n"
        "\n"
        "C8  side effects reach people\n"
        '  mail                    not applicable: no variable is "smtp"\n'
        "\n"
        "3 of 5 attacks stopped, 1 not applicable; 2 controls failed\n"
    )


def test_the_table_of_a_sealed_drill_that_holds() -> None:
    assert report.text(drill(*OUTCOMES[:2], sealed=True)) == (
        "testing attacks production, sealed\n"
        "\n"
        "C1  ambient production credential\n"
        "  the shell <exports>  stopped by precedence (FD306)\n"
        "  a service file       stopped by seal\n"
        "\n"
        "2 of 2 attacks stopped, 0 not applicable; every control passed\n"
    )


def test_a_drill_without_attacks_has_a_table_as_well() -> None:
    assert report.text(drill()) == (
        "testing attacks production\n\n0 of 0 attacks stopped, 0 not applicable; every control passed\n"
    )


def test_names_that_would_steer_a_terminal_are_escaped() -> None:
    hostile = Outcome(made("x", "a \x1b[31mred\x1b[0m title", "C1"), PASSED)
    assert "\x1b" not in report.text(drill(hostile))


def test_json() -> None:
    found = json.loads(report.as_json(drill(*OUTCOMES, sealed=True)))
    attacks = found.pop("attacks")
    assert found == {
        "attacker": "testing",
        "target": "production",
        "sealed": True,
        "holds": False,
        "counts": {"applicable": 5, "stopped": 3, "passed": 2, "not_applicable": 1, "failed_controls": 2},
    }
    assert [one["name"] for one in attacks] == ["shell", "service", "other", "twin", "both", "mail"]
    assert attacks[3] == {
        "name": "twin",
        "title": "a twin",
        "breach": "C3",
        "verdict": "stopped",
        "layer": "guard",
        "code": "FD601",
        "control": False,
        "reason": "",
    }
    assert attacks[5]["verdict"] == "not applicable"
    assert attacks[5]["reason"] == 'no variable is "smtp"'


def test_junit() -> None:
    suite = ET.fromstring(report.as_junit(drill(*OUTCOMES)).encode())  # noqa: S314 - our own
    assert suite.attrib == {"name": "firedoor drill", "tests": "6", "failures": "3", "skipped": "1"}
    cases = [(case.attrib, [(one.tag, one.attrib, one.text) for one in case]) for case in suite]
    assert cases == [
        (
            {"classname": "ambient production credential", "name": "the shell <exports>"},
            [("system-out", {}, "stopped by precedence (FD306)")],
        ),
        (
            {"classname": "ambient production credential", "name": "a service file"},
            [("system-out", {}, "stopped by seal")],
        ),
        (
            {"classname": "alias or wrong target", "name": "another & longer title"},
            [("failure", {"message": "PASSED"}, None)],
        ),
        (
            {"classname": "alias or wrong target", "name": "a twin"},
            [("failure", {"message": "stopped by guard (FD601); CONTROL FAILED"}, None)],
        ),
        (
            {"classname": "alias or wrong target", "name": "both wrong"},
            [("failure", {"message": "PASSED; CONTROL FAILED"}, None)],
        ),
        (
            {"classname": "side effects reach people", "name": "mail"},
            [("skipped", {"message": 'no variable is "smtp"'}, None)],
        ),
    ]


def test_what_holds() -> None:
    assert drill(*OUTCOMES[:2], OUTCOMES[5]).holds
    assert all(not drill(one).holds for one in OUTCOMES[2:5])
