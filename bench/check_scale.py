"""`firedoor check --all` grows with the work and not faster: E environments times V variables."""

from __future__ import annotations

from bench import projects
from bench.clean import WORK, Program, in_turns, with_firedoor

SIZES = ((10, 100), (10, 1000), (100, 100), (100, 1000))
ROUNDS = 5
MOST_GROWTH = 12.0  # for ten times the work
MOST_SECONDS = 9.99


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds): growth in either direction, and the largest project."""
    clean = with_firedoor()
    programs = {}
    for environments, variables in SIZES:
        names = tuple(f"stage-{index}" for index in range(environments))
        project = projects.write(WORK / f"{environments}x{variables}", names, variables)
        programs[f"{environments} x {variables}"] = Program((clean / "firedoor", "check", "--all"), project)
    seconds = in_turns(programs, ROUNDS)
    found = []
    for small, large in (
        ("10 x 100", "10 x 1000"),
        ("10 x 100", "100 x 100"),
        ("100 x 100", "100 x 1000"),
        ("10 x 1000", "100 x 1000"),
    ):
        growth = seconds[large] / seconds[small]
        what = f"`check --all`, {small} → {large} (environments x variables)"
        measured = f"{growth:.1f} × ({seconds[small]:.2f} s to {seconds[large]:.2f} s)"
        found.append((what, f"≤ {MOST_GROWTH:.0f} × the time", measured, growth <= MOST_GROWTH))
    largest = seconds["100 x 1000"]
    found.append(
        (
            "`check --all`, 100 environments x 1000 variables",
            "single-digit seconds",
            f"{largest:.2f} s",
            largest <= MOST_SECONDS,
        )
    )
    return found
