"""What services are given: the environment's own values, and nothing from a shell or another environment's file."""

from __future__ import annotations

import os

from firedoor import boundary, isolation, sources
from firedoor.resolve import Value
from firedoor.services.model import within
from firedoor.services.rules.names import references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firedoor.problem import Problem
    from firedoor.services.model import Service
    from firedoor.services.plan import Plan


def problems(plan: Plan) -> Iterator[Problem]:
    """FD712 to FD714 and FD717, and the rules of isolation for what a service is given on its own."""
    foreign = _foreign_files(plan)
    names = _foreign_names(plan)
    for name, service in plan.model.services.items():
        yield from _files(plan, name, service, foreign)
        yield from _bare(plan, name, service, names)
        yield from _otherwise(plan, name, service)
        yield from _foreign_values(plan, name, service)
    yield from _isolated(plan)


def _files(plan: Plan, name: str, service: Service, foreign: Mapping[str, str]) -> Iterator[Problem]:
    """FD713: a file of another environment is read by Compose, or handed into the containers."""
    mounted = list(_mounted(plan, service))
    read = [(key, path) for key in ("env_file", "label_file") for path in plan.files_read(name, key)]
    for key, path in (*read, *mounted):
        real = os.path.realpath(os.path.join(plan.compose.root, path))
        owner = foreign.get(real) or foreign.get(os.path.dirname(real))
        if owner is None and (key, path) in mounted and os.path.isdir(real):
            inside = (one for file, one in foreign.items() if os.path.lexists(file) and within(real, file))
            owner = next(inside, None)
        if owner:
            yield plan.problem("FD713", name, "services", name, key, other=owner, key=key)


def _mounted(plan: Plan, service: Service) -> Iterator[tuple[str, str]]:
    for mount in service.mounts:
        if mount.get("type") == "bind":
            yield "volumes", str(mount.get("source") or "")
    for key in ("secrets", "configs"):
        declared = plan.model.data.get(key) or {}
        for one in service.data.get(key) or ():
            path = (declared.get(one.get("source")) or {}).get("file")
            if path:
                yield key, str(path)


def _foreign_files(plan: Plan) -> dict[str, str]:
    """The env files and folders of secrets of other environments, whether or not they are here, to whose they are."""
    project = plan.configuration.project
    own = plan.configuration.environment
    return {
        os.path.realpath(os.path.join(project.root, name)): other.name
        for other in project.environments
        if other is not own
        for template in (*project.files, *project.optional_files, project.secrets)
        for name in sources.candidates(template, other)
        if name != template
    }


def _foreign_names(plan: Plan) -> dict[str, str]:
    """The variables that only other environments' files set, to whose they are."""
    own = plan.configuration.values
    return {
        entry.key: other.name
        for other, sourced in plan.configuration.others
        for layer in sourced.layers
        if not layer.shared and not layer.fallback
        for entry in layer.entries
        if entry.key not in own
    }


def _bare(plan: Plan, name: str, service: Service, foreign: Mapping[str, str]) -> Iterator[Problem]:
    """FD712: ``environment: [X]`` takes X from the shell, where this environment sets none."""
    known = plan.configuration.project.variables
    yield from _filled_in(plan, name)
    for key, text in plan.raw_variables(name).items():
        if text is not None or key in plan.configuration.values:
            continue
        where = ("services", name, "environment", key)
        if key in foreign:
            yield plan.problem("FD712", key, *where, service=name, other=foreign[key])
        elif (
            key in plan.configuration.process and key not in known and service.variables.get(key) is not None
        ):
            yield plan.problem("FD712", key, *where, severity="warning", service=name)


def _filled_in(plan: Plan, name: str) -> Iterator[Problem]:
    """FD712 for ``${X}`` that only the shell answers: it is passed on under another name, or chooses the image."""
    said: dict[tuple[str, ...], str | None] = {
        ("environment", key): text for key, text in plan.raw_variables(name).items()
    }
    said[("image",)] = str(plan.raw_service(name).get("image") or "")
    told = {*plan.configuration.values, *sources.MACHINE, *plan.selectors}
    for where, text in said.items():
        for used in sorted(references(text or "") & plan.configuration.process.keys() - told):
            told.add(used)
            yield plan.problem("FD712", used, "services", name, *where, severity="warning", service=name)


def _otherwise(plan: Plan, name: str, service: Service) -> Iterator[Problem]:
    """FD714: a service is given something else than the environment's sources say."""
    own = plan.configuration.project.services.own
    selectors = plan.selectors
    for key, text in service.variables.items():
        if key in selectors:
            if text not in (None, selectors[key]) and not plan.configuration.environment.is_(text or ""):
                yield plan.problem("FD714", key, *_where(plan, name, key), **_sources(plan, name, key))
        elif key in plan.configuration.values and key not in own and text is not None:
            value = plan.configuration.values[key]
            if text != value.text:
                yield plan.problem("FD714", key, *_where(plan, name, key), **_sources(plan, name, key))


def _foreign_values(plan: Plan, name: str, service: Service) -> Iterator[Problem]:
    """FD717: under a name of its own, a service is given what another environment owns."""
    foreign = plan.configuration.foreign
    if foreign is None:
        return
    sensitive = {variable.name for variable in plan.configuration.project.sensitive}
    for key, text in service.variables.items():
        value = plan.configuration.values.get(key)
        if not text or key in sensitive or (value is not None and value.text == text):
            continue  # judged by isolation
        owner = foreign.owner(text)
        if owner is not None:
            yield plan.problem("FD717", key, *_where(plan, name, key), service=name, other=owner.name)


def _where(plan: Plan, name: str, key: str) -> tuple[str, ...]:
    """What of the service says the variable: its line, or the files that it is read from."""
    return ("services", name, *(("environment", key) if key in plan.raw_variables(name) else ("env_file",)))


def _sources(plan: Plan, name: str, key: str) -> dict[str, str]:
    """Which two sources disagree, and which of them the container obeys."""
    inline = key in plan.raw_variables(name)
    said = plan.configuration.values.get(key)
    return {
        "service": name,
        "winner": "`environment`" if inline else "`env_file`",
        "source": str(said.origin) if said is not None else str(plan.configuration.choice.origin),
    }


def _isolated(plan: Plan) -> Iterator[Problem]:
    """What services are given on their own leads somewhere, too: no other environment may own that."""
    configuration = plan.configuration
    project = configuration.project
    every = (_own_values(plan, name, service) for name, service in plan.model.services.items())
    given = [values for values in every if values]
    if not given:
        return
    known = isolation.index(
        claim
        for other, theirs in configuration.others
        for claim in boundary.file_claims(project, other, theirs, configuration.process)
    )
    for values in given:
        yield from isolation.problems(
            isolation.claims(project, configuration.environment, values), known, None
        )


def _own_values(plan: Plan, name: str, service: Service) -> dict[str, Value]:
    sensitive = {variable.name for variable in plan.configuration.project.sensitive}
    values = plan.configuration.values
    return {
        key: Value(key, text, plan.places.find(*_where(plan, name, key)))
        for key, text in service.variables.items()
        if text and key in sensitive and (key not in values or values[key].text != text)
    }
