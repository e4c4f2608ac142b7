"""The chapters in pieces that are small enough to answer one question."""

from collections.abc import Iterable, Iterator

from src.chapters import WrittenChapter, read_chapters
from src.config import behaviour
from src.passages import Passage

FEWEST = 8  # words of a passage


def corpus() -> list[Passage]:
    """The passages of this environment: a sample where its behaviour says so, else all."""
    return list(passages_of(read_chapters()[: behaviour().sample]))


def passages_of(chapters: Iterable[WrittenChapter]) -> Iterator[Passage]:
    """Each paragraph is a passage, under its chapter's title; what only leads over to the next is none."""
    for chapter in chapters:
        for words in (paragraph.split() for paragraph in chapter.body.split("\n\n")):
            if len(words) >= FEWEST:
                yield Passage(slug=chapter.slug, title=chapter.title, text=" ".join(words))
