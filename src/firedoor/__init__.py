"""Safety barriers between a project's environments. Public names load when they are first used."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor import guard
    from firedoor.behaviour import by_environment, current, forbid_in, only_in
    from firedoor.environment import Environment
    from firedoor.errors import (
        ConfigurationError,
        DeclarationError,
        FiredoorError,
        ForbiddenError,
        GuardError,
        HandshakeError,
        SelectionError,
        UsageError,
    )
    from firedoor.export import export_to_process
    from firedoor.origin import Origin
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration
    from firedoor.settings.loading import load
    from firedoor.settings.model import Settings
    from firedoor.settings.notice import FiredoorWarning
    from firedoor.settings.options import ForceDecode, NoDecode, SettingsConfigDict
    from firedoor.settings.provenance import environment_of, origin_of
    from firedoor.verification import verify, verify_async

__version__ = "0.1.0"

__all__ = [
    "Configuration",
    "ConfigurationError",
    "DeclarationError",
    "Environment",
    "FiredoorError",
    "FiredoorWarning",
    "ForbiddenError",
    "ForceDecode",
    "GuardError",
    "HandshakeError",
    "NoDecode",
    "Origin",
    "Problem",
    "SelectionError",
    "Settings",
    "SettingsConfigDict",
    "UsageError",
    "__version__",
    "by_environment",
    "current",
    "environment_of",
    "export_to_process",
    "forbid_in",
    "guard",
    "load",
    "only_in",
    "origin_of",
    "verify",
    "verify_async",
]

_HOMES = {
    "Configuration": "firedoor.resolve",
    "ConfigurationError": "firedoor.errors",
    "DeclarationError": "firedoor.errors",
    "Environment": "firedoor.environment",
    "FiredoorError": "firedoor.errors",
    "FiredoorWarning": "firedoor.settings.notice",
    "ForbiddenError": "firedoor.errors",
    "ForceDecode": "firedoor.settings.options",
    "GuardError": "firedoor.errors",
    "HandshakeError": "firedoor.errors",
    "NoDecode": "firedoor.settings.options",
    "Origin": "firedoor.origin",
    "Problem": "firedoor.problem",
    "SelectionError": "firedoor.errors",
    "Settings": "firedoor.settings.model",
    "SettingsConfigDict": "firedoor.settings.options",
    "UsageError": "firedoor.errors",
    "by_environment": "firedoor.behaviour",
    "current": "firedoor.behaviour",
    "environment_of": "firedoor.settings.provenance",
    "export_to_process": "firedoor.export",
    "forbid_in": "firedoor.behaviour",
    "load": "firedoor.settings.loading",
    "only_in": "firedoor.behaviour",
    "origin_of": "firedoor.settings.provenance",
    "verify": "firedoor.verification",
    "verify_async": "firedoor.verification",
}

# Public names that are modules of their own.
_ROOMS = ("guard",)

if not TYPE_CHECKING:  # pragma: no branch - a type checker that saw __getattr__ would accept any name

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None and name not in _ROOMS:
            raise AttributeError(f"module 'firedoor' has no attribute {name!r}")
        from importlib import import_module  # not even this before somebody asks for a name

        if home is None:
            return import_module(f"firedoor.{name}")
        value = globals()[name] = getattr(import_module(home), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
