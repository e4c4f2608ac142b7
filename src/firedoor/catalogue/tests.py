"""FD63: test suites.

FD630  for_tests, protected
FD631  act, caller
FD632  other
FD633  -

``protected`` is "protected" where the environment is, ``for_tests`` names those that are declared for tests; ``act`` is
"connect to", "look up" or "open", ``caller`` the line of the project that did it; ``other`` is the protected
environment whose secret it is by the lock, empty for a key whose shape says that it is live.
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import PROCESS, Origin
from firedoor.problem import Problem

_DECLARED = """\
[environments.development]

[environments.testing]

[environments.production]
protected = true
"""
_TEST = "def test_nothing():\n    pass\n"
_CONNECTS = """\
import socket

import pytest


@pytest.mark.unit
def test_of_a_unit():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname())
"""
_BOTH = """\
import pytest


@pytest.mark.unit
@pytest.mark.integration
def test_both():
    pass
"""
_FILES = {"firedoor.toml": _DECLARED, ".env.development": "", ".env.testing": "", "test_it.py": _TEST}

ENTRIES = (
    Entry(
        "FD630",
        "not-for-tests",
        summary="A test suite was started in an environment that is not for tests.",
        what=(
            (
                "Tests were started in {subject}, which is {protected}: nothing is tested there.",
                "Tests were started in {subject:an environment}, which is not declared for tests.",
            ),
        ),
        why="A suite creates, changes and truncates what it is pointed at. Nothing of it was imported yet.",
        do=(
            (
                "Choose one that is for tests: {for_tests}. `firedoor_env` in the ini file does so, too.",
                "Declare an environment for tests: one that is called testing, or one with `tests = true`.",
            ),
        ),
        more="`pytest -m unit` runs in every environment that is not protected: unit tests reach nothing.",
        on_purpose="`tests = true` in the table of an environment lets test suites run there. A protected one cannot.",
        incidents=("travis", "digitalocean", "github"),
        example=Example(
            Problem(
                "FD630",
                subject="development",
                environment="development",
                origin=Origin(PROCESS, "APP_ENV"),
                for_tests="testing",
            ),
            "APP_ENV=development pytest",
            files=_FILES,
        ),
    ),
    Entry(
        "FD631",
        "unit-test-connects",
        summary="A test that is marked as a unit test tried to reach something.",
        what=(
            "A unit test tried to {act:reach} something: a network, a database, or a file of one.",
            "It was asked for at {caller}.",
        ),
        why="What a unit test reaches by accident is what the developer's machine happens to lead to.",
        do="Mark the test `integration`, or give it what it needs in memory: `sqlite://`, a stand-in object.",
        more="Only what leads nowhere is open to it: a database in memory, a pair of sockets, names of this machine.",
        example=Example(
            Problem("FD631", environment="testing", act="connect to", caller="test_it.py:9"),
            "APP_ENV=testing pytest",
            files={**_FILES, "test_it.py": _CONNECTS},
        ),
    ),
    Entry(
        "FD632",
        "real-key",
        summary="A test suite would get a key that opens something real.",
        what=(
            (
                "{subject:A variable} holds a secret of {other}, by the lock.",
                "{subject:A variable} holds a key whose shape says that it opens a live account.",
            ),
        ),
        why="A test with a real key charges cards, sends messages and fills somebody's account.",
        do="Unset {subject:the variable} in this shell, or start the suite by `firedoor run` from one that does not "
        "have it. Tests take a fake key of the same shape.",
        on_purpose="Declare the variable and say where a live key is right: `live = [...]` in its table.",
        example=Example(
            Problem(
                "FD632",
                subject="PAYMENT_KEY",
                environment="testing",
                origin=Origin(PROCESS, "PAYMENT_KEY"),
            ),
            "PAYMENT_KEY=sk_live_$(printf '4eC39HqLyjWDarjtT1zdp7dc') APP_ENV=testing pytest",
            files=_FILES,
        ),
    ),
    Entry(
        "FD633",
        "unit-and-integration",
        summary="A test is marked as a unit test and as an integration test.",
        what="{subject:A test} is marked `unit` and `integration`.",
        why="The one may reach nothing, the other what its environment declares.",
        do="Take one of the marks away; it may stand on the class or the module.",
        example=Example(
            Problem("FD633", subject="test_it.py::test_both", environment="testing"),
            "APP_ENV=testing pytest",
            files={**_FILES, "test_it.py": _BOTH},
        ),
    ),
)
