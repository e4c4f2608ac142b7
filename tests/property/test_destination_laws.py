"""Laws of HTTP under the guard: however production's URL is spelled, no proxy is asked for it; one's own passes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.guard.destinations import Destinations
from support.guarding import guard_of, refused
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.guard.core import Guard

FILES = {
    ".env.testing": "API=http://127.0.0.1:8000/test\n",
    ".env.staging": "API=http://127.0.0.1:8000/stage\n",
    ".env.production": "API=http://127.0.0.2:8000/v1\n",
}
LIVE = (
    "127.0.0.2",
    "127.2",
    "2130706434",
    "0x7f000002",
    "0177.0.0.2",
    "[::ffff:127.0.0.2]",
    "127.0.0.2.",
    "%31%32%37.0.0.2",
)
OWN = ("127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "[::1]", "localhost.")
SEGMENT = st.text("abcxyz/.%-_", max_size=8)
PREFIX = st.sampled_from(["", "/", "//", "/./", "/x/../", "/%2e/"])


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    return guard_of(ProjectFolder(tmp_path_factory.mktemp("shop")), files=FILES)


def codes(attempt: Callable[[], object]) -> set[str]:
    return {problem.code for problem in refused(attempt)}


@given(host=st.sampled_from(LIVE), path=SEGMENT, secure=st.booleans(), proxied=st.booleans())
def test_productions_host_is_refused_however_it_is_spelled(
    guard: Guard, host: str, path: str, secure: bool, proxied: bool
) -> None:
    url = f"http{'s' if secure else ''}://{host}:8000/{path}"
    assert codes(lambda: Destinations(guard).check_url(url, proxied=proxied)) <= {"FD601", "FD603"}
    assert codes(lambda: Destinations(guard).check_url(url, proxied=proxied))


@given(host=st.sampled_from(OWN), path=st.text("abcxyz-_", max_size=8), proxied=st.booleans())
def test_its_own_host_passes_however_it_is_spelled(guard: Guard, host: str, path: str, proxied: bool) -> None:
    url = f"http://{host}:8000/test/{path}"
    assert codes(lambda: Destinations(guard).check_url(url, proxied=proxied)) == set()


@given(
    host=st.sampled_from(OWN),
    around=st.tuples(PREFIX, st.text("abcxyz-_/", max_size=8)),
    encoded=st.booleans(),
    proxied=st.booleans(),
)
def test_another_environments_path_at_its_own_host_is_refused(
    guard: Guard, host: str, around: tuple[str, str], encoded: bool, proxied: bool
) -> None:
    before, after = around
    path = "".join(f"%{ord(one):02x}" for one in "stage") if encoded else "stage"
    url = f"http://{host}:8000/{before}{path}/{quote(after)}"
    assert codes(lambda: Destinations(guard).check_url(url, proxied=proxied)) == {"FD603"}
