"""Problems as data: whole, comparable, in one order, never with a value."""

from __future__ import annotations

from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import ERROR, NOTE, WARNING, Problem, has_errors, in_order


def test_an_error_unless_it_says_otherwise() -> None:
    problem = Problem("FD301", subject="A", environment="dev", file=".env.dev")
    assert (problem.severity, problem.facts, problem.origin) == (ERROR, {"file": ".env.dev"}, None)


def test_equality_is_of_the_whole() -> None:
    one = Problem("FD301", subject="A", environment="dev", origin=Origin(FILE, "x", 1, 1), file="f")
    assert one == Problem("FD301", subject="A", environment="dev", origin=Origin(FILE, "x", 1, 1), file="f")
    others = [
        Problem("FD302", subject="A", environment="dev", origin=Origin(FILE, "x", 1, 1), file="f"),
        Problem("FD301", subject="B", environment="dev", origin=Origin(FILE, "x", 1, 1), file="f"),
        Problem("FD301", subject="A", environment=None, origin=Origin(FILE, "x", 1, 1), file="f"),
        Problem("FD301", subject="A", environment="dev", origin=Origin(FILE, "x", 1, 2), file="f"),
        Problem("FD301", subject="A", environment="dev", file="f"),
        Problem("FD301", subject="A", environment="dev", origin=Origin(FILE, "x", 1, 1), file="g"),
        Problem(
            "FD301", subject="A", environment="dev", origin=Origin(FILE, "x", 1, 1), severity=NOTE, file="f"
        ),
    ]
    assert one not in others
    assert len({one, *others}) == len(others) + 1
    assert one != "FD301"


def test_repr_names_code_subject_and_place_only() -> None:
    problem = Problem("FD306", subject="A", environment="dev", origin=Origin(PROCESS, "A"), file="elsewhere")
    assert repr(problem) == "Problem(FD306 A dev process variable A)"
    assert repr(Problem("FD001", subject="firedoor.toml")) == "Problem(FD001 firedoor.toml - -)"


def test_order_is_by_environment_then_by_place() -> None:
    project = Problem("FD999")
    late = Problem("FD201", environment="dev", origin=Origin(FILE, "a", 10, 1))
    early = Problem("FD303", environment="dev", origin=Origin(FILE, "a", 9, 1))
    first = Problem("FD303", environment="prod")
    assert in_order([late, first, early, project, late], ("prod", "dev")) == [project, first, early, late]


def test_only_errors_stop() -> None:
    kinds = [Problem("FD201", severity=severity) for severity in (WARNING, NOTE)]
    assert not has_errors(kinds)
    assert not has_errors([])
    assert has_errors([*kinds, Problem("FD201")])
