"""The handshake: calls, answers, tokens and messages say which environment they come from, and others do not take them.

    from firedoor.web import AsgiHandshake, WsgiHandshake, marked

    app.add_middleware(AsgiHandshake, settings=settings)  # FastAPI, Starlette; elsewhere: app = AsgiHandshake(app)
    client = marked(httpx.Client(), settings)

A mark is no authentication. It keeps those apart who are where they should not be, and mean no harm; ``key`` signs it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.errors import HandshakeError
    from firedoor.web.asgi import AsgiHandshake
    from firedoor.web.clients import marked
    from firedoor.web.marks import HEADER
    from firedoor.web.messages import Messages
    from firedoor.web.tokens import Tokens
    from firedoor.web.wsgi import WsgiHandshake

__all__ = ["HEADER", "AsgiHandshake", "HandshakeError", "Messages", "Tokens", "WsgiHandshake", "marked"]

_HOMES = {
    "HEADER": "firedoor.web.marks",
    "AsgiHandshake": "firedoor.web.asgi",
    "HandshakeError": "firedoor.errors",
    "Messages": "firedoor.web.messages",
    "Tokens": "firedoor.web.tokens",
    "WsgiHandshake": "firedoor.web.wsgi",
    "marked": "firedoor.web.clients",
}

if not TYPE_CHECKING:  # pragma: no branch - a type checker that saw __getattr__ would accept any name

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'firedoor.web' has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(home), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
