"""Until every service is healthy, or one has failed: what the engine says of the containers, asked again and again."""

from __future__ import annotations

import time

from firedoor.services import container, labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.services.container import Container

READY = "ready"
WAITING = "waiting"
FAILED = "failed"
_PAUSE_SECONDS = 0.1
_MOST_RESTARTS = 3
_STEADY_SECONDS = 2.0


def verdict(one: Container) -> str:
    """Whether the container is ready, may become so, or has failed. One that ended well is ready."""
    if one.state in ("exited", "dead"):
        return READY if one.state == "exited" and one.exit_code == 0 else FAILED
    if one.state == "restarting":
        return FAILED if one.restarts >= _MOST_RESTARTS else WAITING
    if one.state == container.RUNNING and one.health in ("", container.HEALTHY):
        return READY
    return FAILED if one.health == container.UNHEALTHY else WAITING


def until_ready(
    look: Callable[[], Sequence[Container]], seconds: float, show: Callable[[Sequence[Container]], None]
) -> tuple[list[Container], list[Container]]:
    """All containers at the end, and those that have failed: every one that is not ready once ``seconds`` are over.

    ``look`` asks the engine; ``show`` is told after each time.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = [one for one in look() if one.labels.get(labels.COMPOSE_ONE_OFF, "False") != "True"]
        show(seen)
        failed = [one for one in seen if verdict(one) == FAILED]
        waiting = [one for one in seen if verdict(one) == WAITING or _may_die_again(one)]
        if failed or not waiting:
            return seen, failed
        if time.monotonic() >= deadline:
            return seen, waiting
        time.sleep(_PAUSE_SECONDS)


def _may_die_again(one: Container) -> bool:
    """Whether it has died before, has not run for long since, and nobody says that it is healthy."""
    if not one.restarts or one.health or one.state != container.RUNNING:
        return False
    return time.time() - (one.started_at or 0.0) < _STEADY_SECONDS
