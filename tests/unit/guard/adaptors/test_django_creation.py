"""Django's test databases by the name in its settings: what has it is not deleted when it is another environment's."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard import tree
from firedoor.guard.adaptors import django_creation
from firedoor.guard.core import Guard
from support.guarding import configuration, guard_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.project import ProjectFolder

MYSQL = {
    ".env.testing": "DATABASE_URL=mysql://127.0.0.1/shop_test\n",
    ".env.production": "DATABASE_URL=mysql://127.0.0.1/shop\nARCHIVE=mysql://%2Frun%2Fmy.sock/shop\n",
}
POSTGRESQL = {
    ".env.testing": "DATABASE_URL=postgresql://127.0.0.1/shop_test\n",
    ".env.production": "DATABASE_URL=postgresql://127.0.0.1/it's\n",
}
SHARED = """\
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
shared_server = ["testing", "production"]
[variables.ARCHIVE]
resource = "database"
shared_server = ["testing", "production"]
"""


class Connection:
    """One of Django's, as far as it is asked."""

    def __init__(self, vendor: str, name: str, **settings: Any) -> None:
        self.vendor = vendor
        self.settings_dict = {"NAME": name, **settings}


def library() -> ModuleType:
    """The module of Django's with the one class; each of its methods says that it was called, and with what."""
    module = ModuleType("django.db.backends.base.creation")

    class BaseDatabaseCreation:
        def __init__(self, connection: Connection, name: str) -> None:
            self.connection = connection
            self.name = name

        def _get_test_db_name(self) -> str:
            return self.name

        def get_test_db_clone_settings(self, suffix: str) -> dict[str, Any]:
            return {
                **self.connection.settings_dict,
                "NAME": f"{self.connection.settings_dict['NAME']}{suffix}",
            }

        def create_test_db(self, verbosity: int = 1, *, keepdb: bool = False) -> tuple[Any, ...]:
            return ("created", verbosity, keepdb)

        def clone_test_db(self, suffix: str, verbosity: int = 1) -> tuple[Any, ...]:
            return ("cloned", suffix, verbosity)

        def destroy_test_db(self, old: Any = None, verbosity: int = 1, suffix: Any = None) -> tuple[Any, ...]:
            return ("destroyed", old, verbosity, suffix)

    module.BaseDatabaseCreation = BaseDatabaseCreation  # type: ignore[attr-defined]  # put there by the test
    return module


def outcome(attempt: Callable[[], Any]) -> Any:
    """What the method gave, or the codes and subjects of the refusal."""
    try:
        return attempt()
    except GuardError as error:
        return [(one.code, one.facts["other"], one.subject) for one in error.problems]


OF_ANOTHER = [("FD605", "production", "ARCHIVE")]


def test_each_way_to_delete_a_file(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.write("prod.db", "").root)
    module: Any = library()
    undo = django_creation.arm(guard, module)

    def make(name: str, of_tests: str) -> Any:
        return module.BaseDatabaseCreation(Connection("sqlite", name), of_tests)

    assert outcome(lambda: make("a.db", "prod.db").create_test_db(2)) == OF_ANOTHER
    assert outcome(lambda: make("a.db", "tests.db").create_test_db(2, keepdb=True)) == ("created", 2, True)
    assert outcome(lambda: make("a.db", ":memory:").create_test_db()) == ("created", 1, False)
    assert outcome(lambda: make("prod", "t").clone_test_db(".db", 0)) == OF_ANOTHER
    assert outcome(lambda: make("test", "t").clone_test_db(suffix=".db")) == ("cloned", ".db", 1)
    assert outcome(lambda: make("prod.db", "t").destroy_test_db("a.db", 2)) == OF_ANOTHER
    assert outcome(lambda: make("prod", "t").destroy_test_db(suffix=".db")) == OF_ANOTHER
    assert outcome(lambda: make("t.db", "t").destroy_test_db("a.db", 2)) == ("destroyed", "a.db", 2, None)
    undo()
    assert outcome(lambda: make("a.db", "prod.db").create_test_db()) == ("created", 1, False)


@pytest.mark.parametrize(
    ("vendor", "name", "settings", "expected"),
    [
        ("postgresql", "it's", {"HOST": "127.0.0.1", "PORT": ""}, "DATABASE_URL"),
        ("postgresql", "it's", {"HOST": "localhost", "PORT": 5432, "USER": "u"}, "DATABASE_URL"),
        ("postgresql", "it's", {"HOST": "", "OPTIONS": {"host": "127.0.0.1"}}, "DATABASE_URL"),
        ("postgresql", "its", {"HOST": "127.0.0.1"}, ""),
        ("postgresql", "shop_test", {"HOST": "127.0.0.1"}, ""),
        ("mysql", "shop", {"HOST": "127.0.0.1", "PORT": "3306"}, "DATABASE_URL"),
        (
            "mysql",
            "shop",
            {"HOST": "", "OPTIONS": {"host": "127.0.0.1", "port": 3306}},
            "DATABASE_URL",
        ),
        ("mysql", "shop", {"HOST": "/run/my.sock"}, "ARCHIVE"),
        ("mysql", "shop", {"OPTIONS": {"unix_socket": "/run/my.sock"}}, "ARCHIVE"),
        ("mysql", "shop_test", {"HOST": "127.0.0.1"}, ""),
        ("oracle", "shop", {"HOST": "127.0.0.1"}, ""),  # a name of Oracle's is none of a database
    ],
)
def test_a_database_of_a_server(
    project: ProjectFolder, vendor: str, name: str, settings: dict[str, Any], expected: str
) -> None:
    project.write("firedoor.toml", SHARED)
    for file, text in (POSTGRESQL if vendor == "postgresql" else MYSQL).items():
        project.write(file, text, mode=0o600)
    module: Any = library()
    django_creation.arm(Guard(configuration(project), tree.plant()), module)
    creation = module.BaseDatabaseCreation(Connection(vendor, "shop_test", **settings), name)
    wanted: Any = [("FD603", "production", expected)] if expected else ("created", 1, False)
    assert outcome(creation.create_test_db) == wanted


def test_a_refusal_holds_no_name_in_a_frame_of_ours(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.write("prod.db", "").root)
    module: Any = library()
    django_creation.arm(guard, module)
    creation = module.BaseDatabaseCreation(Connection("sqlite", "a.db"), "prod.db")
    with pytest.raises(GuardError) as found:
        creation.create_test_db()
    frame = found.tb
    while frame is not None:
        if "firedoor/guard" in frame.tb_frame.f_code.co_filename:
            assert "prod.db" not in repr(frame.tb_frame.f_locals)
        frame = frame.tb_next  # type: ignore[assignment]  # wrong on purpose, or a stand-in
