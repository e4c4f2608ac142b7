"""Stamps in PostgreSQL, tried on real servers: each refusal beside the twin that passes."""

# ruff: noqa: S608 - statements of made-up names

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import psycopg
import pytest

from firedoor.stamps import libpq
from firedoor.stamps import marker as marker_of
from firedoor.stamps import observation as told
from firedoor.stamps import postgresql as marker
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Overtaken
from support.forwarder import forwarding
from support.ports import free_port
from support.postgres import running_postgres
from support.stamping import address, race, refused, stamp, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.stamps.address import Address
    from support.postgres import PostgresServer

pytestmark = pytest.mark.real

_numbers = count()


class Database:
    """A database of one test, with the address of its owner."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self.name = f"shop_{next(_numbers)}"
        self.url = server.create_database(self.name, driver="postgresql")
        self.password = self.url.split(":")[2].partition("@")[0]
        self.owner = database(self.url)
        self.superuser = database(server.url(self.name))

    def role(self, options: str = "", *grants: str) -> Address:
        """The address of a new role that owns nothing here."""
        name = f"role_{next(_numbers)}"
        url = self.server.create_role(self.name, name, options)
        for grant in grants:
            self.sql(grant.format(role=name))
        return database(url)

    def sql(self, statement: str) -> str:
        return self.server.psql(statement, database=self.name)

    @property
    def bound(self) -> str:
        return (
            "postgresql:"
            + self.sql("SELECT system_identifier FROM pg_control_system()")
            + ":"
            + self.sql("SELECT oid FROM pg_database WHERE datname = current_database()")
        )


def database(url: str, **more: object) -> Address:
    return address("database", url, **more)  # type: ignore[arg-type] # the fields of Address


@pytest.fixture
def shop(postgres_server: PostgresServer) -> Database:
    return Database(postgres_server)


@pytest.fixture
def own() -> Iterator[Database]:
    """A database of a server that the test may stop."""
    with running_postgres() as server:
        yield Database(server)


# What is observed.


def test_a_database_says_who_it_is_and_has_no_stamp(shop: Database) -> None:
    _, system, oid = shop.bound.split(":")
    assert marker.observe(shop.owner) == Observation(
        identity=("postgresql", system, oid, shop.name), server=("postgresql", system), bound=shop.bound
    )


def test_a_stamp_is_there_afterwards_bound_to_the_database(shop: Database) -> None:
    mine = stamp()
    before = marker.observe(shop.owner)
    written = marker.write(shop.owner, mine, replacing=None)
    assert written == replace(before, stamp=mine.bound_to(shop.bound), forgeable=True)
    assert marker.observe(shop.owner) == written
    assert not written.is_copy
    assert shop.sql("SELECT stamp FROM firedoor.stamp") == mine.bound_to(shop.bound).to_text()


@pytest.mark.parametrize(
    "spelled",
    [
        "postgresql://{user}:{password}@127.0.0.1:{port}/{name}",
        "postgres://{user}:{password}@localhost:{port}/{name}",
        "postgresql+asyncpg://{user}:{password}@127.0.0.1:{port}/{name}?ssl=disable&prepared_statement_cache_size=0",
        "postgresql+psycopg2://{user}:{password}@/{name}?host=127.0.0.1:{port}",
        "postgresql+psycopg://{user}:{password}@/{name}?host=127.0.0.1&port={port}",
        "jdbc:postgresql://127.0.0.1:{port}/{name}?user={user}&password={password}",
        "host=127.0.0.1 port={port} dbname='{name}' user={user} password={password}",
        "postgresql://{user}:{password}@127.0.0.1:1,127.0.0.1:{port}/{name}",
        "postgresql://{user}:{password}@127.0.0.1:{port}/{name}?application_name=shop&connect_timeout=1",
    ],
)
def test_every_spelling_leads_to_the_same_identity(shop: Database, spelled: str) -> None:
    parts = {"user": shop.name, "password": shop.password, "port": shop.server.port, "name": shop.name}
    place = database(spelled.format(**parts))
    assert marker_of(place) is marker
    assert marker.observe(place) == marker.observe(shop.owner)


def test_a_password_may_stand_in_a_variable_of_its_own(shop: Database) -> None:
    without = shop.url.replace(f":{shop.password}@", "@")
    assert (
        marker.observe(database(without, variables={"PGPASSWORD": shop.password})).identity[-1] == shop.name
    )
    assert unreachable(lambda: marker.observe(database(without))) == told.LOGIN_REFUSED


def test_a_forwarder_hides_the_address_and_not_the_server(
    shop: Database, other_postgres_server: PostgresServer
) -> None:
    twin = Database(other_postgres_server)
    with forwarding(shop.server.port) as port, forwarding(twin.server.port) as other_port:
        hidden = database(shop.url.replace(f":{shop.server.port}/", f":{port}/"))
        control = database(twin.url.replace(f":{twin.server.port}/", f":{other_port}/"))
        assert marker.observe(hidden) == marker.observe(shop.owner)
        assert marker.observe(control).server != marker.observe(hidden).server


def test_it_is_one_round_trip_after_the_login(shop: Database) -> None:
    marker.write(shop.owner, stamp(), replacing=None)
    asked: list[bytes] = []
    with forwarding(shop.server.port, asked.append) as port:
        marker.observe(
            database(shop.url.replace(f":{shop.server.port}/", f":{port}/") + "?gssencmode=disable")
        )
    after_login = [piece for piece in asked if piece[:1] in (b"Q", b"P", b"B")]
    assert len(after_login) == 1
    assert after_login[0].startswith(b"Q")  # nothing prepared, no transaction begun


# Copies.


def test_a_dump_restored_into_another_database_is_a_copy(shop: Database) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    development = Database(shop.server)
    development.server.restore(development.name, shop.server.dump(shop.name, "--no-owner"))
    copy = marker.observe(development.owner)
    assert copy.stamp == original.stamp
    assert copy.is_copy
    assert not marker.observe(shop.owner).is_copy


def test_a_dump_restored_into_another_server_is_a_copy(
    shop: Database, other_postgres_server: PostgresServer
) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    staging = Database(other_postgres_server)
    staging.server.restore(staging.name, shop.server.dump(shop.name, "--no-owner", "--no-acl"))
    copy = marker.observe(staging.superuser)
    assert (copy.stamp, copy.is_copy) == (original.stamp, True)
    assert not marker.observe(shop.owner).is_copy


def test_a_template_clone_is_a_copy(shop: Database) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    clone = marker.observe(database(shop.server.clone(shop.name, f"clone_{shop.name}")))
    assert (clone.stamp, clone.is_copy) == (original.stamp, True)
    assert not marker.observe(shop.owner).is_copy


def test_a_renamed_database_is_no_copy(shop: Database) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    shop.server.psql(f"ALTER DATABASE {shop.name} RENAME TO renamed_{shop.name}")
    renamed = marker.observe(database(shop.server.url(f"renamed_{shop.name}")))
    assert renamed.bound == original.bound
    assert renamed.identity == (*original.identity[:-1], f"renamed_{shop.name}")
    assert not renamed.is_copy


def test_stagings_stamp_restored_over_productions_shows(shop: Database) -> None:
    production = marker.write(shop.owner, stamp("production"), replacing=None)
    staging = Database(shop.server)
    marker.write(staging.owner, stamp("staging"), replacing=None)
    dump = shop.server.dump(staging.name, "--no-owner", "--clean", "--schema=firedoor")
    shop.server.restore(shop.name, dump)
    seen = marker.observe(shop.owner)
    assert seen.stamp is not None
    assert (seen.stamp.environment, seen.is_copy) == ("staging", True)
    assert production.bound == seen.bound


def test_two_rows_are_no_stamp_that_can_be_trusted(shop: Database) -> None:
    marker.write(shop.owner, stamp("production"), replacing=None)
    staging = Database(shop.server)
    marker.write(staging.owner, stamp("staging"), replacing=None)
    shop.server.restore(shop.name, shop.server.dump(staging.name, "--data-only"))
    seen = marker.observe(shop.owner)
    assert (seen.stamp, seen.unreadable) == (None, True)
    assert isinstance(refused(lambda: marker.write(shop.owner, stamp(), replacing=None)), NotAllowed)


# Who may do what.


def test_the_least_that_an_application_needs_is_to_log_in(shop: Database) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    application = shop.role()
    assert marker.observe(application) == replace(written, forgeable=False)


def test_connect_usage_and_select_are_enough_where_nothing_is_public(shop: Database) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    shop.sql("REVOKE ALL ON SCHEMA firedoor FROM PUBLIC; REVOKE ALL ON firedoor.stamp FROM PUBLIC")
    shop.sql(f"REVOKE ALL ON DATABASE {shop.name} FROM PUBLIC")
    granted = [text.replace("<application role>", "{role}") for text in marker.grants(shop.owner)[1:]]
    application = shop.role("", f"GRANT CONNECT ON DATABASE {shop.name} TO {{role}}", *granted)
    without_select = shop.role("", f"GRANT CONNECT ON DATABASE {shop.name} TO {{role}}", granted[0])
    without_usage = shop.role("", f"GRANT CONNECT ON DATABASE {shop.name} TO {{role}}", granted[1])
    hidden = replace(written, stamp=None, unreadable=True, forgeable=False)
    assert marker.observe(application) == replace(written, forgeable=False)
    assert marker.observe(without_select) == hidden
    assert marker.observe(without_usage) == hidden


def test_the_role_that_stamps_needs_what_grants_say(shop: Database) -> None:
    create = (
        marker.grants(shop.owner)[0].replace("<database>", shop.name).replace("<stamping role>", "{role}")
    )
    assert isinstance(refused(lambda: marker.write(shop.role(), stamp(), replacing=None)), NotAllowed)
    assert marker.write(shop.role("", create), stamp(), replacing=None).stamp is not None


def test_nobody_below_the_stamper_can_put_another_stamp_in(shop: Database) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    migration = shop.role(
        "", f"GRANT ALL ON DATABASE {shop.name} TO {{role}}", "GRANT ALL ON SCHEMA public TO {role}"
    )
    for role in (shop.owner, migration, shop.role()):
        error = refused(partial(marker.write, role, stamp("testing"), replacing=written.stamp))
        assert isinstance(error, NotAllowed)
        for attempt in (
            "INSERT INTO firedoor.stamp VALUES ('')",
            "UPDATE firedoor.stamp SET stamp = ''",
            "DELETE FROM firedoor.stamp",
            "TRUNCATE firedoor.stamp",
            "DROP TABLE firedoor.stamp",
            "DROP SCHEMA firedoor CASCADE",
            "ALTER SCHEMA firedoor RENAME TO elsewhere",
            "ALTER TABLE firedoor.stamp ENABLE ROW LEVEL SECURITY",
            "CREATE TRIGGER t BEFORE INSERT ON firedoor.stamp EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "CREATE RULE r AS ON SELECT TO firedoor.stamp DO INSTEAD SELECT '' AS stamp",
            "CREATE TABLE firedoor.stamp2 ()",
        ):
            with (
                psycopg.connect(role.text) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(attempt)
    assert marker.observe(shop.superuser) == written


def test_the_control_a_superuser_can_still_do_all_of_it(shop: Database) -> None:
    """What no stamp stops, and what the documentation says of it."""
    written = marker.write(shop.superuser, stamp(), replacing=None)
    forged = stamp("testing").bound_to(written.bound)
    shop.sql(f"UPDATE firedoor.stamp SET stamp = '{forged.to_text()}'")
    assert marker.observe(shop.owner).stamp == forged
    assert marker.observe(shop.superuser).forgeable


@pytest.mark.parametrize(
    ("options", "grants", "forgeable"),
    [
        ("", (), False),
        ("", ("GRANT SELECT ON firedoor.stamp TO {role}",), False),
        ("CREATEDB", (), False),
        ("SUPERUSER", (), True),
        ("CREATEROLE", (), True),
        ("", ("GRANT INSERT ON firedoor.stamp TO {role}",), True),
        ("", ("GRANT UPDATE ON firedoor.stamp TO {role}",), True),
        ("", ("GRANT DELETE ON firedoor.stamp TO {role}",), True),
        ("", ("GRANT TRUNCATE ON firedoor.stamp TO {role}",), True),
        ("", ("GRANT TRIGGER ON firedoor.stamp TO {role}",), True),
        ("", ("GRANT UPDATE (stamp) ON firedoor.stamp TO {role}",), True),
        ("", ("GRANT pg_write_all_data TO {role}",), True),
        ("", ("GRANT pg_write_server_files TO {role}",), True),
        ("", ("GRANT pg_execute_server_program TO {role}",), True),
        ("", ("GRANT pg_read_all_data TO {role}",), False),
        ("NOINHERIT", ("GRANT postgres TO {role}",), True),
        ("", ("ALTER TABLE firedoor.stamp OWNER TO {role}",), True),
        ("", ("ALTER SCHEMA firedoor OWNER TO {role}",), True),
        ("", ("GRANT UPDATE ON firedoor.stamp TO PUBLIC",), True),
    ],
)
def test_whoever_could_forge_the_stamp_is_told(
    shop: Database, options: str, grants: tuple[str, ...], forgeable: bool
) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    seen = marker.observe(shop.role(options, *grants))
    assert seen == replace(written, forgeable=forgeable)


def test_default_privileges_give_the_stamp_to_nobody(shop: Database) -> None:
    application = shop.role("", "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {role}")
    shop.sql("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC")
    written = marker.write(shop.superuser, stamp(), replacing=None)
    assert marker.observe(application) == replace(written, forgeable=False)


def test_a_new_stamp_leaves_the_rights_as_the_administrator_set_them(shop: Database) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    shop.sql("REVOKE ALL ON firedoor.stamp FROM PUBLIC")
    marker.write(shop.superuser, stamp(), replacing=written.stamp)
    assert marker.observe(shop.role()).unreadable


# Attempts to deceive.


@pytest.mark.parametrize(
    "options",
    [
        "-c search_path=evil,pg_catalog",
        "-c search_path=evil",
        "-c firedoor.stamp=testing",
        "-c row_security=off",
        "-c standard_conforming_strings=off",
        "-c bytea_output=escape",
        "-c xmlbinary=hex",
        "-c default_transaction_read_only=on",
        "-c default_transaction_isolation=serializable",
        "-c client_encoding=latin1",
        "-c enable_seqscan=off",
    ],
)
def test_options_of_the_session_change_nothing(shop: Database, options: str) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    role = shop.role()
    shop.sql(
        "CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC;"
        "CREATE TABLE evil.pg_class (oid oid); CREATE TABLE evil.pg_roles (oid oid); CREATE TABLE evil.stamp (stamp text);"
        "CREATE FUNCTION evil.lie(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false';"
        "CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.lie);"
        "CREATE FUNCTION evil.concat_ws(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$SELECT ''::text$$;"
        "CREATE FUNCTION evil.pg_control_system(OUT system_identifier int8) LANGUAGE sql AS 'SELECT 1::int8'"
    )
    deceived = replace(role, variables={"PGOPTIONS": options})
    assert marker.observe(deceived) == replace(written, forgeable=False)


def test_a_role_taken_by_an_option_still_counts_as_what_it_can_become(shop: Database) -> None:
    written = marker.write(shop.superuser, stamp(), replacing=None)
    reader = shop.role().text.partition("//")[2].partition(":")[0]
    owner = shop.role("", "ALTER TABLE firedoor.stamp OWNER TO {role}", f"GRANT {reader} TO {{role}}")
    seen = marker.observe(replace(owner, variables={"PGOPTIONS": f"-c role={reader}"}))
    assert seen == replace(written, forgeable=True)


def test_the_stamp_of_a_stranger_is_not_written_into(shop: Database) -> None:
    """A table that another role made before us has triggers that would run as us."""
    stranger = shop.role("", f"GRANT CREATE ON DATABASE {shop.name} TO {{role}}")
    migration = shop.role("", f"GRANT CREATE ON DATABASE {shop.name} TO {{role}}")
    name = stranger.text.partition("//")[2].partition(":")[0]
    with psycopg.connect(stranger.text) as connection:
        connection.execute("CREATE SCHEMA firedoor; GRANT ALL ON SCHEMA firedoor TO PUBLIC")
        connection.execute("CREATE TABLE firedoor.stamp (stamp text NOT NULL)")
        connection.execute("GRANT ALL ON firedoor.stamp TO PUBLIC")
        connection.execute(
            "CREATE FUNCTION firedoor.climb() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN EXECUTE 'ALTER ROLE {name} SUPERUSER'; RETURN NEW; END$$"
        )
        connection.execute(
            "CREATE TRIGGER climb BEFORE INSERT ON firedoor.stamp FOR EACH ROW EXECUTE FUNCTION firedoor.climb()"
        )
    assert isinstance(refused(lambda: marker.write(migration, stamp(), replacing=None)), NotAllowed)
    written = marker.write(shop.superuser, stamp(), replacing=None)
    assert shop.sql(f"SELECT rolsuper FROM pg_roles WHERE rolname = '{name}'") == "f"
    assert marker.observe(stranger) == replace(written, forgeable=False)
    assert isinstance(refused(lambda: marker.write(stranger, stamp(), replacing=written.stamp)), NotAllowed)


def test_the_schema_of_a_stranger_is_not_stamped_in(shop: Database) -> None:
    stranger = shop.role("", f"GRANT CREATE ON DATABASE {shop.name} TO {{role}}")
    with psycopg.connect(stranger.text) as connection:
        connection.execute("CREATE SCHEMA firedoor; GRANT ALL ON SCHEMA firedoor TO PUBLIC")
    assert isinstance(refused(lambda: marker.write(shop.owner, stamp(), replacing=None)), NotAllowed)
    written = marker.write(shop.superuser, stamp(), replacing=None)
    assert marker.observe(stranger) == replace(written, forgeable=False)
    with psycopg.connect(stranger.text) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE firedoor.other ()")


def test_a_member_of_the_owning_role_may_stamp_again(shop: Database) -> None:
    group = f"stampers_{shop.name}"
    shop.sql(f"CREATE ROLE {group}; GRANT CREATE ON DATABASE {shop.name} TO {group}")
    first = shop.role("", f"GRANT {group} TO {{role}}")
    second = shop.role("", f"GRANT {group} TO {{role}}")
    written = marker.write(
        replace(first, variables={"PGOPTIONS": f"-c role={group}"}), stamp(), replacing=None
    )
    assert marker.write(second, stamp("staging"), replacing=written.stamp).stamp != written.stamp


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW firedoor.stamp AS SELECT ''::text AS stamp",
        "CREATE TABLE firedoor.stamp (stamp text); ALTER TABLE firedoor.stamp ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE firedoor.stamp (stamp text); INSERT INTO firedoor.stamp VALUES ('')",
        "CREATE TABLE firedoor.stamp (stamp text); INSERT INTO firedoor.stamp VALUES ('{{}}')",
        "CREATE TABLE firedoor.stamp (stamp text); INSERT INTO firedoor.stamp SELECT repeat('x', 100000)",
    ],
)
def test_what_is_no_stamp_is_unreadable_and_not_absent(shop: Database, made: str) -> None:
    before = marker.observe(shop.superuser)
    shop.sql(f"CREATE SCHEMA firedoor; {made}")
    seen = marker.observe(shop.superuser)
    assert seen == replace(before, unreadable=True, forgeable=True)
    assert isinstance(refused(lambda: marker.write(shop.superuser, stamp(), replacing=None)), NotAllowed)


def test_an_empty_table_is_no_stamp(shop: Database) -> None:
    marker.write(shop.owner, stamp(), replacing=None)
    shop.sql("DELETE FROM firedoor.stamp")
    seen = marker.observe(shop.owner)
    assert (seen.stamp, seen.unreadable) == (None, False)
    assert marker.write(shop.owner, stamp(), replacing=None).stamp is not None


# Races and faults.


def test_of_two_stampers_one_wins(shop: Database) -> None:
    results = race(*(lambda: marker.write(shop.owner, stamp(), replacing=None) for _ in range(4)))
    won = [result for result in results if isinstance(result, Observation)]
    lost = [result for result in results if isinstance(result, Overtaken)]
    assert (len(won), len(lost)) == (1, 3)
    assert [error.found for error in lost] == [won[0].stamp] * 3
    assert marker.observe(shop.owner) == won[0]


def test_of_two_stampers_of_different_roles_one_wins_under_any_isolation(shop: Database) -> None:
    strict = replace(shop.owner, variables={"PGOPTIONS": "-c default_transaction_isolation=serializable"})
    first = marker.write(shop.superuser, stamp(), replacing=None)
    shop.sql(f"ALTER TABLE firedoor.stamp OWNER TO {shop.name}; ALTER SCHEMA firedoor OWNER TO {shop.name}")
    results = race(*(lambda: marker.write(strict, stamp("staging"), replacing=first.stamp) for _ in range(3)))
    assert sorted(type(result).__name__ for result in results) == ["Observation", "Overtaken", "Overtaken"]


def test_only_the_expected_stamp_is_replaced(shop: Database) -> None:
    first = marker.write(shop.owner, stamp("staging"), replacing=None)
    for expected in (None, stamp("staging"), replace(first.stamp, by="eve") if first.stamp else None):
        error = refused(partial(marker.write, shop.owner, stamp(), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
    second = marker.write(shop.owner, stamp(), replacing=first.stamp)
    assert second.stamp is not None
    assert (second.stamp.environment, marker.observe(shop.owner)) == ("production", second)


def test_a_clock_that_goes_backwards_does_not_matter(shop: Database) -> None:
    first = marker.write(shop.owner, stamp(time="2026-11-27T06:00:00Z"), replacing=None)
    earlier = stamp(time="1999-12-31T23:59:59Z")
    assert marker.write(shop.owner, earlier, replacing=first.stamp).stamp == earlier.bound_to(shop.bound)


def test_a_reader_with_an_open_transaction_does_not_hold_a_stamp_up(shop: Database) -> None:
    first = marker.write(shop.owner, stamp("staging"), replacing=None)
    with psycopg.connect(shop.url) as reader:
        reader.execute("SELECT * FROM firedoor.stamp")
        assert marker.write(shop.owner, stamp(), replacing=first.stamp).stamp != first.stamp


def test_whoever_keeps_the_lock_is_waited_for_in_bounded_time(shop: Database) -> None:
    with psycopg.connect(shop.url) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(7236567317561)")
        hurried = replace(shop.owner, seconds=0.3)
        assert unreachable(lambda: marker.write(hurried, stamp(), replacing=None)) == told.TIMED_OUT
    assert marker.write(shop.owner, stamp(), replacing=None).stamp is not None


STEPS = (b"BEGIN", b"concat_ws", b"rolsuper THEN", b"LOCK TABLE", b"DELETE", b"INSERT", b"COMMIT")


@pytest.mark.parametrize("step", STEPS)
def test_a_session_that_is_ended_at_any_step_leaves_the_old_stamp(shop: Database, step: bytes) -> None:
    first = marker.write(shop.owner, stamp("staging"), replacing=None)

    def watch(data: bytes) -> None:
        if step in data:
            shop.server.psql(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{shop.name}'"
            )

    with forwarding(shop.server.port, watch) as port:
        place = database(shop.url.replace(f":{shop.server.port}/", f":{port}/") + "?gssencmode=disable")
        reason = unreachable(lambda: marker.write(place, stamp(), replacing=first.stamp), shop.password)
    assert reason == told.BROKEN_OFF
    assert marker.observe(shop.owner) == first
    assert marker.write(shop.owner, stamp(), replacing=first.stamp).stamp != first.stamp


@pytest.mark.parametrize("step", [b"CREATE SCHEMA", b"CREATE TABLE", b"INSERT", b"COMMIT"])
def test_a_session_that_is_ended_during_the_first_stamp_leaves_none(shop: Database, step: bytes) -> None:
    def watch(data: bytes) -> None:
        if step in data:
            shop.server.psql(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{shop.name}'"
            )

    with forwarding(shop.server.port, watch) as port:
        place = database(shop.url.replace(f":{shop.server.port}/", f":{port}/") + "?gssencmode=disable")
        assert unreachable(lambda: marker.write(place, stamp(), replacing=None)) == told.BROKEN_OFF
    assert shop.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'firedoor'") == "0"
    assert marker.write(shop.owner, stamp(), replacing=None).stamp is not None


_STAMPER = """
import sys
from firedoor.stamps import postgresql
from firedoor.stamps.address import Address
from firedoor.stamps.stamp import Stamp, from_text
place = Address("THING", "database", sys.stdin.readline().strip())
mine, before = (from_text(sys.stdin.readline()) for _ in range(2))
postgresql.write(place, mine, replacing=before)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_stamper_that_is_killed_at_any_step_leaves_the_old_stamp_or_the_new(
    shop: Database, step: bytes
) -> None:
    first = marker.write(shop.owner, stamp("staging"), replacing=None)
    assert first.stamp is not None
    mine = stamp()
    killed = threading.Event()

    def watch(data: bytes) -> None:
        if step in data and not killed.is_set():
            stamper.send_signal(signal.SIGKILL)
            stamper.wait()
            killed.set()

    with forwarding(shop.server.port, watch) as port:
        place = shop.url.replace(f":{shop.server.port}/", f":{port}/") + "?gssencmode=disable"
        stamper = subprocess.Popen([sys.executable, "-c", _STAMPER], stdin=subprocess.PIPE, text=True)
        stamper.communicate(f"{place}\n{mine.to_text()}\n{first.stamp.to_text()}\n")
        assert killed.wait(30)
    assert marker.observe(shop.owner).stamp in (first.stamp, mine.bound_to(shop.bound))
    left = marker.observe(shop.owner).stamp
    assert marker.write(shop.owner, stamp("testing"), replacing=left).stamp is not None


def test_a_server_that_is_killed_during_a_stamp_has_the_old_one_afterwards(own: Database) -> None:
    first = marker.write(own.owner, stamp("staging"), replacing=None)
    own.server.psql("CHECKPOINT")

    def watch(data: bytes) -> None:
        if b"INSERT" in data:
            own.server.kill()

    with forwarding(own.server.port, watch) as port:
        place = database(own.url.replace(f":{own.server.port}/", f":{port}/") + "?gssencmode=disable")
        reason = unreachable(lambda: marker.write(place, stamp(), replacing=first.stamp), own.password)
    assert reason == told.BROKEN_OFF
    assert unreachable(lambda: marker.observe(own.owner), own.password) == told.REFUSED
    own.server.start()
    assert marker.observe(own.owner) == first
    assert marker.write(own.owner, stamp(), replacing=first.stamp).stamp != first.stamp


# Refusals, and what they must not tell.


def test_why_a_server_did_not_answer(shop: Database) -> None:
    def reason(url: str, **more: object) -> str:
        return unreachable(lambda: marker.observe(database(url, **more)), "hostile-value", shop.password)

    port = shop.server.port
    assert reason(f"postgresql://u:hostile-value@127.0.0.1:{free_port()}/x") == told.REFUSED
    assert reason("postgresql://u:p@hostile-value.invalid/x") == told.UNKNOWN_HOST
    assert reason("postgresql://u:p@/x?host=/hostile-value") == told.REFUSED
    assert reason(shop.url.replace(shop.password, "hostile-value")) == told.LOGIN_REFUSED
    assert reason(shop.url.rpartition("/")[0] + "/hostile-value") == told.NO_SUCH_THING
    assert reason(shop.url + "?sslmode=require") == told.TLS_FAILED
    assert reason(f"postgresql://u:p@127.0.0.1:{port}/hostile-value%zz") == told.FAILED
    assert reason(f"postgresql://u:p@127.0.0.1:{port}/x?sslmode=hostile-value") == told.FAILED
    assert reason("hostile-value=1 dbname=x") == told.FAILED


def test_a_server_that_says_nothing_is_waited_for_in_bounded_time(shop: Database) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:hostile-value@127.0.0.1:{silent.getsockname()[1]}/x"
        assert (
            unreachable(lambda: marker.observe(database(url, seconds=0.2)), "hostile-value") == told.TIMED_OUT
        )


def test_a_server_that_hangs_after_the_login_is_waited_for_in_bounded_time(shop: Database) -> None:
    asked = threading.Event()
    going_on = threading.Event()

    def watch(data: bytes) -> None:
        if data.startswith(b"Q"):
            asked.set()
            going_on.wait(30)

    with forwarding(shop.server.port, watch) as port:
        place = database(shop.url.replace(f":{shop.server.port}/", f":{port}/"), seconds=0.5)
        assert unreachable(lambda: marker.observe(place), shop.password) == told.TIMED_OUT
        going_on.set()
    assert asked.is_set()


def test_a_statement_that_the_network_takes_in_pieces_is_answered(shop: Database) -> None:
    with libpq.connect(shop.owner) as session:
        assert session.ask(f"SELECT 'x' /* {'x' * 20_000_000} */") == ["x"]


def test_a_connection_that_breaks_off_is_said_to(shop: Database) -> None:
    def broken(start: bytes) -> str:
        def watch(data: bytes) -> None:
            if data.startswith(start):
                raise OSError

        with forwarding(shop.server.port, watch) as port:
            url = (
                shop.url.replace(f":{shop.server.port}/", f":{port}/") + "?gssencmode=disable&sslmode=disable"
            )
            return unreachable(lambda: marker.observe(database(url)), shop.password)

    assert broken(b"p") == told.BROKEN_OFF  # during the login
    assert broken(b"Q") == told.BROKEN_OFF


def test_a_server_without_such_functions_does_not_say_who_it_is(shop: Database) -> None:
    role = shop.role()
    shop.sql("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC")
    assert unreachable(lambda: marker.observe(role)) == told.NOT_SUPPORTED
    assert marker.observe(shop.superuser).identity[-1] == shop.name


def test_without_psycopg_the_extra_is_named(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for call in (
        lambda: marker.observe(shop.owner),
        lambda: marker.write(shop.owner, stamp(), replacing=None),
    ):
        error = refused(call, shop.password)
        assert isinstance(error, ClientMissing)
        assert error.extra == "postgresql"


def test_nothing_is_logged(shop: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        marker.write(shop.owner, stamp(), replacing=None)
        marker.observe(shop.owner)
    assert caplog.records == []
