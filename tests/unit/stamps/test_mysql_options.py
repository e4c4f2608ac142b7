"""Addresses of MySQL in every spelling, as PyMySQL's arguments."""

from __future__ import annotations

import os
from typing import Any

import pytest

from firedoor.stamps.mysql_options import options
from support.stamping import address

WHOLE = {"host": "h", "port": 3307, "user": "u", "password": "p", "database": "d"}


def read(text: str) -> dict[str, Any]:
    return dict(options(address("database", text)))


@pytest.mark.parametrize(
    "text",
    [
        "mysql://u:p@h:3307/d",
        " mysql+pymysql://u:p@h:3307/d?charset=utf8mb4 ",
        "mariadb+mariadbconnector://%75:%70@%68:3307/%64",
        "jdbc:mysql://h:3307/d?user=u&password=p&useSSL=false",
        "mysql://h:3307/d?username=u&password=%70",
        "mysql://u:p@h:3307,other:1/d",
        "mysql+pymysql://u:p@x:1/y?host=h&port=3307&database=d",  # SQLAlchemy hands these on, and they count
        "mysql+mysqldb://u:p@h:3307/y?db=d",
    ],
)
def test_every_spelling_means_the_same(text: str) -> None:
    assert read(text) == WHOLE


def test_what_is_written_may_hold_what_separates() -> None:
    assert read("mysql://h/d?password=a=b&user=c://d") == {
        "host": "h",
        "port": 3306,
        "user": "c://d",
        "password": "a=b",
        "database": "d",
    }
    assert read("mysql://u:a:b@h/d\n")["password"] == "a:b"
    assert read("mysql://u@h/d\n")["database"] == "d"


def test_what_is_not_said_is_left_out() -> None:
    assert read("mysql://") == {"host": "localhost", "port": 3306}
    assert read("mysql://h") == {"host": "h", "port": 3306}
    assert read("mysql://u@h/?ssl_ca=&user=") == {"host": "h", "port": 3306, "user": "u"}


def test_an_address_of_version_6_stands_in_brackets() -> None:
    assert read("mysql://[::1]:3307/d") == {"host": "::1", "port": 3307, "database": "d"}
    with pytest.raises(ValueError, match="invalid literal"):
        read("mysql://[::1]x]:3307/d")
    assert read("mysql://[::1]/d") == {"host": "::1", "port": 3306, "database": "d"}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ssl_ca", "ssl_ca"),
        ("ssl-ca", "ssl_ca"),
        ("ssl_cert", "ssl_cert"),
        ("ssl-cert", "ssl_cert"),
        ("ssl_key", "ssl_key"),
        ("ssl-key", "ssl_key"),
        ("unix_socket", "unix_socket"),
        ("socket", "unix_socket"),
    ],
)
def test_files_are_passed_on(key: str, name: str) -> None:
    assert read(f"mysql://h/d?{key}=%2Ff") == {"host": "h", "port": 3306, "database": "d", name: "/f"}


def test_what_an_option_file_says_is_left_to_the_client_library() -> None:
    assert read("mysql://u@/?read_default_file=my.cnf") == {
        "user": "u",
        "read_default_file": os.path.join(address("database", "").root, "my.cnf"),
    }
    assert read("mysql://h:1/d?read_default_file=%2Fetc%2Fa.cnf&read_default_group=g") == {
        "host": "h",
        "port": 1,
        "database": "d",
        "read_default_file": "/etc/a.cnf",
        "read_default_group": "g",
    }
    assert read("mysql:///d?read_default_group=g") == {"database": "d", "read_default_group": "g"}
    assert read("mysql:///d?read_default_file=") == {"host": "localhost", "port": 3306, "database": "d"}


@pytest.mark.parametrize("text", ["", "h/d", "mysql:h", "mysql://h:x/d"])
def test_what_is_no_address_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"^no URL$|invalid literal"):
        read(text)


def test_an_option_file_is_found_from_the_projects_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    for written, found in (
        ("my.cnf", "/shop/my.cnf"),
        ("/etc/my.cnf", "/etc/my.cnf"),
        ("~/my.cnf", "/home/ada/my.cnf"),
    ):
        place = address("database", f"mysql://u@/d?read_default_file={written}", root="/shop")
        assert dict(options(place))["read_default_file"] == found
