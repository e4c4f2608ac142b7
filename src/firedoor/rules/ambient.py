"""What leaks in from the shell. A stale terminal holding production's DATABASE_URL has truncated production."""

from firedoor import sources
from firedoor.declaration import applies
from firedoor.origin import FILE, OVERRIDE, PROCESS, Origin
from firedoor.problem import WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Resolution, Value
    from firedoor.sources import Layer


def problems(
    project: "Project",
    environment: "Environment",
    layers: "Sequence[Layer]",
    resolution: "Resolution",
    *,
    process: "Mapping[str, str]",
    duplicates: "Collection[str]" = (),
) -> list[Problem]:
    """FD309: a variable stands twice in the environment block.

    And where the environment is not protected: the shell wins over the environment's own file (FD306), does so through
    a reference (FD307), or sets what no file of the environment sets (FD311).
    """
    found = [
        Problem("FD309", subject=name, environment=environment.name, origin=Origin(PROCESS, name))
        for name in sorted(duplicates)
        if name in resolution.values and name not in project.selectors
    ]
    if environment.protected or not layers:
        return found
    view = _View(project, environment, layers, resolution, process)
    for variable in project.sensitive:
        value = resolution.values.get(variable.name)
        if value is None or applies(variable.overridable, environment.name):
            continue
        if value.origin.kind == PROCESS:
            found.extend(_direct(view, variable, value))
        else:
            found.extend(_through_references(view, variable, value, resolution.uses(variable.name)))
    return found


class _View:
    """What the rules look at, and what the values would be without the shell or a part of it."""

    __slots__ = ("environment", "layers", "process", "project", "resolution")

    def __init__(
        self,
        project: "Project",
        environment: "Environment",
        layers: "Sequence[Layer]",
        resolution: "Resolution",
        process: "Mapping[str, str]",
    ) -> None:
        self.project = project
        self.environment = environment
        self.layers = layers
        self.resolution = resolution
        self.process = process

    def text_without(self, key: str, hidden: "Collection[str]") -> str | None:
        """What the key's text would be if the shell did not set the hidden names; None when it cannot be finished."""
        return self.expanded_without(key, hidden)[0]

    def expanded_without(self, key: str, hidden: "Collection[str]") -> "tuple[str | None, frozenset[str]]":
        """That text, and the variables that it is made of."""
        from firedoor import interpolation  # most env files refer to nothing

        merged = self._sources_without(hidden)
        templates = {name: text for name, (text, is_template) in merged.items() if is_template}

        def lookup(name: str) -> str | None:
            if name in merged:
                return merged[name][0]
            return None if name in hidden else self.process.get(name)

        result = interpolation.interpolate(templates, lookup)
        return result.texts.get(key), result.uses(key)

    def _sources_without(self, hidden: "Collection[str]") -> dict[str, tuple[str, bool]]:
        """Every text as it is written, and whether it is a template, merged in the one order."""
        merged: dict[str, tuple[str, bool]] = {
            variable.name: (variable.default, False)
            for variable in self.project.variables.values()
            if variable.default is not None
        }
        for layer in self.layers:
            for name, text, _, _, _, literal in layer.entries:
                merged[name] = (text, not literal and "$" in text)
        for name, value in self.resolution.values.items():
            if value.origin.kind == OVERRIDE or (value.origin.kind == PROCESS and name not in hidden):
                merged[name] = (value.text, False)
        for selector in self.project.selectors:
            merged[selector] = (self.environment.name, False)
        return merged

    def set_by_shell(self, names: "Iterable[str]") -> list[str]:
        """Those of the names whose text is the shell's, but for what may be, and what is reported for itself."""
        return [name for name in sorted(names) if self._is_set_by_shell(name)]

    def _is_set_by_shell(self, name: str) -> bool:
        if name in self.project.selectors or name in sources.MACHINE:
            return False
        declared = self.project.variables.get(name)
        if declared is not None and (
            declared.sensitive or applies(declared.overridable, self.environment.name)
        ):
            return False
        value = self.resolution.values.get(name)
        return name in self.process if value is None else value.origin.kind == PROCESS


def _in_file(value: "Value | None") -> "Value | None":
    """The value of the environment's files that this one won over."""
    losers = () if value is None else value.losers
    return next((loser for loser in losers if loser.origin.kind == FILE), None)


def _direct(view: _View, variable: "Variable", value: "Value") -> "Iterator[Problem]":
    """The shell sets the variable itself."""
    own = _in_file(value)
    environment = view.environment.name
    if own is None:
        files = [layer.name for layer in view.layers if not layer.secret]
        if files:  # else a platform sets the one by the process and the other by a mounted secret
            yield Problem(
                "FD311",
                subject=variable.name,
                environment=environment,
                origin=value.origin,
                severity=WARNING,
                file=files[-1],
            )
        return
    used: Collection[str] = ()
    if not own.template:
        text: str | None = own.text
    elif view.text_without(variable.name, view.process.keys() - sources.MACHINE) == value.text:
        return
    else:
        text, used = view.expanded_without(variable.name, (variable.name,))
        if text == value.text:  # what the files make of it, with the shell's help
            yield from _through_references(view, variable, value, used, (variable.name,))
    if text != value.text and not _is_worker_s(view, value, text, used):
        yield Problem(
            "FD306", subject=variable.name, environment=environment, origin=value.origin, file=str(own.origin)
        )


def _is_worker_s(view: _View, value: "Value", own: str | None, used: "Collection[str]") -> bool:
    """Whether the shell leads to a test worker's database, which the pytest plugin made on the file's own server.

    The file's own, whatever the shell says of the variables that the file refers to.
    """
    from firedoor import worker_names  # a refusal is near already

    if own is None or not worker_names.leads_to_worker(value.text, own, view.project.root):
        return False
    return not _movers(view, value.key, used, (value.key,))


def _through_references(
    view: _View,
    variable: "Variable",
    value: "Value",
    used: "Iterable[str]",
    hidden: "tuple[str, ...]" = (),
) -> "Iterator[Problem]":
    """The file says ${DB_HOST} or ${DB_HOST:-localhost}, and what the shell exports makes another address of it."""
    if value.template:
        return
    names = _movers(view, variable.name, used, hidden)
    if not names or view.text_without(variable.name, (*names, *hidden)) in (None, value.text):
        return
    guilty = [name for name in names if view.text_without(variable.name, (name, *hidden)) != value.text]
    for name in guilty or names:  # each alone may change nothing, where one stands in for the other
        own = _in_file(view.resolution.values.get(name))
        yield Problem(
            "FD307",
            subject=variable.name,
            environment=view.environment.name,
            origin=value.origin,
            reference=name,
            file=str((own or value).origin),
        )


def _movers(view: _View, key: str, used: "Iterable[str]", hidden: "tuple[str, ...]") -> list[str]:
    """The shell's variables that change the key's text, though the files could do without them.

    What stands behind the operator of ${A:-${B}} is seen when A is hidden.
    """
    names: list[str] = []
    more = view.set_by_shell(used)
    while more:
        names += more
        _, used = view.expanded_without(key, (*names, *hidden))
        more = [name for name in view.set_by_shell(used) if name not in names]
    return [name for name in names if view.text_without(key, (name, *hidden)) is not None]
