"""The environment's mark inside a resource, as data and as the text that is stored there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

FORMAT = 1
_LONGEST = 4096  # characters of a stored stamp; more is not ours
_ID_BYTES = 16


@dataclass(frozen=True)
class Stamp:
    """Whose a resource is.

    ``project`` and ``environment`` by name, ``resource`` the variable it was declared under, ``id`` 32 hexadecimal
    digits that no other stamp has, ``time`` in UTC as ``2026-11-27T06:00:00Z``, ``by`` who stamped, ``bound`` what the
    server said of itself then. ``cleaned`` names the environment whose data this was before somebody declared it
    sanitised, empty for none.
    """

    project: str
    environment: str
    resource: str
    id: str
    time: str
    by: str
    bound: str = ""
    cleaned: str = ""

    def bound_to(self, bound: str) -> Self:
        """The same stamp, bound to what the server says of itself."""
        return replace(self, bound=bound)

    def to_text(self) -> str:
        """One line of JSON, the same for the same stamp."""
        return json.dumps({"firedoor": FORMAT, **asdict(self)}, sort_keys=True, separators=(",", ":"))


def new_id() -> str:
    """32 random hexadecimal digits."""
    return os.urandom(_ID_BYTES).hex()


def from_text(text: str) -> Stamp | None:
    """The stamp that a stored text holds; None when it is no stamp that this version can read."""
    if len(text) > _LONGEST:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("firedoor") != FORMAT:
        return None
    values = {field.name: document.get(field.name, "") for field in fields(Stamp)}
    if not all(isinstance(value, str) for value in values.values()) or not values["id"]:
        return None
    return Stamp(**values)
