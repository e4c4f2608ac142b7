"""The guard in the process: what an environment does not declare, or a protected one owns, is not connected to.

    import firedoor.guard

    firedoor.guard.arm()

It sees sockets, name look-ups, SQLite files and the programs that are started, and in client libraries, by an adaptor
for each, what they are told to connect to. It does not see what a C library does by itself without an adaptor, nor what
a started program does: that is the seal's.

How an adaptor is written: ``firedoor.guard.adaptors``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.errors import GuardError
    from firedoor.guard.arming import arm, armed, disarm

__all__ = ["GuardError", "arm", "armed", "disarm"]

_HOMES = {
    "GuardError": "firedoor.errors",
    "arm": "firedoor.guard.arming",
    "armed": "firedoor.guard.arming",
    "disarm": "firedoor.guard.arming",
}

if not TYPE_CHECKING:  # pragma: no branch - a type checker that saw __getattr__ would accept any name

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'firedoor.guard' has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(home), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
