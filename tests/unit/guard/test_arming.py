"""One guard in a process: armed for one environment, and taken away without a trace."""

from __future__ import annotations

import _posixsubprocess
import _socket
import ctypes
import os
import pickle
import socket
import sqlite3
import subprocess
import sys
import threading
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import firedoor.guard
from firedoor import Settings, boundary, declaration, load
from firedoor.errors import ConfigurationError, DeclarationError, GuardError, SelectionError
from firedoor.guard import arming, audit, core, registry, tree
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem
from firedoor.settings.notice import FiredoorWarning
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.project import ProjectFolder


@pytest.fixture(autouse=True)
def _disarmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(tree.MARK, raising=False)
    yield
    arming.disarm()


@pytest.fixture
def shop(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    monkeypatch.chdir(declare(project).root)
    return project


def in_place() -> dict[str, object]:
    """Everything that a guard puts something before."""
    methods = ("connect", "connect_ex", "sendto", "sendmsg", "bind")
    names = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
    programs = ("system", "execv", "execve", "posix_spawn", "posix_spawnp")
    return {
        **{f"socket.{name}": _socket.socket.__dict__[name] for name in methods},
        **{f"_socket {name}": getattr(_socket, name) for name in names},
        "gethostbyname": socket.gethostbyname,
        **{f"os {name}": getattr(os, name) for name in programs},
        "fork_exec": _posixsubprocess.fork_exec,
        "subprocess": subprocess._fork_exec,  # type: ignore[attr-defined]  # typeshed does not know it
        "sqlite": sqlite3.connect,
        "sqlite.dbapi2": sqlite3.dbapi2.connect,
        "script": sqlite3.Cursor.__dict__["executescript"],
        "scripts": sqlite3.Connection.__dict__["executescript"],
        "ctypes": ctypes.CDLL.__dict__["__getitem__"],
        "finders": [*sys.meta_path],
        "mark": os.environ.get(tree.MARK),
        "guard": core.current(),
    }


def test_disarming_leaves_nothing_behind(shop: ProjectFolder) -> None:
    before = in_place()
    with armed(configuration(shop)) as guard:
        during = in_place()
        assert [name for name in before if during[name] == before[name]] == []
        assert os.environ[tree.MARK] == guard.tree.mark
    assert in_place() == before
    arming.disarm()
    assert in_place() == before
    assert not guard.active


def test_a_second_guard_stands_as_the_first_did(shop: ProjectFolder) -> None:
    for _ in range(2):
        with armed(configuration(shop)):
            with pytest.raises(GuardError):
                socket.create_connection(("127.0.0.2", 5432))
            with pytest.raises(GuardError):
                subprocess.run(["psql", "-h", "127.0.0.2"], check=False)


def test_the_mark_that_was_there_comes_back(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tree.MARK, "1.somebody-elses")
    with armed(configuration(shop)):
        assert os.environ[tree.MARK].startswith(f"{os.getpid()}.")
    assert os.environ[tree.MARK] == "1.somebody-elses"


# --- what is guarded ---


def test_the_environment_is_selected_as_ever(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "testing")
    firedoor.guard.arm()
    guard = firedoor.guard.armed()
    assert guard is not None
    assert guard.environment.name == "testing"
    firedoor.guard.disarm()
    assert firedoor.guard.armed() is None


def test_a_configuration_and_settings(shop: ProjectFolder) -> None:
    class Shop(Settings):
        DATABASE_URL: str

    for given in (
        load(environment="testing"),
        load(Shop, environment="testing"),
    ):
        arming.arm(given)
        guard = core.current()
        assert guard is not None
        assert guard.environment.name == "testing"
        arming.disarm()


def test_what_firedoor_did_not_load(shop: ProjectFolder) -> None:
    class Shop(Settings):
        DATABASE_URL: str = ""

    loaded = pickle.loads(pickle.dumps(load(Plain, environment="testing")))  # noqa: S301 - our own
    for given in (Shop.model_construct(), loaded):
        with pytest.raises(TypeError, match=r"^arm\(\) takes what firedoor loaded here, not (Shop|Plain)$"):
            arming.arm(given)
    assert core.current() is None


class Plain(Settings):
    """At the top of the module, for pickle."""

    DATABASE_URL: str


@pytest.mark.parametrize("hook", ["", "patch", "Audit"])
def test_a_hook_that_there_is_not(hook: str) -> None:
    with pytest.raises(ValueError, match="hook is 'patches' or 'audit', not "):
        arming.arm(hook=hook)


def test_no_declaration_and_no_environment(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SelectionError):
        arming.arm()
    (shop.root / "firedoor.toml").unlink()
    with pytest.raises(DeclarationError):
        arming.arm()
    assert core.current() is None


def test_a_configuration_that_does_not_hold(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(".env.testing", "DATABASE_URL=postgresql://127.0.0.2/shop\n", mode=0o600)
    before = in_place()
    broken = boundary.configure(declaration.load(shop.root), "testing", process={}, in_process=True)
    with pytest.raises(ConfigurationError, match="FD401"):
        arming.arm(broken)
    monkeypatch.setenv("APP_ENV", "testing")
    with pytest.raises(ConfigurationError, match="FD401"):
        arming.arm()
    assert in_place() == before


def test_warnings_are_said_by_whoever_selects(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop.root / ".env.development").unlink()
    shop.write(".env", "X=1\n", mode=0o600)
    monkeypatch.setenv("APP_ENV", "development")
    with pytest.warns(FiredoorWarning, match="FD202"):
        arming.arm()
    arming.disarm()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        arming.arm(configuration(shop, "development"))


def test_arming_again(shop: ProjectFolder) -> None:
    with armed(configuration(shop)) as guard:
        arming.arm(configuration(shop))
        assert core.current() is guard
        with pytest.raises(GuardError) as caught:
            arming.arm(configuration(shop, "development"))
        origin = Origin(DECLARATION, "firedoor.toml")
        assert caught.value.problems == (
            Problem("FD608", environment="development", origin=origin, other="testing"),
        )
        assert core.current() is guard


def test_another_projects_environment_of_the_same_name(shop: ProjectFolder, tmp_path: Any) -> None:
    other = declare(type(shop)(tmp_path / "other"))
    with armed(configuration(shop)), pytest.raises(GuardError, match="FD608"):
        arming.arm(configuration(other))


def test_many_threads_arm_one_guard(shop: ProjectFolder) -> None:
    found: list[object] = []
    configured = configuration(shop)

    def work() -> None:
        arming.arm(configured)
        found.append(core.current())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1


def test_an_open_environment_is_patched_where_adaptors_compare_alone(shop: ProjectFolder) -> None:
    before = in_place()
    with armed(configuration(shop, "production")):
        during = in_place()
        changed = {name for name in before if before[name] != during[name]}
        assert changed == {
            "sqlite",
            "sqlite.dbapi2",
            "script",
            "scripts",
            "ctypes",
            "finders",
            "mark",
            "guard",
        }


# --- the audit hook ---


def test_the_hook_is_the_declarations_or_the_callers(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[object] = []

    def install(guard: object) -> Any:
        installed.append(guard)
        return lambda: installed.append("gone")

    monkeypatch.setattr(audit, "install", install)
    with armed(configuration(shop)):
        assert installed == []
        arming.arm(configuration(shop), hook="audit")
        assert installed == [core.current()]
    assert installed[1:] == ["gone"]
    installed.clear()
    declare(shop, testing='guard = "audit"')
    with armed(configuration(shop)) as guard:
        assert installed == [guard]
    installed.clear()
    with armed(configuration(shop), "patches"):
        assert installed == []


# --- adaptors ---


class Adaptor:
    """An adaptor that notes what is done with it."""

    LIBRARY = "made_up"

    def __init__(self, done: list[object], error: Exception | None = None) -> None:
        self.done = done
        self.error = error

    def arm(self, guard: object, module: ModuleType) -> Any:
        if self.error is not None:
            raise self.error
        self.done.append(module.__name__)
        return lambda: self.done.append(f"no {module.__name__}")


@pytest.fixture
def adaptors(monkeypatch: pytest.MonkeyPatch, shop: ProjectFolder) -> list[object]:
    """Two libraries with adaptors that note what is done with them: one is imported, the other may be."""
    done: list[object] = []
    wanted = {"made_up_now": [lambda: Adaptor(done)], "made_up_later": [lambda: Adaptor(done)] * 2}
    monkeypatch.setattr(registry, "finders", lambda **_: wanted)
    monkeypatch.setitem(sys.modules, "made_up_now", ModuleType("made_up_now"))
    shop.write("libraries/made_up_later.py", "import firedoor.guard.core as core\nseen = core.current()\n")
    monkeypatch.syspath_prepend(shop.root / "libraries")
    return done


def test_adaptors_of_libraries_that_are_there_and_of_those_that_come(
    shop: ProjectFolder, adaptors: list[object]
) -> None:
    with armed(configuration(shop)) as guard:
        assert adaptors == ["made_up_now"]
        import made_up_later  # type: ignore[import-not-found] # written by the test

        assert made_up_later.seen is guard
        assert adaptors == ["made_up_now", "made_up_later", "made_up_later"]
    assert adaptors[3:] == ["no made_up_later", "no made_up_later", "no made_up_now"]
    del sys.modules["made_up_later"]
    import made_up_later

    assert made_up_later.seen is None
    assert len(adaptors) == 6
    del sys.modules["made_up_later"]


def test_an_adaptor_that_cannot_stand_stops_the_arming(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    wanted = {
        "made_up_now": [lambda: Adaptor(done), lambda: Adaptor(done, AttributeError("of a secret"))],
    }
    monkeypatch.setattr(registry, "finders", lambda **_: wanted)
    monkeypatch.setitem(sys.modules, "made_up_now", ModuleType("made_up_now"))
    before = in_place()
    with pytest.raises(GuardError) as caught:
        arming.arm(configuration(shop))
    (problem,) = caught.value.problems
    assert problem == Problem(
        "FD607",
        subject="made_up_now",
        environment="testing",
        detail="AttributeError",
        caller=problem.facts["caller"],
    )
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
    assert done == ["made_up_now", "no made_up_now"]
    assert in_place() == before
    assert core.current() is None


def test_an_adaptor_that_cannot_stand_stops_the_import(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"made_up_broken": [lambda: Adaptor([], KeyError("x"))]}
    monkeypatch.setattr(registry, "finders", lambda **_: wanted)
    shop.write("libraries/made_up_broken.py", "")
    monkeypatch.syspath_prepend(shop.root / "libraries")
    with armed(configuration(shop)) as guard:
        problems = refused(lambda: __import__("made_up_broken"))
        assert [(one.code, one.subject, one.facts["detail"]) for one in problems] == [
            ("FD607", "made_up_broken", "KeyError")
        ]
        assert [*guard.refusals] == [*problems]
        assert "made_up_broken" not in sys.modules


def test_a_child_that_is_forked_while_another_thread_arms() -> None:
    before = arming._lock
    arming._after_fork()
    assert arming._lock is not before


def test_public_names_load_when_they_are_asked_for() -> None:
    assert {"arm", "armed", "disarm", "GuardError"} <= {*dir(firedoor.guard)}
    assert firedoor.guard.GuardError is GuardError
    with pytest.raises(AttributeError, match=r"module 'firedoor\.guard' has no attribute 'fire'"):
        firedoor.guard.fire  # type: ignore[attr-defined] # noqa: B018 - raises
