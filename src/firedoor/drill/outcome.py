"""What an attack came to: stopped and by which barrier, gone through, or not to be tried here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.drill.attack import Attack, Tried

STOPPED, PASSED, NOT_APPLICABLE = "stopped", "PASSED", "not applicable"
CLEAN, SEAL = "clean variables", "seal"
# The barriers by the codes that they speak with, the longest beginning first.
_LAYERS = (
    ("FD60", "guard"),
    ("FD610", "adaptor"),
    ("FD611", "adaptor"),
    ("FD612", "adaptor"),
    ("FD613", "adaptor"),
    ("FD614", "adaptor"),
    ("FD61", "destruction"),
    ("FD62", SEAL),
    ("FD63", "pytest plugin"),
    ("FD64", "pytest plugin"),
    ("FD65", "handshake"),
    ("FD52", "stamps"),
    ("FD312", CLEAN),
    ("FD404", CLEAN),
    ("FD311", "precedence"),
    ("FD306", "precedence"),
    ("FD1", "selection"),
    ("FD2", "files"),
    ("FD3", "values"),
    ("FD4", "isolation"),
    ("FD5", "lock"),
    ("FD7", "services"),
    ("FD8", "readiness"),
)
_CODE = re.compile(r"\bFD[0-9]{3}\b")


@dataclass(frozen=True)
class Outcome:
    """One line of the drill's report. ``control`` is whether the harmless twin went through."""

    attack: Attack
    verdict: str
    control: bool = True
    layer: str = ""
    code: str = ""
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether there is nothing to complain of."""
        return self.verdict == NOT_APPLICABLE or (self.verdict == STOPPED and self.control)


def judged(attack: Attack, attempt: Tried, control: Tried, *, is_sealed: bool) -> Outcome:
    """The outcome of both tries."""
    if attempt.through:
        return Outcome(attack, PASSED, control.through)
    code, layer = speaker(attempt.output)
    if not code and is_sealed:
        layer = SEAL
    return Outcome(attack, STOPPED, control.through, layer or "nobody said why", code)


def speaker(output: str) -> tuple[str, str]:
    """(code, barrier) that refused, by what was printed; a note is only heard where nobody refuses."""
    codes = list(dict.fromkeys(_CODE.findall(output)))
    refusals = [code for code in codes if code != "FD312"] or codes
    if not refusals:
        return "", ""
    layers = (layer for beginning, layer in _LAYERS if refusals[0].startswith(beginning))
    return refusals[0], next(layers, "")  # a wrong declaration, or our own mistake, is no barrier


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many there are of each: applicable, stopped, passed, not applicable, controls that failed."""
    found = list(outcomes)
    tried = [one for one in found if one.verdict != NOT_APPLICABLE]
    return {
        "applicable": len(tried),
        "stopped": sum(one.verdict == STOPPED for one in tried),
        "passed": sum(one.verdict == PASSED for one in tried),
        "not_applicable": len(found) - len(tried),
        "failed_controls": sum(not one.control for one in tried),
    }
