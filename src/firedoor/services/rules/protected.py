"""What a protected environment does not start: development's services, source, debuggers, reloaders, moving images."""

from __future__ import annotations

import os

from firedoor.rules import launch
from firedoor.services import engine
from firedoor.services.model import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.problem import Problem
    from firedoor.services.model import Service
    from firedoor.services.plan import Plan


def problems(plan: Plan) -> Iterator[Problem]:
    """FD730 to FD733, FD801 and FD802; none where the environment is not protected."""
    if not plan.configuration.environment.protected:
        return
    theirs = _profiles_of_others(plan)
    for service in plan.model.services.values():
        yield from _profiles(plan, service, theirs)
        yield from _mounts(plan, service)
        yield from _debug_ports(plan, service)
        yield from _image(plan, service)
        yield from _command(plan, service)


def _profiles_of_others(plan: Plan) -> dict[str, str]:
    return {
        profile: other.name
        for other in plan.configuration.project.environments
        if not other.protected
        for profile in other.profiles
    }


def _profiles(plan: Plan, service: Service, theirs: dict[str, str]) -> Iterator[Problem]:
    for profile in service.data.get("profiles") or ():
        if profile in theirs:
            yield plan.problem(
                "FD730",
                service.name,
                "services",
                service.name,
                "profiles",
                profile=profile,
                other=theirs[profile],
            )


def _mounts(plan: Plan, service: Service) -> Iterator[Problem]:
    """Source is a folder of the checkout, or anything of it that the container may change."""
    for mount in service.mounts:
        source = str(mount.get("source") or "")
        if mount.get("type") != "bind" or not within(plan.compose.root, source):
            continue
        if mount.get("read_only") and os.path.isfile(source):
            continue
        shown = os.path.relpath(os.path.realpath(source), os.path.realpath(plan.compose.root))
        yield plan.problem("FD731", service.name, "services", service.name, "volumes", folder=shown)
    watched = (service.data.get("develop") or {}).get("watch")
    if watched:
        yield plan.problem("FD731", service.name, "services", service.name, "develop", folder="develop.watch")


def _debug_ports(plan: Plan, service: Service) -> Iterator[Problem]:
    debug = plan.configuration.project.services.debug_ports
    for port in service.ports:
        for number in dict.fromkeys((port.target, port.published)):
            if number in debug:
                yield plan.problem("FD732", service.name, "services", service.name, "ports", port=str(number))


def _image(plan: Plan, service: Service) -> Iterator[Problem]:
    image = service.image
    if not image or "@sha256:" in image:
        return
    _, colon, tag = image.rpartition("/")[2].partition(":")
    if (tag if colon else "latest") in plan.configuration.project.services.unpinned:
        yield plan.problem(
            "FD733", service.name, "services", service.name, "image", tag=tag or "latest, since it names none"
        )


def _command(plan: Plan, service: Service) -> Iterator[Problem]:
    """What reloads code. Where the files give no command, the image's own counts, if the engine has it."""
    words = service.command
    if not service.command_is_whole and service.image:
        words = engine.command_of_image(service.image) or []
    variables = {key: text for key, text in service.variables.items() if text is not None}
    for problem in launch.problems(plan.configuration.environment, words, variables):
        yield plan.problem(
            problem.code, problem.subject, "services", service.name, "command", flag=problem.facts["flag"]
        )
    for word in words:
        if word in ("debugpy", "--inspect", "--inspect-brk") or word.startswith(
            ("--inspect=", "--inspect-brk=")
        ):
            yield plan.problem(
                "FD732", service.name, "services", service.name, "command", port=word.partition("=")[0]
            )
