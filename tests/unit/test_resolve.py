"""Merging and its losers; the configuration as a mapping that shows no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, resolve, sources
from firedoor.dotenv import Entry
from firedoor.origin import DEFAULT, FILE, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from support.project import ProjectFolder

DECLARATION = """
[environments.dev]
[environments.prod]
protected = true
[variables.URL]
resource = "database"
[variables.KEY]
secret = true
default = "k-default"
[variables.COLOUR]
"""


@pytest.fixture
def declared(project: ProjectFolder) -> Project:
    project.write("firedoor.toml", DECLARATION)
    return declaration.load(project.root, use_cache=False)


def layer(name: str, *lines: tuple[str, str], literal: bool = False) -> sources.Layer:
    return sources.Layer(
        name, [Entry((key, text, number, 1, "", literal)) for number, (key, text) in enumerate(lines, 1)]
    )


def resolved(declared: Project, *layers: sources.Layer, **process: str) -> resolve.Resolution:
    return resolve.resolve(declared, declared.environments[0], layers, process=process, overrides={})


def test_losers_are_kept_nearest_first(declared: Project) -> None:
    found = resolved(declared, layer("a", ("KEY", "1")), layer("b", ("KEY", "2")), KEY="3").values["KEY"]
    assert [(value.text, str(value.origin)) for value in (found, *found.losers)] == [
        ("3", "process variable KEY"),
        ("2", "b:1:1"),
        ("1", "a:1:1"),
        ("k-default", "default of KEY"),
    ]
    assert all(loser.losers == () for loser in found.losers)


def test_the_process_counts_for_what_is_declared_or_in_a_file(declared: Project) -> None:
    found = resolved(declared, layer("a", ("EXTRA", "1")), EXTRA="2", COLOUR="red", UNKNOWN="x")
    assert {key: value.text for key, value in found.values.items()} == {
        "KEY": "k-default",
        "EXTRA": "2",
        "COLOUR": "red",
    }


def test_only_templates_are_expanded(declared: Project) -> None:
    files = [layer("a", ("A", "$$x ${COLOUR}")), layer("b", ("B", "$$x ${COLOUR}"), literal=True)]
    found = resolved(declared, *files, COLOUR="$red")
    assert (found.values["A"].text, found.values["B"].text) == ("$x $red", "$$x ${COLOUR}")
    assert (found.uses("A"), found.uses("B")) == (frozenset({"COLOUR"}), frozenset())


def test_what_cannot_be_finished_stays_a_template(declared: Project) -> None:
    found = resolved(
        declared,
        layer("a", ("A", "${NOPE}"), ("B", "x${A}"), ("C", "${D}"), ("D", "${C}"), ("E", "${NOPE:?say}")),
    )
    assert {key for key, value in found.values.items() if value.template} == {"A", "B", "C", "D", "E"}
    assert [(p.code, p.subject, str(p.origin), p.facts) for p in found.problems] == [
        ("FD221", "A", "a:1:1", {"names": "NOPE", "reference": "NOPE"}),
        ("FD222", "C", "a:3:1", {"names": "C -> D", "reference": "C"}),
        ("FD223", "E", "a:5:1", {"names": "NOPE", "reference": "NOPE"}),
    ]


def test_references_are_answered_by_the_process_unless_it_is_left_out(declared: Project) -> None:
    files = [layer("a", ("A", "${WHO}"))]
    assert resolved(declared, *files, WHO="me").values["A"].text == "me"
    outside = resolve.resolve(
        declared, declared.environments[0], files, process={}, overrides={}, outside={"WHO": "you"}
    )
    assert outside.values["A"].text == "you"


def test_what_files_alone_give(declared: Project) -> None:
    files = [layer("a", ("URL", "one"), ("OTHER", "x")), layer("b", ("URL", "two"))]
    (plain,) = resolve.of_files(declared, declared.environments[0], files, {"URL": "ignored"})
    assert {key: value.text for key, value in plain.items()} == {"URL": "two", "KEY": "k-default"}
    templates = [layer("a", ("URL", "//${HOST:-here}"))]
    helped, alone = resolve.of_files(declared, declared.environments[0], templates, {"HOST": "there"})
    assert (helped["URL"].text, alone["URL"].text) == ("//there", "//here")


def test_what_files_alone_give_in_another_case(declared: Project) -> None:
    """What is spelled otherwise is the environment's all the same, for most that reads it."""
    (plain,) = resolve.of_files(
        declared, declared.environments[0], [layer("a", ("url", "x"), ("Other", "y"))], {}
    )
    assert {key: (value.key, value.text) for key, value in plain.items()} == {
        "URL": ("url", "x"),
        "KEY": ("KEY", "k-default"),
    }
    templates = [layer("a", ("url", "//${HOST:-here}"))]
    helped, alone = resolve.of_files(declared, declared.environments[0], templates, {"HOST": "there"})
    assert (helped["URL"].text, alone["URL"].text) == ("//there", "//here")


def test_what_files_alone_give_says_where(declared: Project) -> None:
    (found,) = resolve.of_files(
        declared, declared.environments[0], [layer("a", ("X", ""), ("URL", "one"))], {}
    )
    assert (found["URL"].origin, found["URL"].template) == (Origin(FILE, "a", 2, 1), False)
    assert (found["KEY"].origin, found["KEY"].template) == (Origin(DEFAULT, "KEY"), False)


def test_a_selector_line_is_no_value_of_its_own(declared: Project) -> None:
    """What a selector means is decided by the choice; the rule of files judges the line."""
    found = resolved(
        declared, layer("a", ("ENV", "${NOPE}"), ("APP_ENV", "prod"), ("A", "${ENV}")), ENV="prod"
    )
    assert "ENV" not in found.values
    assert "APP_ENV" not in found.values
    assert (found.values["A"].text, found.problems) == ("dev", [])


def test_the_whole_problem_of_a_reference(declared: Project) -> None:
    """An unset name without braces is most often a piece of a password: it is not repeated."""
    found = resolved(declared, layer("a", ("A", "pa$NOPE"), ("B", "${NOPE}")))
    told = {"names": "NOPE", "reference": "NOPE"}
    assert found.problems == [
        Problem(
            "FD221", subject="A", environment="dev", origin=Origin(FILE, "a", 1, 1), names="", reference=""
        ),
        Problem("FD221", subject="B", environment="dev", origin=Origin(FILE, "a", 2, 1), **told),
    ]


def test_a_configuration_is_a_mapping_of_texts(project: ProjectFolder, declared: Project) -> None:
    project.write(".env.dev", "COLOUR=red\nURL=sqlite:///secret-name.db\n")
    found = boundary.configure(declared, "dev", process={})
    assert (found["COLOUR"], found.get("COLOUR"), found.get("NOPE"), found.get("NOPE", "x")) == (
        "red",
        "red",
        None,
        "x",
    )
    assert ("COLOUR" in found, "NOPE" in found, 3 in found) == (True, False, False)
    assert set(found) == {"COLOUR", "URL", "KEY", "APP_ENV", "ENV"}
    assert len(found) == 5
    assert dict(found.texts) == {key: found[key] for key in found}
    with pytest.raises(KeyError):
        found["NOPE"]


def test_no_repr_shows_a_value(project: ProjectFolder, declared: Project) -> None:
    project.write(".env.dev", "COLOUR=${KEY}\nKEY=hidden-text\n")
    found = boundary.configure(declared, "dev", process={})
    assert repr(found) == "Configuration('dev', 4 values)"
    assert repr(found.resolution) == "Resolution(4 values)"
    assert repr(found.values["KEY"]) == "Value('KEY', from .env.dev:2:1)"
    assert repr(resolve.Value("A", "x", Origin(FILE, "f", 1, 1))) == "Value('A', from f:1:1)"
    assert "hidden-text" not in repr(
        (found, found.values, found.others, found.choice, found.project, vars(type(found)))
    )
