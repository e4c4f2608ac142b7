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
    named: dict[str, str] = {}
    for name in sorted(variables):  # upper case comes first: where both are set, lower case wins
        if name.lower().endswith(_SUFFIX) and variables[name]:
            named[name.lower().removesuffix(_SUFFIX)] = variables[name]
    parts = urlsplit(url)
    proxy = named.get(parts.scheme) or named.get("all")
    if not proxy or proxy_bypass_environment(parts.netloc.rpartition("@")[2], named):
        return {}
    return {parts.scheme: proxy}
