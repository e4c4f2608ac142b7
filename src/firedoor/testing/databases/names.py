"""Names of test databases: short enough for every server, and never those of another checkout, run or worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

LONGEST = 63  # bytes of a name in PostgreSQL; MySQL takes 64 letters
_DIGITS = 6
_MARK = "_fd"
TEMPLATE = "t"


@dataclass(frozen=True)
class Names:
    """Names for one worker: ``checkout`` and ``run`` are told apart by a hash, ``worker`` is ``gw0`` or ``main``."""

    checkout: str
    run: str
    worker: str

    def own(self, base: str) -> str:
        """The worker's database beside the one that is called ``base``."""
        return self._name(base, self.worker)

    def template(self, base: str) -> str:
        """The database of the whole run that those of the workers are copied from."""
        return self._name(base, TEMPLATE)

    def of_run(self, base: str) -> str:
        """What every name of the run begins with."""
        return self._name(base, "")

    def of_checkout(self, base: str) -> str:
        """What every name of the checkout begins with."""
        return f"{_shortened(base)}{_MARK}{digest(self.checkout)}_"

    def run_of(self, base: str, name: str) -> str:
        """Which run of the checkout a name belongs to, by its hash; empty for a name of something else."""
        beginning = self.of_checkout(base)
        run, _, worker = name.removeprefix(beginning).partition("_")
        return run if name.startswith(beginning) and worker and len(run) == _DIGITS else ""

    def _name(self, base: str, worker: str) -> str:
        return f"{self.of_checkout(base)}{digest(self.run)}_{worker}"


def digest(text: str) -> str:
    """Six hexadecimal digits that stand for the text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def number(text: str) -> int:
    """A number of 63 bits that stands for the text: what servers lock by."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _shortened(base: str) -> str:
    """The beginning of the name, in as many bytes as the rest leaves."""
    room = LONGEST - len(_MARK) - 2 * (_DIGITS + 1) - len("gw9999")
    return base.encode("utf-8")[:room].decode("utf-8", "ignore")
