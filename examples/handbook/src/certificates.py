"""The certificates that this machine trusts."""

import ssl
from functools import cache


@cache
def trust() -> ssl.SSLContext:
    """Read once: reading them takes longer than a request."""
    return ssl.create_default_context()
