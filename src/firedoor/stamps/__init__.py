"""What a resource says of itself, and the environment's mark inside it: one file for each kind, found by scheme.

Not on the hot path: asking a server costs a connection. Every client library stays inside the functions that need it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from firedoor import resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.stamp import Stamp


class Marker(Protocol):
    """What the module of one kind offers. ``EXTRA`` is the extra that brings the client library, empty for none."""

    EXTRA: str

    def observe(self, address: Address) -> Observation:
        """Ask the resource who it is and for its stamp. Raises Unreachable, ClientMissing."""

    def write(self, address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
        """Put the stamp into the resource, bound to what the server says of itself, if ``replacing`` is there now.

        ``stamp.bound`` is filled in by the marker. Gives what is there afterwards. Raises Overtaken when another
        stamp is there than ``replacing`` (None: no stamp), NotAllowed, Unreachable, ClientMissing.
        """

    def grants(self, address: Address) -> Sequence[str]:
        """The statements that let another role read the stamp and not change it, for an administrator to run.

        Names of roles and resources in them are placeholders like ``<application role>``: nothing of the address.
        """


# scheme, as firedoor.resources reads it, to the module that asks it
_SCHEMES = {
    "postgresql": "postgresql",
    "mysql": "mysql",
    "sqlite": "sqlite",
    "redis": "redis",
    "s3": "s3",
    "chroma": "chroma",
}


def marker(address: Address) -> Marker | None:
    """The module that can ask what the address leads to; None when firedoor cannot ask this kind of resource."""
    name = _SCHEMES.get(resources.family(address.kind, address.text))
    if name is None:
        return None
    found: Marker = import_module(f"firedoor.stamps.{name}")
    return found
