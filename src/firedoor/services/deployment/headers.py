"""What a deployment file says of itself at its top: what made it, for which environment, how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from firedoor.services.deployment import MARK

OF_COMPOSE = "# Read by Docker Compose alone, on top of the above: what a stack does not take.\n"
_WIDTH = 118


@dataclass(frozen=True)
class Told:
    """What the head of a file speaks of. ``name`` is that of the Compose project and of the stack."""

    project: str
    environment: str
    name: str
    needs: tuple[str, ...]
    env_files: tuple[str, ...]
    secrets: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def of_both(told: Told) -> str:
    """The head of a file for a host and for a stack."""
    file = f"compose.{told.environment}.yaml"
    lines = [
        *_made(told, ""),
        f"#   on a host:   docker compose -f {file} up -d",
        f"#   on a Swarm:  docker stack deploy -c {file} {told.name}",
        *_beside(told),
    ]
    return _text(lines)


def of_swarm(told: Told) -> str:
    """The head of a file for a stack alone."""
    lines = [
        *_made(told, " --swarm"),
        f"#   docker stack deploy -c compose.{told.environment}.yaml {told.name}",
        *_beside(told),
    ]
    if told.secrets:
        lines += ["# Swarm secrets that it needs, and the variable that each holds:"]
        lines += [f"#   {name}: {variable}" for name, variable in told.secrets]
    return _text(lines)


def _made(told: Told, option: str) -> list[str]:
    return [
        f"{MARK} -e {told.environment}{option}`: {told.project} in {told.environment}. Do not edit it: make it again.",
        "# It holds no secret. How to run it, without firedoor:",
    ]


def _beside(told: Told) -> list[str]:
    lines = []
    if told.env_files:
        lines += _filled(f"It reads, from its own folder: {', '.join(told.env_files)}.")
    if told.needs:
        lines += _filled(f"Variables that have to be set for that command: {', '.join(told.needs)}.")
    return lines


def _filled(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)]


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
