"""The container engine, asked through the docker command, which knows where it is and how to speak to it."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from firedoor import process, sources
from firedoor.errors import ServiceError
from firedoor.problem import Problem
from firedoor.services import container, labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firedoor.services.container import Container

_FIELDS = "{{.ID}}\t{{.State}}\t{{.Ports}}\t{{.Names}}\t" + "\t".join(
    f'{{{{.Label "{label}"}}}}'
    for label in (labels.COMPOSE_PROJECT, labels.COMPOSE_FOLDER, labels.PROJECT, labels.ENVIRONMENT)
)
_LOG_LINES = 20
_SECONDS = 120.0
_ANYWHERE = os.path.abspath(os.sep)


class Listed:
    """One line of the engine's list of containers."""

    __slots__ = ("environment", "folder", "id", "name", "ports", "project", "running")

    def __init__(self, line: str) -> None:
        told = line.split("\t")
        self.id, state, self.ports, self.name, self.project, self.folder, _, self.environment = told
        self.running = state in ("running", "restarting", "paused")


def ask(*words: str) -> bytes:
    """What ``docker WORDS`` answers. Raises ServiceError: no such command (FD701), no answer (FD702)."""
    if shutil.which("docker") is None:
        raise ServiceError([Problem("FD701", subject="docker")])
    code, out, said = process.outcome(["docker", *words], _ANYWHERE, _variables(), timeout=_SECONDS)
    if code != 0:
        raise ServiceError([Problem("FD702", subject="docker", detail=_reason(code, said))])
    return out


def _variables() -> dict[str, str]:
    return sources.process_environment()


def _reason(code: int, said: bytes) -> str:
    if code == process.TIMED_OUT:
        return f"no answer within {_SECONDS:.0f} seconds"
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else "it gives no reason"


def listed() -> list[Listed]:
    """Every container of the engine, whoever started it and whether or not it runs. Raises as ``ask``."""
    lines = ask("ps", "--all", "--no-trunc", "--format", _FIELDS).decode("utf-8", "replace").splitlines()
    return [Listed(line) for line in lines if line.count("\t") >= _FIELDS.count("\t")]


def inspected(ids: Sequence[str]) -> list[Container]:
    """The containers of these ids, as they are now; one that has gone meanwhile is left out. Raises as ``ask``."""
    if not ids:
        return []
    words = ["docker", "container", "inspect", *ids]
    code, out, said = process.outcome(words, _ANYWHERE, _variables(), timeout=_SECONDS)
    told = json.loads(out or b"[]")
    if code != 0 and not told and b"No such container" not in said:
        raise ServiceError([Problem("FD702", subject="docker", detail=_reason(code, said))])
    found = [container.of_inspection(one) for one in told]
    return sorted((one for one in found if one.project), key=lambda one: (one.project, one.service, one.name))


def of_project(name: str) -> list[Container]:
    """Every container of the Compose project; one-off ones (``compose run``) included. Raises as ``ask``."""
    words = ("ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={labels.COMPOSE_PROJECT}={name}")
    return inspected(ask(*words).decode("ascii", "replace").split())


def last_lines(id_: str, number: int = _LOG_LINES) -> list[str]:
    """The last lines that the container's program wrote. What they hold is the program's: clean them before showing."""
    code, out = process.capture(
        ["docker", "logs", "--tail", str(number), id_], _ANYWHERE, with_errors=True, timeout=_SECONDS
    )
    return out.decode("utf-8", "replace").splitlines() if code == 0 else []


def command_of_image(image: str) -> list[str] | None:
    """The words that a container of the image starts with; None where the engine does not have it."""
    code, out = process.capture(
        ["docker", "image", "inspect", "--format", "{{json .Config}}", image], _ANYWHERE, timeout=_SECONDS
    )
    if code != 0:
        return None
    told = json.loads(out)
    return [*(told.get("Entrypoint") or ()), *(told.get("Cmd") or ())]


def volumes_of(name: str) -> list[tuple[str, str]]:
    """The volumes of the Compose project with their sizes, as the engine writes sizes. Raises as ``ask``."""
    words = ("volume", "ls", "--quiet", "--filter", f"label={labels.COMPOSE_PROJECT}={name}")
    names = ask(*words).decode("utf-8", "replace").split()
    if not names:
        return []
    told = ask("system", "df", "--verbose", "--format", "{{json .Volumes}}")
    sizes = {one["Name"]: one.get("Size", "") for one in _volumes(json.loads(told))}
    return [(one, sizes.get(one) or "size unknown") for one in sorted(names)]


def _volumes(told: object) -> Iterable[dict[str, str]]:
    return told if isinstance(told, list) else ()


def remove_volumes(names: Sequence[str]) -> None:
    """Remove the volumes, with what is in them. Raises as ``ask`` when one cannot be removed."""
    if names:
        ask("volume", "rm", *names)
