"""Names of test databases: short enough for every server, and never those of another checkout, run or worker.

An address that leads to one is known by them: it is its environment's own, with such a name in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

LONGEST = 63  # bytes of a name in PostgreSQL; MySQL takes 64 letters
_DIGITS = 6
_MARK = "_fd"
TEMPLATE = "t"
FILE = "sqlite"  # what names of files begin with
_ENDING = ".db"
_INDICES = frozenset(("db", "virtual_host"))  # options that say an index of Redis


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

    def file(self) -> str:
        """The worker's file of SQLite."""
        return self.own(FILE) + _ENDING

    def tag(self) -> str:
        """What an address of Redis ends with behind a ``#``: client libraries don't look at it."""
        return self.own("")

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


def leads_to_worker(text: str, own: str, checkout: str) -> bool:
    """Whether an address is the environment's own one, with a test worker's database of this checkout in it.

    Server, login and options are the same: nothing else can be reached by it than what the environment reaches anyway.
    """
    try:
        here, there = urlsplit(text), urlsplit(own)
    except ValueError:
        return False
    names = Names(checkout, "", "")
    if here.scheme != there.scheme:
        return False
    if here.scheme.partition("+")[0] == FILE:
        name = here.path.rpartition("/")[2]
        return name.endswith(_ENDING) and bool(names.run_of(FILE, name.removesuffix(_ENDING)))
    if here.netloc != there.netloc:
        return False
    if here.fragment:
        return bool(names.run_of("", here.fragment)) and _elsewhere(here) == _elsewhere(there)
    return here.query == there.query and bool(
        names.run_of(unquote(there.path.strip("/")), unquote(here.path.strip("/")))
    )


def _elsewhere(parts: SplitResult) -> tuple[str, list[tuple[str, str]]]:
    """What an address of Redis says beside the index."""
    is_index = parts.path.strip("/").isdecimal() or not parts.path.strip("/")
    options = [(name, text) for name, text in parse_qsl(parts.query) if name not in _INDICES]
    return "" if is_index else parts.path, options


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
