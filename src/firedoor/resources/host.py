"""One name for a host, however it is spelled: case, trailing dot, any notation of an address, any script."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "localhost"
_LOCAL_ADDRESSES = ("", "127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104 - to connect there is to connect here
_PARTS = 4
_MAPPED = b"\0" * 10 + b"\xff\xff"
_NAT64 = (
    b"\0\x64\xff\x9b" + b"\0" * 8
)  # the well-known prefix: translators lead it to the IPv4 address behind it
_ENCODED = "xn--"
_ROUNDS = 3
_AROUND = " \t\r\n\v\f[]."


def canonical(text: str) -> str:
    """The host's one spelling, itself canonical; ``localhost`` for this machine. Escapes are the caller's to decode."""
    name = text.strip(_AROUND)
    name = name.lower()
    if _ENCODED in name or not name.isascii():
        name = _ascii(name)
    address = _ipv4(name) or _ipv6(name) or name
    return LOCAL if address in _LOCAL_ADDRESSES else address


def is_address(name: str) -> bool:
    """Whether a canonical name is an address, which nothing resolves."""
    return ":" in name or bool(_ipv4(name))


def _ascii(name: str) -> str:
    """Full-width letters are letters, and an international name is the name its DNS label says."""
    before = ""
    for _ in range(_ROUNDS):  # what is left out or folded can make another label of it
        if name == before:
            break
        before, name = name, _encoded(name)
    return name


def _encoded(name: str) -> str:
    import unicodedata  # only international names pay for it

    folded = unicodedata.normalize("NFKC", _decoded(name))
    try:
        return folded.encode("idna").decode().strip(_AROUND).lower()
    except UnicodeError:
        for _ in range(_ROUNDS):  # folding one can make the other possible again
            folded = unicodedata.normalize("NFKC", folded.casefold()).strip(_AROUND)
        return folded


def _decoded(name: str) -> str:
    """The name with its letters: older and newer rules of IDNA write a few of them (``ß``) in different ways."""
    labels = []
    for label in name.split("."):
        letters = ""
        if label.startswith(_ENCODED):
            try:
                letters = label.removeprefix(_ENCODED).encode("ascii").decode("punycode")
            except UnicodeError:
                letters = ""  # not encoded at all
        labels.append(label if letters.isascii() else letters)
    return ".".join(labels)


def _ipv4(name: str) -> str:
    """Dotted decimal of what inet_aton reads as an address: ``127.2``, ``0x7f000002``, ``0177.0.0.2``; else empty."""
    parts = [_number(part) for part in name.split(".")]
    if len(parts) > _PARTS or any(part < 0 for part in parts):
        return ""
    *heads, last = parts
    if any(part > 255 for part in heads) or last >= 256 ** (_PARTS - len(heads)):
        return ""
    value = last
    for position, part in enumerate(heads):
        value += part << (24 - 8 * position)
    return dotted(value)


def _number(part: str) -> int:
    base = 16 if part.startswith("0x") else 8 if part.startswith("0") else 10
    if not (part.isascii() and part.isalnum()) or "o" in part:  # 1_000 and 0o17 are Python's alone
        return -1
    try:
        return int(part, base)
    except ValueError:
        return -1


def dotted(value: int) -> str:
    """The usual notation of a 32-bit address."""
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _ipv6(name: str) -> str:
    """The shortest notation of an IPv6 address, dotted decimal of what stands for an IPv4 one; empty if it is neither.

    The zone is left out: an address is asked for, not the card that leads to it.
    """
    if ":" not in name:
        return ""
    import _socket  # what the system reads is what counts; the socket module builds enums

    address = name.partition("%")[0]
    try:
        packed = _socket.inet_pton(_socket.AF_INET6, address)
    except (OSError, ValueError):
        return ""
    if packed.startswith((_MAPPED, _NAT64)):
        return dotted(int.from_bytes(packed))
    return _socket.inet_ntop(_socket.AF_INET6, packed)


def split(netloc: str) -> "Iterator[tuple[str, str]]":
    """(host, port) of each entry of an authority or host list, as written: ``a:1,b``, ``[::1]:5432``."""
    for item in netloc.split(","):
        if "[" in item:  # what stands around the brackets is lost on most libraries
            host, _, rest = item.partition("[")[2].partition("]")
            yield host, rest.rpartition(":")[2] if ":" in rest else ""
        elif item.count(":") > 1:
            yield item, ""
        else:
            host, _, port = item.partition(":")
            yield host, port


def port(text: str, *defaults: str) -> str:
    """A port's one spelling: without blanks, sign and zeros in front. The first default for all the defaults."""
    number = text.strip().removeprefix("+").lstrip("0")
    return defaults[0] if defaults and (not number or number in defaults) else number


def unquote(text: str) -> str:
    """Percent-decoding as URLs do it; what is no escape stays."""
    if "%" not in text:
        return text
    head, *parts = text.encode("utf-8", "surrogateescape").split(b"%")
    decoded = [head]
    for part in parts:
        digits = part[:2]
        try:
            decoded.append(
                bytes([int(digits, 16)]) + part[2:] if digits.isalnum() and len(digits) > 1 else b"%" + part
            )
        except ValueError:
            decoded.append(b"%" + part)
    return b"".join(decoded).decode("utf-8", "replace")
