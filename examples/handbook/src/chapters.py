"""Chapters as written: markdown files with front matter, in the folder chapters/."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "chapters"
FENCE = "---"


class ChapterError(ValueError):
    """A chapter's file is not written as it must be."""


@dataclass(frozen=True, slots=True)
class WrittenChapter:
    """One chapter. ``position`` counts from 1; ``body`` is markdown."""

    slug: str
    position: int
    title: str
    summary: str
    body: str


def read_chapters(folder: Path = FOLDER) -> list[WrittenChapter]:
    """Every chapter in order. Raises ChapterError, naming the file, when one is malformed."""
    return sorted(_read(folder), key=lambda chapter: chapter.position)


def parse_chapter(name: str, text: str) -> WrittenChapter:
    """A chapter from its file name, ``03-sensors-and-belief``, and its text."""
    number, _, slug = name.partition("-")
    if not number.isdecimal() or not slug:
        raise ChapterError(f"{name}: the name must be a number, a hyphen and a slug")
    opening, front, body = _split(name, text)
    if opening or not body.strip():
        raise ChapterError(f"{name}: the front matter or the text is missing")
    fields = dict(_fields(name, front))
    if fields.keys() != {"title", "summary"}:
        raise ChapterError(f"{name}: the front matter must hold title and summary")
    return WrittenChapter(slug, int(number), fields["title"], fields["summary"], body.strip())


def _read(folder: Path) -> Iterator[WrittenChapter]:
    for path in folder.glob("*.md"):
        yield parse_chapter(path.stem, path.read_text("utf-8"))


def _split(name: str, text: str) -> tuple[str, str, str]:
    parts = text.split(f"{FENCE}\n", 2)
    if len(parts) != 3:
        raise ChapterError(f"{name}: the front matter must stand between two lines of {FENCE}")
    return parts[0], parts[1], parts[2]


def _fields(name: str, front: str) -> Iterator[tuple[str, str]]:
    for line in front.splitlines():
        key, colon, value = line.partition(":")
        if not colon or not value.strip():
            raise ChapterError(f"{name}: each line of the front matter reads 'key: value'")
        yield key.strip(), value.strip()
