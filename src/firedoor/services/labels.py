"""What a container says of itself: Compose's labels and firedoor's, and the names that are made of them."""

from __future__ import annotations

import os

from firedoor.fingerprint import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.declaration import Project
    from firedoor.environment import Environment

COMPOSE_PROJECT = "com.docker.compose.project"
COMPOSE_SERVICE = "com.docker.compose.service"
COMPOSE_FOLDER = "com.docker.compose.project.working_dir"
COMPOSE_ONE_OFF = "com.docker.compose.oneoff"

PROJECT = "firedoor.project"
ENVIRONMENT = "firedoor.environment"
PROFILES = "firedoor.profiles"
DIGEST = "firedoor.digest"
# what the digest is made of, part by part, so that a difference can be named
PARTS = "firedoor.parts"
# the names of the variables that the container was given, so that one that has gone is missed
VARIABLES = "firedoor.variables"

_EXTRA = "-_"


def compose_project(project: Project, environment: Environment) -> str:
    """The name that Compose knows the environment's containers, volumes and networks by: ``handbook-development``.

    Compose takes small letters, digits, hyphens and underscores, and no hyphen or underscore in front.
    """
    return f"{plain(project_name(project))}-{plain(environment.name)}"


def of_checkout(root: str, folders: Iterable[str]) -> set[str]:
    """Those of the folders that are this checkout, links followed. What has no folder is nobody's."""
    here = os.path.realpath(root)
    return {folder for folder in set(folders) if folder and os.path.realpath(folder) == here}


def project_name(project: Project) -> str:
    """The declared name, or the folder's."""
    return project.name or os.path.basename(project.root) or "project"


def plain(name: str) -> str:
    """The name in the letters that Compose takes. One that has none of them is known by a hash of it."""
    spelled = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in _EXTRA) else "-"
        for letter in name.lower()
    )
    return spelled.strip(_EXTRA) or f"x{digest(name.encode('utf-8', 'surrogatepass'), size=4).hex()}"
