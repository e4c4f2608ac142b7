"""Laws of secrets as files: what a file holds is what the variable is, in its one place of the order."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from firedoor import boundary, child_environment, declaration, secret_files
from firedoor.problem import has_errors

DECLARATION = """\
[project]
selector = ["APP_ENV"]
[environments.dev]
[environments.prod]
protected = true
[files]
secrets = "{folder}"
[variables.NOTE]
default = "of the declaration"
"""
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
LINE_ENDS = st.sampled_from(("", "\n", "\r\n"))
SOURCES = ("override", "process", "secret", "file", "default")


def of(root: str, folder: str, **given_by: str) -> declaration.Project:
    path = Path(root)
    (path / "firedoor.toml").write_text(DECLARATION.format(folder=folder))
    (path / ".env.prod").write_text(given_by.get("file", ""), encoding="utf-8")
    if "secret" in given_by:
        own = path / folder.replace("{env}", "prod")
        own.mkdir(parents=True)
        (own / "NOTE").write_bytes(given_by["secret"].encode())
    return declaration.load(root, use_cache=False)


@given(TEXTS, LINE_ENDS, st.sampled_from(("run", "run/{env}")))
@example("${NOTE} $APP_ENV `id` $(id) \\n \"'#", "\n", "run")
@example("-----BEGIN X-----\nabc\n-----END X-----", "\n", "run")
@example("\ufeffx", "", "run")
def test_what_the_file_holds_is_what_the_variable_is(text: str, line_end: str, folder: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        project = of(root, folder, secret=text + line_end, file="NOTE=of-the-file\n")
        found = boundary.configure(project, "prod", process={})
        child, _ = child_environment.build(found)
    held = text if line_end else secret_files.without_line_end(text)
    if line_end == "\n" and text.endswith("\r"):
        held = text[:-1]  # the two make one line end
    assert found["NOTE"] == child["NOTE"] == held
    assert not has_errors(found.problems)
    assert str(found.values["NOTE"].origin) == f"{folder.replace('{env}', 'prod')}/NOTE"


@given(TEXTS)
def test_only_one_line_end_is_taken_away(text: str) -> None:
    held = secret_files.without_line_end(text)
    assert text in (held, held + "\n", held + "\r\n")
    assert secret_files.without_line_end(text + "\r\n") == text


@given(st.sets(st.sampled_from(SOURCES[:-1])))
def test_override_beats_process_beats_secret_beats_file_beats_default(given_by: set[str]) -> None:
    said = {one: one for one in given_by}
    if "file" in said:
        said["file"] = "NOTE=file\n"
    with tempfile.TemporaryDirectory() as root:
        project = of(root, "run", **said)
        found = boundary.configure(
            project,
            "prod",
            process={"NOTE": "process"} if "process" in said else {},
            overrides={"NOTE": "override"} if "override" in said else {},
        )
    value = found.values["NOTE"]
    texts = {"default": "of the declaration"}
    expected = [texts.get(one, one) for one in SOURCES if one in given_by or one == "default"]
    assert [one.text for one in (value, *value.losers)] == expected
