"""One environment judged: alone, against the others, with what a caller adds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, export_to_process, selection, sources
from firedoor.errors import ConfigurationError, SelectionError
from firedoor.origin import FILE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

DECLARATION = """
[environments.dev]
[environments.test]
[environments.prod]
protected = true
[variables.URL]
resource = "database"
[variables.PORT]
type = "int"
"""


@pytest.fixture
def declared(project: ProjectFolder) -> Project:
    project.write("firedoor.toml", DECLARATION)
    for name in ("dev", "test", "prod"):
        project.write(f".env.{name}", f"URL=sqlite:///{name}.db\n")
    return declaration.load(project.root, use_cache=False)


def codes(configuration: Configuration) -> list[str]:
    return [problem.code for problem in configuration.problems]


def test_the_process_is_the_real_one_unless_another_is_given(
    declared: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "80")
    monkeypatch.setattr(sources, "process_duplicates", lambda: frozenset({"PORT"}))
    real = boundary.configure(declared, "dev")
    assert (real["PORT"], codes(real)) == ("80", ["FD309"])
    given = boundary.configure(declared, "dev", process={"PORT": "81"})
    assert (given["PORT"], codes(given)) == ("81", [])


def test_overrides_are_judged_like_all_others(declared: Project) -> None:
    wrong = boundary.configure(declared, "dev", process={}, overrides={"PORT": "x", "EXTRA": "1"})
    assert (wrong["EXTRA"], codes(wrong)) == ("1", ["FD303"])
    assert codes(
        boundary.configure(declared, "test", process={}, overrides={"URL": "sqlite:///./prod.db"})
    ) == ["FD401"]
    explicit = boundary.configure(declared, "test", process={}, overrides={"URL": "sqlite:///elsewhere.db"})
    assert codes(explicit) == []
    assert codes(boundary.configure(declared, "test", process={}, overrides={"EXTRA": "a\0b"})) == ["FD208"]


def test_problems_that_are_added_stand_in_their_place(declared: Project) -> None:
    configuration = boundary.configure(declared, "dev", process={"PORT": "x"})
    early = Problem("FD801", environment="dev", origin=Origin(FILE, ".env", 1, 1))
    boundary.add(configuration, [early, early])
    assert codes(configuration) == ["FD801", "FD303"]


def test_a_resource_that_the_shell_spells_otherwise(project: ProjectFolder, declared: Project) -> None:
    """A settings class that ignores case takes it in this very process; ``run`` does not pass it on."""
    project.write(".env.dev", "PORT=1\n")
    process = {"url": "sqlite:///prod.db", "port": "1"}
    here = boundary.configure(declared, "dev", process=process, in_process=True)
    found = Problem(
        "FD313", subject="URL", environment="dev", origin=Origin(PROCESS, "url"), other="url", declared="URL"
    )
    assert here.problems == (found,)
    assert boundary.configure(declared, "dev", process=process).problems == ()
    project.write(".env.dev", "URL=sqlite:///dev.db\n")
    assert boundary.configure(declared, "dev", process=process, in_process=True).problems == ()


def test_require(declared: Project) -> None:
    sound = boundary.configure(declared, "dev", process={})
    assert boundary.require(sound) is sound
    with pytest.raises(ConfigurationError) as refused:
        boundary.require(boundary.configure(declared, "dev", process={"PORT": "x"}))
    assert [problem.code for problem in refused.value.problems] == ["FD303"]


def test_nothing_is_judged_where_nothing_is_chosen(declared: Project) -> None:
    with pytest.raises(SelectionError) as refused:
        boundary.configure(declared, "nope", process={}, asked_by="-e")
    assert str(refused.value.problems[0].origin) == "-e"


def test_others_are_at_hand_for_whoever_builds_a_child(declared: Project) -> None:
    configuration = boundary.configure(declared, "test", process={})
    assert [environment.name for environment, _ in configuration.others] == ["dev", "prod"]


def test_an_environment_without_files_of_its_own_owns_nothing(
    project: ProjectFolder, declared: Project
) -> None:
    """What falls back to .env has what the checkout has; it is nobody else's to complain of."""
    (project.root / ".env.dev").unlink()
    project.write(".env", "URL=sqlite:///test.db\n")
    assert codes(boundary.configure(declared, "test", process={})) == []
    assert codes(boundary.configure(declared, "dev", process={})) == ["FD401", "FD202"]
    dev = declared.environments[0]
    assert boundary.file_claims(declared, dev, sources.layers_of(declared, dev), {}) == []


def test_judging_one_by_itself_asks_nobody_else(declared: Project) -> None:
    dev = declared.environments[0]
    choice = selection.Choice(dev, Origin(REQUEST, "x"), "dev")
    files = sources.layers_of(declared, dev)
    alone = boundary.judge(declared, choice, files, process={"URL": "sqlite:///test.db"})
    assert codes(alone) == ["FD306"]
    assert alone.others == ()
    assert (alone["APP_ENV"], str(alone.values["ENV"].origin)) == ("dev", "x")


def test_missing_values_are_not_guessed_at_when_files_could_not_be_read(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.dev]\n[variables.A]\nrequired = true\n").write(
        ".env.dev", b"\xff"
    )
    declared = declaration.load(project.root, use_cache=False)
    assert codes(boundary.configure(declared, "dev", process={})) == ["FD207"]
    project.write(".env.dev", "")
    assert codes(boundary.configure(declared, "dev", process={})) == ["FD301"]


def test_an_environment_with_a_shared_file_owns_what_its_own_file_says(
    project: ProjectFolder, declared: Project
) -> None:
    project.write("firedoor.toml", DECLARATION + '[files]\ntemplates = ["base.env", ".env.{env}"]\n')
    project.write("base.env", "PORT=80\n").write(".env.dev", "URL=sqlite:///test.db\n")
    loaded = declaration.load(project.root, use_cache=False)
    assert codes(boundary.configure(loaded, "dev", process={})) == ["FD401"]


def test_references_are_answered_outside_where_the_process_is_left_out(
    project: ProjectFolder, declared: Project
) -> None:
    project.write(".env.dev", "PORT=${FROM_OUTSIDE}\n")
    choice = selection.choose(declared, "dev", {})
    files = sources.layers_of(declared, choice.environment)
    answered = boundary.judge(declared, choice, files, process={}, outside={"FROM_OUTSIDE": "80"})
    assert (answered["PORT"], answered.problems) == ("80", ())
    assert codes(boundary.judge(declared, choice, files, process={})) == ["FD221"]


def test_who_asked_is_who_chose_unless_nobody_says(declared: Project) -> None:
    assert boundary.configure(declared, "dev", process={}, asked_by="-e").choice.origin == Origin(
        REQUEST, "-e"
    )
    assert boundary.configure(declared, "dev", process={}).choice.origin == Origin(REQUEST, "the call")


def test_what_stands_twice_in_the_real_process_chooses_nothing(
    declared: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "process_duplicates", lambda: frozenset({"ENV"}))
    monkeypatch.setenv("ENV", "dev")
    with pytest.raises(SelectionError) as refused:
        boundary.configure(declared)
    assert [problem.code for problem in refused.value.problems] == ["FD104"]
    assert boundary.configure(declared, process={"ENV": "dev"}).problems == ()


def test_problems_are_whole_and_cannot_be_added_to(declared: Project) -> None:
    configuration = boundary.configure(declared, "dev", process={"PORT": "x"})
    assert isinstance(configuration.problems, tuple)
    with pytest.raises(ConfigurationError) as refused:
        boundary.require(configuration)
    assert tuple(refused.value.problems) == configuration.problems


def test_warnings_stop_nobody(project: ProjectFolder, declared: Project) -> None:
    (project.root / ".env.dev").unlink()
    project.write(".env", "URL=sqlite:///dev.db\n")
    configuration = boundary.configure(declared, "dev", process={})
    assert codes(configuration) == ["FD202"]
    assert boundary.require(configuration) is configuration


def test_export_writes_all_or_nothing(declared: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"KEPT": "1", "PORT": "x"})
    with pytest.raises(ConfigurationError):
        export_to_process(boundary.configure(declared, "dev"))
    assert os.environ == {"KEPT": "1", "PORT": "x"}
    export_to_process(boundary.configure(declared, "dev", process={}))
    assert os.environ == {"KEPT": "1", "PORT": "x", "URL": "sqlite:///dev.db", "APP_ENV": "dev", "ENV": "dev"}


# --- secrets as files ---


@pytest.fixture
def mounted(project: ProjectFolder, declared: Project) -> Project:
    assert declared.secrets == ""
    project.write("firedoor.toml", f'[files]\nsecrets = "run"\n{DECLARATION}')
    project.write("run/URL", "sqlite:///mounted.db\n")
    return declaration.load(project.root, use_cache=False)


def test_a_mounted_secret_wins_over_the_file_and_loses_to_the_process(mounted: Project) -> None:
    found = boundary.configure(mounted, "prod", process={"URL": "sqlite:///of-process.db"})
    value = found.values["URL"]
    assert [str(one.origin) for one in (value, *value.losers)] == [
        "process variable URL",
        "run/URL",
        ".env.prod:1:1",
    ]
    assert boundary.configure(mounted, "prod", process={})["URL"] == "sqlite:///mounted.db"


def test_the_shell_against_a_mounted_secret(mounted: Project) -> None:
    found = boundary.configure(mounted, "dev", process={"URL": "sqlite:///dev.db"})
    assert [(one.code, one.facts["file"]) for one in found.problems] == [("FD306", "run/URL")]
    same = boundary.configure(mounted, "dev", process={"URL": "sqlite:///mounted.db"})
    assert codes(same) == []


def test_what_is_mounted_is_nobody_else_s(mounted: Project, project: ProjectFolder) -> None:
    project.write(".env.test", "URL=sqlite:///mounted.db\n")
    assert codes(boundary.configure(mounted, "dev", process={})) == ["FD401"]  # both own it, by what is here
    (project.root / "run" / "URL").unlink()
    assert codes(boundary.configure(mounted, "dev", process={})) == []


def test_beside_others_it_is_the_selected_one_s(mounted: Project) -> None:
    def url(process: dict[str, str], environment: str = "dev") -> str:
        return boundary.configure(mounted, environment, process=process, alone=False)["URL"]

    assert url({}) == "sqlite:///dev.db"
    assert url({"APP_ENV": "dev"}) == "sqlite:///mounted.db"
    assert url({"APP_ENV": "dev"}, "test") == "sqlite:///test.db"
    assert url({"APP_ENV": "dve"}) == "sqlite:///dev.db"


def test_a_folder_of_an_environment_s_own_is_its_property(project: ProjectFolder, declared: Project) -> None:
    project.write("firedoor.toml", f'[files]\nsecrets = "run/{{env}}"\n{DECLARATION}')
    loaded = declaration.load(project.root, use_cache=False)
    assert loaded.files == declared.files
    project.write("run/prod/URL", "sqlite:///mounted.db\n").write(".env.dev", "URL=sqlite:///mounted.db\n")
    assert codes(boundary.configure(loaded, "dev", process={})) == ["FD401"]
    assert codes(boundary.configure(loaded, "test", process={})) == []
    (project.root / ".env.prod").unlink()  # what it owns is known without its file
    assert codes(boundary.configure(loaded, "dev", process={})) == ["FD401"]
