"""What a deployment file does not do, to be told to whoever renders it."""

from __future__ import annotations


class Notes:
    """Sentences, each with the services or parts that it is about, in the order of their first mention."""

    def __init__(self) -> None:
        self._subjects: dict[str, dict[str, None]] = {}

    def add(self, subject: str, text: str) -> None:
        """Say it of one more subject."""
        self._subjects.setdefault(text, {})[subject] = None

    def lines(self) -> tuple[str, ...]:
        """``api, worker: a Swarm has no security_opt``."""
        return tuple(f"{', '.join(subjects)}: {text}" for text, subjects in self._subjects.items())
