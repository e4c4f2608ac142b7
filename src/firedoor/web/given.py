"""What somebody handed over to make one side of a handshake: settings and keys, which no frame of ours shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import verification
from firedoor.errors import ConfigurationError, FiredoorError, UsageError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem, has_errors
from firedoor.resolve import Configuration
from firedoor.web import proof as proofs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from firedoor.web.proof import Key, Proof


class Given:
    """Holds them until they are asked for. repr shows nothing."""

    __slots__ = ("_key", "_service", "_settings")

    def __init__(
        self,
        settings: BaseModel | Configuration | None = None,
        key: Key | Sequence[Key] | None = None,
        service: str = "",
    ) -> None:
        self._settings = settings
        self._key = key
        self._service = service

    def configuration(self) -> Configuration:
        """The configuration behind the settings, or that of the selected environment.

        Raises ConfigurationError when it does not hold, or when the project has no name (FD659); TypeError for what
        firedoor has not loaded; DeclarationError and SelectionError as loading does.
        """
        __tracebackhide__ = True
        outcome = _configured(self._settings)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def proof(self) -> Proof | None:
        """What signs and checks, None without a key. Raises UsageError for a key that is none."""
        __tracebackhide__ = True
        outcome = None if self._key is None else proofs.made(self._key, self._service)
        if isinstance(outcome, UsageError):
            raise outcome
        return outcome

    def __repr__(self) -> str:
        return "Given(...)"


def _configured(
    settings: BaseModel | Configuration | None,
) -> Configuration | FiredoorError | TypeError:
    found = verification.configuration_of(settings)
    if not isinstance(found, Configuration):
        return found
    if has_errors(found.problems):
        return ConfigurationError(found.problems)
    if not found.project.name:
        origin = Origin(DECLARATION, found.project.path.replace("\\", "/").rpartition("/")[2])
        return ConfigurationError([Problem("FD659", subject="project.name", origin=origin)])
    return found
