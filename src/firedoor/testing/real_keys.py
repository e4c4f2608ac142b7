"""Keys of the real world in what the tests would get: by their shape, or by the lock, which knows production's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import live_key, resources, secret_names, sources
from firedoor.declaration import Variable
from firedoor.lock import owners
from firedoor.origin import PROCESS, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firedoor.resolve import Configuration


def problems(configuration: Configuration, variables: Mapping[str, str]) -> list[Problem]:
    """FD632 of each process variable that holds a live key, or a secret of a protected environment.

    ``variables`` are what the tests get. Those of the environment's own sources are judged with its configuration.
    """
    others = {
        name: text
        for name, text in variables.items()
        if text and name not in configuration.values and name not in sources.MACHINE
    }
    return [*_live(configuration, others), *_locked(configuration, others)]


def _live(configuration: Configuration, variables: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in variables.items():
        if live_key.may_hold_one(text) and live_key.opens_more_than_a_test(text):
            yield _problem(configuration, name, "")


def _locked(configuration: Configuration, variables: Mapping[str, str]) -> Iterator[Problem]:
    """A guess at the lock takes its time, so only what has a secret's name is looked up."""
    known = owners.load(configuration.project)
    if known is None:
        return
    for name, text in variables.items():
        if not secret_names.looks_secret_name(name):
            continue
        identities = resources.identities(None, text, configuration.project.root)
        owner = known.owner_of(configuration.environment, Variable(name, secret=True), sorted(identities))
        if owner is not None and _is_protected(configuration, owner):
            yield _problem(configuration, name, owner)


def _is_protected(configuration: Configuration, name: str) -> bool:
    environment = configuration.project.environment(name)
    return environment is not None and environment.protected


def _problem(configuration: Configuration, name: str, owner: str) -> Problem:
    return Problem(
        "FD632",
        subject=name,
        environment=configuration.environment.name,
        origin=Origin(PROCESS, name),
        other=owner,
    )
