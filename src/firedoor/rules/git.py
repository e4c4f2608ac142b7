"""Version control: real env files do not belong there."""

from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.rules import env_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from firedoor.declaration import Project
    from firedoor.dotenv import Entry


def problems(
    project: "Project", tracked: "Collection[str]", entries: "Mapping[str, Sequence[Entry] | None]"
) -> list[Problem]:
    """FD214 for every real env file, and every secret as a file, that git tracks now.

    ``tracked`` are paths relative to the project's root. ``entries`` are the parsed tracked files; one that is
    absent or None could not be read and is taken to hold secrets. Without secrets the problem is a warning, and none
    in a file that the declaration reads in every environment: such a file is made to be committed.
    """
    found = []
    for path, environment in (env_files.real_files(project) | env_files.secret_files(project)).items():
        if path not in tracked:
            continue
        held = entries.get(path)
        keys = [entry.key for entry in held or () if env_files.gives_away(project, entry)]
        protected = environment is not None and environment.protected
        grave = bool(keys) or held is None or protected
        if not grave and path in env_files.defaults_files(project):
            continue
        found.append(
            Problem(
                "FD214",
                subject=path,
                environment=environment.name if environment is not None else None,
                origin=Origin(FILE, path),
                severity=ERROR if grave else WARNING,
                keys=env_files.listed(keys),
            )
        )
    return found
