"""What the shell holds that is another environment's, and what only looks so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, isolation
from firedoor.foreign import Foreign
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import Problem
from firedoor.resolve import Value

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARED = """
[environments.development]
[environments.testing]
[environments.production]
protected = true
[variables.URL]
resource = "database"
[variables.BUCKET]
resource = "bucket"
[variables.BOTH]
secret = true
shared = ["development", "production"]
[variables.ALL]
secret = true
shared = true
[variables.HALF]
secret = true
shared = ["testing", "production"]
[variables.API]
resource = "http"
[variables.SEVEN]
secret = true
[variables.EIGHT]
secret = true
[variables.PLAIN]
[variables.SECOND]
"""
URL = "postgresql://app:pw-9f3k@db.example.com/shop"


@pytest.fixture
def three(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARED)
    project.write(
        ".env.development", "URL=sqlite:///dev.db\nBUCKET=dev-files\nEXTRA=of-development\nPLAIN=mine\n"
    )
    project.write(".env.testing", "URL=sqlite:///test.db\nBOTH=both-of-testing\n")
    return project.write(
        ".env.production",
        f"URL={URL}\nBUCKET=development\nBOTH=both-9f8e7d\nALL=all-9f8e7d6c\nHALF=half-9f8e7d\n"
        "API=https://api.example.com\nSEVEN=seven-7\nEIGHT=eight-88\n"
        "EXTRA=of-production\nPLAIN=plain-of-production\n",
    )


def told(project: ProjectFolder, **process: str) -> list[str]:
    """The variables of the shell that are refused as another environment's."""
    loaded = declaration.load(project.root, use_cache=False)
    found = boundary.configure(loaded, "development", process=process).problems
    return [problem.subject for problem in found if problem.code == "FD404"]


def test_the_whole_problem(three: ProjectFolder) -> None:
    loaded = declaration.load(three.root, use_cache=False)
    assert boundary.configure(loaded, "development", process={"PLAIN": URL}).problems == (
        Problem(
            "FD404",
            subject="PLAIN",
            environment="development",
            origin=Origin(PROCESS, "PLAIN"),
            other="production",
        ),
    )


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        (URL, True),
        ("postgres+asyncpg://other@DB.example.com.:5432/shop?sslmode=require", True),
        ("postgresql://app:pw-9f3k@db.example.com/shop2", False),
        ("postgresql://app:pw-9f3k@db2.example.com/shop", False),
        ("see: " + URL, False),
        ("half-9f8e7d", True),
        ("both-9f8e7d", False),
        ("all-9f8e7d6c", False),
        ("plain-of-production", False),
        ("both-of-testing", True),
        ("api.example.com", False),
        ("https://API.example.com/", True),
        ("seven-7", False),
        ("eight-88", True),
        ("mine too", False),
    ],
)
def test_of_a_plain_variable(three: ProjectFolder, text: str, *, foreign: bool) -> None:
    assert told(three, PLAIN=text) == (["PLAIN"] if foreign else [])


def test_a_container_s_name_is_another_server_in_each_network(three: ProjectFolder) -> None:
    three.write(".env.production", "URL=postgresql://app:pw-9f3k@db/shop\n")
    assert told(three, PLAIN="postgresql://app:mine@db/shop") == []
    assert told(three, PLAIN="postgresql://app:pw-9f3k@db/shop") == ["PLAIN"]


def test_only_what_is_taken_or_referred_to(three: ProjectFolder) -> None:
    assert told(three, OTHER=URL) == []
    three.write(".env.development", "URL=sqlite:///dev.db\nLINK=${OTHER:-none} ${HOME:-none}\n")
    assert told(three, OTHER=URL, HOME=URL) == ["OTHER"]


def test_what_is_judged_elsewhere_hides_nothing_that_comes_after(three: ProjectFolder) -> None:
    """The machine's names, the selectors, resources and secrets are not told here, what follows them is."""
    three.write(".env.development", "URL=sqlite:///dev.db\nLINK=${HOME:-none}\nPLAIN=mine\nSECOND=mine\n")
    assert told(three, HOME=URL, APP_ENV="development", URL=URL, PLAIN=URL, SECOND=URL) == ["PLAIN", "SECOND"]


@pytest.mark.parametrize(
    ("said", "own", "shell", "foreign"),
    [
        ("of-production", "of-development", "of-production", True),
        ("12345678", "x", "12345678", True),
        ("1234567", "x", "1234567", False),
        ("of-production", "of-production", "of-production", False),
        ("of-production", "of-development", "of-production.", False),
    ],
)
def test_of_what_nobody_declared_the_line_of_another_s_file(
    three: ProjectFolder, said: str, own: str, shell: str, *, foreign: bool
) -> None:
    three.write(".env.development", f"URL=sqlite:///dev.db\nEXTRA={own}\n").write(
        ".env.production", f"EXTRA={said}\n"
    )
    assert told(three, EXTRA=shell) == (["EXTRA"] if foreign else [])


def test_of_what_nobody_declared_the_same_text_under_another_name(three: ProjectFolder) -> None:
    three.write(".env.production", "OTHER=of-production\n")
    assert told(three, EXTRA="of-production") == []
    assert told(three, EXTRA=URL) == []
    three.write(".env.production", f"URL={URL}\nOTHER=of-production\n")
    assert told(three, EXTRA=URL) == ["EXTRA"]


def test_what_only_a_reference_takes_need_not_be_anybody_s(three: ProjectFolder) -> None:
    three.write(".env.development", "URL=sqlite:///dev.db\nLINK=${OTHER:-none}\n")
    assert told(three, OTHER="of-nobody-at-all") == []
    assert told(three, OTHER=URL) == ["OTHER"]


def test_a_selector_may_say_what_another_owns(three: ProjectFolder) -> None:
    three.write(
        "firedoor.toml", '[project]\nselector = "PLAIN"\n' + DECLARED.replace("[variables.PLAIN]\n", "")
    )
    three.write(".env.development", "URL=sqlite:///dev.db\nLINK=${PLAIN:-none}\n")
    loaded = declaration.load(three.root, use_cache=False)
    problems = boundary.configure(loaded, process={"PLAIN": "development"}).problems
    assert [problem for problem in problems if problem.code == "FD404"] == []


def test_of_what_nobody_declared_the_line_of_a_file_of_all(three: ProjectFolder) -> None:
    three.write("firedoor.toml", DECLARED + '[files]\ntemplates = ["base.env", ".env.{env}"]\n')
    three.write("base.env", "EXTRA=of-everybody\n")
    assert told(three, EXTRA="of-everybody") == []
    assert told(three, EXTRA="of-production") == ["EXTRA"]


def test_of_what_nobody_declared_the_nearest_line_counts(three: ProjectFolder) -> None:
    three.write("firedoor.toml", DECLARED + '[files]\ntemplates = ["base.env", ".env.{env}"]\n')
    three.write("base.env", "EXTRA=of-production\n")
    assert told(three, EXTRA="of-production") == ["EXTRA"]
    three.write(".env.development", "URL=sqlite:///dev.db\nEXTRA=of-production\n")
    assert told(three, EXTRA="of-production") == []


def test_of_what_nobody_declared_the_line_of_the_fallback(three: ProjectFolder) -> None:
    (three.root / ".env.testing").unlink()
    three.write(".env", "EXTRA=of-the-checkout\n")
    assert told(three, EXTRA="of-the-checkout") == []


def test_the_environment_s_own_is_nobody_else_s(three: ProjectFolder) -> None:
    loaded = declaration.load(three.root, use_cache=False)
    development, testing, _ = loaded.environments
    values = {"URL": Value("URL", URL, Origin(FILE, "x", 1, 1))}
    known = isolation.index(isolation.claims(loaded, development, values))
    assert Foreign(loaded, development, known).owner(URL) is None
    assert Foreign(loaded, testing, known).owner(URL) is development
    also = isolation.index(
        [*isolation.claims(loaded, development, values), *isolation.claims(loaded, testing, values)]
    )
    assert Foreign(loaded, development, also).owner(URL.replace("app:", "me:")) is testing
