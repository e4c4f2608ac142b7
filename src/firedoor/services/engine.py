"""The container engine, asked through the docker command, which knows where it is and how to speak to it."""

from __future__ import annotations

import json
import os
import time

from firedoor import process, sources
from firedoor.errors import ServiceError
from firedoor.problem import Problem
from firedoor.services import container, labels, listing, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from firedoor.services.container import Container
    from firedoor.services.listing import Listed

_LOG_LINES = 20
_SECONDS = 120.0
_PAUSE_SECONDS = 0.2
_ANYWHERE = os.path.abspath(os.sep)


def command() -> str:
    """The docker command. Raises ServiceError (FD701) when there is none."""
    if process.found("docker", sources.process_environment().get("PATH", os.defpath)) is None:
        raise ServiceError([Problem("FD701", subject="docker")])
    return "docker"


def _run(*words: str) -> tuple[int, bytes, bytes]:
    return process.Task([command(), *words], _ANYWHERE, sources.process_environment()).result(_SECONDS)


def ask(*words: str) -> bytes:
    """What ``docker WORDS`` answers. Raises ServiceError: no such command (FD701), no answer (FD702)."""
    code, out, said = _run(*words)
    if code != 0:
        raise ServiceError([Problem("FD702", subject="docker", detail=_reason(code, said))])
    return out


def _reason(code: int, said: bytes) -> str:
    if code == process.TIMED_OUT:
        return f"no answer within {_SECONDS:.0f} seconds"
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else "it gives no reason"


def listed() -> list[Listed]:
    """Every container of the engine, whoever started it and whether or not it runs. Raises as ``ask``."""
    path = wire.socket_path()
    if path is not None:
        (told,) = _answers(path, ["/containers/json?all=true"])
        if not isinstance(told, list):
            detail = f"what is said at {path} is no engine's answer"
            raise ServiceError([Problem("FD702", subject="docker", detail=detail)])
        return list(map(listing.of_answer, told))
    lines = (
        ask("ps", "--all", "--no-trunc", "--format", listing.FORMAT).decode("utf-8", "replace").splitlines()
    )
    return [one for one in map(listing.of_line, lines) if one is not None]


def inspected(ids: Sequence[str]) -> list[Container]:
    """The containers of these ids, as they are now; one that has gone meanwhile is left out. Raises as ``ask``."""
    path = wire.socket_path()
    if not ids:
        told = []
    elif path is not None:
        told = [one for one in _answers(path, [f"/containers/{one}/json" for one in ids]) if one]
    else:
        told = _inspected_by_command(ids)
    found = [container.of_inspection(one) for one in told]
    return sorted((one for one in found if one.project), key=lambda one: (one.project, one.service, one.name))


def _answers(path: str, questions: Sequence[str]) -> list[Any]:
    try:
        return wire.Wire(path).answers(questions)
    except ConnectionError as error:
        raise ServiceError([Problem("FD702", subject="docker", detail=str(error).rstrip("."))]) from None


def _inspected_by_command(ids: Sequence[str]) -> list[Any]:
    code, out, said = _run("container", "inspect", *ids)
    told: list[Any] = json.loads(out or b"[]")
    if code != 0 and not told and b"No such container" not in said:
        raise ServiceError([Problem("FD702", subject="docker", detail=_reason(code, said))])
    return told


def of_project(name: str) -> list[Container]:
    """Every container of the Compose project; one-off ones (``compose run``) included. Raises as ``ask``."""
    return inspected([one.id for one in listed() if one.project == name])


def last_lines(id_: str, number: int = _LOG_LINES) -> list[str]:
    """The last lines that the container's program wrote. What they hold is the program's: clean them before showing."""
    code, out = process.capture(
        ["docker", "logs", "--tail", str(number), id_], _ANYWHERE, with_errors=True, timeout=_SECONDS
    )
    return out.decode("utf-8", "replace").splitlines() if code == 0 else []


def settings_of_images(names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """What containers of the images start with: ``Entrypoint``, ``Cmd``, ``Env``; nothing of one that is not there."""
    from urllib.parse import quote

    wanted = list(dict.fromkeys(names))
    path = wire.socket_path()
    if path is None:
        told = [_settings_by_command(name) for name in wanted]
    else:
        try:
            told = [
                (one or {}).get("Config")
                for one in _answers(path, [f"/images/{quote(name)}/json" for name in wanted])
            ]
        except ServiceError:  # it will say so itself when it is to start something
            told = [None for _ in wanted]
    return {name: one or {} for name, one in zip(wanted, told, strict=True)}


def _settings_by_command(name: str) -> Mapping[str, Any] | None:
    words = ["docker", "image", "inspect", "--format", "{{json .Config}}", name]
    code, out = process.capture(words, _ANYWHERE, timeout=_SECONDS)
    told: Mapping[str, Any] | None = json.loads(out) if code == 0 else None
    return told


def volume_names(name: str) -> list[str]:
    """The volumes of the Compose project, sorted. Raises as ``ask``."""
    words = ("volume", "ls", "--quiet", "--filter", f"label={labels.COMPOSE_PROJECT}={name}")
    return sorted(ask(*words).decode("utf-8", "replace").split())


def volumes_of(name: str) -> list[tuple[str, str]]:
    """The volumes of the Compose project with their sizes, as the engine writes sizes. Raises as ``ask``."""
    names = volume_names(name)
    if not names:
        return []
    sizes = {one["Name"]: one.get("Size", "") for one in json.loads(_disk_usage()) or ()}
    return [(one, sizes.get(one) or "size unknown") for one in names]


def _disk_usage() -> bytes:
    """What the engine says of its volumes. It refuses a second such question while it works on one: asked again."""
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            return ask("system", "df", "--verbose", "--format", "{{json .Volumes}}")
        except ServiceError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


def _is_busy(error: ServiceError) -> bool:
    return any("already running" in problem.facts.get("detail", "") for problem in error.problems)


def remove_volume(name: str) -> str:
    """Remove the volume, with what is in it; why that could not be done, empty when it was."""
    code, _, said = _run("volume", "rm", name)
    return "" if code == 0 else _reason(code, said)
