"""The lines that .gitignore needs, so that real env files stay out of version control and examples stay in."""

from __future__ import annotations

import os
import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from firedoor import reading, version_control
from firedoor.rules import env_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from firedoor.declaration import Project

NAME = ".gitignore"
HEADING = "# Real env files hold real values: only examples are committed."


def lines_needed(project: Project, examples: Iterable[str], tracked: Collection[str] = ()) -> list[str]:
    """The lines to add; none when git ignores every real file already and sees every example.

    What people took back in by a pattern with ``!``, and defaults that they track, stays as they want it.
    """
    real = [path for path in env_files.real_files(project) if not _is_wanted(project, path, tracked)]
    shown = list(dict.fromkeys(examples))
    asked = [*real, *shown]
    asked += [folder for path in asked for folder in _folders(path)]
    decided = version_control.ignored(project.root, list(dict.fromkeys(asked)))
    if decided is None:
        decided = _decided_by_lines(_present_lines(project.root), asked)
    unseen = [path for path in real if all(decided.get(part) is None for part in (path, *_folders(path)))]
    patterns = list(dict.fromkeys(_pattern(project, path) for path in unseen))
    # an example that somebody writes next year must not vanish either
    usual = (pattern + env_files.EXAMPLE_SUFFIXES[0] for pattern in patterns)
    exceptions = {"!" + example: None for example in usual if _matches(example.rpartition(".")[0], example)}
    for path in shown:
        closed = [folder for folder in _folders(path) if _hides(decided.get(folder))]
        if closed:
            exceptions.update(dict.fromkeys(_opened(path, closed[0])))
        elif _hides(decided.get(path)) or any(_matches(pattern, path) for pattern in patterns):
            exceptions[_exception(project, path)] = None
    return [*patterns, *(line for line in exceptions if not _is_covered(line, exceptions))]


def _is_wanted(project: Project, path: str, tracked: Collection[str]) -> bool:
    """A file that every environment reads and that is committed: defaults, which people mean to share."""
    return path in env_files.defaults_files(project) and path in tracked


def _folders(path: str) -> list[str]:
    """The folders on the way to the path, the outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _opened(path: str, closed: str) -> Iterator[str]:
    """The lines that let an example out of an ignored folder, and nothing else that is in there."""
    for folder in _folders(path):
        if len(folder) >= len(closed):
            yield f"!/{folder}/"
            yield f"/{folder}/*"
    yield f"!/{posixpath.dirname(path)}/*{posixpath.splitext(path)[1]}"


def _is_covered(line: str, lines: Iterable[str]) -> bool:
    """Whether another exception, with a ``*``, says the same."""
    return any(other != line and line[0] == other[0] == "!" and fnmatchcase(line, other) for other in lines)


def added_to(present: str, lines: list[str]) -> str:
    """The whole file with the lines added at its end, in its own line endings."""
    end = "\r\n" if "\r\n" in present else "\n"
    glue = "" if not present or present.endswith("\n") else end
    gap = end if present.strip() else ""
    return present + glue + gap + end.join([HEADING, *lines]) + end


def _present_lines(root: str) -> list[str]:
    data = reading.read_bytes(os.path.join(root, NAME))
    return [] if isinstance(data, reading.Failure) else data.decode("utf-8", "replace").splitlines()


def _decided_by_lines(lines: list[str], paths: list[str]) -> dict[str, str | None]:
    """What git would say, by the usual forms of patterns alone: where git itself is not there to be asked."""
    decided: dict[str, str | None] = dict.fromkeys(paths)
    for line in lines:
        pattern = line.rstrip()
        if pattern and not pattern.startswith("#"):
            for path in paths:
                if _matches(pattern.removeprefix("!"), path):
                    decided[path] = pattern
    return decided


def _matches(pattern: str, path: str) -> bool:
    """Whether a .gitignore pattern means this path, or a folder above it."""
    pattern = pattern.rstrip("/")
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    if "/" in pattern.strip("/") or pattern.startswith("/"):
        return any(fnmatchcase(part, pattern.lstrip("/")) for part in above)
    return any(fnmatchcase(part, pattern) for part in parts)


def _hides(pattern: str | None) -> bool:
    return pattern is not None and not pattern.startswith("!")


def _pattern(project: Project, path: str) -> str:
    """The pattern for a real file: its template with ``*`` for the environment, so that later ones are covered too."""
    for template in (*project.files, *project.optional_files):
        normal = posixpath.normpath(template)
        if "{env}" in normal and any(normal.replace("{env}", s) == path for s in project.spellings):
            return _anchored(normal.replace("{env}", "*"))
    return _anchored(path)


def _exception(project: Project, path: str) -> str:
    for spelling in sorted(project.spellings, key=len, reverse=True):
        for suffix in env_files.EXAMPLE_SUFFIXES:
            head = path.removesuffix(suffix)
            for template in (*project.files, *project.optional_files):
                if (
                    head != path
                    and posixpath.normpath(template).replace("{env}", spelling) == head != template
                ):
                    return "!" + _anchored(posixpath.normpath(template).replace("{env}", "*") + suffix)
    return "!" + _anchored(path)


def _anchored(pattern: str) -> str:
    """A pattern with a slash in it starts at the project's folder anyway; one without holds in every folder below."""
    return f"/{pattern}" if "/" in pattern else pattern
