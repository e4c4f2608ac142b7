"""Tokens that nobody typed: more entropy than words, paths, numbers and sequences have."""

from itertools import pairwise
from math import log2

from firedoor.secret import looks_placeholder

_SHORTEST_RANDOM = 20
_SHORTEST_HEX = 32
_LONGEST = 4096
_BITS_PER_CHARACTER = 3.5
_BITS_PER_HEX_DIGIT = 3.0
_UUID_GROUPS = [8, 4, 4, 4, 12]


def looks_random(text: str) -> bool:
    """Whether it is one long token with more entropy than people type: not words, paths, URLs, UUIDs or sequences."""
    token = text.strip().strip("\"'")
    if not _SHORTEST_RANDOM <= len(token) <= _LONGEST or not (token.isascii() and token.isprintable()):
        return False
    if (
        " " in token
        or "://" in token
        or "${" in token
        or token[0] in "/.~{[<"
        or token.count("/") > len(token) // 12
    ):
        return False
    if [len(part) for part in token.split("-")] == _UUID_GROUPS or looks_placeholder(token):
        return False
    return _is_unordered(token) and not _is_wordy(token)


def _is_unordered(token: str) -> bool:
    """Enough entropy, and not mostly runs such as ``abcdef`` or ``12345``."""
    steps = sum(1 for a, b in pairwise(token) if ord(b) - ord(a) in (0, 1))
    if steps * 3 > len(token):
        return False
    counts = [token.count(letter) for letter in set(token)]
    bits = -sum(count / len(token) * log2(count / len(token)) for count in counts)
    if not token.strip("0123456789abcdefABCDEF"):
        return len(token) >= _SHORTEST_HEX and bits >= _BITS_PER_HEX_DIGIT
    return bits >= _BITS_PER_CHARACTER


def _is_wordy(token: str) -> bool:
    """Words joined by dashes, dots and the like (``my-long-development-key-2``), as people write them."""
    words = "".join(letter if letter.isalnum() else " " for letter in token).split()
    if any(letter.isdigit() for letter in token):
        return all(map(_is_word, words)) and max(len(word) for word in words) < _SHORTEST_RANDOM
    cases = sum(1 for a, b in pairwise(token) if a.islower() != b.islower())
    return cases * 4 < len(token)


def _is_word(text: str) -> bool:
    """Letters in one case, or with one capital at the front, perhaps with a number behind them."""
    stem = text.rstrip("0123456789")
    return not stem or (stem.isalpha() and (stem.islower() or stem.isupper() or stem.istitle()))
