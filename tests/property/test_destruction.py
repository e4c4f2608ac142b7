"""Laws of what is destructive, whatever a statement is wrapped in."""

from __future__ import annotations

import string

from hypothesis import assume, given
from hypothesis import strategies as st

from firedoor.destruction import mongodb, redis, sql, words

DIALECTS = st.sampled_from(["postgres", "mysql", "sqlite"])
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda text: f"t_{text}")
SPACES = st.sampled_from([" ", "\n", "\t", "  ", " /* x */ ", "/**/", " -- y\n", "\r\n"])
# Statements with {0} for every gap and {name} for a table.
DESTRUCTIVE = st.sampled_from(
    [
        "DROP{0}TABLE{0}{name}",
        "DROP{0}TABLE{0}IF{0}EXISTS{0}{name}",
        "DELETE{0}FROM{0}{name}",
        "DELETE{0}FROM{0}{name}{0}WHERE{0}1{0}={0}1",
        "UPDATE{0}{name}{0}SET{0}x{0}={0}1",
        "ALTER{0}TABLE{0}{name}{0}DROP{0}COLUMN{0}x",
    ]
)
BOUND = st.sampled_from(
    [
        "DELETE{0}FROM{0}{name}{0}WHERE{0}{condition}",
        "UPDATE{0}{name}{0}SET{0}x{0}={0}1{0}WHERE{0}{condition}",
    ]
)
CONDITIONS = st.sampled_from(
    ["id = 1", "id IN (1, 2)", "id > 0 AND true", "x IS NULL", "id = 1 OR id = 2", "NOT id = 1"]
)
OTHERS = st.sampled_from(
    ["SELECT 1", "INSERT INTO log VALUES ('; DROP TABLE a')", "", "SELECT 'it''s' -- DELETE"]
)


@st.composite
def cased(draw: st.DrawFn, text: str) -> str:
    upper = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    return "".join(letter.upper() if up else letter.lower() for letter, up in zip(text, upper, strict=True))


@st.composite
def written(draw: st.DrawFn, templates: st.SearchStrategy[str]) -> str:
    """A statement with any gaps, letters and names."""
    template = draw(templates)
    words_of = draw(cased(template.replace("{name}", "\0").replace("{condition}", "\1").replace("{0}", "\2")))
    name, condition = draw(NAMES), draw(CONDITIONS)
    text = words_of.replace("\0", name).replace("\1", condition)
    while "\2" in text:
        text = text.replace("\2", draw(SPACES), 1)
    return text


@given(written(DESTRUCTIVE), DIALECTS)
def test_letters_gaps_and_comments_make_nothing_harmless(text: str, dialect: str) -> None:
    assert sql.findings(text, dialect)


@given(written(BOUND), DIALECTS)
def test_a_condition_that_compares_a_column_stays_harmless(text: str, dialect: str) -> None:
    assert sql.findings(text, dialect) == ()


@given(st.lists(OTHERS), written(DESTRUCTIVE), st.lists(OTHERS), DIALECTS)
def test_other_statements_around_it_hide_nothing(
    before: list[str], text: str, behind: list[str], dialect: str
) -> None:
    whole = "\n;".join([*before, text, *behind])
    assert set(sql.findings(text, dialect)) <= set(sql.findings(whole, dialect))


@given(st.lists(OTHERS), DIALECTS)
def test_harmless_ones_are_harmless_together(texts: list[str], dialect: str) -> None:
    assert sql.findings("\n;".join(texts), dialect) == ()


@given(
    written(DESTRUCTIVE),
    st.sampled_from(
        ["EXPLAIN ANALYZE {}", "EXPLAIN (ANALYZE, VERBOSE) {}", "PREPARE p AS {}", "DECLARE c CURSOR FOR {}"]
    ),
)
def test_statements_that_carry_it_hide_nothing(text: str, carrier: str) -> None:
    assert set(sql.findings(text, "postgres")) <= set(sql.findings(carrier.format(text), "postgres"))


@given(
    written(st.sampled_from(["DELETE{0}FROM{0}{name}", "UPDATE{0}{name}{0}SET{0}x{0}={0}1"])),
    NAMES,
    st.integers(1, 3),
)
def test_common_table_expressions_hide_nothing(text: str, name: str, depth: int) -> None:
    whole = f"{text} RETURNING 1"
    for level in range(depth):
        whole = f"WITH {name}{level} AS (\n{whole}\n) SELECT * FROM {name}{level}"  # noqa: S608 - never sent
    assert set(sql.findings(text, "postgres")) <= set(sql.findings(whole, "postgres"))


@given(written(DESTRUCTIVE), DIALECTS)
def test_a_literal_is_no_statement(text: str, dialect: str) -> None:
    assume("--" not in text)
    literal = f"INSERT INTO log VALUES ('{text}')"  # noqa: S608 - never sent
    assert sql.findings(literal, dialect) == ()


@given(written(DESTRUCTIVE))
def test_a_program_that_holds_it_cannot_be_read(text: str) -> None:
    found = sql.findings(f"DO $body$ BEGIN {text}\n; END $body$", "postgres")
    assert [one.kind for one in found] == ["unreadable"]


@given(written(DESTRUCTIVE), st.integers(30000, 110000))
def test_comments_that_mysql_executes_hide_nothing(text: str, version: int) -> None:
    assume("*/" not in text)
    assert set(sql.findings(text, "mysql")) <= set(sql.findings(f"/*!{version} {text}\n*/", "mysql"))


@given(st.text(max_size=60), DIALECTS)
def test_any_text_gets_an_answer(text: str, dialect: str) -> None:
    found = sql.findings(text, dialect)
    assert found == () or words.are_in(text)


@given(st.text(max_size=30), written(DESTRUCTIVE), st.text(max_size=30))
def test_words_are_found_wherever_they_stand(before: str, text: str, behind: str) -> None:
    assert words.are_in(f"{before} {text} {behind}")


@given(st.lists(st.text(max_size=8) | st.binary(max_size=8) | st.integers(), max_size=5))
def test_any_command_of_redis_gets_an_answer(arguments: list[object]) -> None:
    found = redis.findings(arguments)
    name = arguments[0] if arguments else ""
    if isinstance(name, str) and name.split() and name.split()[0].upper() not in redis.NAMES:
        assert found == ()


FILTERS = st.recursive(
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), min_size=1, max_size=2),
    lambda inner: st.fixed_dictionaries({"$and": st.lists(inner, min_size=1, max_size=3)}),
    max_leaves=4,
)


@given(FILTERS)
def test_a_filter_that_names_a_field_asks_for_some(query: dict[str, object]) -> None:
    assert not mongodb.asks_for_all(query)
    assert not mongodb.asks_for_all({"$and": [query, {}]})
    assert mongodb.asks_for_all({"$or": [query, {}]})


PIECES = st.sampled_from(
    [
        "'",
        "''",
        '"',
        "`",
        "\\",
        "--",
        "/*",
        "*/",
        "$$",
        "#",
        "\n",
        ";",
        " ",
        "x",
        "[",
        "]",
        "drop table a",
        "E'",
        "delete from a",
    ]
)


@given(st.lists(PIECES, max_size=12), DIALECTS)
def test_what_is_dismissed_without_the_parser_is_harmless_to_it(pieces: list[str], dialect: str) -> None:
    text = "INSERT INTO log VALUES ('" + "".join(pieces)  # noqa: S608 - never sent
    if not words.may_stand_outside(text, dialect):
        found = sql._judged(text, dialect)
        assert [one for one in found if one.kind != "unreadable"] == []
