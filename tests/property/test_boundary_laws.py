"""Laws of the boundary: one order of precedence, one verdict by every path, one order of problems."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from firedoor import boundary, child_environment, declaration, dotenv, inspection, resolve, selection, sources
from firedoor.errors import SelectionError
from firedoor.origin import Origin
from firedoor.problem import ERROR, Problem, has_errors, in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DECLARATION = """\
[project]
selector = ["APP_ENV"]
[environments.dev]
[environments.test]
aliases = ["testing"]
[environments.prod]
protected = true
[environments.prod.require]
DEBUG = false
[files]
templates = ["base.env", ".env.{env}"]
optional = [".env.{env}.local"]
[variables.URL]
resource = "database"
required = true
[variables.KEY]
secret = true
[variables.CACHE]
resource = "cache"
overridable = ["dev"]
[variables.DEBUG]
type = "bool"
default = false
[variables.PART]
default = "p0"
"""
ENVIRONMENTS = ("dev", "test", "prod")
KEYS = ("URL", "KEY", "CACHE", "DEBUG", "PART", "HOST", "OTHER")
PLAIN = st.sampled_from(
    (
        "a",
        "b-long-enough-to-own",
        "c-long-enough-to-own",
        "postgresql://h/x",
        "postgresql://h/y",
        "redis://h/1",
        "true",
        "0",
        "",
    )
)
TEMPLATES = st.sampled_from(
    (
        "//${HOST}/x",
        "${PART}",
        "${HOST:-h}",
        "${OTHER-o}${PART}",
        "${KEY:?k}",
        "${APP_ENV}",
        "${PART:+set}",
        "$$x",
    )
)
FILES = st.dictionaries(st.sampled_from(KEYS), st.one_of(PLAIN, PLAIN, TEMPLATES), max_size=5)
PROCESSES = st.dictionaries(st.sampled_from((*KEYS, "PGHOST", "url", "HOME")), PLAIN, max_size=4)


def layer(name: str, content: Mapping[str, str]) -> sources.Layer:
    """A file of these raw values, each a template where it holds a dollar."""
    return sources.Layer(
        name,
        [
            dotenv.Entry((key, text, line, 1, "", False))
            for line, (key, text) in enumerate(content.items(), 1)
        ],
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> declaration.Project:
    root = tmp_path_factory.mktemp("laws")
    (root / "firedoor.toml").write_text(DECLARATION)
    return declaration.load(root, use_cache=False)


def texts(
    project: declaration.Project,
    layers: Sequence[sources.Layer],
    process: Mapping[str, str],
    overrides: Mapping[str, str],
) -> dict[str, str]:
    found = resolve.resolve(project, project.environments[0], layers, process=process, overrides=overrides)
    return {key: value.text for key, value in found.values.items()}


# --- precedence ---


@given(FILES, FILES, FILES, PROCESSES)
def test_layers_merge_associatively(
    project: declaration.Project,
    low: dict[str, str],
    middle: dict[str, str],
    high: dict[str, str],
    process: dict[str, str],
) -> None:
    apart = texts(project, [layer("a", low), layer("b", middle), layer("c", high)], process, {})
    assert texts(project, [layer("ab", {**low, **middle}), layer("c", high)], process, {}) == apart
    assert texts(project, [layer("a", low), layer("bc", {**middle, **high})], process, {}) == apart
    assert texts(project, [layer("a", {}), layer("abc", {**low, **middle, **high})], process, {}) == apart


@given(st.lists(st.booleans(), min_size=5, max_size=5), st.sampled_from(("PART", "DEBUG")))
def test_override_beats_process_beats_files_beats_default(
    project: declaration.Project, given_by: list[bool], key: str
) -> None:
    """A3, B2: and every loser is kept, nearest first."""
    override, process, optional, own, base = given_by
    layers = [
        layer(name, {key: f"{name}'s"})
        for name, here in (("base", base), ("own", own), ("optional", optional))
        if here
    ]
    found = resolve.resolve(
        project,
        project.environments[0],
        layers,
        process={key: "process's"} if process else {},
        overrides={key: "override's"} if override else {},
    ).values[key]
    expected = [
        f"{name}'s"
        for name, here in zip(("override", "process", "optional", "own", "base"), given_by, strict=True)
        if here
    ]
    expected.append("p0" if key == "PART" else "false")
    assert [found.text, *(loser.text for loser in found.losers)] == expected


@given(FILES, PROCESSES, st.sampled_from(ENVIRONMENTS))
def test_a_selector_is_the_environment_s_name_whoever_says_otherwise(
    project: declaration.Project, content: dict[str, str], process: dict[str, str], name: str
) -> None:
    environment = project.environment(name)
    assert environment is not None
    found = resolve.resolve(
        project,
        environment,
        [layer("x", {**content, "APP_ENV": "dev", "WHO": "${APP_ENV}"})],
        process={**process, "APP_ENV": "prod"},
        overrides={"APP_ENV": "other"},
    )
    assert found.values["WHO"].text == name


@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(
    project: declaration.Project, content: dict[str, str], random: object
) -> None:
    shuffled = list(content.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a module's function under its own name
    assert texts(project, [layer("x", content)], {}, {}) == texts(
        project, [layer("x", dict(shuffled))], {}, {}
    )


# --- selection ---

SPELLINGS = st.one_of(
    st.sampled_from(("dev", "test", "testing", "prod", "Prod", "prod ", " dev", "production", "", "TEST")),
    st.text(max_size=8),
)


@given(st.one_of(st.none(), SPELLINGS), st.one_of(st.none(), SPELLINGS))
@example("testing", None)
@example(None, "prod\n")
def test_only_an_exact_name_chooses(
    project: declaration.Project, requested: str | None, exported: str | None
) -> None:
    """A8: unknown names fail at once; nothing is trimmed, folded or guessed."""
    process = {} if exported is None else {"APP_ENV": exported}
    said = requested if requested is not None else exported
    if said in ("dev", "test", "testing", "prod"):
        choice = selection.choose(project, requested, process)
        assert said in choice.environment.spellings
        assert choice.spelling == said
    else:
        with pytest.raises(SelectionError) as refused:
            selection.choose(project, requested, process)
        assert {problem.code for problem in refused.value.problems} <= {"FD101", "FD102", "FD105"}


# --- one verdict by every path ---


class Written:
    """The files of a project, in a folder of their own."""

    def __init__(self, folder: str, files: Mapping[str, Mapping[str, str]]) -> None:
        root = Path(folder)
        (root / "firedoor.toml").write_text(DECLARATION)
        for name, content in {"base.env": {}, **files}.items():
            (root / name).write_text("".join(f"{key}={text}\n" for key, text in content.items()))
        self.project = declaration.load(root, use_cache=False)


WORLDS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("base.env", ".env.dev", ".env.test", ".env.prod", ".env.dev.local", ".env"), FILES
    ),
)
UPKEEP = {"FD214", "FD215", "FD216", "FD217", "FD219", "FD220"}


def of_the_boundary(problems: Sequence[Problem], name: str) -> set[Problem]:
    """The errors that concern one environment, but for those about files as files, which only `check` looks at."""
    return {p for p in problems if p.severity == ERROR and p.environment == name and p.code not in UPKEEP}


@given(WORLDS, PROCESSES, st.sampled_from(ENVIRONMENTS))
def test_check_and_run_agree(files: dict[str, dict[str, str]], process: dict[str, str], name: str) -> None:
    """A8: what `check NAME` refuses, `run -e NAME` refuses, and the other way round; --all leaves nothing out."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        written = Written(folder, files).project
        patch.setattr(sources, "process_environment", lambda: dict(process))
        run = set(boundary.configure(written, name).problems)
        checked = inspection.inspect_selected(written, [name]).problems
        assert of_the_boundary(checked, name) == of_the_boundary(tuple(run), name)
        everything = inspection.inspect_all(written)
        absent = {environment.name for environment in everything.absent}
        told = {(problem.code, about) for problem in everything.problems for about in _about(problem)}
        # whoever shares the thing itself is not told of its server
        told |= {("FD407", about) for code, about in told if code in ("FD401", "FD408")}
        assert (
            name in absent or {(problem.code, name) for problem in of_the_boundary(tuple(run), name)} <= told
        )


def _about(problem: Problem) -> list[str | None]:
    """Whom a problem concerns: what several environments share is told once, and names the others."""
    return [problem.environment, *problem.facts.get("other", "").split(", ")]


@given(WORLDS, PROCESSES, st.sampled_from(ENVIRONMENTS))
def test_the_child_gets_its_environment_and_nothing_of_another_s(
    files: dict[str, dict[str, str]], process: dict[str, str], name: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        configuration = boundary.configure(Written(folder, files).project, name, process=process)
    child, held_back = child_environment.build(configuration)
    assert configuration.texts.items() <= child.items()
    assert set(child) <= {*configuration.values, *process}
    foreign = {
        entry.key
        for _, sourced in configuration.others
        for one in sourced.layers
        if not one.shared and not one.fallback
        for entry in one.entries
    }
    assert not (foreign - set(configuration.values)) & set(child)
    refused = {problem.subject for problem in configuration.problems if problem.code == "FD404"}
    assert {problem.subject for problem in held_back} == set(process) - set(child) - refused
    assert not {"PGHOST", "url"} & set(child) or "URL" not in configuration.values


# Sound for the most part: every environment owns what it must, the shell says little that matters.
OWN_URLS = st.sampled_from(
    (
        "postgresql://h/{}",
        "postgresql://${{HOST:-h}}/{}",
        "postgresql://h/${{APP_ENV}}",
        "postgresql://${{PART}}/{}",
        "sqlite:///{}.db",
    )
)
EXTRAS = st.dictionaries(
    st.sampled_from(("PART", "HOST", "OTHER")),
    st.sampled_from(("a", "b", "${HOME}", "${PART:-c}", "${OTHER:+d}", "")),
    max_size=2,
)
SHELLS = st.fixed_dictionaries(
    {"HOME": st.just("/home/me")},
    optional={"OTHER": PLAIN, "PGHOST": PLAIN, "url": PLAIN, "DEBUG": st.just("off"), "CACHE": PLAIN},
)


@st.composite
def sound(draw: st.DrawFn) -> dict[str, dict[str, str]]:
    """An env file for each environment, with addresses and keys of its own."""
    return {
        f".env.{name}": {"URL": draw(OWN_URLS).format(name), "KEY": f"key-of-{name}", **draw(EXTRAS)}
        for name in ENVIRONMENTS
    }


@given(sound(), SHELLS, st.sampled_from(ENVIRONMENTS))
def test_a_run_inside_a_run_of_the_same_environment_is_the_same(
    files: dict[str, dict[str, str]], process: dict[str, str], name: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = Written(folder, files).project
        outer = boundary.configure(written, name, process=process)
        assume(not has_errors(outer.problems))
        child, _ = child_environment.build(outer)
        inner = boundary.configure(written, name, process=child)
        again = boundary.configure(written, None, process=child)
    assert not [problem for problem in inner.problems if problem.severity == ERROR]
    assert inner.texts == outer.texts == again.texts
    assert child_environment.build(inner)[0] == child


# --- one order of problems ---

PROBLEMS = st.builds(
    lambda code, subject, environment, file, line, severity, other: Problem(
        code,
        subject=subject,
        environment=environment,
        origin=None if file is None else Origin("file", file, line, 1),
        severity=severity,
        other=other,
    ),
    st.sampled_from(("FD201", "FD303")),
    st.sampled_from(("A", "B")),
    st.sampled_from((None, "dev", "prod", "unknown")),
    st.sampled_from((None, ".env.dev", ".env.prod")),
    st.integers(0, 2),
    st.sampled_from(("error", "warning")),
    st.sampled_from(("x", "y")),
)


@given(st.lists(PROBLEMS), st.randoms(use_true_random=False))
def test_problems_are_in_one_order_whatever_order_they_were_found_in(
    problems: list[Problem], random: object
) -> None:
    ordered = in_order(problems, ("prod", "dev"))
    shuffled = problems + problems[::2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a module's function under its own name
    assert [p.key() for p in in_order(shuffled, ("prod", "dev"))] == [p.key() for p in ordered]
    assert set(ordered) == set(problems)
    assert in_order(ordered, ("prod", "dev")) == ordered
    named = [p.environment for p in ordered if p.environment in ("prod", "dev")]
    assert named == sorted(named, key=("prod", "dev").index)
