"""What a settings object knows of itself: its environment, where each value came from, which of them are sensitive."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.settings.bind import Binding
    from firedoor.settings.gather import Gathered
    from firedoor.settings.plan import Plan


class Provenance:
    """Shows and pickles no value. Two are always equal: where values came from is no part of what they are.

    ``origins`` leads from ``field`` or ``field.part`` to an origin, ``sensitive`` holds such names. ``configuration``
    is what the object was made of, None after a journey to another process.
    """

    __slots__ = ("configuration", "environment", "origins", "sensitive")

    def __init__(
        self,
        environment: "Environment",
        origins: "Mapping[str, Origin]",
        sensitive: frozenset[str],
        configuration: "Configuration | None" = None,
    ) -> None:
        self.environment = environment
        self.origins = origins
        self.sensitive = sensitive
        self.configuration = configuration

    def __reduce__(self) -> "tuple[object, ...]":
        """For pickle: the values stay here."""
        return type(self), (self.environment, self.origins, self.sensitive)

    def __copy__(self) -> "Provenance":
        return self

    def __deepcopy__(self, memo: object) -> "Provenance":
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Provenance)

    def __hash__(self) -> int:
        return hash(Provenance)

    def __repr__(self) -> str:
        return f"Provenance({self.environment.name!r})"


def attach(settings: BaseModel, binding: "Binding") -> None:
    """Let the object know where it comes from. Its class has a private attribute ``_provenance``."""
    private = settings.__pydantic_private__
    assert private is not None  # noqa: S101 - pydantic made it for that attribute
    private["_provenance"] = _provenance(binding.configuration, binding.plan, binding.gathered)


def known_of(settings: BaseModel) -> Provenance | None:
    """What the object knows of its making; None while it is being made, or when firedoor did not make it."""
    private = getattr(settings, "__pydantic_private__", None)
    return None if private is None else private.get("_provenance")


def environment_of(settings: BaseModel) -> "Environment":
    """The environment whose settings these are. TypeError when firedoor did not load them (``model_construct``)."""
    return _loaded(settings).environment


def origin_of(settings: BaseModel, field: str) -> "Origin | None":
    """Where the value of a field, or of a part of it (``"db.host"``), came from; None: it is the class's default."""
    origins = _loaded(settings).origins
    while field:
        if field in origins:
            return origins[field]
        field = field.rpartition(".")[0]
    return None


def _loaded(settings: BaseModel) -> Provenance:
    known = known_of(settings)
    if known is None:
        raise TypeError(
            f"this {type(settings).__name__} was not loaded by firedoor: it belongs to no environment"
        )
    return known


def _provenance(configuration: "Configuration", plan: "Plan", gathered: "Gathered") -> Provenance:
    origins = {name: value.origin for name, value in gathered.used.items()}
    for path, value in gathered.parts.items():
        origins[".".join(path)] = value.origin
    sensitive = frozenset(_sensitive(configuration, plan, gathered))
    return Provenance(configuration.environment, origins, sensitive, configuration)


def _sensitive(configuration: "Configuration", plan: "Plan", gathered: "Gathered") -> Iterator[str]:
    """The fields and parts fed by sensitive variables, now or with other values, or by what refers to one.

    Fields that are only named like secrets are the class's own affair: its plan knows them.
    """
    names = {variable.name for variable in configuration.project.sensitive}
    for name in names:
        yield from plan.fed_by(name)
    uses = configuration.resolution.uses
    for field, value in gathered.used.items():
        if names and not names.isdisjoint(uses(value.key)):
            yield field
    for path, value in gathered.parts.items():
        if value.key in names or not names.isdisjoint(uses(value.key)) or _is_named_secret(path[-1]):
            yield ".".join(path)


def _is_named_secret(name: str) -> bool:
    from firedoor.secret import looks_secret_name  # only classes with parts ask

    return looks_secret_name(name)
