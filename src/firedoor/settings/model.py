"""``Settings``: written and used like pydantic-settings' BaseSettings, without importing it."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, PrivateAttr

from firedoor.errors import ConfigurationError, FiredoorError
from firedoor.origin import Origin
from firedoor.problem import has_errors, in_order
from firedoor.resolve import Configuration
from firedoor.settings import arguments, attempt, bind, loading, mask, notice, options
from firedoor.settings.plan import Plan, plan_of
from firedoor.settings.provenance import Provenance

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass

    from firedoor.environment import Environment

    class _Metaclass(ModelMetaclass):
        """For type checkers only: without the dataclass transform every field may be left to the environment."""
else:
    _Metaclass = type(BaseModel)


class Settings(BaseModel, metaclass=_Metaclass):
    """The typed configuration of one environment, immutable.

    ``AppSettings()`` finds the declaration from the current folder upwards, selects the environment and binds its
    values; keyword arguments are overrides of the highest precedence, judged by the same rules. Raises DeclarationError,
    SelectionError, or ConfigurationError with every problem of files, rules and fields together. Never writes
    os.environ.
    """

    model_config: ClassVar[options.SettingsConfigDict] = options.SettingsConfigDict(
        arbitrary_types_allowed=True,
        validate_default=True,
        protected_namespaces=("model_validate", "model_dump", "settings_customise_sources"),
    )

    _provenance: Provenance | None = PrivateAttr(default=None)

    def __init__(self, /, **values: Any) -> None:
        __tracebackhide__ = True
        refusal = _fill(self, values)
        values.clear()  # a traceback that shows locals must not show these
        if refusal is not None:
            raise refusal

    @classmethod
    def load(
        cls,
        *,
        environment: str | None = None,
        overrides: Mapping[str, str] | None = None,
        start: str | os.PathLike[str] = ".",
    ) -> Self:
        """The settings of the environment that is named or selected, declared at ``start`` or above it.

        ``overrides`` are texts by variable name. Raises what ``AppSettings()`` raises.
        """
        return loading.load(cls, environment=environment, overrides=overrides, start=start)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        config = {key: kwargs.pop(key) for key in list(kwargs) if key in options.OWN_KEYS}
        super().__init_subclass__(**kwargs)
        if config:
            cls.model_config = {**cls.model_config, **config}  # type: ignore[typeddict-item]
        options.refuse_unsupported(cls.__name__, cls.model_config)
        if hasattr(cls, "settings_customise_sources"):
            raise TypeError(
                f"{cls.__name__}: settings_customise_sources is not supported: keep the class on pydantic-settings "
                "and derive it from firedoor.adapters.pydantic_settings.FiredoorSettings"
            )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**{k: v for k, v in kwargs.items() if k not in options.OWN_KEYS})

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        known = provenance_of(self)
        if known is None:
            # Half made, or made without firedoor: nobody can say what is sensitive, so everything is.
            return iter([(name, mask.MASKED) for name, _ in super().__repr_args__()])
        return mask.masked(super().__repr_args__(), known.sensitive, self)

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if not name.startswith("_") and provenance_of(self) is not None:
                del value
                raise _immutable(self, name)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if not name.startswith("_") and provenance_of(self) is not None:
                raise _immutable(self, name)
            super().__delattr__(name)


def provenance_of(settings: Settings) -> Provenance | None:
    """What the object knows of its making; None while it is being made, or when firedoor did not make it."""
    private = getattr(settings, "__pydantic_private__", None)
    return None if private is None else private.get("_provenance")


def environment_of(settings: Settings) -> "Environment":
    """The environment whose settings these are. TypeError when they were not loaded (``model_construct``)."""
    return _loaded(settings).environment


def origin_of(settings: Settings, field: str) -> Origin | None:
    """Where the value of a field, or of a part of it (``"db.host"``), came from; None: it is the class's default."""
    origins = _loaded(settings).origins
    while field:
        if field in origins:
            return origins[field]
        field = field.rpartition(".")[0]
    return None


def _loaded(settings: Settings) -> Provenance:
    known = provenance_of(settings)
    if known is None:
        raise TypeError(f"this {type(settings).__name__} was not loaded by firedoor: it belongs to no environment")
    return known


def _immutable(settings: Settings, name: str) -> AttributeError:
    cls = type(settings).__name__
    return AttributeError(f"{cls} is immutable: load another one with {name} overridden instead of setting it")


def _fill(settings: Settings, values: dict[str, Any]) -> FiredoorError | TypeError | None:
    """Fill the empty object, or say why not. ``values`` are the arguments of the call."""
    cls = type(settings)
    configuration = values.pop("_configuration", None) or bind.current.get()
    private = [name for name in values if name.startswith("_")]
    if private:
        return TypeError(f"{cls.__name__}() does not take {', '.join(private)}: what it reads is declared in firedoor.toml")
    plan = plan_of(cls)
    outermost = bind.current.get() is None
    if configuration is None:
        configuration = _configured(plan, values)
    if isinstance(configuration, FiredoorError):
        return configuration
    bound = bind.bind(cls, configuration, arguments.known(plan, values), settings)
    environment = configuration.environment.name
    problems = [*bound.problems, *arguments.unknown(plan, values, cls.__name__, environment)]
    if has_errors(problems):
        return ConfigurationError(in_order(problems, configuration.project.names))
    settings.__pydantic_private__["_provenance"] = bound.provenance  # type: ignore[index]
    if outermost:
        notice.say(problems)
    return None


def _configured(plan: Plan, values: Mapping[str, Any]) -> Configuration | FiredoorError:
    project = attempt.project(".")
    if isinstance(project, FiredoorError):
        return project
    return attempt.judged(project, None, arguments.texts(plan, values, project))
