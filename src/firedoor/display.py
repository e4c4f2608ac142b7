"""What people may see of a configuration: a value only when the declaration makes it plain, else a mask."""

from __future__ import annotations

from urllib.parse import unquote

from firedoor import live_key, secret, sources
from firedoor.catalogue.wording import printable
from firedoor.secret import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firedoor.resolve import Configuration, Value

_SHORTEST_SECRET = 4
_SHORTEST_LINE = 8  # of a secret that has several: a bracket alone is none
_QUOTES = str.maketrans(dict.fromkeys("\"'`", " "))


class Redaction:
    """Takes out of a text whatever is a value that nobody may see.

    ``also`` are texts that were values once, as in containers that were started before an edit.
    """

    def __init__(self, configuration: Configuration, also: Iterable[str] = ()) -> None:
        texts = (*_sensitive_texts(configuration), *_with_passwords(set(also)))
        found = {part for text in texts for part in _written(text)}
        # what holds another comes first, or a part of it would be left
        self._hidden = sorted(found, key=lambda text: (-len(text), text))

    def clean(self, text: str) -> str:
        """The text with a mask in the place of each such value."""
        for hidden in self._hidden:
            text = text.replace(hidden, MASK)
        return text

    def clean_pieces(self, text: str) -> str:
        """As ``clean``, for a program that cuts values up: a word that is in a secret is masked as well."""
        text = self.clean(text)
        words = {word.strip(".:") for word in text.translate(_QUOTES).split()}
        for word in words:
            if len(word) >= _SHORTEST_LINE and any(
                word in hidden for hidden in self._hidden if "://" not in hidden
            ):
                text = text.replace(word, MASK)
        return text


def _written(text: str) -> Iterator[str]:
    """The text as programs write it: as it is, in quotes, and line by line with something in front of each."""
    yield text
    yield text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    for line in text.splitlines():
        if len(line.strip()) >= _SHORTEST_LINE:
            yield line.strip()


class Display:
    """Shows the values of one configuration, masking whatever is or holds a resource's or a secret's value."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._hidden = _sensitive_texts(configuration)

    def text(self, value: Value) -> str:
        """The value's text with control characters escaped, or the mask."""
        plain = self.plain(value)
        return MASK if plain is None else printable(plain)

    def plain(self, value: Value) -> str | None:
        """The value's text as it is, None where nobody may see it."""
        return value.text if self._is_plain(value) else None

    def _is_plain(self, value: Value) -> bool:
        project = self._configuration.project
        if value.key in project.selectors:
            return self._configuration.environment.is_(value.text)
        if not self._is_declared_plain(value.key) or live_key.looks_live_key(value.text):
            return False
        if any(hidden in value.text for hidden in self._hidden):
            return False
        return all(self._may_be_a_part(used) for used in self._configuration.resolution.uses(value.key))

    def _is_declared_plain(self, key: str) -> bool:
        variable = self._configuration.project.variables.get(key)
        return variable is not None and not variable.sensitive and not secret.looks_secret_name(key)

    def _may_be_a_part(self, key: str) -> bool:
        """Whether a plain value may show what it took from this variable: an undeclared one may hold anything."""
        configuration = self._configuration
        if key in configuration.project.selectors or key in sources.MACHINE:
            return True
        return key in configuration.values and self._is_declared_plain(key)


def _sensitive_texts(configuration: Configuration) -> tuple[str, ...]:
    """Every text that a sensitive variable has, would have, or has in another environment; passwords also alone."""
    names = {variable.name for variable in configuration.project.sensitive}
    declared = configuration.project.variables
    names.update(key for key in configuration.values if key not in declared and secret.looks_secret_name(key))
    texts: set[str] = set()
    for name in names:
        value = configuration.values.get(name)
        if value is not None:
            texts.update(held.text for held in (value, *value.losers))
    for _, sourced in configuration.others:
        texts.update(entry.value for layer in sourced.layers for entry in layer.entries if entry.key in names)
    return _with_passwords(texts)


def _with_passwords(texts: set[str]) -> tuple[str, ...]:
    passwords = {secret.url_parts(text)[1] for text in texts if "://" in text}
    every = texts | passwords | {unquote(password) for password in passwords}
    return tuple(text for text in every if len(text) >= _SHORTEST_SECRET)
