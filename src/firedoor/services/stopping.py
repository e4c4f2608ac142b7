"""Ending all containers of an environment, whatever profile or file they came from; its data only on request."""

from __future__ import annotations

from firedoor import consent
from firedoor.errors import ServiceError
from firedoor.problem import Problem
from firedoor.services import compose, engine, labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Project
    from firedoor.environment import Environment


def stop(project: Project, environment: Environment) -> int:
    """End and remove every container and network of the environment; how many containers there were.

    Volumes stay. Raises ServiceError when they are another checkout's (FD722), when Compose could not end them all
    (FD742).
    """
    name = labels.compose_project(project, environment)
    before = engine.of_project(name)
    elsewhere = sorted({one.folder for one in before if one.folder and not one.is_of(project.root)})
    if elsewhere:
        raise ServiceError(
            [
                Problem("FD722", subject=name, environment=environment.name, folder=folder)
                for folder in elsewhere
            ]
        )
    code, said = compose.down(name)
    left = engine.of_project(name)
    if code != 0 or left:
        lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
        detail = lines[-1].strip() if lines else f"{len(left)} containers are left"
        raise ServiceError([Problem("FD742", subject=name, environment=environment.name, detail=detail)])
    return len(before)


def refuse_destruction(project: Project, environment: Environment) -> None:
    """Raises ServiceError (FD743) where the environment is protected and nothing lets its volumes be destroyed."""
    if environment.protected and consent.find(project, environment, consent.VOLUMES) is None:
        raise ServiceError([Problem("FD743", subject=environment.name, environment=environment.name)])


def volumes(project: Project, environment: Environment) -> list[tuple[str, str]]:
    """The environment's volumes with their sizes. Raises ServiceError when the engine does not answer."""
    return engine.volumes_of(labels.compose_project(project, environment))


def destroy(project: Project, environment: Environment, names: Sequence[str]) -> int:
    """Remove these volumes of the environment and all that is in them; how many there were.

    Raises ServiceError when one could not be removed (FD748), after the others.
    """
    there = set(engine.volume_names(labels.compose_project(project, environment)))
    going = [name for name in names if name in there]
    failed = {name: reason for name in going if (reason := engine.remove_volume(name))}
    if failed:
        raise ServiceError(
            [
                Problem("FD748", subject=name, environment=environment.name, detail=reason)
                for name, reason in failed.items()
            ]
        )
    return len(going)
