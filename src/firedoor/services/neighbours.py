"""Who else runs: other environments of this checkout, other checkouts of this environment, and who holds a port."""

from __future__ import annotations

import errno
import os
import socket

from firedoor import sources
from firedoor.services import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from firedoor.problem import Problem
    from firedoor.services.listing import Listed
    from firedoor.services.model import Port, Service
    from firedoor.services.plan import Plan

_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - what Compose calls every address
_KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def of_checkout(listed: Iterable[Listed], root: str) -> list[Listed]:
    """The containers that Compose started from this checkout, whatever project they belong to."""
    found = list(listed)
    own = labels.of_checkout(root, (one.folder for one in found))
    return [one for one in found if one.folder in own]


def problems(plan: Plan, listed: Sequence[Listed], ending: Sequence[Listed] = ()) -> list[Problem]:
    """Why this environment may not be started beside what runs: FD715, FD720 to FD722.

    ``ending`` are containers that will have ended by then: they are nobody's neighbours, and their ports are free.
    """
    staying = [one for one in listed if one not in ending]
    return [*_neighbours(plan, staying), *_ports(plan, staying, ending)]


def _neighbours(plan: Plan, listed: Sequence[Listed]) -> Iterator[Problem]:
    name, root = plan.compose.name, plan.compose.root
    own = {one.id for one in of_checkout(listed, root)}
    told: set[object] = set()
    for one in listed:
        if one.project == name and one.id not in own and one.folder and one.folder not in told:
            told.add(one.folder)
            yield plan.problem("FD722", name, folder=one.folder)
        elif one.id in own and one.running and (one.project, one.environment) not in told:
            told.add((one.project, one.environment))
            yield from _of_checkout(plan, one)


def _of_checkout(plan: Plan, one: Listed) -> Iterator[Problem]:
    project = plan.configuration.project
    owner = next(
        (each for each in project.environments if labels.compose_project(project, each) == one.project), None
    )
    if owner is None or one.environment != owner.name:
        facts = {"was": one.environment} if one.environment else {}
        yield plan.problem("FD721", one.project, container=one.name, **facts)
    elif owner is not plan.configuration.environment and not project.services.side_by_side:
        yield plan.problem("FD720", one.environment, other=one.environment)


def _ports(plan: Plan, listed: Sequence[Listed], ending: Sequence[Listed]) -> Iterator[Problem]:
    """Ports that somebody holds already: another container, a program on this machine, or a service beside it."""
    others = [one for one in listed if one.running and one.project != plan.compose.name]
    own = [one for one in listed if one.project == plan.compose.name]
    ours = {pair for one in (*own, *ending) for pair in _pairs(one)}
    before: list[tuple[Service, Port]] = []
    for service, port in plan.model.ports():
        holder = next((one for one in others if any(_clash(port, *held) for held in one.published)), None)
        double = next(
            (one for one, other in before if _clash(port, other.host, other.published, other.protocol)), None
        )
        before.append((service, port))
        if holder is not None:
            of = f" of {holder.environment}" if holder.environment else ""
            yield _taken(plan, service, port, f"the container {holder.name}{of}")
        elif double is not None:
            yield _taken(plan, service, port, f"the service {double.name}, by the same files")
        elif service.number > 1:
            yield _taken(plan, service, port, f"the first of its {service.number} containers")
        elif (port.published, port.protocol) not in ours and not _is_free(port):
            yield _taken(plan, service, port, "a program on this machine")


def _pairs(one: Listed) -> Iterator[tuple[int, str]]:
    for _, number, protocol in one.published:
        yield number, protocol


def _clash(port: Port, host: str, number: int, protocol: str) -> bool:
    """Whether both cannot be published: it is one port, on one address or on every."""
    if (port.published, port.protocol) != (number, protocol):
        return False
    return host == port.host or host in _EVERYWHERE or port.host in _EVERYWHERE


def _taken(plan: Plan, service: Service, port: Port, by: str) -> Problem:
    return plan.problem(
        "FD715", service.name, "services", service.name, "ports", port=str(port.published), holder=by
    )


def _is_free(port: Port) -> bool:
    """Whether nobody on this machine listens there; of an engine on another machine nobody here can tell."""
    kind = _KINDS.get(port.protocol)
    if kind is None or not _is_here():
        return True
    host = "" if port.host in _EVERYWHERE else port.host
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as one:
            if kind == socket.SOCK_STREAM and os.name != "nt":  # what has just ended holds nothing
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port.published))
    except OSError as error:
        return error.errno != errno.EADDRINUSE  # the engine may where this user may not
    return True


def _is_here() -> bool:
    scheme, found, place = sources.process_environment().get("DOCKER_HOST", "").partition("://")
    host = place.partition("/")[0].rpartition("@")[2].rpartition(":")[0]
    return not found or scheme in ("unix", "npipe") or host in ("localhost", "127.0.0.1", "[::1]")


def between(plan: Plan, others: Iterable[Plan]) -> Iterator[Problem]:
    """FD715 for each port that two environments publish which may run at the same time."""
    theirs = [(other, port) for other in others for _, port in other.model.ports()]
    for service, port in plan.model.ports():
        clashing = (one for one, held in theirs if _clash(port, held.host, held.published, held.protocol))
        other = next(clashing, None)
        if other is not None:
            yield _taken(plan, service, port, f"{other.configuration.environment.name}, by its files")
