"""Where a resource is, as its environment gives it. repr shows none of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 5.0  # how long a server may take to answer


@dataclass(frozen=True)
class Address:
    """A resource's address with what its client library obeys beside it.

    ``variable`` is the name it was declared under, ``kind`` the declared kind, ``text`` the address (a secret),
    ``root`` the folder that relative paths start from, ``variables`` the environment's whole set (secrets, too), for
    credentials that stand in variables of their own; ``seconds`` bounds every attempt; ``ambient`` says that the
    machine's own cloud identity may be used, as in protected environments (docs/decisions/0009).
    """

    variable: str
    kind: str
    text: str = field(repr=False)
    root: str = ""
    variables: Mapping[str, str] = field(repr=False, default_factory=dict)
    seconds: float = SECONDS
    ambient: bool = False
