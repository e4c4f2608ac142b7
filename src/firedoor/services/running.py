"""What runs now: every container that belongs to this checkout or bears its environments' names, by environment."""

from __future__ import annotations

from firedoor.services import engine, labels, neighbours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.services.container import Container
    from firedoor.services.listing import Listed


class Running:
    """The containers of one checkout.

    ``environments`` holds those that firedoor started, by their environment, in the declared order; ``strangers`` all
    others: started without firedoor, or from another checkout under one of our names.
    """

    def __init__(self, project: Project, containers: Sequence[Container]) -> None:
        self.project = project
        self.environments: dict[str, list[Container]] = {}
        self.strangers: list[Container] = []
        known = {labels.compose_project(project, one): one for one in project.environments}
        own = labels.of_checkout(project.root, (one.folder for one in containers))
        for one in containers:
            environment = known.get(one.project)
            ours = one.folder in own
            if ours and environment is not None and one.environment == environment.name:
                self.environments.setdefault(environment.name, []).append(one)
            elif ours or environment is not None:
                self.strangers.append(one)
        self.environments = {
            name: self.environments[name] for name in project.names if name in self.environments
        }

    @property
    def active(self) -> list[Environment]:
        """The environments of which a container runs at this moment."""
        return [
            environment
            for environment in self.project.environments
            if any(one.running for one in self.environments.get(environment.name, ()))
        ]


def look(project: Project, listed: Sequence[Listed] | None = None) -> Running:
    """Ask the engine. Raises ServiceError when it does not answer (FD702)."""
    every = engine.listed() if listed is None else listed
    names = {labels.compose_project(project, one) for one in project.environments}
    own = {one.id for one in neighbours.of_checkout(every, project.root)}
    ids = [one.id for one in every if one.id in own or one.project in names]
    return Running(project, engine.inspected(ids))
