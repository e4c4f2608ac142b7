"""A guarded project for tests: its files, its configuration, the guard in place of the one of this process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from firedoor import boundary, declaration
from firedoor.errors import GuardError
from firedoor.guard import arming, core, tree
from firedoor.guard.core import Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from firedoor.guard.places import Place
    from firedoor.guard.policy import Owner
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

DECLARED = """\
[project]
name = "shop"
[environments.testing]
{testing}
[environments.development]
[environments.staging]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
shared_server = ["testing", "development"]
[variables.CACHE]
resource = "cache"
[variables.API]
resource = "http"
[variables.ARCHIVE]
resource = "database"
[variables.TOKEN]
resource = "key"
"""
TESTING = """\
DATABASE_URL=postgresql://u:own-password@127.0.0.1/shop_test
API=http://localhost:8000/
ARCHIVE=sqlite:///test.db
"""
DEVELOPMENT = "DATABASE_URL=postgresql://127.0.0.1/shop_dev\n"
PRODUCTION = """\
DATABASE_URL=postgresql://u:live-password@127.0.0.2/shop
CACHE=unix:///run/live.sock?db=1
API=https://api.example.com/v1
ARCHIVE=sqlite:///prod.db
TOKEN=tok_0123456789abcdef_live
"""


def declare(
    folder: ProjectFolder,
    *,
    testing: str = "",
    declared: str = "",
    files: Mapping[str, str] | None = None,
) -> ProjectFolder:
    """Write the shop's declaration and files; ``testing`` stands in its table, ``declared`` behind all tables."""
    folder.write("firedoor.toml", DECLARED.format(testing=testing) + declared)
    written = {
        ".env.testing": TESTING,
        ".env.development": DEVELOPMENT,
        ".env.staging": "",
        ".env.production": PRODUCTION,
        **(files or {}),
    }
    for name, text in written.items():
        if text is not None:
            folder.write(name, text, mode=0o600)
    return folder


def configuration(folder: ProjectFolder, environment: str = "testing") -> Configuration:
    """The judged configuration, with nothing of this process's variables."""
    project = declaration.load(folder.root)
    made = boundary.configure(project, environment, process={}, in_process=True)
    assert [one for one in made.problems if one.severity == "error"] == []
    return made


def guard_of(
    folder: ProjectFolder,
    environment: str = "testing",
    *,
    testing: str = "",
    declared: str = "",
    files: Mapping[str, str] | None = None,
) -> Guard:
    """A guard that is asked directly; nothing is patched."""
    declare(folder, testing=testing, declared=declared, files=files)
    return Guard(configuration(folder, environment), tree.plant())


@contextmanager
def armed(configured: Configuration, hook: str | None = None) -> Iterator[Guard]:
    """The guard of this process, armed for the configuration and disarmed behind it."""
    arming.arm(configured, hook=hook)
    found = core.current()
    assert found is not None
    try:
        yield found
    finally:
        arming.disarm()


def refused(attempt: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems of the refusal; empty when the attempt was let through, whatever came of it."""
    try:
        attempt()
    except GuardError as error:
        return error.problems
    except OSError:
        return ()
    return ()


class Around:
    """Surroundings that know what a test says: who listens, names of the hosts file and of the resolver, owners."""

    def __init__(
        self,
        *,
        listening: tuple[Place, ...] = (),
        hosts_file: Mapping[str, tuple[str, ...]] | None = None,
        names: Mapping[str, frozenset[str]] | None = None,
        owners: Mapping[Place, Owner] | None = None,
        looked_up: tuple[str, ...] = (),
        machine: tuple[str, ...] = (),
    ) -> None:
        self.listening = listening
        self.hosts_file = hosts_file or {}
        self.known = names or {}
        self.owners = owners or {}
        self.looked_up = looked_up
        self.machine = machine
        self.asked: list[str] = []

    def listens(self, place: Place) -> bool:
        """Whether the test said so."""
        return place in self.listening

    def addresses(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """What the test said of the names, all of which are noted."""
        wanted = list(names)
        self.asked += wanted
        return {name: self.known.get(name, frozenset()) for name in wanted}

    def by_hosts_file(self, name: str) -> tuple[str, ...]:
        """What the test said of the name."""
        return self.hosts_file.get(name, ())

    def owner(self, place: Place) -> Owner | None:
        """What the test said of the place."""
        return self.owners.get(place)

    def was_looked_up(self, address: str) -> bool:
        """Whether the test said so."""
        return address in self.looked_up

    def names_of_machine(self) -> frozenset[str]:
        """What the test said."""
        return frozenset(self.machine)
