"""``Settings``: written and used like pydantic-settings' BaseSettings, without importing it."""

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, PrivateAttr

from firedoor.settings import loading, options
from firedoor.settings.filling import conclude, fill
from firedoor.settings.provenance import Provenance, known_of

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass

    class _Metaclass(ModelMetaclass):
        """For type checkers only: without the dataclass transform every field may be left to the environment."""
else:
    _Metaclass = type(BaseModel)


class Settings(BaseModel, metaclass=_Metaclass):
    """The typed configuration of one environment, immutable.

    ``AppSettings()`` finds the declaration from the current folder upwards, selects the environment and binds its
    values; keyword arguments are overrides of the highest precedence, judged by the same rules. Never writes
    os.environ. Raises DeclarationError, SelectionError, or ConfigurationError with every problem of files, rules and
    fields together.
    """

    model_config: ClassVar[options.SettingsConfigDict] = options.SettingsConfigDict(
        arbitrary_types_allowed=True,
        validate_default=True,
        protected_namespaces=("model_validate", "model_dump", "settings_customise_sources"),
    )

    __firedoor__: ClassVar[bool] = True
    _provenance: Provenance | None = PrivateAttr(default=None)

    def __init__(self, /, **values: Any) -> None:
        __tracebackhide__ = True
        outcome = fill(self, values, lambda binding: binding.validated(self))
        values.clear()  # a traceback that shows locals must not show these
        conclude(outcome)

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
            cls.model_config = {**cls.model_config, **config}  # type: ignore[typeddict-item]  # settings of firedoor's own are among them
        options.refuse_unsupported(cls.__name__, cls.model_config)
        if hasattr(cls, "settings_customise_sources"):
            raise TypeError(
                f"{cls.__name__}: settings_customise_sources is not supported: keep the class on pydantic-settings "
                "and derive it from firedoor.adapters.pydantic_settings.BaseSettings"
            )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**{k: v for k, v in kwargs.items() if k not in options.OWN_KEYS})

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        from firedoor.settings import mask  # most settings are never printed

        return mask.shown(self, super().__repr_args__())

    if not TYPE_CHECKING:  # pragma: no branch - type checkers know the signature of the fields

        def __setattr__(self, name: str, value: Any) -> None:
            if not name.startswith("_") and known_of(self) is not None:
                del value
                raise _immutable(self, name)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if not name.startswith("_") and known_of(self) is not None:
                raise _immutable(self, name)
            super().__delattr__(name)


def _immutable(settings: Settings, name: str) -> AttributeError:
    cls = type(settings).__name__
    return AttributeError(
        f"{cls} is immutable: load another one with {name} overridden instead of setting it"
    )
