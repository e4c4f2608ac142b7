"""Docker Compose: found, asked what it makes of its files, and told what to start. Nothing of it is guessed."""

from __future__ import annotations

import os
from contextlib import contextmanager

from firedoor import process, sources
from firedoor.errors import ServiceError
from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem
from firedoor.services import program
from firedoor.services.deployment import MARK, is_rendered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

    from firedoor.declaration import Project
    from firedoor.environment import Environment

_USUAL_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_USUAL_OF_ENVIRONMENT = "compose.{env}.yaml"
_OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
)
_PLACEHOLDER = "{env}"
_SECONDS_TO_STOP = 600.0
_STDOUT = 1
_MOST_LINES = 3
# its own settings come from the command line alone, and what it talks to from the shell, never from an env file
_OWN_SETTINGS = "COMPOSE_"
_OF_ENGINE = ("DOCKER_CLI_", "DOCKER_CONTENT_TRUST", "DOCKER_TLS")
_OF_ENGINE_NAMES = frozenset(
    {
        "DOCKER_API_VERSION",
        "DOCKER_AUTH_CONFIG",
        "DOCKER_BUILDKIT",
        "DOCKER_CERT_PATH",
        "DOCKER_CONFIG",
        "DOCKER_CONTEXT",
        "DOCKER_CUSTOM_HEADERS",
        "DOCKER_DEFAULT_PLATFORM",
        "DOCKER_HOST",
    }
)
_READING = "failed to read "


def templates(project: Project) -> tuple[str, ...]:
    """What the declaration says of the Compose files, or the usual: Compose's first name, and one per environment."""
    first = next((name for name in _USUAL_FILES if _is_there(project, name)), _USUAL_FILES[0])
    return project.services.files or (first, _USUAL_OF_ENVIRONMENT)


def files(project: Project, environment: Environment) -> tuple[list[str], list[Problem]]:
    """The Compose files of the environment, relative to the root, and the problems of finding them.

    A file whose template names the environment may be absent. Compose's own override file is read only when it is
    declared: what it adds belongs to somebody's laptop more often than to an environment.
    """
    found, problems = [], []
    for template in templates(project):
        present = [name for name in sources.candidates(template, environment) if _is_there(project, name)]
        if _PLACEHOLDER in template:
            present = [name for name in present if not _is_deployment_file(project, name)]
        if len(present) > 1:
            problems.append(
                Problem(
                    "FD203",
                    subject=present[0],
                    environment=environment.name,
                    origin=Origin(FILE, present[0]),
                    files=", ".join(present),
                )
            )
        if present:
            found.append(present[0])
        elif _PLACEHOLDER not in template:
            problems.append(Problem("FD704", subject=template, environment=environment.name))
    unread = [name for name in _OVERRIDES if _is_there(project, name) and name not in found]
    problems += [
        Problem(
            "FD706",
            subject=name,
            environment=environment.name,
            origin=Origin(FILE, name),
            severity=WARNING,
        )
        for name in unread
    ]
    return found, problems


def files_of_others(project: Project, environment: Environment) -> set[str]:
    """The Compose files of the other environments, those that all share included."""
    others = (other for other in project.environments if other is not environment)
    return {name for other in others for name in files(project, other)[0]}


def _is_there(project: Project, name: str) -> bool:
    return os.path.lexists(os.path.join(project.root, name))


def _is_deployment_file(project: Project, name: str) -> bool:
    """Whether ``service config`` has made it, or is about to: the shell empties the file that its answer goes to."""
    path = os.path.join(project.root, name)
    try:
        with open(path, "rb") as file:
            start = file.read(len(MARK)).decode("ascii", "replace")
        return is_rendered(start) or (not start and is_answer(path))
    except OSError:
        return False  # Compose says why


def is_answer(path: str) -> bool:
    """Whether what this process prints goes into the file. Raises OSError when it cannot be looked at."""
    return os.path.samestat(os.stat(path), os.fstat(_STDOUT))


class Compose:
    """Compose for one environment of one checkout: its files, profiles and project name, with the variables given.

    ``clean`` takes out of a text what nobody may see.
    """

    def __init__(
        self,
        name: str,
        root: str,
        *,
        files: Sequence[str],
        profiles: Sequence[str],
        variables: Mapping[str, str],
        clean: Callable[[str], str],
        environment: str | None = None,
    ) -> None:
        self.name = name
        self.root = root
        self.files = tuple(files)
        self.profiles = tuple(profiles)
        self.variables = _variables(variables)
        self._clean = clean
        self._environment = environment

    def model(self) -> process.Task:
        """Ask what Compose makes of the files, with every reference filled in. Raises ServiceError (FD701, FD703)."""
        return self._config("--format", "json")

    def raw(self) -> process.Task:
        """Ask for the files merged, with references as they are written and env files not read. Raises as ``model``."""
        return self._config("--no-interpolate", "--format", "json")

    def unresolved(self, variables: Mapping[str, str]) -> process.Task:
        """Ask for the model with these variables in its references, and env files not read. Raises as ``model``."""
        return self._config("--no-env-resolution", "--format", "json", variables=variables)

    def _config(self, *options: str, variables: Mapping[str, str] | None = None) -> process.Task:
        words = [*self._words(), *self._given_files(), "config", *options]
        return process.Task(words, self.root, variables or self.variables)

    def answer(self, asked: process.Task) -> dict[str, Any]:
        """What Compose says, once it has said it. Raises ServiceError (FD705) when it refuses the files."""
        code, out, said = asked.result()
        if code != 0:
            program.refuse_old()
            raise ServiceError([self._refusal(said)])
        import json  # while Compose works, not before it

        told: dict[str, Any] = json.loads(out)
        return told

    def up(
        self,
        model: Mapping[str, Any],
        services: Sequence[str] = (),
        *,
        recreate: bool = False,
        holding: Sequence[int] = (),
    ) -> process.Running:
        """Start what the model says, in the background, and end what of the project it does not name.

        ``holding`` are descriptors that Compose keeps open as long as it works: locks, if this process is killed.
        """
        options = ["--detach", "--remove-orphans", "--quiet-pull"]
        if recreate:
            options.append("--force-recreate")
        words = [*self._words(), "--file", "-", "up", *options, *services]
        return process.beside(words, self.root, self.variables, stdin=_yaml(model), holding=holding)

    def _given_files(self) -> list[str]:
        return [word for name in self.files for word in ("--file", os.path.join(self.root, name))]

    def _words(self) -> list[str]:
        profiles = [word for profile in self.profiles for word in ("--profile", profile)]
        return [
            *program.words(),
            *("--project-name", self.name, "--project-directory", self.root),
            *("--env-file", os.devnull, "--ansi", "never", "--progress", "plain"),
            *profiles,
        ]

    def refusal_text(self, said: bytes) -> str:
        """What Compose says of a failure, in one line, without values."""
        text = self._clean(said.decode("utf-8", "replace"))  # a value may have several lines
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        telling = [line for line in lines if "level=warning" not in line] or lines
        return _without_quotations(self._clean("; ".join(telling[-_MOST_LINES:]))).rstrip(".")

    def _refusal(self, said: bytes) -> Problem:
        return Problem(
            "FD705",
            subject=self.files[0] if self.files else "compose.yaml",
            environment=self._environment,
            origin=Origin(FILE, self.files[0]) if self.files else None,
            detail=self.refusal_text(said) or "it gives no reason",
        )


def _without_quotations(text: str) -> str:
    """Of an env file that it cannot read Compose quotes what no variable has for its value: the beginning of a key."""
    before, reading, said = text.partition(_READING)
    quoted = min((said.index(quote) for quote in "\"'" if quote in said), default=-1)
    return f"{before}{reading}{said[:quoted]}(not shown)" if quoted >= 0 else text


def _yaml(model: Mapping[str, Any]) -> bytes:
    """The model in JSON that is YAML, too: JSON's pairs of surrogates, and a bare DEL, are not."""
    import json

    return (
        json.dumps(model, ensure_ascii=False).encode("ascii", "backslashreplace").replace(b"\x7f", b"\\x7f")
    )


def _variables(given: Mapping[str, str]) -> dict[str, str]:
    """The variables that Compose works with: the environment's, and the shell's that say where the engine is."""
    shell = sources.process_environment()
    own = {name: text for name, text in shell.items() if _is_of_engine(name)}
    kept = {
        name: text
        for name, text in given.items()
        if name and not name.startswith(_OWN_SETTINGS) and not _is_of_engine(name)
    }
    return {**kept, **own}


def of_shell(variables: Mapping[str, str], known: Collection[str]) -> list[str]:
    """The variables that only the shell has: nobody has declared what they hold."""
    return [name for name in variables if name not in known and not _is_of_engine(name)]


def _is_of_engine(name: str) -> bool:
    """Whether the docker command obeys it. Others may begin like that, as DOCKER_TAG in the name of an image."""
    return name in _OF_ENGINE_NAMES or name.startswith(_OF_ENGINE)


def down(name: str) -> tuple[int, bytes]:
    """End and remove every container and network of the Compose project, whatever its files say today.

    Gives Compose's exit code and what it said.
    """
    variables = _variables(sources.process_environment())
    words = [*program.words(), "--project-name", name, "--ansi", "never", "down", "--remove-orphans"]
    code, out, said = process.Task(words, os.path.abspath(os.sep), variables).result(_SECONDS_TO_STOP)
    return code, out + said


@contextmanager
def logs(name: str, options: Sequence[str]) -> Iterator[Iterator[str]]:
    """What ``docker compose logs`` says of the project, line by line, as long as it says something."""
    variables = _variables(sources.process_environment())
    words = [*program.words(), "--project-name", name, "--ansi", "never", "logs", *options]
    running = process.beside(words, os.path.abspath(os.sep), variables)
    try:
        out = running.stdout
        yield (line.decode("utf-8", "replace") for line in out or ())
    finally:
        running.terminate()
        running.wait()
        if running.stdout:
            running.stdout.close()
