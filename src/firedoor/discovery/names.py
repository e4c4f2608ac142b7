"""What people call environments: which spellings mean the same, which are production, in which order they stand."""

from __future__ import annotations

# In the order of promotion, the usual spelling first.
FAMILIES = (
    ("local",),
    ("development", "dev", "devel", "develop"),
    ("testing", "test", "tests"),
    ("ci",),
    ("integration", "int"),
    ("qa",),
    ("preview", "review"),
    ("sandbox",),
    ("demo",),
    ("uat",),
    ("staging", "stage", "stg"),
    ("preproduction", "preprod"),
    ("production", "prod", "prd", "live"),
)
_LONGEST = 32
UNKNOWN_RANK = 8  # before staging: nobody's name for production
PRODUCTION_RANK = len(FAMILIES) - 1
DEVELOPMENT = "development"
TESTING = "testing"
PRODUCTION = "production"

_COUNTERPARTS = (("development", "dev"), ("testing", "test"), ("staging", "stage"), ("production", "prod"))
_USUAL = frozenset(
    (
        "local",
        "development",
        "dev",
        "testing",
        "test",
        "ci",
        "qa",
        "uat",
        "staging",
        "stage",
        "production",
        "prod",
    )
)
_RANKS = {spelling: rank for rank, family in enumerate(FAMILIES) for spelling in family}
_NEGATIONS = frozenset(("pre", "non", "not", "no", "like", "pseudo"))
_EXPERIMENTAL_SUFFIXES = frozenset(("test", "testing", "dev", "staging", "copy", "mirror", "replica"))


def rank(name: str) -> int:
    """Where an environment of this name stands in the order of promotion; a region changes nothing."""
    if name.lower() in _RANKS:
        return _RANKS[name.lower()]
    words = _words(name)
    if not _NEGATIONS.isdisjoint(words):
        return UNKNOWN_RANK
    ranks = {_RANKS[word] for word in words if word in _RANKS}
    return ranks.pop() if len(ranks) == 1 else UNKNOWN_RANK


def is_known(name: str) -> bool:
    """Whether the name, or a word in it, is one that people give to environments."""
    return name.lower() in _RANKS or any(word in _RANKS for word in _words(name))


def is_usual(text: str) -> bool:
    """Whether code that holds exactly this text most likely speaks of an environment."""
    return text in _USUAL


def is_production(name: str) -> bool:
    """Whether an environment of this name is production, in a region or in whole."""
    return rank(name) == PRODUCTION_RANK and _EXPERIMENTAL_SUFFIXES.isdisjoint(_words(name))


def family(name: str) -> str:
    """One key for all spellings that mean the same environment: the long one; an unknown name is its own family."""
    found = _RANKS.get(name.lower())
    return name if found is None else FAMILIES[found][0]


def counterpart(name: str) -> str | None:
    """The other usual spelling: ``dev`` for ``development`` and the reverse; None where there is none."""
    for long, short in _COUNTERPARTS:
        if name in (long, short):
            return short if name == long else long
    return None


def is_name(text: str) -> bool:
    """Whether a text could be an environment's name at all."""
    plain = text.replace("-", "a").replace("_", "a")
    return text.isascii() and text[:1].isalpha() and plain.isalnum() and len(text) <= _LONGEST


def _words(name: str) -> list[str]:
    return name.lower().replace("_", "-").replace(".", "-").split("-")
