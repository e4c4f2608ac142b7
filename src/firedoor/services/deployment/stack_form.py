"""What ``docker stack deploy`` takes of a service, a network, a secret: its own, older form of Compose's language.

It refuses some keys, ignores others with a word (``security_opt``) and one without (``tmpfs``). Whatever it would not
do is left out here and told as a note. The form is that of version 3.9, which Docker 20.10 reads as well as later ones.
"""

# ruff: noqa: SIM905 - keys read best as a line of words

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedoor.services.deployment.notes import Notes

_SERVICE = frozenset(
    "cap_add cap_drop command configs credential_spec deploy dns dns_search entrypoint env_file environment "
    "extra_hosts healthcheck hostname image init isolation labels logging networks ports read_only "
    "secrets stdin_open stop_grace_period stop_signal sysctls tty ulimits user volumes working_dir".split()
)
VERSION = "3.9"
# said another way below, or of no consequence for a stack
_UNSAID = frozenset("depends_on restart pull_policy expose tmpfs shm_size container_name".split())
_OF_NETWORK = frozenset("aliases ipv4_address ipv6_address".split())
_OF_PORT = frozenset("mode protocol published target".split())
_OF_MOUNT = {
    "": frozenset("type source target read_only consistency bind volume tmpfs".split()),
    "bind": frozenset(("propagation",)),
    "volume": frozenset(("nocopy",)),
    "tmpfs": frozenset(("size",)),
}
_MOUNTS = frozenset("bind tmpfs volume".split())
_EVERYWHERE = frozenset(("", "0.0.0.0", "::"))  # noqa: S104 - a port that is published on every address
_TOP = {
    "networks": frozenset("attachable driver driver_opts external internal ipam labels name".split()),
    "volumes": frozenset("driver driver_opts external labels name".split()),
    "secrets": frozenset("driver driver_opts external file labels name template_driver".split()),
    "configs": frozenset("external file labels name template_driver".split()),
}
_SOURCES = frozenset(("file", "external"))
_ONE_HOST_DRIVERS = frozenset(("bridge", "host", "none"))


class Stack:
    """Turns what Compose says into what a stack takes. ``notes`` tell what is lost on the way, in order."""

    def __init__(self) -> None:
        self.notes = Notes()

    def service(self, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """The service, for a stack."""
        left_out = sorted(told.keys() - _SERVICE - _UNSAID)
        if left_out:
            self.notes.add(name, f"a Swarm has no {', '.join(left_out)}")
        form = {key: value for key, value in told.items() if key in _SERVICE}
        form["healthcheck"] = self._health_check(name, told.get("healthcheck") or {})
        form["env_file"] = self._env_files(name, told.get("env_file") or ())
        form["networks"] = _networks(told.get("networks") or {})
        form["ports"] = self._ports(name, told.get("ports") or ())
        form["volumes"] = self._volumes(name, told)
        form["deploy"] = _deploy(told)
        if told.get("depends_on"):
            self.notes.add(name, "a Swarm starts it without waiting for depends_on")
        if told.get("container_name"):
            self.notes.add(name, "a Swarm names its containers itself: container_name is left out")
        return {key: value for key, value in form.items() if value not in (None, {}, [])}

    def part(self, kind: str, name: str, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """A network, volume, secret or config, for a stack; None for one that a stack cannot have."""
        form = {key: value for key, value in told.items() if key in _TOP[kind]}
        if kind in {"secrets", "configs"} and not _SOURCES & form.keys():
            self.notes.add(name, f"a Swarm takes {kind} from a file, or from itself: this one is left out")
            return None
        if kind == "networks" and form.get("driver") in _ONE_HOST_DRIVERS:
            self.notes.add(name, f"on a Swarm the network is an overlay, not a {form.pop('driver')}")
        if kind == "networks" and "ipam" in form:
            pools = (form["ipam"] or {}).get("config") or ()
            form["ipam"] = {"config": [{"subnet": one["subnet"]} for one in pools if one.get("subnet")]}
        lost = sorted(told.keys() - _TOP[kind])
        if lost:
            self.notes.add(name, f"a Swarm has no {', '.join(lost)} of {kind}")
        return form

    def _env_files(self, name: str, files: Any) -> list[str]:
        """A stack reads its env files when it is deployed, and has no word for one that may be missing."""
        optional = [one["path"] for one in files if isinstance(one, Mapping) and one.get("required") is False]
        for path in optional:
            self.notes.add(
                name, f"a Swarm cannot do without an env file: {path}, which may be missing, is left out"
            )
        paths = [one["path"] if isinstance(one, Mapping) else one for one in files]
        return [path for path in paths if path not in optional]

    def _health_check(self, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
        if "start_interval" in told:
            self.notes.add(name, "a Swarm has no start_interval of a healthcheck")
        return {key: value for key, value in told.items() if key != "start_interval"}

    def _ports(self, name: str, ports: Any) -> list[dict[str, Any]]:
        """What is published on one address stays unpublished: a stack would publish it on all of them."""
        taken = []
        for port in ports:
            host = port.get("host_ip", "")
            if host not in _EVERYWHERE:
                self.notes.add(
                    name, f"a Swarm publishes on every address: port {port['target']} of {host} is left out"
                )
            elif not isinstance(port.get("published", 0), int):
                self.notes.add(name, f"a Swarm has no ranges: port {port['published']} is left out")
            else:
                taken.append({key: value for key, value in port.items() if key in _OF_PORT})
        return taken

    def _volumes(self, name: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = [_mount(one) for one in told.get("volumes") or () if one["type"] in _MOUNTS]
        for one in told.get("volumes") or ():
            if one["type"] not in _MOUNTS:
                self.notes.add(name, f"a Swarm has no mount of type {one['type']}")
            if one["type"] == "bind":
                self.notes.add(name, f"{one['source']} has to be on every node that runs it")
        for word in told.get("tmpfs") or ():
            self.notes.add(name, f"a Swarm has no options of tmpfs: {word}")
            found.append({"type": "tmpfs", "target": word.partition(":")[0]})
        size = str(told.get("shm_size", ""))
        if size.isdigit():
            found.append({"type": "tmpfs", "target": "/dev/shm", "tmpfs": {"size": int(size)}})  # noqa: S108 - a path in the container
        return found


def _networks(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in (said or {}).items() if key in _OF_NETWORK} or None
        for name, said in told.items()
    }


def _mount(told: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in told.items() if key in _OF_MOUNT[""]}
    for key in _MOUNTS & found.keys():
        found[key] = {name: value for name, value in found[key].items() if name in _OF_MOUNT[key]}
    return {key: value for key, value in found.items() if value != {}}


def _deploy(told: Mapping[str, Any]) -> dict[str, Any]:
    """What ``restart`` says, in a stack's words; without it a stack starts again whatever has ended."""
    deploy = dict(told.get("deploy") or {})
    word, _, most = str(told.get("restart") or "").partition(":")
    if "restart_policy" not in deploy and word in {"no", "on-failure"}:
        policy: dict[str, Any] = {"condition": "none" if word == "no" else word}
        if most.isdigit():
            policy["max_attempts"] = int(most)
        deploy["restart_policy"] = policy
    reserved = (deploy.get("resources") or {}).get("reservations") or {}
    if "devices" in reserved:
        kept = {key: value for key, value in reserved.items() if key != "devices"}
        deploy["resources"] = {**deploy["resources"], "reservations": kept}
    return deploy
