"""What Compose files say of environments. A careful line scan: YAML's full reader is no dependency of ours.

It knows the forms that people write: block and flow lists, ``KEY: value`` and ``- KEY=value``. What it cannot read it
leaves out.
"""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import reading
from firedoor.discovery import names, selectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST = 1024 * 1024
_COLLECTED = ("profiles", "environment", "env_file")


@dataclass
class Compose:
    """What all Compose files say; ``given`` are the variables that they set for a container themselves."""

    profiles: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    defaults: dict[str, str] = field(default_factory=dict)
    env_files: list[list[str]] = field(default_factory=list)
    named: list[str] = field(default_factory=list)


def scan(root: str, paths: Iterable[str]) -> Compose:
    """Read the Compose files; ``named`` are the environments in names such as ``compose.prod.yaml``."""
    compose = Compose()
    for path in paths:
        data = reading.read_bytes(os.path.join(root, path))
        text = data if isinstance(data, reading.Failure) else reading.decode(data)
        if isinstance(text, reading.Failure) or len(text) > LARGEST:
            continue
        stem = posixpath.basename(path).rpartition(".")[0]
        word = stem.partition(".")[2] or stem.removeprefix("docker-").partition("-")[2]
        if names.is_usual(word):
            compose.named.append(word)
        _references(compose, text)
        for key, items in _collections(text):
            _take(compose, key, items)
    compose.profiles = list(dict.fromkeys(compose.profiles))
    return compose


def _collections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each ``profiles:``, ``environment:`` and ``env_file:`` with its items as they are written."""
    current, indent, items = "", 0, []
    for line in [*text.splitlines(), "end:"]:
        content = line.split(" #")[0].rstrip()
        stripped = content.strip()
        if not stripped or stripped.startswith("#"):
            continue
        at = len(content) - len(content.lstrip())
        if current and (at > indent or (at == indent and stripped.startswith("- "))):
            items.append(stripped)
            continue
        if current:
            yield current, items
            current = ""
        key, colon, rest = stripped.removeprefix("- ").partition(":")
        if colon and key in _COLLECTED:
            current, indent = key, at
            items = _flow(rest.strip())


def _flow(rest: str) -> list[str]:
    """The items of ``[a, b]`` or ``{A: b}``, or the one scalar; anchors and tags are skipped."""
    rest = " ".join(word for word in rest.split(" ") if word and word[0] not in "&*!")
    if rest[:1] in ("[", "{"):
        return [item.strip() for item in rest.strip("[]{}").split(",") if item.strip()]
    return [rest] if rest and rest not in ("|", ">") else []


def _take(compose: Compose, key: str, items: list[str]) -> None:
    plain = [_unquoted(item.removeprefix("- ").strip()) for item in items]
    if key == "profiles":
        compose.profiles += [item for item in plain if names.is_name(item)]
    elif key == "env_file":
        files = [
            item.partition("path:")[2].strip() or item for item in plain if not item.startswith("required:")
        ]
        compose.env_files.append([_unquoted(item).removeprefix("./") for item in files])
    else:
        for item in plain:
            name, value = _pair(item)
            if name and value is not None:
                if "${" + name not in value and "$" + name not in value:
                    compose.given.add(name)
                if selectors.may_select(name) and names.is_name(value):
                    compose.defaults.setdefault(name, value)


def _pair(item: str) -> tuple[str, str | None]:
    """Name and value of ``KEY: value``, ``KEY=value`` or ``KEY``, which passes the shell's through."""
    colon, equals = item.find(":"), item.find("=")
    if equals >= 0 and (colon < 0 or equals < colon):
        name, _, value = item.partition("=")
    else:
        name, _, value = item.partition(":")
        if not value.strip():
            return name.strip(), None
    return _unquoted(name.strip()), _unquoted(value.strip())


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _references(compose: Compose, text: str) -> None:
    """``${X:?must be set}`` requires X; ``${APP_ENV:-prod}`` tells the default environment."""
    for part in text.replace("$$", "").split("${")[1:]:
        inner = part.partition("}")[0]
        name = inner
        for mark in (":?", "?", ":-", "-", ":+", "+"):
            name, found, rest = inner.partition(mark)
            if found:
                if mark in (":?", "?"):
                    compose.required.add(name)
                elif mark in (":-", "-") and selectors.may_select(name) and names.is_name(rest):
                    compose.defaults[name] = rest
                break
