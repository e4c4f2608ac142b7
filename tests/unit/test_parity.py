"""Two environments side by side: by key, by shape, by secret; never by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, parity

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """
[environments.dev]
[environments.prod]
protected = true
[variables.URL]
resource = "database"
[variables.KEY]
secret = true
[variables.COMMON]
secret = true
shared = true
[variables.COUNT]
type = "int"
[variables.WORD]
"""


def compared(project: ProjectFolder, left: str, right: str) -> dict[str, str]:
    project.write("firedoor.toml", DECLARATION).write(".env.dev", left + "\n").write(
        ".env.prod", right + "\n"
    )
    declared = declaration.load(project.root, use_cache=False)
    rows = parity.compare(*(boundary.configure(declared, name, process={}) for name in ("dev", "prod")))
    assert [row.key for row in rows] == sorted(row.key for row in rows)
    assert all(row.differs is (row.verdict != parity.SAME) for row in rows)
    return {row.key: row.verdict for row in rows}


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("WORD=a", "WORD=b", parity.SAME),
        ("WORD=a", "WORD=5", parity.SHAPE),
        ("WORD=a", "WORD=", parity.SHAPE),
        ("WORD=", "WORD=", parity.SAME),
        ("WORD=a", "", parity.ONLY_LEFT),
        ("", "WORD=a", parity.ONLY_RIGHT),
        ("WORD=same", "WORD=same", parity.SAME),
    ],
)
def test_keys_and_shapes(project: ProjectFolder, left: str, right: str, verdict: str) -> None:
    assert compared(project, left, right) == {"WORD": verdict}


@pytest.mark.parametrize(
    ("key", "left", "right", "verdict"),
    [
        ("KEY", "k1l2m3", "k1l2m3", parity.SHARED),
        ("KEY", "k1l2m3", "k1l2m4", parity.SAME),
        ("KEY", "", "", parity.SAME),
        ("KEY", "changeme", "changeme", parity.SAME),  # nobody's key
        ("KEY", "changeme", "k1l2m3", parity.SAME),
        ("COMMON", "k1l2m3", "k1l2m3", parity.SAME),  # on purpose
        ("URL", "postgres://u:a@H:5432/x", "postgresql://v:b@h/x", parity.SHARED),
        ("URL", "postgresql://h/x", "postgresql://h/y", parity.SAME),
        ("URL", "sqlite://", "sqlite://", parity.SAME),  # memory is nobody's
        ("API_TOKEN", "k1l2m3", "k1l2m3", parity.SHARED),  # undeclared, but called like one
        ("UNDECLARED", "k1l2m3", "k1l2m3", parity.SAME),
        ("KEY", "${NOPE}", "${NOPE}", parity.SAME),
        ("KEY", "k1l2m3", "${NOPE}", parity.SAME),
    ],
)
def test_secrets(project: ProjectFolder, key: str, left: str, right: str, verdict: str) -> None:
    assert compared(project, f"{key}={left}", f"{key}={right}") == {key: verdict}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5", "int"),
        ("-5", "int"),
        ("1", "int"),
        ("0.5", "float"),
        ("true", "bool"),
        ("Off", "bool"),
        ("https://example.org", "url"),
        ('["a"]', "json"),
        ('{"a": 1}', "json"),
        ("[a]", "str"),
        ("word", "str"),
    ],
)
def test_what_a_text_looks_like(text: str, kind: str) -> None:
    assert parity.looks_like(text) == kind


def test_a_declared_type_counts_for_more_than_looks(project: ProjectFolder) -> None:
    assert compared(project, "COUNT=5", "COUNT=five") == {"COUNT": parity.SHAPE}
    project.write(".env.dev", "COUNT=five\n")
    configuration = boundary.configure(declaration.load(project.root, use_cache=False), "dev", process={})
    assert parity.shape(configuration.project, "COUNT", configuration.values["COUNT"]) == "not int"
    assert parity.shape(configuration.project, "COUNT", None) == ""
