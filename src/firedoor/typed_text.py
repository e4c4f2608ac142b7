"""Texts as types. One reading of booleans and numbers for every source, strict: what is not clearly one is none."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")
_SCHEME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."


def parse_bool(text: str) -> bool | None:
    """``true/false/1/0/yes/no/on/off`` in any case; None for everything else, blanks around it included."""
    word = text.lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def parse_int(text: str) -> int | None:
    """Decimal ASCII digits with an optional sign, at most 4,000 of them; None for everything else."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 4000:
        return None
    return int(text)


def parse_float(text: str) -> float | None:
    """A finite decimal number as Python writes it; None for everything else, underscores, inf and nan included."""
    if text.strip("0123456789+-.eE"):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None


def is_url(text: str) -> bool:
    """``scheme://rest`` (or sqlite's ``scheme:///path``) without blanks or control characters."""
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme[:1].isalpha() or scheme.strip(_SCHEME):
        return False
    return (bool(rest) or scheme.startswith("sqlite")) and text.isprintable() and " " not in text


def is_json(text: str) -> bool:
    """Whether the text is one JSON document."""
    import json  # only projects that declare a json variable pay for it

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_path(text: str) -> bool:
    return bool(text) and "\0" not in text


def _is_list(text: str) -> bool:
    return is_json(text) if text[:1] == "[" else True


_PARSERS: "dict[str, Callable[[str], object]]" = {"bool": parse_bool, "int": parse_int, "float": parse_float}
_TESTS: "dict[str, Callable[[str], bool]]" = {
    "url": is_url,
    "json": is_json,
    "path": _is_path,
    "list": _is_list,
}

EXPECTED = {
    "bool": "true/false/1/0/yes/no/on/off in any case, without blanks",
    "int": "a whole number",
    "float": "a number",
    "url": "a URL like scheme://host/path",
    "json": "JSON",
    "path": "a file path",
    "list": "a comma-separated list, or a JSON list",
}


def parse(kind: str, text: str) -> object:
    """The bool or number that the text spells, None when it spells none. ``kind``: bool, int or float."""
    return _PARSERS[kind](text)


def fits(kind: str, text: str) -> bool:
    """Whether the text is of the declared type. Every text is a ``str``; ``enum`` is judged by its values elsewhere."""
    parser = _PARSERS.get(kind)
    if parser is not None:
        return parser(text) is not None
    test = _TESTS.get(kind)
    return test is None or test(text)


def equals(text: str, allowed: object) -> bool:
    """Whether a text means the allowed value: compared as a bool or a number where the allowed value is one."""
    if isinstance(allowed, bool):
        return parse_bool(text) is allowed
    if isinstance(allowed, (int, float)):
        return parse_float(text) == allowed
    return text == allowed
