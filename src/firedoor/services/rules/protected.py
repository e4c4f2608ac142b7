"""What a protected environment does not start: development's services, source, debuggers, reloaders, moving images."""

from __future__ import annotations

import os

from firedoor.rules import launch
from firedoor.services import engine
from firedoor.services.model import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from firedoor.problem import Problem
    from firedoor.services.model import Service
    from firedoor.services.plan import Plan

_EVERYTHING = os.path.abspath(os.sep)  # read by what watches over machines
_DEBUGGERS = (
    "debugpy",
    "-mdebugpy",
    "pydevd",
    "--inspect",
    "--inspect-brk",
    "--inspect-wait",
    "-agentlib:jdwp",
)
_OPTION_VARIABLES = ("NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")


def problems(plan: Plan) -> Iterator[Problem]:
    """FD730 to FD733, FD801 and FD802; none where the environment is not protected."""
    if not plan.configuration.environment.protected:
        return
    theirs = _profiles_of_others(plan)
    services = plan.model.services.values()
    images = engine.settings_of_images(_image_of(plan, service) for service in services)
    for service in services:
        yield from _profiles(plan, service, theirs)
        yield from _mounts(plan, service)
        yield from _debug_ports(plan, service)
        yield from _image(plan, service)
        yield from _command(plan, service, images[_image_of(plan, service)])


def _profiles_of_others(plan: Plan) -> dict[str, str]:
    """The profiles of unprotected environments: those that bear their names, and those that are not listed here."""
    open_ones = [one for one in plan.configuration.project.environments if not one.protected]
    own = plan.configuration.environment.profiles
    listed = {profile: one.name for one in open_ones for profile in one.profiles if profile not in own}
    return {**listed, **{spelling: one.name for one in open_ones for spelling in one.spellings}}


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
    """Source is a folder of the checkout or one that holds it, or anything of it that the container may change."""
    root = plan.compose.root
    for mount in (*service.mounts, *_handed(plan, service)):
        source, read_only = _source(plan, mount), bool(mount.get("read_only"))
        if not source or (read_only and (os.path.isfile(source) or source == _EVERYTHING)):
            continue
        if within(root, source) or within(source, root):
            shown = plan.redaction.clean(os.path.relpath(os.path.realpath(source), os.path.realpath(root)))
            yield plan.problem("FD731", service.name, "services", service.name, "volumes", folder=shown)
    watched = (service.data.get("develop") or {}).get("watch")
    if watched:
        yield plan.problem("FD731", service.name, "services", service.name, "develop", folder="develop.watch")


def _handed(plan: Plan, service: Service) -> Iterator[Mapping[str, Any]]:
    """Configs and secrets that are folders are mounted as folders."""
    for kind in ("configs", "secrets"):
        declared = plan.model.data.get(kind) or {}
        for one in service.data.get(kind) or ():
            path = (declared.get(one.get("source")) or {}).get("file")
            if path:
                yield {"type": "bind", "source": path, "read_only": True}


def _source(plan: Plan, mount: Mapping[str, Any]) -> str:
    """The folder of this machine that is mounted, also by a volume that stands for one; empty for none."""
    source = str(mount.get("source") or "")
    if mount.get("type") == "volume":
        volume = (plan.model.data.get("volumes") or {}).get(source) or {}
        options = volume.get("driver_opts") or {}
        source = str(options.get("device") or "") if "bind" in str(options.get("o") or "") else ""
    elif mount.get("type") != "bind":
        return ""
    return os.path.join(plan.compose.root, source) if source else ""


def _debug_ports(plan: Plan, service: Service) -> Iterator[Problem]:
    debug = plan.configuration.project.services.debug_ports
    for port in service.ports:
        for number in dict.fromkeys((port.target, *port.choices)):
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


def _image_of(plan: Plan, service: Service) -> str:
    """The image, also of a service that is built and whose image nobody named."""
    return service.image or f"{plan.model.name}-{service.name}"


def _command(plan: Plan, service: Service, image: Mapping[str, Any]) -> Iterator[Problem]:
    """What reloads code or starts a debugger. Where the files give no command, the image's counts, if it is there."""
    words, given = _start(service, image)
    variables = {**given, **{key: text for key, text in service.variables.items() if text is not None}}
    for problem in launch.problems(plan.configuration.environment, words, variables):
        by_variable = problem.subject in plan.raw_variables(service.name)
        where = ("environment", problem.subject) if by_variable else ("command",)
        yield plan.problem(
            problem.code, problem.subject, "services", service.name, *where, flag=problem.facts["flag"]
        )
    options = [variables.get(name, "") for name in _OPTION_VARIABLES]
    said = (word for text in (*words, *options) for word in launch.words_in(text))
    for name in dict.fromkeys(word.rpartition("/")[2].partition("=")[0] for word in said):
        if name in _DEBUGGERS:
            yield plan.problem("FD732", service.name, "services", service.name, "command", port=name)


def _start(service: Service, image: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The words that its containers start with, and the variables that its image brings.

    An entrypoint of the files' own takes the image's command away.
    """
    entrypoint, command = service.entrypoint, service.command
    if entrypoint is None:
        entrypoint = list(image.get("Entrypoint") or ())
        command = list(image.get("Cmd") or ()) if command is None else command
    pairs = (pair.partition("=") for pair in image.get("Env") or ())
    hooks = [*(service.data.get("post_start") or ()), *(service.data.get("pre_stop") or ())]
    told = [(service.data.get("healthcheck") or {}).get("test"), *(one.get("command") for one in hooks)]
    others = [str(word) for one in told if one for word in ([one] if isinstance(one, str) else one)]
    return [*entrypoint, *(command or ()), *others], {name: text for name, _, text in pairs}
