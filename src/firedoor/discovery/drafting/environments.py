"""Which environments a project has, how its code spells them, and in which order they stand."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from firedoor.discovery import names
from firedoor.discovery.draft import EnvironmentDraft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.discovery.drafting.selectors import Selection
    from firedoor.discovery.findings import Findings

_WITHOUT_ANY = (names.DEVELOPMENT, names.TESTING, names.PRODUCTION)
_FROM_MENTIONS = (names.DEVELOPMENT, names.TESTING, "staging", names.PRODUCTION)


def choose(found: Findings, selection: Selection) -> list[EnvironmentDraft]:
    """The environments in the order of promotion. Development and production are always among them."""
    spoken = [*selection.said, *_literal_values(found, selection), *found.code.declared]
    declared = [*spoken, *found.layout.spellings(), *_profiles(found)]
    if not declared:  # where nothing else names them: compose.prod.yaml, settings/production.py
        declared = [*found.containers.named, *_django_modules(found)]
    mentioned = sorted(found.code.mentioned, key=lambda name: (-len(name), name))
    families = list(dict.fromkeys(names.family(name) for name in declared))
    families += [
        f for f in dict.fromkeys(map(names.family, mentioned)) if f in _FROM_MENTIONS and f not in families
    ]
    complete = _completed(families, bool(found.layout.base))
    drafts = [_draft(family, spoken, mentioned, declared, found) for family in complete]
    return sorted(drafts, key=lambda draft: names.rank(draft.name))


def _completed(families: list[str], has_base: bool) -> list[str]:
    """A project without environments gets the usual three; one without production or development gets it."""
    if not families:
        return list(_WITHOUT_ANY)
    complete = list(families)
    develops = any(names.rank(family) <= names.rank(names.DEVELOPMENT) for family in families)
    if not develops and (has_base or len(families) == 1):
        complete.append(names.DEVELOPMENT)
    if not any(names.is_production(family) for family in families):
        complete.append(names.PRODUCTION)
    return complete


def _draft(
    family: str, spoken: list[str], mentioned: list[str], declared: list[str], found: Findings
) -> EnvironmentDraft:
    """The name as the code spells it; every other spelling that was seen, and the usual counterpart, are aliases."""
    files = [spelling for spelling in found.layout.spellings() if names.family(spelling) == family]
    said = [name for name in spoken if names.family(name) == family]
    compared = [name for name in mentioned if names.family(name) == family]
    seen = list(dict.fromkeys([*said, *_both(files, compared), *compared, *files]))
    seen += [name for name in declared if names.family(name) == family and name not in seen]
    name = seen[0] if seen else family
    spellings = dict.fromkeys([*seen, *filter(None, [names.counterpart(name)])])
    return EnvironmentDraft(
        name,
        aliases=tuple(spelling for spelling in spellings if spelling != name),
        protected=names.is_production(name),
        profiles=_profiles_of(family, found),
        found=bool(seen),
    )


def _both(files: list[str], compared: list[str]) -> list[str]:
    return [name for name in files if name in compared]


def _literal_values(found: Findings, selection: Selection) -> list[str]:
    """The values of a settings field that is the selector: ``environment: Literal["dev", "prod"]``."""
    values: list[str] = []
    for one in found.classes:
        for item in one.fields.values():
            variable = (item.aliases[0] if item.aliases else (one.prefix or "") + item.name).upper()
            if variable in selection.names and sum(map(names.is_known, item.kind.values)) > 1:
                values += filter(names.is_name, item.kind.values)
    return values


def _profiles(found: Findings) -> list[str]:
    return [profile for profile in found.containers.profiles if names.is_usual(profile)]


def _profiles_of(family: str, found: Findings) -> tuple[str, ...]:
    """The profiles that a command starts together, its own last; else the profile of its name."""
    own = [profile for profile in _profiles(found) if names.family(profile) == family]
    if not own:
        return ()
    known = set(found.containers.profiles)
    together = [
        started
        for started in found.commands.profile_sets
        if started[-1] == own[0] and known.issuperset(started)
    ]
    return min(together, key=len, default=(own[0],))


def _django_modules(found: Findings) -> Iterable[str]:
    """The environments of ``settings/production.py`` and its like."""
    for path in found.tree.python:
        folder, module = posixpath.split(path)
        stem = module.removesuffix(".py")
        if posixpath.basename(folder) == "settings" and names.is_usual(stem):
            yield stem
