"""Keys of the real world among the variables of a suite: by their shape, and by the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.origin import PROCESS, Origin
from firedoor.problem import Problem
from firedoor.testing import real_keys
from support.guarding import configuration, declare

if TYPE_CHECKING:
    from support.project import ProjectFolder

LIVE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
LONG_LIVED = "AKIA" + "IOSFODNN7EXAMPLA"
PRODUCTIONS = "tok_0123456789abcdef_live"


def found(name: str, other: str = "") -> Problem:
    return Problem("FD632", subject=name, environment="testing", origin=Origin(PROCESS, name), other=other)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"PAY": LIVE}, [found("PAY")]),
        ({"PAY": LIVE, "OTHER": f"Bearer {LIVE}"}, [found("PAY"), found("OTHER")]),
        ({"AWS_KEY": LONG_LIVED}, [found("AWS_KEY")]),
        ({"PAY": LIVE.replace("live", "test")}, []),
        ({"PAY": ""}, []),
        ({"PATH": f"/{LIVE}"}, []),  # the machine's
        ({"API": LIVE}, []),  # the environment's own source says it: judged there
    ],
    ids=str,
)
def test_by_shape(project: ProjectFolder, variables: dict[str, str], expected: list[Problem]) -> None:
    declare(project)
    assert real_keys.problems(configuration(project), variables) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"OTHER_TOKEN": PRODUCTIONS}, [found("OTHER_TOKEN", "production")]),
        ({"OTHER_TOKEN": "tok_of_nobody_at_all_0123"}, []),
        ({"NOTE": PRODUCTIONS}, []),  # its name is no secret's
        ({"STAGING_TOKEN": "tok_of_staging_0123456789"}, []),  # of no protected environment
    ],
    ids=str,
)
def test_by_the_lock(project: ProjectFolder, variables: dict[str, str], expected: list[Problem]) -> None:
    declare(
        project,
        files={
            ".env.testing": "DATABASE_URL=postgresql://127.0.0.1/shop_test\n",
            ".env.staging": "TOKEN=tok_of_staging_0123456789\n",
        },
    )
    project.git("init", "-q").firedoor("lock", "--all", code=0)
    for name in ("production", "staging"):
        (project.root / f".env.{name}").unlink()
    assert real_keys.problems(configuration(project), variables) == expected


def test_an_owner_that_is_no_longer_declared_is_nobody(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(project)

    class Owners:
        @staticmethod
        def owner_of(*_: object) -> str:
            return "gone"

    monkeypatch.setattr("firedoor.lock.owners.load", lambda _: Owners())
    assert real_keys.problems(configuration(project), {"MY_TOKEN": "x"}) == []
