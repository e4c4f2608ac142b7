from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from firedoor.fingerprint import fingerprint


@given(st.text(), st.text())
def test_equal_exactly_when_the_texts_are(one: str, other: str) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_takes_what_the_environment_can_hold() -> None:
    assert len(fingerprint("caf\udce9")) == 16


def test_another_process_has_another_key() -> None:
    code = "from firedoor.fingerprint import fingerprint; print(fingerprint('x').hex())"
    runs = {
        subprocess.run((sys.executable, "-c", code), capture_output=True, check=True).stdout for _ in range(2)
    }
    assert len(runs) == 2
