"""May this environment's stamp be put here? Decided from what the resource said, and what was consented to by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor.stamps import judgement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.observation import Target
    from firedoor.stamps.judgement import Foreign
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.stamp import Stamp

STAMPED = "stamped"
RESTAMPED = "restamped"
SANITISED = "sanitised"
ALREADY = "already"
REFUSED = "refused"

MAY_NOT_READ = "its login may not read what stands in the stamp's place"
MAY_NOT_WRITE = "its login may not write there"


@dataclass(frozen=True)
class Consent:
    """What may be written over, each by its name: ``restamp`` a variable, ``source`` whose data was sanitised.

    ``source`` is an environment, or ``project/environment`` of another project. ``named`` are the variables that the
    command names: only these are declared sanitised without a copied stamp to show for it.
    """

    restamp: str = ""
    source: str = ""
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Decision:
    """``event`` is what to do, or ALREADY, or REFUSED with the ``facts`` of FD526. ``cleaned`` goes into the stamp."""

    event: str
    cleaned: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def decide(
    observation: Observation, target: Target, consent: Consent, foreign: Foreign | None = None
) -> Decision:
    """What to do with a resource that answered this."""
    owner = None if foreign is None else foreign(observation)
    if owner is not None and not target.environment.is_(owner) and not _may_share(target, owner):
        return _refused(owner=owner)
    if observation.unreadable:
        return _refused(detail=MAY_NOT_READ)
    named = target.variable.name in consent.named and bool(consent.source)
    if observation.stamp is None:
        return Decision(SANITISED, consent.source) if named else Decision(STAMPED)
    if _is_own(observation.stamp, target):
        if named:
            return Decision(SANITISED, consent.source)
        return _over_own(observation.stamp, target, consent, is_copy=observation.is_copy)
    return _over_another(observation.stamp, target, consent, is_copy=observation.is_copy)


def _over_own(stamp: Stamp, target: Target, consent: Consent, *, is_copy: bool) -> Decision:
    if not is_copy:
        return Decision(ALREADY)
    if consent.restamp == target.variable.name:
        return Decision(RESTAMPED, stamp.cleaned)
    return _refused(moved=target.variable.name)


def _over_another(stamp: Stamp, target: Target, consent: Consent, *, is_copy: bool) -> Decision:
    """Over an original: never. Over a copy: when its environment is named as the one whose data was sanitised."""
    name = source_of(stamp, target)
    if stamp.project == target.project.name and _may_share(target, name):
        return Decision(ALREADY)
    if not is_copy:
        return _refused(original=name)
    return Decision(SANITISED, name) if consent.source == name else _refused(copied=name)


def source_of(stamp: Stamp, target: Target) -> str:
    """Whose stamp it is, as ``--from`` names it: with the project where that is another one."""
    if stamp.project != target.project.name:
        return f"{stamp.project}/{stamp.environment}"
    known = target.project.environment(stamp.environment)  # a stamp outlives the renaming of an environment
    return stamp.environment if known is None else known.name


def _is_own(stamp: Stamp, target: Target) -> bool:
    return stamp.project == target.project.name and target.environment.is_(source_of(stamp, target))


def _may_share(target: Target, other: str) -> bool:
    return judgement.may_share(target.variable, target.environment, other)


def _refused(**facts: str) -> Decision:
    return Decision(REFUSED, facts=facts)
