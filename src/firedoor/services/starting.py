"""Starting one environment's containers: judged before, awaited, and compared with what they were to get."""

from __future__ import annotations

import threading

from firedoor import boundary
from firedoor.errors import FiredoorError, ServiceError
from firedoor.problem import has_errors, in_order
from firedoor.services import engine, neighbours, proof, rules, waiting
from firedoor.services.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor import process
    from firedoor.problem import Problem
    from firedoor.services.container import Container
    from firedoor.services.listing import Listed

    Show = Callable[[Sequence[Container]], None]

_LOOK_SECONDS = 0.25


class Started:
    """What became of a start: the containers, the problems, and the last lines of those that failed, by service."""

    __slots__ = ("containers", "lines", "problems")

    def __init__(self) -> None:
        self.containers: list[Container] = []
        self.problems: list[Problem] = []
        self.lines: dict[str, list[str]] = {}


def judge(
    plan: Plan, listed: Sequence[Listed], services: Sequence[str] = (), *, ending: Sequence[Listed] = ()
) -> list[Problem]:
    """Every problem of starting the plan beside what runs, in order; ``ending`` will not run any more by then."""
    found = [
        *rules.problems(plan),
        *_unknown(plan, services),
        *neighbours.problems(plan, listed, ending),
        *neighbours.between(plan, _side_by_side(plan)),
    ]
    return in_order(found, plan.configuration.project.names)


def _unknown(plan: Plan, services: Sequence[str]) -> list[Problem]:
    """FD723: Compose would start a service that is asked for by name, whatever its profiles are."""
    known = ", ".join(plan.model.services)
    return [plan.problem("FD723", name, names=known) for name in services if name not in plan.model.services]


def _side_by_side(plan: Plan) -> list[Plan]:
    """The plans of the environments that may run beside this one, as far as their files are here and sound."""
    project = plan.configuration.project
    if not project.services.side_by_side:
        return []
    found = []
    for other in project.environments:
        if other is plan.configuration.environment:
            continue
        try:
            theirs = boundary.configure(project, other.name)
            if not has_errors(theirs.problems):
                found.append(Plan(theirs).ask(with_raw=False).settled())
        except FiredoorError:
            continue  # what cannot be started takes no port
    return found


def start(
    plan: Plan,
    services: Sequence[str] = (),
    *,
    recreate: bool = False,
    holding: Sequence[int] = (),
    show: Show | None = None,
) -> Started:
    """Start what was judged, wait until it is healthy, and prove that it got what the host resolved.

    ``show`` is told how the containers are, again and again. Raises ServiceError when the engine does not answer.
    """
    started = Started()
    running = plan.compose.up(plan.marked().data, services, recreate=recreate, holding=holding)
    said = _awaited(plan, running, show)
    started.containers, failed = waiting.until_ready(
        lambda: engine.of_project(plan.compose.name),
        plan.configuration.project.services.wait if running.returncode == 0 else 0,
        show or (lambda _: None),
    )
    if running.returncode != 0:
        detail = plan.compose.refusal_text(said) or "Compose gives no reason"
        started.problems.append(plan.problem("FD741", plan.compose.name, detail=detail))
    for one in failed:
        started.problems.append(_unhealthy(plan, one))
        started.lines[one.service] = [plan.redaction.clean(line) for line in engine.last_lines(one.id)]
    if running.returncode == 0:
        started.problems += proof.problems(plan, started.containers)
    return started


def _awaited(plan: Plan, running: process.Running, show: Show | None) -> bytes:
    """Wait for Compose to end, showing how far it is; what it said."""
    said: list[bytes] = []
    out = running.stdout
    reader = threading.Thread(target=lambda: said.append(out.read() if out else b""), daemon=True)
    reader.start()
    while reader.is_alive():
        reader.join(_LOOK_SECONDS)
        if show is not None and reader.is_alive():
            show(engine.of_project(plan.compose.name))
    running.wait()
    if out:
        out.close()
    return b"".join(said)


def _unhealthy(plan: Plan, one: Container) -> Problem:
    state = f"{one.state} with exit code {one.exit_code}" if one.state == "exited" else one.state
    if one.health and one.state == "running":
        state = one.health
    return plan.problem(
        "FD740",
        one.service,
        "services",
        one.service,
        state=state,
        seconds=str(plan.configuration.project.services.wait),
    )


def require(problems: Sequence[Problem]) -> None:
    """Raises ServiceError with all of them when any is an error."""
    if has_errors(problems):
        raise ServiceError(problems)
