"""Refusals: their text is the report, their code is what a command ends with."""

from __future__ import annotations

import pickle

import pytest

from firedoor.errors import (
    ConfigurationError,
    DeclarationError,
    FiredoorError,
    ForbiddenError,
    GuardError,
    SelectionError,
    UsageError,
)
from firedoor.origin import Origin
from firedoor.problem import Problem


def test_the_text_is_the_report_of_every_problem() -> None:
    error = ConfigurationError(
        [Problem("FD302", subject="A", environment="dev"), Problem("FD302", subject="B", environment="dev")]
    )
    assert str(error).startswith("\ndev\n  error  FD302  A\n")
    assert str(error).endswith("\n2 errors in dev")
    assert error.args == ("FD302", "FD302")
    assert repr(error) == "ConfigurationError('FD302', 'FD302')"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(DeclarationError, 2), (SelectionError, 1), (ConfigurationError, 1), (ForbiddenError, 1)],
)
def test_exit_codes(kind: type[FiredoorError], code: int) -> None:
    error = kind(problem for problem in [Problem("FD001")])
    assert (error.exit_code, [problem.code for problem in error.problems]) == (code, ["FD001"])
    assert isinstance(error, FiredoorError)


def test_usage_is_one_line() -> None:
    assert (str(UsageError("say it so")), UsageError("x").exit_code) == ("say it so", 2)


def test_an_error_goes_through_pickle_whole() -> None:
    """Worker processes send their exceptions home."""
    error = ConfigurationError([Problem("FD302", subject="A", origin=Origin("file", ".env", 1, 2))])
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(arrived), arrived.problems, str(arrived)) == (ConfigurationError, error.problems, str(error))


def test_a_refusal_of_the_guard_is_an_error_of_the_system_and_survives_pickle() -> None:
    """Client libraries know what to do with an address that could not be reached."""
    problems = (Problem("FD601", subject="A"), Problem("FD602", subject="B"), Problem("FD602", subject="C"))
    error = GuardError(problems)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    for one in (error, again):
        assert isinstance(one, PermissionError)
        assert isinstance(one, FiredoorError)
        assert (one.errno, one.strerror) == (13, "refused by firedoor: FD601, FD602")
        assert one.problems == problems
        assert str(one).startswith("\n")
        assert one.exit_code == 1
