"""Chapters as written."""

import pytest

from src.chapters import ChapterError, parse_chapter, read_chapters

pytestmark = pytest.mark.unit

SOUND = "---\ntitle: A door\nsummary: It closes: by itself.\n---\n\nSome text.\n\n---\nMore.\n"


def test_a_chapter_is_its_name_its_front_matter_and_its_text():
    chapter = parse_chapter("04-a-door", SOUND)
    assert (chapter.slug, chapter.position) == ("a-door", 4)
    assert (chapter.title, chapter.summary) == ("A door", "It closes: by itself.")
    assert chapter.body == "Some text.\n\n---\nMore."


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a-door", SOUND, "a number, a hyphen and a slug"),
        ("04-", SOUND, "a number, a hyphen and a slug"),
        ("04-a-door", "Some text.", "between two lines"),
        ("04-a-door", f"Before.\n{SOUND}", "is missing"),
        ("04-a-door", "---\ntitle: A door\nsummary: S\n---\n\n", "is missing"),
        ("04-a-door", "---\ntitle: A door\n---\nText.\n", "title and summary"),
        ("04-a-door", "---\ntitle: A door\nsummary:\n---\nText.\n", "key: value"),
        ("04-a-door", "---\ntitle\n---\nText.\n", "key: value"),
    ],
)
def test_a_malformed_chapter_is_named_with_the_reason(name, text, reason):
    with pytest.raises(ChapterError, match=reason) as refusal:
        parse_chapter(name, text)
    assert str(refusal.value).startswith(f"{name}:")


def test_the_handbooks_own_chapters_are_sound_and_numbered_without_a_gap():
    chapters = read_chapters()
    assert [chapter.position for chapter in chapters] == list(range(1, len(chapters) + 1))
    assert len({chapter.slug for chapter in chapters}) == len(chapters) >= 8
    assert all(len(chapter.body.split()) > 200 for chapter in chapters)
