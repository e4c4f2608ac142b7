"""A lock's text: one way to write it, and whatever is not that is refused."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.lock import text
from firedoor.lock.document import Lock, Marks, Taken

A, B, C, D = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
SALT = bytes(range(16))
LOCK = Lock(
    "shop",
    SALT,
    (4096, 11, 1),
    pins={"environments.production.protected": "true", "environments": "testing | production"},
    accepted=2,
    ledger="e" * 32,
    environments={
        "testing": Taken(1, "2026-11-27T06:00:00Z", {"DATABASE_URL": Marks((A,), server=(D,), common=(A,))}),
        "production": Taken(
            3,
            "2026-11-27T07:00:00Z",
            {
                "JWT_KEY": Marks((C,)),
                "DATABASE_URL": Marks((B,), (A, C), (D,), (C,), (A, B)),
                "CACHE_URL": Marks(),
            },
        ),
    },
)
TEXT = """\
# What each environment owns, in fingerprints. `firedoor lock` writes it: commit it, and do not edit it.
version = 1
project = "shop"
id = "ID"
salt = "000102030405060708090a0b0c0d0e0f"
cost = "scrypt 4096 11 1"
ledger = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
accepted = 2

[pins]
"environments" = "testing | production"
"environments.production.protected" = "true"

[environments.production]
revision = 3
time = "2026-11-27T07:00:00Z"

[environments.production.variables.CACHE_URL]

[environments.production.variables.DATABASE_URL]
spelled = ["bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]
resolved = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "cccccccccccccccccccccccccccccccc"]
observed = ["dddddddddddddddddddddddddddddddd"]
within = ["cccccccccccccccccccccccccccccccc"]
server = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]

[environments.production.variables.JWT_KEY]
spelled = ["cccccccccccccccccccccccccccccccc"]

[environments.testing]
revision = 1
time = "2026-11-27T06:00:00Z"

[environments.testing.variables.DATABASE_URL]
spelled = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
server = ["dddddddddddddddddddddddddddddddd"]
common = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]

[whole]
digest = "DIGEST"
""".replace("ID", LOCK.id)


def sealed(body: str) -> str:
    """The text with the digest that is right for it: whoever edits a lock can compute it."""
    start, _, _ = body.rpartition("\n[whole]\n")
    return f'{start}\n[whole]\ndigest = "{text._digest(start)}"\n'


def damage(written: str) -> tuple[str, int]:
    with pytest.raises(text.Damage) as caught:
        text.parse(written)
    assert str(caught.value) == caught.value.detail
    return caught.value.detail, caught.value.line


def test_a_lock_is_written_in_one_way() -> None:
    assert text.render(LOCK) == sealed(TEXT)


def test_what_was_written_is_read() -> None:
    assert text.parse(sealed(TEXT)) == LOCK


def test_git_on_windows_may_change_the_ends_of_lines() -> None:
    assert text.parse(sealed(TEXT).replace("\n", "\r\n")) == LOCK


def test_a_lock_is_toml() -> None:
    document = tomllib.loads(sealed(TEXT))
    assert document["environments"]["production"]["variables"]["DATABASE_URL"]["resolved"] == [A, C]
    assert document["whole"] == {"digest": text._digest(sealed(TEXT).rpartition("\n[whole]\n")[0])}


NAMES = st.text("abzAZ019-_.", min_size=1, max_size=8).filter(lambda name: name[0] not in "-_.")
MARK = st.text("0123456789abcdef", min_size=32, max_size=32)
LISTED = st.lists(MARK, max_size=3).map(lambda found: tuple(sorted(set(found))))
MARKS = st.builds(Marks, LISTED, LISTED, LISTED, LISTED, LISTED)
TAKEN = st.builds(Taken, st.integers(0, 9), st.text(max_size=5), st.dictionaries(NAMES, MARKS, max_size=3))
LOCKS = st.builds(
    Lock,
    st.text(max_size=8),
    st.binary(min_size=1, max_size=16),
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    pins=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    accepted=st.integers(0, 9),
    ledger=st.text(max_size=4),
    environments=st.dictionaries(NAMES, TAKEN, max_size=3),
)


@given(LOCKS)
def test_law_reading_gives_what_was_written_back(lock: Lock) -> None:
    assert text.parse(text.render(lock)) == lock


@given(st.text("ab\"\\\n\t\u0000\u202e\U0010ffff'é ", max_size=9))
def test_law_any_text_of_the_declaration_is_toml(name: str) -> None:
    lock = Lock(name, SALT, (1, 1, 1), pins={name: name})
    document = tomllib.loads(text.render(lock))
    assert (document["project"], document["pins"]) == (name, {name: name})


@given(st.data())
def test_law_no_shortened_text_is_read(data: st.DataObject) -> None:
    whole = text.render(LOCK)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(text.Damage):
        text.parse(whole[:end])


@given(st.data())
def test_law_no_changed_letter_is_read(data: st.DataObject) -> None:
    whole = text.render(LOCK)
    at = data.draw(st.integers(0, len(whole) - 1))
    letter = data.draw(st.sampled_from('0a \n"[]=#é'))
    changed = whole[:at] + letter + whole[at + 1 :]
    if changed != whole:
        with pytest.raises(text.Damage):
            text.parse(changed)


@given(st.text(max_size=60))
def test_law_whatever_stands_there_is_read_or_refused(written: str) -> None:
    for candidate in (written, sealed(written + "\n[whole]\n"), text._HEADING + written):
        with pytest.raises(text.Damage):
            text.parse(candidate)


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> other"])
def test_a_merge_that_was_not_finished_is_told_with_its_line(mark: str) -> None:
    detail = "it holds the marks of a merge that was not finished"
    assert damage(TEXT.replace("[pins]", f"{mark}\n[pins]")) == (detail, 10)
    assert damage(f"{mark}\n{TEXT}") == (detail, 1)
    assert text.conflict(TEXT.replace('"shop"', f'"{mark}"')) == 0


def test_a_text_without_its_end_is_shortened() -> None:
    assert damage("") == ("its end is missing", 0)
    assert damage(sealed(TEXT).partition("\n[whole]")[0]) == ("its end is missing", 0)


def test_a_text_that_was_edited_is_not_what_was_written() -> None:
    assert damage(sealed(TEXT).replace("revision = 3", "revision = 4")) == ("it is not as it was written", 0)
    assert damage(sealed(TEXT) + "\n") == ("it is not as it was written", 0)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("# What", "# what", 1),
        ("project =", "Project =", 3),
        ('"shop"', "shop", 3),
        ('"shop"', '"', 3),
        ('salt = "00', 'salt = "0', 5),
        ("scrypt 4096 11 1", "scrypt 4096 11", 6),
        ("scrypt 4096 11 1", "argon2 4096 11 1", 8),
        ("accepted = 2", "accepted = two", 8),
        ("accepted = 2\n\n", "accepted = 2\n", 9),
        ("[pins]", "[pin]", 10),
        ("[environments.production]\n", "[environments.]\n", 14),
        ("[environments.production]\n", "[environments.production\n", 14),
        ("revision = 3", "revision = x", 15),
        ('time = "2026-11-27T07:00:00Z"\n\n', 'time = "2026-11-27T07:00:00Z"\nx = 1\n\n', 17),
        ('spelled = ["bbbb', 'spoken = ["bbbb', 21),
        ('spelled = ["bbbb', 'spelled = "bbbb', 21),
        ('bbbb"]\nresolved', 'bbbb"\nresolved', 21),
        ('spelled = ["bbbb', 'spelled = ["bbb', 21),
        ('spelled = ["bbbb', 'spelled = ["bbbg', 21),
        ('spelled = ["bbbb', 'spelled = ["bbbB', 21),
    ],
)
def test_a_lock_that_somebody_sealed_anew_is_still_read_strictly(old: str, new: str, line: int) -> None:
    assert old in TEXT
    assert damage(sealed(TEXT.replace(old, new, 1))) == ("it cannot be read from here on", line)


def test_a_newer_version_is_told() -> None:
    assert damage(sealed(TEXT.replace("version = 1", "version = 2"))) == (
        "it was written by a newer firedoor",
        2,
    )


def test_an_id_belongs_to_its_salt() -> None:
    changed = sealed(TEXT.replace('salt = "00', 'salt = "01'))
    assert damage(changed) == ("its id is not that of its salt", 0)
