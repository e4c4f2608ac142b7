"""From what was found to a declaration: every choice keeps today's programs working, and says less where unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.discovery.draft import Draft
from firedoor.discovery.drafting import environments, files, selectors, variables

if TYPE_CHECKING:
    from firedoor.discovery.draft import EnvironmentDraft
    from firedoor.discovery.findings import Findings


def draft(found: Findings) -> Draft:
    """The declaration that fits."""
    selection = selectors.choose(found)
    drafted = Draft(found.name, selection.names)
    drafted.environments = environments.choose(found, selection)
    _choose_default(drafted, selection)
    files.choose(found, drafted)
    drafted.variables = variables.choose(found, drafted.environments, drafted.selectors)
    for environment in drafted.environments:
        if environment.protected:
            _switch_off(found, drafted, environment)
    drafted.settings_class = _settings_class(found)
    drafted.hints = list(_hints(found, drafted))
    return drafted


def _choose_default(drafted: Draft, selection: selectors.Selection) -> None:
    """A default that opts into production is kept: it is the safe side. Any other is left to people to declare."""
    if selection.default is None:
        return
    for environment in drafted.environments:
        if selection.default in environment.spellings:
            if environment.protected:
                drafted.default = environment.name
            else:
                drafted.suggested_default = environment.name


def _switch_off(found: Findings, drafted: Draft, environment: EnvironmentDraft) -> None:
    """Require DEBUG to be off, unless the environment's own files leave it to the code's default."""
    own = [file.path for file in found.own_files() if file.spelling in environment.spellings]
    keys = {key for path in own if path in found.contents for key in found.contents[path].keys}
    for name in variables.debug_switches(drafted.variables):
        if not own or name in keys:
            environment.require[name] = False


def _settings_class(found: Findings) -> str | None:
    """``module:Class`` of the one settings class that no other builds on."""
    inherited = {base for one in found.classes for base in one.bases}
    last = [one for one in found.classes if one.name not in inherited]
    if len(last) != 1:
        return None
    module = last[0].path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}:{last[0].name}"


def _hints(found: Findings, drafted: Draft) -> list[str]:
    """What was seen and left to people."""
    hints = []
    if found.layout.elsewhere:
        folders = ", ".join(f"{folder or '.'}/" for folder in found.layout.elsewhere)
        hints.append(
            f"There are env files in {folders} too; run `firedoor init` there if they are another program's."
        )
    unread = sorted(set(found.layout.optional) - set(drafted.optional))
    if unread:
        hints.append(
            f"{', '.join(unread)} was found, and nothing that loads it; name it in `optional` to read it."
        )
    broken = sorted(path for path, held in found.contents.items() if not held.readable)
    if broken:
        hints.append(f"{', '.join(broken)} could not be read; `firedoor check --all` says why.")
    if found.tree.truncated:
        hints.append("The project is larger than init looks over; what lies deeper was not seen.")
    return hints
