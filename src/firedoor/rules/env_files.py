"""Which paths are a project's real env files, and which are examples of them. Names only: nothing is opened."""

import posixpath

from firedoor import secret
from firedoor.sources import candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.declaration import Project
    from firedoor.dotenv import Entry
    from firedoor.environment import Environment

EXAMPLE_SUFFIXES = (".example", ".sample", ".template", ".dist", ".tmpl", ".tpl")
_TOKENS = ("key", "signing-key", "password")


def own_files(project: "Project", environment: "Environment") -> list[str]:
    """Every path that can be this environment's own file, template by template, one for each spelling."""
    templates = [template for template in (*project.files, *project.optional_files) if "{env}" in template]
    return [_normal(path) for template in templates for path in candidates(template, environment)]


def shared_files(project: "Project") -> list[str]:
    """The paths that every environment reads or may fall back to."""
    return [*_templates_of_all(project), _normal(project.fallback_file)]


def defaults_files(project: "Project") -> list[str]:
    """The paths that the declaration reads in every environment, on purpose."""
    return _templates_of_all(project)


def _templates_of_all(project: "Project") -> list[str]:
    return [_normal(path) for path in (*project.files, *project.optional_files) if "{env}" not in path]


def real_files(project: "Project") -> "dict[str, Environment | None]":
    """Every path that can be a real env file, with the environment it belongs to; None for shared ones."""
    found: dict[str, Environment | None] = dict.fromkeys(shared_files(project))
    for environment in project.environments:
        found.update(dict.fromkeys(own_files(project, environment), environment))
    return found


def secret_files(project: "Project") -> "dict[str, Environment | None]":
    """Every path in the project that can be a secret as a file, with the environment it belongs to."""
    folder = project.secrets
    if not folder or folder.startswith("/"):
        return {}
    folders: dict[str, Environment | None] = {}
    for environment in project.environments:
        owner = environment if "{env}" in folder else None
        folders.update(dict.fromkeys(candidates(folder, environment), owner))
    return {f"{path}/{name}": owner for path, owner in folders.items() for name in project.variables}


def examples_of(path: str) -> list[str]:
    """The names under which an example of this file is committed, the usual one first."""
    return [path + suffix for suffix in EXAMPLE_SUFFIXES]


def general_examples(project: "Project") -> list[str]:
    """The names of an example that stands for every environment: ``.env.example`` and its like."""
    names = [name for path in shared_files(project) for name in examples_of(path)]
    names += [name for base in (".env", "env") for name in examples_of(base)]
    folders = [posixpath.dirname(_normal(template)) for template in project.files]
    names += [
        posixpath.join(folder, name)
        for folder in folders
        if "{env}" not in folder
        for name in examples_of(".env")
    ]
    names += ["example.env", ".example.env", "sample.env", "env.sample"]
    return list(dict.fromkeys(names))


def gives_away(project: "Project", entry: "Entry") -> bool:
    """Whether the entry holds a secret that somebody could use, not a placeholder or a local address."""
    text = entry.value
    if secret.looks_issued_secret(text):
        return True
    return (
        is_secret(project, entry.key)
        and bool(text)
        and "${" not in text
        and not secret.looks_placeholder(text)
    )


def is_secret(project: "Project", name: str) -> bool:
    """Whether the variable holds a secret, by its declaration or, undeclared, by its name."""
    variable = project.variables.get(name)
    if variable is None:
        return secret.looks_secret_name(name)
    return variable.secret or variable.resource in _TOKENS


def listed(names: "Iterable[str]", most: int = 8) -> str:
    """Names for a sentence: all of a few, the first of many."""
    ordered = list(dict.fromkeys(names))
    shown = ", ".join(ordered[:most])
    return shown if len(ordered) <= most else f"{shown} and {len(ordered) - most} more"


def _normal(path: str) -> str:
    return posixpath.normpath(path)
