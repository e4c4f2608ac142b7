"""verify(): returns when nothing is against using the resources, else raises everything at once."""

from __future__ import annotations

import asyncio
import copy
import os
import pickle
import threading
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

import firedoor
from firedoor import ConfigurationError, FiredoorWarning, SelectionError, boundary, declaration, verification
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, NOTE, WARNING, Problem
from firedoor.settings.provenance import known_of
from firedoor.stamps.observation import REFUSED, ClientMissing, Unreachable
from firedoor.stamps.stamp import Stamp
from support.marking import Marks, marking, seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
unstamped = "note"
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
"""
D, C, OTHER = "redis://d.example.org", "redis://c.example.org", "redis://other.example.org"


class AppSettings(firedoor.Settings):
    database_url: str


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Marks:
    made = marking(monkeypatch)
    made.answers |= {D: seen("d", stamp("testing")), OTHER: seen("o", stamp("production", "at o"))}
    return made


@pytest.fixture
def shop(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    for name in ("DATABASE_URL", "CACHE_URL", "ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("APP_ENV", "testing")
    project.write("firedoor.toml", DECLARATION).write(".env.testing", f"DATABASE_URL={D}\n")
    (project.root / ".git").mkdir()
    monkeypatch.chdir(project.root)
    return project


def stamp(environment: str, bound: str = "at d") -> Stamp:
    return Stamp("shop", environment, "DATABASE_URL", "ab" * 16, "2026-11-27T06:00:00Z", "ann", bound)


def problem(code: str, environment: str = "testing", *, severity: str = ERROR, **facts: str) -> Problem:
    origin = Origin(FILE, f".env.{environment}", 1, 1)
    return Problem(
        code, subject="DATABASE_URL", environment=environment, origin=origin, severity=severity, **facts
    )


def foreign(copy: str = "") -> Problem:
    facts = {"level": "stamp", "other": "production", "other_project": "", "cleaned": "", "copy": copy}
    return problem("FD522", **facts)


def found(shop: ProjectFolder, environment: str) -> list[Problem]:
    project = declaration.load(shop.root, use_cache=False)
    return verification.problems(boundary.configure(project, environment))


def test_nothing_is_against_it(shop: ProjectFolder, marks: Marks) -> None:
    configuration = firedoor.load()
    for settings in (None, configuration, AppSettings()):
        firedoor.verify(settings)
        asyncio.run(firedoor.verify_async(settings))
    assert [address.text for address in marks.asked] == [D] * 6


def test_another_environments_resource_is_refused(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = seen("d", stamp("production"))
    for settings in (None, firedoor.load(), AppSettings()):
        with pytest.raises(ConfigurationError) as refused:
            firedoor.verify(settings)
        assert refused.value.problems == (foreign(),)
        with pytest.raises(ConfigurationError) as refused:
            asyncio.run(firedoor.verify_async(settings))
        assert refused.value.problems == (foreign(),)


def test_every_problem_is_told_at_once(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(".env.testing", f"DATABASE_URL={D}\nCACHE_URL={C}\n")
    marks.answers |= {D: seen("d", stamp("production", "away")), C: Unreachable(REFUSED)}
    silent = Problem(
        "FD411",
        subject="CACHE_URL",
        environment="testing",
        origin=Origin(FILE, ".env.testing", 2, 1),
        severity=WARNING,
        reason=REFUSED,
    )
    assert found(shop, "testing") == [foreign("copy"), silent]


@pytest.mark.parametrize(("environment", "severity"), [("testing", WARNING), ("production", ERROR)])
def test_silence_is_an_error_where_the_environment_is_protected(
    shop: ProjectFolder, marks: Marks, environment: str, severity: str
) -> None:
    shop.write(f".env.{environment}", f"DATABASE_URL={C}\n")
    marks.answers[C] = Unreachable(REFUSED)
    assert found(shop, environment) == [problem("FD411", environment, severity=severity, reason=REFUSED)]
    marks.answers[C] = ClientMissing("redis")
    assert found(shop, environment) == [problem("FD414", environment, severity=severity, extra="redis")]


def test_what_cannot_be_asked_is_a_note_everywhere(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking(monkeypatch, unasked=[D])
    shop.write(".env.production", f"DATABASE_URL={C}\n")
    shop.write(".env.production", f"DATABASE_URL={D}\n").write(".env.testing", f"DATABASE_URL={OTHER}\n")
    assert found(shop, "production") == [problem("FD415", "production", severity=NOTE, kind="database")]


def test_warnings_are_said_and_what_was_said_before_is_not(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = firedoor.load()
    boundary.add(configuration, [Problem("FD220", subject="said", severity=WARNING)])
    marks.answers[D] = Unreachable(REFUSED)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        firedoor.verify(configuration)
    (said,) = warned
    assert said.category is FiredoorWarning
    assert "FD411" in str(said.message)
    assert said.filename == __file__


def test_what_is_refused_already_is_not_connected_to(shop: ProjectFolder, marks: Marks) -> None:
    configuration = firedoor.load()
    refusal = Problem("FD401", subject="DATABASE_URL")
    boundary.add(configuration, [refusal])
    with pytest.raises(ConfigurationError) as refused:
        firedoor.verify(configuration)
    assert (refused.value.problems, marks.asked) == ((refusal,), [])


def test_settings_are_asked_where_they_lead_overrides_included(shop: ProjectFolder, marks: Marks) -> None:
    with pytest.raises(ConfigurationError):
        firedoor.verify(AppSettings(database_url=OTHER))
    assert [address.text for address in marks.asked] == [OTHER]
    marks.asked.clear()
    firedoor.verify(AppSettings().model_copy())
    firedoor.verify(AppSettings().model_copy(deep=True))
    assert [address.text for address in marks.asked] == [D, D]


def test_settings_from_another_process_are_read_again(shop: ProjectFolder, marks: Marks) -> None:
    sent = pickle.dumps(AppSettings(database_url=D + "/secret-of-settings"))
    assert sent.count(b"secret-of-settings") == 1  # the field itself, and no second time
    firedoor.verify(pickle.loads(sent))  # noqa: S301 - our own
    assert [address.text for address in marks.asked] == [D]


def test_what_settings_know_of_themselves_is_copied_whole(shop: ProjectFolder, marks: Marks) -> None:
    known = known_of(AppSettings())
    assert known is not None
    assert known.configuration is not None
    assert copy.copy(known) is known
    assert copy.deepcopy(known) is known
    sent = pickle.loads(pickle.dumps(known))  # noqa: S301 - our own
    assert (sent.configuration, sent.environment.name) == (None, "testing")
    assert (dict(sent.origins), sent.sensitive) == (dict(known.origins), known.sensitive)


def test_the_environment_of_the_settings_and_not_the_selected_one(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write(".env.production", f"DATABASE_URL={OTHER}\n")
    sent = pickle.dumps(AppSettings.load(environment="production"))
    firedoor.verify(pickle.loads(sent))  # noqa: S301 - our own
    assert [address.text for address in marks.asked] == [OTHER]


def test_what_firedoor_did_not_load(shop: ProjectFolder, marks: Marks) -> None:
    class Model(BaseModel):
        pass

    for settings in (Model(), AppSettings.model_construct()):
        name = type(settings).__name__
        with pytest.raises(TypeError, match=rf"^verify\(\) takes what firedoor loaded, not {name}$"):
            firedoor.verify(settings)


def test_no_environment_or_declaration(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ENV", "prodution")
    with pytest.raises(SelectionError):
        firedoor.verify()
    (shop.root / "firedoor.toml").unlink()
    with pytest.raises(firedoor.DeclarationError):
        firedoor.verify()


def test_the_event_loop_goes_on_meanwhile(shop: ProjectFolder, marks: Marks) -> None:
    gone_on = threading.Event()
    real = marks.observe

    def observe(address: Any) -> Any:
        assert gone_on.wait(20), "the loop stood still"
        return real(address)

    marks.observe = observe  # type: ignore[method-assign]  # stands in for it

    async def both() -> None:
        task = asyncio.create_task(firedoor.verify_async())
        await asyncio.sleep(0)
        gone_on.set()
        await task

    asyncio.run(both())
    assert len(marks.asked) == 1


def test_a_traceback_with_locals_shows_no_address(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = seen("d", stamp("production"))
    with pytest.raises(ConfigurationError) as refused:
        firedoor.verify(firedoor.load())
    home = os.path.dirname(firedoor.__file__)
    shown = traceback.TracebackException.from_exception(refused.value, capture_locals=True)
    shown.stack = traceback.StackSummary.from_list([f for f in shown.stack if f.filename.startswith(home)])
    assert "d.example.org" not in "".join(shown.format())


def test_warnings_are_said_without_waiting_too(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = Unreachable(REFUSED)
    with pytest.warns(FiredoorWarning, match="FD411"):
        asyncio.run(firedoor.verify_async())


def test_a_refusal_passes_no_frame_that_holds_settings(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = seen("d", stamp("production"))
    settings = AppSettings()
    calls: tuple[Callable[[], None], ...] = (
        lambda: firedoor.verify(settings),
        lambda: asyncio.run(firedoor.verify_async(settings)),
    )
    for call in calls:
        with pytest.raises(ConfigurationError) as refused:
            call()
        (frame,) = [
            frame
            for frame, _ in traceback.walk_tb(refused.value.__traceback__)
            if frame.f_code.co_filename == verification.__file__
        ]
        assert "settings" not in frame.f_locals
        assert frame.f_locals["__tracebackhide__"] is True


def test_the_configurations_own_problems_come_in_their_place(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = Unreachable(REFUSED)
    configuration = boundary.configure(declaration.load(shop.root, use_cache=False), "testing")
    told = [
        problem("FD404", severity=WARNING),
        Problem("FD220", subject="said", severity=WARNING),
    ]
    boundary.add(configuration, told)
    silent = problem("FD411", severity=WARNING, reason=REFUSED)
    assert verification.problems(configuration) == [told[1], told[0], silent]
    marks.answers[D] = seen("d", stamp("production"))
    assert verification.problems(configuration) == [told[1], foreign(), told[0]]
    refusal = problem("FD401")
    boundary.add(configuration, [refusal])
    found = verification.problems(configuration)
    assert isinstance(found, list)
    assert refusal in found
    assert silent not in found
