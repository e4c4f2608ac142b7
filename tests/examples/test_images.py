"""examples/handbook/images/build: what gets into an image, and when one is built anew. No engine is asked."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import io
import os
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from support.handbook import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = ORIGINAL / "images" / "build"


@pytest.fixture(scope="module")
def build() -> Iterator[Any]:
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("handbook_images", str(SCRIPT))
    spec = importlib.util.spec_from_loader("handbook_images", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["handbook_images"] = module
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
        yield module
    finally:
        sys.dont_write_bytecode = written
        del sys.modules["handbook_images"]


@pytest.fixture
def sets(build: Any, tmp_path: Path) -> dict[str, list[Path]]:
    """Wheels by name: each set has one of its own and one that all have."""
    found = {}
    for name in {name for image in build.IMAGES for name in (*image.wheels, *image.more, *image.last)}:
        folder = tmp_path / name
        folder.mkdir()
        for wheel in (f"{name}-1-py3-none-any.whl", "common-1-py3-none-any.whl"):
            (folder / wheel).write_bytes(b"")
        found[name] = sorted(folder.iterdir())
    return found


@pytest.mark.requirement("A2", "A9")
def test_no_environment_file_and_no_data_gets_into_an_image(build: Any, sets: dict[str, list[Path]]) -> None:
    for image in build.IMAGES:
        names = [name for name in build.context(image, sets) if not name.endswith(".whl")]
        assert not [name for name in names if "/." in name or ".env" in name or ".sqlite3" in name], (
            image.reference
        )


@pytest.mark.requirement("B7")
def test_production_gets_no_wheel_of_development(build: Any, sets: dict[str, list[Path]]) -> None:
    for image in build.IMAGES:
        held = any("development" in name for name in build.context(image, sets) if name.endswith(".whl"))
        assert held == image.reference.endswith("-dev")


def test_a_wheel_stands_in_the_first_of_its_sets_alone(build: Any, sets: dict[str, list[Path]]) -> None:
    image = next(one for one in build.IMAGES if one.name == "nlp" and one.tag)
    names = [name for name in build.context(image, sets) if "common" in name]
    assert names == ["wheels/common-1-py3-none-any.whl"]


def test_an_image_is_built_anew_when_anything_in_it_is_another(build: Any, tmp_path: Path) -> None:
    image = build.IMAGES[0]
    source, wheel = tmp_path / "main.py", tmp_path / "one-1-py3-none-any.whl"
    source.write_text("x = 1\n")
    wheel.write_bytes(b"one")
    files = {"code/main.py": source, "wheels/one-1-py3-none-any.whl": wheel}
    first = build.digest(image, files, "sha256:base")
    assert build.digest(image, files, "sha256:base") == first
    assert build.digest(image, files, "sha256:other") != first
    source.write_text("x = 2\n")
    assert build.digest(image, files, "sha256:base") != first
    source.write_text("x = 1\n")
    assert build.digest(image, files, "sha256:base") == first
    source.chmod(0o755)
    assert build.digest(image, files, "sha256:base") != first


def test_the_context_is_the_same_for_the_same_files(build: Any, tmp_path: Path) -> None:
    source = tmp_path / "main.py"
    source.write_text("x = 1\n")
    first = build.packed({"code/main.py": source})
    os.utime(source, (1, 1))
    assert build.packed({"code/main.py": source}) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        assert [(entry.name, entry.uid, entry.mtime) for entry in tar] == [("code/main.py", 0, 0)]


def test_what_is_missing_is_said_in_a_line(tmp_path: Path) -> None:
    def said(*command: str) -> str:
        done = subprocess.run(
            (sys.executable, SCRIPT, *command),
            env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        return done.stderr

    assert said() == "images/build: there is no docker here\n"
    assert said("nothing").endswith("there is no image nothing\n")
    # An engine that answers and has no image.
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\n[ "$1" = version ] && echo amd64 || exit 1\n')
    docker.chmod(0o755)
    assert "install mmdebstrap" in said("redis")
