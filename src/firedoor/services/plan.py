"""What one environment would start from this checkout today: its configuration and what Compose makes of the files."""

from __future__ import annotations

import time
from functools import cached_property

from firedoor import child_environment
from firedoor.errors import ServiceError
from firedoor.problem import Problem, has_errors
from firedoor.services import compose, labels
from firedoor.services.compose import Compose
from firedoor.services.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firedoor.display import Redaction
    from firedoor.process import Task
    from firedoor.resolve import Configuration
    from firedoor.services.model import Model, Service


class Plan:
    """One environment's containers as they should be, once it is settled: until then it has no ``model``.

    ``raw`` are the files before any reference was filled in, empty where nobody asked for them.

    ``problems`` are those of getting so far; what is wrong with the model itself is for the rules.
    """

    def __init__(self, configuration: Configuration) -> None:
        """Find the Compose files. Raises ServiceError when one is missing (FD704), or two are one (FD203)."""
        project, environment = configuration.project, configuration.environment
        self.configuration = configuration
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
            clean=self._clean,
            environment=environment.name,
        )
        self.model: Model
        self.raw: Mapping[str, Any] = {}
        self.asked = 0
        self._asked: tuple[Task, Task | None] | None = None

    def ask(self, *, with_raw: bool = True) -> Plan:
        """Ask Compose, without waiting for its answer. Raises ServiceError when there is none (FD701)."""
        if self._asked is None:
            self.asked = time.time_ns()
            raw = self.compose.raw() if with_raw else None
            self._asked = (self.compose.model(), raw)
        return self

    def settled(self) -> Plan:
        """The same plan, once Compose has answered. Raises ServiceError when it refuses the files (FD705)."""
        self.ask()
        assert self._asked is not None  # noqa: S101 - it has just been asked
        model, raw = self._asked
        from firedoor.services.model import Model  # while Compose works, not before it

        try:
            self.model = Model(self.compose.answer(model))
        except ServiceError:
            if raw is not None:
                raw.result()  # nobody needs it any more; nothing goes on behind the message
            raise
        if raw is not None:
            self.raw = self.compose.answer(raw)
        return self

    @cached_property
    def redaction(self) -> Redaction:
        """What takes the environment's secrets out of a text."""
        from firedoor.display import Redaction

        return Redaction(self.configuration)

    def _clean(self, text: str) -> str:
        return self.redaction.clean_pieces(text)

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

    def files_read(self, name: str, key: str) -> list[str]:
        """The files that a service names under ``env_file`` or ``label_file``, as Compose reads their names."""
        told = self.raw_service(name).get(key) or ()
        return [
            self._filled(str(one.get("path", "")) if isinstance(one, dict) else str(one))
            for one in ([told] if isinstance(told, (str, dict)) else told)
        ]

    def _filled(self, template: str) -> str:
        """The text as Compose reads it, whose answers no longer tell of env files."""
        from firedoor import interpolation  # nobody asks while nothing has changed

        variables = {**self.compose.variables, **self.selectors}
        found = interpolation.interpolate({"": template}, variables.get).texts
        if not found:  # a reference to what is not set stands for nothing
            found = interpolation.interpolate({"": template}, lambda key: variables.get(key, "")).texts
        return found.get("", template)

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
