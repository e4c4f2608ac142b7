"""Hosts: every notation of an address as the system reads it, lists of hosts, escapes."""

from __future__ import annotations

import socket

import pytest

from firedoor.resources import host


@pytest.mark.parametrize(
    "text",
    [
        *("1.2.3.4", "1.2.3.4.5", "1.2.3.4.0", "1.2.3.255", "1.2.3.256", "1.2.3.257", "1.255.0.1", "1.256.3"),
        *("256.1", "255.1", "1.2.65535", "1.2.65536", "1.16777215", "1.16777216", "4294967295", "4294967296"),
        *("4294967297", "0", "00", "0.0", "08", "017", "0o17", "0b1", "0x", "0xg", "0x7f", "0x0x7", "1_0.1"),
        *("", ".", "1.", ".1", "1..2", "-1", "+1", "1 ", "a", "face", "0xface", "127.1", "0177.1", "0x7f.1"),
    ],
)
def test_an_address_is_what_inet_aton_says(text: str) -> None:
    try:
        expected = socket.inet_ntoa(socket.inet_aton(text)) if text.strip() == text else ""
    except OSError:
        expected = ""
    assert host._ipv4(text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "localhost"),
        ("localhost", "localhost"),
        ("LOCALHOST.", "localhost"),
        ("127.0.0.1", "localhost"),
        ("127.1", "localhost"),
        ("0", "localhost"),
        ("0.0.0.0", "localhost"),
        ("[::1]", "localhost"),
        ("::", "localhost"),
        ("[::]", "localhost"),
        ("::ffff:127.0.0.1", "localhost"),
        ("127.0.0.2", "127.0.0.2"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::10.0.0.1", "::10.0.0.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:db8::1::2", "2001:db8::1::2"),
        ("a:\0", "a:\0"),
        ("XDB.Example.COM.\n", "xdb.example.com"),
        ("B\u00fccher.example", "xn--bcher-kva.example"),
        ("b\u00fccher\uff0eexample", "xn--bcher-kva.example"),
        ("b\u00fccher\uff61example", "xn--bcher-kva.example"),
        ("\uff24\uff22", "db"),
        ("STRASSE.example", "strasse.example"),
        ("Stra\u00dfe.example", "strasse.example"),
        ("xn--strae-oqa.example", "strasse.example"),  # what browsers and httpx make of it
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("\u03b2\u03cc\u03bb\u03bf\u03c2.example", "xn--nxasmq6b.example"),
        ("xn--nxasmm1c.example", "xn--nxasmq6b.example"),
        ("xn--.example", "xn--.example"),
        ("xn--zz-.example", "xn--zz-.example"),
        ("xn--999999999", "xn--999999999"),
        ("axn--bcher-kva", "axn--bcher-kva"),
        ("\u00fc" * 60, "\u00fc" * 60),  # longer than a label may be: it stays what it is
        ("d%42", "d%42"),
        ("64:ff9b::7f00:2", "127.0.0.2"),
        ("64:ff9b:1::7f00:2", "64:ff9b:1::7f00:2"),
        (" DB\v", "db"),
    ],
)
def test_one_name_for_each_host(text: str, name: str) -> None:
    assert host.canonical(text) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(("127.0.0.2", True), ("::2", True), ("fe80::1", True)),
        *(
            ("localhost", False),
            ("db", False),
            ("db.example.com", False),
            ("db1", False),
            ("1.2.3.4.5", False),
            ("", False),
        ),
    ],
)
def test_an_address_is_nothing_to_resolve(name: str, expected: bool) -> None:
    assert host.is_address(name) is expected


@pytest.mark.parametrize(
    ("text", "defaults", "number"),
    [
        ("", ("1",), "1"),
        ("", (), ""),
        ("05432", ("1",), "5432"),
        (" +5432 ", (), "5432"),
        ("2", ("1", "2"), "1"),
        ("0", ("1",), "1"),
        ("3", ("1", "2"), "3"),
        ("", ("", "80"), ""),
        ("80", ("", "80"), ""),
    ],
)
def test_one_spelling_of_a_port(text: str, defaults: tuple[str, ...], number: str) -> None:
    assert host.port(text, *defaults) == number


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [("", "")]),
        ("a:1,b,", [("a", "1"), ("b", ""), ("", "")]),
        ("[::1]:5432,[::2],::3", [("::1", "5432"), ("::2", ""), ("::3", "")]),
        ("[::1]x]:1", [("::1", "1")]),
        ("x[::1]", [("::1", "")]),
        ("[::1", [("::1", "")]),
        (":5433", [("", "5433")]),
    ],
)
def test_lists_of_hosts(text: str, places: list[tuple[str, str]]) -> None:
    assert list(host.split(text)) == places


def test_what_is_no_text_at_all_is_no_crash() -> None:
    assert host.unquote("\udcff%41") == "\ufffdA"
    assert host.unquote("%ff%41") == "\ufffdA"
    assert host.unquote("\udcff") == "\udcff"
