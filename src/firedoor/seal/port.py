"""A seal by ports, for where the kernel gives no namespaces: Landlock and a filter, put on the process itself.

Nobody stands beside the command, so nobody can look at an address: what is let through is a port at any host.
"""

import sys

from firedoor.endpoints import ANY_PORT
from firedoor.seal import descriptors, filters, numbers, system
from firedoor.seal.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    from firedoor.seal.policy import Policy

_RANGE = "/proc/sys/net/ipv4/ip_local_port_range"
_USUAL_RANGE = (32768, 60999)  # the kernel's own default
_NAMES = 53
NO_PORT, NO_LANDLOCK, OLD_LANDLOCK, NO_FILTER = "no-port", "no-landlock", "old-landlock", "no-filter"


def ephemeral(text: str) -> "range":
    """The ports that the kernel gives to who asks for any, by its own table; servers of tests listen there."""
    words = text.split()
    first, last = (int(words[0]), int(words[1])) if len(words) == 2 else _USUAL_RANGE
    return range(first, last + 1)


def allowed(declared: "Iterable[int]", own: "range", *, by_name: bool) -> "list[int]":
    """Every port that can be reached: declared ones, own servers', and name servers' where a name is declared.

    Raises Refusal where a host was declared without a port: every port would be one of its.
    """
    ports = {*declared}
    if ANY_PORT in ports:
        raise Refusal(NO_PORT)
    return sorted({*ports, *own, *((_NAMES,) if by_name else ())})


def close(policy: "Policy", variables: "MutableMapping[str, str]", *, by_name: bool) -> None:
    """Seal this process. ``variables``, the command's own, are told to ask name servers by TCP.

    Raises Refusal where the kernel does not do it.
    """
    ports = allowed(policy.ports(), ephemeral(_range()), by_name=by_name)
    scoped = _version() >= numbers.ABI_SCOPE
    if by_name:
        variables["RES_OPTIONS"] = f"{variables.get('RES_OPTIONS', '')} use-vc".strip()
    sys.stdout.flush()
    descriptors.close_sockets()
    program = filters.by_port(system.machine(), unix=policy.needs_paths())
    try:
        system.filter_calls(program, 0)
    except PermissionError:  # without rights of its own a process may only give up more of them
        system.gain_no_privileges()
        _filter(program)
    except OSError as reason:
        raise Refusal(NO_FILTER, reason.errno or 0) from None
    _landlock(ports, scoped=scoped)


def _range() -> str:
    try:
        with open(_RANGE, encoding="ascii") as file:
            return file.read()
    except OSError:
        return ""


def _version() -> int:
    try:
        version = system.landlock_version()
    except OSError as reason:
        raise Refusal(NO_LANDLOCK, reason.errno or 0) from None
    if version < numbers.ABI_NET:
        raise Refusal(OLD_LANDLOCK)
    return version


def _filter(program: "filters.Program") -> None:
    try:
        system.filter_calls(program, 0)
    except OSError as reason:
        raise Refusal(NO_FILTER, reason.errno or 0) from None


def _landlock(ports: "list[int]", *, scoped: bool) -> None:
    try:
        system.landlock(ports, scoped=scoped)
    except PermissionError:
        system.gain_no_privileges()
        system.landlock(ports, scoped=scoped)
