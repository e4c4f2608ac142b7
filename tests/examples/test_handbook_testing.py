"""The handbook's own tests, run as its guide says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.handbook import Handbook
    from support.project import Result


def passed(result: Result) -> int:
    assert result.code == 0, result.everything
    found = re.search(r"\b(\d+) passed", result.stdout)
    assert found is not None
    assert "failed" not in result.stdout
    return int(found[1])


@pytest.mark.requirement("A5", "A10")
def test_every_test_is_unit_or_integration_and_none_leaves_anything_behind(handbook: Handbook) -> None:
    before = files(handbook)
    quiet = ("-p", "no:cacheprovider")
    everything = passed(handbook.run("pytest", *quiet, ENV="testing", PYTHONDONTWRITEBYTECODE="1"))
    assert files(handbook) == before
    unit = passed(handbook.run("pytest", "-m", "unit", ENV="testing"))
    integration = passed(handbook.run("pytest", "-m", "integration", ENV="testing"))
    assert unit > 20
    assert integration > 20
    assert unit + integration == everything


@pytest.mark.requirement("A5")
def test_verbose_names_each_test(shared_handbook: Handbook) -> None:
    result = shared_handbook.run("pytest", "-v", "-m", "unit", ENV="testing")
    assert result.stdout.count(" PASSED ") == passed(result)


@pytest.mark.requirement("A5")
def test_coverage_is_measured_and_near_whole(shared_handbook: Handbook) -> None:
    result = shared_handbook.run("pytest", "--cov", ENV="testing")
    assert passed(result)
    total = re.search(r"^TOTAL .* (\d+)%$", result.stdout, flags=re.MULTILINE)
    assert total is not None
    assert int(total[1]) >= 90


@pytest.mark.requirement("A10")
@pytest.mark.parametrize("environment", ["development", "staging", "production"])
def test_nothing_is_collected_outside_testing(shared_handbook: Handbook, environment: str) -> None:
    result = shared_handbook.run("pytest", ENV=environment)
    assert result.code == 4
    assert f"FD630  process variable ENV  {environment}" in result.stderr
    assert "collected" not in result.everything


@pytest.mark.requirement("A10")
def test_nothing_is_collected_where_nothing_was_chosen(shared_handbook: Handbook) -> None:
    result = shared_handbook.run("pytest")
    assert result.code == 4
    assert "FD101" in result.stderr
    assert "collected" not in result.everything


@pytest.mark.requirement("A8", "A10")
def test_nothing_is_collected_on_productions_database(handbook: Handbook) -> None:
    handbook.set("testing", DATABASE_URL=handbook.value("production", "DATABASE_URL"))
    result = handbook.run("pytest", ENV="testing")
    assert result.code == 4
    assert "FD401" in result.stderr
    assert "collected" not in result.everything
    assert not (handbook.root / "production.sqlite3").exists()


def files(handbook: Handbook) -> set[str]:
    return {str(path.relative_to(handbook.root)) for path in handbook.root.rglob("*")}
