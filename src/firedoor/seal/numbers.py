"""Numbers of the kernel's interface that Python does not name, as in the headers under ``include/uapi``.

Only machines that are named here are sealed: a filter of system calls is written for their numbers.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# linux/audit.h, asm/unistd.h of each machine
ARCHITECTURES: "Mapping[str, int]" = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
_COMMON = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "pidfd_getfd": 438,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}
CALLS: "Mapping[str, Mapping[str, int]]" = {
    "x86_64": {
        **_COMMON,
        "ioctl": 16,
        "socket": 41,
        "connect": 42,
        "sendto": 44,
        "sendmsg": 46,
        "socketpair": 53,
        "sendmmsg": 307,
        "seccomp": 317,
    },
    "aarch64": {
        **_COMMON,
        "ioctl": 29,
        "socket": 198,
        "socketpair": 199,
        "connect": 203,
        "sendto": 206,
        "sendmsg": 211,
        "sendmmsg": 269,
        "seccomp": 277,
    },
}

# linux/socket.h
AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 0, 1, 2, 10, 16
SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET = 1, 2, 5
SOCK_TYPE_MASK = 0xF
IPPROTO_TCP, IPPROTO_MPTCP = 6, 262
MSG_FASTOPEN = 0x20000000
SO_NETNS_COOKIE = 71  # asm-generic/socket.h, since 5.14

TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # asm-generic/ioctls.h

# linux/sched.h
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x10000000, 0x20000000, 0x40000000
# linux/mount.h
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38

# linux/seccomp.h
SECCOMP_SET_MODE_FILTER = 1
FLAG_NEW_LISTENER, FLAG_WAIT_KILLABLE = 1 << 3, 1 << 5
RET_ALLOW, RET_USER_NOTIF, RET_ERRNO = 0x7FFF0000, 0x7FC00000, 0x00050000
NOTIF_RECV, NOTIF_SEND, NOTIF_ID_VALID, NOTIF_ADDFD = 0xC0502100, 0xC0182101, 0x40082102, 0x40182103
ADDFD_SETFD = 1

# linux/landlock.h
LANDLOCK_VERSION = 1
ACCESS_NET_CONNECT_TCP = 1 << 1
SCOPE_ABSTRACT_UNIX = 1 << 0
RULE_NET_PORT = 2
ABI_NET, ABI_SCOPE = 4, 6
