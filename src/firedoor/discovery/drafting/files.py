"""Where the declaration will look for values, so that every program reads what it reads today."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from firedoor.discovery import names
from firedoor.discovery.layout import OVERRIDE, PLACEHOLDER

if TYPE_CHECKING:
    from firedoor.discovery.draft import Draft
    from firedoor.discovery.findings import Findings


def choose(found: Findings, draft: Draft) -> None:
    """Fill in the draft's templates, optional files and fallbacks."""
    layout = found.layout
    own = layout.templates
    base = (layout.base,) if layout.base and _base_is_read_first(found) else ()
    draft.optional = tuple(t for t in layout.optional if _is_loaded(found, t))
    if own:
        draft.templates = (*layout.common, *base, *own)
    elif layout.base and _is_composes_alone(found):
        draft.templates = (layout.base,)
    if layout.base and layout.base != ".env" and not base:
        draft.fallback_file = layout.base
    if layout.base and draft.templates != (layout.base,) and not base:
        _choose_fallback(found, draft)


def _base_is_read_first(found: Findings) -> bool:
    """Whether ``.env`` is a layer under each environment's file, not a fallback for missing ones."""
    base = posixpath.basename(found.layout.base)
    if found.commands.layering:
        return True
    if any(base in files and len(files) > 1 for one in found.classes if (files := one.env_files)):
        return True
    if any(found.layout.base in files and len(files) > 1 for files in found.containers.env_files):
        return True
    loaded = found.code.env_files
    if (
        base in loaded
        and any(PLACEHOLDER in name and name.startswith(".env") for name in loaded)
        and found.own_files()
    ):
        return _extends(found)
    return _is_overlaid(found)


def _extends(found: Findings) -> bool:
    """Whether ``.env`` has keys that an environment's file does without: they must come from somewhere."""
    keys = _keys(found, found.layout.base)
    return any(keys - _keys(found, file.path) for file in found.own_files())


def _is_overlaid(found: Findings) -> bool:
    """Whether each environment's file only changes a few of the keys of ``.env``."""
    keys = _keys(found, found.layout.base)
    own = [_keys(found, file.path) for file in found.own_files()]
    return bool(own) and all(own_keys and own_keys < keys for own_keys in own)


def _keys(found: Findings, path: str) -> set[str]:
    held = found.contents.get(path)
    if held is None:
        return set()
    return {key for key in held.keys if key not in held.selected and not key.startswith("COMPOSE_")}


def _is_loaded(found: Findings, template: str) -> bool:
    """Whether something loads these overrides: a framework that layers files, or code that names them."""
    file = next((f for f in found.layout.files if f.template == template), None)
    if file is None or file.role != OVERRIDE:
        return file is not None  # one more file in an environment's folder
    loaded = {*found.code.env_files, *(name for files in found.containers.env_files for name in files)}
    return (
        found.commands.layering
        or posixpath.basename(template) in loaded
        or posixpath.basename(file.path) in loaded
    )


def _is_composes_alone(found: Findings) -> bool:
    """Whether one ``.env`` serves every environment, as Compose reads it: the selector in it picks profiles."""
    composed = bool(found.containers.defaults) or any(draft for draft in found.containers.profiles)
    held = found.contents.get(found.layout.base)
    return (
        composed
        and bool(found.tree.compose)
        and (held is None or bool(held.selected or found.containers.defaults))
    )


def _choose_fallback(found: Findings, draft: Draft) -> None:
    """``.env`` stands in for missing files, unless its selector line says whose file it is."""
    held = found.contents.get(found.layout.base)
    said = (
        [value for name, value in held.selected.items() if name in draft.selectors]
        if held is not None
        else []
    )
    if not said:
        return
    draft.fallback = "never"
    for environment in draft.environments:
        if any(names.family(value) == names.family(environment.name) for value in said):
            environment.fallback = "file"
