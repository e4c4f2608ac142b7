"""The words of every problem code: what is wrong, why it matters, what to do, and the page that explains it.

One module for each family of codes, found by the registry below and loaded when one of its codes is asked for: a
refusal pays for the words it prints, not for all of them.
"""

from firedoor.catalogue.entries import Entry
from firedoor.catalogue.wording import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.problem import Problem

    CODES: tuple[str, ...]

# First letters of the codes -> the modules that hold them, as `ENTRIES`, in order.
FAMILIES = {
    "FD0": ("firedoor.catalogue.declaration",),
    "FD1": ("firedoor.catalogue.selection",),
    "FD2": (
        "firedoor.catalogue.files",
        "firedoor.catalogue.grammar",
        "firedoor.catalogue.dialect",
        "firedoor.catalogue.secret_files",
    ),
    "FD3": ("firedoor.catalogue.values",),
    "FD4": (
        "firedoor.catalogue.isolation",
        "firedoor.catalogue.leading",
        "firedoor.catalogue.observation",
    ),
    "FD5": ("firedoor.catalogue.lock", "firedoor.catalogue.stamps"),
    "FD6": (
        "firedoor.catalogue.guard",
        "firedoor.catalogue.http_adaptors",
        "firedoor.catalogue.destruction",
        "firedoor.catalogue.seal",
        "firedoor.catalogue.tests",
        "firedoor.catalogue.test_resources",
        "firedoor.catalogue.handshake",
        "firedoor.catalogue.drill",
    ),
    "FD7": ("firedoor.catalogue.services", "firedoor.catalogue.containers"),
    "FD8": ("firedoor.catalogue.production",),
}
_FAMILY_LENGTH = 3
_loaded: dict[str, dict[str, Entry]] = {}


def __getattr__(name: str) -> tuple[str, ...]:
    """``CODES``: every code, in order. Made when asked for, since it loads every family."""
    if name != "CODES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return tuple(found.code for found in entries_in_order())


def entries_in_order() -> list[Entry]:
    """Every entry, by code."""
    found = [one for modules in FAMILIES.values() for module in modules for one in _entries(module).values()]
    return sorted(found, key=lambda one: one.code)


def _entries(module: str) -> dict[str, Entry]:
    if module not in _loaded:
        held: tuple[Entry, ...] = __import__(module, fromlist=["ENTRIES"]).ENTRIES
        _loaded[module] = {one.code: one for one in held}
    return _loaded[module]


def find(code: str) -> Entry | None:
    """The entry of a code, None for a code that does not exist."""
    for module in FAMILIES.get(code[:_FAMILY_LENGTH], ()):
        found = _entries(module).get(code)
        if found is not None:
            return found
    return None


def entry(code: str) -> Entry:
    """The entry of a code. Raises KeyError for a code that does not exist; ``nearest`` helps then."""
    found = find(code)
    if found is None:
        raise KeyError(code)
    return found


def of(problem: "Problem") -> Entry:
    """The entry of the problem's code; one with general words for a code that does not exist."""
    return find(problem.code) or _UNKNOWN


def name(problem: "Problem") -> str:
    """The problem's code in words: ``env-file-missing``."""
    return of(problem).name


def what(problem: "Problem") -> str:
    """What is wrong, in one or two sentences."""
    return fill(of(problem).what, problem)


def why(problem: "Problem") -> str:
    """Why it matters."""
    return of(problem).why


def action(problem: "Problem") -> str:
    """What to do about it."""
    return fill(of(problem).do, problem)


def page(code: str) -> str:
    """The page about a code, as Markdown, which ``firedoor explain`` prints. Raises KeyError for an unknown code."""
    from firedoor.catalogue.pages import page_of

    return page_of(entry(code))


def nearest(text: str) -> tuple[str, ...]:
    """At most three codes that may have been meant: for ``fd23``, ``203`` or ``env-file``."""
    from firedoor.catalogue.near import codes_near

    return codes_near(text, entries_in_order())


_UNKNOWN = Entry(
    "FD000",
    "unknown-code",
    summary="A rule that this version of firedoor has no words for.",
    what="{subject:Something} breaks a rule that this version of firedoor has no words for.",
    why="The problem was found by a newer or an added rule.",
    do="Update firedoor, or ask whoever added the rule.",
)
