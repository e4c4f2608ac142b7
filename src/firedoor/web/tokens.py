"""The environment in tokens: a claim for JSON Web Tokens, a salt for what signs with salts. No library is needed.

Environments should not share a signing key (FD402 sees to that). Where they do all the same, or a service trusts the
keys of several issuers, the claim keeps a token of one from being taken by another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import HandshakeError
from firedoor.web import marks, party
from firedoor.web.given import Given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration

CLAIM = "firedoor_environment"


class Tokens:
    """Marks the tokens of one environment, and takes no others.

    ``settings`` are settings that firedoor loaded, or a Configuration; without them the environment is selected as
    ever. Raises ConfigurationError (also FD659), SelectionError or DeclarationError.
    """

    def __init__(self, settings: BaseModel | Configuration | None = None) -> None:
        __tracebackhide__ = True
        given = Given(settings)
        del settings  # a traceback that shows locals must not show these
        self._party = party.of(given)

    def mark(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims with ours among them, to be signed. Raises HandshakeError (FD656) over another environment's."""
        __tracebackhide__ = True
        problem = self._refusal(claims, require=False)
        if problem is not None:
            del claims
            raise HandshakeError([problem])
        return {**claims, CLAIM: str(self._party.mark)}

    def check(self, claims: Mapping[str, Any], *, require: bool = True) -> None:
        """Raise HandshakeError (FD656) unless the claims, whose signature was checked, are of this environment.

        ``require`` False lets claims pass that say nothing of it, as tokens do that were issued before.
        """
        __tracebackhide__ = True
        problem = self._refusal(claims, require=require)
        if problem is not None:
            del claims
            raise HandshakeError([problem])

    def _refusal(self, claims: Mapping[str, Any], *, require: bool) -> Problem | None:
        value = claims.get(CLAIM)
        if value is None:
            return self._party.problem("FD656") if require or CLAIM in claims else None
        mark = marks.parse(value) if isinstance(value, str) else None
        return None if mark is not None and self._party.takes(mark) else self._party.problem("FD656", mark)

    def salt(self, purpose: str) -> str:
        """A salt for itsdangerous, django.core.signing and the like, which is another one in each environment."""
        return f"{self._party.mark} {purpose}"

    def __repr__(self) -> str:
        return f"Tokens({str(self._party.mark)!r})"
