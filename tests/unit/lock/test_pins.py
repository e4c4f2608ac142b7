"""What of the declaration is pinned, and which changes guard less."""

from __future__ import annotations

import pytest

from firedoor.declaration import Project, Services, Variable
from firedoor.environment import Environment
from firedoor.lock import pins

NAME = "environments.production.protected"


def project() -> Project:
    return Project(
        root="/x",
        path="/x/firedoor.toml",
        name="shop",
        environments=(
            Environment(
                "testing",
                aliases=("test",),
                fallback="process",
                tests=True,
                network="declared",
                reach=("localhost:9000", "/run/mail.sock"),
                guard="audit",
                accepts=("staging", "other/testing"),
            ),
            Environment(
                "production",
                order=1,
                protected=True,
                fallback="never",
                unstamped="error",
                require={"DEBUG": (False,), "LEVEL": ("WARNING", "ERROR")},  # type: ignore[dict-item] # as compiled
            ),
        ),
        selectors=("APP_ENV", "ENV"),
        default="production",
        files=("base.env", ".env.{env}"),
        optional_files=(".env.local",),
        secrets="secrets/{env}",
        variables={
            "URL": Variable(
                "URL", resource="database", shared=("testing",), shared_server=("testing", "production")
            ),
            "KEY": Variable("KEY", secret=True, live=True, overridable=("testing",)),
            "PLAIN": Variable("PLAIN", overridable=True),
            "QUIET": Variable("QUIET"),
        },
    )


def test_everything_that_guards_is_pinned() -> None:
    assert pins.of(project()) == {
        "project.selector": "APP_ENV | ENV",
        "project.default": "production",
        "files.templates": "base.env | .env.{env}",
        "files.optional": ".env.local",
        "files.fallback_file": ".env",
        "files.secrets": "secrets/{env}",
        "environments": "testing | production",
        "names.testing": "testing",
        "names.test": "testing",
        "names.production": "production",
        "environments.testing.protected": "false",
        "environments.testing.fallback": "process",
        "environments.testing.unstamped": "warning",
        "environments.testing.tests": "true",
        "environments.testing.network": "declared",
        "environments.testing.reach": "localhost:9000 | /run/mail.sock",
        "environments.testing.guard": "audit",
        "environments.testing.accepts": "staging | other/testing",
        "environments.production.protected": "true",
        "environments.production.fallback": "never",
        "environments.production.unstamped": "error",
        "environments.production.tests": "false",
        "environments.production.network": "not-protected",
        "environments.production.guard": "patches",
        "environments.production.require.DEBUG": "False",
        "environments.production.require.LEVEL": "WARNING | ERROR",
        "variables.URL.owned": "database",
        "variables.URL.shared": "testing",
        "variables.URL.shared_server": "testing | production",
        "variables.KEY.owned": "secret",
        "variables.KEY.live": "everywhere",
        "variables.KEY.overridable": "testing",
        "variables.PLAIN.overridable": "everywhere",
    }


def test_the_same_declaration_changes_nothing() -> None:
    assert pins.changes(pins.of(project()), pins.of(project())) == []


@pytest.mark.parametrize(
    ("name", "pinned", "declared", "loosens"),
    [
        (NAME, "true", "false", True),
        (NAME, "true", "", True),
        (NAME, "false", "true", False),
        (NAME, "false", "", False),
        (NAME, "", "true", False),
        (NAME, "", "false", False),
        ("environments.x.fallback", "never", "process", True),
        ("environments.x.fallback", "process", "file", True),
        ("environments.x.fallback", "file", "never", False),
        ("environments.x.fallback", "never", "", False),
        ("environments.x.fallback", "", "file", False),
        ("environments.x.fallback", "never", "whatever", True),
        ("environments.x.unstamped", "error", "warning", True),
        ("environments.x.unstamped", "warning", "note", True),
        ("environments.x.unstamped", "note", "error", False),
        ("environments.x.unstamped", "error", "note", True),
        ("environments.x.unstamped", "note", "whatever", True),
        ("environments.x.tests", "false", "true", True),
        ("environments.x.tests", "true", "false", False),
        ("environments.x.tests", "", "true", False),
        ("environments.x.network", "declared", "not-protected", True),
        ("environments.x.network", "not-protected", "open", True),
        ("environments.x.network", "declared", "open", True),
        ("environments.x.network", "open", "not-protected", False),
        ("environments.x.network", "not-protected", "declared", False),
        ("environments.x.network", "open", "whatever", True),
        ("environments.x.network", "", "open", False),
        ("environments.x.reach", "", "a:1", True),
        ("environments.x.reach", "a:1", "a:1 | b", True),
        ("environments.x.reach", "a:1", "a", True),
        ("environments.x.reach", "a:1 | b", "b", False),
        ("environments.x.reach", "a:1", "", False),
        ("environments.x.accepts", "", "staging", True),
        ("environments.x.accepts", "staging", "other/staging | staging", True),
        ("environments.x.accepts", "other/staging | staging", "staging", False),
        ("environments.x.guard", "audit", "patches", True),
        ("environments.x.guard", "patches", "audit", False),
        ("environments.x.guard", "audit", "whatever", True),
        ("environments.x.fallback", "file", "process", False),
        ("environments.x.fallback", "whatever", "file", False),
        ("environments.a.b.fallback", "file", "process", False),
        ("environments.x.require.DEBUG.fallback", "file", "process", True),
        ("variables.X.shared", "a b | c", "b", True),
        ("environments", "a b | c", "c | b", False),
        ("environments.x.require.DEBUG", "False", "False | True", True),
        ("environments.x.require.DEBUG", "False", "", True),
        ("environments.x.require.LEVEL", "WARNING | ERROR", "ERROR", False),
        ("environments.x.require.LEVEL", "", "ERROR", False),
        ("environments", "a | b", "b | a", True),
        ("environments", "a | b", "a | c | b", False),
        ("environments", "a | b | c", "a | c", False),
        ("environments", "a | b | c", "c | a", True),
        ("names.prod", "production", "testing", True),
        ("names.prod", "production", "", False),
        ("names.prod", "", "production", False),
        ("project.selector", "APP_ENV", "ENV", True),
        ("project.selector", "APP_ENV", "APP_ENV | ENV", True),
        ("project.default", "", "production", True),
        ("project.default", "testing", "production", True),
        ("project.default", "production", "", False),
        ("files.templates", ".env.{env}", "{env}.env", True),
        ("files.optional", "", ".env.local", False),
        ("files.optional", ".env.local", "", True),
        ("files.secrets", "", "/run/secrets", False),
        ("files.secrets", "secrets/{env}", "secrets", True),
        ("variables.X.owned", "database", "", True),
        ("variables.X.owned", "database", "cache", True),
        ("variables.X.owned", "", "database", False),
        ("variables.X.shared", "", "testing", True),
        ("variables.X.shared", "testing", "testing | staging", True),
        ("variables.X.shared", "testing | staging", "testing", False),
        ("variables.X.shared", "testing", "everywhere", True),
        ("variables.X.shared", "everywhere", "testing", False),
        ("variables.X.shared_server", "", "testing", True),
        ("variables.X.overridable", "", "everywhere", True),
        ("variables.X.live", "everywhere", "", False),
        ("variables.X.of_a_newer_version", "a", "", True),
        ("variables.X.of_a_newer_version", "a", "b", True),
        ("environments.x.profiles", "", "ops", True),
        ("environments.x.profiles", "ops", "dev | ops", True),
        ("environments.x.profiles", "dev | ops", "ops", False),
        ("environments.x.profiles", "ops", "", False),
        ("services.allows", "", "debug port 5678", True),
        ("services.allows", "tag latest", "side by side | tag latest", True),
        ("services.allows", "side by side | tag latest", "tag latest", False),
        ("services.allows", "tag latest", "", False),
        ("services.refuses", "tag edge", "", True),
        ("services.refuses", "debug port 4000 | tag edge", "tag edge", True),
        ("services.refuses", "", "tag edge", False),
        ("services.refuses", "tag edge", "debug port 4000 | tag edge", False),
        ("services.of_a_newer_version", "a", "b", True),
        ("services.of_a_newer_version", "", "a", False),
        ("of_a_newer_version", "a", "", True),
        ("of_a_newer_version", "", "a", False),
        ("of_a_newer.version", "a", "b", True),
    ],
)
def test_what_guards_less(name: str, pinned: str, declared: str, loosens: bool) -> None:
    before = {name: pinned} if pinned else {}
    now = {name: declared} if declared else {}
    (change,) = pins.changes(before, now)
    assert (change.name, change.pinned, change.declared, change.loosens) == (name, pinned, declared, loosens)
    assert repr(change) == f"Change({name!r}, {'loosens' if loosens else 'newer'})"


@pytest.mark.parametrize(
    ("services", "allows", "refuses"),
    [
        (Services(), None, None),
        (Services(files=("a.yaml",), wait=3), None, None),
        (Services(own=("A", "B")), "A | B", None),
        (Services(side_by_side=True), "side by side", None),
        (Services(unpinned=()), "tag latest", None),
        (Services(unpinned=("latest", "edge")), None, "tag edge"),
        (Services(unpinned=("edge",)), "tag latest", "tag edge"),
        (Services(debug_ports=(5005, 9229)), "debug port 5678", None),
        (Services(debug_ports=(5005, 5678, 9229, 4000)), None, "debug port 4000"),
        (
            Services(own=("A",), side_by_side=True, unpinned=(), debug_ports=(1,)),
            "A | tag latest | debug port 5005 | debug port 5678 | debug port 9229 | side by side",
            "debug port 1",
        ),
    ],
)
def test_what_services_let_through_is_pinned(
    services: Services, allows: str | None, refuses: str | None
) -> None:
    made = project()
    made.services = services
    found = pins.of(made)
    assert (found.get("services.allows"), found.get("services.refuses")) == (allows, refuses)


def test_profiles_are_pinned_where_an_environment_is_protected() -> None:
    made = project()
    for environment in made.environments:
        environment.profiles = ("ops", "dev")
    found = pins.of(made)
    assert found["environments.production.profiles"] == "ops | dev"
    assert "environments.testing.profiles" not in found


def test_no_default_is_no_pin() -> None:
    made = project()
    made.default = None
    assert "project.default" not in pins.of(made)
    assert pins.changes({"a": ""}, {}) == pins.changes({}, {"a": ""}) == []


def test_changes_are_told_by_name() -> None:
    found = pins.changes({"names.b": "x", "names.c": "x"}, {"names.a": "x", "names.c": "x"})
    assert [change.name for change in found] == ["names.a", "names.b"]


@pytest.mark.parametrize(
    ("name", "one", "other", "stricter"),
    [
        (NAME, "true", "false", "true"),
        ("environments.x.fallback", "file", "never", "never"),
        ("environments.x.fallback", "nonsense", "file", "file"),
        ("environments.x.fallback", "b", "a", "a"),
        ("environments.x.unstamped", "note", "warning", "warning"),
        ("environments.x.unstamped", "note", "error", "error"),
        ("environments.x.tests", "true", "false", "false"),
        ("environments.x.network", "open", "declared", "declared"),
        ("environments.x.network", "open", "not-protected", "not-protected"),
        ("environments.x.reach", "a:1 | b", "b | c", "b"),
        ("environments.x.accepts", "staging", "testing", ""),
        ("environments.x.guard", "patches", "audit", "audit"),
        ("environments.x.profiles", "dev | ops", "ops", "ops"),
        ("services.allows", "side by side | tag latest", "tag latest", "tag latest"),
        ("services.refuses", "tag edge", "debug port 4000", "debug port 4000 | tag edge"),
        ("environments.x.require.LEVEL", "WARNING | ERROR", "ERROR | INFO", "ERROR"),
        ("variables.X.shared", "a | b", "b | c", "b"),
        ("variables.X.shared", "a", "b", ""),
        ("variables.X.shared", "everywhere", "b", "b"),
        ("variables.X.shared", "everywhere", "everywhere", "everywhere"),
        ("variables.X.owned", "database", "cache", "cache"),
        ("names.prod", "production", "a", "a"),
    ],
)
def test_of_two_pins_the_stricter_counts(name: str, one: str, other: str, stricter: str) -> None:
    assert pins.stricter({name: one}, {name: other}) == {name: stricter}
    assert pins.stricter({name: other}, {name: one}) == {name: stricter}
    assert pins.stricter({name: one}, {}) == {name: one}
    assert pins.stricter({}, {name: one}) == {name: one}


def test_what_follows_from_unprotecting_is_not_told_beside_it() -> None:
    def table(protected: str, fallback: str) -> dict[str, str]:
        return {
            "environments.x.protected": protected,
            "environments.x.fallback": fallback,
            "environments.x.unstamped": "error" if protected == "true" else "warning",
            "environments.x.network": "open" if protected == "true" else "not-protected",
            "environments.y.fallback": fallback,
        }

    opened = pins.changes(table("true", "never"), table("false", "file"))
    assert [change.name for change in opened] == ["environments.x.protected", "environments.y.fallback"]
    closed = pins.changes(table("false", "file"), table("true", "never"))
    assert [change.name for change in closed] == [
        "environments.x.fallback",
        "environments.x.network",
        "environments.x.protected",
        "environments.x.unstamped",
        "environments.y.fallback",
    ]
