"""What a start costs: `firedoor run` and its peers around /bin/true, --help, and the import of the package."""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from bench import projects
from bench.clean import WORK, Program, environment, in_turns, quietly, with_firedoor

ONE = ("development",)


def programs() -> dict[str, Program]:
    """Everything that is timed, each from a clean virtual environment of its own."""
    clean = with_firedoor()
    dotenv = environment("dotenv", f"python-dotenv[cli]=={version('python-dotenv')}") / "dotenv"
    uv = Path(sys.executable).with_name("uv")
    small = projects.write(WORK / "100", projects.STAGES, 100, files=ONE)
    four = projects.write(WORK / "100-in-four-files", projects.STAGES, 100)
    large = projects.write(WORK / "1000", projects.STAGES, 1000, files=ONE)
    large_four = projects.write(WORK / "1000-in-four-files", projects.STAGES, 1000)
    run = (clean / "firedoor", "run", "-e", "development", "--", "/bin/true")
    env_file = ".env.development"
    uv_run = (uv, "run", "--env-file", env_file, "--", "/bin/true")
    return {
        "bare": Program((clean / "python", "-c", "pass")),
        "run 100": Program(run, small),
        "run 100, four files": Program(run, four),
        "run 1000": Program(run, large),
        "run 1000, four files": Program(run, large_four),
        "uv 100": Program(uv_run, uv_project("uv-100", small)),
        "uv 1000": Program(uv_run, uv_project("uv-1000", large)),
        "dotenv 100": Program((dotenv, "-f", env_file, "run", "--", "/bin/true"), small),
        "dotenv 1000": Program((dotenv, "-f", env_file, "run", "--", "/bin/true"), large),
        "help": Program((clean / "firedoor", "--help")),
        "import": Program((clean / "python", "-c", "import firedoor")),
    }


def uv_project(name: str, values: Path) -> Path:
    """A synced project of uv's own with the same values: where `uv run` is at its quickest."""
    folder = WORK / name
    folder.mkdir()
    shutil.copy(values / ".env.development", folder)
    lines = ("[project]", 'name = "peer"', 'version = "1"', 'requires-python = ">=3.11"')
    (folder / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    quietly(Path(sys.executable).with_name("uv"), "sync", "--offline", "--python", sys.executable, cwd=folder)
    return folder


# what is timed, what it is compared with, the most that the ratio may be
TARGETS = (
    ("`firedoor run -e development -- /bin/true`, 100 variables", "run 100", "bare", 1.3),
    ("the same, the files of all four environments present", "run 100, four files", "bare", 1.3),
    ("the same against `uv run --env-file`", "run 100, four files", "uv 100", 0.85),
    ("`firedoor run`, 1,000 variables", "run 1000", "bare", 1.5),
    ("the same, the files of all four environments present", "run 1000, four files", "bare", 1.5),
    ("the same against `dotenv run`", "run 1000, four files", "dotenv 1000", 0.15),
    ("`firedoor --help`", "help", "bare", 1.5),
    ("`import firedoor`", "import", "bare", 1.1),
)
PEERS = ("uv 100", "uv 1000", "dotenv 100", "dotenv 1000")
NAMES = {"bare": "bare", "uv": "`uv run --env-file`", "dotenv": "`dotenv run`"}


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds) for each target, then the peers for comparison."""
    seconds = in_turns(programs())
    found = []
    for what, one, other, most in TARGETS:
        ratio = seconds[one] / seconds[other]
        base = NAMES[other.split()[0]]
        measured = f"{ratio:.2f} ({seconds[one] * 1e3:.1f} ms to {seconds[other] * 1e3:.1f} ms)"
        found.append((what, f"≤ {most:.2f} × {base}", measured, ratio <= most))
    for peer in PEERS:
        program, count = peer.split()
        what = f"for comparison: {NAMES[program]}, {int(count):,} variables"
        found.append((what, "", f"{seconds[peer] / seconds['bare']:.2f} × bare", True))
    return found
