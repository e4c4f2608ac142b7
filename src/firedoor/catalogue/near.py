"""Which codes may have been meant by a text that is none."""

import difflib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.catalogue.entries import Entry

_MOST = 3
# read off a screen, an O is a zero and an I or l a one
_LOOKALIKES = str.maketrans("OIL", "011")


def codes_near(text: str, entries: "Sequence[Entry]") -> tuple[str, ...]:
    """The codes whose number or name is most like the text, best first, at most three."""
    number = text.strip().upper().removeprefix("FD").translate(_LOOKALIKES)
    if number.isascii() and number.isdigit():
        return _by_number(number, [entry.code for entry in entries])
    words = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    by_name = {entry.name: entry.code for entry in entries}
    containing = [name for name in by_name if words and words in name]
    alike = difflib.get_close_matches(words, by_name, _MOST, 0.6)
    return tuple(by_name[name] for name in dict.fromkeys([*containing, *alike]))[:_MOST]


def _by_number(number: str, codes: "Sequence[str]") -> tuple[str, ...]:
    if f"FD{number:0>3}" in codes:
        return (f"FD{number:0>3}",)
    beginning = [code for code in codes if code.startswith(f"FD{number}")]
    alike = difflib.get_close_matches(f"FD{number}", codes, _MOST, 0.7)
    return tuple(dict.fromkeys([*beginning, *alike]))[:_MOST]
