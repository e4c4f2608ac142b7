"""In analyzer-llm's place for tests: the same answer to the same passages. It asks no model."""

from analyzers.service import create_service
from src.config import ServiceSettings
from src.passages import Word, Worded

app = create_service("analyzer-mock-llm", ServiceSettings())


@app.post("/answer")
async def answer(asked: Word) -> Worded:
    """The first sentence of the best passage."""
    best = asked.passages[0]
    sentence, dot, _ = best.text.partition(". ")
    return Worded(answer=f"{best.title}: {sentence}{dot.strip()}")
