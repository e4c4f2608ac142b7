"""How a settings object shows itself: every sensitive value masked, wherever it turns up."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from firedoor import secret
from firedoor.settings.plan import plan_of
from firedoor.settings.provenance import known_of

_TELLING_LENGTH = 4


class Shown:
    """A text that is its own repr."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


MASKED = Shown(secret.MASK)


def shown(
    settings: BaseModel, arguments: Iterable[tuple[str | None, Any]]
) -> Iterable[tuple[str | None, Any]]:
    """The pairs of the object's repr, masked. ``arguments`` are what pydantic would show."""
    known = known_of(settings)
    if known is None:
        # Half made, or made without firedoor: nobody can say what is sensitive, so everything is.
        return [(name, MASKED) for name, _ in arguments]
    return masked(arguments, known.sensitive | plan_of(type(settings)).secret_fields, settings)


def masked(
    arguments: Iterable[tuple[str | None, Any]], sensitive: frozenset[str], values: Any
) -> Iterator[Any]:
    """The (name, value) pairs of a repr with sensitive ones masked, and all others that contain one of their texts.

    ``sensitive`` holds ``field`` and ``field.part`` names; ``values`` is the object they are attributes of.
    """
    hidden = {text for path in sensitive for text in _texts(_at(values, path.split(".")))}
    for name, value in arguments:
        yield name, _shown(str(name), value, sensitive, hidden)


def _shown(path: str, value: Any, sensitive: frozenset[str], hidden: set[str]) -> Any:
    if path in sensitive:
        return value if value is None else MASKED
    if isinstance(value, BaseModel) and any(name.startswith(f"{path}.") for name in sensitive):
        parts = [
            f"{name}={_shown(f'{path}.{name}', part, sensitive, hidden)!r}"
            for name, part in value.__repr_args__()
        ]
        return Shown(f"{type(value).__name__}({', '.join(parts)})")
    text = repr(value)
    if any(part in text for part in hidden if len(part) >= _TELLING_LENGTH) or str(value) in hidden:
        return MASKED
    return MASKED if _gives_itself_away(value, text) else value


def _gives_itself_away(value: Any, text: str) -> bool:
    """Whether it is an address with a password in it, or a provider's key, whatever the declaration says."""
    if "://" in text and "@" in text and secret.url_parts(str(value))[1]:
        return True
    return secret.looks_real_key(text)


def _at(value: Any, path: list[str]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else getattr(value, step, None)
    return value


def _texts(value: Any) -> Iterator[str]:
    """The texts that a sensitive value could be recognised by."""
    if value is None or isinstance(value, bool):
        return
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _texts(item)
    else:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        if text:
            yield text
            yield repr(text)[1:-1]
