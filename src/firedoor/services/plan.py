"""What one environment would start from this checkout today: its configuration and what Compose makes of the files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

from firedoor import child_environment
from firedoor.display import Redaction
from firedoor.errors import ServiceError
from firedoor.problem import Problem, has_errors
from firedoor.services import compose, labels
from firedoor.services.compose import Compose
from firedoor.services.model import Model
from firedoor.services.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.resolve import Configuration
    from firedoor.services.model import Service


class Plan:
    """One environment's containers as they should be. ``raw`` are the files before any reference was filled in.

    ``problems`` are those of getting so far; what is wrong with the model itself is for the rules.
    """

    def __init__(self, configuration: Configuration, *, with_raw: bool = True) -> None:
        """Ask Compose. Raises ServiceError when it is not there or refuses the files (FD701 to FD705)."""
        project, environment = configuration.project, configuration.environment
        self.configuration = configuration
        self.redaction = Redaction(configuration)
        files, self.problems = compose.files(project, environment)
        if has_errors(self.problems):
            raise ServiceError(self.problems)
        variables, held_back = child_environment.build(configuration)
        self.problems += [problem for problem in held_back if problem.severity != "note"]
        self.places = Places(project.root, files)
        self.compose = Compose(
            labels.compose_project(project, environment),
            project.root,
            files=files,
            profiles=environment.profiles,
            variables=variables,
            redaction=self.redaction,
        )
        self.model, self.raw = self._asked(with_raw=with_raw)

    def _asked(self, *, with_raw: bool) -> tuple[Model, Mapping[str, Any]]:
        if not with_raw:
            return Model(self.compose.model()), {}
        with ThreadPoolExecutor(1) as beside:
            raw = beside.submit(self.compose.raw)
            model = Model(self.compose.model())
            return model, raw.result()

    @cached_property
    def marked_services(self) -> dict[str, Service]:
        """The services as they are started, by name."""
        return self.marked().services

    @property
    def selectors(self) -> dict[str, str]:
        """Every selector with the environment's name: what each container is told."""
        return dict.fromkeys(self.configuration.project.selectors, self.configuration.environment.name)

    def marked(self) -> Model:
        """The model as it is started."""
        marks = {
            labels.PROJECT: labels.project_name(self.configuration.project),
            labels.ENVIRONMENT: self.configuration.environment.name,
            labels.PROFILES: ",".join(self.compose.profiles),
        }
        return self.model.marked(self.selectors, marks, self.redaction)

    def raw_service(self, name: str) -> Mapping[str, Any]:
        """A service as its files write it."""
        told: Mapping[str, Any] = (self.raw.get("services") or {}).get(name) or {}
        return told

    def raw_variables(self, name: str) -> dict[str, str | None]:
        """A service's own ``environment`` as it is written, whichever form it has; None for a name alone."""
        told = self.raw_service(name).get("environment") or {}
        if isinstance(told, list):
            pairs = (str(item).partition("=") for item in told)
            return {key: text if equals else None for key, equals, text in pairs}
        return {key: None if text is None else str(text) for key, text in told.items()}

    def problem(self, code: str, subject: str, *where: str, severity: str = "error", **facts: str) -> Problem:
        """A problem of the environment, at the key of the Compose files that ``where`` leads to."""
        return Problem(
            code,
            subject=subject,
            environment=self.configuration.environment.name,
            origin=self.places.find(*where) if where else None,
            severity=severity,
            **facts,
        )
