"""A draft as the text of firedoor.toml: commented, tidy, nothing in it that need not be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from firedoor.declaration import Variable
    from firedoor.discovery.draft import Draft, EnvironmentDraft

_HEAD = """\
# The environments of this project, and what must not be mixed up between them.
# Written by `firedoor init` from what it found; it is yours now. `firedoor check --all` judges it.
"""
_DEFAULT_TEMPLATES = (".env.{env}",)


def render(draft: Draft) -> str:
    """The whole file."""
    blocks = [_HEAD + "".join(f"# {hint}\n" for hint in draft.hints), _project(draft), _files(draft)]
    for index, environment in enumerate(draft.environments):
        blocks.append(
            _environment(environment, "  # the order here is the order of promotion" if not index else "")
        )
    blocks += [_settings(draft), _variables(draft)]
    return "\n".join(block for block in blocks if block)


def _project(draft: Draft) -> str:
    lines = ["[project]", f"name = {quoted(draft.name)}"]
    selectors = listed(draft.selectors) if len(draft.selectors) > 1 else quoted(draft.selectors[0])
    comment = "all that are set must agree" if len(draft.selectors) > 1 else "chooses the environment"
    lines.append(f"selector = {selectors}  # {comment}")
    if draft.default:
        lines.append(f"default = {quoted(draft.default)}")
    elif draft.suggested_default:
        lines.append(
            f"# default = {quoted(draft.suggested_default)}  # without it, choosing nothing is an error"
        )
    return _block(lines)


def _files(draft: Draft) -> str:
    lines = []
    if draft.templates != _DEFAULT_TEMPLATES:
        lines.append(
            f"templates = {listed(draft.templates)}"
            + ("  # later ones win" if len(draft.templates) > 1 else "")
        )
    if draft.optional:
        lines.append(f"optional = {listed(draft.optional)}")
    if draft.fallback:
        lines.append(
            f"fallback = {quoted(draft.fallback)}  # .env is one environment's own: its selector line says so"
        )
    if draft.fallback_file != ".env":
        lines.append(f"fallback_file = {quoted(draft.fallback_file)}")
    return _block(["[files]", *lines]) if lines else ""


def _environment(environment: EnvironmentDraft, comment: str) -> str:
    lines = [f"[environments.{key(environment.name)}]{comment}"]
    if environment.aliases:
        lines.append(f"aliases = {listed(environment.aliases)}")
    if environment.protected:
        lines.append("protected = true")
    if environment.fallback:
        lines.append(f"fallback = {quoted(environment.fallback)}")
    elif environment.protected:
        lines.append('# fallback = "process"  # where the platform sets the variables, and there is no file')
    if environment.profiles:
        lines.append(f"profiles = {listed(environment.profiles)}  # of Compose")
    if environment.require:
        lines += ["", f"[environments.{key(environment.name)}.require]"]
        lines += [f"{key(name)} = {str(value).lower()}" for name, value in environment.require.items()]
    return _block(lines)


def _settings(draft: Draft) -> str:
    if draft.settings_class is None:
        return ""
    return _block(
        [
            "# `firedoor check` validates the settings class too, once it may import it:",
            "# [settings]",
            f"# class = {quoted(draft.settings_class)}",
        ]
    )


def _variables(draft: Draft) -> str:
    groups: tuple[tuple[str, Callable[[Variable], bool]], ...] = (
        ("What environments must not share.", lambda v: v.resource is not None),
        ("Secrets: never shown, never the same in two environments.", lambda v: v.secret),
        ("What the texts must be.", lambda v: not v.sensitive),
    )
    lines: list[str] = []
    for title, belongs in groups:
        members = [variable for variable in draft.variables if belongs(variable)]
        if members:
            lines += ["", f"# {title}"] if lines else [f"# {title}"]
            lines += [f"{key(variable.name)} = {{ {', '.join(_facts(variable))} }}" for variable in members]
    return _block(["[variables]", *lines]) if lines else ""


def _facts(variable: Variable) -> Iterator[str]:
    if variable.resource is not None:
        yield f"resource = {quoted(variable.resource)}"
    if variable.secret:
        yield "secret = true"
    if variable.type != "str":
        yield f"type = {quoted(variable.type)}"
    if variable.values:
        yield f"values = {listed(variable.values)}"
    if isinstance(variable.required, tuple):
        yield f"required = {listed(variable.required)}"
    elif variable.required:
        yield "required = true"
    elif variable.type == "str" and not variable.sensitive:
        yield 'type = "str"'


def _block(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def listed(items: Iterable[str]) -> str:
    """A TOML array of texts."""
    return "[" + ", ".join(map(quoted, items)) + "]"


def key(name: str) -> str:
    """A TOML key, quoted only where it must be."""
    plain = name.replace("-", "a").replace("_", "a")
    return name if plain.isascii() and plain.isalnum() else quoted(name)


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
