"""What the lock knows of protected environments whose files are not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, locking
from firedoor.guard import locked
from firedoor.guard.places import Place
from firedoor.guard.policy import Owner
from firedoor.lock import marks, text
from firedoor.lock.document import Lock, Marks, Taken

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.guard.locked import Locked
    from support.project import ProjectFolder

DECLARED = """\
[project]
name = "shop"
[environments.testing]
[environments.staging]
[environments.production]
protected = true
[variables.URL]
resource = "database"
[variables.CACHE]
resource = "cache"
[variables.SITE]
resource = "http"
[variables.SHARED]
resource = "database"
shared = ["testing", "production"]
[variables.EVERYBODYS]
resource = "database"
shared = true
[variables.NEIGHBOUR]
resource = "database"
shared_server = ["testing", "production"]
[variables.OTHERS]
resource = "database"
shared_server = ["testing", "staging"]
[variables.HALF]
resource = "database"
shared = ["staging", "production"]
"""
PRODUCTION = """\
URL=postgresql://db.prod.test/shop
CACHE=redis://10.0.0.9:7000/5
SITE=https://site.prod.test
SHARED=postgresql://shared.prod.test/shop
EVERYBODYS=postgresql://everybody.prod.test/shop
NEIGHBOUR=postgresql://neighbour.prod.test/shop
HALF=postgresql://half.prod.test/shop
OTHERS=postgresql://others.prod.test/shop
"""
STAGING = "URL=postgresql://db.staging.test/shop\n"
SALT = b"0123456789abcdef"


@pytest.fixture(autouse=True)
def _cheap_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "COST", (2, 1, 1))
    monkeypatch.setattr(marks, "_CHEAPEST", 1)


@pytest.fixture
def shop(project: ProjectFolder) -> Project:
    """Production and staging are locked, and their files are gone."""
    project.write("firedoor.toml", DECLARED)
    project.write(".env.production", PRODUCTION, mode=0o600).write(".env.staging", STAGING, mode=0o600)
    declared = declaration.load(project.root, use_cache=False)
    locking.update(declared, ["production", "staging"], ask=None)
    for name in (".env.production", ".env.staging"):
        (project.root / name).unlink()
    return declaration.load(project.root, use_cache=False)


def loaded(shop: Project, environment: str = "testing", *known: tuple[str, str]) -> Locked | None:
    chosen = shop.environment(environment)
    assert chosen is not None
    return locked.load(shop, chosen, frozenset(known))


def at(host: str, port: int) -> Place:
    return Place(host, port, "")


@pytest.mark.parametrize(
    ("place", "variable"),
    [
        (at("db.prod.test", 5432), "URL"),
        (at("db.prod.test", 5433), None),
        (at("db.staging.test", 5432), None),
        (at("10.0.0.9", 7000), "CACHE"),
        (at("10.0.0.9", 6379), None),
        (at("site.prod.test", 443), "SITE"),
        (at("site.prod.test", 80), "SITE"),
        (at("site.prod.test", 0), "SITE"),
        (at("other.prod.test", 443), None),
        (at("shared.prod.test", 5432), None),
        (at("everybody.prod.test", 5432), None),
        (at("neighbour.prod.test", 5432), None),
        (at("half.prod.test", 5432), "HALF"),
        (at("others.prod.test", 5432), "OTHERS"),
        (at("localhost", 5432), None),
        (at("192.0.2.1", 443), None),
        (Place("", 0, "/run/x"), None),
        (Place("", 0, ""), None),
    ],
)
def test_whose_server_stands_there(shop: Project, place: Place, variable: str | None) -> None:
    found = loaded(shop)
    assert found is not None
    assert found.owner_at(place) == (None if variable is None else Owner("production", variable))


def test_whose_a_thing_is(shop: Project) -> None:
    found = loaded(shop)
    assert found is not None
    owner = Owner("production", "URL")
    thing = ("postgresql", "db.prod.test", "5432", "shop")
    neighbour = ("postgresql", "neighbour.prod.test", "5432", "shop")
    assert found.owner_of([("postgresql", "db.prod.test", "5432", "other"), thing]) == owner
    assert found.owner_of([neighbour]) == Owner("production", "NEIGHBOUR")
    assert found.owner_of([]) is None


def test_a_fingerprint_is_made_once(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    found = loaded(shop)
    assert found is not None
    made: list[object] = []
    real = marks.mark

    def counted(identity: tuple[str, ...], salt: bytes, cost: tuple[int, int, int]) -> str:
        made.append(identity)
        return real(identity, salt, cost)

    monkeypatch.setattr(marks, "mark", counted)
    for _ in range(2):
        found.owner_at(at("192.0.2.1", 443))
        found.owner_at(at("192.0.2.1", 5432))
        found.owner_at(at("192.0.2.1", 9440))
    assert made == [("postgresql", "192.0.2.1", "5432", ""), ("clickhouse", "192.0.2.1", "8123", "")]
    found.owner_at(at("192.0.2.1", 7777))
    families = [
        "postgresql",
        "mysql",
        "redis",
        "mongodb",
        "amqp",
        "qdrant",
        "mssql",
        "chroma",
        "http",
        "clickhouse",
    ]
    assert made[2:] == [(family, "192.0.2.1", "7777", "") for family in families]
    found.owner_at(at("web.test", 443))
    assert made[-1] == ("http", "web.test", "443", "")


def test_what_is_known_by_files_is_not_guessed(shop: Project) -> None:
    found = loaded(shop, "testing", ("production", "URL"))
    assert found is not None
    assert found.owner_at(at("db.prod.test", 5432)) is None
    every = [("production", name) for name in ("URL", "CACHE", "SITE", "NEIGHBOUR", "HALF", "OTHERS")]
    assert loaded(shop, "testing", *every) is None


def test_an_environment_is_not_kept_from_its_own(shop: Project) -> None:
    assert loaded(shop, "production") is None


@pytest.mark.parametrize("spoilt", ["", "nonsense", None])
def test_without_a_lock_that_can_be_read(shop: Project, project: ProjectFolder, spoilt: str | None) -> None:
    path = project.root / "firedoor.lock"
    if spoilt is None:
        path.unlink()
    else:
        path.write_text(spoilt)
    assert loaded(shop) is None


def test_every_level_of_a_taking_counts_and_what_is_declared_no_more_does_not(project: ProjectFolder) -> None:
    project.write(
        "firedoor.toml",
        '[environments.testing]\n[environments.production]\nprotected = true\n[variables.URL]\nresource = "database"\n',
    )

    def mark(*identity: str) -> str:
        return marks.mark(identity, SALT, marks.COST)

    levels = Marks(
        spelled=(mark("a"),),
        resolved=(mark("b"),),
        observed=(mark("c"),),
        within=(mark("d"),),
        server=(mark("e"),),
    )
    taken = Taken(1, "2026-11-27T06:00:00Z", {"URL": levels, "GONE": Marks(spelled=(mark("f"),))})
    other = Taken(1, "2026-11-27T06:00:00Z", {"URL": Marks(spelled=(mark("g"),))})
    environments = {"production": taken, "gone": other, "testing": other}
    lock = Lock("project", SALT, marks.COST, environments=environments)
    project.write("firedoor.lock", text.render(lock).encode())
    found = loaded(declaration.load(project.root, use_cache=False))
    assert found is not None
    owners = {name: found.owner_of([(name,)]) for name in "abcdefg"}
    own = Owner("production", "URL")
    assert owners == {"a": own, "b": own, "c": own, "d": None, "e": own, "f": None, "g": None}
