"""Problems of workers arrive as they were."""

from __future__ import annotations

import pytest

from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from firedoor.testing import handing_over

PROBLEMS = (
    Problem("FD631", environment="testing", act="open", caller="test_it.py:3"),
    Problem(
        "FD601",
        subject="CACHE",
        environment="testing",
        origin=Origin(FILE, ".env.production", 2, 1),
        other="x",
    ),
    Problem("FD411", subject="A", severity=WARNING),
)


def test_there_and_back() -> None:
    packed = handing_over.pack(PROBLEMS)
    assert tuple(handing_over.unpack(packed)) == PROBLEMS


def test_execnet_can_send_it() -> None:
    """xdist's way between processes takes plain values alone."""
    gateway = pytest.importorskip("execnet.gateway_base")
    packed = handing_over.pack(PROBLEMS)
    assert tuple(handing_over.unpack(gateway.loads_internal(gateway.dumps_internal(packed)))) == PROBLEMS
