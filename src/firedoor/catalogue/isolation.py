"""FD4: what belongs to one environment and turns up in another.

FD401  change, kind, other, other_variable, service
FD402  change, kind, other, other_variable
FD403  -
FD404  other
FD405  -
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import WARNING, Problem

_SHARED = (
    'If they may share it on purpose, declare it: `shared = ["testing", "staging"]` in the table of the variable, '
    "with the names of the environments."
)


def _declared(kind: str, variable: str) -> str:
    return f"""\
[environments.testing]

[environments.production]
protected = true

[variables.{variable}]
resource = "{kind}"
"""


def _testing(code: str, subject: str, **facts: str) -> Problem:
    return Problem(
        code, subject=subject, environment="testing", origin=Origin(FILE, ".env.testing", 1, 1), **facts
    )


ENTRIES = (
    Entry(
        "FD401",
        "shared-resource",
        summary="Two environments own the same resource.",
        what=(
            (
                (
                    "{subject} of {environment} leads to the same {kind:resource} as {other_variable} of "
                    "{other}."
                ),
                "{subject:A resource} of {environment:this environment} belongs to another environment too.",
            ),
        ),
        why="What one environment deletes, the other one loses: test suites empty their database. Addresses "
        "are compared by what they lead to, not by how they are spelled.",
        do=(
            (
                "If {service} is a container in each environment's own network, declare it: `shared = true`.",
                "Give {change} a {kind:resource} of its own.",
                "Give each environment a {kind:resource} of its own.",
            ),
            "This one comes from {origin}.",
        ),
        on_purpose=_SHARED,
        incidents=("travis", "digitalocean", "lobu", "indexnetwork"),
        example=Example(
            _testing(
                "FD401",
                "DATABASE_URL",
                other="production",
                other_variable="DATABASE_URL",
                kind="database",
                change="testing",
            ),
            "firedoor check testing",
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL"),
                ".env.testing": "DATABASE_URL=postgresql://test@db.example.org:5432/shop\n",
                ".env.production": "DATABASE_URL=postgres://shop@DB.example.org/shop\n",
            },
        ),
    ),
    Entry(
        "FD402",
        "shared-secret",
        summary="Two environments hold the same secret.",
        what=(
            (
                "{subject} of {environment} is the same {kind:secret} as {other_variable} of {other}.",
                "{subject:A secret} of {environment:this environment} is also another environment's.",
            ),
        ),
        why="Whoever reads it in the open environment has the protected one: a token signed in one is valid "
        "in the other.",
        do=(
            ("Make a new one for {change}.", "Make a new one for one of them."),
            "This one comes from {origin}.",
        ),
        on_purpose=_SHARED,
        incidents=("suna", "storm-0558"),
        example=Example(
            _testing(
                "FD402",
                "JWT_KEY",
                other="production",
                other_variable="JWT_KEY",
                kind="signing-key",
                change="testing",
            ),
            "firedoor check testing",
            files={
                "firedoor.toml": _declared("signing-key", "JWT_KEY"),
                ".env.testing": "JWT_KEY=hq8Zt3vLw0pXn5KcYb7R\n",
                ".env.production": "JWT_KEY=hq8Zt3vLw0pXn5KcYb7R\n",
            },
        ),
    ),
    Entry(
        "FD403",
        "live-key",
        summary="An environment that is not protected holds a live key.",
        what="{subject:A variable} looks like a live key, and {environment:the environment} is not "
        "protected.",
        why="Live keys charge real cards and reach real people. An unprotected environment is where such "
        "calls are tried.",
        do=(
            "Put the service's test key there: {origin:the environment's file}.",
            (
                "If people without access to production could read the file, replace the live key at the "
                "service."
            ),
        ),
        on_purpose='Where a service has no test keys, declare it: `live = ["testing"]` in the table of the variable. '
        "If this environment serves real users, declare `protected = true`.",
        incidents=("imperva", "suna"),
        example=Example(
            _testing("FD403", "STRIPE_KEY"),
            "firedoor check testing",
            files={
                "firedoor.toml": _declared("key", "STRIPE_KEY"),
                ".env.testing": "STRIPE_KEY=sk_" + "live_51hq8Zt3vLw0pXn5KcYb7RmD\n",
            },
        ),
    ),
    Entry(
        "FD404",
        "foreign-value-in-shell",
        summary="The shell holds a secret or resource that belongs to another environment.",
        severity=WARNING,
        what=(
            (
                "{subject} of the shell holds a value that belongs to {other}.",
                "{subject:A variable} of the shell holds a value that belongs to another environment.",
            ),
        ),
        why="Under whatever name it stands, the command could reach that environment with it. `firedoor "
        "run` does not pass it on.",
        do="Run `unset {subject:NAME}` (PowerShell: `Remove-Item Env:{subject:NAME}`) and look where it was "
        "exported.",
        more="A warning where only the command would get it, since `run` holds it back. An error where the "
        "environment itself takes it: its file sets the variable too, or refers to it, and the shell would win.",
        incidents=("travis", "resend"),
        example=Example(
            Problem(
                "FD404",
                subject="BACKUP_URL",
                environment="testing",
                origin=Origin(PROCESS, "BACKUP_URL"),
                severity=WARNING,
                other="production",
            ),
            "BACKUP_URL=postgres://shop@db.example.org/shop firedoor run -e testing -- true",
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL"),
                ".env.testing": "DATABASE_URL=sqlite:///test.db\n",
                ".env.production": "DATABASE_URL=postgres://shop@db.example.org/shop\n",
            },
        ),
    ),
    Entry(
        "FD405",
        "test-key",
        summary="A protected environment holds a test key.",
        severity=WARNING,
        what="{subject:A variable} looks like a test key, and {environment:the environment} is protected.",
        why="Payments would be accepted and never made; messages would be taken and never sent.",
        do="Put the service's live key there: {origin:the environment's file}.",
        example=Example(
            Problem(
                "FD405",
                subject="STRIPE_KEY",
                environment="production",
                origin=Origin(FILE, ".env.production", 1, 1),
                severity=WARNING,
            ),
            "firedoor check production",
            files={
                "firedoor.toml": _declared("key", "STRIPE_KEY"),
                ".env.production": "STRIPE_KEY=sk_" + "test_51hq8Zt3vLw0pXn5KcYb7RmD\n",
            },
        ),
    ),
)
