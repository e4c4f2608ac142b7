"""How strong a seal is, and what each strength covers."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS, PORT, ANY = "address", "port", "any"
STRONGEST_FIRST = (ADDRESS, PORT)
REQUESTS = (*STRONGEST_FIRST, ANY)

# By attack: the strengths that stop it. What stands beside none is stopped by no seal.
_STOPPED_BY: "Mapping[str, tuple[str, ...]]" = {
    "tcp-other-port": (ADDRESS, PORT),
    "tcp-same-port": (ADDRESS,),
    "tcp-ephemeral-port": (ADDRESS,),
    "raw-system-calls": (ADDRESS, PORT),
    "udp": (ADDRESS, PORT),
    "fast-open": (ADDRESS, PORT),
    "mptcp": (ADDRESS, PORT),
    "io-uring": (ADDRESS, PORT),
    "foreign-abi": (ADDRESS, PORT),
    "unix-abstract": (ADDRESS, PORT),
    "unix-path": (ADDRESS, PORT),
    "unix-path-beside-declared": (ADDRESS,),
    "unix-datagram": (ADDRESS, PORT),
    "other-families": (ADDRESS, PORT),
    "inherited-sockets": (ADDRESS, PORT),
    "keys-of-the-terminal": (ADDRESS, PORT),
    "left-behind-processes": (ADDRESS,),
    "files": (),
    "through-declared-servers": (),
}


def coverage(strength: str) -> "dict[str, bool]":
    """Of each kind of attack: whether a seal of this strength stops it. Raises KeyError for an unknown strength."""
    if strength not in STRONGEST_FIRST:
        raise KeyError(strength)
    return {attack: strength in strengths for attack, strengths in _STOPPED_BY.items()}


_SAID = {
    ADDRESS: "only declared addresses, and servers that it starts itself, can be reached",
    PORT: "only declared ports and ephemeral ones can be reached, at any address; no UDP; what it leaves running stays",
}


def sentence(strength: str) -> str:
    """What the strength means, in one line."""
    return f"sealed by {strength}: {_SAID[strength]}"
