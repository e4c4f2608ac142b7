"""What `firedoor init` will do: every file with its whole future content, before anything is written."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import declaration, reading, version_control
from firedoor.declaration import applies
from firedoor.discovery import declaration_text, example_text, ignoring
from firedoor.discovery.contents import Contents, Shape, read_all
from firedoor.discovery.drafting import draft
from firedoor.discovery.findings import find
from firedoor.errors import DeclarationError
from firedoor.rules import env_files
from firedoor.sources import candidates, read_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firedoor.declaration import Project
    from firedoor.environment import Environment

CREATE = "create"
EXTEND = "extend"
LEAVE = "leave"
REPLACE = "replace"  # a file that firedoor wrote and nobody has edited
REFUSE = "refuse"


@dataclass(frozen=True)
class Change:
    """One file: what happens to it and why; ``content`` is all of it afterwards, ``added`` the lines that are new."""

    path: str
    action: str
    reason: str
    content: str = ""
    added: tuple[str, ...] = ()


@dataclass
class Plan:
    """The changes in the order in which they will be made, for the project as it is declared, or will be.

    ``todo`` is what is left to the user afterwards.
    """

    project: Project
    changes: list[Change] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The project's folder."""
        return self.project.root

    @property
    def to_write(self) -> list[Change]:
        """The changes that touch a file."""
        return [change for change in self.changes if change.action not in (LEAVE, REFUSE)]

    @property
    def refused(self) -> list[Change]:
        """Those that would overwrite what somebody wrote."""
        return [change for change in self.changes if change.action == REFUSE]


def plan(folder: str) -> Plan:
    """What is missing in the project. Raises DeclarationError when there is a declaration that cannot be read."""
    root = os.path.abspath(folder)
    project, hints, declared = _declared(root)
    made = Plan(project, [declared], hints)
    tracked = version_control.tracked_files(project.root) or frozenset()
    made.changes += _examples(project, tracked)
    made.changes += _ignore(project, [change.path for change in made.changes], tracked)
    return made


def _declared(root: str) -> tuple[Project, list[str], Change]:
    """The project as it is declared, or as it will be."""
    try:
        project = declaration.load(root)
    except DeclarationError as error:
        if [problem.code for problem in error.problems] != ["FD001"]:
            raise
    else:
        shown = os.path.relpath(project.path, root)
        return project, [], Change(shown, LEAVE, "declares the environments already")
    drafted = draft(find(root))
    text = declaration_text.render(drafted)
    project = drafted.project(root)
    reason = f"declares {', '.join(project.names)}"
    added = tuple(text.splitlines())
    return project, drafted.hints, Change(declaration.FILE_NAME, CREATE, reason, text, added)


@dataclass(frozen=True)
class _Present:
    """What is there already: real files that can be read, those committed on purpose, the example for all."""

    held: dict[str, Contents]
    committed: frozenset[str]
    general: str | None


def _examples(project: Project, tracked: frozenset[str]) -> Iterator[Change]:
    """An example for each real file and each environment that has none, unless one stands for all of them."""
    general = next((name for name in env_files.general_examples(project) if _is_here(project, name)), None)
    held = _real_contents(project)
    here = _Present(
        held, frozenset(path for path in held if path in tracked and _is_harmless(project, path)), general
    )
    if general is not None:
        yield Change(general, LEAVE, "is the example for every environment")
    for template in project.files:
        if "{env}" in template:
            for environment in project.environments:
                yield from _examples_of_one(project, environment, template, here)
        elif template in here.held and template not in here.committed and general is None:
            yield _new_example(project, None, template, here.held[template], own=True)


def _examples_of_one(
    project: Project, environment: Environment, template: str, here: _Present
) -> Iterator[Change]:
    """The example of one environment's file."""
    paths = candidates(template, environment)
    present = _example_of(project, paths)
    real = next((path for path in paths if path in here.held), None)
    if present:
        yield Change(present, LEAVE, "is there already")
    elif here.general is None and real not in here.committed:
        model = here.held[real] if real else _model(project, template, here.held)
        required = []
        if template == next(t for t in project.files if "{env}" in t):
            elsewhere = {key for other in project.files for key in _model(project, other, here.held).keys}
            wanted = [v.name for v in project.variables.values() if applies(v.required, environment.name)]
            required = [name for name in wanted if name in model.keys or name not in elsewhere]
        yield _new_example(
            project, environment, real or paths[0], model, own=real is not None, required=required
        )


def _example_of(project: Project, paths: list[str]) -> str | None:
    names = (name for path in paths for name in env_files.examples_of(path))
    return next((name for name in names if _is_here(project, name)), None)


def _new_example(
    project: Project,
    environment: Environment | None,
    real: str,
    model: Contents,
    *,
    own: bool,
    required: Iterable[str] = (),
) -> Change:
    text = example_text.render(project, environment, real, model.lines, own=own, required=required)
    path = env_files.examples_of(real)[0]
    return Change(path, CREATE, f"shows which keys {real} needs", text, tuple(text.splitlines()))


def _real_contents(project: Project) -> dict[str, Contents]:
    paths = [path for path in env_files.real_files(project) if _is_here(project, path)]
    shapes: dict[str, Shape] = {}
    return {path: held for path, held in read_all(project.root, paths, shapes).items() if held.readable}


def _is_harmless(project: Project, path: str) -> bool:
    """Whether the file holds no secret and belongs to no protected environment: it may stay where it is committed."""
    environment = env_files.real_files(project).get(path)
    entries, _ = read_entries(project, path, None)
    protected = environment is not None and environment.protected
    return not protected and not any(env_files.gives_away(project, entry) for entry in entries)


def _model(project: Project, template: str, held: dict[str, Contents]) -> Contents:
    """For an environment without files: the keys that the others have in this file, else those of the fallback."""
    model = Contents("")
    for environment in project.environments:
        for path in candidates(template, environment):
            model.lines += held[path].lines if path in held else []
    if not model.lines and project.fallback_file in held and project.files[-1] == template:
        return held[project.fallback_file]
    return model


def _ignore(project: Project, examples: list[str], tracked: frozenset[str]) -> Iterator[Change]:
    paths = [path for path in examples if path.endswith(env_files.EXAMPLE_SUFFIXES)]
    lines = ignoring.lines_needed(project, paths, tracked)
    if not lines:
        yield Change(ignoring.NAME, LEAVE, "keeps real env files out of version control already")
        return
    data = reading.read_bytes(os.path.join(project.root, ignoring.NAME))
    if isinstance(data, reading.Failure):
        missing = data.reason == reading.MISSING
        action, present = (CREATE, "") if missing else (LEAVE, "")
    else:
        text = reading.decode(data)
        action, present = (LEAVE, "") if isinstance(text, reading.Failure) else (EXTEND, text)
    if action == LEAVE:
        yield Change(ignoring.NAME, LEAVE, f"cannot be read; add these lines yourself: {' '.join(lines)}")
        return
    content = ignoring.added_to(present, lines)
    added = (ignoring.HEADING, *lines)
    yield Change(ignoring.NAME, action, "keeps real env files out of version control", content, added)


def _is_here(project: Project, path: str) -> bool:
    return os.path.lexists(os.path.join(project.root, path))
