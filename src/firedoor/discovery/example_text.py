"""The text of an example file: an environment's keys with placeholders. No real value gets in, nor a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.rules.env_files import is_secret
from firedoor.secret_names import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.declaration import Project, Variable
    from firedoor.discovery.contents import Line
    from firedoor.environment import Environment

_LEVELS = frozenset(("TRACE", "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL", "FATAL"))
_EMPTY = {"bool": "false", "list": "[]", "json": "{}"}
_CACHE_SCHEMES = ("redis", "rediss")
_FILE_SCHEMES = ("sqlite", "sqlite3")
_PORTS = {
    "mysql": 3306,
    "mariadb": 3306,
    "mongodb": 27017,
    "redis": 6379,
    "rediss": 6379,
    "amqp": 5672,
    "amqps": 5671,
}
# kind: (the usual scheme and port, the form of an address). Hosts are ones that nobody can own, so that no
# placeholder can be somebody's value by chance.
_FORMS = {
    "database": ("postgresql", 5432, "{scheme}://user:password@{host}:{port}/{name}"),
    "cache": ("redis", 6379, "{scheme}://{host}:{port}/0"),
    "queue": ("amqp", 5672, "{scheme}://user:password@{host}:{port}/{name}"),
    "smtp": ("smtp", 587, "{scheme}://{host}:{port}"),
    "vector": ("http", 6333, "{scheme}://{host}:{port}"),
    "http": ("https", 443, "{scheme}://{host}/"),
    "bucket": ("", 0, "change-me-{name}"),
}


def render(
    project: Project,
    environment: Environment | None,
    real: str,
    lines: Iterable[Line],
    *,
    own: bool,
    required: Iterable[str] = (),
) -> str:
    """The example of the file ``real``.

    ``lines`` are the keys to name; ``own`` says that they are this file's own, so that its plain words (``true``,
    ``INFO``) may be shown. ``required`` are variables that this file must name, whether a line does or not.
    """
    written = [f"# Copy this file to {real} and fill it in. The copy stays out of version control."]
    named = set()
    for line in lines:
        if line.key in named:
            continue
        named.add(line.key)
        written += [""] if line.gap and len(written) > 1 else []
        written.append(f"{line.key}={_value(project, environment, line, own=own)}")
    if environment is not None and not own and named.isdisjoint(project.selectors):
        written[1:1] = [f"{project.selectors[0]}={environment.name}"]
    for name in required:
        if name not in named:
            written.append(f"{name}={_placeholder(environment, project.variables[name], '')}")
    return "\n".join(written) + "\n"


def _value(project: Project, environment: Environment | None, line: Line, *, own: bool) -> str:
    if line.key in project.selectors:
        return environment.name if environment is not None else project.default or ""
    variable = project.variables.get(line.key)
    if variable is not None and variable.sensitive:
        return _placeholder(environment, variable, line.scheme)
    if is_secret(project, line.key):
        return "change-me"
    return _plain_value(environment, variable, line, own=own)


def _plain_value(environment: Environment | None, variable: Variable | None, line: Line, *, own: bool) -> str:
    """What may be said of a value that is no secret: what is required here, or a fixed word of the file's own."""
    if environment is not None and line.key in environment.require:
        return str(environment.require[line.key][0]).lower()
    if line.plain.upper() in _LEVELS:
        speaks_of_it = words_of(line.key)[-1:] in (["level"], ["loglevel"]) or line.plain in getattr(
            variable, "values", ()
        )
        return (line.plain if own else _level(environment)) if speaks_of_it else ""
    if variable is None:
        return ""
    if variable.type == "bool":
        return line.plain if own else "false"
    return variable.values[0] if variable.values else _EMPTY.get(variable.type, "")


def _level(environment: Environment | None) -> str:
    return "WARNING" if environment is not None and environment.protected else "INFO"


def _placeholder(environment: Environment | None, variable: Variable, scheme: str) -> str:
    """Something of the right shape that is nobody's: different in each environment where sharing would be a problem."""
    if variable.resource in _FORMS:
        return _address(environment, variable.resource, scheme)
    if variable.sensitive:
        return "change-me"
    if variable.values:
        return variable.values[0]
    return _EMPTY.get(variable.type, "")


def _address(environment: Environment | None, kind: str, scheme: str) -> str:
    base = scheme.partition("+")[0]
    usual, port, form = _FORMS["cache" if base in _CACHE_SCHEMES else kind]
    name = _slug(environment.name) if environment is not None else "local"
    if base in _FILE_SCHEMES:
        return f"{scheme}:///./change-me-{name}.db"
    return form.format(
        scheme=scheme or usual,
        host=f"{kind}.{name}.example.com",
        port=_PORTS.get(base or usual, port),
        name=name,
    )


def _slug(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text.lower())
