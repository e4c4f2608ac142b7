"""Who may read the files of a protected environment."""

from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from firedoor.rules import env_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.declaration import Project


def problems(project: "Project", exposed: "Mapping[str, str]") -> list[Problem]:
    """FD217 for every file of a protected environment in ``exposed``: paths that others can read, with their modes."""
    return [
        Problem(
            "FD217",
            subject=path,
            environment=environment.name,
            origin=Origin(FILE, path),
            severity=WARNING,
            mode=exposed[path],
        )
        for environment in project.environments
        if environment.protected
        for path in env_files.own_files(project, environment)
        if path in exposed
    ]
