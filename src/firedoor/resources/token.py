"""Keys, passwords and plain secrets: they are what they are, whatever they are wrapped in."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_SCHEMES = ("bearer ", "token ", "basic ", "apikey ", "api-key ")
_QUOTES = ("'", '"', "`")
_SHORTEST_KEY = 16  # what is shorter may be a word, of which two lists may have the same
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/")


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """The token itself, without blanks, quotes and the word of an HTTP header around it; an empty one is nobody's.

    A list of keys, as it stands there while they are changed, holds each of them.
    """
    token = bare(text)
    if not token:
        return frozenset()
    return frozenset(("token", one) for one in (token, *_listed(token)))


def _listed(token: str) -> "list[str]":
    """The keys of a list; none where a comma may stand for anything else."""
    keys = [bare(item) for item in token.strip("[]").split(",")]
    are_keys = all(len(key) >= _SHORTEST_KEY and _LETTERS.issuperset(key.rstrip("=")) for key in keys)
    return keys if are_keys else []


def bare(text: str) -> str:
    """The token in its one spelling. A PEM key's line breaks may be of any kind."""
    token = text
    while True:
        before = token
        token = token.strip()
        if len(token) > 1 and token[0] == token[-1] and token[0] in _QUOTES:
            token = token[1:-1]
        if token[:8].lower().startswith(_SCHEMES):
            token = token.partition(" ")[2]
        if token == before:
            break
    if "-----BEGIN" in token:
        lines = token.replace("\\r", "").replace("\\n", "\n").split()
        return " ".join(lines)
    return token
