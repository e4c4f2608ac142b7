"""Buckets and vector stores that are addressed by an HTTP URL: which family a URL's shape says."""

from firedoor.resources import blob, url, vector


def family(kind: str, text: str) -> str:
    """``az`` or ``s3`` of a bucket; ``qdrant`` or ``chroma`` of a vector store, ``http`` where nothing says which."""
    if kind == "vector":
        return vector.store(text) or "http"
    return "az" if any(blob.is_azure(name) for name, _ in url.standard(text).places()) else "s3"
