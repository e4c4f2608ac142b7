"""The one order of precedence: override > process > env files > default. Losers are kept, for `explain`.

Layers are merged as they are written, then interpolated once over the merged values.
"""

from firedoor.origin import DEFAULT, FILE, OVERRIDE, PROCESS, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from firedoor import interpolation
    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.foreign import Foreign
    from firedoor.selection import Choice
    from firedoor.sources import Layer, Sourced


class Value:
    """One variable's text with its origin, and the values it won over, nearest first.

    ``text`` is the finished text; ``template`` is True while ``$`` in it means a reference. repr never shows it.
    ``place`` is the origin, or the (file, line, column) to make it of: most values are never asked where they are from.
    """

    __slots__ = ("_place", "key", "losers", "template", "text")

    def __init__(
        self, key: str, text: str, place: "Origin | tuple[str, int, int]", template: bool = False
    ) -> None:
        self.key = key
        self.text = text
        self._place = place
        self.losers: tuple[Value, ...] = ()
        self.template = template

    @property
    def origin(self) -> Origin:
        """Where the value came from."""
        place = self._place
        if isinstance(place, tuple):
            place = self._place = Origin(FILE, *place)
        return place

    def __repr__(self) -> str:
        return f"Value({self.key!r}, from {self.origin})"


class Resolution:
    """The merged values of one environment, and the problems of finishing their references.

    A value whose references could not be finished still has ``template`` set: its text means nothing yet.
    """

    __slots__ = ("_expanded", "problems", "values")

    def __init__(
        self, values: dict[str, Value], problems: list[Problem], expanded: "interpolation.Result | None"
    ) -> None:
        self.values = values
        self.problems = problems
        self._expanded = expanded

    @property
    def referred(self) -> "set[str]":
        """Every name that the text of some value was made of."""
        references = {} if self._expanded is None else self._expanded.references
        return {name for names in references.values() for name in names}

    def uses(self, key: str) -> frozenset[str]:
        """Every variable that the key's text was made of, through any number of references."""
        return frozenset() if self._expanded is None else self._expanded.uses(key)

    def __repr__(self) -> str:
        return f"Resolution({len(self.values)} values)"


class Configuration:
    """The whole configuration of exactly one environment, with the origin of every value and every problem found.

    ``process`` are the variables it was resolved against; ``others`` the other environments with their files, and
    ``foreign`` what these own, None when nothing is known of it; ``texts`` gives plain key to text. repr shows no
    value.
    """

    __slots__ = ("choice", "foreign", "others", "problems", "process", "project", "resolution", "values")

    def __init__(
        self,
        project: "Project",
        choice: "Choice",
        resolution: Resolution,
        process: "Mapping[str, str]",
    ) -> None:
        self.project = project
        self.choice = choice
        self.resolution = resolution
        self.values = resolution.values
        self.process = process
        self.problems: tuple[Problem, ...] = ()
        self.others: Sequence[tuple[Environment, Sourced]] = ()
        self.foreign: Foreign | None = None

    @property
    def environment(self) -> "Environment":
        """The chosen environment."""
        return self.choice.environment

    @property
    def texts(self) -> dict[str, str]:
        """Every variable's text."""
        return {key: value.text for key, value in self.values.items()}

    def __getitem__(self, key: str) -> str:
        return self.values[key].text

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def __iter__(self) -> "Iterator[str]":
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def get(self, key: str, default: str | None = None) -> str | None:
        """The variable's text, or ``default`` when nothing sets it."""
        value = self.values.get(key)
        return default if value is None else value.text

    def __repr__(self) -> str:
        return f"Configuration({self.environment.name!r}, {len(self.values)} values)"


def resolve(
    project: "Project",
    environment: "Environment",
    layers: "Sequence[Layer]",
    *,
    process: "Mapping[str, str]",
    overrides: "Mapping[str, str]",
    outside: "Mapping[str, str] | None" = None,
) -> Resolution:
    """Merge the sources and interpolate once.

    References that no source sets are looked up ``outside``, which is the process unless the caller leaves the
    process out of the sources.
    """
    values = _merge_files(project, layers)
    for key, text in process.items():
        if key in values or key in project.variables:
            _put(values, Value(key, text, Origin(PROCESS, key)))
    for key, text in overrides.items():
        _put(values, Value(key, text, Origin(OVERRIDE, key)))
    return _interpolate(project, environment, values, process if outside is None else outside)


def of_files(
    project: "Project",
    environment: "Environment",
    layers: "Sequence[Layer]",
    outside: "Mapping[str, str]",
    also: "Iterable[str]" = (),
) -> "list[dict[str, Value]]":
    """The declared resources and secrets as the files alone give them, without merging what nobody asked for.

    ``also`` are more variables that are asked for. References that the files do not answer are looked up ``outside``.
    There are two results then, with and without that help: what a shell exports must not hide what an environment owns.
    """
    values = {
        variable.name: Value(variable.name, variable.default, Origin(DEFAULT, variable.name))
        for variable in project.sensitive
        if variable.default is not None
    }
    wanted = {*also, *(variable.name for variable in project.sensitive)}
    in_capitals = {variable.name.upper(): variable.name for variable in project.sensitive}
    spelled: dict[str, str] = {}
    for layer in layers:
        for key, text, line, column, _, literal in layer.entries:
            # in another case it is theirs all the same: much that reads variables does not look at case
            name = key if key in wanted else in_capitals.get(key.upper())
            if name is not None:
                template = not literal and "$" in text
                values[name] = Value(key, text, (layer.name, line, column), template)
                spelled[name] = key
    if not any(value.template for value in values.values()):
        return [values]
    finished = [
        resolve(project, environment, layers, process={}, overrides={}, outside=answers).values
        for answers in (outside, {})
    ]
    return [
        {**found, **{name: found[key] for name, key in spelled.items() if key in found}} for found in finished
    ]


def _merge_files(project: "Project", layers: "Iterable[Layer]") -> dict[str, Value]:
    values = {
        variable.name: Value(variable.name, variable.default, Origin(DEFAULT, variable.name))
        for variable in project.variables.values()
        if variable.default is not None
    }
    selectors = project.selectors
    for layer in layers:
        name = layer.name
        for key, text, line, column, _, literal in layer.entries:
            if key in selectors:
                continue
            value = Value(key, text, (name, line, column), not literal and "$" in text)
            if key in values:
                _put(values, value)
            else:
                values[key] = value
    return values


def _put(values: dict[str, Value], value: Value) -> None:
    loser = values.get(value.key)
    if loser is not None:
        value.losers = (loser, *loser.losers)
        loser.losers = ()
    values[value.key] = value


def _interpolate(
    project: "Project", environment: "Environment", values: dict[str, Value], outside: "Mapping[str, str]"
) -> Resolution:
    """Finish the templates among the winners, in place. A selector means the environment, whatever the shell says."""
    templates = {key: value.text for key, value in values.items() if value.template}
    if not templates:
        return Resolution(values, [], None)
    from firedoor import interpolation  # most env files refer to nothing

    def plain(key: str) -> str | None:
        if key in project.selectors:
            return environment.name
        value = values.get(key)
        return outside.get(key) if value is None else value.text

    expanded = interpolation.interpolate(templates, plain)
    for key, text in expanded.texts.items():
        values[key].text = text
        values[key].template = False
    problems = [_problem(environment, values[fault.key], fault) for fault in expanded.faults]
    return Resolution(values, problems, expanded)


def _problem(environment: "Environment", value: Value, fault: "interpolation.Fault") -> Problem:
    facts = {"names": " -> ".join(fault.names), "reference": fault.names[0] if fault.names else ""}
    return Problem(fault.code, subject=fault.key, environment=environment.name, origin=value.origin, **facts)
