"""FD62: the seal by the kernel.

FD620  detail, feature, remedy, strength
FD621  -
FD622  act, other, program
FD623  act, program
FD624  -
FD625  kind
FD626  other

``strength`` is "address" or "port"; ``detail`` the kernel's word for its refusal; ``act`` as "connect to an address";
``program`` the name of the program that tried, empty when it has gone; ``kind`` is "host" or "domain".
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

_DECLARED = """\
[environments.testing]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
"""
_FILES = {
    "firedoor.toml": _DECLARED,
    ".env.testing": "DATABASE_URL=postgresql://localhost/shop_test\n",
    ".env.production": "DATABASE_URL=postgresql://192.0.2.7/shop\n",
}
_TRY = "import socket\nsocket.socket().connect_ex(({!r}, 5432))\n"
_WITH_LINE = """\
import socket, subprocess
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.connect(("127.0.0.1", 9))
subprocess.run(["firedoor", "run", "-e", "testing", "--seal", "--", "cat"], stdin=line)
"""
_SEAL = "firedoor run -e testing --seal=address -- "
_PROGRAM = "`{program}`"
_REACH = (
    "Use a server that the command starts itself, a variable that is declared as a resource of "
    "{environment:the environment}, or name the address under `reach` in `[environments.{environment:NAME}]`."
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "FD620",
        "seal-not-available",
        summary="A command was to be sealed, and the kernel does not give what the seal is made of.",
        what=(
            (
                "No seal by {strength} for {environment}: the kernel does not give {feature}.",
                "The kernel does not give what a seal is made of.",
            ),
            "It says {detail}.",
        ),
        why="A command that runs unsealed while everybody takes it to be sealed is worse than one that does not run.",
        do=("To seal it all the same, {remedy}.", "Ask `firedoor run --help` for the strengths."),
        more="`--seal` alone takes the strongest strength that can be had; `--seal=address` and `--seal=port` take no "
        "other. Nothing was started.",
        example=Example(
            Problem(
                "FD620",
                environment="testing",
                strength="address",
                feature="a filter of system calls that asks a supervisor",
                remedy="use a kernel of 5.14 or later whose seccomp has user notification, and do not start a seal "
                "within a seal",
                detail="EBUSY",
            ),
            f"{_SEAL}{_SEAL}true",
            files=_FILES,
        ),
    ),
    Entry(
        "FD621",
        "seal-needs-linux",
        summary="A command was to be sealed on a system that has no seal.",
        what="A command of {environment:an environment} was to be sealed; only Linux has what a seal is made of.",
        why="A command that runs unsealed while everybody takes it to be sealed is worse than one that does not run.",
        do="Run it in a Linux container or virtual machine, or without `--seal`: the guard in the process still holds.",
        example=Example(Problem("FD621", environment="testing")),
    ),
    Entry(
        "FD622",
        "sealed-from-foreign",
        summary="A sealed command tried to reach what a protected environment owns.",
        what=(
            (
                (
                    f"{_PROGRAM} is sealed for {{environment}} and tried to {{act}}: {{subject}} of {{other}} leads to "
                    "it."
                ),
                "A sealed program tried to reach what a protected environment owns.",
            ),
        ),
        why="The address is in no variable of the command's. Somebody wrote it down where no check looks.",
        do="Find where the program gets the address from: it is to use {environment:the environment}'s own resource.",
        on_purpose="If both may use it, declare it: `shared = [...]` in the table of the variable.",
        incidents=("travis", "digitalocean", "keepthescore"),
        example=Example(
            Problem(
                "FD622",
                subject="DATABASE_URL",
                environment="testing",
                origin=Origin(FILE, ".env.production", 1, 1),
                act="connect to an address",
                other="production",
                program="python",
            ),
            f"{_SEAL}python wrong.py",
            files={**_FILES, "wrong.py": _TRY.format("192.0.2.7")},
        ),
    ),
    Entry(
        "FD623",
        "sealed-from-undeclared",
        summary="A sealed command tried to reach what its environment does not declare.",
        what=(
            (
                f"{_PROGRAM} is sealed for {{environment}} and tried to {{act}} that it does not declare.",
                "A sealed program tried to reach what its environment does not declare.",
            ),
        ),
        why="What nobody declared may be anything: a real payment service, a colleague's database, production under "
        "another name.",
        do=_REACH,
        more="The program gets an error at once and may go on. Names are resolved before the seal closes; a name that "
        "is not declared has no address inside.",
        incidents=("lobu", "indexnetwork"),
        example=Example(
            Problem("FD623", environment="testing", act="connect to an address", program="python"),
            f"{_SEAL}python wrong.py",
            files={**_FILES, "wrong.py": _TRY.format("192.0.2.9")},
        ),
    ),
    Entry(
        "FD624",
        "sealed-stream-is-socket",
        summary="A command was to be sealed while one of its streams is a connection to elsewhere.",
        what=(
            "The {subject} of the command is a socket that leads out.",
            "What is said there leaves any seal.",
        ),
        why="A connection that is open already is a right that no seal sees: whoever holds it can say what it likes.",
        do="Start the command with a pipe, a file or a terminal for its {subject:streams}.",
        example=Example(
            Problem("FD624", subject="stdin", environment="testing"),
            "python wrong.py",
            files={**_FILES, "wrong.py": _WITH_LINE},
        ),
    ),
    Entry(
        "FD625",
        "sealed-without-address",
        summary="A declared name has no address that could be let through.",
        what=(
            (
                "The {kind} that {subject} names has no address now: the sealed command will not reach it.",
                "A declared name has no address now: the sealed command will not reach it.",
            ),
        ),
        why="Names are resolved before the seal closes, since inside nobody answers such questions.",
        do="If the command needs it, see to it that the name resolves here; in place of a whole domain, name the hosts "
        "under `reach`.",
        severity="warning",
        example=Example(
            Problem(
                "FD625",
                subject="BUCKET",
                environment="testing",
                origin=Origin(FILE, ".env.testing", 1, 1),
                severity="warning",
                kind="domain",
            ),
            f"{_SEAL}true",
            files={
                "firedoor.toml": '[environments.testing]\n\n[variables.BUCKET]\nresource = "bucket"\n',
                ".env.testing": "BUCKET=s3://shop-test\n",
            },
        ),
    ),
    Entry(
        "FD626",
        "sealed-by-port-alone",
        summary="A seal by ports does not tell a protected environment's server from the environment's own.",
        what=(
            (
                (
                    "{subject} of {other} has the same port as a resource of {environment}: a seal by ports lets both "
                    "through."
                ),
                "A protected environment's server has a port that is declared here, too.",
            ),
        ),
        why="Without namespaces the kernel looks at the port of a connection and not at its address.",
        do="Use a machine where addresses can be sealed (`--seal=address` says what is missing here), or another port "
        "for {environment:the environment}'s server.",
        severity="warning",
        example=Example(
            Problem(
                "FD626",
                subject="DATABASE_URL",
                environment="testing",
                origin=Origin(FILE, ".env.production", 1, 1),
                severity="warning",
                other="production",
            ),
            "firedoor run -e testing --seal=port -- true",
            files=_FILES,
        ),
    ),
)
