"""The process and the files: what is read, what is remembered, what is said of what is missing."""

from __future__ import annotations

import builtins
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import declaration, reading, sources
from firedoor.environment import Environment
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from support.project import ProjectFolder

ENV = Environment("testing", aliases=("test", "t"))


def load(project: ProjectFolder, files: str = "", environment: str = "") -> Project:
    project.write(
        "firedoor.toml",
        f"[environments.testing]\naliases = ['test']\n{environment}\n[environments.other]\n[files]\n{files}\n",
    )
    return declaration.load(project.root, use_cache=False)


def sourced(project: ProjectFolder, files: str = "", environment: str = "") -> sources.Sourced:
    declared = load(project, files, environment)
    return sources.layers_of(declared, declared.environments[0])


def shown(found: sources.Sourced) -> tuple[list[tuple[str, bool, bool]], list[tuple[str, str]], bool]:
    return (
        [(layer.name, layer.shared, layer.fallback) for layer in found.layers],
        [(problem.code, problem.subject) for problem in found.problems],
        found.missing,
    )


def test_candidates() -> None:
    assert sources.candidates(".env.{env}", ENV) == [".env.testing", ".env.test", ".env.t"]
    assert sources.candidates("a/{env}/b.{env}", ENV) == ["a/testing/b.testing", "a/test/b.test", "a/t/b.t"]
    assert sources.candidates("base.env", ENV) == ["base.env"]


def test_the_process_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "1")
    copied = sources.process_environment()
    copied["SOME"] = "2"
    assert os.environ["SOME"] == "1"


# --- names that stand twice ---


@pytest.mark.parametrize(
    ("block", "twice"),
    [
        (b"", set()),
        (b"A=1\0B=2\0", set()),
        (b"A=1\0B=2\0A=1\0", {"A"}),
        (b"A=1\0A=2\0B=\0B=\0B=\0", {"A", "B"}),
        (b"A=1\0A\0\0", set()),
        (b"A=x=1\0A=y\0", {"A"}),
        (b"\xff=1\0\xff=2\0", {"\udcff"}),
    ],
)
def test_names_that_stand_twice(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, block: bytes, twice: set[str]
) -> None:
    (tmp_path / "environ").write_bytes(block)
    monkeypatch.setattr(sources, "_BLOCK", str(tmp_path / "environ"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert sources.process_duplicates() == twice


def test_where_the_block_cannot_be_seen_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_BLOCK", "/nowhere/at/all")
    monkeypatch.setattr(sys, "platform", "linux")
    assert sources.process_duplicates() == frozenset()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(builtins, "open", None)  # not even asked
    assert sources.process_duplicates() == frozenset()


# --- layers ---


def test_files_in_their_order(project: ProjectFolder) -> None:
    for name in ("base.env", ".env.test", ".env.testing.local", "always.env"):
        project.write(name, "A=1\n")
    found = sourced(
        project,
        'templates = ["base.env", ".env.{env}"]\noptional = [".env.{env}.local", "always.env", "gone.env"]',
    )
    layers = [
        ("base.env", True, False),
        (".env.test", False, False),
        (".env.testing.local", False, False),
        ("always.env", True, False),
    ]
    assert shown(found) == (layers, [], False)
    assert repr(found.layers[0]) == "Layer('base.env', 1 entries)"


def test_two_spellings_of_an_optional_file(project: ProjectFolder) -> None:
    for name in (".env.testing", ".env.testing.local", ".env.test.local"):
        project.write(name, "A=1\n")
    assert shown(sourced(project, 'optional = [".env.{env}.local"]'))[1] == [("FD203", ".env.testing.local")]


def test_one_template_of_two_is_missing(project: ProjectFolder) -> None:
    project.write("a.testing", "A=1\n").write(".env", "B=1\n")
    found = sourced(project, 'templates = ["a.{env}", "b.{env}"]')
    assert shown(found) == ([("a.testing", False, False)], [("FD201", "b.testing")], False)
    assert found.problems[0].facts == {"files": "b.testing or b.test"}


def test_a_shared_file_alone_is_enough_where_all_are_shared(project: ProjectFolder) -> None:
    project.write("one.env", "A=1\n")
    assert shown(sourced(project, 'templates = ["one.env"]')) == ([("one.env", True, False)], [], False)
    assert shown(sourced(project, 'templates = ["one.env", "two.env"]'))[1] == [("FD201", "two.env")]


@pytest.mark.parametrize(
    ("policy", "here", "expected"),
    [
        ("file", True, ([(".env", False, True)], [("FD202", ".env.testing")], False)),
        ("file", False, ([], [("FD201", ".env.testing")], True)),
        ("process", True, ([], [("FD218", ".env.testing")], True)),
        ("process", False, ([], [("FD218", ".env.testing")], True)),
        ("never", True, ([], [("FD201", ".env.testing")], True)),
    ],
)
def test_what_each_policy_does_without_files(
    project: ProjectFolder, policy: str, here: bool, expected: object
) -> None:
    """A3, A13: a missing file is made up for only as declared, and said aloud."""
    if here:
        project.write(".env", "A=1\n")
    assert shown(sourced(project, environment=f'fallback = "{policy}"')) == expected


def test_a_shared_template_does_not_make_up_for_the_missing_own_file(project: ProjectFolder) -> None:
    project.write("base.env", "A=1\n")
    files = 'templates = ["base.env", ".env.{env}"]\nfallback = "never"'
    assert shown(sourced(project, files)) == ([("base.env", True, False)], [("FD201", ".env.testing")], True)


def test_the_home_of_a_value_that_is_missing(project: ProjectFolder) -> None:
    declared = load(project, 'templates = ["base.env", ".env.{env}"]')
    environment = declared.environments[0]
    assert sources.home(declared, environment, sources.Sourced()) == ".env.testing"
    project.write("base.env", "").write(".env.test", "")
    assert sources.home(declared, environment, sources.layers_of(declared, environment)) == ".env.test"


# --- reading ---


def test_faults_are_told_with_what_could_be_read(project: ProjectFolder) -> None:
    declared = load(project)
    project.write("x.env", "A=1\njunk\nA=2\n")
    entries, problems = sources.read_entries(declared, "x.env", "testing")
    assert [(entry.key, entry.value) for entry in entries] == [("A", "1"), ("A", "2")]
    assert [(p.code, p.subject, p.environment, str(p.origin)) for p in problems] == [
        ("FD210", "x.env", "testing", "x.env:2:1"),
        ("FD211", "A", "testing", "x.env:3:1"),
    ]
    assert problems[1].facts["first_line"] == "1"
    assert "first_line" not in problems[0].facts


def test_a_file_is_parsed_again_when_its_bytes_change(project: ProjectFolder) -> None:
    declared = load(project)
    for content, value in (("A=1\n", "1"), ("A=2\n", "2"), ("A=1\n", "1")):
        project.write("x.env", content)
        os.utime(project.root / "x.env", (0, 0))
        assert sources.read_entries(declared, "x.env", None)[0][0].value == value
    once = sources.read_entries(declared, "x.env", None)[0]
    assert sources.read_entries(declared, "x.env", None)[0] is once


def test_not_every_file_is_remembered_for_ever(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_parsed", {})
    monkeypatch.setattr(sources, "_REMEMBERED_FILES", 2)
    declared = load(project)
    for number in range(5):
        project.write(f"{number}.env", f"A={number}\n")
        assert sources.read_entries(declared, f"{number}.env", None)[0][0].value == str(number)
        assert len(sources._parsed) <= 2


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"A=1\nB=\xff\n", "FD207", "x.env:2:3"),
        (None, "FD205", "x.env"),
        (b"#" * (10 * 1024 * 1024 + 1), "FD209", "x.env"),
    ],
)
def test_what_cannot_be_read(project: ProjectFolder, content: bytes | None, code: str, place: str) -> None:
    if content is not None:
        project.write("x.env", content)
    entries, (problem,) = sources.read_entries(load(project), "x.env", "testing")
    assert (list(entries), problem.code, str(problem.origin), problem.environment) == (
        [],
        code,
        place,
        "testing",
    )


# --- whole problems, with every fact that the messages are made of ---


def at(name: str, code: str, severity: str = ERROR, **facts: str) -> Problem:
    origin = Origin(FILE, name)
    return Problem(code, subject=name, environment="testing", origin=origin, severity=severity, **facts)


def test_two_spellings_of_one_file_are_both_named(project: ProjectFolder) -> None:
    project.write(".env.testing", "A=1\n").write(".env.test", "A=2\n")
    found = sourced(project)
    assert found.problems == [at(".env.testing", "FD203", files=".env.testing, .env.test")]
    assert [layer.name for layer in found.layers] == [".env.testing"]


def test_a_missing_file_is_named_in_every_spelling(project: ProjectFolder) -> None:
    missing = at(".env.testing", "FD201", files=".env.testing or .env.test")
    assert sourced(project, environment='fallback = "never"').problems == [missing]


def test_the_process_alone_is_said(project: ProjectFolder) -> None:
    assert sourced(project, environment='fallback = "process"').problems == [
        at(".env.testing", "FD218", WARNING)
    ]


def test_the_fallback_is_said_with_its_name(project: ProjectFolder) -> None:
    project.write("defaults.env", "A=1\n")
    found = sourced(project, 'fallback_file = "defaults.env"')
    assert found.problems == [at(".env.testing", "FD202", WARNING, file="defaults.env")]


@pytest.mark.parametrize(
    ("templates", "wanted"),
    [
        ('["base.env", ".env.{env}", "x.{env}"]', ".env.testing"),
        ('["a.env", "b.env"]', "a.env"),
    ],
)
def test_the_file_that_is_wanted_is_the_environment_s_own(
    project: ProjectFolder, templates: str, wanted: str
) -> None:
    found = sourced(project, f"templates = {templates}", 'fallback = "process"')
    assert [problem.subject for problem in found.problems] == [wanted]


def test_a_fallback_that_was_read_already_is_not_read_again(project: ProjectFolder) -> None:
    project.write(".env", "A=1\n")
    found = sourced(project, 'templates = [".env", ".env.{env}"]')
    assert shown(found) == ([(".env", True, False)], [("FD202", ".env.testing")], False)
    project.write("base.env", "A=1\n")
    found = sourced(project, 'templates = ["base.env", ".env.{env}"]')
    layers = [("base.env", True, False), (".env", False, True)]
    assert shown(found) == (layers, [("FD202", ".env.testing")], False)


def test_a_shared_file_after_the_own_one_leaves_it_found(project: ProjectFolder) -> None:
    project.write(".env.testing", "A=1\n").write("common.env", "B=1\n").write(".env", "C=1\n")
    found = sourced(project, 'templates = [".env.{env}", "common.env"]')
    assert shown(found) == ([(".env.testing", False, False), ("common.env", True, False)], [], False)


def test_the_home_of_a_value_is_the_own_file_that_was_read_last(project: ProjectFolder) -> None:
    declared = load(project, 'templates = ["a.{env}", "b.{env}"]\noptional = ["c.env"]')
    environment = declared.environments[0]
    for name in ("a.testing", "b.test", "c.env"):
        project.write(name, "")
    assert sources.home(declared, environment, sources.layers_of(declared, environment)) == "b.test"
    fallen = sources.Sourced()
    fallen.layers = [sources.Layer(".env", (), fallback=True)]
    assert sources.home(declared, environment, fallen) == "b.testing"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (reading.MISSING, "FD205"),
        (reading.UNREADABLE, "FD205"),
        (reading.NOT_REGULAR, "FD206"),
        (reading.NOT_UTF8, "FD207"),
        (reading.TOO_LARGE, "FD209"),
    ],
)
def test_why_a_file_cannot_be_read(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, reason: str, code: str
) -> None:
    declared = load(project)
    failure = reading.Failure(reason, "the system refused", 2, 3)
    monkeypatch.setattr(reading, "read_bytes", lambda _: failure)
    entries, (problem,) = sources.read_entries(declared, "x.env", "testing")
    assert (list(entries), problem) == (
        [],
        Problem(
            code,
            subject="x.env",
            environment="testing",
            origin=Origin(FILE, "x.env", 2, 3),
            detail="the system refused",
        ),
    )


def test_a_fault_says_why(project: ProjectFolder) -> None:
    project.write("x.env", "A='open\n")
    _, (problem,) = sources.read_entries(load(project), "x.env", "testing")
    assert (problem.code, list(problem.facts)) == ("FD212", ["detail"])
    assert problem.facts["detail"]


def test_files_are_remembered_side_by_side(project: ProjectFolder) -> None:
    declared = load(project)
    project.write("x.env", "A=1\n").write("y.env", "A=1\n")
    first = sources.read_entries(declared, "x.env", None)[0]
    sources.read_entries(declared, "y.env", None)
    assert sources.read_entries(declared, "x.env", None)[0] is first


# --- the process ---


def test_a_layer_is_an_environment_s_own_unless_it_says_otherwise() -> None:
    layer = sources.Layer("x", ())
    assert (layer.shared, layer.fallback) == (False, False)


def test_the_words_of_the_interpreter_and_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "app"])
    monkeypatch.setattr(sys, "argv", ["app", "--reload"])
    assert sources.command_line() == ["python", "-m", "app", "app", "--reload"]


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux shows the block that a process was started with"
)
def test_the_block_of_this_process_can_be_read() -> None:
    assert os.path.isfile(sources._BLOCK)


# --- secrets as files ---

KEYS = "[variables.KEY]\nsecret = true\n[variables.OTHER]\n"


def with_secrets(
    project: ProjectFolder, folder: str, environment: str = "", *, chosen: bool = True
) -> sources.Sourced:
    declared = load(project, f'secrets = "{folder}"\n{KEYS}', environment)
    return sources.layers_of(declared, declared.environments[0], chosen=chosen)


def held(found: sources.Sourced) -> list[tuple[str, list[str], bool]]:
    return [(layer.name, [entry.value for entry in layer.entries], layer.secret) for layer in found.layers]


def test_secrets_stand_above_every_env_file(project: ProjectFolder) -> None:
    project.write(".env.testing", "KEY=1\n").write("run/OTHER", "a$b\n").write("run/KEY", "2\n")
    found = with_secrets(project, "run")
    assert held(found) == [
        (".env.testing", ["1"], False),
        ("run/KEY", ["2"], True),
        ("run/OTHER", ["a$b"], True),
    ]
    assert found.layers[-1].entries[0].literal
    assert shown(found)[1:] == ([], False)


def test_what_is_mounted_is_the_chosen_environment_s_alone(project: ProjectFolder) -> None:
    project.write(".env.testing", "KEY=1\n").write("run/KEY", "2\n")
    for folder in ("run", str(project.root / "run")):
        assert held(with_secrets(project, folder, chosen=False)) == [(".env.testing", ["1"], False)]
        assert held(with_secrets(project, folder))[1:] == [(f"{folder}/KEY", ["2"], True)]


@pytest.mark.parametrize("chosen", [False, True])
def test_a_folder_of_the_environment_s_own(project: ProjectFolder, *, chosen: bool) -> None:
    project.write(".env.testing", "KEY=1\n").write("run/test/KEY", "2\n").write("run/other/KEY", "3\n")
    found = with_secrets(project, "run/{env}", chosen=chosen)
    assert held(found)[1:] == [("run/test/KEY", ["2"], True)]


def test_two_spellings_of_a_folder_of_secrets(project: ProjectFolder) -> None:
    project.write(".env.testing", "KEY=1\n").write("run/test/KEY", "2\n").write("run/testing/KEY", "3\n")
    found = with_secrets(project, "run/{env}")
    assert found.problems == [at("run/testing", "FD203", files="run/testing, run/test")]


def test_a_secret_that_cannot_be_read_hides_no_other(project: ProjectFolder) -> None:
    project.write(".env.testing", "KEY=1\n").write("run/OTHER", "2\n").write("run/KEY", b"\xff")
    found = with_secrets(project, "run")
    assert held(found)[1:] == [("run/OTHER", ["2"], True)]
    assert found.problems == [at("run/KEY", "FD227", detail="it is not UTF-8")]


@pytest.mark.parametrize("here", [False, True])
def test_secrets_make_up_for_no_missing_file(project: ProjectFolder, *, here: bool) -> None:
    if here:
        project.write("run/KEY", "2\n")
    found = with_secrets(project, "run", 'fallback = "never"')
    assert shown(found)[1:] == ([("FD201", ".env.testing")], True)


def test_a_platform_that_sets_variables_and_mounts_secrets(project: ProjectFolder) -> None:
    project.write("run/KEY", "2\n")
    found = with_secrets(project, "run", 'fallback = "process"')
    assert held(found) == [("run/KEY", ["2"], True)]
    assert found.problems == [at(".env.testing", "FD218", WARNING, folder="run")]
    assert found.missing
    assert with_secrets(project, "run", 'fallback = "process"', chosen=False).problems == [
        at(".env.testing", "FD218", WARNING)
    ]


def test_an_environment_whose_secrets_are_here_is_here(project: ProjectFolder) -> None:
    assert with_secrets(project, "run/{env}", 'fallback = "process"').missing
    project.write("run/test/KEY", "2\n")
    found = with_secrets(project, "run/{env}", 'fallback = "process"')
    assert not found.missing
    assert found.problems == [at(".env.testing", "FD218", WARNING, folder="run/testing")]


def test_no_folder_of_secrets_is_no_problem(project: ProjectFolder) -> None:
    project.write(".env.testing", "KEY=1\n")
    assert shown(with_secrets(project, "run")) == ([(".env.testing", False, False)], [], False)


def test_values_belong_into_an_env_file_all_the_same(project: ProjectFolder) -> None:
    project.write("run/KEY", "2\n")
    declared = load(project, f'secrets = "run"\n{KEYS}', 'fallback = "process"')
    testing = declared.environments[0]
    found = sources.layers_of(declared, testing, chosen=True)
    assert sources.home(declared, testing, found) == ".env.testing"
    project.write(".env.test", "OTHER=1\n")
    found = sources.layers_of(declared, testing, chosen=True)
    assert sources.home(declared, testing, found) == ".env.test"


@pytest.mark.parametrize(("folder", "chosen"), [("", True), ("run", False)])
def test_where_none_are_declared_or_they_are_another_s_nothing_is_looked_at(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, folder: str, *, chosen: bool
) -> None:
    project.write(".env.testing", "KEY=1\n").write("run/KEY", "2\n")
    declared = load(project, f'secrets = "{folder}"\n{KEYS}' if folder else KEYS)
    looked: list[str] = []
    lexists = os.path.lexists

    def look(path: str) -> bool:
        looked.append(path)
        return lexists(path)

    monkeypatch.setattr(os.path, "lexists", look)
    monkeypatch.setattr(os, "listdir", None)
    sources.layers_of(declared, declared.environments[0], chosen=chosen)
    assert looked == [str(project.root / name) for name in (".env.testing", ".env.test")]
