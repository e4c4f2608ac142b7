"""The seal around a process tree: the kernel lets it reach what its environment declares, and nothing else.

    from firedoor import seal

    code = seal.run(configuration, ["pytest"], variables, seal.ADDRESS)

It holds for C clients, raw system calls and every child, since it is not in the process. Linux only; imports anywhere.
"""

from firedoor.seal.strength import ADDRESS, ANY, PORT, coverage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.seal.running import available, run, unavailable

__all__ = ["ADDRESS", "ANY", "PORT", "available", "coverage", "run", "unavailable"]

if not TYPE_CHECKING:  # pragma: no branch - a type checker that saw __getattr__ would accept any name

    def __getattr__(name: str) -> object:
        if name not in {"available", "run", "unavailable"}:
            raise AttributeError(f"module 'firedoor.seal' has no attribute {name!r}")
        from firedoor.seal import running

        return getattr(running, name)
