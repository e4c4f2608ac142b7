"""Stamping: the ledger first, each resource by itself, and whatever goes wrong is recorded and told."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, ledger, stamping
from firedoor.errors import ConfigurationError
from firedoor.lock import owners
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, NOTE, WARNING, Problem
from firedoor.stamping import Outcome, Request
from firedoor.stamping.decision import Consent
from firedoor.stamps.address import Address
from firedoor.stamps.observation import (
    BROKEN_OFF,
    FAILED,
    LOGIN_REFUSED,
    ClientMissing,
    Observation,
    Unreachable,
)
from firedoor.stamps.stamp import Stamp
from support.marking import NOT_ALLOWED, Marks, marking, seen

if TYPE_CHECKING:
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
unstamped = "warning"
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
[variables.DEBUG]
type = "bool"
[variables.SECRET]
secret = true
"""
TIME = "2026-11-27T06:00:00Z"
ID = "cd" * 16
D, C, A = "redis://d.example.org", "redis://c.example.org", "redis://admin:q7w@d.example.org"
GRANTS = ("GRANT READ TO <application role>",)


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Marks:
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(ledger, "now", lambda: TIME)
    monkeypatch.setattr(ledger, "login", lambda: "ann")
    monkeypatch.setattr(stamping, "new_id", lambda: ID)
    made = marking(monkeypatch, unasked=["smtp://mail.example.org"])
    made.answers |= {D: seen("d"), C: seen("c")}
    return made


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return project.write("firedoor.toml", DECLARATION).write(".env.testing", f"DATABASE_URL={D}\n")


def configured(shop: ProjectFolder, environment: str = "testing") -> Configuration:
    return boundary.configure(declaration.load(shop.root, use_cache=False), environment)


def stamp(shop: ProjectFolder, request: Request | None = None, environment: str = "testing") -> list[Outcome]:
    return stamping.stamp(configured(shop, environment), request or Request("ann"))


def only(outcomes: list[Outcome]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def made(environment: str = "testing", *, by: str = "ann", bound: str = "at d", **more: str) -> Stamp:
    known = {"id": ID, "time": TIME, "resource": "DATABASE_URL"}
    return Stamp(**{"project": "shop", "environment": environment, "by": by, "bound": bound, **known, **more})


def problem(code: str, *, severity: str = ERROR, subject: str = "DATABASE_URL", **facts: str) -> Problem:
    line = 1 if subject == "DATABASE_URL" else 2
    origin = Origin(FILE, ".env.testing", line, 1)
    return Problem(code, subject=subject, environment="testing", origin=origin, severity=severity, **facts)


def recorded(shop: ProjectFolder) -> list[tuple[str, str, str, str, dict[str, str]]]:
    found = ledger.read(str(shop.root))
    assert found.problems == ()
    return [(one.event, one.resource, one.by, one.reason, dict(one.facts)) for one in found.events]


# --- what goes well ---


def test_an_unstamped_resource_is_recorded_then_stamped(shop: ProjectFolder, marks: Marks) -> None:
    before: list[object] = []
    marks.before = lambda: before.extend(recorded(shop))
    outcome = only(stamp(shop, Request("ann", "new")))
    assert (outcome.result, outcome.stamp, outcome.problems, outcome.grants) == (
        "stamped",
        made(),
        (),
        GRANTS,
    )
    assert marks.wrote == [(D, made(bound=""), None)]
    assert before == recorded(shop) == [("stamped", "DATABASE_URL", "ann", "new", {"stamp": ID})]
    assert ledger.read(str(shop.root)).events[0].environment == "testing"
    assert stamping.holds([outcome])


def test_stamped_already_is_left_and_not_recorded(shop: ProjectFolder, marks: Marks) -> None:
    there = made(by="bob")
    marks.answers[D] = seen("d", there)
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.stamp, outcome.problems, outcome.grants) == ("already", there, (), ())
    assert (marks.wrote, recorded(shop)) == ([], [])


def test_stamped_already_with_a_login_that_could_forge(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = seen("d", made(), forgeable=True)
    outcome = only(stamp(shop))
    assert outcome.result == "already"
    assert outcome.problems == (problem("FD524", severity=NOTE),)
    assert outcome.grants == GRANTS
    assert stamping.holds([outcome])


def test_who_says_another_name_is_told_with_the_login(shop: ProjectFolder, marks: Marks) -> None:
    only(stamp(shop, Request("release bot")))
    assert recorded(shop) == [("stamped", "DATABASE_URL", "release bot", "", {"stamp": ID, "login": "ann"})]
    assert marks.wrote[0][1].by == "release bot"


def test_a_copy_is_declared_sanitised(shop: ProjectFolder, marks: Marks) -> None:
    copied = made("production", bound="away", id="ef" * 16)
    marks.answers[D] = seen("d", copied)
    outcome = only(stamp(shop, Request("ann", "cleaned", Consent(source="production"))))
    after = made(cleaned="production")
    assert (outcome.result, outcome.stamp, outcome.problems) == ("sanitised", after, ())
    assert marks.wrote == [(D, made(bound="", cleaned="production"), copied)]
    assert recorded(shop) == [
        ("sanitised", "DATABASE_URL", "ann", "cleaned", {"stamp": ID, "from": "production"})
    ]


def test_what_was_moved_is_restamped_by_its_name(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[D] = seen("d", made(bound="away", id="ef" * 16))
    outcome = only(stamp(shop, Request("ann", "new server", Consent(restamp="DATABASE_URL"))))
    assert (outcome.result, outcome.stamp) == ("restamped", made())
    assert recorded(shop) == [("restamped", "DATABASE_URL", "ann", "new server", {"stamp": ID})]


def test_only_the_named_variables(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(".env.testing", f"DATABASE_URL={D}\nCACHE_URL={C}\n")
    assert [one.target.variable.name for one in stamp(shop)] == ["DATABASE_URL", "CACHE_URL"]
    marks.wrote.clear()
    named = Request("ann", consent=Consent(named=frozenset({"CACHE_URL"})))
    assert [one.target.variable.name for one in stamp(shop, named)] == ["CACHE_URL"]


def test_a_dry_run_writes_nothing(shop: ProjectFolder, marks: Marks) -> None:
    outcome = only(stamp(shop, Request("ann", dry_run=True)))
    assert (outcome.result, outcome.stamp, outcome.problems, outcome.grants) == ("stamped", None, (), ())
    assert marks.wrote == []
    assert not (shop.root / "firedoor.ledger").exists()
    marks.answers[D] = seen("d", made("production"))
    outcome = only(stamp(shop, Request("ann", dry_run=True)))
    assert (outcome.result, outcome.problems) == ("refused", (problem("FD526", original="production"),))


# --- what is refused ---


def test_each_resource_by_itself(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(".env.testing", f"DATABASE_URL={D}\nCACHE_URL={C}\n")
    marks.answers[D] = seen("d", made("production"))
    first, second = stamp(shop)
    assert (first.result, first.problems) == ("refused", (problem("FD526", original="production"),))
    assert (second.result, second.problems) == ("stamped", ())
    assert [one[:2] for one in recorded(shop)] == [("stamped", "CACHE_URL")]
    assert not stamping.holds([first, second])
    assert stamping.holds([second])


def test_what_another_environment_claims_is_not_even_asked(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(".env.production", f"DATABASE_URL={D}\n")
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.problems) == ("refused", (problem("FD526", reported="FD401"),))
    assert (marks.asked, marks.wrote) == ([], [])


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        pytest.param("APP_ENV=production\n", "FD", id="the file says that it is another environment's"),
        pytest.param("broken line\n", "FD", id="a line that nobody can read"),
    ],
)
def test_a_file_that_may_be_another_ones_bars_all_of_it(
    shop: ProjectFolder, marks: Marks, lines: str, code: str
) -> None:
    shop.write(".env.testing", f"DATABASE_URL={D}\n{lines}")
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.problems[0].code) == ("refused", "FD526")
    assert outcome.problems[0].facts["reported"].startswith(code)
    assert (marks.asked, marks.wrote) == ([], [])


def test_errors_of_other_variables_bar_nothing(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(".env.testing", f"DATABASE_URL={D}\nDEBUG=ture\n")
    assert only(stamp(shop)).result == "stamped"


def test_warnings_bar_nothing(shop: ProjectFolder, marks: Marks) -> None:
    configuration = configured(shop)
    told = Problem("FD404", subject="DATABASE_URL", environment="testing", severity=WARNING)
    boundary.add(configuration, [told])
    assert only(stamping.stamp(configuration, Request("ann"))).result == "stamped"


def test_what_the_lock_says_is_another_ones(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Owners:
        def foreign_to(self, environment: object, variable: object) -> object:
            return lambda observed: "production"

    monkeypatch.setattr(owners, "load", lambda project: Owners())
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.problems) == ("refused", (problem("FD526", owner="production"),))


# --- what does not answer ---


@pytest.mark.parametrize(
    ("answer", "result", "expected"),
    [
        (Unreachable(LOGIN_REFUSED), "unreachable", problem("FD411", reason=LOGIN_REFUSED)),
        (ClientMissing("redis"), "client missing", problem("FD414", extra="redis")),
        (ValueError(D), "unreachable", problem("FD411", reason=FAILED)),
    ],
    ids=["unreachable", "client missing", "an error of the library"],
)
def test_what_does_not_answer_is_an_error_and_not_recorded(
    shop: ProjectFolder, marks: Marks, answer: Exception, result: str, expected: Problem
) -> None:
    marks.answers[D] = answer
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.stamp, outcome.problems) == (result, None, (expected,))
    assert recorded(shop) == []


def test_a_kind_that_cannot_be_asked_is_a_note_and_an_error_when_it_was_named(
    shop: ProjectFolder, marks: Marks
) -> None:
    shop.write(".env.testing", "DATABASE_URL=smtp://mail.example.org\n")
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.problems) == (
        "not asked",
        (problem("FD415", severity=NOTE, kind="database"),),
    )
    assert stamping.holds([outcome])
    named = only(stamp(shop, Request("ann", consent=Consent(named=frozenset({"DATABASE_URL"})))))
    assert (named.result, named.problems) == ("not asked", (problem("FD415", kind="database"),))


def test_nothing_to_stamp(shop: ProjectFolder, marks: Marks) -> None:
    shop.write(".env.testing", "DEBUG=true\n")
    assert stamp(shop) == []
    assert stamping.holds([])


# --- what fails on the way ---


@pytest.mark.parametrize(
    ("error", "result", "expected"),
    [
        (NOT_ALLOWED, "refused", problem("FD526", detail="its login may not write there")),
        (Unreachable(BROKEN_OFF), "unreachable", problem("FD411", reason=BROKEN_OFF)),
        (ClientMissing("redis"), "client missing", problem("FD414", extra="redis")),
        (ValueError(D), "unreachable", problem("FD411", reason=FAILED)),
    ],
    ids=["not allowed", "broken off", "client missing", "an error of the library"],
)
def test_a_write_that_fails_is_recorded(
    shop: ProjectFolder,
    marks: Marks,
    error: Exception,
    result: str,
    expected: Problem,
) -> None:
    marks.refusals[D] = error
    outcome = only(stamp(shop, Request("ann", "new")))
    assert (outcome.result, outcome.stamp, outcome.problems, outcome.grants) == (
        result,
        None,
        (expected,),
        GRANTS if error is NOT_ALLOWED else (),
    )
    assert recorded(shop) == [
        ("stamped", "DATABASE_URL", "ann", "new", {"stamp": ID}),
        ("failed", "DATABASE_URL", "ann", "new", {"stamp": ID, "result": result}),
    ]


def overtaken_by(marks: Marks, winner: Stamp, **more: object) -> None:
    def other() -> None:
        marks.answers[D] = seen("d", winner, **more)

    marks.before = other


def test_another_stamper_of_the_same_environment_was_faster(shop: ProjectFolder, marks: Marks) -> None:
    winner = made(by="bob", id="ef" * 16)
    overtaken_by(marks, winner)
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.stamp, outcome.problems) == ("already", winner, ())
    assert [(one[0], one[4].get("result")) for one in recorded(shop)] == [
        ("stamped", None),
        ("failed", "already"),
    ]


@pytest.mark.parametrize("winner", [made("production"), made(bound="away")], ids=["foreign", "copied"])
def test_another_stamp_was_faster(shop: ProjectFolder, marks: Marks, winner: Stamp) -> None:
    overtaken_by(marks, winner)
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.stamp, outcome.problems) == (
        "refused",
        None,
        (problem("FD526", overtaken="meanwhile"),),
    )
    assert marks.answers[D] == seen("d", winner)


def test_overtaken_and_then_silent(shop: ProjectFolder, marks: Marks) -> None:
    real = marks.observe
    overtaken_by(marks, made())

    def observe(address: Address) -> Observation:
        if marks.wrote:
            raise Unreachable(BROKEN_OFF)
        return real(address)

    marks.observe = observe  # type: ignore[method-assign]  # stands in for it
    assert only(stamp(shop)).problems == (problem("FD526", overtaken="meanwhile"),)


def test_a_broken_ledger_stops_before_anything_is_written(shop: ProjectFolder, marks: Marks) -> None:
    shop.write("firedoor.ledger", "torn")
    with pytest.raises(ConfigurationError) as refused:
        stamp(shop)
    assert [one.code for one in refused.value.problems] == ["FD528"]
    assert marks.wrote == []


def test_a_ledger_that_cannot_be_written_stops_before_anything_is_written(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("firedoor.storage.write_text", full)
    with pytest.raises(OSError, match="No space left"):
        stamp(shop)
    assert marks.wrote == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("after", [False, True], ids=["before the resource", "after the resource"])
def test_a_kill_around_the_write_leaves_a_record_and_the_next_run_ends_it(
    shop: ProjectFolder, marks: Marks, after: bool
) -> None:
    """The ledger is never behind the resource: what was stamped is recorded, what is recorded may be stamped again."""
    child = os.fork()
    if child == 0:  # pragma: no cover - killed
        real = marks.write

        def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
            if after:
                real(address, stamp, replacing=replacing)
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError

        marks.write = write  # type: ignore[method-assign]  # stands in for it
        try:
            stamp(shop)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert [one[0] for one in recorded(shop)] == ["stamped"]
    if after:  # the child's memory is gone: what it wrote is there
        marks.answers[D] = seen("d", made())
    assert only(stamp(shop)).result == ("already" if after else "stamped")


# --- an administrator ---


def administrator(text: str = A) -> Request:
    return Request(
        "ann",
        consent=Consent(named=frozenset({"DATABASE_URL"})),
        administrator=Address("ADMIN_URL", "database", text),
    )


def test_an_administrator_writes_and_the_application_is_asked_afterwards(
    shop: ProjectFolder, marks: Marks
) -> None:
    marks.answers[A] = seen("d", forgeable=True)
    outcome = only(stamp(shop, administrator()))
    assert (outcome.result, outcome.stamp, outcome.problems, outcome.grants) == (
        "stamped",
        made(),
        (),
        GRANTS,
    )
    assert [text for text, *_ in marks.wrote] == [A]
    assert [address.text for address in marks.asked] == [D, A, D]


def test_what_the_application_may_not_read_is_told_with_the_grants(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers |= {A: seen("d"), D: seen("d", unreadable=True)}
    outcome = only(stamp(shop, administrator()))
    assert outcome.result == "stamped"
    assert outcome.problems == (problem("FD525", severity=WARNING),)
    assert outcome.grants == GRANTS


def test_an_administrators_address_that_leads_elsewhere(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[A] = seen("another")
    outcome = only(stamp(shop, administrator()))
    assert (outcome.result, outcome.problems) == (
        "refused",
        (problem("FD526", administrator="ADMIN_URL"),),
    )
    assert (marks.wrote, recorded(shop)) == ([], [])


def test_an_administrators_address_that_does_not_answer(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers[A] = Unreachable(LOGIN_REFUSED)
    outcome = only(stamp(shop, administrator()))
    assert (outcome.result, outcome.problems) == (
        "unreachable",
        (problem("FD411", reason=LOGIN_REFUSED),),
    )


def test_an_application_that_does_not_answer_has_nothing_to_compare_with(
    shop: ProjectFolder, marks: Marks
) -> None:
    marks.answers |= {D: Unreachable(LOGIN_REFUSED), A: seen("d")}
    assert only(stamp(shop, administrator())).result == "unreachable"
    assert [address.text for address in marks.asked] == [D]


def test_silence_after_the_write_is_a_warning(shop: ProjectFolder, marks: Marks) -> None:
    real = marks.observe

    def observe(address: Address) -> Observation:
        if marks.wrote:
            raise Unreachable(BROKEN_OFF)
        return real(address)

    marks.observe = observe  # type: ignore[method-assign]  # stands in for it
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.stamp) == ("stamped", made(bound=""))
    assert outcome.problems == (problem("FD411", severity=WARNING, reason=BROKEN_OFF),)


# --- what may stand in the ledger ---


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("restored from redis://d.example.org yesterday", "DATABASE_URL"),
        ("the password was hq8Zt3vL", "CACHE_URL"),
        ("the secret was s3cr3t-words", "SECRET"),
        ("nothing of the kind: pw", ""),
        ("", ""),
    ],
)
def test_no_value_gets_into_the_ledger(shop: ProjectFolder, marks: Marks, text: str, name: str) -> None:
    shop.write(
        ".env.testing",
        f"DATABASE_URL={D}\nCACHE_URL=redis://app:hq8Zt3vL@c\nSECRET=s3cr3t-words\nDEBUG=true\n",
    )
    assert stamping.told_secret(configured(shop), text) == name


@pytest.mark.parametrize(("password", "name"), [("p9w", ""), ("p9wx", "CACHE_URL")])
def test_what_is_too_short_to_be_told_from_words_does_not_count(
    shop: ProjectFolder, marks: Marks, password: str, name: str
) -> None:
    shop.write(".env.testing", f"CACHE_URL=redis://app:{password}@c\n")
    assert stamping.told_secret(configured(shop), f"was {password}") == name


def test_stamped_already_where_the_application_may_not_read(shop: ProjectFolder, marks: Marks) -> None:
    marks.answers |= {A: seen("d", made()), D: seen("d", unreadable=True)}
    outcome = only(stamp(shop, administrator()))
    assert (outcome.result, outcome.problems, outcome.grants) == (
        "already",
        (problem("FD525", severity=WARNING),),
        GRANTS,
    )


def test_overtaken_by_the_same_environment_with_a_login_that_could_forge(
    shop: ProjectFolder, marks: Marks
) -> None:
    overtaken_by(marks, made(by="bob"), forgeable=True)
    outcome = only(stamp(shop))
    assert (outcome.result, outcome.problems) == ("already", (problem("FD524", severity=NOTE),))


def test_what_was_written_is_given_where_the_application_may_not_read_it(
    shop: ProjectFolder, marks: Marks
) -> None:
    real = marks.observe

    def observe(address: Address) -> Observation:
        return replace(real(address), stamp=None, unreadable=True) if marks.wrote else real(address)

    marks.observe = observe  # type: ignore[method-assign]  # stands in for it
    assert only(stamp(shop)).stamp == made(bound="")


def test_overtaken_and_then_the_lock_knows_another_owner(
    shop: ProjectFolder, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Owners:
        def foreign_to(self, environment: object, variable: object) -> object:
            return lambda observed: "production" if observed.stamp is not None else None

    monkeypatch.setattr(owners, "load", lambda project: Owners())
    overtaken_by(marks, made(by="bob"))
    assert only(stamp(shop)).problems == (problem("FD526", overtaken="meanwhile"),)


def test_the_first_error_is_told(shop: ProjectFolder, marks: Marks) -> None:
    configuration = configured(shop)
    for code in ("FD401", "FD406"):
        boundary.add(configuration, [Problem(code, subject="DATABASE_URL", environment="testing")])
    outcome = only(stamping.stamp(configuration, Request("ann")))
    assert outcome.problems == (problem("FD526", reported="FD401"),)


def test_what_is_not_set_stands_in_no_text(shop: ProjectFolder, marks: Marks) -> None:
    assert stamping.told_secret(configured(shop), "None XXXX") == ""
