"""In analyzer-nlp's place for tests: the same passages to the same question, by the words they share."""

import re

from analyzers.corpus import corpus
from analyzers.service import create_service
from src.config import ServiceSettings
from src.passages import Passage, Passages, Retrieve

app = create_service("analyzer-mock-nlp", ServiceSettings())
passages = corpus()


@app.post("/retrieve")
async def retrieve(asked: Retrieve) -> Passages:
    """The passages that share most of the question's longer words."""
    words = _words(asked.question)
    rated = [_rated(passage, words) for passage in passages]
    best = sorted(rated, key=lambda passage: -passage.score)[: asked.limit]
    return Passages(passages=[passage for passage in best if passage.score])


def _rated(passage: Passage, words: set[str]) -> Passage:
    shared = len(words & _words(f"{passage.title} {passage.text}"))
    return passage.model_copy(update={"score": shared / max(len(words), 1)})


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}
