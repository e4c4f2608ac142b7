"""Laws of the env-file grammar and of interpolation, for any text."""

from __future__ import annotations

import logging
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from firedoor import dotenv, dotenv_scanner
from firedoor.dialects import problems
from firedoor.interpolation import interpolate
from support.dialects import read
from support.readers import python_dotenv

# Texts in which everything that the grammar knows of is likely.
SIGNS = st.sampled_from(
    [
        *(
            "=",
            "=",
            "=",
            "A",
            "B",
            "KEY",
            "a.b",
            "export ",
            " ",
            "\t",
            ":",
            "\n",
            "\n",
            "\n",
            "\r\n",
            "\r",
            "#",
            " # c",
        ),
        *(
            '"',
            "'",
            "\\",
            "\\n",
            '\\"',
            "\\'",
            "\\$",
            "\\\\",
            "\\0",
            "\\0101",
            "\\0000",
            "$",
            "$$",
            "${",
            "}",
            "{",
        ),
        *(
            "$A",
            "${A}",
            "${B:-",
            "${A:?m}",
            "x",
            "1",
            "-",
            "é",
            "\xa0",
            "\u3000",
            "\x0b",
            "\x1c",
            "\x85",
            "\ufeff",
        ),
        *("\u2028", "\0", "junk", "`", ";"),
    ]
)
TEXTS = st.lists(SIGNS, max_size=24).map("".join) | st.text(max_size=40)
# What env files mostly hold: lines that the quick loop reads, with others between them.
LINES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "export ", " ", "# "]),
        st.sampled_from(["A", "B", "C1", "d_e", "é", "a.b", "1"]),
        st.sampled_from(["=", "=", "=", " = ", ": ", ""]),
        st.sampled_from(
            ["x", "x y", "", '"x"', "'x'", '"x\ny"', "'${A}'", '"', "x'y", r'"a\nb"', r'"\$"', "${A}", "é"]
        ),
        st.sampled_from(["", "", " ", " # c", "#c", "\t# c", "\r", "x"]),
    ),
)
FILES = st.builds(
    lambda mark, lines, end, last: mark + end.join(lines) + last,
    st.sampled_from(["", "", "", "\ufeff"]),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.sampled_from(["", "\n", "\r\n", "\r"]),
)
ANY = TEXTS | FILES
VALUES = st.text(st.characters(blacklist_characters="\0")) | st.text(
    st.sampled_from("a '\"\\$\r\n#`{}=0n\t\xa0"), max_size=12
)
KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)


@given(ANY)
def test_parse_raises_nothing_but_its_own_error(text: str) -> None:
    entries, faults = dotenv.parse_all(text)
    if faults:
        with pytest.raises(dotenv.DotenvError):
            dotenv.parse(text)
    else:
        assert dotenv.parse(text) == entries


@given(ANY)
def test_the_quick_loop_and_the_scanner_agree(text: str) -> None:
    marked = text[:1] == "\ufeff"
    assert dotenv.parse_all(text) == dotenv_scanner.parse_all(text.removeprefix("\ufeff"), marked=marked)


@given(ANY)
def test_raw_texts_are_the_lines_of_the_file_in_order(text: str) -> None:
    lines = text.split("\n")
    end = 0
    for entry in dotenv.parse_all(text)[0]:
        begin = entry.line - 1
        assert begin >= end
        end = begin + entry.raw.count("\n") + 1
        assert "\n".join(lines[begin:end]) == entry.raw
        line = lines[begin].removeprefix("\ufeff") if begin == 0 else lines[begin]
        assert line[entry.column - 1 :].startswith(entry.key)


@given(ANY)
def test_a_raw_text_alone_reads_as_the_same_entry(text: str) -> None:
    for entry in dotenv.parse_all(text)[0]:
        (again,) = dotenv.parse(entry.raw)
        assert tuple(again) == (entry.key, entry.value, 1, entry.column, entry.raw, entry.literal)


@given(ANY)
def test_faults_stand_in_order_and_within_the_text(text: str) -> None:
    lines = text.removeprefix("\ufeff").split("\n")
    faults = dotenv.parse_all(text)[1]
    assert [(fault.line, fault.column) for fault in faults] == sorted(
        (fault.line, fault.column) for fault in faults
    )
    for fault in faults:
        assert 1 <= fault.line <= len(lines)
        assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1
        assert fault.other_line <= len(lines)
        assert fault.key == "" or dotenv.valid_key(fault.key)


@given(KEYS, VALUES)
def test_a_rendered_value_reads_back_as_it_was(key: str, value: str) -> None:
    (entry,) = dotenv.parse(dotenv.render(key, value))
    assert (entry.key, entry.value) == (key, value)
    assert entry.literal or "$" not in value


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_a_rendered_file_reads_back_as_it_was(values: dict[str, str]) -> None:
    text = "".join(f"{dotenv.render(key, value)}\n" for key, value in values.items())
    assert {entry.key: entry.value for entry in dotenv.parse(text)} == values


@given(st.dictionaries(KEYS, VALUES, max_size=3))
def test_a_rendered_file_refers_to_nothing(values: dict[str, str]) -> None:
    text = "".join(f"{dotenv.render(key, value)}\n" for key, value in values.items())
    assert read(text) == values


# -- secrets -----------------------------------------------------------------------------------------------


def nothing(_: str) -> None:
    """No variable is set."""


SECRETS = st.text(string.ascii_lowercase + string.digits, min_size=12, max_size=20)


@given(ANY, SECRETS, st.data())
def test_no_fault_and_no_problem_shows_a_piece_of_the_file(
    text: str, secret: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text)))
    assume(secret not in text)
    text = f"{text[:at]}={secret}{text[at:]}"  # behind an equals sign: the names of keys are no secrets
    entries, faults = dotenv.parse_all(text)
    shown = [repr(entries), repr(faults), repr(dotenv.DotenvError(faults)), str(dotenv.DotenvError(faults))]
    found = problems(entries, ".env")
    shown += [repr(found), repr([problem.facts for problem in found])]
    templates = {entry.key: entry.value for entry in entries if not entry.literal}
    shown.append(
        repr([(fault, fault.names) for fault in interpolate(templates, nothing).faults if "${" not in text])
    )
    assert [place for place in shown if secret in place] == []


# -- other readers -----------------------------------------------------------------------------------------

SAFE = st.text(string.ascii_letters + string.digits + "_./:@%+,=-", max_size=12)
SAFE_LINES = st.builds(
    lambda key, quote, value, behind: f"{key}={quote}{value}{quote}{behind if quote or value else ''}",
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True),
    st.sampled_from(["", '"', "'"]),
    SAFE,
    st.sampled_from(["", " ", " # comment"]),
)


@given(st.lists(SAFE_LINES | st.sampled_from(["", "# comment"]), max_size=6))
def test_what_has_no_dialect_python_dotenv_reads_the_same(lines: list[str]) -> None:
    text = "\n".join(lines)
    entries, faults = dotenv.parse_all(text)
    assume(not faults)  # keys that stand twice
    assert [
        problem.code for problem in problems(entries, ".env") if problem.code not in ("FD233", "FD234")
    ] == []
    assert python_dotenv(text, {}) == {entry.key: entry.value for entry in entries}


@given(FILES)
def test_whatever_python_dotenv_reads_differently_is_a_dialect(text: str) -> None:
    logging.disable(logging.WARNING)  # python-dotenv warns of lines that it leaves out
    entries, faults = dotenv.parse_all(text)
    ours = read(text, {})
    logging.disable(logging.NOTSET)
    if not faults and isinstance(ours, dict) and python_dotenv(text, {}) != ours:
        assert problems(entries, ".env") != []


# -- interpolation -----------------------------------------------------------------------------------------

NAMES = ["A", "B", "C", "D", "SET", "EMPTY", "NOPE"]
OUTSIDE = {"SET": "set", "EMPTY": "", "E": "$A"}
PIECES = st.sampled_from(["x", "$$", "$", "{", "}", "${", *(f"${{{name}}}" for name in NAMES), "$A", "$NOPE"])
OPERATORS = st.sampled_from([":-", "-", ":+", "+", ":?", "?"])
TEMPLATE = st.recursive(
    PIECES,
    lambda inner: st.builds(
        lambda name, operator, parts: f"${{{name}{operator}{''.join(parts)}}}",
        st.sampled_from(NAMES),
        OPERATORS,
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
TEMPLATES = st.dictionaries(
    st.sampled_from(["A", "B", "C", "D"]), st.lists(TEMPLATE, max_size=4).map("".join), max_size=4
)


@given(TEMPLATES, st.randoms(use_true_random=False))
def test_interpolation_does_not_depend_on_order(templates: dict[str, str], random: object) -> None:
    items = list(templates.items())
    random.shuffle(items)  # type: ignore[attr-defined]  # a module's function under its own name
    one, other = interpolate(templates, OUTSIDE.get), interpolate(dict(items), OUTSIDE.get)
    assert (one.texts, one.faults, one.references) == (other.texts, other.faults, other.references)


@given(TEMPLATES)
def test_every_key_has_a_text_or_depends_on_a_fault(templates: dict[str, str]) -> None:
    result = interpolate(templates, OUTSIDE.get)
    at_fault = {fault.key for fault in result.faults}
    at_fault.update(name for fault in result.faults if fault.code == "FD222" for name in fault.names)
    for key in templates:
        assert (key in result.texts) != bool(at_fault & {key, *result.uses(key)})


@given(TEMPLATES)
def test_the_shortcut_for_plain_references_changes_nothing(templates: dict[str, str]) -> None:
    """``${X?}`` means what ``${X}`` means, but for the code of the fault, and takes the long way."""
    templates = {
        key: template.replace("$$", "") for key, template in templates.items()
    }  # plain text, no reference
    long = templates
    for name in NAMES:
        long = {key: template.replace(f"${{{name}}}", f"${{{name}?}}") for key, template in long.items()}
    one, other = interpolate(templates, OUTSIDE.get), interpolate(long, OUTSIDE.get)
    assert (one.texts, one.references) == (other.texts, other.references)
    assert {(fault.key, fault.names) for fault in one.faults} == {
        (fault.key, fault.names) for fault in other.faults
    }


@given(TEMPLATES)
def test_giving_a_text_for_a_template_changes_no_other_text(templates: dict[str, str]) -> None:
    result = interpolate(templates, OUTSIDE.get)
    for key, text in result.texts.items():
        rest = {name: template for name, template in templates.items() if name != key}
        again = interpolate(rest, lambda name, key=key, text=text: text if name == key else OUTSIDE.get(name))  # type: ignore[misc]  # a default binds the loop's own value
        assert again.texts == {name: other for name, other in result.texts.items() if name != key}


@given(VALUES)
def test_a_doubled_dollar_is_a_plain_one(value: str) -> None:
    assert interpolate({"A": value.replace("$", "$$")}, OUTSIDE.get).texts == {"A": value}
