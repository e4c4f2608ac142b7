"""Several environments together: which are judged, what is told once, what is said of those that are not here."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, credentials, declaration, inspection, locking, observation
from firedoor.errors import SelectionError
from firedoor.lock import marks
from firedoor.origin import REQUEST, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Project
    from firedoor.inspection import Inspection
    from firedoor.resolve import Configuration
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


# --- what only connections can tell ---


class Asked:
    """Stands for everything that connects; notes what it was asked for."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.observed: list[str] = []
        self.resolved: list[str] = []
        self.opened: list[tuple[list[str], str]] = []
        self.told: list[list[str]] = []
        patch.setattr(observation, "ask", self._ask)
        patch.setattr(observation, "resolved", self._resolve)
        patch.setattr(observation, "problems", self._judge)
        patch.setattr(credentials, "problems", self._try)

    def _ask(self, wanted: Sequence[observation.Target]) -> list[str]:
        self.observed = [target.environment.name for target in wanted]
        return ["answers"]

    def _resolve(self, wanted: Sequence[observation.Target], told: Sequence[Problem]) -> list[Problem]:
        self.resolved = [target.environment.name for target in wanted]
        self.told.append([problem.code for problem in told])
        return [Problem("FD410", subject="URL", environment="dev")]

    def _judge(self, answers: list[str], told: Sequence[Problem]) -> list[Problem]:
        assert answers == ["answers"]
        self.told.append([problem.code for problem in told])
        return [Problem("FD409", subject="URL", environment="dev")]

    def _try(self, holders: Sequence[Configuration], owner: Configuration) -> list[Problem]:
        self.opened.append(([one.environment.name for one in holders], owner.environment.name))
        self.owner = owner
        return [Problem("FD412", subject="URL", environment="dev")]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


def test_nobody_is_asked_unless_somebody_wants_to(shop: ProjectFolder, asked: Asked) -> None:
    inspection.inspect_all(load(shop))
    inspection.inspect_selected(load(shop), ["dev"])
    assert (asked.observed, asked.resolved, asked.opened) == ([], [], [])


def test_only_the_judged_environments_are_asked(shop: ProjectFolder, asked: Asked) -> None:
    found = inspection.inspect_selected(load(shop), ["test", "dev"], observe=True)
    assert (asked.observed, asked.resolved, asked.opened) == (["test", "dev"], ["test", "dev"], [])
    assert shown(found) == [("FD409", "URL", "dev"), ("FD410", "URL", "dev")]
    os.environ["APP_ENV"] = "testing"
    inspection.inspect_selected(load(shop), (), observe=True)
    assert asked.observed == ["test"]
    inspection.inspect_all(load(shop), observe=True)
    assert asked.observed == ["dev", "test", "prod"]


def test_what_was_found_before_is_handed_on(shop: ProjectFolder, asked: Asked) -> None:
    shop.write(".env.test", "URL=sqlite:///dev.db\n", mode=0o600)
    inspection.inspect_selected(load(shop), ["dev"], observe=True)
    assert asked.told == [["FD401"], ["FD401", "FD410"]]


def test_logins_are_tried_on_the_environment_that_is_named(shop: ProjectFolder, asked: Asked) -> None:
    os.environ["URL"] = "sqlite:///of-the-shell.db"
    found = inspection.inspect_selected(load(shop), ["test"], opened="prod")
    assert (asked.observed, asked.opened) == ([], [(["test"], "prod")])
    assert ("FD412", "URL", "dev") in shown(found)
    assert asked.owner["URL"] == "sqlite:///prod.db"  # the shell's value is the judged environment's
    assert asked.owner.choice.origin == Origin(REQUEST, "--try-credentials")
    inspection.inspect_all(load(shop), observe=True, opened="testing")
    assert asked.opened[1:] == [(["dev", "test", "prod"], "test")]
    os.environ["APP_ENV"] = "dev"
    inspection.inspect_selected(load(shop), (), opened="prod")
    assert asked.opened[2:] == [(["dev"], "prod")]


def test_logins_are_not_tried_where_the_address_is_not_at_hand(shop: ProjectFolder, asked: Asked) -> None:
    (shop.root / ".env.prod").unlink()
    (shop.root / ".env.prod.example").unlink()
    found = inspection.inspect_selected(load(shop), ["test"], opened="prod")
    assert (shown(found), asked.opened) == ([("FD220", ".env.prod", "prod")], [])


def test_an_unknown_environment_to_try_on(shop: ProjectFolder, asked: Asked) -> None:
    project = load(shop)
    for inspect in (inspection.inspect_all, partial(inspection.inspect_selected, names=["dev"])):
        with pytest.raises(SelectionError) as refused:
            inspect(project, opened="prodution")
        (problem,) = refused.value.problems
        assert (problem.code, problem.subject) == ("FD102", "'prodution'")
        assert problem.origin == Origin(REQUEST, "--try-credentials")
    assert asked.opened == []


def test_the_ledger_is_looked_at(shop: ProjectFolder) -> None:
    shop.write("firedoor.ledger", "torn")
    for found in (inspection.inspect_all(load(shop)), inspection.inspect_selected(load(shop), ["dev"])):
        assert shown(found) == [("FD528", "firedoor.ledger", None)]


def test_what_two_share_is_told_once_whoever_knows_it(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the files, and by a lock of them."""
    monkeypatch.setattr(marks, "COST", (2, 1, 1))
    monkeypatch.setattr(marks, "_CHEAPEST", 1)
    for name in ("dev", "test"):
        shop.write(f".env.{name}", f"URL=postgresql://localhost/{name}\n", mode=0o600)
    locking.update(load(shop), ["dev", "test", "prod"], ask=None)
    found = inspection.inspect_all(load(shop))
    assert [one for one in shown(found) if one[0] == "FD407"] == [("FD407", "URL", "dev")]
    configuration = boundary.configure(load(shop), "dev")
    assert [problem.code for problem in configuration.problems] == ["FD407"]
    (shop.root / ".env.dev").unlink()
    found = inspection.inspect_all(load(shop))  # now only the lock knows
    assert [one for one in shown(found) if one[0] == "FD407"] == [("FD407", "URL", "test")]


def test_of_several_who_share_it_the_lock_knows_the_same(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another order: the lock's is the alphabet's, the files' that of the declaration."""
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(marks, "COST", (2, 1, 1))
    monkeypatch.setattr(marks, "_CHEAPEST", 1)
    project.write("firedoor.toml", DECLARATION.replace("database", "cache"))
    for name in ("dev", "test", "prod"):
        project.write(f".env.{name}", "URL=redis://redis/0\n", mode=0o600)
    locking.update(load(project), ["dev", "test", "prod"], ask=None)
    found = inspection.inspect_all(load(project))
    assert [one for one in shown(found) if one[0] == "FD401"] == [("FD401", "URL", "dev")]


# --- secrets as files ---


def test_what_is_mounted_is_the_selected_environment_s(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("firedoor.toml", f'[files]\nsecrets = "run"\n{DECLARATION}').write(
        "run/URL", "sqlite:///run.db\n"
    )
    project = load(shop)

    def urls(found: Inspection) -> dict[str, str]:
        assert shown(found) == []
        return {one.environment.name: one["URL"] for one in found.judged}

    own = {name: f"sqlite:///{name}.db" for name in ("dev", "test", "prod")}
    mounted = "sqlite:///run.db"
    assert urls(inspection.inspect_all(project)) == own
    assert urls(inspection.inspect_selected(project, ["test"])) == {"test": mounted}
    assert urls(inspection.inspect_selected(project, ["test", "dev"])) == {
        "test": own["test"],
        "dev": own["dev"],
    }
    monkeypatch.setattr(os, "environ", {"APP_ENV": "prod"})
    assert urls(inspection.inspect_all(project)) == own | {"prod": mounted}
    assert urls(inspection.inspect_selected(project, [])) == {"prod": mounted}
    assert urls(inspection.inspect_selected(project, ["dev"])) == {"dev": mounted}
    assert urls(inspection.inspect_selected(project, ["dev", "test"])) == {
        "dev": own["dev"],
        "test": own["test"],
    }


def test_a_mounted_secret_is_no_line_of_any_dialect(shop: ProjectFolder) -> None:
    odd = "URL=postgresql://u:a#b@h/x\n"
    shop.write("firedoor.toml", f'[files]\nsecrets = "run"\n{DECLARATION}')
    project = load(shop)
    shop.write("run/URL", odd.removeprefix("URL="))
    assert shown(inspection.inspect_selected(project, ["dev"])) == []
    shop.write(".env.dev", odd)  # the control: other tools read this line otherwise
    assert any(code >= "FD230" for code, *_ in shown(inspection.inspect_selected(project, ["dev"])))
