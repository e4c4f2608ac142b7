"""FD52: the marks inside resources, and the ledger.

FD521  -
FD522  cleaned, copy, level, other, other_project
FD523  cleaned
FD524  -
FD525  -
FD526  administrator, copied, detail, moved, original, overtaken, owner, reported
FD528  detail
FD529  -
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import NOTE, WARNING, Problem

_DECLARED = """\
[environments.testing]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
"""
_FILES = {
    "firedoor.toml": _DECLARED,
    ".env.testing": "DATABASE_URL=sqlite:///test.db\n",
    ".env.production": "DATABASE_URL=sqlite:///prod.db\n",
}
_STAMP = "firedoor stamp -e production"
_COPY = "cp prod.db test.db"
_OBSERVE = "firedoor check testing --observe"


def _of(code: str, *, severity: str = "error", **facts: str) -> Problem:
    return Problem(
        code,
        subject="DATABASE_URL",
        environment="testing",
        origin=Origin(FILE, ".env.testing", 1, 1),
        severity=severity,
        **facts,
    )


_LEDGER = "firedoor.ledger"

ENTRIES = (
    Entry(
        "FD521",
        "unstamped",
        severity=WARNING,
        summary="A resource carries nobody's stamp.",
        what="What {subject:a variable} of {environment:the environment} leads to carries no stamp.",
        why="An address can lead elsewhere tomorrow: a name is pointed anew, a forwarder is left running. Only what "
        "stands inside the resource says whose it is.",
        do="Run `firedoor stamp -e {environment:ENV} {subject:VARIABLE}` once, with a login that may write there.",
        on_purpose='How grave it is, the declaration says: `unstamped = "note"` in the table of the environment, '
        '`"error"` where nothing may start without a stamp.',
        example=Example(_of("FD521", severity=WARNING), "touch test.db", _OBSERVE, files=_FILES),
    ),
    Entry(
        "FD522",
        "foreign-stamp",
        summary="A resource is another environment's, by its stamp or by the lock.",
        what=(
            (
                (
                    "What {subject:a variable} of {environment} leads to is a {copy}: it carries the stamp of "
                    "{other_project}/{other}, made in another place."
                ),
                (
                    "What {subject:a variable} of {environment} leads to is a {copy} of {other}'s: it "
                    "carries that stamp, made in another place."
                ),
                (
                    "What {subject:a variable} of {environment} leads to carries the stamp of another project: "
                    "{other_project}/{other}."
                ),
                "What {subject:a variable} of {environment} leads to belongs to {other}, by the {level}.",
                "What {subject:a variable} leads to belongs to another environment.",
            ),
            "It was declared clean of {cleaned}'s data before.",
        ),
        why="A test suite would empty it, or a copy of production's data with its real addresses would be worked with "
        "as if it were made up: mails go out, people's records are read.",
        do=(
            (
                (
                    "If the copied data was cleaned, declare that: `firedoor stamp -e {environment:ENV} "
                    "{subject:VARIABLE} --sanitised --from {other_project}/{other} --reason '...'`. Else "
                    "make this {copy} go away."
                ),
                (
                    "If the copied data was cleaned, declare that: `firedoor stamp -e {environment:ENV} "
                    "{subject:VARIABLE} --sanitised --from {other} --reason '...'`. Else make this {copy} go away."
                ),
                "Correct where {subject:the variable} leads: {origin:where it is set}.",
            ),
        ),
        on_purpose='If both may use it, declare it: `shared = ["testing", "staging"]` in the table of the variable.',
        incidents=("travis", "digitalocean", "keepthescore", "patreon", "imperva"),
        example=Example(
            _of("FD522", level="stamp", other="production", other_project="", cleaned="", copy="copy"),
            "touch prod.db",
            _STAMP,
            _COPY,
            _OBSERVE,
            files=_FILES,
        ),
    ),
    Entry(
        "FD523",
        "copied-stamp",
        severity=WARNING,
        summary="A resource carries its environment's stamp, made in another place.",
        what=(
            (
                "What {subject:a variable} of {environment:the environment} leads to carries a stamp that "
                "was made in another place: it is a copy, was restored, or was moved."
            ),
            "Its data was {cleaned}'s before it was declared sanitised.",
        ),
        why="Two of the same name exist, or existed. A command that means the original would work on the copy, or the "
        "other way round.",
        do="If this is the one to use from now on, say so: `firedoor stamp -e {environment:ENV} --restamp "
        "{subject:VARIABLE} --reason '...'`. Else correct {origin:where it is set}.",
        more="An error in a protected environment.",
        incidents=("keepthescore",),
        example=Example(
            _of("FD523", severity=WARNING, cleaned=""),
            "touch test.db",
            "firedoor stamp -e testing",
            "cp test.db moved.db && mv moved.db test.db",
            _OBSERVE,
            files=_FILES,
        ),
    ),
    Entry(
        "FD524",
        "forgeable-stamp",
        severity=NOTE,
        summary="The login that uses a resource could change its stamp.",
        what="The login of {subject:a variable} of {environment:the environment} could change the stamp in what it "
        "leads to.",
        why="A migration, a restore or a test that runs with this login can leave another stamp there by accident, and "
        "whoever takes the login over can do it on purpose.",
        do="Let the resource belong to another role than the application's; `firedoor stamp` prints the grants.",
        more="A warning in a protected environment. A file of SQLite belongs to whoever may write it.",
        example=Example(
            _of("FD524", severity=NOTE),
            "touch test.db",
            "firedoor stamp -e testing",
            _OBSERVE,
            files=_FILES,
        ),
    ),
    Entry(
        "FD525",
        "unreadable-stamp",
        severity=WARNING,
        summary="There is something in the stamp's place that cannot be read.",
        what="What stands in the stamp's place of what {subject:a variable} of {environment:the environment} leads to "
        "cannot be read as a stamp with this login.",
        why="It may be another environment's.",
        do="Let an administrator run the grants that `firedoor stamp` prints, or look with an administrator's login: "
        "`firedoor stamp -e {environment:ENV} {subject:VARIABLE} --as NAME --dry-run`.",
        more="An error in a protected environment. A newer firedoor may have written it, too.",
        example=Example(
            _of("FD525", severity=WARNING),
            "python3 -c \"import sqlite3; sqlite3.connect('test.db').execute('CREATE TABLE firedoor_stamp AS SELECT "
            "1 AS stamp')\"",
            _OBSERVE,
            files=_FILES,
        ),
    ),
    Entry(
        "FD526",
        "stamp-refused",
        summary="A resource was not stamped, since it may be somebody else's.",
        what=(
            (
                "{subject} of {environment} was not stamped: it carries the original stamp of {original}.",
                "{subject} of {environment} was not stamped: it carries a copy of the stamp of {copied}.",
                "{moved} of {environment} was not stamped: its own stamp was made in another place.",
                "{subject} of {environment} was not stamped: {reported} is reported, so whose it is, is not sure.",
                "{subject} of {environment} was not stamped: by the lock it belongs to {owner}.",
                "{subject} of {environment} was not stamped: {administrator} leads to something else.",
                "{subject} of {environment} was not stamped: another stamp was written there {overtaken}.",
                "{subject} of {environment} was not stamped: {detail}.",
                "{subject:A resource} was not stamped.",
            ),
        ),
        why="A stamp that is written over somebody else's turns the barrier round: from then on the wrong environment "
        "would be let in.",
        do=(
            (
                (
                    "Correct where {subject} leads: {origin:where it is set}. Nothing is ever stamped over "
                    "an original; if {original} has been given up for good, an administrator removes its "
                    "stamp from the resource."
                ),
                (
                    "If the copied data was cleaned, declare that: `firedoor stamp -e {environment} "
                    "{subject} --sanitised --from {copied} --reason '...'`."
                ),
                (
                    "If it was moved here on purpose, name it: `firedoor stamp -e {environment} --restamp "
                    "{moved} --reason '...'`."
                ),
                "Solve {reported} first: `firedoor check {environment}`.",
                (
                    "Correct where {subject} leads: {origin:where it is set}. If {owner} gave it up, take "
                    "that environment into the lock anew."
                ),
                "What was written {overtaken} counts: run the command again.",
                "Give {administrator} the address of the same resource, with an administrator's login.",
                (
                    "Run `firedoor stamp -e {environment:ENV} {subject:VARIABLE} --as NAME`, where the "
                    "variable NAME of the shell holds the address with an administrator's login."
                ),
            ),
        ),
        incidents=("indexnetwork",),
        example=Example(
            _of("FD526", copied="production"),
            "touch prod.db",
            _STAMP,
            _COPY,
            "firedoor stamp -e testing",
            files=_FILES,
        ),
    ),
    Entry(
        "FD528",
        "ledger-broken",
        summary="The ledger is not as it was written.",
        what=(
            (
                "{subject:The ledger} is not as it was written: {detail}.",
                "{subject:The ledger} is not as it was written.",
            ),
        ),
        why="It is the record of who declared what clean, moved or accepted. A line that can be changed afterwards "
        "proves nothing.",
        do="Take {subject:it} back from version control: `git checkout -- {subject:firedoor.ledger}`. After a merge, "
        "remove only the lines that git added (they begin with <<<<<<<, ======= and >>>>>>>) and keep those of both "
        "sides.",
        more="A line `firedoor.ledger merge=union` in .gitattributes lets git keep the lines of both sides by itself.",
        example=Example(
            Problem(
                "FD528",
                subject=_LEDGER,
                origin=Origin(FILE, _LEDGER, 1, 1),
                detail="the line was changed after it was written",
            ),
            "touch test.db",
            "firedoor stamp -e testing --reason 'new database'",
            "sed -i.before 's/new database/old database/' firedoor.ledger",
            "firedoor history",
            files=_FILES,
        ),
    ),
    Entry(
        "FD529",
        "ledger-shortened",
        summary="Lines are missing at the end of the ledger.",
        what="{subject:The ledger} lacks lines that were there when the lock was written.",
        why="What was declared clean, moved or accepted then has no record any more.",
        do="Take {subject:it} back from version control: `git checkout -- {subject:firedoor.ledger}`. If the lines are "
        "lost on the branch too, take them from its history.",
        example=Example(
            Problem("FD529", subject=_LEDGER, origin=Origin(FILE, _LEDGER)),
            "touch test.db",
            "firedoor stamp -e testing",
            "firedoor lock -e testing",
            "mv firedoor.ledger lost",
            "firedoor history",
            files=_FILES,
        ),
    ),
)
