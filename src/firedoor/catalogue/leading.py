"""FD4, continued: where addresses lead, by the shell's word, the server's name, the machine's hosts file.

FD406  kind, reference
FD407  change, kind, other, other_variable
FD408  change, kind, other, other_variable
FD410  -
FD413  reason
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import ERROR, WARNING, Problem

_PRODUCTION = "\n[environments.production]\nprotected = true\n"


def _declared(kind: str, variable: str, *, production: bool = True) -> str:
    return (
        f"[environments.testing]\n{_PRODUCTION if production else ''}\n"
        f'[variables.{variable}]\nresource = "{kind}"\n'
    )


def _testing(code: str, subject: str, severity: str = ERROR, **facts: str) -> Problem:
    origin = Origin(FILE, ".env.testing", 1, 1)
    return Problem(code, subject=subject, environment="testing", origin=origin, severity=severity, **facts)


ENTRIES = (
    Entry(
        "FD406",
        "redirected-resource",
        summary="A variable of the shell leads an address elsewhere.",
        what="{reference:A variable} of the shell leads {subject:an address} of {environment:an environment} to "
        "another {kind:resource} than the environment says.",
        why="Client libraries obey such variables before, or beside, the address that they are given: a stale "
        "`PGHOSTADDR` sends a test suite to another server, and every file looks right.",
        do="Start the program with `firedoor run`, which does not pass {reference:such variables} on, or unset it in "
        "the shell.",
        more="Only a program that loads its settings by itself is told this: `firedoor run` takes such variables "
        "away. In a protected environment it is a warning, since there the process's variables are the platform's.",
        on_purpose="What the environment wants obeyed belongs in its file: `PGPORT=5433` in `.env.testing`. Where "
        "the shell may lead an address elsewhere, declare it: `overridable` in the table of the variable.",
        example=Example(
            Problem(
                "FD406",
                subject="DATABASE_URL",
                environment="testing",
                origin=Origin(PROCESS, "PGHOSTADDR"),
                reference="PGHOSTADDR",
                kind="database",
            ),
            "PGHOSTADDR=192.0.2.7 python -c 'import firedoor; firedoor.load(environment=\"testing\")'",
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL", production=False),
                ".env.testing": "DATABASE_URL=postgresql://test@localhost/shop_test\n",
            },
        ),
    ),
    Entry(
        "FD407",
        "shared-server",
        summary="Two environments have resources in the same server or bucket.",
        severity=WARNING,
        what=(
            (
                "{subject} of {environment} and {other_variable} of {other} are in the same server or bucket.",
                (
                    "{subject:A resource} of {environment:this environment} is in the same server or bucket as "
                    "another environment's."
                ),
            ),
        ),
        why="Some commands do not stop at a database's border: FLUSHALL empties every index of a Redis server, "
        "pub/sub crosses them, a sync that deletes crosses prefixes, a full disk or a restart stops all of them.",
        do=(
            (
                "Give {change} a {kind:resource} on a server of its own,",
                "Give each environment a server of its own,",
            ),
            "or say that they may stand in one: `shared_server` in the table of {subject:the variable}.",
        ),
        more="An error when one of them is protected, else a warning. It is told once for each server.",
        on_purpose='If they may stand in one server, declare it: `shared_server = ["testing", "staging"]` in the table '
        "of the variable, of both variables where they differ, with the names of the environments.",
        example=Example(
            _testing(
                "FD407",
                "CACHE_URL",
                WARNING,
                other="staging",
                other_variable="CACHE_URL",
                kind="cache",
                change="testing",
            ),
            "firedoor check testing",
            files={
                "firedoor.toml": "[environments.testing]\n\n[environments.staging]\n\n"
                '[variables.CACHE_URL]\nresource = "cache"\n',
                ".env.testing": "CACHE_URL=redis://cache.example.org/1\n",
                ".env.staging": "CACHE_URL=rediss://cache.example.org:6379/2\n",
            },
        ),
    ),
    Entry(
        "FD408",
        "shared-address",
        summary="Two environments' addresses lead to the same resource, by the addresses of their hosts.",
        what=(
            (
                (
                    "{subject} of {environment} and {other_variable} of {other} lead to the same {kind:resource}: "
                    "their hosts have the same address."
                ),
                "{subject:A resource} of {environment:this environment} has the same address as another environment's.",
            ),
        ),
        why="A line of the hosts file, or a second name in the DNS, makes one server look like two. What one "
        "environment deletes, the other one loses.",
        do=(
            (
                "Give {change} a {kind:resource} of its own.",
                "Give each environment a {kind:resource} of its own.",
            ),
            "Look at the line of {origin:its file}, and at the lines of its host in /etc/hosts.",
        ),
        more="`run`, `load` and `check` read this machine's hosts file. `check --observe` asks the resolver too.",
        on_purpose='If they may share it on purpose, declare it: `shared = ["testing", "staging"]` in the table of the '
        "variable, with the names of the environments.",
        example=Example(
            _testing(
                "FD408",
                "DATABASE_URL",
                other="production",
                other_variable="DATABASE_URL",
                kind="database",
                change="testing",
            ),
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL"),
                ".env.testing": "DATABASE_URL=postgresql://test@test-db/shop # /etc/hosts: 192.0.2.7 test-db\n",
                ".env.production": "DATABASE_URL=postgresql://shop@192.0.2.7/shop\n",
            },
        ),
    ),
    Entry(
        "FD410",
        "unresolved-host",
        summary="The name of a resource's host gives no address.",
        severity=WARNING,
        what="Nobody can say where {subject:an address} of {environment:the environment} leads: the name of its host "
        "gives no address here and now.",
        why="What cannot be resolved cannot be compared. It may be another environment's server by another name.",
        do="Ask again where the name is known: inside the VPN, or on the environment's own machine.",
        example=Example(_testing("FD410", "DATABASE_URL", WARNING)),
    ),
    Entry(
        "FD413",
        "identity-unknown",
        summary="Nobody can say where an address leads.",
        what=(
            (
                "Nobody can say where {subject:an address} of {environment:the environment} leads: {reason}.",
                "Nobody can say where {subject:an address} of {environment:the environment} leads.",
            ),
        ),
        why="It could be another environment's. What cannot be compared is not taken for safe.",
        do="Write the whole address into {origin:the environment's file}, or bring what it needs to be read: the "
        "service file, the package.",
        more="An error where a protected environment is declared, else a warning.",
        example=Example(
            _testing("FD413", "DATABASE_URL", reason="no service file defines its service"),
            "firedoor check testing",
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL"),
                ".env.testing": "DATABASE_URL=postgresql:///?service=orders\n",
            },
        ),
    ),
)
