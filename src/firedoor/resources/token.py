"""Keys, passwords and plain secrets: they are what they are, whatever they are wrapped in."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_SCHEMES = ("bearer ", "token ", "basic ", "apikey ", "api-key ")
_QUOTES = ("'", '"', "`")


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """The token itself, without blanks, quotes and the word of an HTTP header around it; an empty one is nobody's."""
    token = bare(text)
    return frozenset({("token", token)}) if token else frozenset()


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
