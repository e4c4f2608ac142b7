"""Texts as vectors: what means the same lies near."""

from collections.abc import Callable, Sequence
from pathlib import Path

Vectors = list[list[float]]
Embedder = Callable[[Sequence[str]], Vectors]


def load_embedder() -> Embedder:
    """WordLlama: 256 numbers for each text, by a model of 16 MB that comes with its package. It downloads nothing."""
    import wordllama  # only analyzer-nlp's image has it

    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)

    def embed(texts: Sequence[str]) -> Vectors:
        vectors: Vectors = model.embed(list(texts), norm=True).tolist()
        return vectors

    return embed
