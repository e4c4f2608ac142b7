"""What a guarded process pays: by the patches of the default, and by the audit hook where it is asked for."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROUNDS = 41
PAIRS = 7
MOST = 1.02
MOST_OF_A_CONNECT = 1.25
MOST_OF_AN_EVENT = 200.0
WORK = {
    "deep_copies": "deep copies",
    "json_texts": "JSON there and back",
    "log_lines": "log lines",
    "sqlite_in_memory": "statements of SQLite in memory",
    "attributes": "attributes",
    "connects": "a UDP socket that is made, connected and closed",
}

_DECLARATION = """\
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.API]
resource = "http"
"""
_FILES = {
    "firedoor.toml": _DECLARATION,
    ".env.testing": "DATABASE_URL=postgresql://127.0.0.1/test\nAPI=http://127.0.0.1:9\n",
    ".env.production": "DATABASE_URL=postgresql://127.0.0.2/shop\nAPI=https://api.example.org\n",
}
_ARCHIVE = {
    "firedoor.toml": f'{_DECLARATION}[variables.ARCHIVE]\nresource = "database"\n',
    ".env.testing": f"{_FILES['.env.testing']}ARCHIVE=sqlite:///test.db\n",
    ".env.production": f"{_FILES['.env.production']}ARCHIVE=sqlite:///prod.db\n",
}
_PROGRAM = Path(__file__).with_name("guarded.py")


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds) of each workload."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other_name:
        folder, other = _project(Path(name), _FILES), _project(Path(other_name), _ARCHIVE)
        patched = _run(folder, "patches")
        in_files = _run(other, "patches")
        pairs = [(_run(folder, "none"), _run(folder, "audit")) for _ in range(PAIRS)]
    found = []
    for name, (without, guarded) in patched.items():
        most = MOST_OF_A_CONNECT if name == "connects" else MOST
        ratio = _ratio(without, guarded)
        what = f"guard as armed by default: {WORK[name]}"
        found.append((what, f"≤ {most:.2f} ×", f"{ratio:.3f} ×", ratio <= most))
    ratio = _ratio(*in_files["sqlite_in_memory"])
    found.append(
        (
            f"the same, where production is a file of SQLite: {WORK['sqlite_in_memory']}",
            "",
            f"{ratio:.3f} ×",
            True,
        )
    )
    added = statistics.median(one["event"] - other["event"] for other, one in pairs) * 1e9
    target = f"≤ {MOST_OF_AN_EVENT:.0f} ns"
    found.append(
        ("guard with the audit hook: any event", target, f"{added:.0f} ns", added <= MOST_OF_AN_EVENT)
    )
    for name, what in WORK.items():
        ratio = statistics.median(one[name] / other[name] for other, one in pairs)
        found.append((f"guard with the audit hook: {what}", "", f"{ratio:.2f} ×", True))
    return found


def _project(folder: Path, files: dict[str, str]) -> Path:
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).chmod(0o600)
    (folder / "prod.db").touch()
    return folder


def _ratio(without: list[float], guarded: list[float]) -> float:
    """The median of the ratios of one round to the one beside it."""
    return statistics.median(one / other for one, other in zip(guarded, without, strict=True))


def _run(folder: Path, hook: str) -> dict[str, Any]:
    """What the program measured with this hook; "none" leaves the guard out."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "SYSTEMROOT") if key in os.environ}
    done = subprocess.run(
        [sys.executable, str(_PROGRAM), str(ROUNDS), hook],
        cwd=folder,
        env={**kept, "APP_ENV": "testing"},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
