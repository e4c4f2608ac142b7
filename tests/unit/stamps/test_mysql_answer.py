"""What a MySQL or MariaDB server's answer means."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from firedoor.stamps.mysql_answer import Answer
from firedoor.stamps.observation import Observation
from support.stamping import stamp

UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562"


def encoded(text: str) -> str:
    return "x" + text.encode().hex().upper()


def mysql(mark: str = "-", forgeable: str = "n", *, uuid: str = UUID, schema: str = "shop") -> Answer:
    return Answer(f"mysql {uuid} {encoded(schema)} {mark} - {forgeable}")


def mariadb(
    mark: str = "-",
    forgeable: str = "n",
    *,
    place: str = "host 3306 /data/ uid",
    born: str = "1795",
    schema: str = "shop",
) -> Answer:
    return Answer(f"mariadb {encoded(place)} {encoded(schema)} {mark} {born} {forgeable}")


def digest(place: str = "host 3306 /data/ uid") -> str:
    return sha256(encoded(place).encode()).hexdigest()[:32]


def test_mysql_has_an_identity() -> None:
    assert mysql(forgeable="y").observation() == Observation(
        identity=("mysql", UUID, "shop"), server=("mysql", UUID), bound=f"mysql:{UUID}:shop"
    )
    assert not mysql().is_stamped


def test_mariadb_is_known_by_a_digest_of_its_traits() -> None:
    assert mariadb(schema="shöp").observation() == Observation(
        identity=("mysql", digest(), "shöp"),
        server=("mysql", digest()),
        bound=f"mariadb:{digest()}:1795:shöp",
    )


def test_a_stamp_is_read() -> None:
    mine = stamp().bound_to(f"mysql:{UUID}:shop")
    seen = mysql(encoded(mine.to_text()), "y").observation()
    assert seen == replace(mysql().observation(), stamp=mine, forgeable=True)
    assert not seen.is_copy
    assert not mysql(encoded(mine.to_text())).observation().forgeable


@pytest.mark.parametrize("mark", ["x", encoded("{}"), encoded("mine"), "xFF"])
def test_another_comment_is_unreadable(mark: str) -> None:
    seen = mysql(mark).observation()
    assert (seen.stamp, seen.unreadable) == (None, True)


def test_mysql_holds_only_its_own_binding() -> None:
    assert mysql().holds(f"mysql:{UUID}:shop")
    assert not mysql().holds(f"mariadb:{UUID}:1:shop")
    assert not mysql().holds("mysql:other:shop")
    assert not mariadb(place="x").holds(f"mysql:{digest('x')}:1795:shop")


@pytest.mark.parametrize(("uuid", "schema"), [("other", "shop"), (UUID, "copy")])
def test_a_stamp_of_another_mysql_server_or_schema_is_a_copy(uuid: str, schema: str) -> None:
    text = encoded(stamp().bound_to(f"mysql:{UUID}:shop").to_text())
    seen = mysql(text, uuid=uuid, schema=schema).observation()
    assert seen.is_copy
    assert seen.bound == f"mysql:{uuid}:{schema}"


@pytest.mark.parametrize(
    ("place", "born", "schema", "copy"),
    [
        ("host 3306 /data/ uid", "1795", "shop", False),
        ("container 3306 /data/ uid", "1795", "shop", False),  # a container that was made anew, with its data
        (
            "host 3306 /data/ uid",
            "1800",
            "shop",
            False,
        ),  # its own backup, its files handed to another account
        ("other 3306 /data/ uid", "1800", "shop", True),
        ("other 3306 /data/ uid", "-", "shop", True),
        ("host 3306 /data/ uid", "1795", "copy", True),
    ],
)
def test_only_a_copy_changes_both_halves_of_mariadbs_binding(
    place: str, born: str, schema: str, copy: bool
) -> None:
    bound = f"mariadb:{digest()}:1795:shop"
    text = encoded(stamp().bound_to(bound).to_text())
    seen = mariadb(text, place=place, born=born, schema=schema).observation()
    assert seen.is_copy is copy
    assert seen.bound == (f"mariadb:{digest(place)}:{born}:{schema}" if copy else bound)


def test_a_missing_birth_is_nobodys() -> None:
    assert not mariadb(born="-", place="other").holds(f"mariadb:{digest()}:-:shop")
    assert mariadb(born="-").holds(f"mariadb:{digest()}:-:shop")


@pytest.mark.parametrize(
    "bound", ["", "mysql", f"mysql:{digest()}:1795:shop", f"mariadb:{digest()}", "mariadb:::"]
)
def test_a_binding_of_another_shape_is_not_held(bound: str) -> None:
    assert not mariadb().holds(bound)
    assert not mysql().holds(bound)


def test_a_schema_may_have_any_name() -> None:
    assert mariadb(schema="a:b").holds(mariadb(schema="a:b").bound)


@pytest.mark.parametrize("text", ["", "mysql", "mysql u x - -", "mysql u x - - n more"])
def test_what_is_no_answer_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        Answer(text)
