"""Secrets as the real Compose mounts them into a real container, read there by firedoor."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import firedoor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.engine import Engine

import pytest

from support.secret_files import URL, declared

pytestmark = pytest.mark.real

KEY = "SECRET-77c1$x${HOME} '#"


class Container:
    """One run of a container with the machine's own Python in it, nobody's user, and two secrets."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.project = engine.free_project("secrets")
        (folder / "project").mkdir()
        (folder / "project" / "firedoor.toml").write_text(declared("/run/secrets", "staging"))
        (folder / "url.txt").write_text(f"{URL}\n")
        (folder / "key.txt").write_text(KEY)

    def firedoor(self, *arguments: str, target: str = "SIGNING_KEY") -> tuple[int, str]:
        """Exit code and what it printed."""
        source = Path(firedoor.__file__).parent.parent
        shown = {"/usr", "/lib", "/lib64", sys.base_prefix, sys.prefix, str(source)}
        app = {
            "image": self.engine.image,
            "user": "65534:65534",
            "network_mode": "none",
            "working_dir": "/project",
            "environment": {"APP_ENV": "production", "PYTHONPATH": str(source), "HOME": "/nowhere"},
            "volumes": [
                f"{self.folder}/project:/project:ro",
                *(f"{path}:{path}:ro" for path in sorted(shown) if os.path.isdir(path)),
            ],
            "secrets": [
                {"source": "url", "target": "DATABASE_URL"},
                {"source": "key", "target": target},
            ],
            "command": [sys.executable, "-m", "firedoor", *arguments],
        }
        secrets = {"url": {"file": "./url.txt"}, "key": {"file": "./key.txt"}}
        document = {"services": {"app": app}, "secrets": secrets}
        # Compose reads JSON, in which a dollar has to be doubled all the same
        (self.folder / "compose.yaml").write_text(json.dumps(document).replace("$", "$$"))
        ran = self.engine.compose(
            *("-p", self.project, "run", "--rm", "-T", "app"), cwd=self.folder, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def container(engine: Engine, tmp_path: Path) -> Iterator[Container]:
    tmp_path.chmod(0o755)
    made = Container(engine, tmp_path)
    yield made
    engine.remove(made.project)


def test_a_container_gets_what_is_mounted(container: Container) -> None:
    code, printed = container.firedoor(
        "run", "-q", "--", "sh", "-c", 'printf "<%s>" "$DATABASE_URL" "$SIGNING_KEY"'
    )
    assert code == 0, printed
    assert f"<{URL}><{KEY}>" in printed


def test_what_is_mounted_is_not_shown(container: Container) -> None:
    code, printed = container.firedoor("show")
    assert code == 0, printed
    assert "/run/secrets/SIGNING_KEY" in printed
    assert "SECRET-" not in printed


def test_a_name_in_another_case_starts_nothing(container: Container) -> None:
    code, printed = container.firedoor("run", "-q", "--", "echo", "started", target="signing_key")
    assert (code, "started" in printed) == (1, False), printed
    assert "FD228  /run/secrets/signing_key  SIGNING_KEY" in printed


def test_what_is_mounted_is_not_staging_s(container: Container) -> None:
    code, printed = container.firedoor("check", "--all")
    assert code == 0, printed
    assert "staging was not judged" in printed
    assert "production has no .env.production; its values come from the process and from" in printed
