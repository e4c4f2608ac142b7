"""FD615 to FD619: destructive statements in protected environments, and the consent that lets one through.

FD615  act, caller, void
FD616  act, caller, void
FD617  extra
FD618  act, by, caller, reason, until
FD619  by, until

``act`` is what would be done, ``void`` why the newest consent does not hold, empty when there is none. The subject is
the variable that leads to the resource, empty when no declared one does.
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.problem import WARNING, Problem

_DECLARED = """\
[environments.testing]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
"""
_ARMED = """\
import sqlite3
import firedoor.guard

firedoor.guard.arm()
shop = sqlite3.connect("prod.db")
shop.execute("{statement}")
"""
_COMMAND = "firedoor unlock production --resource DATABASE_URL"
_RUN = "APP_ENV=production python wrong.py"
_UNLOCK = (
    'If it is meant: `firedoor unlock {environment:ENV} --resource {subject} --reason "..." --for 15m`, here, as the '
    "user that runs this."
)
_DECLARE = (
    "No declared variable of {environment:the environment} leads there, so it cannot be unlocked: declare one with its "
    "`resource`, then unlock it."
)
_FROM = "It was asked for at {caller}."
_VOID = "A consent stands in the ledger, and {void}."
_INCIDENTS = ("travis", "digitalocean", "keepthescore")


def _files(statement: str) -> "dict[str, str]":
    return {
        "firedoor.toml": _DECLARED,
        ".env.production": "DATABASE_URL=sqlite:///prod.db\n",
        "wrong.py": _ARMED.format(statement=statement),
    }


def _problem(code: str, act: str) -> Problem:
    facts = {"act": act, "caller": "wrong.py:6", "void": ""}
    return Problem(code, subject="DATABASE_URL", environment="production", origin=None, **facts)


ENTRIES = (
    Entry(
        "FD615",
        "destructive-statement",
        summary="A destructive statement was about to be sent to a resource of a protected environment.",
        what=(
            (
                (
                    "This process belongs to {environment}, which is protected, and was about to carry out {act} on "
                    "what {subject} leads to."
                ),
                (
                    "This process belongs to {environment:a protected environment} and was about to carry out "
                    "{act:a destructive statement} on something that no declared variable leads to."
                ),
            ),
            _VOID,
            _FROM,
        ),
        why="What it takes away is nowhere else. Each time that production was emptied, somebody or something gave a "
        "command that was right in another environment.",
        do=((_UNLOCK, _DECLARE),),
        more="Which statements are destructive, and which are not: docs/how-to/unlock-production.md.",
        on_purpose="`firedoor unlock` is for that: it names its resource, ends by itself and stands in the ledger.",
        incidents=_INCIDENTS,
        example=Example(_problem("FD615", "DROP TABLE"), _RUN, files=_files("DROP TABLE orders")),
    ),
    Entry(
        "FD616",
        "unreadable-statement",
        summary="A statement that cannot be read, and may destroy, was about to be sent in a protected environment.",
        what=(
            (
                (
                    "This process belongs to {environment}, which is protected, and was about to send {act} to "
                    "what {subject} leads to. It cannot be read, and holds a word that could destroy."
                ),
                (
                    "This process belongs to {environment:a protected environment} and was about to send "
                    "{act:a statement} that cannot be read to something that no declared variable leads to."
                ),
            ),
            _VOID,
            _FROM,
        ),
        why="A program within a statement is in a language of its own; what it does is seen when it has done it.",
        do=("Write it as plain statements, one at a time, if that can be.", (_UNLOCK, _DECLARE)),
        on_purpose="`firedoor unlock` with `--statement unreadable` lets only such statements through.",
        incidents=_INCIDENTS,
        example=Example(
            _problem("FD616", "CREATE TRIGGER"),
            _RUN,
            files=_files("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"),
        ),
    ),
    Entry(
        "FD617",
        "parser-missing",
        summary="The guard of a protected environment needs a parser to tell destructive statements, and has none.",
        what="{environment:The environment} is protected, and {subject:the parser}, which reads its statements, is not "
        "installed.",
        why="Without it, either every statement would be let through or none.",
        do="Install firedoor with its extra `{extra:guard}`: pip install 'firedoor[{extra:guard}]'.",
        incidents=_INCIDENTS,
        example=Example(Problem("FD617", subject="sqlglot", environment="production", extra="guard")),
    ),
    Entry(
        "FD618",
        "destructive-statement-let-through",
        severity=WARNING,
        summary="A destructive statement is let through, since somebody unlocked the resource.",
        what=(
            (
                (
                    "{act:A destructive statement} is let through to what {subject:a resource} of {environment} leads "
                    "to: {by:somebody} unlocked it, for this reason: {reason:none}."
                ),
                "A destructive statement is let through.",
            ),
            _FROM,
            "The consent ends at {until}.",
        ),
        why="Whoever reads the log later wants to know that it was meant.",
        do="Nothing, if it is. Else: `firedoor unlock {environment:ENV} --resource {subject:VARIABLE} --revoke`.",
        example=Example(
            Problem(
                "FD618",
                subject="DATABASE_URL",
                environment="production",
                severity=WARNING,
                act="DROP TABLE",
                by="kim",
                caller="wrong.py:6",
                reason="the old orders are archived",
            ),
            f"{_COMMAND} --reason 'the old orders are archived' --for 15m --by kim",
            _RUN,
            files=_files("DROP TABLE IF EXISTS orders"),
        ),
    ),
    Entry(
        "FD619",
        "unlock-ended",
        severity="note",
        summary="A consent to destructive statements, which this process made use of, has ended.",
        what="What {by:somebody} let through to {subject:a resource} of {environment:the environment} until "
        "{until:now} is refused again.",
        why="A process that goes on running should say from when on it refuses.",
        do="Nothing. Whoever needs more time unlocks the resource again.",
        example=Example(
            Problem(
                "FD619",
                subject="DATABASE_URL",
                environment="production",
                severity="note",
                by="kim",
                until="2026-11-27T20:30:00Z",
            )
        ),
    ),
)
