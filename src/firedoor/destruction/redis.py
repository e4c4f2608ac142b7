"""Which commands of Redis take away what nothing else holds. A key that is deleted by its name is the application's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.destruction.finding import Finding, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# In a script's text, in any case and quoting: commands that a script may give.
_IN_SCRIPTS = ("flushall", "flushdb", "replicaof", "slaveof", "loadstring", "load(")
_STANDALONE = ("NO", "ONE")


def findings(arguments: Sequence[object]) -> tuple[Finding, ...]:
    """What the command with its arguments destroys. Names may be texts or bytes, of any case, two words in one."""
    words = [_text(one) for one in arguments[:3]]
    words = [*words[0].split(), *words[1:]] if words and words[0].strip() else [""]
    judge = _COMMANDS.get(words[0].upper())
    return () if judge is None else judge(words, arguments)


def _text(argument: object) -> str:
    if isinstance(argument, (bytes, bytearray, memoryview)):
        return bytes(argument).decode("utf-8", "replace")
    return str(argument)


def _all_keys(*_: object) -> tuple[Finding, ...]:
    return (Finding("FLUSHALL", "truncate", whole=True),)


def _keys(*_: object) -> tuple[Finding, ...]:
    return (Finding("FLUSHDB", "truncate"),)


def _follow(words: Sequence[str], _: Sequence[object]) -> tuple[Finding, ...]:
    """A server that follows another one loses what it holds."""
    if tuple(word.upper() for word in words[1:3]) == _STANDALONE:
        return ()
    return (Finding("REPLICAOF", "truncate", whole=True),)


def _swap(*_: object) -> tuple[Finding, ...]:
    """Another database's keys in the place of this one's: what is let through for one happens to the other."""
    return (Finding("SWAPDB", "truncate", whole=True),)


def _stop(words: Sequence[str], _: Sequence[object]) -> tuple[Finding, ...]:
    if "NOSAVE" in (word.upper() for word in words[1:]):
        return (Finding("SHUTDOWN NOSAVE", "truncate", whole=True),)
    return ()


def _script(words: Sequence[str], arguments: Sequence[object]) -> tuple[Finding, ...]:
    """EVAL, SCRIPT LOAD and FUNCTION LOAD bring a program; it cannot be read, but what it calls stands there."""
    name, second = words[0].upper(), "".join(words[1:2]).upper()
    if name == "FUNCTION" and second in ("FLUSH", "DELETE", "RESTORE"):
        return (Finding(f"FUNCTION {second}", "drop-table", whole=True),)
    if name not in ("EVAL", "EVAL_RO") and second != "LOAD":
        return ()
    program = "\n".join(_text(one) for one in arguments[1:5]).lower()
    return (unreadable(f"{name} of a program"),) if any(word in program for word in _IN_SCRIPTS) else ()


def _cluster(words: Sequence[str], _: Sequence[object]) -> tuple[Finding, ...]:
    second = "".join(words[1:2]).upper()
    return (Finding(f"CLUSTER {second}", "truncate", whole=True),) if second == "RESET" else ()


def _index(words: Sequence[str], arguments: Sequence[object]) -> tuple[Finding, ...]:
    if words[0].upper() == "FT.DROP" or "DD" in (_text(one).upper() for one in arguments[2:]):
        return (Finding("FT.DROPINDEX with its documents", "drop-table"),)
    return ()


_COMMANDS: dict[str, Callable[[Sequence[str], Sequence[object]], tuple[Finding, ...]]] = {
    "FLUSHALL": _all_keys,
    "FLUSHDB": _keys,
    "REPLICAOF": _follow,
    "SLAVEOF": _follow,
    "SHUTDOWN": _stop,
    "SWAPDB": _swap,
    "EVAL": _script,
    "EVAL_RO": _script,
    "SCRIPT": _script,
    "FUNCTION": _script,
    "CLUSTER": _cluster,
    "FT.DROPINDEX": _index,
    "FT.DROP": _index,
}
NAMES = frozenset(_COMMANDS)
