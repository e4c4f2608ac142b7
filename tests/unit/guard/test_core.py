"""The guard asked directly, over a project's own files; nothing of this process is patched."""

from __future__ import annotations

import asyncio
import socket
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import FiredoorError, GuardError
from firedoor.guard import core, ownership
from firedoor.guard.places import INET, UNIX
from firedoor.guard.policy import Owner
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem
from firedoor.settings.notice import FiredoorWarning
from firedoor.stamps.observation import Observation
from support.guarding import PRODUCTION, TESTING, guard_of, refused
from support.stamping import stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

OPEN_TO_OTHERS = 'network = "not-protected"'


def live(code: str, variable: str, **facts: str) -> Problem:
    """The problem of a resource of production's, which its file says."""
    lines = [line.partition("=")[0] for line in PRODUCTION.splitlines()]
    origin = Origin(FILE, ".env.production", lines.index(variable) + 1, 1)
    words: dict[str, Any] = {"other": "production", "caller": "", **facts}
    return Problem(code, subject=variable, environment="testing", origin=origin, severity="error", **words)


def of_testing(code: str, **facts: str) -> Problem:
    words: dict[str, Any] = {"caller": "", **facts}
    return Problem(code, environment="testing", **words)


def check(guard: Guard, *address: object, family: int = INET) -> tuple[Problem, ...]:
    return refused(lambda: guard.check_address(address if family == INET else address[0], family))


# --- addresses ---


def test_what_testing_may_reach(project: ProjectFolder) -> None:
    guard = guard_of(project)
    assert check(guard, "127.0.0.1", 5432) == ()
    assert check(guard, "localhost", 8000) == ()
    assert check(guard, "127.0.0.2", 5432) == (live("FD601", "DATABASE_URL", act="connect to", level=""),)
    assert check(guard, "/run/live.sock", family=UNIX) == (
        live("FD601", "CACHE", act="connect to", level=""),
    )
    assert check(guard, "127.0.0.1", 5433) == (of_testing("FD602", act="connect to"),)
    assert check(guard, "192.0.2.1", 443) == (of_testing("FD602", act="connect to"),)
    assert check(guard, (2, 1), family=40) == (of_testing("FD606", act="connect to"),)
    assert check(guard, None, family=16) == ()
    assert check(guard, "not a tuple") == ()
    assert len(guard.refusals) == 4


def test_what_is_allowed_once_is_not_judged_again(project: ProjectFolder) -> None:
    guard = guard_of(project)
    for address in (("127.0.0.1", 5432), ("127.1", 5432), ("192.0.2.1", 1)):
        refused(lambda address=address: guard.check_address(address, INET))  # type: ignore[misc]  # a default binds the loop's own value
    refused(lambda: guard.check_address((bytearray(b"127.0.0.1"), 5432), INET))
    assert guard.passed == {("127.0.0.1", 5432), ("127.1", 5432)}
    guard.passed.update(range(5000))
    guard.check_address(("localhost", 5432), INET)
    assert guard.passed == {("localhost", 5432)}


def test_paths_that_are_allowed(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = str(tmp_path / "x.sock")
    guard = guard_of(project, testing=f'reach = ["{path}"]')
    monkeypatch.chdir(tmp_path)
    for address in (path, path.encode(), "x.sock", b"x.sock", bytearray(path.encode())):
        assert check(guard, address, family=UNIX) == ()
    assert guard.passed == {path, path.encode()}  # a relative one means another place tomorrow


def test_a_link_to_a_protected_socket(project: ProjectFolder, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    guard = guard_of(project, files={".env.production": f"CACHE=unix://{tmp_path}/folder/live.sock?db=1\n"})
    for folder in ("real", "folder"):
        found = check(guard, str(tmp_path / folder / "live.sock"), family=UNIX)
        assert [one.code for one in found] == ["FD601"]


def test_a_listener_of_ones_own_as_long_as_it_is_there(project: ProjectFolder) -> None:
    guard = guard_of(project)
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()
        guard.machine.listeners.bound(server)
        for _ in range(2):
            assert check(guard, *place) == ()
    assert guard.passed == set()
    assert check(guard, *place) == (of_testing("FD602", act="connect to"),)


@pytest.mark.parametrize("asleep", ["disarmed", "unguarded"])
def test_a_guard_that_sleeps_lets_everything_through(project: ProjectFolder, asleep: str) -> None:
    guard = guard_of(project)

    def everything() -> None:
        guard.check_address(("127.0.0.2", 5432), INET)
        guard.check_name("api.example.com")
        assert guard.check_resource("database", "postgresql://127.0.0.2/shop") == ""
        guard.check_program(["psql", "-h", "127.0.0.2"])
        guard.check_file(project.root / "prod.db")
        guard.observe(lambda: Observation(("x",), stamp=stamp("production")))
        asyncio.run(guard.observe_async(answering(Observation(("x",), stamp=stamp("production")))))

    with pytest.raises(GuardError):
        everything()
    if asleep == "unguarded":
        with guard.unguarded():
            everything()
    else:
        guard.active = False
        everything()


def test_a_closed_guard_reaches_nothing_at_all(project: ProjectFolder) -> None:
    """What is its own, what was allowed before, and what is in no file, beside what stays in the process."""
    guard = guard_of(project)
    guard.check_address(("127.0.0.1", 5432), INET)
    with guard.closed():
        assert guard.passed == set()
        assert check(guard, "127.0.0.1", 5432) == (of_testing("FD631", act="connect to"),)
        assert refused(lambda: guard.check_name("api.example.com")) == (of_testing("FD631", act="look up"),)
        assert refused(lambda: guard.check_name("localhost")) == ()
        told = "postgresql://127.0.0.1/shop_test"
        assert refused(lambda: guard.check_resource("database", told)) == (
            of_testing("FD631", act="connect to"),
        )
        assert refused(lambda: guard.check_file("test.db")) == (of_testing("FD631", act="open"),)
        assert refused(lambda: guard.check_file(7)) == (of_testing("FD631", act="open"),)
        for nothing in (":memory:", "", "file::memory:?cache=shared", "file:x?mode=memory"):
            assert refused(lambda nothing=nothing: guard.check_file(nothing)) == ()  # type: ignore[misc]  # a default binds the loop's own value
        with guard.closed():
            pass
        assert check(guard, "127.0.0.1", 5432) != ()
    assert check(guard, "127.0.0.1", 5432) == ()


def test_an_environment_from_which_nothing_is_protected_is_open(project: ProjectFolder) -> None:
    assert guard_of(project, "production").is_open
    assert not guard_of(project, "testing").is_open
    assert not guard_of(project, "testing", testing='network = "open"').is_open


def test_an_open_environment_reaches_all_but_what_is_protected(project: ProjectFolder) -> None:
    guard = guard_of(project, testing='network = "open"')
    assert check(guard, "192.0.2.1", 443) == ()
    assert [one.code for one in check(guard, "127.0.0.2", 5432)] == ["FD601"]


# --- names ---


def test_names(project: ProjectFolder) -> None:
    guard = guard_of(project)
    assert refused(lambda: guard.check_name("api.EXAMPLE.com.")) == (
        live("FD601", "API", act="look up", level=""),
    )
    assert refused(lambda: guard.check_name(b"elsewhere.test", 80)) == (of_testing("FD602", act="look up"),)
    assert refused(lambda: guard.check_name("localhost", "http")) == ()
    assert refused(lambda: guard.check_name(None)) == ()
    other = guard_of(project, testing=OPEN_TO_OTHERS)
    assert refused(lambda: other.check_name("elsewhere.test")) == ()


def test_what_a_look_up_found_counts_for_the_name(project: ProjectFolder) -> None:
    guard = guard_of(
        project, testing='reach = ["mail.test:25"]', files={".env.testing": "API=https://api.test/\n"}
    )
    for name, address in (("api.test", "192.0.2.7"), ("MAIL.test", "192.0.2.8"), ("other.test", "192.0.2.9")):
        guard.found(name, [address])
    guard.found(None, ["192.0.2.10"])
    assert check(guard, "192.0.2.7", 443) == ()
    assert check(guard, "192.0.2.8", 25) == ()
    assert [one.code for one in check(guard, "192.0.2.9", 443)] == ["FD602"]
    assert guard.machine.was_looked_up("192.0.2.9")
    assert not guard.machine.was_looked_up("192.0.2.7")


# --- resources ---


@pytest.mark.parametrize(
    ("kind", "told", "variable"),
    [
        ("database", "postgresql://127.0.0.1/shop_test", "DATABASE_URL"),
        ("database", "host=localhost dbname=shop_test", "DATABASE_URL"),
        ("database", [("postgresql", "localhost", "5432", "shop_test")], "DATABASE_URL"),
        ("database", "postgresql://127.0.0.1/another_of_mine", ""),
        ("database", "sqlite:///any.db", ""),
        ("database", "sqlite:///test.db", "ARCHIVE"),
        ("http", "http://127.0.0.1:8000/deep", ""),
    ],
)
def test_resources_that_may_be_connected_to(
    project: ProjectFolder, kind: str, told: Any, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.root)
    for _ in range(2):
        assert guard.check_resource(kind, told) == variable


@pytest.mark.parametrize(
    ("kind", "told", "problem"),
    [
        ("database", "postgresql://127.2/shop", live("FD603", "DATABASE_URL", kind="database")),
        (
            "database",
            [("postgresql", "127.0.0.2", "5432", "shop")],
            live("FD603", "DATABASE_URL", kind="database"),
        ),
        ("database", "postgresql://127.0.0.2/x", live("FD601", "DATABASE_URL", act="connect to", level="")),
        (
            "database",
            "postgresql://127.0.0.1,127.0.0.2/shop_test",
            live("FD601", "DATABASE_URL", act="connect to", level=""),
        ),
        (
            "database",
            "postgresql://127.0.0.1/shop_test?hostaddr=127.0.0.2",
            live("FD601", "DATABASE_URL", act="connect to", level=""),
        ),
        ("cache", "unix:///run/live.sock?db=1", live("FD603", "CACHE", kind="cache")),
        ("cache", "unix:///run/live.sock?db=2", live("FD601", "CACHE", act="connect to", level="")),
        ("http", "https://api.example.com/v1", live("FD603", "API", kind="http")),
        ("http", "https://api.example.com/v2", live("FD601", "API", act="connect to", level="")),
        ("database", "sqlite:///prod.db", live("FD603", "ARCHIVE", kind="database")),
        ("database", "postgresql://127.0.0.1:5433/shop_test", of_testing("FD602", act="connect to")),
        ("cache", "redis://192.0.2.1/0", of_testing("FD602", act="connect to")),
        ("database", "postgresql:///shop?service=missing", of_testing("FD606", act="connect to")),
        ("unheard-of", "anything", of_testing("FD606", act="connect to")),
    ],
)
def test_resources_that_may_not(
    project: ProjectFolder, kind: str, told: Any, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.root)
    for _ in range(2):
        assert refused(lambda: guard.check_resource(kind, told)) == (problem,)


def test_another_open_environments_database(project: ProjectFolder) -> None:
    text = "postgresql://127.0.0.1/shop_dev"
    (found,) = refused(lambda: guard_of(project).check_resource("database", text))
    assert (found.code, found.facts["other"]) == ("FD603", "development")
    assert guard_of(project, testing=OPEN_TO_OTHERS).check_resource("database", text) == ""


def test_of_two_owners_the_protected_one_is_told(project: ProjectFolder) -> None:
    both = {".env.staging": "DATABASE_URL=postgresql://127.0.0.2/shop\n"}
    made = guard_of(project, files=both)
    (found,) = refused(lambda: made.check_resource("database", "postgresql://127.0.0.2/shop"))
    assert (found.code, found.facts["other"]) == ("FD603", "production")


def test_a_protected_environment_keeps_to_its_own(project: ProjectFolder) -> None:
    guard = guard_of(project, "production")
    (found,) = refused(lambda: guard.check_resource("database", "postgresql://127.0.0.1/shop_test"))
    assert (found.code, found.facts["other"], found.environment) == ("FD603", "testing", "production")
    assert guard.check_resource("database", "postgresql://127.0.0.2/shop") == "DATABASE_URL"
    assert guard.check_resource("http", "https://anything.test/") == ""


def test_what_client_libraries_obey_beside_the_text(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    assert guard.check_resource("database", "postgresql:///shop_test") == "DATABASE_URL"
    monkeypatch.setenv("PGHOST", "127.0.0.2")
    assert [
        one.code for one in refused(lambda: guard.check_resource("database", "postgresql:///shop_test"))
    ] == ["FD601"]


def test_an_answer_that_may_not_last_is_not_remembered(project: ProjectFolder) -> None:
    guard = guard_of(project)
    with socket.create_server(("127.0.0.1", 0)) as server:
        guard.machine.listeners.bound(server)
        text = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        assert guard.check_resource("cache", text) == ""
    assert [one.code for one in refused(lambda: guard.check_resource("cache", text))] == ["FD602"]


def test_what_is_remembered_does_not_grow_for_ever(project: ProjectFolder) -> None:
    guard = guard_of(project)
    guard._allowed.update(dict.fromkeys(map(str, range(5000)), ""))
    guard.check_resource("database", "postgresql://127.0.0.1/shop_test")
    assert [*guard._allowed.values()] == ["DATABASE_URL"]


# --- the lock ---


@pytest.fixture
def locked(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Guard:
    """A guard whose lock knows one owner of one name, one thing and one file."""
    guard = guard_of(project, testing=OPEN_TO_OTHERS)
    owner = Owner("production", "CACHE")
    known = {("redis", "192.0.2.9", "6379", "0"), ("file", str(project.root.resolve() / "locked.db"))}
    monkeypatch.setattr(guard.machine, "owner", lambda place: owner if place.host == "locked.test" else None)
    monkeypatch.setattr(guard.machine, "owner_of", lambda found: owner if known & {*found} else None)
    monkeypatch.setattr(guard.machine, "has_lock", lambda: True)
    return guard


def of_cache(code: str, **facts: str) -> Problem:
    return Problem(code, subject="CACHE", environment="testing", origin=None, severity="error", **facts)


def test_what_the_lock_says(locked: Guard, project: ProjectFolder) -> None:
    by_lock = {"caller": "", "other": "production", "level": "lock"}
    known = of_cache("FD601", act="look up", **by_lock)
    assert refused(lambda: locked.check_name("locked.test")) == (known,)
    thing = of_cache("FD601", act="connect to", **by_lock)
    assert refused(lambda: locked.check_resource("cache", "redis://192.0.2.9/0")) == (thing,)
    file = of_cache("FD605", **by_lock)
    assert refused(lambda: locked.check_file(project.root / "locked.db")) == (file,)
    assert refused(lambda: locked.check_file(project.root / "other.db")) == ()


def test_the_lock_is_asked_for_what_no_file_says(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from firedoor.guard import locked as module

    asked: list[Any] = []
    monkeypatch.setattr(module, "load", lambda *given: asked.append(given))
    guard = guard_of(project)
    assert not guard.machine.has_lock()
    ((declared, environment, known),) = asked
    assert (declared, environment) == (guard.configuration.project, guard.environment)
    assert known == {
        ("production", "DATABASE_URL"),
        ("production", "CACHE"),
        ("production", "API"),
        ("production", "ARCHIVE"),
        ("development", "DATABASE_URL"),
    }


# --- files ---


@pytest.mark.parametrize(
    "path",
    ["prod.db", b"prod.db", "file:prod.db", "file:%70rod.db?mode=ro", "FILE:prod.db", "sub/../prod.db"],
)
def test_files_of_others(project: ProjectFolder, path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.root)
    assert refused(lambda: guard.check_file(path)) == (live("FD605", "ARCHIVE", level=""),)


@pytest.mark.parametrize("path", ["test.db", ":memory:", "", 7, None, "file::memory:", "new.db"])
def test_files_that_may_be_opened(project: ProjectFolder, path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.root)
    assert refused(lambda: guard.check_file(path)) == ()


def test_where_nobody_has_files_nobody_is_asked(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project, files={".env.production": "API=https://api.example.com/\n", ".env.testing": ""})
    assert not guard.knows_files
    assert guard.watches_files
    monkeypatch.setattr(ownership, "of_file", None)
    assert refused(lambda: guard.check_file("prod.db")) == ()


# --- what connections answer ---


def answering(observation: Observation | None) -> Callable[[], Any]:
    async def ask() -> Observation | None:
        await asyncio.sleep(0)
        return observation

    return ask


def broken() -> Observation:
    raise OSError("the address")


async def broken_async() -> Observation:
    raise OSError("the address")


def said(guard: Guard, observation: Observation | None, variable: str = "DATABASE_URL") -> list[list[str]]:
    """The codes refused, and those warned of, by both ways of asking."""
    found = []
    for ask in (
        lambda: guard.observe(lambda: observation, variable=variable),
        lambda: asyncio.run(guard.observe_async(answering(observation), variable=variable)),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            refusal = [one.code for one in refused(ask)]
        spoken = [
            next(word for word in str(one.message).split() if word.startswith("FD"))
            for one in caught
            if one.category is FiredoorWarning
        ]
        found.append(refusal + [f"warned {code}" for code in spoken])
    return found


def test_another_environments_stamp_is_refused(project: ProjectFolder) -> None:
    guard = guard_of(project)
    foreign = Observation(("postgresql", "1", "2"), bound="x", stamp=stamp("production", bound="x"))
    assert said(guard, foreign) == [["FD522"], ["FD522"]]
    assert said(guard, foreign, "") == [["FD522"], ["FD522"]]
    subjects = {one.subject: str(one.origin) for one in guard.refusals}
    assert subjects == {"DATABASE_URL": ".env.testing:1:1", "an undeclared database": "firedoor.toml"}


def test_the_own_stamp_passes_and_is_judged_once(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    own = Observation(("postgresql", "1", "2"), bound="x", stamp=stamp("testing", bound="x"))
    assert said(guard, own) == [[], []]
    monkeypatch.setattr(guard._observed, "_judged", None)
    assert said(guard, own) == [[], []]
    assert guard.refusals == {}


def test_what_a_connection_says_of_itself_may_change(project: ProjectFolder) -> None:
    guard = guard_of(project)
    own = Observation(("postgresql", "1", "2"), bound="x", stamp=stamp("testing", bound="x"))
    assert said(guard, own) == [[], []]
    changed = Observation(("postgresql", "1", "2"), bound="x", stamp=stamp("production", bound="x"))
    assert said(guard, changed) == [["FD522"], ["FD522"]]


def test_warnings_are_said_once(project: ProjectFolder) -> None:
    guard = guard_of(project)
    unstamped = Observation(("postgresql", "1", "2"))
    assert said(guard, unstamped) == [["warned FD521"], []]
    assert said(guard, Observation(("postgresql", "1", "3"))) == [[], []]
    assert said(guard, Observation((), unreadable=True)) == [["warned FD525"], []]


def test_a_warning_refuses_no_connection_where_warnings_are_errors(
    project: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = guard_of(project)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            guard.observe(lambda: Observation(("postgresql", "1", "2")), variable="DATABASE_URL")
    written = capsys.readouterr().err
    assert written.count("FD521") == 1
    assert written.startswith("testing\n")
    assert guard.refusals == {}


def test_what_is_declared_to_be_an_error_is_one(project: ProjectFolder) -> None:
    guard = guard_of(project, testing='unstamped = "error"')
    assert said(guard, Observation(("postgresql", "1", "2"))) == [["FD521"], ["FD521"]]


def test_a_server_that_nobody_declared_need_not_be_stamped(project: ProjectFolder) -> None:
    guard = guard_of(project, testing='unstamped = "error"')
    assert said(guard, Observation(("postgresql", "1", "2")), "") == [[], []]


def test_what_nobody_else_can_be_in(project: ProjectFolder) -> None:
    assert said(guard_of(project), None) == [[], []]


def test_what_fails_is_a_stamp_that_cannot_be_read(project: ProjectFolder) -> None:
    guard = guard_of(project, "production")
    for ask in (
        lambda: guard.observe(broken, variable="DATABASE_URL"),
        lambda: asyncio.run(guard.observe_async(broken_async, variable="DATABASE_URL")),
    ):
        assert [one.code for one in refused(ask)] == ["FD525"]


def test_the_lock_is_held_against_what_answers(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from firedoor import observation as asked

    guard = guard_of(project)
    problem = Problem("FD522", subject="DATABASE_URL", environment="testing")
    judged: list[Any] = []

    class Judge:
        def __init__(self, declared: object) -> None:
            assert declared is guard.configuration.project

        def problems(self, answer: Any) -> list[Problem]:
            judged.append(answer)
            return [problem]

    monkeypatch.setattr(asked, "Judge", Judge)
    seen = Observation(("postgresql", "1", "2"))
    assert refused(lambda: guard.observe(lambda: seen, variable="DATABASE_URL")) == (problem,)
    (answer,) = judged
    assert answer.observation is seen
    assert answer.target.address.text == ""
    assert (answer.target.variable.name, answer.target.address.kind) == ("DATABASE_URL", "database")


def test_what_is_asked_is_not_guarded(project: ProjectFolder) -> None:
    guard = guard_of(project)
    seen = []

    def ask() -> None:
        seen.append(guard.is_asleep())

    guard.observe(ask)
    assert seen == [True]
    assert not guard.is_asleep()


# --- refusals ---


def test_one_guard_is_current(project: ProjectFolder) -> None:
    assert core.current() is None
    guard = guard_of(project)
    core.set_current(guard)
    assert core.current() is guard
    core.set_current(None)
    assert repr(guard) == "Guard('testing', 'declared')"


def test_a_refusal_is_an_error_of_the_system_too(project: ProjectFolder) -> None:
    guard = guard_of(project)
    problems = (Problem("FD601", subject="A"), Problem("FD602", subject="B"))
    with pytest.raises(GuardError) as caught:
        guard.refuse(*problems)
    error = caught.value
    assert isinstance(error, FiredoorError)
    assert isinstance(error, PermissionError)
    assert (error.errno, error.strerror, error.problems) == (
        13,
        "refused by firedoor: FD601, FD602",
        problems,
    )
    assert "FD601" in str(error)
    assert [*guard.refusals] == [*problems]


def closed(guard: Guard, attempt: Callable[[], object]) -> None:
    with guard.closed():
        attempt()


SECRETS = (
    "own-password",
    "live-password",
    "127.0.0.2",
    "api.example.com",
    "live.sock",
    "prod.db",
    "tok_0123456789abcdef_live",
)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda guard: guard.check_address(("127.0.0.2", 5432), INET),
        lambda guard: guard.check_name("api.example.com"),
        lambda guard: guard.check_resource("database", "postgresql://u:live-password@127.0.0.2/shop"),
        lambda guard: guard.check_resource("database", "postgresql://u:live-password@127.0.0.2/x"),
        lambda guard: guard.check_program(["psql", "-h", "127.0.0.2"], {"PGPASSWORD": "live-password"}),
        lambda guard: guard.check_program(["curl", "tok_0123456789abcdef_live"]),
        lambda guard: guard.check_file("prod.db"),
        lambda guard: guard.check_address(b"/run/live.sock", UNIX),
        lambda guard: closed(guard, lambda: guard.check_address(("127.0.0.2", 5432), INET)),
        lambda guard: closed(guard, lambda: guard.check_name("api.example.com")),
        lambda guard: closed(guard, lambda: guard.check_resource("database", "postgresql://127.0.0.2/x")),
        lambda guard: closed(guard, lambda: guard.check_file("prod.db")),
    ],
)
def test_no_refusal_shows_a_value_not_even_in_its_frames(
    project: ProjectFolder, attempt: Callable[[Guard], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    monkeypatch.chdir(project.root)
    with pytest.raises(GuardError) as caught:
        attempt(guard)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    own = [frame for frame in frames.stack if "/tests/" not in frame.filename.replace("\\", "/")]
    assert own
    shown = "\n".join([repr(error), str(error), *(f"{frame.locals}" for frame in own)])
    assert [secret for secret in SECRETS if secret in shown] == []
    assert {one in PRODUCTION + TESTING for one in SECRETS} == {True}
