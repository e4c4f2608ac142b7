"""Two locks of one project brought together: the newer taking of each environment, the stricter declaration.

Merging is commutative, associative and idempotent: whatever order branches come together in, one lock comes out.
"""

from firedoor.lock import pins
from firedoor.lock.document import Lock


class Foreign(Exception):  # noqa: N818 - a fact about the two locks
    """The locks are of different projects, or made with different salts: their fingerprints cannot be compared."""


def merge(one: Lock, other: Lock) -> Lock:
    """The lock of both. Raises Foreign."""
    if (one.project, one.salt, one.cost) != (other.project, other.salt, other.cost):
        raise Foreign
    environments = dict(one.environments)
    for name, taken in other.environments.items():
        mine = environments.get(name)
        if mine is None or mine.key() < taken.key():
            environments[name] = taken
    accepted = max(one.accepted, other.accepted)
    newest = [lock.pins for lock in (one, other) if lock.accepted == accepted]
    return Lock(
        one.project,
        one.salt,
        one.cost,
        pins=pins.stricter(newest[0], newest[-1]),
        accepted=accepted,
        ledger=" ".join(sorted({*one.ledger.split(), *other.ledger.split()})),  # both must be there
        environments=environments,
    )
