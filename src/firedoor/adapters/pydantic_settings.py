"""An existing pydantic-settings class on firedoor's sources: one changed import, or one more base class.

``from firedoor.adapters.pydantic_settings import BaseSettings`` in the place of pydantic-settings' own; or, where the
base class is somebody else's, ``class AppSettings(BaseSettings, TheirSettings)``.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, ClassVar

from pydantic import PrivateAttr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings as TheirBaseSettings
from pydantic_settings import PydanticBaseSettingsSource

from firedoor.settings import mask
from firedoor.settings.bind import Binding
from firedoor.settings.filling import conclude, fill
from firedoor.settings.provenance import Provenance

# What pydantic-settings lets a caller say of one call, and what would change where firedoor's values come from.
_OF_THE_CLASS = ("_case_sensitive", "_env_", "_nested_model_default_partial_update")

_binding: "ContextVar[Binding | None]" = ContextVar("firedoor_binding", default=None)


class FiredoorSource(PydanticBaseSettingsSource):
    """What the environment's files and the process say of the class's fields, as firedoor resolved it."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Nothing: the fields are bound together, in ``__call__``."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The data by pydantic's keys; empty while no settings object is being made."""
        binding = _binding.get()
        return {} if binding is None else dict(binding.gathered.data)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class NoSource(FiredoorSource):
    """Stands in for the class's own env_file, which FiredoorSource replaces."""

    def __call__(self) -> dict[str, Any]:
        """Nothing."""
        return {}


class BaseSettings(TheirBaseSettings):
    """pydantic-settings' BaseSettings that reads one declared environment and refuses as firedoor refuses.

    Sources that the class adds in ``settings_customise_sources``, its ``secrets_dir`` and its command line stay in
    force. Raises DeclarationError, SelectionError, or ConfigurationError with all problems.
    """

    __firedoor__: ClassVar[bool] = True
    _provenance: Provenance | None = PrivateAttr(default=None)

    def __init__(self, /, **values: Any) -> None:
        __tracebackhide__ = True
        outcome = fill(self, values, lambda binding: _made(self, binding, values), refused=_OF_THE_CLASS)
        values.clear()  # a traceback that shows locals must not show these
        conclude(outcome)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[TheirBaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources of the bases behind this one, with firedoor's in the place of the process and the env file."""
        del env_settings, dotenv_settings
        return super().settings_customise_sources(
            settings_cls,
            init_settings=init_settings,
            env_settings=FiredoorSource(settings_cls),
            dotenv_settings=NoSource(settings_cls),
            file_secret_settings=file_secret_settings,
        )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        own = cls.__dict__.get("settings_customise_sources")
        if own is not None:
            cls.settings_customise_sources = _on_firedoor(own.__func__)  # type: ignore[method-assign]  # the class is changed where it stands

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return mask.shown(self, super().__repr_args__())


def _made(settings: BaseSettings, binding: Binding, values: dict[str, Any]) -> Any:
    """Let pydantic-settings fill the object, with the binding at hand for its sources."""
    binding.has_other_sources = True
    token = _binding.set(binding)
    try:
        return binding.build(lambda: _filled(settings, values))
    finally:
        _binding.reset(token)


def _filled(settings: BaseSettings, values: dict[str, Any]) -> BaseSettings:
    super(BaseSettings, settings).__init__(**values)
    return settings


def _on_firedoor(customise: Any) -> Any:
    """A class's own choice of sources, given firedoor's in the place of the process and the env file."""

    def settings_customise_sources(
        cls: Any, settings_cls: Any, *args: Any, **sources: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        names = ("init_settings", "env_settings", "dotenv_settings", "file_secret_settings")
        sources.update(zip(names, args, strict=False))
        sources["env_settings"] = FiredoorSource(settings_cls)
        sources["dotenv_settings"] = NoSource(settings_cls)
        chosen: tuple[PydanticBaseSettingsSource, ...] = customise(cls, settings_cls, **sources)
        return chosen

    return classmethod(settings_customise_sources)
