"""Logins of one environment, tried on what another one owns: which pairs, and what is said of each."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, credentials, declaration, logins, observation
from firedoor.logins import NoCredentials
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, NOTE, WARNING, Problem
from firedoor.stamps import asking
from firedoor.stamps.observation import FAILED, REFUSED, TIMED_OUT, ClientMissing, Unreachable

if TYPE_CHECKING:
    from firedoor.resolve import Configuration
    from firedoor.stamps.address import Address
    from support.project import ProjectFolder

DECLARATION = """\
[environments.testing]
[environments.staging]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.REPORTS_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
"""
FILES = {
    "testing": "DATABASE_URL=postgresql://t@t/t\nCACHE_URL=redis://t\n",
    "staging": "DATABASE_URL=postgresql://s@s/s\n",
    "production": "DATABASE_URL=postgresql://p@p/p\nREPORTS_URL=postgresql://r@r/r\n",
}


class Doors:
    """Stands for every kind of login: ``outcomes`` by (text of the address, text of the holder)."""

    EXTRA = "made-up"

    def __init__(self) -> None:
        self.tried: list[tuple[str, str]] = []
        self.outcomes: dict[tuple[str, str], bool | Exception] = {}

    def opens(self, address: Address, holder: Address) -> bool:
        pair = (address.text, holder.text)
        self.tried.append(pair)
        outcome = self.outcomes.get(pair, False)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setattr(os, "environ", {})
    made = Doors()
    monkeypatch.setattr(logins, "login", lambda address: None if "sqlite" in address.text else made)
    return made


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARATION)
    for name, text in FILES.items():
        project.write(f".env.{name}", text)
    return project


def configured(shop: ProjectFolder, *names: str) -> list[Configuration]:
    project = declaration.load(shop.root, use_cache=False)
    return [boundary.configure(project, name) for name in names]


def problem(code: str, *, severity: str = ERROR, environment: str = "testing", **facts: str) -> Problem:
    return Problem(
        code,
        subject="DATABASE_URL",
        environment=environment,
        origin=Origin(FILE, f".env.{environment}", 1, 1),
        severity=severity,
        **facts,
    )


def tried(shop: ProjectFolder, owner: str, *holders: str) -> list[Problem]:
    *held, owned = configured(shop, *holders, owner)
    return credentials.problems(held, owned)


TP = ("postgresql://p@p/p", "postgresql://t@t/t")
TR = ("postgresql://r@r/r", "postgresql://t@t/t")


def test_each_login_is_tried_on_each_resource_of_its_kind(shop: ProjectFolder, doors: Doors) -> None:
    assert tried(shop, "production", "testing", "staging", "production") == []
    sp, sr = (TP[0], "postgresql://s@s/s"), (TR[0], "postgresql://s@s/s")
    assert sorted(doors.tried) == sorted([TP, TR, sp, sr])


def test_what_opens_is_told(shop: ProjectFolder, doors: Doors) -> None:
    doors.outcomes[TR] = True
    assert tried(shop, "production", "testing") == [
        problem("FD412", other="production", other_variable="REPORTS_URL")
    ]


def test_what_opens_in_an_unprotected_environment_is_a_warning(shop: ProjectFolder, doors: Doors) -> None:
    doors.outcomes["postgresql://s@s/s", TP[1]] = True
    assert tried(shop, "staging", "testing") == [
        problem("FD412", severity=WARNING, other="staging", other_variable="DATABASE_URL")
    ]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (NoCredentials(), "it holds no user and password"),
        (ClientMissing("postgresql"), "the client library is not installed here"),
        (Unreachable(REFUSED), REFUSED),
        (ValueError("p@p"), FAILED),
    ],
)
def test_what_was_not_tried_is_told_with_the_reason(
    shop: ProjectFolder, doors: Doors, outcome: Exception, reason: str
) -> None:
    doors.outcomes[TP] = outcome
    facts = {"other": "production", "other_variable": "DATABASE_URL", "reason": reason}
    assert tried(shop, "production", "testing") == [problem("FD416", severity=NOTE, **facts)]


def test_kinds_without_logins(shop: ProjectFolder, doors: Doors) -> None:
    shop.write(".env.testing", "DATABASE_URL=sqlite:///t.db\n")
    shop.write(".env.production", "DATABASE_URL=sqlite:///p.db\n")
    reason = "firedoor cannot try this kind of login"
    facts = {"other": "production", "other_variable": "DATABASE_URL", "reason": reason}
    assert tried(shop, "production", "testing") == [problem("FD416", severity=NOTE, **facts)]
    assert doors.tried == []


def test_a_server_that_hangs(shop: ProjectFolder, doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "SECONDS", 0.05)
    monkeypatch.setattr(asking, "_GRACE", 0.0)
    release = threading.Event()
    real = doors.opens

    def opens(address: Address, holder: Address) -> bool:
        if address.text == TP[0]:
            release.wait()
        return real(address, holder)

    monkeypatch.setattr(doors, "opens", opens)
    found = tried(shop, "production", "testing")
    release.set()
    facts = {"other": "production", "other_variable": "DATABASE_URL", "reason": TIMED_OUT}
    assert found == [problem("FD416", severity=NOTE, **facts)]


def test_what_may_be_shared_is_not_tried(shop: ProjectFolder, doors: Doors) -> None:
    shop.write(
        "firedoor.toml",
        DECLARATION.replace(
            '[variables.REPORTS_URL]\nresource = "database"',
            '[variables.REPORTS_URL]\nresource = "database"\nshared = ["testing", "production"]',
        ),
    )
    shop.write(".env.testing", "REPORTS_URL=postgresql://t@t/t\n")
    assert tried(shop, "production", "testing") == []
    assert doors.tried == [TP]  # another variable's is nobody's to share


def test_the_registry_knows_three_kinds(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    texts = {
        "postgresql://h/d": "postgresql",
        "postgres+asyncpg://h/d": "postgresql",
        "mysql://h/d": "mysql",
        "mariadb+pymysql://h/d": "mysql",
        "rediss://h": "redis",
        "valkey://h": "redis",
        "sqlite:///x": "",
        "smtp://h": "",
    }
    for text, name in texts.items():
        shop.write(".env.testing", f"DATABASE_URL={text}\n")
        (configuration,) = configured(shop, "testing")
        (target,) = observation.targets(configuration)
        found = logins.login(target.address)
        assert getattr(found, "EXTRA", "") == name
