"""Single decisions of the readers, each with what only looks so beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import reading, resources
from firedoor.resources import Where, files, host, mysql

if TYPE_CHECKING:
    from pathlib import Path


def owned(kind: str, text: str, **variables: str) -> set[tuple[str, ...]]:
    return set(resources.identities(kind, text, Where("/nowhere", variables)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("64:ff9b::7f00:2", "127.0.0.2"),
        ("64:ff9b::ff:7f00:2", "64:ff9b::ff:7f00:2"),
        ("64:ff9b::1:0:7f00:2", "64:ff9b::1:0:7f00:2"),
        ("::fffe:7f00:2", "::fffe:7f00:2"),
        ("\uff24\uff22\uff0e", "db"),
        ("[\uff24\uff22]", "db"),
        ("\u00fc" * 60 + "\uff0e", "\u00fc" * 60),
        ("face", "face"),
        ("0xfa.example", "0xfa.example"),
    ],
)
def test_one_name_for_each_host(text: str, name: str) -> None:
    assert host.canonical(text) == name
    assert host.canonical(name) == name


def test_digits_of_other_scripts_are_no_address() -> None:
    assert host._ipv4("\u0661.2.3.4") == ""
    assert host._ipv4("1.2.3.4") == "1.2.3.4"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[::1]:1:2", [("::1", "2")]),
        ("[::1]x", [("::1", "")]),
        ("[::1[x]:1", [("::1[x", "1")]),
    ],
)
def test_what_stands_around_brackets(text: str, places: list[tuple[str, str]]) -> None:
    assert list(host.split(text)) == places


def test_a_port_that_is_none() -> None:
    assert (host.port("X1"), host.port("00"), host.port("01X")) == ("X1", "", "1X")


def test_a_socket_may_be_a_link_or_led_to_by_one(tmp_path: Path) -> None:
    real, link, other = tmp_path / "real.sock", tmp_path / "link.sock", tmp_path / "other.sock"
    link.symlink_to(real)
    for path in (real, link):
        for usual in (real, link):
            assert files.socket(str(path), (str(other), str(usual))) == ""
            assert files.socket(f"{path}\0x", (str(usual),)) == ""
        assert files.socket(str(other), (str(path),)) == str(other)
    assert files.socket(str(link), ()) == str(real)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("https://acc.blob.core.windows.net/C/Xa", ("az", "acc", "c", "Xa")),
        ("https://acc.blob.core.windows.net/c//a/", ("az", "acc", "c", "a")),
        ("az://C/a", ("az", "", "c", "a")),
        ("az://key@container/a", ("az", "", "container", "a")),
        ("az://a,b/c", ("az", "", "a,b", "c")),
        ("gs://b/Xa", ("gs", "google", "b", "Xa")),
        ("gs://b//a/", ("gs", "google", "b", "a")),
        ("XAccountName=a;AccountKey=b", ("az", "", "", "")),
        ("AccountName=Acc=x;AccountKey=k==", ("az", "acc=x", "", "")),
        ("X=y; AccountName= Acc ;AccountName", ("az", "acc", "", "")),
    ],
)
def test_buckets_of_others(text: str, identity: tuple[str, ...]) -> None:
    assert owned("bucket", text) == {identity}


@pytest.mark.parametrize(
    ("text", "variables", "identity"),
    [
        ("gs://b", {"STORAGE_EMULATOR_HOST": "LOCALHOST:4443"}, ("gs", "localhost:4443", "b", "")),
        ("gs://b", {"STORAGE_EMULATOR_HOST": "http://h:1"}, ("gs", "h:1", "b", "")),
        ("az://c", {"AZURE_STORAGE_CONNECTION_STRING": "X=y"}, ("az", "", "c", "")),
        (
            "az://c",
            {"AZURE_STORAGE_CONNECTION_STRING": "X=y", "AZURE_STORAGE_ACCOUNT": "Acc"},
            ("az", "acc", "c", ""),
        ),
    ],
)
def test_what_variables_add_to_them(text: str, variables: dict[str, str], identity: tuple[str, ...]) -> None:
    assert owned("bucket", text, **variables) == {identity}


@pytest.mark.parametrize(
    ("kind", "text", "identities"),
    [
        ("queue", "amqp://h/v/w/x", {("amqp", "h", "5672", "v/w/x"), ("amqp", "h", "5672", "v")}),
        ("queue", "amqp://h?vhost=v", {("amqp", "h", "5672", "v")}),
        ("queue", "amqp://h?xhost=v", {("amqp", "h", "5672", "/")}),
        ("database", "mongodb://h/d/", {("mongodb", "h", "27017", "d")}),
        ("database", "mongodb://h/Xd", {("mongodb", "h", "27017", "Xd")}),
        ("database", "mongodb://%2Fx%2F..%2Fm.sock/d", {("mongodb", "/m.sock", "27017", "d")}),
        ("database", "mongodb://h%2F/d", {("mongodb", "h/", "27017", "d")}),
        ("http", "http://h/a/b/../c", {("http", "h", "443", "a/c")}),
        ("http", "http://h/a/../../c", {("http", "h", "443", "c")}),
        ("cache", "1234567", {("name", "1234567")}),
        ("cache", "12345678", {("name", "0.188.97.78")}),
        ("cache", "a,,b", {("name", "a"), ("name", "b")}),
        ("cache", "1 , 2 ", {("name", "1"), ("name", "2")}),
        ("cache", "A:B", {("name", "A:B")}),
        ("cache", "A:1", {("name", "a:1")}),
    ],
)
def test_small_differences(kind: str, text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned(kind, text) == identities


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("mysql://h/d/", {("h", "3306", "d")}),
        ("mysql://h/Xd", {("h", "3306", "xd")}),
        ("mysql://h", {("h", "3306", "")}),
        ("mysql://h/d?host=", {("h", "3306", "d")}),
        ("mysql://h/d?database=", {("h", "3306", "d")}),
        ("mysql://h/d?host=i", {("h", "3306", "d"), ("i", "3306", "d")}),
        ("mysql://h:1/d?host=i", {("h", "1", "d"), ("i", "1", "d")}),
        ("mysql://:1/d?host=i", {("i", "1", "d")}),
        ("mysql://LOCALHOST/d?unix_socket=/a", {("socket", "/a", "d")}),
        ("mysql://127.0.0.1/d?unix_socket=/a", {("localhost", "3306", "d"), ("socket", "/a", "d")}),
        ("mysql://localhost,h/d?unix_socket=/a", {("h", "3306", "d"), ("socket", "/a", "d")}),
        ("mysql:host=h;dbname=d:e", {("h", "3306", "d:e")}),
        ("mysql:host=h;dbname=d=e", {("h", "3306", "d=e")}),
        ("mysql: HOST = h ; dbname = d ;dbname", {("h", "3306", "d")}),
        ("mysql:host=h;port=1", {("h", "1", "")}),
        ("u:p@q@tcp(h)/d", {("h", "3306", "d")}),
        ("u:p@tcp(h)/Xd", {("h", "3306", "xd")}),
        ("u:p@tcp(h)/d(x)", {("h", "3306", "d(x)")}),
        ("u:p@tcp(h(x)/d", {("h(x", "3306", "d")}),
        ("Xu:p@tcp(h:1,i)/", {("h", "1", ""), ("i", "3306", "")}),
        ("u@unix(/a:b,c)/d", {("socket", "/a:b,c", "d")}),
        ("u:p@q@unix(/a:b)/d", {("socket", "/a:b", "d")}),
        ("u@(h)/d", {("h", "3306", "d")}),
    ],
)
def test_mysql(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned("database", text) == {("mysql", *identity) for identity in identities}


OPTIONS = b"""\
host=early
 [ client ] x]
# host=never
;host=never
 HOST = 'h'
User_Name="u"
pass=a=b
x=Xv
tail=x;
bad=\xff
[other]
host=no
"""


def test_an_option_file(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return OPTIONS

    monkeypatch.setattr(reading, "read_bytes", read)
    monkeypatch.setenv("HOME", "/home/x")
    client = {"host": "h", "user-name": "u", "pass": "a=b", "x": "Xv", "tail": "x;", "bad": "\ufffd"}
    where = Where("/root")
    assert mysql._defaults({}, where) == {}
    assert mysql._defaults({"read_default_group": "other"}, where) == {"host": "no"}
    assert mysql._defaults({"read_default_file": "my.cnf"}, where) == client
    assert mysql._defaults({"read_default_file": "~/my.cnf", "read_default_group": "none"}, where) == {}
    assert asked == ["/etc/my.cnf", "/root/my.cnf", "/home/x/my.cnf"]


def test_an_option_file_s_socket_is_for_no_other_host(tmp_path: Path) -> None:
    (tmp_path / "my.cnf").write_text("[client]\nsocket=/a\nport=7\n")
    where = Where(str(tmp_path))
    for text, identity in (
        ("mysql://h/d?read_default_file=my.cnf", ("mysql", "h", "7", "d")),
        ("mysql:///d?read_default_file=my.cnf", ("mysql", "socket", "/a", "d")),
    ):
        assert resources.identities("database", text, where) == {identity}
