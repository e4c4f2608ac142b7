"""Made-up values for a project's variables: addresses of stand-ins, keys that open nothing, texts of the right type."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from firedoor.declaration import applies

if TYPE_CHECKING:
    from firedoor.declaration import Variable
    from firedoor.environment import Environment

ADDRESS = {
    "database": "postgresql://drill_{name}@{host}:{port}/drill_{name}",
    "cache": "redis://{host}:{port}/0",
    "bucket": "http://{host}:{port}/drill-{name}",
    "vector": "http://{host}:{port}/drill-{name}",
    "queue": "amqp://{host}:{port}/drill_{name}",
    "http": "http://{host}:{port}/",
    "smtp": "smtp://{host}:{port}",
}
_TYPED = {
    "str": "drill",
    "bool": "false",
    "int": "1",
    "float": "1.0",
    "url": "http://127.0.0.1/",
    "list": "drill",
    "json": "{}",
    "path": ".",
}


def address(kind: str, environment: str, host: str, port: int) -> str:
    """A resource's address at a stand-in; empty for a kind that only another package knows."""
    name = "".join(letter if letter.isalnum() else "_" for letter in environment.lower())
    return ADDRESS.get(kind, "").format(name=name, host=host, port=port)


def plain(environment: Environment, variable: Variable) -> str:
    """The value of a variable that leads nowhere: what is required of it, its default, or a text of its type."""
    allowed = environment.require.get(variable.name)
    if allowed:
        return _text(allowed[0])
    if variable.sensitive:
        return secrets.token_urlsafe(32)
    if variable.default is not None:
        return variable.default
    if variable.values:
        return variable.values[0]
    wanted = applies(variable.required, environment.name)
    return _TYPED.get(variable.type, "drill") if wanted or variable.type != "str" else ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
