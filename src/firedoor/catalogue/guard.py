"""FD60: what the guard in a process did not let happen.

FD601  act, caller, level, other
FD602  act, caller
FD603  caller, kind, other
FD604  caller, other, program
FD605  caller, level, other
FD606  act, caller
FD607  caller, detail
FD608  other

``caller`` is the line of the project that asked for it, empty when no line of it did; ``act`` is "connect to" or "look
up", of FD606 also how; ``level`` is "lock" where the lock says whose it is, empty where a file does.
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import DECLARATION, FILE, Origin
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
    ".env.production": "DATABASE_URL=postgresql://127.0.0.2/shop\n",
}
_IN_FILES = {
    "firedoor.toml": _DECLARED,
    ".env.testing": "DATABASE_URL=sqlite:///test.db\n",
    ".env.production": "DATABASE_URL=sqlite:///prod.db\n",
}
_ARMED = """\
import firedoor.guard

firedoor.guard.arm()
"""
_RUN = "APP_ENV=testing python wrong.py"
_CALLER = "wrong.py:5"
_FROM = "It was asked for at {caller}."
_KNOWN = "The {level} says so."
_ALLOW = (
    'What an environment with `network = "declared"` may reach beside its own resources, its table names: '
    '`reach = ["127.0.0.1:9000", "mail.example.org"]`. `network = "not-protected"` lets everything through that is no '
    "protected environment's."
)


def _of(code: str, **facts: str) -> Problem:
    origin = Origin(FILE, ".env.production", 1, 1)
    return Problem(
        code, subject="DATABASE_URL", environment="testing", origin=origin, other="production", **facts
    )


def _script(line: str, *imports: str) -> "dict[str, str]":
    """A program that arms the guard and does something wrong in its fifth line."""
    begin = "".join(f"import {name}\n" for name in imports)
    return {"wrong.py": f"{begin}import firedoor.guard\n\nfiredoor.guard.arm()\n{line}\n"}


ENTRIES = (
    Entry(
        "FD601",
        "foreign-endpoint",
        summary="A process tried to reach an address of a protected environment that is not its own.",
        what=(
            (
                (
                    "This process belongs to {environment} and tried to {act} what {subject} of {other} leads to."
                ),
                "This process tried to reach what belongs to a protected environment.",
            ),
            _KNOWN,
            _FROM,
        ),
        why="A test that reaches production truncates it, mails its customers or takes jobs from its queue; each of "
        "that has happened.",
        do="Correct where {caller:the code that connects} gets its address from: it is to use {environment:the "
        "environment}'s own resource.",
        on_purpose="If both may use it, declare it: `shared = [...]` in the table of the variable, or `shared_server` "
        "if only the server is the same. A protected environment's address cannot be opened for another one otherwise.",
        incidents=("github", "travis", "digitalocean", "keepthescore"),
        example=Example(
            _of("FD601", act="connect to", level="", caller=_CALLER),
            _RUN,
            files={**_FILES, **_script('socket.create_connection(("127.0.0.2", 5432))', "socket")},
        ),
    ),
    Entry(
        "FD602",
        "undeclared-endpoint",
        summary="A process tried to reach an address that its environment does not declare.",
        what=(
            (
                "This process belongs to {environment:an environment}, which reaches only what it declares, and tried "
                "to {act:reach} something else."
            ),
            _FROM,
        ),
        why="What nobody declared may be anything: a real payment service, a colleague's database, production under "
        "another name.",
        do="Use a server that the test starts, a variable that is declared as a resource of {environment:the "
        "environment}, or name the address under `reach` in `[environments.{environment:NAME}]`.",
        more="A listener of the process's own tree is let through by itself, and so are names of the machine. Where "
        "nobody listens on this machine, the system's own refusal is given: whoever waits for a server expects that.",
        on_purpose=_ALLOW,
        incidents=("lobu", "indexnetwork"),
        example=Example(
            Problem("FD602", environment="testing", act="look up", caller=_CALLER),
            _RUN,
            files={**_FILES, **_script('socket.getaddrinfo("payments.example.com", 443)', "socket")},
        ),
    ),
    Entry(
        "FD603",
        "foreign-resource",
        summary="A client library was about to connect to another environment's resource.",
        what=(
            (
                (
                    "This process belongs to {environment} and was about to connect to {other}'s {kind}: {subject} "
                    "leads to it."
                ),
                "This process was about to connect to another environment's resource.",
            ),
            _FROM,
        ),
        why="Two databases of one server differ by their name alone, which no firewall sees.",
        do="Correct where {caller:the code that connects} gets its address from: it is to use {environment:the "
        "environment}'s own resource.",
        on_purpose="If both may use it, declare it: `shared = [...]` in the table of the variable.",
        incidents=("travis", "keepthescore", "resend"),
        example=Example(
            _of("FD603", kind="database", caller=_CALLER),
            _RUN,
            files={
                **_FILES,
                **_script(
                    'firedoor.guard.armed().check_resource("database", "postgresql://127.2/shop")', "sys"
                ),
            },
        ),
    ),
    Entry(
        "FD604",
        "foreign-program",
        summary="A program was about to be started with another environment's address, file or secret.",
        what=(
            (
                (
                    "This process belongs to {environment} and was about to start `{program}` with what {subject} of "
                    "{other} holds."
                ),
                "This process belongs to {environment} and was about to start `{program}` with a value of {other}'s.",
                "A program was about to be started with a value of another environment's.",
            ),
            _FROM,
        ),
        why="What a started program connects to, no guard in this process sees.",
        do="Take {other:the other environment}'s value out of the program's arguments and variables.",
        more="Only what stands in the arguments and variables is seen. What a program reads from files or puts "
        "together, the seal stops: `firedoor run --seal`.",
        incidents=("keepthescore", "first-day"),
        example=Example(
            _of("FD604", program="psql", caller=_CALLER),
            _RUN,
            files={**_FILES, **_script('os.system("psql -h 127.0.0.2 shop")', "os")},
        ),
    ),
    Entry(
        "FD605",
        "foreign-file",
        summary="A database in a file of another environment was about to be opened.",
        what=(
            (
                (
                    "This process belongs to {environment} and was about to open the database file of {other}, to "
                    "which {subject} leads."
                ),
                "This process was about to open another environment's database file.",
            ),
            _KNOWN,
            _FROM,
        ),
        why="A file has many names: links, `..` and escapes all lead to it. It is known by its device and number.",
        do="Correct where {caller:the code that opens it} gets the path from: it is to use {environment:the "
        "environment}'s own file.",
        on_purpose="If both may use it, declare it: `shared = [...]` in the table of the variable.",
        incidents=("keepthescore",),
        example=Example(
            _of("FD605", level="", caller=_CALLER),
            "touch prod.db && ln prod.db innocent.db",
            _RUN,
            files={**_IN_FILES, **_script('sqlite3.connect("innocent.db")', "sqlite3")},
        ),
    ),
    Entry(
        "FD606",
        "unreadable-endpoint",
        summary="Something was about to be reached in a way that does not show where it leads.",
        what=(
            (
                "This process belongs to {environment:an environment} and tried to {act:connect to} what firedoor "
                "cannot read."
            ),
            _FROM,
        ),
        why="What cannot be told apart from production's is treated like it.",
        do="Write the address or the file's name where it can be read: as a text, not bound or put together, and by "
        "Python's own sockets.",
        example=Example(
            Problem("FD606", environment="testing", act="attach a database by", caller=_CALLER),
            _RUN,
            files={
                **_IN_FILES,
                **_script('sqlite3.connect(":memory:").execute("ATTACH ? AS x", ("a.db",))', "sqlite3"),
            },
        ),
    ),
    Entry(
        "FD607",
        "guard-incomplete",
        summary="The guard could not be put before a library.",
        what=(
            (
                "The guard of {environment:the environment} could not be put before {subject:a library}: {detail:it "
                "has changed}."
            ),
            _FROM,
        ),
        why="A guard that stands on one leg would let through what everybody takes to be guarded.",
        do="Use a version of {subject:the library} that firedoor knows, or report the one that it does not.",
        example=Example(
            Problem(
                "FD607", subject="ctypes", environment="testing", detail="AttributeError", caller="wrong.py:5"
            ),
            _RUN,
            files={
                **_FILES,
                "wrong.py": "import ctypes\nimport firedoor.guard\n\n"
                "del ctypes.CDLL.__getitem__\nfiredoor.guard.arm()\n",
            },
        ),
    ),
    Entry(
        "FD608",
        "guarded-otherwise",
        summary="The guard of a process was to be armed for a second environment.",
        what="This process is guarded for {other:another environment}, and was to be guarded for {environment:a second "
        "one}.",
        why="A process belongs to one environment. If it could change, so could whatever it holds open.",
        do="Start another process for {environment:the other environment}.",
        example=Example(
            Problem(
                "FD608",
                environment="testing",
                origin=Origin(DECLARATION, "firedoor.toml"),
                other="production",
            ),
            "python wrong.py",
            files={
                **_FILES,
                "wrong.py": "import firedoor\nimport firedoor.guard\n\n"
                'for name in ("production", "testing"):\n'
                "    firedoor.guard.arm(firedoor.load(environment=name))\n",
            },
        ),
    ),
)
