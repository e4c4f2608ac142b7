"""Why a strength of seal cannot be had: by the step that the kernel refused. Pure."""

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MACHINE = "machine"
_ALLOW = (
    "allow them: sysctl `user.max_user_namespaces` above 0, `kernel.unprivileged_userns_clone=1` on Debian's kernels, "
    "`kernel.apparmor_restrict_unprivileged_userns=0` or a profile on Ubuntu; in a container start it with a seccomp "
    "profile that allows `unshare` and `mount`"
)
_SPACES = ("user and network namespaces", _ALLOW)
_KERNEL = "use a kernel of 5.14 or later whose seccomp has user notification"
# step -> (what is missing, what to do about it)
_WORDS: "Mapping[str, tuple[str, str]]" = {
    "namespaces": _SPACES,
    "mounts": _SPACES,
    "hosts": ("a hosts file of its own", "see to it that there is an `/etc/hosts`"),
    "proc": (
        "a `/proc` of its own",
        "start the container with an unmasked `/proc` (`--security-opt systempaths=unconfined`)",
    ),
    "loopback": ("a loopback network of its own", "use a kernel with network namespaces and `unix_diag`"),
    "filter": (
        "a filter of system calls that asks a supervisor",
        f"{_KERNEL}, and do not start a seal within a seal",
    ),
    "unknown": ("what was asked of it", "report what kernel it is"),
    "no-port": (
        "a port for every declared host",
        "write the port behind every host of `reach`, or use a machine where addresses can be sealed",
    ),
    "no-landlock": ("Landlock", "use a kernel of 6.7 or later with `landlock` among its `lsm=`"),
    "old-landlock": ("Landlock's rules for TCP", "use a kernel of 6.7 or later"),
    "no-filter": ("a filter of system calls", "use a kernel whose seccomp is switched on"),
    MACHINE: ("a filter for this kind of machine", "use one of x86-64 or ARM of 64 bits"),
}


class Refusal(Exception):  # noqa: N818 - it is the kernel's, not the program's
    """A strength that cannot be had: the step's name and the error's number, 0 for none."""

    def __init__(self, step: str, number: int = 0) -> None:
        super().__init__(step, number)
        self.step = step
        self.number = number

    @property
    def feature(self) -> str:
        """What is missing."""
        return _WORDS[self.step][0]

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _WORDS[self.step][1]

    @property
    def detail(self) -> str:
        """The kernel's word for it, such as EPERM; empty without one."""
        return errno.errorcode.get(self.number, os.strerror(self.number)) if self.number else ""
