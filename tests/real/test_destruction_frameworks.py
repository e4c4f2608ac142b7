"""Alembic's downgrade, Django's flush and migrations that are taken back, SQLAlchemy's drop_all: each for real.

Django and Alembic keep what they are configured with: each attempt is a process of its own.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from support.destroying import production, unlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.postgres import PostgresServer
    from support.project import ProjectFolder, Result

pytestmark = pytest.mark.real
_numbers = count(1)

ENV_PY = """\
import os

import firedoor.guard
from alembic import context
from sqlalchemy import create_engine

if os.environ.get("APP_ENV"):
    firedoor.guard.arm()
if context.is_offline_mode():
    context.configure(url=os.environ["URL"], literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(os.environ["URL"]).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
REVISION = '''\
"""Orders."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "1", None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer))


def downgrade():
    op.drop_table("orders")
'''
INI = "[alembic]\nscript_location = migrations\npath_separator = os\n"
SETTINGS = """\
import os

from sqlalchemy.engine import make_url

url = make_url(os.environ["URL"])
engine = {"postgresql": "django.db.backends.postgresql", "sqlite": "django.db.backends.sqlite3"}
DATABASES = {
    "default": {
        "ENGINE": engine[url.get_backend_name()],
        "NAME": url.database,
        "HOST": url.host or "",
        "PORT": url.port or "",
        "USER": url.username or "",
        "PASSWORD": url.password or "",
    }
}
INSTALLED_APPS = ["shop"]
SECRET_KEY = "x"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""
MANAGE = """\
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
if os.environ.get("APP_ENV"):
    import firedoor.guard

    firedoor.guard.arm()
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""
MIGRATION = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel("Order", [("id", models.AutoField(primary_key=True))])]
"""
MODELS = """\
from django.db import models


class Order(models.Model):
    pass
"""
RESET = """\
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def handle(self, *args, **options):
        print("reset")
"""
DROP_ALL = """\
import asyncio
import os
import sys

import firedoor.guard
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

engine = create_engine(os.environ["URL"])  # before the guard
firedoor.guard.arm()
metadata = MetaData()
orders = Table("orders", metadata, Column("id", Integer))
MetaData().drop_all(engine)
metadata.drop_all(engine) if sys.argv[1] == "all" else orders.drop(engine)
"""


class Database:
    """Where the attempts go: its URL and how many tables of the name it has."""

    def __init__(self, url: str, has: Callable[[str], bool]) -> None:
        self.url = url
        self.has = has


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, project: ProjectFolder) -> Database:
    if request.param == "sqlite":
        path = project.root / "prod.db"

        def in_file(table: str) -> bool:
            with closing(sqlite3.connect(path)) as connection:
                return bool(
                    connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchall()
                )

        return Database(f"sqlite:///{path}", in_file)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"frameworks_{next(_numbers)}"
    url = server.create_database(name, driver="postgresql+psycopg")
    return Database(url, lambda table: bool(server.psql(f"SELECT to_regclass('{table}')", database=name)))


def run(project: ProjectFolder, database: Database, *command: str, armed: bool = True) -> Result:
    variables = {"URL": database.url, "PYTHONWARNINGS": "default"} | (
        {"APP_ENV": "production"} if armed else {}
    )
    return project.run(*command, env=variables)


def test_alembic_downgrade(database: Database, project: ProjectFolder) -> None:
    configuration = production(project, DATABASE_URL=database.url)
    project.write("alembic.ini", INI).write("migrations/env.py", ENV_PY)
    project.write("migrations/versions/1.py", REVISION)
    alembic = (sys.executable, "-m", "alembic")
    assert run(project, database, *alembic, "upgrade", "head").code == 0  # the control: it destroys nothing
    assert database.has("orders")
    printed = run(project, database, *alembic, "downgrade", "1:base", "--sql")
    assert (printed.code, "DROP TABLE orders" in printed.stdout) == (0, True)
    refused = run(project, database, *alembic, "downgrade", "base")
    assert refused.code != 0
    assert "was about to carry out an Alembic downgrade on what DATABASE_URL" in " ".join(
        refused.stderr.split()
    )
    assert database.has("orders")
    assert run(project, database, *alembic, "stamp", "base").code == 0
    assert run(project, database, *alembic, "stamp", "head").code == 0
    unlock(configuration, statement="migration")
    refused = run(project, database, *alembic, "downgrade", "base")
    assert "DROP TABLE" in refused.stderr, (
        "the migration may be taken back, and its statements are no migrations"
    )
    assert database.has("orders")
    unlock(configuration)
    passed = run(project, database, *alembic, "downgrade", "base")
    assert (passed.code, database.has("orders")) == (0, False)
    assert passed.stderr.count("FD618") == 2


def django(project: ProjectFolder, database: Database) -> None:
    for path, text in {
        "settings.py": SETTINGS,
        "manage.py": MANAGE,
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/migrations/__init__.py": "",
        "shop/migrations/0001_initial.py": MIGRATION,
        "shop/management/__init__.py": "",
        "shop/management/commands/__init__.py": "",
        "shop/management/commands/reset_db.py": RESET,
    }.items():
        project.write(path, text)
    assert run(project, database, sys.executable, "manage.py", "migrate", "--no-input", armed=False).code == 0


def test_django(database: Database, project: ProjectFolder) -> None:
    configuration = production(project, DATABASE_URL=database.url)
    django(project, database)
    manage = (sys.executable, "manage.py")
    for command in (("check",), ("migrate",), ("sqlflush",), ("migrate", "shop", "zero", "--plan")):
        assert run(project, database, *manage, *command).code == 0, command
    acts: dict[tuple[str, ...], str] = {
        ("flush", "--no-input"): "django flush",
        ("migrate", "shop", "zero"): "a Django migration taken back",
        ("reset_db",): "django reset_db",
    }
    for words, act in acts.items():
        refused = run(project, database, *manage, *words)
        assert refused.code != 0, words
        assert f"was about to carry out {act} on what DATABASE_URL" in " ".join(refused.stderr.split())
    assert database.has("shop_order")
    unlock(configuration)
    assert run(project, database, *manage, "flush", "--no-input").code == 0
    assert run(project, database, *manage, "migrate", "shop", "zero").code == 0
    assert not database.has("shop_order")


@pytest.mark.parametrize(("what", "act"), [("all", "MetaData.drop_all"), ("one", "Table.drop")])
def test_drop_all(what: str, act: str, database: Database, project: ProjectFolder) -> None:
    configuration = production(project, DATABASE_URL=database.url)
    project.write("drop.py", DROP_ALL)
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id int)")
    engine.dispose()
    refused = run(project, database, sys.executable, "drop.py", what)
    assert f"was about to carry out {act} on what DATABASE_URL" in " ".join(refused.stderr.split())
    assert database.has("orders")
    unlock(configuration)
    assert run(project, database, sys.executable, "drop.py", what).code == 0
    assert not database.has("orders")
