"""What tests of services get: an engine that is a socket, and programs that are scripts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.engine_socket import EngineSocket, engine_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def socket(monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineSocket]:
    """An engine's socket, which this process asks."""
    with engine_socket() as made:
        monkeypatch.setenv("DOCKER_HOST", made.host)
        yield made


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Gives the ``docker`` command a script's body, and the file that holds the words of each call, a line each.

    The body finds that file as ``$said``.

    The engine is one that only the command can reach.
    """
    folder = tmp_path / "docker"
    folder.mkdir()
    said = folder / "said"
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("DOCKER_HOST", "ssh://far.example.org")

    def does(script: str) -> Path:
        program = folder / "docker"
        program.write_text(f'#!/bin/sh\nsaid={said}\necho "$*" >>$said\n{script}\n')
        program.chmod(0o755)
        return said

    return does
