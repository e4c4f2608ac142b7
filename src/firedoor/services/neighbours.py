"""Who else runs: other environments of this checkout, other checkouts of this environment, and who holds a port."""

from __future__ import annotations

import os
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from firedoor.problem import Problem
    from firedoor.services.listing import Listed
    from firedoor.services.model import Port, Service
    from firedoor.services.plan import Plan

_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - what Compose calls every address


def of_checkout(listed: Iterable[Listed], root: str) -> list[Listed]:
    """The containers that Compose started from this checkout, whatever project they belong to."""
    here = os.path.realpath(root)
    return [one for one in listed if one.folder and os.path.realpath(one.folder) == here]


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
            yield _problem(plan, "FD722", name, folder=one.folder)
        elif one.id in own and one.running and (one.project, one.environment) not in told:
            told.add((one.project, one.environment))
            yield from _of_checkout(plan, one)


def _of_checkout(plan: Plan, one: Listed) -> Iterator[Problem]:
    chosen = plan.configuration.environment
    if not one.environment:
        yield _problem(plan, "FD721", one.project, container=one.name)
    elif one.environment != chosen.name and not plan.configuration.project.services.side_by_side:
        yield _problem(plan, "FD720", one.environment, other=one.environment)


def _problem(plan: Plan, code: str, subject: str, **facts: str) -> Problem:
    return plan.problem(code, subject, **facts)


def _ports(plan: Plan, listed: Sequence[Listed], ending: Sequence[Listed]) -> Iterator[Problem]:
    """Ports that somebody holds already: another container, or a program on this machine."""
    held = {
        (number, protocol): one
        for one in listed
        if one.running and one.project != plan.compose.name
        for number, protocol in one.published
    }
    own = [one for one in listed if one.project == plan.compose.name]
    ours = {pair for one in (*own, *ending) for pair in one.published}
    for service, port in plan.model.ports():
        key = (port.published, port.protocol)
        holder = held.get(key)
        if holder is not None:
            by = f"the container {holder.name}"
            if holder.environment:
                by += f" of {holder.environment}"
            yield _taken(plan, service, port, by)
        elif key not in ours and not _is_free(port):
            yield _taken(plan, service, port, "a program on this machine")


def _taken(plan: Plan, service: Service, port: Port, by: str) -> Problem:
    return plan.problem(
        "FD715", service.name, "services", service.name, "ports", port=str(port.published), holder=by
    )


def _is_free(port: Port) -> bool:
    """Whether the engine could publish the port: nobody on this machine listens there."""
    if port.protocol != "tcp":
        return True
    host = "" if port.host in _EVERYWHERE else port.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port.published))
        except OSError as error:
            return isinstance(error, PermissionError)  # the engine may where this user may not
    return True


def between(plan: Plan, others: Iterable[Plan]) -> Iterator[Problem]:
    """FD715 for each port that two environments publish which may run at the same time."""
    taken = {(port.published, port.protocol): other for other in others for _, port in other.model.ports()}
    for service, port in plan.model.ports():
        other = taken.get((port.published, port.protocol))
        if other is not None:
            yield _taken(plan, service, port, f"{other.configuration.environment.name}, by its files")
