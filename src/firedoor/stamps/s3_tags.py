"""A stamp as tags of a bucket: a tag's value is short and knows few characters, so a stamp takes some of them."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from firedoor.stamps.stamp import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firedoor.stamps.stamp import Stamp

_LONGEST = 256  # characters of a tag's value
_OURS = "firedoor:"
_DIGITS = 16  # of a prefix's digest: keys are short, and prefixes are nobody's business


def to_tags(stamp: Stamp, prefix: str) -> dict[str, str]:
    """The tags that hold the stamp of this prefix of the bucket."""
    text = urlsafe_b64encode(stamp.to_text().encode()).decode().rstrip("=")
    pieces = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]
    return {f"{_key(prefix)}{number}": piece for number, piece in enumerate(pieces)}


def of_prefix(tags: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Those of a bucket's tags that speak of this prefix, whether or not they hold a stamp."""
    key = _key(prefix)
    return {name: value for name, value in tags.items() if name.startswith(key)}


def above(prefix: str) -> Iterator[str]:
    """The wider prefixes that this one is a part of, the nearest first, the whole bucket last."""
    while prefix:
        prefix = prefix.rpartition("/")[0].rstrip("/")
        yield prefix


def any_stamp(tags: Mapping[str, str]) -> Stamp | None:
    """The stamp of some prefix, if there is one: the first by the digests of their names."""
    places = sorted({name.rpartition(":")[0] for name in tags if name.startswith(_OURS)})
    stamps = (
        from_tags({name: tags[name] for name in tags if name.startswith(f"{place}:")}) for place in places
    )
    return next((stamp for stamp in stamps if stamp is not None), None)


def from_tags(own: Mapping[str, str]) -> Stamp | None:
    """The stamp that such tags hold; None when they hold none that this version can read."""
    numbered = {name.rpartition(":")[2]: value for name, value in own.items()}
    try:
        text = "".join(numbered[str(number)] for number in range(len(numbered)))
        return from_text(urlsafe_b64decode(text + "==").decode())  # the padding that was cut off, or more
    except (KeyError, ValueError):
        return None


def _key(prefix: str) -> str:
    place = (
        hashlib.sha256(prefix.encode(errors="surrogatepass")).hexdigest()[:_DIGITS] if prefix else "bucket"
    )
    return f"{_OURS}{place}:"
