"""What make targets, shell scripts and package.json say: profiles started together, frameworks that load files."""

from __future__ import annotations

import json
import os
import posixpath
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from firedoor import reading
from firedoor.discovery import names, selectors

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 512 * 1024
# These load .env, then .env.<mode>, then the .local files, by themselves.
_LAYERING = frozenset(
    ("next", "vite", "react-scripts", "nuxt", "dotenv-flow", "@nuxt/kit", "astro", "gatsby")
)


@dataclass
class Scripts:
    """What was found: profile sets in the order of their command, and whether a framework layers env files."""

    profile_sets: list[tuple[str, ...]] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    layering: bool = False


def scan(root: str, paths: Iterable[str]) -> Scripts:
    """Read the scripts."""
    scripts = Scripts()
    for path in paths:
        data = reading.read_bytes(os.path.join(root, path))
        text = data if isinstance(data, reading.Failure) else reading.decode(data)
        if isinstance(text, reading.Failure) or len(text) > LARGEST:
            continue
        if posixpath.basename(path) == "package.json":
            scripts.layering = scripts.layering or _layers(text)
        else:
            for line in text.replace("\\\n", " ").splitlines():
                _profiles(scripts, line)
                _default(scripts, line)
    return scripts


def _layers(text: str) -> bool:
    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return False
    groups = (
        (package.get(key) for key in ("dependencies", "devDependencies")) if isinstance(package, dict) else ()
    )
    return any(isinstance(group, dict) and not _LAYERING.isdisjoint(group) for group in groups)


def _profiles(scripts: Scripts, line: str) -> None:
    """``--profile dev --profile test`` and ``COMPOSE_PROFILES=dev,test``."""
    for mark in (":=", "?=", "=", '"', "'"):
        line = line.replace(mark, " ")
    words = line.split()
    started = [after for word, after in pairwise(words) if word == "--profile"]
    for word, after in pairwise(words):
        if word.endswith("COMPOSE_PROFILES"):
            started += after.split(",")
    profiles = tuple(dict.fromkeys(word for word in started if names.is_name(word)))
    if profiles:
        scripts.profile_sets.append(profiles)


def _default(scripts: Scripts, line: str) -> None:
    """``APP_ENV ?= prod`` of make, ``: "${APP_ENV:=prod}"`` and ``${APP_ENV:-prod}`` of shells."""
    name, question, value = line.partition("?=")
    if question and selectors.may_select(name.strip()) and names.is_name(value.strip()):
        scripts.defaults.setdefault(name.strip(), value.strip())
    for part in line.split("${")[1:]:
        inner = part.partition("}")[0]
        for mark in (":-", ":="):
            name, found, value = inner.partition(mark)
            if found and selectors.may_select(name) and names.is_name(value):
                scripts.defaults.setdefault(name, value)
