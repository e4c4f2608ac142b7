"""A configuration held against the lock, in this process: whole problems, and what is remembered of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, locking, resolution
from firedoor.lock import comparison, holdings, judgement, marks, text, verdicts
from firedoor.lock.document import Lock, Marks, Taken
from firedoor.lock.owners import Owners, load
from firedoor.origin import DECLARATION as OF_DECLARATION
from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from firedoor.stamps.observation import Observation
from firedoor.stamps.stamp import Stamp

if TYPE_CHECKING:
    from types import ModuleType

    from firedoor.declaration import Project
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

LOCK = Origin(FILE, "firedoor.lock")
DECLARATION = """\
[project]
name = "shop"
[environments.testing]
[environments.staging]
[environments.production]
protected = true
[variables.URL]
resource = "database"
[variables.CACHE]
resource = "cache"
[variables.FILES]
resource = "bucket"
[variables.SITE]
resource = "http"
[variables.KEY]
resource = "key"
"""
PRODUCTION = """\
URL=postgresql://db.prod/shop
CACHE=redis://cache.prod/0
FILES=s3://files/shop/live
SITE=https://site.prod
KEY=a-key-of-production
"""


@pytest.fixture(autouse=True)
def _cheap_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "COST", (2, 1, 1))
    monkeypatch.setattr(marks, "_CHEAPEST", 1)


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    """Production is locked, and its file is gone."""
    project.write("firedoor.toml", DECLARATION).write(".env.production", PRODUCTION, mode=0o600)
    locking.update(declared(project), ["production"], ask=None)
    (project.root / ".env.production").unlink()
    return project


def declared(shop: ProjectFolder) -> Project:
    return declaration.load(shop.root, use_cache=False)


def configured(shop: ProjectFolder, environment: str = "testing", **values: str) -> Configuration:
    content = "".join(f"{key}={value}\n" for key, value in values.items())
    shop.write(f".env.{environment}", content, mode=0o600)
    return boundary.configure(declared(shop), environment, process={}, with_lock=False)


def judged(shop: ProjectFolder, environment: str = "testing", **values: str) -> list[Problem]:
    return judgement.problems(configured(shop, environment, **values), {})


def lock_of(shop: ProjectFolder) -> Lock:
    return text.parse((shop.root / "firedoor.lock").read_text("utf-8"))


def rewrite(shop: ProjectFolder, lock: Lock) -> None:
    shop.write("firedoor.lock", text.render(lock).encode())


def owned(code: str, subject: str, kind: str, **facts: str) -> Problem:
    """The problem of testing's first line with production's variable of the same name."""
    service = {} if code == "FD407" else {"service": ""}
    settled = {"other": "production", "other_variable": subject, "kind": kind, "change": "testing", **service}
    origin = Origin(FILE, ".env.testing", 1, 1)
    return Problem(code, subject=subject, environment="testing", origin=origin, **{**settled, **facts})


COMMON = """\
[files]
templates = [".env", ".env.{env}"]
[environments.testing]
[environments.production]
protected = true
[variables.SITE]
resource = "http"
[variables.MAIL]
resource = "smtp"
default = "smtp://mail.all"
[variables.CACHE]
resource = "cache"
[variables.URL]
resource = "database"
[variables.KEY]
resource = "key"
"""
ALL = "SITE=https://site.all\nHOST=cache.all\nCACHE=redis://${HOST}/0\nURL=postgresql://db.all/x\nKEY=a-key-of-all\n"


@pytest.fixture
def common(project: ProjectFolder) -> ProjectFolder:
    """A file that all environments read, a default, and production locked with both; its own file is gone."""
    project.write("firedoor.toml", COMMON).write(".env", ALL, mode=0o600)
    project.write(".env.production", "X=1\n", mode=0o600)
    locking.update(declared(project), ["production"], ask=None)
    (project.root / ".env.production").unlink()
    return project


def test_a_service_that_is_said_once_for_all_is_nobody_s(common: ProjectFolder) -> None:
    """But data, keys, and what each environment makes of a reference are."""
    found = judged(common, X="1")
    assert sorted((problem.code, problem.subject, problem.severity) for problem in found) == [
        ("FD401", "CACHE", "error"),
        ("FD401", "URL", "error"),
        ("FD402", "KEY", "error"),
    ]
    held = {holding.variable.name: holding.common for holding in holdings.of(configured(common, X="1"), {})}
    assert held == {"SITE": True, "MAIL": True, "CACHE": False, "URL": False, "KEY": False}


@pytest.mark.parametrize(
    ("variable", "value", "kind"),
    [("SITE", "https://site.all/", "http"), ("MAIL", "smtps://mail.all", "smtp")],
)
def test_control_whoever_says_it_again_means_what_production_has(
    common: ProjectFolder, variable: str, value: str, kind: str
) -> None:
    assert owned("FD401", variable, kind) in judged(common, **{variable: value})


def test_control_what_production_says_for_itself_is_its_own(common: ProjectFolder) -> None:
    """Another environment that falls back to what is said for all has what production chose."""
    common.write(".env.production", "SITE=https://site.all\n", mode=0o600)
    locking.update(declared(common), ["production"], ask=None)
    (common.root / ".env.production").unlink()
    assert ("FD401", "SITE") in [(problem.code, problem.subject) for problem in judged(common, X="1")]


def test_what_is_said_once_for_all_may_be_taken_of_all(common: ProjectFolder) -> None:
    """`lock --all` refuses nothing that `check --all` only warns of."""
    common.write(".env", "SITE=https://site.all\n", mode=0o600)
    for name in ("testing", "production"):
        common.write(f".env.{name}", "X=1\n", mode=0o600)
    outcome = locking.update(declared(common), ["testing", "production"], ask=None)
    assert outcome.taken == ["testing", "production"]
    site = outcome.lock.environments["testing"].variables["SITE"]
    assert site.common == site.spelled != ()


@pytest.mark.parametrize(
    ("variable", "value", "code", "kind"),
    [
        ("URL", "postgres://x@DB.PROD.:5432/shop", "FD401", "database"),
        ("URL", "postgresql://db.prod/other", "FD407", "database"),
        ("CACHE", "redis://cache.prod/0", "FD401", "cache"),
        ("CACHE", "redis://cache.prod/5", "FD407", "cache"),
        ("FILES", "s3://files/shop/live", "FD401", "bucket"),
        ("FILES", "s3://files/shop/live/deeper", "FD401", "bucket"),
        ("FILES", "s3://files/shop", "FD401", "bucket"),
        ("FILES", "s3://files", "FD401", "bucket"),
        ("FILES", "s3://files/other", "FD407", "bucket"),
        ("SITE", "https://site.prod:443/", "FD401", "http"),
        ("KEY", "a-key-of-production", "FD402", "key"),
    ],
)
def test_what_production_owns_is_told_whole(
    shop: ProjectFolder, variable: str, value: str, code: str, kind: str
) -> None:
    expected = [owned(code, variable, kind)]
    for _ in range(2):
        assert judged(shop, **{variable: value}) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("URL", "postgresql://db.test/shop"),
        ("URL", "mysql://db.prod/shop"),
        ("CACHE", "redis://cache.test/0"),
        ("FILES", "s3://files-of-testing/shop/live"),
        ("SITE", "https://site.prod/other"),
        ("KEY", "a-key-of-testing"),
        ("KEY", "changeme"),
    ],
)
def test_control_what_is_its_own_passes(shop: ProjectFolder, variable: str, value: str) -> None:
    for _ in range(2):
        assert judged(shop, **{variable: value}) == []


def test_another_variable_counts_too(shop: ProjectFolder) -> None:
    declared = (shop.root / "firedoor.toml").read_text("utf-8")
    shop.write("firedoor.toml", declared + '[variables.OTHER]\nresource = "database"\n')
    found = judged(shop, OTHER="postgresql://db.prod/shop")
    assert owned("FD401", "OTHER", "database", other_variable="URL") in found


def test_shared_on_purpose_is_shared_by_the_lock_as_well(shop: ProjectFolder) -> None:
    for rule, value in (
        ('shared = ["testing", "production"]', "postgresql://db.prod/shop"),
        ('shared_server = ["testing", "production"]', "postgresql://db.prod/other"),
    ):
        shop.write(
            "firedoor.toml",
            (shop.root / "firedoor.toml").read_text("utf-8").replace('"database"', f'"database"\n{rule}', 1),
        )
        assert [p.code for p in judged(shop, URL=value)] == ["FD506"]
        shop.write(
            "firedoor.toml", (shop.root / "firedoor.toml").read_text("utf-8").replace(f"\n{rule}", "", 1)
        )
        assert [p.code for p in judged(shop, URL=value)] in (["FD401"], ["FD407"])


def test_two_variables_in_one_server_are_told_once_and_remembered_as_neither(shop: ProjectFolder) -> None:
    declared = (shop.root / "firedoor.toml").read_text("utf-8")
    shop.write("firedoor.toml", declared + '[variables.OTHER]\nresource = "database"\n')
    locking.update(declaration.load(shop.root, use_cache=False), [], ask=None)
    values = {"URL": "postgresql://db.prod/a", "OTHER": "postgresql://db.prod/b"}
    assert [(p.code, p.subject) for p in judged(shop, **values) if p.code == "FD407"] == [("FD407", "URL")]
    values["URL"] = "postgresql://db.test/a"  # the one that was told is mended
    assert [(p.code, p.subject) for p in judged(shop, **values) if p.code == "FD407"] == [("FD407", "OTHER")]


# --- names and addresses ---


def test_production_s_resolved_addresses_are_production(shop: ProjectFolder) -> None:
    lock = lock_of(shop)
    production = lock.environments["production"]
    address = marks.mark(("postgresql", "10.0.0.9", "5432", "shop"), lock.salt, lock.cost)
    found = production.variables["URL"]
    variables = {**production.variables, "URL": Marks(found.spelled, (address,), (), (), found.server)}
    lock.environments["production"] = Taken(2, production.time, variables)
    rewrite(shop, lock)
    assert judged(shop, URL="postgresql://10.9/shop") == [owned("FD408", "URL", "database")]
    assert judged(shop, URL="postgresql://10.10/shop") == []


# --- production itself ---


def test_production_is_held_to_what_was_taken(shop: ProjectFolder) -> None:
    values = dict(line.split("=", 1) for line in PRODUCTION.splitlines())
    assert "postgresql" not in repr(holdings.of(configured(shop, "production", **values), {}))
    for _ in range(2):
        assert judged(shop, "production", **values) == []
    moved = {**values, "URL": "postgresql://db2.prod/shop", "KEY": "a-new-key"}
    origin = Origin(FILE, ".env.production", 1, 1)
    for _ in range(2):
        assert judged(shop, "production", **moved) == [
            Problem("FD510", subject="URL", environment="production", origin=origin),
            Problem(
                "FD510",
                subject="KEY",
                environment="production",
                origin=Origin(FILE, ".env.production", 5, 1),
                severity=WARNING,
            ),
        ]


def test_a_file_has_another_path_everywhere(project: ProjectFolder) -> None:
    toml = '[environments.production]\nprotected = true\n[variables.URL]\nresource = "database"\n'
    project.write("firedoor.toml", toml).write(".env.production", "URL=sqlite:///a.db\n", mode=0o600)
    locking.update(declared(project), ["production"], ask=None)
    assert judged(project, "production", URL="sqlite:///b.db") == []


def test_a_variable_that_was_not_locked_is_no_other_one(shop: ProjectFolder) -> None:
    lock = lock_of(shop)
    production = lock.environments["production"]
    fewer = {name: found for name, found in production.variables.items() if name != "URL"}
    lock.environments["production"] = Taken(2, production.time, fewer)
    rewrite(shop, lock)
    assert judged(shop, "production", URL="postgresql://new.prod/shop") == [
        Problem("FD507", subject="production", origin=LOCK, severity=WARNING, variables="URL")
    ]


# --- the lock and the declaration ---


def test_a_protected_environment_that_was_never_taken(shop: ProjectFolder) -> None:
    lock = lock_of(shop)
    lock.environments.clear()
    rewrite(shop, lock)
    for _ in range(2):
        assert judged(shop) == [Problem("FD507", subject="production", origin=LOCK)]


def test_a_declaration_that_changed(shop: ProjectFolder) -> None:
    changed = (shop.root / "firedoor.toml").read_text("utf-8").replace("[environments.staging]\n", "")
    changed = changed.replace('resource = "key"', "secret = true")
    shop.write("firedoor.toml", changed)
    rules = ("fallback", "guard", "network", "protected", "tests", "unstamped")
    newer = ", ".join(f"environments.staging.{rule}" for rule in rules)
    for _ in range(2):
        assert judged(shop) == [
            Problem(
                "FD506",
                subject="variables.KEY.owned",
                origin=Origin(OF_DECLARATION, "firedoor.toml"),
                pinned="key",
                declared="secret",
            ),
            Problem(
                "FD505",
                subject="firedoor.lock",
                origin=LOCK,
                names=f"environments, {newer}, names.staging",
            ),
        ]


def test_a_lock_that_nobody_expects(shop: ProjectFolder) -> None:
    shop.write("firedoor.toml", DECLARATION)
    expected = Problem("FD511", subject="firedoor.lock", origin=LOCK, severity=WARNING)
    assert judged(shop) == [expected]
    assert judged(shop, KEY="a-key-of-production") == [expected, owned("FD402", "KEY", "key")]
    (shop.root / "firedoor.lock").unlink()
    assert judged(shop, KEY="a-key-of-production") == []


@pytest.mark.parametrize("error", [ImportError, ValueError, MemoryError, OSError])
def test_without_scrypt_nothing_starts_and_nothing_is_remembered(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_: object) -> str:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(marks, "mark", fail)
        expected = Problem(
            "FD508", subject="firedoor.lock", origin=LOCK, detail=f"{error.__name__} of scrypt"
        )
        assert judged(shop, KEY="a-key-of-production") == [expected]
        assert judged(shop, KEY="a-key-of-testing") == [expected]
    assert judged(shop, KEY="a-key-of-production") == [owned("FD402", "KEY", "key")]
    assert judged(shop, KEY="a-key-of-testing") == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Problem("FD503", subject="firedoor.lock", origin=LOCK, detail="its end is missing")),
        (
            b"a\n\xff",
            Problem(
                "FD503",
                subject="firedoor.lock",
                origin=Origin(FILE, "firedoor.lock", 2, 1),
                detail="it is not UTF-8",
            ),
        ),
        (
            b"a\n=======\n",
            Problem("FD502", subject="firedoor.lock", origin=Origin(FILE, "firedoor.lock", 2, 1)),
        ),
    ],
)
def test_no_lock(shop: ProjectFolder, data: bytes, expected: Problem) -> None:
    shop.write("firedoor.lock", data)
    assert judged(shop, KEY="a-key-of-production") == [expected]
    assert comparison.read(declared(shop), data) == expected
    assert load(declared(shop)) is None


def test_a_line_of_a_lock_that_cannot_be_read_is_told(shop: ProjectFolder) -> None:
    body = "# What\n"
    data = f'{body}\n[whole]\ndigest = "{text._digest(body)}"\n'.encode()
    detail = "it cannot be read from here on"
    assert comparison.read(declared(shop), data) == Problem(
        "FD503", subject="firedoor.lock", origin=Origin(FILE, "firedoor.lock", 1, 1), detail=detail
    )


def test_cheap_fingerprints_are_no_lock_of_ours(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "_CHEAPEST", 3)
    detail = "its fingerprints are cheaper to guess, or dearer to check, than any that firedoor makes"
    assert judged(shop) == [Problem("FD503", subject="firedoor.lock", origin=LOCK, detail=detail)]


def test_another_lock(shop: ProjectFolder) -> None:
    rewrite(shop, Lock("shop", b"another salt", (2, 1, 1), pins=lock_of(shop).pins))
    assert judged(shop) == [Problem("FD504", subject="firedoor.lock", origin=LOCK)]


def test_no_file(shop: ProjectFolder) -> None:
    (shop.root / "firedoor.lock").unlink()
    assert judged(shop) == [Problem("FD501", subject="firedoor.lock", origin=LOCK)]
    (shop.root / "firedoor.lock").mkdir()
    expected = Problem("FD503", subject="firedoor.lock", origin=LOCK, detail="it is not a regular file")
    assert judged(shop) == [expected]
    shop.write("firedoor.toml", DECLARATION)
    assert judged(shop) == [expected]


def test_what_others_declare_no_more_is_nobody_s(shop: ProjectFolder) -> None:
    lock = lock_of(shop)
    lock.environments["gone"] = lock.environments.pop("production")
    lock.environments["production"] = Taken(1, "t", {"NO_MORE": lock.environments["gone"].variables["KEY"]})
    rewrite(shop, lock)
    found = judged(shop, KEY="a-key-of-production")
    assert [problem.code for problem in found] == ["FD507"]


# --- what is remembered ---


def counted(monkeypatch: pytest.MonkeyPatch, name: str, module: ModuleType = marks) -> list[object]:
    """The first argument of each call of a module's function, which still does its work."""
    calls: list[object] = []
    real = getattr(module, name)

    def counting(first: object, *rest: object) -> object:
        calls.append(first)
        return real(first, *rest)

    monkeypatch.setattr(module, name, counting)
    return calls


def test_a_pass_is_looked_up_and_a_refusal_made_anew(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = counted(monkeypatch, "marks")
    values = {"URL": "postgresql://db.test/shop", "KEY": "a-key-of-testing"}
    assert judged(shop, **values) == []
    assert len(made) == 1
    assert judged(shop, **values) == []
    assert len(made) == 1
    judged(shop, **{**values, "KEY": "another-key-of-testing"})
    assert made[1:] == [[("token", "another-key-of-testing")]]
    for _ in range(2):
        judged(shop, **{**values, "KEY": "a-key-of-production"})
    assert made[2:] == [[("token", "a-key-of-production")]] * 2


def test_a_pass_is_that_of_one_environment_and_one_variable(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = counted(monkeypatch, "marks")
    same = {"KEY": "a-key-of-testing"}
    assert judged(shop, "testing", **same) == judged(shop, "staging", **same) == []
    assert made == [[("token", "a-key-of-testing")]] * 2
    assert judged(shop, "staging", **same) == []
    assert len(made) == 2
    shared = {"URL": "redis://cache.test/0"}
    assert judged(shop, **shared) == []
    assert judged(shop, CACHE="redis://cache.test/0") == []
    assert len(made) == 4


def test_a_proof_tells_all_parts_apart(shop: ProjectFolder) -> None:
    memory = verdicts.Verdicts(str(shop.root), b"", b"")
    url, key = declared(shop).variables["URL"], declared(shop).variables["KEY"]

    def proof(environment: str, variable: object, *identities: tuple[str, ...]) -> bytes:
        parts = []
        for identity in identities:
            part = object.__new__(holdings.Part)
            part.identity, part.aliases, part.within, part.servers = identity, (), (), ()
            parts.append(part)
        holding = holdings.Holding(variable, LOCK, tuple(parts))  # type: ignore[arg-type] # one of the two above
        return judgement._proof(memory, environment, holding)

    proofs = {
        proof("testing", url, ("a", "b"), ("c",)),
        proof("testing", url, ("a",), ("b", "c")),
        proof("testing", url, ("a", "b", "c")),
        proof("testing", url),
        proof("staging", url, ("a", "b"), ("c",)),
        proof("testing", key, ("a", "b"), ("c",)),
        memory.proof("whole", "testing"),
        memory.proof("whole", "staging"),
    }
    assert len(proofs) == 8


def test_the_lock_is_judged_for_each_environment(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = counted(monkeypatch, "read", comparison)
    for environment in ("testing", "testing", "staging"):
        assert judged(shop, environment) == []
    assert len(read) == 2


def test_a_name_of_a_container_says_nothing_of_servers(project: ProjectFolder) -> None:
    """Each environment has a network of its own in which `db` is another server."""
    project.write("firedoor.toml", DECLARATION).write(
        ".env.production", "URL=postgresql://db/live\n", mode=0o600
    )
    locking.update(declared(project), ["production"], ask=None)
    assert lock_of(project).environments["production"].variables["URL"].server == ()
    (project.root / ".env.production").unlink()
    assert judged(project, URL="postgresql://db/test") == []
    (found,) = judged(project, URL="postgresql://db/live")
    assert (found.code, found.severity, found.facts["service"]) == ("FD401", WARNING, "db")


def test_the_hosts_file_s_aliases_count(shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = lock_of(shop)
    production = lock.environments["production"]
    address = marks.mark(("postgresql", "10.0.0.9", "5432", "shop"), lock.salt, lock.cost)
    found = production.variables["URL"]
    lock.environments["production"] = Taken(
        2, "t", {**production.variables, "URL": Marks(found.spelled, (address,), (), (), found.server)}
    )
    rewrite(shop, lock)
    hosts = shop.root / "hosts"
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(hosts))
    hosts.write_text("10.0.0.9 mine\n", encoding="utf-8")
    assert judged(shop, URL="postgresql://mine/shop") == [owned("FD408", "URL", "database")]
    hosts.write_text("10.0.0.8 mine # moved\n", encoding="utf-8")
    assert judged(shop, URL="postgresql://mine/shop") == []
    site = ("http", "10.0.0.8", "443", "")
    assert resolution.by_hosts_file(("http", "mine", "443", "")) == (site,)


def test_variables_beside_an_address_count(shop: ProjectFolder) -> None:
    assert judged(shop, URL="postgresql:///shop", PGHOST="db.prod") == [owned("FD401", "URL", "database")]
    configuration = configured(shop, URL="postgresql:///shop")
    assert judgement.problems(configuration, {"PGHOST": "db.prod"}) == [owned("FD401", "URL", "database")]
    assert judgement.problems(configuration, {}) == []


def test_a_text_that_is_no_value_yet_holds_nothing(shop: ProjectFolder) -> None:
    assert holdings.of(configured(shop, URL="${NOPE}"), {}) == []
    held = holdings.of(configured(shop, KEY="changeme", URL="postgresql://changeme/shop"), {})
    assert [(holding.variable.name, repr(holding)) for holding in held] == [("URL", "Holding('URL')")]


def test_what_is_wrong_with_the_lock_is_told_every_time(shop: ProjectFolder) -> None:
    for _ in range(2):
        shop.write("firedoor.toml", DECLARATION)
        assert [problem.code for problem in judged(shop)] == ["FD511"]
    memory = verdicts.Verdicts(
        str(shop.root), (shop.root / "firedoor.lock").read_bytes(), DECLARATION.encode()
    )
    assert not memory.holds(memory.proof("whole", "testing"))


# --- whose it is, once it has said who it is ---


def observation(*identity: str, stamp: str = "") -> Observation:
    mark = Stamp("shop", "production", "URL", stamp, "t", "ann") if stamp else None
    return Observation(identity, stamp=mark)


def with_observed(shop: ProjectFolder, *identities: tuple[str, ...]) -> Owners:
    lock = lock_of(shop)
    found = lock.environments["production"].variables["URL"]
    observed = tuple(marks.mark(identity, lock.salt, lock.cost) for identity in identities)
    lock.environments["production"].variables["URL"] = Marks(found.spelled, (), observed, (), found.server)
    rewrite(shop, lock)
    owners = load(declared(shop))
    assert owners is not None
    return owners


def test_the_owner_of_what_answered(shop: ProjectFolder) -> None:
    owners = with_observed(shop, ("postgresql", "7", "5", "shop"), ("stamp", "s"))
    project = declared(shop)
    testing, production = project.environments[0], project.environments[2]
    url = project.variables["URL"]
    foreign = owners.foreign_to(testing, url)
    assert foreign(observation("postgresql", "7", "5", "shop")) == "production"
    assert foreign(observation("postgresql", "8", "5", "shop", stamp="s")) == "production"
    assert foreign(observation("postgresql", "8", "5", "shop", stamp="t")) is None
    assert foreign(observation("postgresql", "8", "5", "shop")) is None
    assert owners.foreign_to(production, url)(observation("postgresql", "7", "5", "shop")) is None


def test_an_owner_who_shares_on_purpose_is_no_stranger(shop: ProjectFolder) -> None:
    owners = with_observed(shop, ("postgresql", "7", "5", "shop"))
    project = declared(shop)
    url = project.variables["URL"]
    url.shared = ("testing", "production")
    foreign = Owners(project, owners._lock).foreign_to(project.environments[0], url)
    assert foreign(observation("postgresql", "7", "5", "shop")) is None


def test_a_name_that_leads_elsewhere(shop: ProjectFolder) -> None:
    owners = with_observed(shop, ("postgresql", "7", "5", "shop"), ("stamp", "s"))
    project = declared(shop)
    production, url = project.environments[2], project.variables["URL"]
    assert not owners.is_repointed(production, url, observation("postgresql", "7", "5", "shop"))
    assert not owners.is_repointed(production, url, observation("postgresql", "8", "5", "shop", stamp="s"))
    assert owners.is_repointed(production, url, observation("postgresql", "8", "5", "shop"))
    assert not owners.is_repointed(production, project.variables["CACHE"], observation("redis", "8"))
    assert not owners.is_repointed(production, url, observation("redis", "8"))  # it was started again
    assert owners.is_repointed(production, url, observation("redis", "8", stamp="t"))
    assert not owners.is_repointed(project.environments[0], url, observation("postgresql", "8"))


def test_a_fingerprint_of_what_answered_is_made_once(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = with_observed(shop, ("a",))
    made = counted(monkeypatch, "mark")
    project = declared(shop)
    for _ in range(3):
        owners.foreign_to(project.environments[0], project.variables["URL"])(observation("a"))
    assert made == [("a",)]


def test_without_a_lock_there_are_no_owners(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.testing]\n")
    assert load(declared(project)) is None


def test_what_nobody_can_tell_is_told_every_time(shop: ProjectFolder) -> None:
    """A service that no service file names may be production."""
    values = {"URL": "postgresql:///?service=nowhere", "PGSERVICEFILE": "services"}
    shop.write("services", "[other]\nhost=db.test\n")
    for _ in range(2):
        (problem,) = judged(shop, **values)
        assert (problem.code, problem.subject, problem.severity) == ("FD413", "URL", "error")
        configuration = boundary.configure(declared(shop), "testing", process={})
        assert [found for found in configuration.problems if found.code == "FD413"] == [problem]
    shop.write("services", "[nowhere]\nhost=db.test\ndbname=shop\n")
    assert judged(shop, **values) == []
    shop.write("services", "[nowhere]\nhost=db.prod\ndbname=shop\n")
    assert judged(shop, **values) == [owned("FD401", "URL", "database")]
