"""Two environments that own one thing are in breach, unless the declaration lets both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import isolation, resolution, resources
from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.fingerprint import fingerprint
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.resolve import Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEV = Environment("development", order=0)
TEST = Environment("testing", order=1)
PROD = Environment("production", order=2, protected=True)


def project(*variables: Variable) -> Project:
    return Project(
        root="/p",
        path="/p/firedoor.toml",
        name="p",
        environments=(DEV, TEST, PROD),
        variables={v.name: v for v in variables},
    )


def claims(where: Project, environment: Environment, **texts: str) -> list[isolation.Claim]:
    values = {key: Value(key, text, Origin(FILE, f".env.{environment}", 1, 1)) for key, text in texts.items()}
    return isolation.claims(where, environment, values)


KEY = Variable("KEY", secret=True)
OTHER = Variable("OTHER", secret=True)
DATABASE = Variable("DATABASE", resource="database")
CACHE = Variable("CACHE", resource="cache")


def found(own: list[isolation.Claim], *others: list[isolation.Claim]) -> list[tuple[str, str, str, str]]:
    known = isolation.index(claim for claims in others for claim in claims)
    return [(p.code, p.severity, p.subject, p.facts["other"]) for p in isolation.problems(own, known)]


def test_the_same_secret_as_production_is_an_error() -> None:
    where = project(KEY)
    assert found(claims(where, DEV, KEY="s3cr3t-9f"), claims(where, PROD, KEY="s3cr3t-9f")) == [
        ("FD402", "error", "KEY", "production")
    ]


def test_different_secrets_are_fine() -> None:
    where = project(KEY)
    assert found(claims(where, DEV, KEY="s3cr3t-9f"), claims(where, PROD, KEY="s3cr3t-8e")) == []


def test_under_another_name_it_is_the_same_secret() -> None:
    where = project(KEY, OTHER)
    assert found(claims(where, DEV, KEY="s3cr3t-9f"), claims(where, PROD, OTHER="s3cr3t-9f")) == [
        ("FD402", "error", "KEY", "production")
    ]


def test_within_one_environment_nothing_is_shared() -> None:
    where = project(KEY, OTHER)
    own = claims(where, DEV, KEY="s3cr3t-9f", OTHER="s3cr3t-9f")
    assert found(own, own) == []


def test_between_unprotected_environments_a_secret_is_a_warning_a_database_an_error() -> None:
    where = project(KEY, DATABASE, CACHE)
    texts = {"KEY": "s3cr3t-9f", "DATABASE": "postgresql://h/d", "CACHE": "redis://h/0"}
    assert found(claims(where, DEV, **texts), claims(where, TEST, **texts)) == [
        ("FD402", "warning", "KEY", "testing"),
        ("FD401", "error", "DATABASE", "testing"),
        ("FD401", "warning", "CACHE", "testing"),
    ]


def test_every_other_owner_is_named() -> None:
    where = project(KEY)
    own, *others = (claims(where, environment, KEY="s3cr3t-9f") for environment in (DEV, TEST, PROD))
    assert found(own, *others) == [("FD402", "error", "KEY", "testing, production")]


def test_placeholders_and_memory_are_nobody_s() -> None:
    where = project(KEY, DATABASE)
    texts = {"KEY": "changeme", "DATABASE": "sqlite:///:memory:"}
    assert claims(where, DEV, **texts) == []


def test_only_sensitive_finished_values_are_claimed() -> None:
    where = project(KEY, Variable("PLAIN"))
    assert [c.variable.name for c in claims(where, DEV, KEY="s3cr3t-9f", PLAIN="x")] == ["KEY"]
    unfinished = Value("KEY", "${NOPE}", Origin(FILE, "f"), template=True)
    assert isolation.claims(where, DEV, {"KEY": unfinished}) == []


def test_shared_where_both_may() -> None:
    shared = Variable("KEY", secret=True, shared=("development", "production"))
    where = project(shared)
    dev, test, prod = (claims(where, environment, KEY="s3cr3t-9f") for environment in (DEV, TEST, PROD))
    assert found(dev, prod) == []
    assert found(dev, test) == [("FD402", "warning", "KEY", "testing")]
    assert found(test, dev, prod) == [("FD402", "error", "KEY", "development, production")]
    everywhere = project(Variable("KEY", secret=True, shared=True))
    assert found(claims(everywhere, DEV, KEY="s3cr3t-9f"), claims(everywhere, PROD, KEY="s3cr3t-9f")) == []


def test_what_was_reported_is_not_reported_again() -> None:
    where = project(KEY)
    dev, prod = (claims(where, environment, KEY="s3cr3t-9f") for environment in (DEV, PROD))
    known = isolation.index([*dev, *prod])
    reported: dict[bytes, set[str]] = {}
    assert len(isolation.problems(dev, known, reported)) == 1
    assert isolation.problems(prod, known, reported) == []
    assert isolation.problems(claims(where, TEST, KEY="unique-1a2b"), known, reported) == []


def test_who_was_not_named_is_told_for_itself() -> None:
    """What an environment has without a file of its own is nobody's claim, so nobody named it."""
    where = project(KEY)
    dev, test, prod = (claims(where, environment, KEY="s3cr3t-9f") for environment in (DEV, TEST, PROD))
    known = isolation.index(prod)
    reported: dict[bytes, set[str]] = {}
    told = [isolation.problems(own, known, reported) for own in (dev, test, prod)]
    assert [[problem.environment for problem in problems] for problems in told] == [
        ["development"],
        ["testing"],
        [],
    ]


def test_a_claim_never_shows_what_it_claims() -> None:
    (claim,) = claims(project(KEY), DEV, KEY="s3cr3t-9f")
    assert repr(claim) == "Claim('development', 'KEY')"
    assert "s3cr3t" not in repr([getattr(claim, name) for name in claim.__slots__])


def test_a_container_s_name_may_be_another_server_in_each_network() -> None:
    where = project(CACHE, DATABASE)
    cache = {"CACHE": "redis://redis:6379/0"}
    assert found(claims(where, DEV, **cache), claims(where, PROD, **cache)) == [
        ("FD401", "warning", "CACHE", "production")
    ]
    own = claims(where, DEV, DATABASE="postgresql://app:dev-9f3k@db/app")
    assert found(own, claims(where, PROD, DATABASE="postgresql://app:prod-7x2m@db/app")) == [
        ("FD401", "warning", "DATABASE", "production")
    ]


def test_but_the_whole_address_of_a_database_is_no_chance() -> None:
    where = project(DATABASE)
    same = {"DATABASE": "postgresql://app:pw-7x2m@db/app"}
    assert found(claims(where, DEV, **same), claims(where, PROD, **same)) == [
        ("FD401", "error", "DATABASE", "production")
    ]


def test_and_a_name_that_somebody_chose_is_one_server() -> None:
    where = project(DATABASE)
    own = claims(where, DEV, DATABASE="postgresql://app:dev-9f3k@prod-db/app")
    assert found(own, claims(where, PROD, DATABASE="postgresql://app:prod-7x2m@prod-db/app")) == [
        ("FD401", "error", "DATABASE", "production")
    ]


def test_what_a_file_of_all_says_once_is_a_warning_unless_tests_could_empty_it() -> None:
    where = project(KEY, DATABASE)

    def shared(environment: Environment) -> list[isolation.Claim]:
        texts = {"KEY": "s3cr3t-9f", "DATABASE": "postgresql://h/d"}
        values = {key: Value(key, text, Origin(FILE, ".env.local", 1, 1)) for key, text in texts.items()}
        return isolation.claims(where, environment, values)

    assert found(shared(DEV), shared(PROD)) == [
        ("FD402", "warning", "KEY", "production"),
        ("FD401", "error", "DATABASE", "production"),
    ]


def told(own: list[isolation.Claim], *others: list[isolation.Claim]) -> Problem:
    """The one problem, whole."""
    (only,) = isolation.problems(own, isolation.index(claim for claims in others for claim in claims))
    return only


def breach(code: str, subject: str, environment: str, severity: str, **facts: str) -> Problem:
    origin = Origin(FILE, f".env.{environment}", 1, 1)
    facts = {"service": "", "kind": "secret", **facts}
    return Problem(code, subject=subject, environment=environment, origin=origin, severity=severity, **facts)


def test_the_whole_problem_names_everybody_and_whose_is_to_change() -> None:
    where = project(KEY, OTHER)
    dev, test, prod = (
        claims(where, environment, KEY="s3cr3t-9f", OTHER="s3cr3t-9f") for environment in (DEV, TEST, PROD)
    )
    (first, second) = isolation.problems(dev, isolation.index([*dev, *test, *prod]))
    both = {"other": "testing, production", "other_variable": "KEY, OTHER", "change": "development"}
    assert first == breach("FD402", "KEY", "development", ERROR, **both)
    assert second == breach("FD402", "OTHER", "development", ERROR, **both)


def test_nobody_is_told_to_change_what_production_owns() -> None:
    where = project(KEY)
    dev, test, prod = (claims(where, environment, KEY="s3cr3t-9f") for environment in (DEV, TEST, PROD))
    facts = {"other_variable": "KEY"}
    assert told(prod, dev) == breach(
        "FD402", "KEY", "production", ERROR, other="development", change="development", **facts
    )
    assert told(dev, test) == breach(
        "FD402", "KEY", "development", WARNING, other="testing", change="development", **facts
    )
    live = Environment("live", order=3, protected=True)
    own = claims(where, live, KEY="s3cr3t-9f")
    assert told(prod, own).facts["change"] == "production"
    assert told(prod, own, test).facts["change"] == "testing"


@pytest.mark.parametrize("kind", ["database", "bucket", "vector"])
def test_data_is_never_shared_by_chance(kind: str) -> None:
    where = project(Variable("STORE", resource=kind))
    text = "https://store.example.com/a"
    assert told(claims(where, DEV, STORE=text), claims(where, TEST, STORE=text)) == breach(
        "FD401",
        "STORE",
        "development",
        ERROR,
        kind=kind,
        other="testing",
        other_variable="STORE",
        change="development",
    )


@pytest.mark.parametrize("kind", ["cache", "queue", "http", "smtp"])
def test_other_addresses_may_be_between_unprotected_environments(kind: str) -> None:
    where = project(Variable("STORE", resource=kind))
    text = "https://store.example.com/a"
    assert told(claims(where, DEV, STORE=text), claims(where, TEST, STORE=text)).severity == WARNING
    assert told(claims(where, DEV, STORE=text), claims(where, PROD, STORE=text)).severity == ERROR


@pytest.mark.parametrize("kind", ["key", "signing-key", "password"])
def test_a_token_is_a_secret_of_its_kind(kind: str) -> None:
    where = project(Variable("TOKEN", resource=kind))
    problem = told(claims(where, DEV, TOKEN="s3cr3t-9f"), claims(where, PROD, TOKEN="s3cr3t-9f"))
    assert (problem.code, problem.facts["kind"]) == ("FD402", kind)


def test_the_service_s_name_is_told() -> None:
    where = project(CACHE)
    text = "redis://redis:6379/0"
    assert told(claims(where, DEV, CACHE=text), claims(where, PROD, CACHE=text)).facts["service"] == "redis"


def test_a_resource_may_be_named_like_a_placeholder() -> None:
    """Two environments that both own the bucket `example` share it."""
    where = project(Variable("BUCKET", resource="bucket"))
    own, theirs = (claims(where, environment, BUCKET="changeme") for environment in (DEV, PROD))
    assert [problem.code for problem in isolation.problems(own, isolation.index(theirs))] == ["FD401"]


def test_one_placeholder_or_told_breach_does_not_hide_the_next() -> None:
    where = project(KEY, OTHER)
    dev, prod = (claims(where, environment, KEY="changeme", OTHER="s3cr3t-9f") for environment in (DEV, PROD))
    assert [claim.variable.name for claim in dev] == ["OTHER"]
    dev, prod = (
        claims(where, environment, KEY="s3cr3t-8e", OTHER="s3cr3t-9f") for environment in (DEV, PROD)
    )
    known = isolation.index(prod)
    reported = {dev[0].mark: {"development", "production"}}
    assert [problem.subject for problem in isolation.problems(dev, known, reported)] == ["OTHER"]
    assert reported == {claim.mark: {"development", "production"} for claim in dev}


def test_one_whole_address_among_several_is_enough() -> None:
    where = project(DATABASE)
    dev, test, prod = (
        claims(where, environment, DATABASE=f"postgresql://app:{password}@db/app")
        for environment, password in ((DEV, "pw-7x2m"), (TEST, "pw-1a9z"), (PROD, "pw-7x2m"))
    )
    assert told(dev, test, prod).severity == ERROR
    assert told(test, dev, prod).severity == WARNING


def test_a_file_of_all_and_another_s_own_line_is_no_file_of_all() -> None:
    where = project(KEY)

    def at(environment: Environment, name: str) -> list[isolation.Claim]:
        return isolation.claims(
            where, environment, {"KEY": Value("KEY", "s3cr3t-9f", Origin(FILE, name, 1, 1))}
        )

    shared = [at(environment, ".env.local") for environment in (DEV, TEST)]
    assert told(*shared).severity == WARNING
    assert told(*shared, at(PROD, ".env.production")).severity == ERROR


def test_a_sharing_is_allowed_to_the_named_ones_together() -> None:
    """Each may share with somebody, but not these two with each other."""
    one = Variable("KEY", secret=True, shared=("development", "testing"))
    other = Variable("OTHER", secret=True, shared=("production",))
    where = project(one, other)
    dev, prod = claims(where, DEV, KEY="s3cr3t-9f"), claims(where, PROD, OTHER="s3cr3t-9f")
    assert found(dev, prod) == [("FD402", "error", "KEY", "production")]


@pytest.mark.parametrize(
    ("ours", "theirs", "allowed"),
    [
        (("development", "production"), ("development", "production"), True),
        (("development", "production"), False, False),
        (False, ("development", "production"), False),
        (("development", "production"), True, True),
        (("production",), ("production",), False),
        (("development",), ("development",), False),
        (("production",), ("development", "production"), False),
    ],
)
def test_both_have_to_be_named_by_both(
    ours: bool | tuple[str, ...], theirs: bool | tuple[str, ...], *, allowed: bool
) -> None:
    one, other = Variable("KEY", secret=True, shared=ours), Variable("OTHER", secret=True, shared=theirs)
    where = project(one, other)
    dev, prod = claims(where, DEV, KEY="s3cr3t-9f"), claims(where, PROD, OTHER="s3cr3t-9f")
    assert isolation.is_breach(dev[0], prod[0]) is not allowed
    assert isolation.is_breach(prod[0], dev[0]) is not allowed
    assert isolation.is_breach(dev[0], dev[0]) is False


def test_what_may_be_shared_by_one_variable_hides_no_other() -> None:
    where = project(Variable("KEY", secret=True, shared=True), OTHER)
    dev = claims(where, DEV, KEY="s3cr3t-9f", OTHER="s3cr3t-9f")
    prod = claims(project(Variable("KEY", secret=True, shared=True)), PROD, KEY="s3cr3t-9f")
    problems = isolation.problems(iter(dev), isolation.index(prod), {})
    assert [(problem.code, problem.subject) for problem in problems] == [("FD402", "OTHER")]


def test_every_host_of_a_list_is_claimed_in_order() -> None:
    names = [f"h{number}" for number in range(8)]
    own = claims(project(DATABASE), DEV, DATABASE=f"postgresql://{','.join(reversed(names))}/d")
    marks = [fingerprint(repr(("postgresql", name, "5432", "d"))) for name in names]
    assert [claim.mark for claim in own] == marks


def test_a_claim_of_nothing_yet() -> None:
    claim = isolation.Claim(DEV, KEY, Origin(FILE, "f"))
    told = {name: getattr(claim, name) for name in claim.__slots__}
    assert told == {
        "environment": DEV,
        "variable": KEY,
        "origin": Origin(FILE, "f"),
        "mark": b"",
        "spelling": b"",
        "service": "",
        "within": (),
        "addresses": (),
        "servers": (),
        "by_name": False,
        "unknown": "",
        "grave": False,
    }


# --- parts of one another ---

BUCKET = Variable("BUCKET", resource="bucket")


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("files/a", "files/a/b", "FD401"),
        ("files/a/b", "files/a", "FD401"),
        ("files", "files/a/b", "FD401"),
        ("files/a/b", "files", "FD401"),
        ("files/a/", "files/a", "FD401"),
        ("files/a", "files/ab", "FD407"),
        ("files/a", "files/b", "FD407"),
    ],
)
def test_a_prefix_reaches_what_is_below_it(one: str, other: str, code: str) -> None:
    where = project(BUCKET)
    own, theirs = claims(where, DEV, BUCKET=one), claims(where, PROD, BUCKET=other)
    assert found(own, theirs) == [(code, "error", "BUCKET", "production")]


def test_another_bucket_is_another() -> None:
    where = project(BUCKET)
    assert found(claims(where, DEV, BUCKET="a/x"), claims(where, PROD, BUCKET="b/x")) == []


def test_parts_are_told_once_by_all() -> None:
    where = project(BUCKET)
    dev, test, prod = (
        claims(where, environment, BUCKET=text)
        for environment, text in ((DEV, "f/a"), (TEST, "f"), (PROD, "f/b"))
    )
    known = isolation.index([*dev, *test, *prod])
    reported: dict[bytes, set[str]] = {}
    told = [isolation.problems(own, known, reported) for own in (dev, test, prod)]
    assert [[(p.code, p.environment, p.facts["other"]) for p in problems] for problems in told] == [
        [("FD401", "development", "testing"), ("FD407", "development", "production")],
        [("FD401", "testing", "production")],
        [],
    ]


def test_parts_of_several_things_are_told_each() -> None:
    other = Variable("OTHER", resource="bucket")
    where = project(BUCKET, other)
    dev = claims(where, DEV, BUCKET="f/a", OTHER="g/a")
    prod = claims(where, PROD, BUCKET="f", OTHER="g")
    reported: dict[bytes, set[str]] = {}
    told = isolation.problems(dev, isolation.index(prod), reported)
    assert [(problem.code, problem.subject) for problem in told] == [("FD401", "BUCKET"), ("FD401", "OTHER")]


# --- one server ---


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("database", "postgresql://h/a", "postgresql://h/b"),
        ("database", "mysql://h/a", "mysql://h/b"),
        ("cache", "redis://h/0", "rediss://h/5"),
        ("queue", "amqp://h/a", "amqps://h:5671/b"),
        ("bucket", "s3://files/a", "s3://files/b"),
        ("vector", "http://h:6333#a", "http://h:6334#b"),
        ("database", "mongodb://h/a", "mongodb://h/b"),
    ],
)
def test_the_same_server_is_a_problem_of_its_own(kind: str, one: str, other: str) -> None:
    where = project(Variable("URL", resource=kind))
    dev, test, prod = (
        claims(where, environment, URL=text)
        for environment, text in ((DEV, one), (TEST, other), (PROD, other))
    )
    facts = {"kind": kind, "other_variable": "URL", "change": "development"}
    origin = Origin(FILE, ".env.development", 1, 1)
    assert isolation.problems(dev, isolation.index(test)) == [
        Problem(
            "FD407",
            subject="URL",
            environment="development",
            origin=origin,
            severity=WARNING,
            other="testing",
            **facts,
        )
    ]
    assert isolation.problems(dev, isolation.index([*test, *prod])) == [
        Problem(
            "FD407",
            subject="URL",
            environment="development",
            origin=origin,
            severity=ERROR,
            **{**facts, "other": "testing, production", "other_variable": "URL"},
        )
    ]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("database", "postgresql://h/a", "postgresql://h:5433/b"),
        ("database", "postgresql://h/a", "mysql://h:5432/b"),
        ("http", "https://h/a", "https://h/b"),
        ("database", "sqlite:///a.db", "sqlite:///b.db"),
        ("cache", "redis://redis/0", "redis://redis/1"),
        ("database", "prod-db", "test-db"),
    ],
)
def test_what_has_no_server_or_another(kind: str, one: str, other: str) -> None:
    where = project(Variable("URL", resource=kind))
    assert found(claims(where, DEV, URL=one), claims(where, PROD, URL=other)) == []


def server(
    rule: tuple[str, ...] = (), *, name: str = "URL", shared: bool | tuple[str, ...] = False
) -> Variable:
    return Variable(name, resource="cache", shared_server=rule, shared=shared)


@pytest.mark.parametrize(
    ("variable", "flagged"),
    [
        (server(), ["testing, production"]),
        (server(("development", "testing")), ["production"]),
        (server(("testing", "production")), ["testing, production"]),
        (server(("development", "testing", "production")), []),
        (server(shared=True), []),
        (server(shared=("development", "testing", "production")), []),
        (server(("development",), shared=("production",)), ["testing"]),
    ],
)
def test_one_server_is_allowed_by_name(variable: Variable, flagged: list[str]) -> None:
    where = project(variable)
    dev, test, prod = (
        claims(where, environment, URL=f"redis://h/{index}")
        for index, environment in enumerate((DEV, TEST, PROD))
    )
    assert [other for *_, other in found(dev, test, prod)] == flagged


def test_both_variables_have_to_allow_it() -> None:
    both = ("development", "production")
    for theirs, flagged in ((both, []), ((), ["production"])):
        where = project(server(both), server(theirs, name="OTHER"))
        dev, prod = claims(where, DEV, URL="redis://h/0"), claims(where, PROD, OTHER="redis://h/1")
        assert [other for *_, other in found(dev, prod)] == flagged
        assert [other for *_, other in found(prod, dev)] == (["development"] if flagged else [])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("development", "production"), ("development", "testing")),
        (("development", "testing"), ("development", "production")),
    ],
)
def test_each_has_to_be_named_by_both(ours: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    where = project(server(ours), server(theirs, name="OTHER"))
    dev, prod = claims(where, DEV, URL="redis://h/0"), claims(where, PROD, OTHER="redis://h/1")
    assert [other for *_, other in found(dev, prod)] == ["production"]


def test_who_is_in_a_server_is_named_in_the_order_of_the_declaration() -> None:
    where = project(server(), server(("testing",), name="OTHER"))
    dev, prod = claims(where, DEV, URL="redis://h/0"), claims(where, PROD, URL="redis://h/1")
    assert [other for *_, other in found(dev, prod, claims(where, TEST, OTHER="redis://h/2"))] == [
        "testing, production"
    ]


def test_of_several_variables_one_is_told() -> None:
    where = project(server(), server(name="OTHER"))
    dev = claims(where, DEV, URL="redis://h/0", OTHER="redis://h/1")
    prod = claims(where, PROD, URL="redis://h/2", OTHER="redis://h/3")
    assert found(dev, prod) == [("FD407", "error", "URL", "production")]


def test_of_several_rules_each_speaks_for_itself() -> None:
    where = project(server(("development", "testing")), server(name="OTHER"))
    dev = claims(where, DEV, URL="redis://h/0", OTHER="redis://h/1")
    test, prod = claims(where, TEST, URL="redis://h/2"), claims(where, PROD, URL="redis://h/3")
    assert found(dev, test, prod) == [
        ("FD407", "error", "URL", "production"),
        ("FD407", "warning", "OTHER", "testing"),
    ]


def test_not_beside_the_sharing_of_the_thing_itself() -> None:
    where = project(server(), server(name="OTHER"))
    dev = claims(where, DEV, URL="redis://h/0", OTHER="redis://h/1")
    test, prod = claims(where, TEST, URL="redis://h/0"), claims(where, PROD, URL="redis://h/2")
    assert found(dev, test, prod) == [
        ("FD401", "warning", "URL", "testing"),
        ("FD407", "error", "URL", "production"),
    ]


def test_one_server_is_told_once_by_all_and_to_those_who_were_not_named() -> None:
    where = project(server())
    dev, test, prod = (
        claims(where, environment, URL=f"redis://h/{index}")
        for index, environment in ((0, DEV), (0, TEST), (1, PROD))
    )
    known = isolation.index([*dev, *test, *prod])
    reported: dict[bytes, set[str]] = {}
    told = [isolation.problems(own, known, reported) for own in (dev, test, prod)]
    assert [[(p.code, p.facts["other"]) for p in problems] for problems in told] == [
        [("FD401", "testing"), ("FD407", "production")],
        [("FD407", "production")],
        [],
    ]


def test_a_list_of_hosts_is_told_once() -> None:
    where = project(server())
    dev, prod = claims(where, DEV, URL="redis://a,b/0"), claims(where, PROD, URL="redis://a,b/1")
    assert found(dev, prod) == [("FD407", "error", "URL", "production")]


# --- addresses of the hosts file ---


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes a hosts file for this test."""
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1 localhost\n")
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(file))

    def write(text: str) -> None:
        file.write_text(text)

    return write


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        ("postgresql://alias/d", "postgresql://127.0.0.2/d"),
        ("postgresql://127.0.0.2/d", "postgresql://alias/d"),
        ("postgresql://alias/d", "postgresql://second/d"),
        ("postgresql://ALIAS./d", "postgresql://127.2/d"),
        ("postgresql://x,alias/d", "postgresql://127.0.0.2/d"),
        ("alias", "127.0.0.2"),
    ],
)
def test_a_line_of_the_hosts_file_hides_nothing(hosts: Callable[[str], None], own: str, theirs: str) -> None:
    where = project(DATABASE)
    assert found(claims(where, DEV, DATABASE=own), claims(where, PROD, DATABASE=theirs)) == []  # the control
    hosts("127.0.0.2 Alias second\n")
    dev, prod = claims(where, DEV, DATABASE=own), claims(where, PROD, DATABASE=theirs)
    assert told(dev, prod) == breach(
        "FD408",
        "DATABASE",
        "development",
        ERROR,
        kind="database",
        other="production",
        other_variable="DATABASE",
        change="development",
    )
    assert told(prod, dev).code == "FD408"


def test_nor_that_the_server_is_one(hosts: Callable[[str], None]) -> None:
    hosts("127.0.0.2 alias\n")
    where = project(DATABASE)
    dev = claims(where, DEV, DATABASE="postgresql://alias/d")
    assert found(dev, claims(where, PROD, DATABASE="postgresql://127.0.0.2/e")) == [
        ("FD407", "error", "DATABASE", "production")
    ]
    assert found(dev, claims(where, PROD, DATABASE="postgresql://127.0.0.3/e")) == []


def test_localhost_may_be_led_elsewhere(hosts: Callable[[str], None]) -> None:
    hosts("127.0.0.2 localhost\n")
    where = project(DATABASE)
    dev = claims(where, DEV, DATABASE="postgresql://localhost/d")
    assert found(dev, claims(where, PROD, DATABASE="postgresql://127.0.0.2/d")) == [
        ("FD408", "error", "DATABASE", "production")
    ]


def test_every_address_of_a_name_counts(hosts: Callable[[str], None]) -> None:
    hosts("127.0.0.2 alias\n127.0.0.3 alias\n")
    where = project(DATABASE)
    dev, test, prod = (
        claims(where, environment, DATABASE=f"postgresql://{name}/d")
        for environment, name in ((DEV, "alias"), (TEST, "127.0.0.2"), (PROD, "127.0.0.3"))
    )
    assert found(dev, test, prod) == [("FD408", "error", "DATABASE", "testing, production")]


def test_two_web_servers_of_one_address_are_two(hosts: Callable[[str], None]) -> None:
    hosts("127.0.0.2 one two\n")
    where = project(Variable("API", resource="http"))
    one = claims(where, DEV, API="http://one/x")
    assert found(one, claims(where, PROD, API="http://two/x")) == []
    assert found(one, claims(where, PROD, API="http://127.0.0.2/x")) == [
        ("FD408", "error", "API", "production")
    ]
    assert found(claims(where, DEV, API="http://127.0.0.2/x"), one) == []
    literal = claims(where, PROD, API="http://127.0.0.2/x")
    assert found(literal, one) == [("FD408", "error", "API", "development")]


def test_a_shared_address_is_told_once_and_allowed_by_name(hosts: Callable[[str], None]) -> None:
    hosts("127.0.0.2 alias\n")
    for shared, codes in ((False, ["FD408"]), (("development", "production"), [])):
        where = project(Variable("URL", resource="cache", shared=shared))
        dev, prod = claims(where, DEV, URL="redis://alias/0"), claims(where, PROD, URL="redis://127.0.0.2/0")
        known = isolation.index([*dev, *prod])
        reported: dict[bytes, set[str]] = {}
        assert [p.code for p in isolation.problems(dev, known, reported)] == codes
        assert isolation.problems(prod, known, reported) == []


# --- what nobody can tell ---


def test_what_nobody_can_tell_is_said() -> None:
    where = project(DATABASE)
    own = claims(where, DEV, DATABASE="postgresql://h/d?service=none")
    reason = "no service file defines its service"
    expected = Problem(
        "FD413",
        subject="DATABASE",
        environment="development",
        origin=Origin(FILE, ".env.development", 1, 1),
        severity=ERROR,
        reason=reason,
    )
    assert isolation.problems(own, isolation.index(own)) == [expected]
    known = isolation.index(claims(where, PROD, DATABASE="postgresql://h/d"))
    assert [problem.code for problem in isolation.problems(own, known)] == ["FD413", "FD401"]
    open_only = Project(
        root="/p",
        path="/p/firedoor.toml",
        name="p",
        environments=(DEV, TEST),
        variables={"DATABASE": DATABASE},
    )
    (problem,) = isolation.problems(
        claims(open_only, DEV, DATABASE="postgresql:///?service=none"), isolation.Index()
    )
    assert (problem.code, problem.severity) == ("FD413", WARNING)


def test_the_environment_s_own_variables_count() -> None:
    where = project(DATABASE)
    own = claims(where, DEV, DATABASE="postgresql:///d", PGHOST="prod-db")
    assert found(own, claims(where, PROD, DATABASE="postgresql://prod-db/d")) == [
        ("FD401", "error", "DATABASE", "production")
    ]
    unfinished = {
        "DATABASE": Value("DATABASE", "postgresql:///d", Origin(FILE, "f")),
        "PGHOST": Value("PGHOST", "${X}", Origin(FILE, "f"), template=True),
    }
    assert resources.where_of(where.root, unfinished).variables == {}
    ambient = resources.where_of(
        where.root, {"PGHOST": Value("PGHOST", "own", Origin(FILE, "f"))}, {"PGHOST": "x", "PGPORT": "1"}
    )
    assert (ambient.root, ambient.variables) == ("/p", {"PGHOST": "own", "PGPORT": "1"})
