"""Commands of Redis that destroy, beside those that do not."""

from __future__ import annotations

import pytest

from firedoor.destruction import Finding, redis


def server(act: str, kind: str = "truncate") -> tuple[Finding, ...]:
    return (Finding(act, kind, whole=True),)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("FLUSHALL",), server("FLUSHALL")),
        (("flushall", "ASYNC"), server("FLUSHALL")),
        ((b"FlushDB",), (Finding("FLUSHDB", "truncate"),)),
        ((memoryview(b"FLUSHDB"), "SYNC"), (Finding("FLUSHDB", "truncate"),)),
        (("REPLICAOF", "db.example.org", 6379), server("REPLICAOF")),
        (("SLAVEOF", "db.example.org", 6379), server("REPLICAOF")),
        (("REPLICAOF", "no", "two"), server("REPLICAOF")),
        (("SWAPDB", 1, 2), server("SWAPDB")),
        (("SHUTDOWN", "nosave"), server("SHUTDOWN NOSAVE")),
        (("CLUSTER RESET", "HARD"), server("CLUSTER RESET")),
        (("CLUSTER", "reset"), server("CLUSTER RESET")),
        (("function", "flush"), server("FUNCTION FLUSH", "drop-table")),
        (("EVAL_RO", "redis.call('flushall')", 0), (Finding("EVAL_RO of a program", "unreadable"),)),
        (("script", "load", "redis.call('flushall')"), (Finding("SCRIPT of a program", "unreadable"),)),
        (("ft.dropindex", "idx", "dd"), (Finding("FT.DROPINDEX with its documents", "drop-table"),)),
        (("ft.drop", "idx"), (Finding("FT.DROPINDEX with its documents", "drop-table"),)),
        (("FUNCTION FLUSH",), server("FUNCTION FLUSH", "drop-table")),
        (("FUNCTION", "DELETE", "lib"), server("FUNCTION DELETE", "drop-table")),
        (("FUNCTION", "RESTORE", b"x", "FLUSH"), server("FUNCTION RESTORE", "drop-table")),
        (("EVAL", "redis.call('FlushAll')", 0), (Finding("EVAL of a program", "unreadable"),)),
        (("EVAL", b'redis.call("flushdb")', 0), (Finding("EVAL of a program", "unreadable"),)),
        (("EVAL", "loadstring(x)()", 0), (Finding("EVAL of a program", "unreadable"),)),
        (("SCRIPT LOAD", "redis.call('flushall')"), (Finding("SCRIPT of a program", "unreadable"),)),
        (
            ("SCRIPT", "LOAD", "redis.pcall('replicaof', 'x', 1)"),
            (Finding("SCRIPT of a program", "unreadable"),),
        ),
        (
            ("FUNCTION", "LOAD", "REPLACE", "redis.call('flushall')"),
            (Finding("FUNCTION of a program", "unreadable"),),
        ),
        (("FT.DROPINDEX", "idx", "DD"), (Finding("FT.DROPINDEX with its documents", "drop-table"),)),
        (("FT.DROP", "idx"), (Finding("FT.DROPINDEX with its documents", "drop-table"),)),
    ],
)
def test_destructive(arguments: tuple[object, ...], found: tuple[Finding, ...]) -> None:
    assert redis.findings(arguments) == found


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("",),
        ("DEL", "flushall"),
        ("SET", "a", "FLUSHALL"),
        ("REPLICAOF", "no", "One"),
        ("SHUTDOWN",),
        ("SHUTDOWN", "SAVE"),
        ("CLUSTER", "INFO"),
        ("CLUSTER",),
        ("FUNCTION", "LIST"),
        ("EVAL", "return redis.call('get', KEYS[1])", 1, "a"),
        ("EVALSHA", "abc", 0),
        ("SCRIPT", "FLUSH"),
        ("SCRIPT", "EXISTS", "flushall"),
        ("FT.DROPINDEX", "idx"),
        ("FT.DROPINDEX", "DD"),
        ("EVAL", "return 1", 1, "a", "b", "flushall"),
    ],
)
def test_harmless(arguments: tuple[object, ...]) -> None:
    assert redis.findings(arguments) == ()


def test_the_names_are_those_that_are_judged() -> None:
    assert {"FLUSHALL", "FLUSHDB", "EVAL", "SHUTDOWN"} <= redis.NAMES
    assert not {"GET", "DEL"} & redis.NAMES
