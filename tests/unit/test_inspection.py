"""Several environments together: which are judged, what is told once, what is said of those that are not here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, inspection
from firedoor.errors import SelectionError

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.inspection import Inspection
    from support.project import ProjectFolder

DECLARATION = """
[environments.dev]
[environments.test]
aliases = ["testing"]
[environments.prod]
protected = true
[variables.URL]
resource = "database"
"""


@pytest.fixture
def shop(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    monkeypatch.setattr(os, "environ", {})
    project.write("firedoor.toml", DECLARATION)
    for name in ("dev", "test", "prod"):
        project.write(f".env.{name}", f"URL=sqlite:///{name}.db\n", mode=0o600).write(
            f".env.{name}.example", "URL=\n"
        )
    return project


def load(shop: ProjectFolder) -> Project:
    return declaration.load(shop.root, use_cache=False)


def shown(found: Inspection) -> list[tuple[str, str, str | None]]:
    return [(problem.code, problem.subject, problem.environment) for problem in found.problems]


def names(found: Inspection) -> tuple[list[str], list[str]]:
    return [configuration.environment.name for configuration in found.judged], [
        environment.name for environment in found.absent
    ]


def test_the_selected_one_the_named_ones_or_all(shop: ProjectFolder) -> None:
    os.environ["APP_ENV"] = "testing"
    assert names(inspection.inspect_selected(load(shop), ())) == (["test"], [])
    assert names(inspection.inspect_selected(load(shop), ["prod", "testing", "test"])) == (
        ["prod", "test"],
        [],
    )
    everything = inspection.inspect_all(load(shop))
    assert (names(everything), shown(everything)) == ((["dev", "test", "prod"], []), [])


def test_every_unknown_name_is_told(shop: ProjectFolder) -> None:
    with pytest.raises(SelectionError) as refused:
        inspection.inspect_selected(load(shop), ["dev", "nope", "Prod"])
    assert [problem.subject for problem in refused.value.problems] == ["'nope'", "'Prod'"]
    with pytest.raises(SelectionError):
        inspection.inspect_selected(load(shop), ())


def test_what_several_share_is_told_once_by_all_and_to_each_that_is_asked_for(shop: ProjectFolder) -> None:
    for name in ("test", "prod"):
        shop.write(f".env.{name}", "URL=sqlite:///dev.db\n", mode=0o600)
    everything = inspection.inspect_all(load(shop))
    assert shown(everything) == [("FD401", "URL", "dev")]
    assert everything.problems[0].facts["other"] == "test, prod"
    assert shown(inspection.inspect_selected(load(shop), ["prod", "test"])) == [
        ("FD401", "URL", "test"),
        ("FD401", "URL", "prod"),
    ]


def test_whose_files_are_elsewhere_is_not_judged_unless_named(shop: ProjectFolder) -> None:
    (shop.root / ".env.prod").unlink()
    (shop.root / ".env.prod.example").unlink()
    everything = inspection.inspect_all(load(shop))
    assert (names(everything), shown(everything)) == (
        (["dev", "test"], ["prod"]),
        [("FD220", ".env.prod", "prod")],
    )
    named = inspection.inspect_selected(load(shop), ["prod"])
    assert (names(named), shown(named)) == ((["prod"], []), [("FD201", ".env.prod", "prod")])


def test_without_any_file_all_are_judged(shop: ProjectFolder) -> None:
    for path in shop.root.glob(".env*"):
        path.unlink()
    everything = inspection.inspect_all(load(shop))
    assert names(everything) == (["dev", "test", "prod"], [])
    assert {code for code, *_ in shown(everything)} == {"FD201"}


def test_a_policy_that_does_without_files_is_judged(shop: ProjectFolder) -> None:
    shop.write(
        "firedoor.toml", DECLARATION.replace("protected = true", 'protected = true\nfallback = "process"')
    )
    (shop.root / ".env.prod").unlink()
    everything = inspection.inspect_all(load(shop))
    assert names(everything) == (["dev", "test", "prod"], [])
    assert ("FD218", ".env.prod", "prod") in shown(everything)


def test_files_are_looked_at_as_files_and_as_texts(shop: ProjectFolder) -> None:
    shop.write(".env.dev", "URL = sqlite:///dev.db\nEXTRA=1\n", mode=0o600)
    found = inspection.inspect_selected(load(shop), ["dev"])
    assert ("FD230", "URL", "dev") in shown(found)
    assert [problem for problem in shown(found) if problem[0] == "FD215"] != []


def test_the_declared_class_is_asked_too(shop: ProjectFolder) -> None:
    shop.write("firedoor.toml", DECLARATION + '[settings]\nclass = "no_such_module:Settings"\n')
    assert ("FD010", "no_such_module:Settings", None) in shown(inspection.inspect_all(load(shop)))
