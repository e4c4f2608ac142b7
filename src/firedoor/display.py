"""What people may see of a configuration: a value only when the declaration makes it plain, else a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import live_key, secret

if TYPE_CHECKING:
    from firedoor.resolve import Configuration, Value

MASK = "******"
_SHORTEST_SECRET = 4


class Display:
    """Shows the values of one configuration, masking whatever is or holds a resource's or a secret's value."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._hidden = _sensitive_texts(configuration)

    def text(self, value: Value) -> str:
        """The value's text with control characters escaped, or the mask."""
        return escape(value.text) if self._is_plain(value) else MASK

    def _is_plain(self, value: Value) -> bool:
        project = self._configuration.project
        if value.key in project.selectors:
            return self._configuration.environment.is_(value.text)
        variable = project.variables.get(value.key)
        if variable is None or variable.sensitive or secret.looks_secret_name(value.key):
            return False
        return not any(hidden in value.text for hidden in self._hidden) and not live_key.looks_live_key(
            value.text
        )


def _sensitive_texts(configuration: Configuration) -> tuple[str, ...]:
    """Every text that a sensitive variable has or would have, losers included."""
    texts: set[str] = set()
    for variable in configuration.project.sensitive:
        value = configuration.values.get(variable.name)
        if value is not None:
            texts.update(held.text for held in (value, *value.losers))
    return tuple(text for text in texts if len(text) >= _SHORTEST_SECRET)


def escape(text: str) -> str:
    """Printable as one line: control and direction characters spelled out, so that no value drives the terminal."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
