"""Where Docker Compose is on this machine: a plugin of the docker command, or a program of its own."""

import os
import sys

from firedoor import process, sources
from firedoor.errors import ServiceError
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "docker-compose"
_OLDEST = 2
_PLUGIN_FOLDERS = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
    "/opt/homebrew/lib/docker/cli-plugins",
    "/Applications/Docker.app/Contents/Resources/cli-plugins",
)
_known: dict[str, tuple[str, ...]] = {}


def words() -> tuple[str, ...]:
    """The words that call Compose. Raises ServiceError (FD701) when there is none.

    A plugin is a program that also works by itself, which saves the docker command's own start. Nothing is started to
    find it: ``refuse_old`` looks at the version once something has gone wrong.
    """
    path = sources.process_environment().get("PATH", os.defpath)
    if path not in _known:
        _known[path] = _find(path)
    return _known[path]


def _find(path: str) -> tuple[str, ...]:
    suffix = ".exe" if sys.platform == "win32" else ""
    for folder in _folders(path):
        candidate = os.path.join(folder, NAME + suffix)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return (candidate,)
    docker = process.found("docker", path)
    if docker is not None:  # with plugins where only it knows
        return (docker, "compose")
    raise ServiceError([Problem("FD701", subject="docker compose")])


def _folders(path: str) -> "Iterator[str]":
    shell = sources.process_environment()
    own = shell.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
    yield os.path.join(own, "cli-plugins")
    yield from _PLUGIN_FOLDERS
    yield from path.split(os.pathsep)
    yield os.path.dirname(sys.executable)


def refuse_old() -> None:
    """Raises ServiceError when what has just failed is no Compose (FD701), or an old one (FD703)."""
    code, out = process.capture([*words(), "version", "--short"], os.path.abspath(os.sep))
    version = out.decode("ascii", "replace").strip().removeprefix("v")
    if code != 0 or not version:  # without the plugin, docker says something else in every version
        raise ServiceError([Problem("FD701", subject="docker compose")])
    major = version.partition(".")[0]
    if major.isdigit() and int(major) < _OLDEST:
        raise ServiceError([Problem("FD703", subject="docker compose", version=version)])
