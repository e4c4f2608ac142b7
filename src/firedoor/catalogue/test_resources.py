"""FD64: databases and other resources of tests.

FD640  reason, remedy
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

_DECLARED = """\
[environments.testing]
unstamped = "note"

[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"
"""
_TEST = """\
def test_it(firedoor_database):
    assert firedoor_database.name
"""
_DOES_NOT_OPEN = "the environment's own database does not let us in"

ENTRIES = (
    Entry(
        "FD640",
        "no-test-resource",
        summary="A test worker could not be given a database, or a part of a cache, of its own.",
        what="Where {subject:the variable} of {environment:the environment} leads, nothing could be made for a test "
        "worker: {reason:refused}.",
        why="Tests that share a database empty it under each other's feet: they pass alone and fail together.",
        do=(
            ("Let an administrator do this, or do it yourself: `{remedy}`.", "Ask whoever runs the server."),
        ),
        more="A worker's database is created on the environment's own server, with the environment's own login.",
        example=Example(
            Problem(
                "FD640",
                subject="DATABASE_URL",
                environment="testing",
                origin=Origin(FILE, ".env.testing", 1, 1),
                reason=_DOES_NOT_OPEN,
                remedy="see firedoor verify",
            ),
            "APP_ENV=testing pytest",
            files={
                "firedoor.toml": _DECLARED,
                ".env.testing": "DATABASE_URL=postgresql://127.0.0.1:9/shop_test\n",
                ".env.production": "DATABASE_URL=postgresql://db.example.org/shop\n",
                "test_it.py": _TEST,
            },
        ),
    ),
)
