"""What `init --make` will do, before it does anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor.discovery import make_files, make_targets
from firedoor.discovery.plan import CREATE, LEAVE, REFUSE, REPLACE, Plan, plan

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = "[environments.dev]\n[environments.test]\n[environments.prod]\nprotected = true\n"


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return project.write("firedoor.toml", DECLARATION)


def extended(project: ProjectFolder) -> Plan:
    made = plan(str(project.root))
    made.changes.clear()
    make_files.extend(made)
    return made


def actions(made: Plan) -> dict[str, str]:
    return {change.path: change.action for change in made.changes}


def test_where_nothing_is_both_are_made(shop: ProjectFolder) -> None:
    made = extended(shop)
    assert actions(made) == {"firedoor.mk": CREATE, "Makefile": CREATE}
    assert made.changes[0].reason.startswith("has the targets service:start, ")
    assert (made.changes[0].content, made.changes[1].content) == (
        make_targets.render(made.project),
        "include firedoor.mk\n",
    )
    assert (made.hints, made.todo) == ([], [])


def test_what_is_there_as_it_should_be_stays(shop: ProjectFolder) -> None:
    text = make_targets.render(extended(shop).project)
    shop.write("Makefile", "a:\n\nsinclude firedoor.mk\n").write(
        "firedoor.mk", text.replace("\n", "\r\n").encode()
    )
    made = extended(shop)
    assert actions(made) == {"firedoor.mk": LEAVE, "Makefile": LEAVE}
    assert (made.to_write, made.refused, made.todo) == ([], [], [])


@pytest.mark.parametrize("name", ["GNUmakefile", "makefile", "Makefile"])
def test_a_makefile_of_any_name_is_never_edited_but_spoken_of(shop: ProjectFolder, name: str) -> None:
    shop.write(name, "test:\n\tpytest\n")
    made = extended(shop)
    assert actions(made) == {"firedoor.mk": CREATE, name: LEAVE}
    assert made.todo == [f"add this line to {name}: include firedoor.mk"]
    assert "FIREDOOR_TEST_TARGET ?=\n" in made.changes[0].content


def test_the_makefile_that_make_reads_counts(shop: ProjectFolder) -> None:
    shop.write("GNUmakefile", "include firedoor.mk\n").write("Makefile", "test:\n")
    made = extended(shop)
    assert actions(made) == {"firedoor.mk": CREATE, "GNUmakefile": LEAVE}
    assert made.todo == []
    assert "FIREDOOR_TEST_TARGET ?= test\n" in made.changes[0].content


def test_a_makefile_that_is_no_file_is_somebody_s_as_well(shop: ProjectFolder) -> None:
    (shop.root / "Makefile").mkdir()
    made = extended(shop)
    assert actions(made) == {"firedoor.mk": CREATE, "Makefile": LEAVE}
    assert made.todo == ["add this line to Makefile: include firedoor.mk"]


def test_an_older_one_is_replaced_and_only_new_lines_are_shown(shop: ProjectFolder) -> None:
    shop.write("firedoor.mk", make_targets.render(extended(shop).project))
    shop.write("firedoor.toml", DECLARATION.replace("dev", "local"))
    change = extended(shop).changes[0]
    assert change.action == REPLACE
    assert [line for line in change.added if not line.startswith("#")] == [
        "\t@$(FIREDOOR) service logs -e local -f"
    ]


@pytest.mark.parametrize("content", ["", "test:\n\tpytest\n", b"\xff"])
def test_what_firedoor_did_not_write_is_refused(shop: ProjectFolder, content: str | bytes) -> None:
    shop.write("firedoor.mk", content)
    made = extended(shop)
    assert [change.path for change in made.refused] == ["firedoor.mk"]
    assert made.changes[0].action == REFUSE
    assert "it is not as firedoor wrote it" in made.changes[0].reason
    assert [change.path for change in made.to_write] == ["Makefile"]


def test_a_folder_of_that_name_is_refused(shop: ProjectFolder) -> None:
    (shop.root / "firedoor.mk").mkdir()
    assert [change.reason for change in extended(shop).refused] == ["it is not a regular file"]


def test_what_has_no_target_is_said(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.production]\nprotected = true\n")
    assert extended(project).hints == [
        "no environment is development, so there is no target dev:logs",
        "no environment is declared for tests (`tests = true`), so there are no targets for tests",
    ]


def test_a_folder_that_cannot_be_listed_gets_a_makefile(
    shop: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(str(shop.root))

    def refuse(_: object) -> list[str]:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        make_files.extend(made)
    assert made.changes[-1].action == CREATE
