"""What the lock has against a configuration: another environment's fingerprints, or a declaration that was loosened.

The lock is asked on every ``run``, ``load`` and ``check``. What passed once is remembered (``verdicts``), so that the
dear fingerprints are made only of what is new.
"""

import os

from firedoor import reading
from firedoor.lock import FILE_NAME, holdings
from firedoor.lock.verdicts import Verdicts
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.declaration import Project
    from firedoor.lock.holdings import Holding
    from firedoor.resolve import Configuration

_WHOLE = "whole"
_OWNS = "owns"


def problems(configuration: "Configuration", ambient: "Mapping[str, str]") -> list[Problem]:
    """Every problem that the lock has with the configuration; none where no lock is there and none is expected.

    ``ambient`` are variables from elsewhere that client libraries obey, as for ``isolation.claims``.
    """
    project = configuration.project
    data = reading.read_bytes(os.path.join(project.root, FILE_NAME))
    if isinstance(data, reading.Failure):
        return _missing(project, data)
    held = holdings.of(configuration, ambient)
    verdicts = Verdicts(project.root, data, project.source)
    name = configuration.environment.name
    proofs = {holding: _proof(verdicts, name, holding) for holding in held}
    whole = verdicts.proof(_WHOLE, name)
    fresh = [holding for holding in held if holding.unknown or not verdicts.holds(proofs[holding])]
    if not fresh and verdicts.holds(whole):
        return []
    from firedoor.lock import comparison  # reads the lock and makes fingerprints: all that is dear

    found = comparison.compare(configuration, data, fresh)
    if not found.of_lock:
        verdicts.keep([whole])
    if found.comparable:
        verdicts.keep(proofs[holding] for holding in fresh if holding not in found.refused)
    return [*found.of_lock, *found.of_holdings]


def _proof(verdicts: Verdicts, environment: str, holding: "Holding") -> bytes:
    said = [word for identity in holding.all() for word in (str(len(identity)), *identity)]
    common = "common" if holding.common else ""
    return verdicts.proof(_OWNS, environment, holding.variable.name, common, *said)


def _missing(project: "Project", failure: reading.Failure) -> list[Problem]:
    origin = Origin(FILE, FILE_NAME)
    if failure.reason != reading.MISSING:
        return [Problem("FD503", subject=FILE_NAME, origin=origin, detail=failure.detail)]
    if project.lock is None:
        return []
    return [Problem("FD501", subject=FILE_NAME, origin=origin)]
