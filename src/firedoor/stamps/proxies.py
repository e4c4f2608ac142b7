"""The HTTP proxy that an environment's own variables name, as its client libraries understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined] # there since Python 3.0

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUFFIX = "_proxy"


def proxies(url: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Scheme to proxy for this URL; empty for none. What the process itself has is not the environment's."""
    named = {
        name.lower(): text for name, text in variables.items() if name.lower().endswith(_SUFFIX) and text
    }
    named.update(
        {name: text for name, text in variables.items() if name in named and text}
    )  # lower case wins
    parts = urlsplit(url)
    by_scheme = {name.removesuffix(_SUFFIX): text for name, text in named.items()}
    proxy = by_scheme.get(parts.scheme) or by_scheme.get("all", "")
    if not proxy or proxy_bypass_environment(parts.netloc.rpartition("@")[2], by_scheme):
        return {}
    return {parts.scheme: proxy}
