"""Asking real servers who they are: what addresses hide, what logins open, and that nothing is written or told."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from support.forwarder import forwarding
from support.ports import free_port

if TYPE_CHECKING:
    from support.postgres import PostgresServer
    from support.project import ProjectFolder, Result
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
[environments.staging]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
shared_server = ["testing", "staging", "production"]
[variables.CACHE_URL]
resource = "cache"
shared_server = ["testing", "staging", "production"]
"""


@pytest.fixture(scope="module")
def postgres(postgres_server: PostgresServer) -> PostgresServer:
    return postgres_server


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return project.git("init", "-q").write("firedoor.toml", DECLARATION)


@pytest.fixture(scope="module")
def databases(postgres: PostgresServer) -> dict[str, str]:
    """The URL of each environment's database, each with a role of its own that no other database lets in."""
    found = {}
    for name in ("testing", "staging", "production"):
        found[name] = postgres.create_database(f"{name}_db", driver="postgresql")
        postgres.psql(f"REVOKE CONNECT ON DATABASE {name}_db FROM PUBLIC")
    return found


def set_to(shop: ProjectFolder, environment: str, **values: str) -> None:
    shop.write(
        f".env.{environment}", "".join(f"{key}={text}\n" for key, text in values.items()), mode=0o600
    ).write(f".env.{environment}.example", "".join(f"{key}=\n" for key in values))


def found(result: Result) -> list[tuple[str, str, str, str]]:
    """(severity, code, environment, subject) of each problem of a JSON report."""
    return [
        (one["severity"], one["code"], one["environment"], one["subject"])
        for one in json.loads(result.stdout)["problems"]
    ]


def check(shop: ProjectFolder, *arguments: str) -> list[tuple[str, str, str, str]]:
    """What `check` says of identity, isolation and stamps. How values are spelled is others' concern."""
    problems = found(shop.firedoor("check", *arguments, "--format", "json"))
    return [problem for problem in problems if problem[1][:3] != "FD2" or problem[1] == "FD220"]


UNSTAMPED = "FD521"


def without(code: str, problems: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    return [problem for problem in problems if problem[1] != code]


# --- the same, however it is addressed ---


def test_a_forwarder_on_localhost_is_found_when_asked_and_its_control_is_not(
    shop: ProjectFolder, postgres: PostgresServer, databases: dict[str, str]
) -> None:
    """C3: another port on this machine leads to production's own database."""
    set_to(shop, "production", DATABASE_URL=databases["production"])
    with forwarding(postgres.port) as port:
        forwarded = databases["production"].replace(f":{postgres.port}/", f":{port}/")
        set_to(shop, "testing", DATABASE_URL=forwarded)
        assert check(shop, "testing", "production") == []  # their addresses say nothing of it
        problems = without(UNSTAMPED, check(shop, "testing", "production", "--observe"))
        assert problems == [("error", "FD409", "testing", "DATABASE_URL")]
        result = shop.firedoor("check", "testing", "production", "--observe", code=1)
        assert (
            "DATABASE_URL of testing and DATABASE_URL of production lead to the same database: it says so itself."
            in " ".join(result.stdout.split())
        )
        # control: a database of its own, through the same forwarder
        set_to(shop, "testing", DATABASE_URL=databases["testing"].replace(f":{postgres.port}/", f":{port}/"))
        problems = without(UNSTAMPED, check(shop, "testing", "production", "--observe"))
        assert [one for one in problems if one[1] == "FD409"] == []


def test_a_forwarder_is_found_by_the_stamp_where_productions_address_is_not_at_hand(
    shop: ProjectFolder, postgres: PostgresServer, databases: dict[str, str]
) -> None:
    set_to(shop, "production", DATABASE_URL=databases["production"])
    assert shop.firedoor("stamp", "-e", "production").code == 0
    (shop.root / ".env.production").unlink()
    with forwarding(postgres.port) as port:
        set_to(
            shop, "testing", DATABASE_URL=databases["production"].replace(f":{postgres.port}/", f":{port}/")
        )
        assert ("error", "FD522", "testing", "DATABASE_URL") in check(shop, "testing", "--observe")
        assert shop.firedoor("verify", "testing").code == 1
        refused = shop.firedoor("stamp", "-e", "testing", code=1)
        assert "it carries the original stamp of production" in " ".join(refused.stderr.split())
        cleaned = ("stamp", "-e", "testing", "--sanitised", "--from", "production", "--reason", "cleaned")
        assert shop.firedoor(*cleaned).code == 1  # an original is never declared sanitised
        set_to(shop, "testing", DATABASE_URL=databases["testing"])
        assert [one for one in check(shop, "testing", "--observe") if one[1] == "FD522"] == []
        assert shop.firedoor("verify", "testing").code == 0


def test_one_redis_database_under_two_names_and_its_control(
    shop: ProjectFolder, redis_server: RedisServer
) -> None:
    set_to(shop, "production", CACHE_URL=redis_server.url(3))
    with forwarding(redis_server.port) as port:
        set_to(shop, "staging", CACHE_URL=redis_server.url(3, port=port))
        problems = without(UNSTAMPED, check(shop, "--all", "--observe"))
        assert ("error", "FD409", "staging", "CACHE_URL") in problems
        set_to(shop, "staging", CACHE_URL=redis_server.url(4, port=port))
        assert [one for one in check(shop, "--all", "--observe") if one[1] == "FD409"] == []


def test_what_two_addresses_show_already_is_told_once(shop: ProjectFolder, databases: dict[str, str]) -> None:
    for name in ("testing", "production"):
        set_to(shop, name, DATABASE_URL=databases["production"])
    codes = [one[1] for one in check(shop, "--all", "--observe")]
    assert codes.count("FD401") == 1
    assert "FD409" not in codes


# --- stamps ---


def test_a_template_clone_and_a_dump_are_told_from_the_original(
    shop: ProjectFolder, postgres: PostgresServer, databases: dict[str, str]
) -> None:
    """C4, C7: production's data under another name carries production's stamp."""
    set_to(shop, "production", DATABASE_URL=databases["production"])
    assert shop.firedoor("stamp", "-e", "production").code == 0
    postgres.psql("CREATE DATABASE cloned TEMPLATE production_db OWNER production_db")
    clone = databases["production"].removesuffix("production_db") + "cloned"
    set_to(shop, "staging", DATABASE_URL=clone)
    assert ("error", "FD522", "staging", "DATABASE_URL") in check(shop, "staging", "--observe")
    refused = shop.firedoor("stamp", "-e", "staging", code=1)
    assert "it carries a copy of the stamp of production" in " ".join(refused.stderr.split())
    wrong = ("stamp", "-e", "staging", "--sanitised", "--from", "testing", "--reason", "cleaned")
    assert shop.firedoor(*wrong).code == 1
    right = (
        "stamp",
        "-e",
        "staging",
        "--sanitised",
        "--from",
        "production",
        "--reason",
        "cleaned",
        "--by",
        "ada",
    )
    shop.firedoor(*right, code=0)
    assert shop.firedoor("verify", "staging").code == 0
    last = json.loads((shop.root / "firedoor.ledger").read_text().splitlines()[-1])
    assert {name: last[name] for name in ("by", "event", "environment", "resource", "reason")} == {
        "by": "ada",
        "event": "sanitised",
        "environment": "staging",
        "resource": "DATABASE_URL",
        "reason": "cleaned",
    }
    assert last["facts"]["from"] == "production"
    assert shop.firedoor("verify", "production").code == 0  # the original is as it was
    postgres.psql("DROP DATABASE cloned")


def test_an_administrator_stamps_what_the_application_may_only_read(
    shop: ProjectFolder, postgres: PostgresServer, databases: dict[str, str]
) -> None:
    postgres.psql("CREATE DATABASE guarded")
    set_to(shop, "staging", DATABASE_URL=databases["staging"].removesuffix("staging_db") + "guarded")
    admin = f"postgresql://postgres:{postgres.password}@{postgres.host}:{postgres.port}/guarded"
    elsewhere = f"postgresql://postgres:{postgres.password}@{postgres.host}:{postgres.port}/testing_db"
    denied = shop.firedoor("stamp", "-e", "staging", "DATABASE_URL", code=1)
    assert "its login may not write there" in " ".join(denied.stderr.split())
    as_admin = ("stamp", "-e", "staging", "DATABASE_URL", "--as", "ADMIN_URL")
    wrong = shop.firedoor(*as_admin, env={"ADMIN_URL": elsewhere}, code=1)
    assert "ADMIN_URL leads to something else" in " ".join(wrong.stderr.split())
    done = shop.firedoor(*as_admin, env={"ADMIN_URL": admin}, code=0)
    assert "stamped now" in done.stdout
    assert "GRANT" in done.stdout
    for result in (denied, wrong, done):
        assert postgres.password not in result.everything
    for event in ("stamped", "failed", "stamped"):
        assert f'"event":"{event}"' in (shop.root / "firedoor.ledger").read_text()


def test_asking_writes_nothing(
    shop: ProjectFolder, postgres: PostgresServer, databases: dict[str, str]
) -> None:
    set_to(shop, "testing", DATABASE_URL=databases["testing"])
    before = postgres.psql("SELECT count(*) FROM pg_class", database="testing_db")
    listed = sorted(path.name for path in shop.root.iterdir())
    check(shop, "testing", "--observe")
    shop.firedoor("verify", "testing")
    shop.firedoor("stamp", "-e", "testing", "--dry-run")
    assert postgres.psql("SELECT count(*) FROM pg_class", database="testing_db") == before
    assert sorted(path.name for path in shop.root.iterdir()) == listed


# --- what did not answer ---


def test_servers_that_do_not_answer_are_told_with_the_reason(shop: ProjectFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        set_to(
            shop,
            "testing",
            DATABASE_URL=f"postgresql://app:zq8vWn2x@127.0.0.1:{free_port()}/shop",
            CACHE_URL=f"redis://app:zq8vWn2x@127.0.0.1:{silent.getsockname()[1]}/0",
        )
        result = shop.firedoor("check", "testing", "--observe", code=0)
    said = " ".join(result.stdout.split())
    assert "DATABASE_URL of testing leads to did not say who it is: the connection was refused." in said
    assert "CACHE_URL of testing leads to did not say who it is: it did not answer in time." in said
    assert "zq8vWn2x" not in result.everything


def test_what_does_not_answer_is_an_error_only_where_the_environment_is_protected(
    shop: ProjectFolder,
) -> None:
    for name in ("testing", "production"):
        set_to(shop, name, DATABASE_URL=f"postgresql://app@127.0.0.1:{free_port()}/{name}")
    assert found(shop.firedoor("verify", "testing", "--format", "json", code=0)) == [
        ("warning", "FD411", "testing", "DATABASE_URL")
    ]
    assert found(shop.firedoor("verify", "production", "--format", "json", code=1)) == [
        ("error", "FD411", "production", "DATABASE_URL")
    ]


# --- logins ---


def test_a_login_that_opens_production_is_found_and_its_control_is_not(
    shop: ProjectFolder, postgres: PostgresServer, databases: dict[str, str]
) -> None:
    """C5: a test role's credential that logs in to the production database."""
    set_to(shop, "production", DATABASE_URL=databases["production"])
    set_to(shop, "testing", DATABASE_URL=databases["testing"])
    assert check(shop, "testing", "--try-credentials", "production") == []
    postgres.psql("GRANT CONNECT ON DATABASE production_db TO testing_db")
    try:
        assert check(shop, "testing", "--try-credentials", "production") == [
            ("error", "FD412", "testing", "DATABASE_URL")
        ]
        assert check(shop, "testing") == []  # nobody asked
    finally:
        postgres.psql("REVOKE CONNECT ON DATABASE production_db FROM testing_db")


def test_a_redis_user_that_opens_productions_server_and_its_control(
    shop: ProjectFolder, redis_server: RedisServer
) -> None:
    redis_server.create_user("app", "+@all", "~*")
    set_to(shop, "production", CACHE_URL=redis_server.url(1))
    set_to(shop, "testing", CACHE_URL="redis://app:wrong-one@127.0.0.1:1/0")
    assert check(shop, "testing", "--try-credentials", "production") == []
    password = redis_server.create_user("app", "+get", "~app:*")
    set_to(shop, "testing", CACHE_URL=f"redis://app:{password}@127.0.0.1:1/0")
    assert check(shop, "testing", "--try-credentials", "production") == [
        ("error", "FD412", "testing", "CACHE_URL")
    ]
    set_to(shop, "testing", CACHE_URL="redis://127.0.0.1:1/0")
    assert check(shop, "testing", "--try-credentials", "production") == [
        ("note", "FD416", "testing", "CACHE_URL")
    ]


def test_an_unprotected_environments_resource_that_opens_is_a_warning(
    shop: ProjectFolder, redis_server: RedisServer
) -> None:
    set_to(shop, "staging", CACHE_URL=redis_server.url(1))
    set_to(shop, "testing", CACHE_URL=redis_server.url(2).replace(str(redis_server.port), "1"))
    problems = check(shop, "testing", "--try-credentials", "staging")
    assert ("warning", "FD412", "testing", "CACHE_URL") in problems


def test_logins_are_only_tried_on_an_environment_that_is_declared_and_at_hand(shop: ProjectFolder) -> None:
    set_to(shop, "testing", CACHE_URL="redis://app:x@127.0.0.1:1/0")
    assert [one[1] for one in check(shop, "testing", "--try-credentials", "prodution")] == ["FD102"]
    assert ("warning", "FD220", "production", ".env.production") in check(
        shop, "testing", "--try-credentials", "production"
    )
