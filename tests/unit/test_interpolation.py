"""References: what each operator gives, what is refused, and that no shape of references is too much."""

from __future__ import annotations

import pytest

from firedoor import interpolation
from firedoor.interpolation import Fault, interpolate

OUTSIDE = {"SET": "set", "EMPTY": "", "OTHER": "other", "DOLLARS": "$SET ${SET} $$"}


def expand(template: str) -> str:
    result = interpolate({"KEY": template}, OUTSIDE.get)
    assert result.faults == ()
    return result.texts["KEY"]


def faults(**templates: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(fault.code, fault.key, fault.names) for fault in interpolate(templates, OUTSIDE.get).faults]


TEXTS = {
    "": "",
    "no dollar": "no dollar",
    "$SET": "set",
    "${SET}": "set",
    "<$SET>": "<set>",
    "<${SET}>": "<set>",
    "$SET$OTHER": "setother",
    "${SET}${OTHER}": "setother",
    "$SET-x": "set-x",
    "$EMPTY|": "|",
    "${EMPTY}|": "|",
    "${SET:-d}": "set",
    "${EMPTY:-d}": "d",
    "${NOPE:-d}": "d",
    "${NOPE:-}": "",
    "${SET-d}": "set",
    "${EMPTY-d}": "",
    "${NOPE-d}": "d",
    "${SET:+a}": "a",
    "${EMPTY:+a}": "",
    "${NOPE:+a}": "",
    "${SET+a}": "a",
    "${EMPTY+a}": "a",
    "${NOPE+a}": "",
    "${SET:?m}": "set",
    "${SET?m}": "set",
    "${EMPTY?m}": "",
    "${NOPE:-<$SET>}": "<set>",
    "${NOPE:-${OTHER}}": "other",
    "${NOPE:-${NOPE:-${OTHER}}x}y": "otherxy",
    "${SET:+${OTHER}}": "other",
    "${SET:-${NOPE}}": "set",
    "${NOPE:+${NOPE}$NOPE${NOPE:?}}": "",
    "${NOPE:-a}b}": "ab}",
    '${NOPE:-{"a": {}}}': '{"a": {}}',
    "${NOPE:-{${OTHER:+{}}}}": "{{}}",
    "${NOPE:-a$$b}": "a$b",
    "${NOPE:-$(x)}": "$(x)",
    "${SET:?{${NOPE}}}": "set",
    "{$SET}": "{set}",
    "{}${SET}{}": "{}set{}",
    "$": "$",
    "a$": "a$",
    "$$": "$",
    "$$SET": "$SET",
    "$$$SET": "$set",
    "$${SET}": "${SET}",
    "a$1": "a$1",
    "$1 $? $( $[ $. $é": "$1 $? $( $[ $. $é",
    "$(SET)": "$(SET)",
    "$SETé": "seté",
    "${DOLLARS}": "$SET ${SET} $$",
    "$DOLLARS": "$SET ${SET} $$",
}


@pytest.mark.parametrize(("template", "text"), TEXTS.items(), ids=repr)
def test_text(template: str, text: str) -> None:
    assert expand(template) == text


@pytest.mark.parametrize(
    "template",
    [
        *(
            "${",
            "${}",
            "${SET",
            "${1}",
            "${SET }",
            "${SET:}",
            "${SET:x}",
            "${SET!}",
            "${SET[0]}",
            "${a.b}",
            "${é}",
        ),
        *("${SET:-", "${SET:-${OTHER}", "${SET:-{}", "${NOPE:-${}}", "${SET:-${}}", "$SET${", "${SET}${"),
    ],
)
def test_malformed_references_are_refused_also_where_they_would_not_count(template: str) -> None:
    assert faults(KEY=template) == [("FD224", "KEY", ())]


def test_unset_is_a_fault_and_empty_is_not() -> None:
    assert faults(A="${NOPE}", B="${EMPTY}", C="x${NOPE}${NOPE}${NOT_SET}") == [
        ("FD221", "A", ("NOPE",)),
        ("FD221", "C", ("NOPE",)),
        ("FD221", "C", ("NOT_SET",)),
    ]


def test_an_unset_name_without_braces_is_not_shown_since_it_may_end_a_password() -> None:
    assert faults(PASSWORD="pa$word1", B="${NOPE:-$word2}") == [("FD221", "B", ()), ("FD221", "PASSWORD", ())]


def test_names_are_as_compose_finds_them() -> None:
    assert faults(A="$\u017f", B="$SET\u212a", C="${\u017f}") == [
        ("FD221", "A", ()),
        ("FD221", "B", ()),
        ("FD221", "C", ("\u017f",)),
    ]


def test_demanded_values() -> None:
    assert faults(A="${NOPE?m}", B="${NOPE:?${SET}}", C="${EMPTY:?m}", D="${EMPTY?m}") == [
        ("FD223", "A", ("NOPE",)),
        ("FD223", "B", ("NOPE",)),
        ("FD223", "C", ("EMPTY",)),
    ]


def test_all_faults_of_all_keys_at_once() -> None:
    result = interpolate(
        {"A": "${B}", "B": "${NOPE} ${SET:?m} ${EMPTY:?m}", "C": "${", "D": "${A}${NO}", "E": "${SET}"},
        OUTSIDE.get,
    )
    assert [(fault.code, fault.key, fault.names) for fault in result.faults] == [
        ("FD221", "B", ("NOPE",)),
        ("FD223", "B", ("EMPTY",)),
        ("FD224", "C", ()),
        ("FD221", "D", ("NO",)),
    ]
    assert result.texts == {"E": "set"}


def test_what_stands_behind_an_operator_whose_condition_failed_does_not_count() -> None:
    """A key that could not be expanded is neither empty nor unset."""
    assert faults(A="${NOPE}", B="${A:-d}${A:+${NO}}${A-x}${A:?m}${NO}") == [
        ("FD221", "A", ("NOPE",)),
        ("FD221", "B", ("NO",)),
    ]


# -- several keys ------------------------------------------------------------------------------------------


def test_keys_refer_to_one_another_in_any_order() -> None:
    templates = {"A": "<${B}>", "B": "${C}${C:-x}", "C": "$SET", "D": "${A:-x}"}
    expected = {"A": "<setset>", "B": "setset", "C": "set", "D": "<setset>"}
    assert interpolate(templates, OUTSIDE.get).texts == expected
    assert interpolate(dict(reversed(templates.items())), OUTSIDE.get).texts == expected


def test_texts_are_expanded_once() -> None:
    assert interpolate({"A": "$$SET", "B": "${A}", "C": "$A${DOLLARS}"}, OUTSIDE.get).texts == {
        "A": "$SET",
        "B": "$SET",
        "C": "$SET$SET ${SET} $$",
    }


def test_a_template_wins_over_the_outside() -> None:
    assert interpolate({"SET": "in", "A": "${SET}"}, OUTSIDE.get).texts == {"SET": "in", "A": "in"}


def test_cycles_name_their_members_in_the_order_of_their_references() -> None:
    assert faults(C="${A}", A="x${B}", B="${NOPE:-${C}}", D="${B}", E="${SET}") == [
        ("FD222", "A", ("A", "B", "C"))
    ]
    assert faults(B="${D}", D="${C}", C="${B}") == [("FD222", "B", ("B", "D", "C"))]


def test_each_group_of_cycles_is_reported_once() -> None:
    assert faults(A="${B}${C}", B="${A}", C="${D}", D="${A}", X="${Y}", Y="$X", Z="${Z}") == [
        ("FD222", "A", ("A", "B", "C", "D")),
        ("FD222", "X", ("X", "Y")),
        ("FD222", "Z", ("Z",)),
    ]


def test_a_cycle_behind_an_operator_that_does_not_count_is_none() -> None:
    assert interpolate({"A": "${SET:-${B}}", "B": "${A}"}, OUTSIDE.get).texts == {"A": "set", "B": "set"}
    assert faults(A="${NOPE:-${B}}", B="${A}") == [("FD222", "A", ("A", "B"))]


def test_a_key_that_refers_to_itself_means_what_it_is_without_its_line() -> None:
    own = {"A": "${A:-x}", "B": "${B-y}", "C": "${C:+z}", "D": "${D+z}"}
    assert interpolate(own, OUTSIDE.get).texts == {"A": "x", "B": "y", "C": "", "D": ""}
    assert faults(A="${A}", B="x$B", C="${C?m}", D="${D:?m}") == [
        ("FD222", name, (name,)) for name in ("A", "B", "C", "D")
    ]


# -- what a text was made of -------------------------------------------------------------------------------


def test_uses_are_the_set_variables_that_a_text_depends_on() -> None:
    result = interpolate(
        {
            "A": "${B}-${NOPE:-x}",
            "B": "${SET:+$OTHER}",
            "C": "${SET:-${OTHER}}",
            "D": "${EMPTY:-${C}}$A",
            "E": "text",
            "F": "${SET}",
        },
        OUTSIDE.get,
    )
    assert result.references["A"] == ("B",)
    assert result.uses("A") == {"B", "SET", "OTHER"}
    assert result.uses("C") == {"SET"}
    assert result.uses("D") == {"EMPTY", "C", "A", "B", "SET", "OTHER"}
    assert result.uses("E") == result.uses("unknown") == frozenset()
    assert result.uses("F") == {"SET"}


def test_uses_of_keys_in_a_cycle() -> None:
    result = interpolate({"A": "${B}", "B": "${A}"}, OUTSIDE.get)
    assert result.uses("A") == {"A", "B"}


# -- size --------------------------------------------------------------------------------------------------


def test_long_chains_need_no_stack() -> None:
    chain = {f"K{number}": f"${{K{number + 1}:-x}}" for number in range(10_000)} | {"K10000": "$SET"}
    result = interpolate(chain, OUTSIDE.get)
    assert set(result.texts.values()) == {"set"}
    assert len(result.uses("K0")) == 10_001


def test_long_cycles_need_no_stack() -> None:
    (fault,) = interpolate({f"K{n}": f"${{K{(n + 1) % 10_000}}}" for n in range(10_000)}, OUTSIDE.get).faults
    assert fault.names == tuple(f"K{number}" for number in range(10_000))
    assert len(repr(fault)) < 100


def test_deep_defaults_need_no_stack() -> None:
    opening = "".join(f"${{N{number}:-" for number in range(10_000))
    assert expand(opening + "x" + "}" * 10_000) == "x"
    assert faults(KEY=opening + "}") == [("FD224", "KEY", ())]


def test_texts_that_grow_without_end_are_refused() -> None:
    """Laughs by the billion: 40 lines that would make 2^40 characters."""
    growing = {f"K{number:02}": f"${{K{number + 1:02}}}" * 2 for number in range(40)}
    result = interpolate({**growing, "K40": "ha", "A": "${SET}", "B": "${NOPE}"}, OUTSIDE.get)
    assert result.texts == {}
    (fault,) = result.faults
    assert (fault.code, fault.names) == ("FD225", ())
    assert fault.key in growing


def test_the_limit_counts_all_texts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpolation, "LIMIT", 9)
    assert interpolate({"A": "$SET", "B": "$SET", "C": "${SET}"}, OUTSIDE.get).faults == ()
    assert interpolate({"A": "$SET", "B": "$SET", "C": "${SET}x"}, OUTSIDE.get).faults == (
        Fault("FD225", "C"),
    )


def test_faults_are_values() -> None:
    assert Fault("FD221", "A", ("B",)) == Fault("FD221", "A", ("B",))
    assert len({Fault("FD221", "A"), Fault("FD221", "A"), Fault("FD222", "A")}) == 2
    assert Fault("FD221", "A") != "FD221"
    assert repr(Fault("FD222", "A", ("A", "B"))) == "Fault(FD222 A A, B)"
    assert repr(Fault("FD224", "A")) == "Fault(FD224 A -)"
