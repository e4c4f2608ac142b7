"""The lock: from FD501 on.

FD501  -
FD502  -
FD503  detail
FD504  -
FD505  names
FD506  declared, pinned
FD507  variables
FD508  detail
FD510  -
FD511  -
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import DECLARATION, FILE, Origin
from firedoor.problem import WARNING, Problem

_FILE = "firedoor.lock"
_RESTORE = (
    "Take {subject:the lock} back from version control: `git checkout -- {subject:firedoor.lock}`. If the lock on the "
    "branch is the broken one, take the last good one from its history."
)
_DECLARED = """\
[environments.testing]

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
"""
_EXPECTED = f"""\
{_DECLARED}
[lock]
id = "0123456789abcdef"
"""
_PROJECT = {
    "firedoor.toml": _DECLARED,
    ".env.testing": "DATABASE_URL=sqlite:///test.db\n",
    ".env.production": "DATABASE_URL=postgres://shop@db.example.org/shop\n",
}
_LOCK = "firedoor lock --all --offline"
_CHECK = "firedoor check testing"


def _of_lock(code: str, **facts: str) -> Problem:
    return Problem(code, subject=_FILE, origin=Origin(FILE, _FILE), **facts)


ENTRIES = (
    Entry(
        "FD501",
        "lock-missing",
        summary="The declaration expects a lock, and there is none.",
        what="{subject:firedoor.lock} is missing, and the declaration expects it.",
        why="The lock is how a machine without production's secrets knows production's resources. Without it, a copied "
        "address would pass.",
        do=(
            _RESTORE,
            "If there never was one, remove the `[lock]` table of the declaration and run `firedoor lock --all`.",
        ),
        incidents=("travis", "digitalocean"),
        example=Example(
            _of_lock("FD501"),
            _CHECK,
            files={"firedoor.toml": _EXPECTED, ".env.testing": "DATABASE_URL=sqlite:///test.db\n"},
        ),
    ),
    Entry(
        "FD502",
        "lock-in-conflict",
        summary="The lock holds the marks of a merge that was not finished.",
        what="{subject:firedoor.lock} holds the marks of a merge that was not finished.",
        why="Half a lock knows half of what must be refused.",
        do="Run `firedoor lock --merge`: it takes the newer part of each side. Then add the file and commit.",
        example=Example(
            Problem("FD502", subject=_FILE, origin=Origin(FILE, _FILE, 2, 1)),
            _CHECK,
            files={
                "firedoor.toml": _EXPECTED,
                ".env.testing": "DATABASE_URL=sqlite:///test.db\n",
                _FILE: "version = 1\n<<<<<<< HEAD\n=======\n>>>>>>> other\n",
            },
        ),
    ),
    Entry(
        "FD503",
        "lock-damaged",
        summary="The lock is not as it was written.",
        what=(
            (
                "{subject:firedoor.lock} is no whole lock: {detail}.",
                "{subject:firedoor.lock} is no whole lock.",
            ),
        ),
        why="A lock that is shortened or edited by hand could leave out just what must be refused.",
        do=_RESTORE,
        more="Every byte of a lock counts: its last line holds a digest of the rest.",
        example=Example(
            _of_lock("FD503", detail="its end is missing"),
            _LOCK,
            "head -n 12 firedoor.lock > shortened && mv shortened firedoor.lock",
            _CHECK,
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD504",
        "lock-foreign",
        summary="The lock is another one than the declaration expects.",
        what="{subject:firedoor.lock} is not the lock that the declaration names: its id is another one.",
        why="A lock of another project, or one that was begun from nothing, does not know what must be refused here.",
        do=(
            _RESTORE,
            (
                "To begin a new lock on purpose, remove the file and the `[lock]` table of the declaration, run "
                "`firedoor lock --all`, and take every environment again."
            ),
        ),
        example=Example(
            _of_lock("FD504"),
            _LOCK,
            "sed -i.before 's/^id = .*/id = \"0123456789abcdef\"/' firedoor.toml",
            _CHECK,
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD505",
        "lock-older",
        summary="The declaration says what the lock does not know yet.",
        what=(
            (
                "{subject:firedoor.lock} is older than the declaration. It does not know yet: {names}.",
                "{subject:firedoor.lock} is older than the declaration.",
            ),
        ),
        why="What a lock does not know it cannot hold anybody to.",
        do="Run `firedoor lock` and commit {subject:firedoor.lock}. It needs nobody's secrets.",
        example=Example(
            _of_lock("FD505", names="variables.CACHE_URL.owned"),
            _LOCK,
            "printf '\\n[variables.CACHE_URL]\\nresource = \"cache\"\\n' >> firedoor.toml",
            _CHECK,
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD506",
        "declaration-loosened",
        summary="The declaration guards less than the lock remembers.",
        what=(
            (
                "{subject} was {pinned} when the lock was taken; the declaration now says {declared}.",
                "{subject} was {pinned} when the lock was taken; the declaration no longer says so.",
                "{subject} is {declared} now; when the lock was taken nothing of the kind was declared.",
                "{subject:The declaration} guards less than when the lock was taken.",
            ),
        ),
        why="Unprotecting production, or letting two environments share a database, takes one line. It must be seen to "
        "be done on purpose.",
        do=(
            "If nobody meant to, put it back.",
            (
                "If it is meant, accept it by its name: `firedoor lock --accept {subject:NAME} --reason '...'`. The "
                "lock and the ledger then show who did, and reviews see both."
            ),
        ),
        incidents=("indexnetwork",),
        example=Example(
            Problem(
                "FD506",
                subject="environments.production.protected",
                origin=Origin(DECLARATION, "firedoor.toml"),
                pinned="true",
                declared="false",
            ),
            _LOCK,
            "sed -i.before 's/^protected = true/protected = false/' firedoor.toml",
            _CHECK,
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD507",
        "protected-not-locked",
        summary="The lock does not hold what a protected environment owns.",
        what=(
            (
                "The lock does not hold {variables} of {subject}.",
                "The lock does not hold what {subject:a protected environment} owns.",
            ),
        ),
        why="What the lock does not hold cannot be refused on a machine without that environment's files.",
        do="Run `firedoor lock -e {subject:ENV}` where its secrets are (its deployment, or a machine that may read "
        "them) and commit firedoor.lock.",
        more="An error while nothing of a protected environment was taken; a warning where only variables are missing "
        "that were declared since, until the environment is taken again.",
        example=Example(
            Problem("FD507", subject="production", origin=Origin(FILE, _FILE)),
            "firedoor lock -e testing --offline",
            _CHECK,
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD508",
        "lock-not-computable",
        summary="Fingerprints cannot be made on this machine.",
        what=(
            (
                "The fingerprints of the lock cannot be made here: {detail}.",
                "Fingerprints cannot be made here.",
            ),
        ),
        why="What cannot be compared may be anything, so nothing starts.",
        do="Use a Python whose OpenSSL has scrypt, and leave some 10 MiB of memory for each processor.",
        example=Example(
            Problem("FD508", subject=_FILE, origin=Origin(FILE, _FILE), detail="ImportError of scrypt")
        ),
    ),
    Entry(
        "FD510",
        "not-as-locked",
        summary="A protected environment's resource is not the one in the lock.",
        what="{subject:A variable} of {environment:the environment} leads to something else than the lock says.",
        why="Either it points to the wrong place, or it was moved and no other machine knows: the lock still refuses "
        "the old address, and the new one would pass.",
        do=(
            "If {subject:it} is wrong, mend it: {origin:where it comes from}.",
            "If it was changed on purpose, run `firedoor lock -e {environment:ENV}` here and commit firedoor.lock.",
        ),
        more="An error for addresses, a warning for keys and passwords, which are changed as a matter of routine.",
        example=Example(
            Problem(
                "FD510",
                subject="DATABASE_URL",
                environment="production",
                origin=Origin(FILE, ".env.production", 1, 1),
            ),
            _LOCK,
            "sed -i.before 's/db.example.org/db2.example.org/' .env.production",
            "firedoor check production",
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD511",
        "lock-not-expected",
        severity=WARNING,
        summary="There is a lock, and the declaration does not say so.",
        what="{subject:firedoor.lock} is there, and the declaration does not expect it.",
        why="It is used. But if it were deleted, nobody would notice.",
        do="Run `firedoor lock`: it writes the `[lock]` table into the declaration.",
        example=Example(
            Problem("FD511", subject=_FILE, origin=Origin(FILE, _FILE), severity=WARNING),
            _LOCK,
            "sed -i.before '/^.lock.$/d; /^id = /d' firedoor.toml",
            _CHECK,
            files=_PROJECT,
        ),
    ),
)
