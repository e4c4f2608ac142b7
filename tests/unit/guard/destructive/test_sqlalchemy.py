"""SQLAlchemy's own hook: drivers that have none, and where engines lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from firedoor.guard.destructive import sqlalchemy as hook
from firedoor.guard.destructive import watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.destruction import Finding
    from support.project import ProjectFolder


class Noted:
    """Stands in for the guard's watch and keeps what it is asked."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, str]] = []
        self.findings: list[Finding] = []
        self.places: list[Any] = []

    def statement(self, told: str, dialect: str, where: Any) -> None:
        self.statements.append((told, dialect))
        self.places.append(where(""))

    def judge(self, findings: list[Finding], where: Any) -> None:
        self.findings += findings
        self.places.append(where(""))


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Noted]:
    found = Noted()
    monkeypatch.setattr(watch, "of", lambda _: found)
    undo = hook.arm(None, sqlalchemy)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    yield found
    undo()
    with create_engine("sqlite://").connect() as connection:
        connection.execute(text("SELECT 2"))
    assert "SELECT 2" not in [told for told, _ in found.statements]


def run(url: str, driver: str) -> None:
    engine = create_engine(url, poolclass=StaticPool)
    engine.dialect.driver = driver
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()


def test_drivers_without_a_hook_of_their_own(noted: Noted, project: ProjectFolder) -> None:
    run("sqlite://", "pysqlite")
    assert noted.statements == []
    run("sqlite://", "another")
    assert ("SELECT 1", "sqlite") in noted.statements
    assert set(noted.places) == {None}
    noted.places.clear()
    run(f"sqlite:///{project.root}/a.db", "another")
    assert ("file", str(project.root.resolve() / "a.db")) in noted.places[-1]


def test_what_drops_tables(noted: Noted) -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata = sqlalchemy.MetaData()
    table = sqlalchemy.Table("orders", metadata, sqlalchemy.Column("id", sqlalchemy.Integer))
    metadata.create_all(engine)
    sqlalchemy.MetaData().drop_all(engine)
    assert noted.findings == []
    table.drop(engine)
    metadata.drop_all(bind=engine)
    assert [(one.act, one.kind) for one in noted.findings] == [
        ("Table.drop", "drop-table"),
        ("MetaData.drop_all", "drop-table"),
    ]
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "name", "expected"),
    [
        (
            "postgresql+psycopg://u:p@db.example.org/shop",
            "",
            {("postgresql", "db.example.org", "5432", "shop")},
        ),
        (
            "postgresql+psycopg://u:p@db.example.org/shop",
            "old",
            {("postgresql", "db.example.org", "5432", "old")},
        ),
        ("mysql+pymysql://u:p@db.example.org/shop", "", {("mysql", "db.example.org", "3306", "shop")}),
    ],
)
def test_where_an_engine_leads_to(url: str, name: str, expected: set[tuple[str, ...]]) -> None:
    assert hook.place(create_engine(url), name) == expected
    assert hook.place(create_engine("sqlite:///:memory:"), "") is None
