"""The lock knows production by what it says of itself: no other name, port or copy of its address gets past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.lock import text
from support.forwarder import forwarding

if TYPE_CHECKING:
    from firedoor.lock.document import Lock
    from support.postgres import PostgresServer
    from support.project import ProjectFolder
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
unstamped = "note"
[environments.production]
protected = true
unstamped = "note"
[variables.DATABASE_URL]
resource = "database"
shared_server = ["testing", "production"]
[variables.CACHE_URL]
resource = "cache"
shared_server = ["testing", "production"]
"""


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return project.git("init", "-q").write("firedoor.toml", DECLARATION)


def set_to(shop: ProjectFolder, environment: str, **values: str) -> None:
    content = "".join(f"{key}={value}\n" for key, value in values.items())
    shop.write(f".env.{environment}", content, mode=0o600)


def lock_of(shop: ProjectFolder) -> Lock:
    return text.parse((shop.root / "firedoor.lock").read_text("utf-8"))


def forget_production(shop: ProjectFolder) -> None:
    """Go on as a machine that never had its file."""
    (shop.root / ".env.production").unlink()


def test_a_forwarder_to_production_is_refused_where_its_address_is_not_at_hand_and_the_control_passes(
    shop: ProjectFolder, postgres_server: PostgresServer
) -> None:
    production = postgres_server.create_database("locked_prod", driver="postgresql")
    own = postgres_server.create_database("locked_test", driver="postgresql")
    set_to(shop, "production", DATABASE_URL=production)
    taken = shop.firedoor("lock", "production", code=0)
    assert taken.stdout.startswith("production: 2 variables: 1 spelled, 0 resolved, 1 observed\n")
    forget_production(shop)
    with forwarding(postgres_server.port) as port:
        forwarded = production.replace(f":{postgres_server.port}/", f":{port}/")
        set_to(shop, "testing", DATABASE_URL=forwarded)
        shop.firedoor("check", "testing", code=0)  # the address says nothing of it
        refused = shop.firedoor("verify", "testing", code=1)
        assert "FD522" in refused.everything
        assert "production" in refused.everything
        assert production.rpartition(":")[0].rpartition(":")[2].partition("@")[0] not in refused.everything
        assert "FD522" in shop.firedoor("check", "testing", "--observe", code=1).stdout
        assert (
            "FD401" in shop.firedoor("lock", "testing", code=1).stderr
        )  # nor can it be taken as testing's own
        set_to(shop, "testing", DATABASE_URL=own.replace(f":{postgres_server.port}/", f":{port}/"))
        shop.firedoor("verify", "testing", code=0)
        shop.firedoor("check", "testing", "--observe", code=0)
        shop.firedoor("lock", "testing", code=0)


def test_a_name_in_the_hosts_of_production_is_its_address(
    shop: ProjectFolder, postgres_server: PostgresServer
) -> None:
    """Production's file says localhost; by the lock its address is refused under any notation."""
    production = postgres_server.create_database("resolved_prod", driver="postgresql")
    set_to(shop, "production", DATABASE_URL=production.replace("127.0.0.1", "localhost"))
    shop.firedoor("lock", "production", code=0)
    forget_production(shop)
    set_to(shop, "testing", DATABASE_URL=production.replace("127.0.0.1", "0x7f.1"))
    assert "FD401" in shop.firedoor("run", "-e", "testing", "--", "true", code=1).stderr
    set_to(shop, "testing", DATABASE_URL=production.replace("127.0.0.1", "0x7f.2"))
    shop.firedoor("run", "-e", "testing", "--", "true", code=0)


def test_the_stamp_of_a_redis_database_is_known_to_the_lock(
    shop: ProjectFolder, redis_server: RedisServer
) -> None:
    set_to(shop, "production", CACHE_URL=redis_server.url(7))
    shop.firedoor("stamp", "-e", "production", code=0)
    shop.firedoor("lock", "production", code=0)
    assert len(lock_of(shop).environments["production"].variables["CACHE_URL"].observed) == 2
    forget_production(shop)
    with forwarding(redis_server.port) as port:
        forwarded = redis_server.url(7).replace(f":{redis_server.port}/", f":{port}/")
        set_to(shop, "testing", CACHE_URL=forwarded)
        assert "FD522" in shop.firedoor("verify", "testing", code=1).everything
        set_to(shop, "testing", CACHE_URL=forwarded.replace("/7", "/8"))
        shop.firedoor("verify", "testing", code=0)


def test_what_does_not_answer_is_still_what_it_was(
    shop: ProjectFolder, postgres_server: PostgresServer
) -> None:
    with forwarding(postgres_server.port) as port:
        url = postgres_server.create_database("remembered_prod", driver="postgresql")
        url = url.replace(f":{postgres_server.port}/", f":{port}/")
        set_to(shop, "production", DATABASE_URL=url)
        shop.firedoor("lock", "production", code=0)
    before = lock_of(shop)
    silent = shop.firedoor("lock", "production", code=0)
    assert "FD411" in silent.stderr
    assert lock_of(shop) == before
    assert shop.firedoor("lock", "production", "--offline", code=0).stderr == ""
    assert lock_of(shop) == before


def test_a_repointed_name_is_seen_though_it_is_spelled_the_same(
    shop: ProjectFolder, postgres_server: PostgresServer, other_postgres_server: PostgresServer
) -> None:
    """The same text leads to another server: production finds somebody else's database behind it."""
    url = postgres_server.create_database("pointed_prod", driver="postgresql")
    other_postgres_server.psql(
        f"CREATE ROLE pointed_prod LOGIN PASSWORD '{url.split(':')[2].partition('@')[0]}'"
    )
    other_postgres_server.psql("CREATE DATABASE pointed_prod OWNER pointed_prod")
    with forwarding(postgres_server.port) as port:
        set_to(shop, "production", DATABASE_URL=url.replace(f":{postgres_server.port}/", f":{port}/"))
        shop.firedoor("lock", "production", code=0)
        shop.firedoor("verify", "-e", "production", code=0)
    with forwarding(other_postgres_server.port, port=port):
        shop.firedoor("check", "production", code=0)
        repointed = shop.firedoor("verify", "-e", "production", code=1)
        assert (
            "DATABASE_URL of production leads to something else than the lock says." in repointed.everything
        )
    with forwarding(postgres_server.port, port=port):
        shop.firedoor("verify", "-e", "production", code=0)
