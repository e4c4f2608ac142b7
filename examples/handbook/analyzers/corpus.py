"""The chapters in pieces that are small enough to answer one question."""

from collections.abc import Iterable

from src.chapters import WrittenChapter, read_chapters
from src.config import behaviour
from src.passages import Passage


def corpus() -> list[Passage]:
    """The passages of this environment: a sample where its behaviour says so, else all."""
    return list(passages_of(read_chapters()[: behaviour().sample]))


def passages_of(chapters: Iterable[WrittenChapter]) -> Iterable[Passage]:
    """Each paragraph is a passage, under its chapter's title."""
    for chapter in chapters:
        for paragraph in chapter.body.split("\n\n"):
            yield Passage(slug=chapter.slug, title=chapter.title, text=" ".join(paragraph.split()))
