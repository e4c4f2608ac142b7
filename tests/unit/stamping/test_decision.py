"""May this stamp be put here? Every case of what is there, and of what was consented to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.observation import Target
from firedoor.origin import FILE, Origin
from firedoor.stamping.decision import Consent, Decision, decide, source_of
from firedoor.stamps.address import Address
from firedoor.stamps.observation import Observation
from firedoor.stamps.stamp import Stamp

if TYPE_CHECKING:
    from firedoor.stamps.judgement import Foreign

HERE = "here"
ENVIRONMENTS = (
    Environment("testing", aliases=("test",)),
    Environment("staging", aliases=("till/stage",), order=1),
    Environment("production", aliases=("prod",), order=2, protected=True),
)


def target(environment: str = "staging", *, shared: bool | tuple[str, ...] = False) -> Target:
    variable = Variable("DATABASE_URL", resource="database", shared=shared)
    project = Project(
        root="/shop",
        path="/shop/firedoor.toml",
        name="shop",
        environments=ENVIRONMENTS,
        variables={"DATABASE_URL": variable},
    )
    chosen = project.environment(environment)
    assert chosen is not None
    origin = Origin(FILE, ".env", 1, 1)
    return Target(project, chosen, variable, origin, Address("DATABASE_URL", "database", "sqlite:///x"))


def there(
    environment: str = "", *, project: str = "shop", bound: str = HERE, cleaned: str = ""
) -> Observation:
    """What answers: nobody's, or with the stamp of an environment, original unless bound elsewhere."""
    stamp = Stamp(
        project, environment, "DATABASE_URL", "ab" * 16, "2026-11-27T06:00:00Z", "ann", bound, cleaned
    )
    return Observation(identity=("made-up", "x"), bound=HERE, stamp=stamp if environment else None)


STAMP = Decision("stamped")
ALREADY = Decision("already")
NAMED = frozenset({"DATABASE_URL"})
FROM_PRODUCTION = Consent(source="production")
NAMED_FROM_PRODUCTION = Consent(source="production", named=NAMED)


def refused(**facts: str) -> Decision:
    return Decision("refused", facts=facts)


@pytest.mark.parametrize(
    ("observed", "consent", "decision"),
    [
        # nobody's
        pytest.param(there(), Consent(), STAMP, id="unstamped"),
        pytest.param(there(), Consent(named=NAMED), STAMP, id="unstamped, named"),
        pytest.param(there(), Consent(restamp="DATABASE_URL"), STAMP, id="unstamped, to be restamped"),
        pytest.param(there(), FROM_PRODUCTION, STAMP, id="unstamped beside what is sanitised"),
        pytest.param(
            there(),
            NAMED_FROM_PRODUCTION,
            Decision("sanitised", "production"),
            id="unstamped, sanitised by name",
        ),
        # its own
        pytest.param(there("staging"), Consent(), ALREADY, id="own"),
        pytest.param(there("staging"), Consent(restamp="DATABASE_URL"), ALREADY, id="own, to be restamped"),
        pytest.param(there("staging"), FROM_PRODUCTION, ALREADY, id="own beside what is sanitised"),
        pytest.param(
            there("staging"),
            NAMED_FROM_PRODUCTION,
            Decision("sanitised", "production"),
            id="own, sanitised by name",
        ),
        # its own, made elsewhere
        pytest.param(there("staging", bound="away"), Consent(), refused(moved="DATABASE_URL"), id="moved"),
        pytest.param(
            there("staging", bound="away"),
            Consent(restamp="CACHE_URL"),
            refused(moved="DATABASE_URL"),
            id="moved, another one to be restamped",
        ),
        pytest.param(
            there("staging", bound="away"),
            FROM_PRODUCTION,
            refused(moved="DATABASE_URL"),
            id="moved, not sanitised",
        ),
        pytest.param(
            there("staging", bound="away", cleaned="production"),
            Consent(restamp="DATABASE_URL"),
            Decision("restamped", "production"),
            id="moved, restamped by name, what it was is kept",
        ),
        pytest.param(
            there("staging", bound="away"),
            NAMED_FROM_PRODUCTION,
            Decision("sanitised", "production"),
            id="moved, sanitised by name",
        ),
        # another environment's original
        pytest.param(there("production"), Consent(), refused(original="production"), id="original"),
        pytest.param(there("prod"), Consent(), refused(original="production"), id="original by an alias"),
        pytest.param(
            there("retired"), Consent(), refused(original="retired"), id="original of no environment"
        ),
        pytest.param(
            there("production"),
            NAMED_FROM_PRODUCTION,
            refused(original="production"),
            id="original, sanitised",
        ),
        pytest.param(
            there("production"),
            Consent(restamp="DATABASE_URL", named=NAMED),
            refused(original="production"),
            id="original, to be restamped",
        ),
        # a copy of another environment's
        pytest.param(there("production", bound="away"), Consent(), refused(copied="production"), id="copy"),
        pytest.param(
            there("production", bound="away"),
            FROM_PRODUCTION,
            Decision("sanitised", "production"),
            id="copy, sanitised",
        ),
        pytest.param(
            there("prod", bound="away"),
            FROM_PRODUCTION,
            Decision("sanitised", "production"),
            id="copy by an alias, sanitised",
        ),
        pytest.param(
            there("production", bound="away"),
            Consent(source="testing"),
            refused(copied="production"),
            id="copy, another one's data sanitised",
        ),
        pytest.param(
            there("production", bound="away"),
            Consent(restamp="DATABASE_URL"),
            refused(copied="production"),
            id="copy, to be restamped",
        ),
        # another project's
        pytest.param(
            there("staging", project="till"),
            Consent(),
            refused(original="till/staging"),
            id="another project's",
        ),
        pytest.param(
            there("staging", project="till", bound="away"),
            Consent(source="staging"),
            refused(copied="till/staging"),
            id="a copy of another project's, sanitised by half its name",
        ),
        pytest.param(
            there("staging", project="till", bound="away"),
            Consent(source="till/staging"),
            Decision("sanitised", "till/staging"),
            id="a copy of another project's, sanitised",
        ),
    ],
)
def test_what_is_there_and_what_was_consented_to(
    observed: Observation, consent: Consent, decision: Decision
) -> None:
    assert decide(observed, target(), consent) == decision


def test_what_cannot_be_read_is_left_alone() -> None:
    observed = Observation(identity=("made-up", "x"), bound=HERE, unreadable=True)
    detail = "its login may not read what stands in the stamp's place"
    for consent in (Consent(), NAMED_FROM_PRODUCTION, Consent(restamp="DATABASE_URL")):
        assert decide(observed, target(), consent) == refused(detail=detail)


@pytest.mark.parametrize(
    ("owner", "decision"),
    [(None, STAMP), ("staging", STAMP), ("production", refused(owner="production"))],
)
def test_what_the_lock_knows(owner: str | None, decision: Decision) -> None:
    foreign: Foreign = lambda observed: owner if observed == there() else "nobody"  # noqa: E731 - its type stands before it
    assert decide(there(), target(), Consent(), foreign) == decision


def test_sharing_that_is_declared() -> None:
    both = target(shared=("staging", "testing"))
    assert decide(there("testing"), both, Consent()) == ALREADY
    assert decide(there("test"), both, Consent()) == ALREADY
    assert decide(there("production"), both, Consent()) == refused(original="production")
    assert decide(there("testing", project="till"), both, Consent()) == refused(original="till/testing")
    assert decide(there(), both, Consent(), lambda _: "testing") == STAMP
    assert decide(there(), both, Consent(), lambda _: "production") == refused(owner="production")


def test_whose_stamp_it_is_as_the_command_line_names_it() -> None:
    for observed, name in (
        (there("prod"), "production"),
        (there("retired"), "retired"),
        (there("prod", project="till"), "till/prod"),
    ):
        assert observed.stamp is not None
        assert source_of(observed.stamp, target()) == name


def test_nothing_is_consented_to_by_itself() -> None:
    assert Consent() == Consent(restamp="", source="", named=frozenset())


def test_no_name_of_ours_makes_another_projects_stamp_ours() -> None:
    """An alias is any text, and so is what a declaration shares."""
    theirs = there("stage", project="till")
    assert decide(theirs, target(), Consent()) == refused(original="till/stage")
    shared = target(shared=("staging", "testing", "till/stage"))
    assert decide(theirs, shared, Consent()) == refused(original="till/stage")
    assert decide(there("testing"), shared, Consent()) == ALREADY
