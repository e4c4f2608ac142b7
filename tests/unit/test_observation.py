"""What asking shows of several environments together: who is the same, who is whose, who did not answer."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, observation, resolution, stamps
from firedoor.lock import owners
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, NOTE, WARNING, Problem
from firedoor.stamps import asking
from firedoor.stamps.address import SECONDS
from firedoor.stamps.observation import (
    FAILED,
    REFUSED,
    TIMED_OUT,
    ClientMissing,
    Observation,
    Unreachable,
)
from firedoor.stamps.stamp import Stamp
from support.marking import Marks, marking, seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.observation import Answer, Target
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
[environments.staging]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
[variables.API_KEY]
resource = "key"
[variables.SECRET]
secret = true
[variables.PORT]
type = "int"
"""
T, S, P = "redis://t.example.org", "redis://s.example.org", "redis://p.example.org"


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Marks:
    monkeypatch.setattr(os, "environ", {})
    return marking(monkeypatch)


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return project.write("firedoor.toml", DECLARATION)


def configured(shop: ProjectFolder, name: str, text: str) -> Configuration:
    shop.write(f".env.{name}", text)
    return boundary.configure(declaration.load(shop.root, use_cache=False), name)


def asked(shop: ProjectFolder, **texts: str) -> list[Answer]:
    """The answers of environments whose DATABASE_URL these are, in the order of the declaration."""
    for name, text in texts.items():
        shop.write(f".env.{name}", f"DATABASE_URL={text}\n")
    project = declaration.load(shop.root, use_cache=False)
    wanted: list[Target] = []
    for name in texts:
        wanted += observation.targets(boundary.configure(project, name))
    return observation.ask(wanted)


def problem(
    code: str,
    environment: str = "testing",
    *,
    severity: str = ERROR,
    subject: str = "DATABASE_URL",
    **facts: str,
) -> Problem:
    origin = Origin(FILE, f".env.{environment}", 1, 1)
    return Problem(code, subject=subject, environment=environment, origin=origin, severity=severity, **facts)


def same(speaker: str, other: str, **facts: str) -> Problem:
    change = speaker if speaker != "production" else other
    known = {"other": other, "other_variable": "DATABASE_URL", "kind": "database", "change": change}
    return problem("FD409", speaker, **{**known, **facts})


# --- who is asked ---


def test_targets_are_the_addresses_of_declared_resources(shop: ProjectFolder, marks: Marks) -> None:
    configuration = configured(
        shop, "testing", f"DATABASE_URL={T}/1\nCACHE_URL={T}/2\nAPI_KEY=abc\nSECRET=x\nPORT=1\nOTHER={T}\n"
    )
    found = observation.targets(configuration)
    assert [target.variable.name for target in found] == ["DATABASE_URL", "CACHE_URL"]
    database, cache = found
    assert database.project is configuration.project
    assert database.environment is configuration.environment
    assert (database.origin, cache.origin) == (
        Origin(FILE, ".env.testing", 1, 1),
        Origin(FILE, ".env.testing", 2, 1),
    )
    address = cache.address
    assert (address.variable, address.kind, address.text, address.root, address.seconds) == (
        "CACHE_URL",
        "cache",
        f"{T}/2",
        str(shop.root),
        SECONDS,
    )
    assert address.variables == configuration.texts
    assert not address.ambient
    assert [t.variable.name for t in observation.targets(configuration, ["CACHE_URL"])] == ["CACHE_URL"]
    assert observation.targets(configuration, seconds=0.5)[0].address.seconds == 0.5


def test_a_protected_environment_may_use_what_its_platform_gives(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = configured(shop, "production", f"DATABASE_URL={P}\n")
    monkeypatch.setattr(boundary, "passed_on", lambda _: {"PGHOST": "platform", "DATABASE_URL": "theirs"})
    (target,) = observation.targets(configuration)
    assert target.address.ambient
    assert target.address.variables == {"PGHOST": "platform", **configuration.texts}


def test_what_is_empty_unset_or_unfinished_is_no_target(shop: ProjectFolder, marks: Marks) -> None:
    assert observation.targets(configured(shop, "testing", "DATABASE_URL=\nCACHE_URL=${NOWHERE}\n")) == []


def test_what_is_left_out_hides_nothing_behind_it(shop: ProjectFolder, marks: Marks) -> None:
    configuration = configured(shop, "testing", f"DATABASE_URL=\nCACHE_URL={T}\n")
    assert [target.variable.name for target in observation.targets(configuration)] == ["CACHE_URL"]


def test_what_an_address_names_depends_on_the_folder_and_the_variables(
    shop: ProjectFolder, marks: Marks
) -> None:
    (target,) = observation.targets(configured(shop, "testing", "DATABASE_URL=sqlite:///shop.db\n"))
    assert target.identities() == {("file", os.path.join(os.path.realpath(shop.root), "shop.db"))}
    (target,) = observation.targets(
        configured(shop, "testing", "DATABASE_URL=postgresql:///shop\nPGHOST=db.example.org\n")
    )
    assert target.identities() == {("postgresql", "db.example.org", "5432", "shop")}


def test_a_claim_is_by_address_unless_it_says_more(shop: ProjectFolder, marks: Marks) -> None:
    (target,) = observation.targets(configured(shop, "testing", f"DATABASE_URL={T}\n"))
    claim = target.claim(b"mark")
    assert (claim.environment, claim.variable, claim.origin) == (
        target.environment,
        target.variable,
        target.origin,
    )
    assert (claim.mark, claim.addresses, claim.servers, claim.by_name) == (b"mark", (), (), False)
    more = target.claim(b"mark", addresses=(b"a",), servers=(b"s",), by_name=True)
    assert (more.addresses, more.servers, more.by_name) == ((b"a",), (b"s",), True)


def test_no_representation_shows_an_address(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[T] = seen("a")
    answers = asked(shop, testing=T)
    assert "t.example.org" not in repr(answers)


# --- what is answered ---


def test_each_answer_or_why_there_is_none(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    marks = marking(monkeypatch, unasked=[S])
    marks.answers |= {T: Unreachable(REFUSED), P: seen("p")}
    testing, staging, production = asked(shop, testing=T, staging=S, production=P)
    assert (testing.observation, testing.reason, testing.extra) == (None, REFUSED, "")
    assert (staging.observation, staging.reason, staging.extra) == (None, "", "")
    assert (production.observation, production.reason) == (seen("p"), "")
    assert observation.silence(testing) == problem("FD411", severity=WARNING, reason=REFUSED)
    assert observation.silence(testing, ERROR) == problem("FD411", reason=REFUSED)
    assert observation.silence(staging) == problem("FD415", "staging", severity=NOTE, kind="database")
    assert observation.silence(staging, ERROR, ERROR) == problem("FD415", "staging", kind="database")
    assert observation.silence(production) is None
    marks.answers |= {T: ClientMissing("redis"), P: ValueError("holds p.example.org")}
    testing, production = asked(shop, testing=T, production=P)
    assert observation.silence(testing) == problem("FD414", severity=WARNING, extra="redis")
    assert observation.silence(production) == problem("FD411", "production", severity=WARNING, reason=FAILED)


def test_one_that_hangs_costs_its_own_answer_and_no_others(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_GRACE", 0.0)
    release = threading.Event()
    real = marks.observe

    def observe(address: object) -> Observation:
        if address.text == T:  # type: ignore[attr-defined]  # known at run time only
            release.wait()
        return real(address)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in

    monkeypatch.setattr(marks, "observe", observe)
    marks.answers |= {T: seen("t"), P: seen("p")}
    for name, text in (("testing", T), ("production", P)):
        shop.write(f".env.{name}", f"DATABASE_URL={text}\n")
    project = declaration.load(shop.root, use_cache=False)
    wanted = [
        target
        for name in ("testing", "production")
        for target in observation.targets(boundary.configure(project, name), seconds=0.05)
    ]
    first, second = observation.ask(wanted)
    release.set()
    assert (first.observation, first.reason) == (None, TIMED_OUT)
    assert second.observation == seen("p")


def test_nothing_to_ask(marks: Marks) -> None:
    assert observation.ask([]) == []
    assert asking.together([], 1.0) == []


def test_more_than_fit_at_once_are_all_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_AT_ONCE", 2)
    together, most, lock = 0, 0, threading.Lock()

    def question(number: int) -> int:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        with lock:
            together -= 1
        return number * number

    assert asking.together([partial(question, n) for n in range(5)], 5.0) == [0, 1, 4, 9, 16]
    assert most <= 2


# --- whose it is ---


def test_stamps_and_the_lock_are_judged(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks.answers[T] = seen("t")
    (answer,) = asked(shop, testing=T)
    judge = observation.Judge(answer.target.project)
    assert judge.foreign_to(answer.target) is None
    assert judge.problems(answer) == [problem("FD521", severity=WARNING)]

    class Owners:
        def foreign_to(self, environment: object, variable: object) -> object:
            assert (environment, variable) == (answer.target.environment, answer.target.variable)
            return lambda observed: "production" if observed == seen("t") else None

    monkeypatch.setattr(owners, "load", lambda project: Owners())
    facts = {"level": "lock", "other": "production", "other_project": "", "cleaned": "", "copy": ""}
    assert observation.Judge(answer.target.project).problems(answer) == [problem("FD522", **facts)]


@pytest.mark.parametrize(
    ("assigned", "owner", "expected"),
    [
        pytest.param("production DATABASE_URL", None, [("FD510", ERROR)], id="a database"),
        pytest.param("production CACHE_URL", None, [("FD510", WARNING)], id="a cache"),
        pytest.param("production DATABASE_URL", "staging", [("FD522", ERROR)], id="another one's"),
        pytest.param("testing DATABASE_URL", None, [], id="an open environment"),
    ],
)
def test_a_name_that_leads_elsewhere_than_the_lock_says(
    shop: ProjectFolder,
    marks: Marks,
    monkeypatch: pytest.MonkeyPatch,
    *,
    assigned: str,
    owner: str | None,
    expected: list[tuple[str, str]],
) -> None:
    environment, variable = assigned.split()
    there = seen("p", stamp(environment, "at p"))
    marks.answers[P] = there
    configuration = configured(shop, environment, f"{variable}={P}\n")
    (answer,) = observation.ask(observation.targets(configuration))
    asked_for = []

    class Owners:
        def foreign_to(self, environment: object, variable: object) -> object:
            return lambda observed: owner

        def is_repointed(self, environment: object, variable: object, observed: object) -> bool:
            asked_for.append((environment, variable, observed))
            return repointed

    monkeypatch.setattr(owners, "load", lambda project: Owners())
    judge = observation.Judge(answer.target.project)
    repointed = False
    assert [one for one in judge.problems(answer) if one.code == "FD510"] == []
    repointed = True
    found = judge.problems(answer)
    assert [(one.code, one.severity) for one in found] == expected
    if expected and expected[0][0] == "FD510":
        assert found == [answer.target.problem("FD510", expected[0][1])]
    mine = (answer.target.environment, answer.target.variable, there)
    assert set(asked_for) == ({mine} if environment == "production" else set())


def test_without_a_lock_nothing_is_repointed(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[P] = seen("p", stamp("production", "at p"))
    (answer,) = asked(shop, production=P)
    assert observation.Judge(answer.target.project).problems(answer) == []


def test_what_did_not_answer_is_not_judged(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[T] = Unreachable(REFUSED)
    (answer,) = asked(shop, testing=T)
    assert observation.Judge(answer.target.project).problems(answer) == []
    assert observation.shared([answer]) == []
    assert observation.problems([answer]) == [problem("FD411", severity=WARNING, reason=REFUSED)]


# --- who is the same ---


def stamp(environment: str, bound: str) -> Stamp:
    return Stamp("shop", environment, "DATABASE_URL", "ab" * 16, "2026-11-27T06:00:00Z", "ann", bound)


def test_one_identity_of_two_environments_is_told_once(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers |= {T: seen("one"), S: seen("other"), P: seen("one")}
    answers = asked(shop, testing=T, staging=S, production=P)
    assert observation.shared(answers) == [same("testing", "production")]
    marks.answers[S] = seen("one")
    answers = asked(shop, testing=T, staging=S, production=P)
    assert observation.shared(answers) == [same("testing", "staging, production")]
    marks.answers |= {T: seen("a"), S: seen("b"), P: seen("c")}
    assert observation.shared(asked(shop, testing=T, staging=S, production=P)) == []


def test_one_stamp_at_one_place_is_one_resource_and_a_copy_is_none(shop: ProjectFolder, marks: Marks) -> None:
    original = stamp("production", "place")
    marks.answers |= {
        T: seen("t", original, bound="place"),
        P: seen("p", original, bound="place"),
    }
    assert observation.shared(asked(shop, testing=T, production=P)) == [same("testing", "production")]
    marks.answers[T] = seen("t", original, bound="elsewhere")
    assert observation.shared(asked(shop, testing=T, production=P)) == []
    marks.answers[P] = seen("p", original, bound="elsewhere")  # two copies, in places that look the same
    assert observation.shared(asked(shop, testing=T, production=P)) == []


def test_two_stamps_in_places_that_look_the_same_are_two_resources(shop: ProjectFolder, marks: Marks) -> None:
    for text, environment, number in ((T, "testing", "ab"), (P, "production", "cd")):
        mark = replace(stamp(environment, "place"), id=number * 16)
        marks.answers[text] = seen(environment, mark, bound="place")
    assert observation.shared(asked(shop, testing=T, production=P)) == []


def test_one_resource_with_one_stamp_is_told_once(shop: ProjectFolder, marks: Marks) -> None:
    there = seen("one", stamp("production", "at one"))
    marks.answers |= {T: there, P: there}
    assert observation.shared(asked(shop, testing=T, production=P)) == [same("testing", "production")]


def test_who_may_lose_nothing_is_warned(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers |= {T: seen("one"), S: seen("one")}
    for name, text in (("testing", T), ("staging", S)):
        shop.write(f".env.{name}", f"CACHE_URL={text}\n")
    project = declaration.load(shop.root, use_cache=False)
    wanted = [
        target
        for name in ("testing", "staging")
        for target in observation.targets(boundary.configure(project, name))
    ]
    (found,) = observation.shared(observation.ask(wanted))
    assert (found.code, found.subject, found.severity) == ("FD409", "CACHE_URL", WARNING)


def test_what_was_told_already_is_not_said_again(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers |= {T: seen("one"), P: seen("one")}
    answers = asked(shop, testing=T, production=P)
    for code in ("FD401", "FD408", "FD409"):
        for others in ("staging, production", "production, staging"):
            told = problem(code, other=others, other_variable="DATABASE_URL")
            assert observation.shared(answers, [told]) == []
    for told in (
        problem("FD402", other="production"),
        problem("FD407", other="production"),
        problem("FD401", other="staging"),
        problem("FD401", "staging", other="production"),
        problem("FD401", subject="CACHE_URL", other="production"),
        problem("FD413", reason="x"),
    ):
        assert observation.shared(answers, [told]) == [same("testing", "production")]


def test_one_server_is_told_unless_the_thing_itself_is_the_same(shop: ProjectFolder, marks: Marks) -> None:
    server = ("made-up", "server")
    marks.answers |= {T: seen("a", server=server), P: seen("b", server=server)}
    answers = asked(shop, testing=T, production=P)
    known = {
        "other": "production",
        "other_variable": "DATABASE_URL",
        "kind": "database",
        "change": "testing",
    }
    expected = problem("FD407", **known)
    assert observation.shared(answers) == [expected]
    assert observation.shared(answers, [expected]) == []
    assert observation.shared(answers, [problem("FD401", other="production")]) == []
    assert observation.shared(answers, [problem("FD402", other="production")]) == [expected]
    marks.answers[P] = seen("a", server=server)
    assert observation.shared(asked(shop, testing=T, production=P)) == [same("testing", "production")]
    marks.answers[P] = seen("b", server=("made-up", "another"))
    assert observation.shared(asked(shop, testing=T, production=P)) == []


def test_sharing_that_is_declared_is_no_problem(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(
        "firedoor.toml",
        DECLARATION.replace('"database"', '"database"\nshared = ["testing", "staging"]'),
    )
    marks.answers |= {T: seen("one"), S: seen("one"), P: seen("two")}
    assert observation.shared(asked(shop, testing=T, staging=S, production=P)) == []
    marks.answers[P] = seen("one")
    found = observation.shared(asked(shop, testing=T, staging=S, production=P))
    assert {one.facts["other"] for one in found} >= {"production"}


def test_everything_together(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers |= {T: seen("one"), S: Unreachable(TIMED_OUT), P: seen("one")}
    answers = asked(shop, testing=T, staging=S, production=P)
    assert observation.problems(answers) == [
        problem("FD411", "staging", severity=WARNING, reason=TIMED_OUT),
        problem("FD521", severity=WARNING),
        problem("FD521", "production"),
        same("testing", "production"),
    ]
    told = [problem("FD401", other="production", other_variable="DATABASE_URL")]
    assert same("testing", "production") not in observation.problems(answers, told)


# --- names ---


def names(
    shop: ProjectFolder,
    monkeypatch: pytest.MonkeyPatch,
    *,
    scheme: str = "redis",
    **addresses: str | None,
) -> list[Target]:
    known = {
        f"{name}.example.org": None if address is None else frozenset({address})
        for name, address in addresses.items()
    }
    monkeypatch.setattr(resolution, "resolve", lambda asked: {name: known[name] for name in asked})
    project = declaration.load(shop.root, use_cache=False)
    found: list[Target] = []
    for environment, text in (("testing", T), ("staging", S), ("production", P)):
        shop.write(f".env.{environment}", f"DATABASE_URL={text.replace('redis', scheme)}\n")
    for environment in project.names:
        found += observation.targets(boundary.configure(project, environment))
    return found


def test_two_names_of_one_address_are_told(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = names(shop, monkeypatch, t="192.0.2.1", s="192.0.2.2", p="192.0.2.1")
    known = {
        "other": "production",
        "other_variable": "DATABASE_URL",
        "kind": "database",
        "change": "testing",
        "service": "",
    }
    assert observation.resolved(wanted) == [problem("FD408", **known)]
    assert observation.resolved(wanted, [problem("FD401", other="production")]) == []
    assert observation.resolved(names(shop, monkeypatch, t="192.0.2.1", s="192.0.2.2", p="192.0.2.3")) == []


def test_web_sites_at_one_address_are_two_and_one_site_is_told_before(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = names(shop, monkeypatch, t="192.0.2.1", s="192.0.2.2", p="192.0.2.1", scheme="https")
    assert observation.resolved(wanted) == []
    wanted = names(shop, monkeypatch, t="192.0.2.1", s="192.0.2.2", p="192.0.2.1")
    assert [one.code for one in observation.resolved(wanted)] == ["FD408"]
    production = [replace(target, environment=wanted[-1].environment) for target in wanted[:1]]
    assert observation.resolved([*wanted[:1], *production]) == []  # one spelling: judged without asking


def test_a_name_that_leads_nowhere_is_told(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = names(shop, monkeypatch, t="192.0.2.1", s=None, p="192.0.2.3")
    assert observation.resolved(wanted) == [problem("FD410", "staging", severity=WARNING)]


def test_containers_names_are_not_resolved(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def resolve(asked: Iterable[str]) -> dict[str, None]:
        names.extend(asked)
        return {}

    monkeypatch.setattr(resolution, "resolve", resolve)
    wanted = observation.targets(configured(shop, "testing", "DATABASE_URL=redis://redis/0\n"))
    assert (observation.resolved(wanted), names) == ([], [])


def test_a_kind_that_nobody_asks(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry itself: an address that no marker knows."""
    monkeypatch.setattr(os, "environ", {})
    (target,) = observation.targets(configured(shop, "testing", "DATABASE_URL=smtp://mail.example.org\n"))
    assert stamps.marker(target.address) is None
    assert observation.ask_one(target) == observation.Answer(target)
