"""Stamps in MariaDB, tried on real servers: each refusal beside the twin that passes."""

# ruff: noqa: S608 - statements of made-up names

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import pymysql
import pytest

from firedoor.stamps import marker as marker_of
from firedoor.stamps import mysql as marker
from firedoor.stamps import observation as told
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Overtaken
from support.forwarder import forwarding
from support.mariadb import running_mariadb
from support.ports import free_port
from support.stamping import address, race, refused, stamp, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firedoor.stamps.address import Address
    from support.mariadb import MariadbServer

pytestmark = pytest.mark.real

_numbers = count()


class Schema:
    """A schema of one test, with the address of its owner."""

    def __init__(self, server: MariadbServer) -> None:
        self.server = server
        self.name = f"shop_{next(_numbers)}"
        self.url = server.create_database(self.name)
        self.password = self.url.split(":")[2].partition("@")[0]
        self.owner = database(self.url)

    def user(self, *grants: str) -> Address:
        """The address of a new user with these grants; ``{schema}`` and ``{user}`` are filled in."""
        filled = [grant.replace("{schema}", self.name) for grant in grants]
        return database(self.server.create_user(self.name, f"user_{next(_numbers)}", *filled))

    def through(self, port: int, **more: Any) -> Address:
        return database(self.url.replace(f":{self.server.port}/", f":{port}/"), **more)

    def comment(self) -> str:
        return self.server.sql(
            f"SELECT table_comment FROM information_schema.tables WHERE table_schema = '{self.name}'"
            " AND table_name = 'firedoor_stamp'"
        )


def database(url: str, **more: Any) -> Address:
    return address("database", url, **more)


@pytest.fixture
def shop(mariadb_server: MariadbServer) -> Schema:
    return Schema(mariadb_server)


@pytest.fixture
def own() -> Iterator[Schema]:
    """A schema of a server that the test may stop."""
    with running_mariadb() as server:
        yield Schema(server)


READ = "GRANT SELECT ON {schema}.* TO {user}"
WRITE_DATA = "GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.* TO {user}"


def test_a_schema_says_who_it_is_and_has_no_stamp(shop: Schema) -> None:
    seen = marker.observe(shop.owner)
    kind, server, schema = seen.identity
    assert (kind, schema, len(server)) == ("mysql", shop.name, 32)
    assert seen == Observation(
        identity=("mysql", server, shop.name),
        server=("mysql", server),
        bound=f"mariadb:{server}:-:{shop.name}",
    )
    assert shop.server.host not in repr(seen)


def test_a_stamp_is_there_afterwards(shop: Schema) -> None:
    mine = stamp(by='"ada" o\'neil \\ é')
    before = marker.observe(shop.owner)
    written = marker.write(shop.owner, mine, replacing=None)
    born = shop.server.sql(
        "SELECT unix_timestamp(create_time) FROM information_schema.tables"
        f" WHERE table_schema = '{shop.name}' AND table_name = 'firedoor_birth'"
    )
    bound = f"mariadb:{before.identity[1]}:{born}:{shop.name}"
    assert written == replace(before, stamp=mine.bound_to(bound), bound=bound, forgeable=True)
    assert marker.observe(shop.owner) == written
    assert not written.is_copy


@pytest.mark.parametrize(
    "spelled",
    [
        "mysql://{user}:{password}@127.0.0.1:{port}/{name}",
        "mariadb+pymysql://{user}:{password}@localhost:{port}/{name}?charset=utf8mb4",
        "mysql+aiomysql://{user}:{password}@127.0.0.1:{port}/{name}",
        "jdbc:mysql://127.0.0.1:{port}/{name}?user={user}&password={password}",
        "mysql+pymysql://{user}:{password}@nowhere.invalid/{name}?unix_socket={socket}",
        # what SQLAlchemy and Django hand on beside the URL is where they go, whatever the URL says
        "mysql+pymysql://{user}:{password}@nowhere.invalid:1/mysql?host=127.0.0.1&port={port}&database={name}",
        "mysql+pymysql://{user}:{password}@127.0.0.1:{port}/mysql?db={name}",
    ],
)
def test_every_spelling_leads_to_the_same_identity(shop: Schema, spelled: str) -> None:
    shop.server.sql(f"CREATE USER IF NOT EXISTS '{shop.name}'@'localhost' IDENTIFIED BY '{shop.password}'")
    shop.server.sql(f"GRANT ALL ON {shop.name}.* TO '{shop.name}'@'localhost'")
    place = database(
        spelled.format(
            user=shop.name,
            password=shop.password,
            port=shop.server.port,
            name=shop.name,
            socket=shop.server.folder / "s",
        )
    )
    assert marker_of(place) is marker
    assert marker.observe(place) == marker.observe(shop.owner)


def test_what_an_option_file_adds_is_asked(shop: Schema, tmp_path: Path) -> None:
    """PyMySQL reads it for the application, and so it does for us: the host, the schema and the login."""
    file = tmp_path / "my.cnf"
    login = f"user={shop.name}\npassword={shop.password}\n"
    file.write_text(f"[client]\nhost=127.0.0.1\nport={shop.server.port}\ndatabase={shop.name}\n{login}")
    there = database(f"mysql+pymysql:///?read_default_file={file}")
    assert marker.observe(there) == marker.observe(shop.owner)
    file.write_text(f"[client]\nhost=127.0.0.1\nport={shop.server.port}\n{login}")
    assert (
        unreachable(lambda: marker.observe(there), shop.password) == told.NOT_ONE
    )  # nothing could hold a stamp


def test_a_forwarder_hides_the_address_and_not_the_server(
    shop: Schema, other_mariadb_server: MariadbServer
) -> None:
    twin = Schema(other_mariadb_server)
    with forwarding(shop.server.port) as port, forwarding(twin.server.port) as other_port:
        assert marker.observe(shop.through(port)) == marker.observe(shop.owner)
        assert marker.observe(twin.through(other_port)).server != marker.observe(shop.owner).server


def test_it_is_one_round_trip_after_the_login(shop: Schema) -> None:
    marker.write(shop.owner, stamp(), replacing=None)
    asked: list[bytes] = []
    with forwarding(shop.server.port, asked.append) as port:
        marker.observe(shop.through(port))
    statements = [piece[5:] for piece in asked if piece[4:5] == b"\x03" and not piece[5:].startswith(b"SET ")]
    assert len(statements) == 1  # PyMySQL itself sets names
    assert b"TABLE_COMMENT" in statements[0]


# Copies.


def test_a_dump_restored_into_another_schema_is_a_copy(shop: Schema) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    development = Schema(shop.server)
    shop.server.restore(development.name, shop.server.dump(shop.name))
    copy = marker.observe(development.owner)
    assert (copy.stamp, copy.is_copy) == (original.stamp, True)
    assert not marker.observe(shop.owner).is_copy


def test_a_dump_restored_into_another_server_under_the_same_name_is_a_copy(
    shop: Schema, other_mariadb_server: MariadbServer
) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    dump = shop.server.dump(shop.name)
    threading.Event().wait(1.1)  # when a table was made is known to the second
    owner = database(other_mariadb_server.create_database(shop.name))
    other_mariadb_server.restore(shop.name, dump)
    copy = marker.observe(owner)
    assert (copy.stamp, copy.is_copy) == (original.stamp, True)
    assert not marker.observe(shop.owner).is_copy


def test_a_backup_restored_in_its_own_place_is_no_copy(shop: Schema) -> None:
    original = marker.write(shop.owner, stamp(), replacing=None)
    dump = shop.server.dump(shop.name)
    threading.Event().wait(1.1)
    shop.server.restore(shop.name, dump)
    again = marker.observe(shop.owner)
    assert (again.stamp, again.is_copy) == (original.stamp, False)


def test_stagings_stamp_restored_over_productions_shows(shop: Schema) -> None:
    marker.write(shop.owner, stamp("production"), replacing=None)
    staging = Schema(shop.server)
    marker.write(staging.owner, stamp("staging"), replacing=None)
    shop.server.restore(shop.name, shop.server.dump(staging.name))
    seen = marker.observe(shop.owner)
    assert seen.stamp is not None
    assert (seen.stamp.environment, seen.is_copy) == ("staging", True)


# Who may do what.


@pytest.mark.parametrize(
    ("grants", "forgeable"),
    [
        ((READ,), False),
        ((WRITE_DATA,), False),
        (
            (
                "GRANT SELECT ON {schema}.firedoor_stamp TO {user}",
                "GRANT SELECT ON {schema}.firedoor_birth TO {user}",
            ),
            False,
        ),
        (("GRANT CREATE, INDEX, CREATE VIEW, TRIGGER ON {schema}.* TO {user}",), False),
        (("GRANT ALL ON {schema}.* TO {user}",), True),
        (("GRANT SELECT, ALTER ON {schema}.* TO {user}",), True),
        (("GRANT SELECT, DROP ON {schema}.* TO {user}",), True),
        (("GRANT SELECT ON {schema}.* TO {user}", "GRANT ALTER ON {schema}.firedoor_stamp TO {user}"), True),
        (("GRANT ALL ON *.* TO {user}",), True),
        (("GRANT ALL ON `shop%`.* TO {user}",), True),
        ((READ, "GRANT SUPER ON *.* TO {user}"), True),
        ((READ, "GRANT CREATE USER ON *.* TO {user}"), True),
        ((READ, "CREATE OR REPLACE ROLE {schema}_role", "GRANT {schema}_role TO {user}"), True),
    ],
)
def test_whoever_could_forge_the_stamp_is_told(
    shop: Schema, grants: tuple[str, ...], forgeable: bool
) -> None:
    written = marker.write(shop.owner, stamp(), replacing=None)
    assert marker.observe(shop.user(*grants)) == replace(written, forgeable=forgeable)


def test_the_least_that_an_application_needs_is_what_grants_say(shop: Schema) -> None:
    granted = [
        text.replace("<database>", "{schema}").replace("<application role>", "{user}").rstrip(";")
        for text in marker.grants(shop.owner)
    ]
    written = marker.write(shop.owner, stamp(), replacing=None)
    assert marker.observe(shop.user(*granted[1:3])) == replace(written, forgeable=False)


def test_whoever_has_no_right_to_the_table_does_not_see_it(shop: Schema) -> None:
    """MariaDB does not tell a table that one may not read from one that is not there."""
    marker.write(shop.owner, stamp(), replacing=None)
    shop.server.sql("CREATE TABLE t (a INT)", database=shop.name)
    seen = marker.observe(shop.user("GRANT SELECT ON {schema}.t TO {user}"))
    assert (seen.stamp, seen.unreadable) == (None, False)


def test_whoever_may_write_all_data_cannot_put_another_stamp_in(shop: Schema) -> None:
    written = marker.write(shop.owner, stamp(), replacing=None)
    application = shop.user(WRITE_DATA)
    error = refused(lambda: marker.write(application, stamp("testing"), replacing=written.stamp))
    assert isinstance(error, NotAllowed)
    name, password = application.text.partition("//")[2].partition("@")[0].split(":")
    connection = pymysql.connect(
        host="127.0.0.1",
        port=shop.server.port,
        user=name,
        password=password,
        database=shop.name,
        autocommit=True,
    )
    with connection.cursor() as cursor:
        for attempt in (
            "ALTER TABLE firedoor_stamp COMMENT = ''",
            "DROP TABLE firedoor_stamp",
            "RENAME TABLE firedoor_stamp TO elsewhere",
            "CREATE OR REPLACE TABLE firedoor_stamp (nothing INT) COMMENT = ''",
            "TRUNCATE firedoor_stamp",
        ):
            with pytest.raises(pymysql.err.OperationalError) as caught:
                cursor.execute(attempt)
            assert caught.value.args[0] == 1142
        cursor.execute(
            "INSERT INTO firedoor_stamp VALUES (1)"
        )  # the control: this may be written, and says nothing
    connection.close()
    assert marker.observe(shop.owner) == written


def test_the_control_an_administrator_can_still_do_all_of_it(shop: Schema) -> None:
    written = marker.write(shop.owner, stamp(), replacing=None)
    forged = stamp("testing").bound_to(written.bound)
    shop.server.sql(f"ALTER TABLE firedoor_stamp COMMENT = '{forged.to_text()}'", database=shop.name)
    assert marker.observe(shop.owner).stamp == forged


def test_a_comment_that_is_no_stamp_is_unreadable_and_not_absent(shop: Schema) -> None:
    shop.server.sql("CREATE TABLE firedoor_stamp (nothing INT) COMMENT = 'mine'", database=shop.name)
    seen = marker.observe(shop.owner)
    assert (seen.stamp, seen.unreadable, seen.forgeable) == (None, True, True)
    assert isinstance(refused(lambda: marker.write(shop.owner, stamp(), replacing=None)), NotAllowed)


def test_a_stamp_that_is_too_long_for_a_comment_is_not_written(shop: Schema) -> None:
    assert unreachable(lambda: marker.write(shop.owner, stamp(by="a" * 2048), replacing=None)) == told.FAILED
    assert marker.observe(shop.owner).stamp is None


# Races and faults.


def test_of_two_stampers_one_wins(shop: Schema) -> None:
    results = race(*(lambda: marker.write(shop.owner, stamp(), replacing=None) for _ in range(4)))
    won = [result for result in results if isinstance(result, Observation)]
    lost = [result for result in results if isinstance(result, Overtaken)]
    assert (len(won), len(lost)) == (1, 3)
    assert [error.found for error in lost] == [won[0].stamp] * 3
    assert marker.observe(shop.owner) == won[0]


def test_only_the_expected_stamp_is_replaced(shop: Schema) -> None:
    first = marker.write(shop.owner, stamp("staging"), replacing=None)
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, shop.owner, stamp(), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
    second = marker.write(shop.owner, stamp(), replacing=first.stamp)
    assert second.stamp is not None
    assert (second.stamp.environment, second.bound, marker.observe(shop.owner)) == (
        "production",
        first.bound,
        second,
    )


def test_whoever_keeps_the_lock_is_waited_for_in_bounded_time(shop: Schema) -> None:
    name, password = shop.name, shop.password
    holder = pymysql.connect(host="127.0.0.1", port=shop.server.port, user=name, password=password)
    with holder.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK('firedoor_stamp', 1)")
        hurried = replace(shop.owner, seconds=1.0)
        assert unreachable(lambda: marker.write(hurried, stamp(), replacing=None)) == told.TIMED_OUT
    holder.close()
    assert marker.write(shop.owner, stamp(), replacing=None).stamp is not None


STEPS = (b"GET_LOCK", b"TABLE_COMMENT", b"sql_mode", b"CREATE TABLE", b"ALTER TABLE")


@pytest.mark.parametrize("step", STEPS)
def test_a_session_that_is_ended_at_any_step_leaves_the_old_stamp(shop: Schema, step: bytes) -> None:
    first = marker.write(shop.owner, stamp("staging"), replacing=None)

    def watch(data: bytes) -> None:
        if step in data:
            shop.server.sql(f"KILL USER '{shop.name}'")

    with forwarding(shop.server.port, watch) as port:
        place = shop.through(port)
        reason = unreachable(lambda: marker.write(place, stamp(), replacing=first.stamp), shop.password)
    assert reason == told.BROKEN_OFF
    assert marker.observe(shop.owner) == first
    assert marker.write(shop.owner, stamp(), replacing=first.stamp).stamp != first.stamp


_STAMPER = """
import sys
from firedoor.stamps import mysql
from firedoor.stamps.address import Address
from firedoor.stamps.stamp import from_text
place = Address("THING", "database", sys.stdin.readline().strip())
mine, before = (from_text(sys.stdin.readline()) for _ in range(2))
mysql.write(place, mine, replacing=before)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_stamper_that_is_killed_at_any_step_leaves_the_old_stamp_or_the_new(
    shop: Schema, step: bytes
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
        stamper = subprocess.Popen([sys.executable, "-c", _STAMPER], stdin=subprocess.PIPE, text=True)
        stamper.communicate(f"{shop.through(port).text}\n{mine.to_text()}\n{first.stamp.to_text()}\n")
        assert killed.wait(30)
    left = marker.observe(shop.owner).stamp
    assert left in (first.stamp, mine.bound_to(first.bound))
    with suppress(Overtaken):  # the statement was on its way, and the server may finish it meanwhile
        marker.write(shop.owner, stamp("testing"), replacing=left)
    settled = marker.observe(shop.owner).stamp
    assert marker.write(shop.owner, stamp("testing"), replacing=settled).stamp is not None


def test_a_server_that_is_killed_during_a_stamp_has_the_old_one_afterwards(own: Schema) -> None:
    first = marker.write(own.owner, stamp("staging"), replacing=None)
    mine = stamp()

    def watch(data: bytes) -> None:
        if b"ALTER TABLE" in data:
            own.server.kill()

    with forwarding(own.server.port, watch) as port:
        place = own.through(port)
        reason = unreachable(lambda: marker.write(place, mine, replacing=first.stamp), own.password)
    assert reason == told.BROKEN_OFF
    assert unreachable(lambda: marker.observe(own.owner), own.password) == told.REFUSED
    own.server.start()
    assert marker.observe(own.owner) == first


def test_a_restart_changes_nothing(own: Schema) -> None:
    first = marker.write(own.owner, stamp(), replacing=None)
    own.server.kill()
    own.server.start()
    assert marker.observe(own.owner) == first


# Refusals, and what they must not tell.


def test_why_a_server_did_not_answer(shop: Schema) -> None:
    def reason(url: str, **more: Any) -> str:
        return unreachable(lambda: marker.observe(database(url, **more)), "hostile-value", shop.password)

    assert reason(f"mysql://u:hostile-value@127.0.0.1:{free_port()}/x") == told.REFUSED
    assert reason("mysql://u:p@hostile-value.invalid/x") == told.UNKNOWN_HOST
    assert reason(shop.url.replace(shop.password, "hostile-value")) == told.LOGIN_REFUSED
    assert (
        reason(shop.url.rpartition("/")[0] + "/hostile_value") == told.LOGIN_REFUSED
    )  # no right to see that
    assert reason(shop.url.rpartition("/")[0]) == told.NOT_ONE
    assert reason("mysql://u:p@127.0.0.1:hostile-value/x") == told.FAILED
    assert reason("hostile-value") == told.FAILED
    assert reason(shop.url + "?ssl_ca=/hostile-value.pem") == told.TLS_FAILED


def test_a_schema_that_is_not_there_is_said_to_be(shop: Schema) -> None:
    user = shop.user("GRANT ALL ON *.* TO {user}")
    gone = replace(user, text=user.text.rpartition("/")[0] + "/gone")
    assert unreachable(lambda: marker.observe(gone)) == told.NO_SUCH_THING
    assert marker.observe(user).identity[-1] == shop.name


def test_a_server_that_says_nothing_is_waited_for_in_bounded_time() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"mysql://u:hostile-value@127.0.0.1:{silent.getsockname()[1]}/x"
        assert (
            unreachable(lambda: marker.observe(database(url, seconds=0.2)), "hostile-value") == told.TIMED_OUT
        )


def test_without_pymysql_the_extra_is_named(shop: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    for call in (
        lambda: marker.observe(shop.owner),
        lambda: marker.write(shop.owner, stamp(), replacing=None),
    ):
        error = refused(call, shop.password)
        assert isinstance(error, ClientMissing)
        assert error.extra == "mysql"
