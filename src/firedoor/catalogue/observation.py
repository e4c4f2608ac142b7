"""FD4, continued: what servers say of themselves when they are asked.

FD409  change, kind, other, other_variable
FD411  reason
FD412  other, other_variable
FD414  extra
FD415  kind
FD416  other, other_variable, reason
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import NOTE, WARNING, Problem

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


def _testing(code: str, subject: str, *, severity: str = "error", **facts: str) -> Problem:
    origin = Origin(FILE, ".env.testing", 1, 1)
    return Problem(code, subject=subject, environment="testing", origin=origin, severity=severity, **facts)


ENTRIES = (
    Entry(
        "FD409",
        "shared-when-asked",
        summary="Two environments' addresses lead to the same resource, by what it says of itself.",
        what=(
            (
                (
                    "{subject} of {environment} and {other_variable} of {other} lead to the same {kind:resource}: it "
                    "says so itself."
                ),
                (
                    "{subject:A resource} of {environment:this environment} is another environment's too, by "
                    "what it says of itself."
                ),
            ),
        ),
        why="A forwarder on this machine, a second name or a proxy hides where an address leads. What one environment "
        "deletes, the other one loses.",
        do=(
            (
                "Give {change} a {kind:resource} of its own.",
                "Give each environment a {kind:resource} of its own.",
            ),
            "This one comes from {origin}.",
        ),
        on_purpose=_SHARED,
        incidents=("keepthescore", "resend"),
        example=Example(
            _testing(
                "FD409",
                "DATABASE_URL",
                other="production",
                other_variable="DATABASE_URL",
                kind="database",
                change="testing",
            ),
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL"),
                ".env.testing": "DATABASE_URL=postgresql://test@localhost:15432/shop\n",
                ".env.production": "DATABASE_URL=postgresql://shop@db.example.org/shop\n",
            },
        ),
    ),
    Entry(
        "FD411",
        "unreachable",
        severity=WARNING,
        summary="A resource did not answer.",
        what=(
            (
                "What {subject} of {environment} leads to did not say who it is: {reason}.",
                "What {subject:a variable} of {environment:the environment} leads to did not answer.",
            ),
        ),
        why="Whose it is, is not known from here: its address alone was judged.",
        do="Run the command where {subject:it} can be reached, with the environment's own login.",
        more="An address that names no one thing is not asked: a database in memory, several servers, a server without "
        "a database. An error where the stamp was to be written, and for `firedoor verify` in a protected environment: "
        "an application whose database does not answer cannot know where it is.",
        example=Example(
            _testing("FD411", "CACHE_URL", severity=WARNING, reason="the connection was refused"),
            "firedoor check testing --observe",
            files={
                "firedoor.toml": _declared("cache", "CACHE_URL"),
                ".env.testing": "CACHE_URL=redis://127.0.0.1:9/0\n",
            },
        ),
    ),
    Entry(
        "FD412",
        "credential-opens-protected",
        summary="A login of one environment opens another environment's resource.",
        what=(
            (
                "The login in {subject} of {environment} opens what {other_variable} of {other} leads to.",
                "The login in {subject:a variable} opens another environment's resource.",
            ),
        ),
        why="One changed host name is all that keeps {environment:this environment} out. A login that is refused is a "
        "barrier, an address is none.",
        do=(
            (
                "Take the right to log in there from it, or give {environment} a role of its own.",
                "Take that right away.",
            ),
            "This one comes from {origin}.",
        ),
        more="Found by `firedoor check testing --try-credentials production`: it logs in and leaves at once, without a "
        "statement. An error when the environment that opens is a protected one, else a warning.",
        incidents=("digitalocean", "imperva"),
        example=Example(
            _testing("FD412", "DATABASE_URL", other="production", other_variable="DATABASE_URL"),
            files={
                "firedoor.toml": _declared("database", "DATABASE_URL"),
                ".env.testing": "DATABASE_URL=postgresql://shop@test.example.org/shop\n",
                ".env.production": "DATABASE_URL=postgresql://shop@db.example.org/shop\n",
            },
        ),
    ),
    Entry(
        "FD414",
        "client-missing",
        severity=WARNING,
        summary="The library that talks to a resource is not installed.",
        what=(
            (
                "What {subject} of {environment} leads to was not asked: its client library is not installed here.",
                "A resource was not asked: its client library is not installed here.",
            ),
        ),
        why="Whose it is, is not known from here: its address alone was judged.",
        do=(("Run `pip install 'firedoor[{extra}]'`.", "Install the extra of firedoor for it."),),
        example=Example(_testing("FD414", "CACHE_URL", severity=WARNING, extra="redis")),
    ),
    Entry(
        "FD415",
        "not-asked",
        severity=NOTE,
        summary="firedoor cannot ask this kind of resource who it is.",
        what=(
            (
                (
                    "What {subject} of {environment} leads to was not asked: firedoor cannot ask this kind "
                    "of {kind} who it is."
                ),
                "A resource was not asked: firedoor cannot ask this kind who it is.",
            ),
        ),
        why="Its address alone was judged. It says less than an answer would.",
        do="Nothing can be done about it here; keep its addresses and keys apart all the more.",
        example=Example(
            _testing("FD415", "MAIL_URL", severity=NOTE, kind="smtp"),
            "firedoor check testing --observe",
            files={
                "firedoor.toml": _declared("smtp", "MAIL_URL"),
                ".env.testing": "MAIL_URL=smtp://mail.example.org\n",
            },
        ),
    ),
    Entry(
        "FD416",
        "credential-not-tried",
        severity=NOTE,
        summary="Whether a login opens another environment's resource was not tried.",
        what=(
            (
                "The login in {subject} of {environment} was not tried on {other_variable} of {other}: {reason}.",
                "The login in {subject:a variable} was not tried on {other}: {reason}.",
                "A login was not tried.",
            ),
        ),
        why="That nothing was found says nothing then.",
        do="Try it where {other:the other environment} can be reached and its address is at hand.",
        example=Example(
            _testing(
                "FD416",
                "CACHE_URL",
                severity=NOTE,
                other="production",
                other_variable="CACHE_URL",
                reason="the connection was refused",
            ),
            "firedoor check testing --try-credentials production",
            files={
                "firedoor.toml": _declared("cache", "CACHE_URL"),
                ".env.testing": "CACHE_URL=redis://app:b8vQ2nLx@127.0.0.1:9/0\n",
                ".env.production": "CACHE_URL=redis://127.0.0.1:9/1\n",
            },
        ),
    ),
)
