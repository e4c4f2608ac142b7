"""What the verbs share in speaking."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from firedoor.cli import output

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = logging.root.manager.disable
    yield
    logging.disable(before)


def test_client_libraries_are_silent_for_as_long_as_they_are_used(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("some.client")
    with output.libraries_silent():
        logger.critical("connected to db.example.org")
    logger.critical("afterwards")
    assert [record.message for record in caplog.records] == ["afterwards"]


def test_what_was_silenced_before_stays_so(caplog: pytest.LogCaptureFixture) -> None:
    logging.disable(logging.WARNING)
    with pytest.raises(ValueError, match="x"), output.libraries_silent():
        raise ValueError("x")
    logging.getLogger("some.client").warning("still silent")
    logging.getLogger("some.client").error("heard")
    assert [record.message for record in caplog.records] == ["heard"]
