"""What can be known of Chroma without a server. The rest is in tests/real/test_stamps_chroma.py."""

from __future__ import annotations

import pytest

from firedoor.stamps import chroma as marker
from firedoor.stamps import observation as told
from support.stamping import address, unreachable


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("chroma://h?collection=c", "http://h:8000"),
        ("chroma://h:9000?collection=c", "http://h:9000"),
        ("http://h:8000/api/v2", "http://h:8000"),
        ("http://h", "http://h:8000"),
        ("chroma+http://h:8000", "http://h:8000"),
        ("chroma+https://h", "https://h:443"),
        ("chromas://h:8443", "https://h:8443"),
        ("https://h", "https://h:443"),
        ("chroma://h:443", "https://h:443"),
        ("chroma://u:p@h", "http://u:p@h:8000"),
        ("chroma://[::1]", "http://[::1]:8000"),
    ],
)
def test_the_server_that_a_url_means(text: str, base: str) -> None:
    assert marker._url(text) == base


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://h:8000/api/v2/tenants/t/databases/d/collections/c", ["t", "d", "c"]),
        ("chroma://h?tenant=t&database=d&collection=c%2Fd", ["t", "d", "c/d"]),
        ("chroma://h/#c", ["default_tenant", "default_database", "c"]),
    ],
)
def test_the_collection_that_a_url_means(text: str, parts: list[str]) -> None:
    assert marker._parts(address("vector", text)) == parts


@pytest.mark.parametrize("text", ["chroma://h", "chroma://h/", "chroma://h?collection=a&collection=b"])
def test_a_whole_server_is_not_asked(text: str) -> None:
    for call in (marker.observe, marker._parts):
        assert unreachable(lambda call=call: call(address("vector", text))) == told.NOT_ONE  # type: ignore[misc]
