"""The declaration's tables, field by field: what each may hold, and what editors say of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from firedoor.declaration import ADDRESSES, TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = ("str", "bool", "int", "float", "url", "enum", "list", "json", "path")
KINDS = (*ADDRESSES, *TOKENS)
BROUGHT_KINDS = "firedoor.resources"  # entry points of packages that read further kinds
FALLBACKS = ("file", "process", "never")
SEVERITIES = ("error", "warning", "note")
NETWORKS = ("declared", "not-protected", "open")
GUARDS = ("patches", "audit")
LOCK_ID_DIGITS = 16

Fitted = tuple[str, Any]


class Field:
    """One key of a table. ``fit`` gives ("", compiled value), or (what was expected, None)."""

    def __init__(self, fit: Callable[[Any], Fitted], schema: dict[str, Any], description: str) -> None:
        self.fit = fit
        self.schema = {**schema, "description": description}


def _text(expected: str, accepts: Callable[[str], bool]) -> Callable[[Any], Fitted]:
    def fit(value: Any) -> Fitted:
        return ("", value) if isinstance(value, str) and accepts(value) else (expected, None)

    return fit


def _flag(value: Any) -> Fitted:
    return ("", value) if isinstance(value, bool) else ("true or false", None)


def _texts(value: Any) -> Fitted:
    if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
        return "", tuple(dict.fromkeys(value))
    return "a list of non-empty texts", None


def _listed_texts(value: Any) -> Fitted:
    expected, fitted = _texts(value)
    return ("a non-empty list of texts", None) if expected or not fitted else ("", fitted)


def _some_texts(value: Any) -> Fitted:
    expected, fitted = _texts([value] if isinstance(value, str) else value)
    return ("a text or a non-empty list of texts", None) if expected or not fitted else ("", fitted)


def _templates(value: Any) -> Fitted:
    expected, fitted = _some_texts(value)
    if expected:
        return expected, None
    if any(item.startswith("/") or ".." in item.split("/") or "\\" in item for item in fitted):
        return "paths inside the project, with forward slashes", None
    return "", fitted


def _optional_templates(value: Any) -> Fitted:
    return ("", ()) if value == [] else _templates(value)


def _path(value: Any) -> Fitted:
    expected, fitted = _templates(value if isinstance(value, str) else None)
    return (expected, None) if expected else ("", fitted[0])


def _folder(value: Any) -> Fitted:
    expected = "an absolute folder, or one inside the project that may have {env} in it; with forward slashes"
    if not isinstance(value, str) or "\0" in value or "\\" in value or ".." in value.split("/"):
        return expected, None
    path = posixpath.normpath(value.lstrip("/"))
    absolute = value.startswith("/")
    if path == "." or (absolute and "{env}" in path):
        return expected, None
    return "", f"/{path}" if absolute else path


def _everywhere_or_named(value: Any) -> Fitted:
    if isinstance(value, bool):
        return "", value
    expected, fitted = _texts(value)
    return ("true, false or a list of environment names", None) if expected else ("", fitted)


def _named_only(value: Any) -> Fitted:
    expected, fitted = _texts(value)
    return ("a list of environment names", None) if expected else ("", fitted)


def _reachable(value: Any) -> Fitted:
    expected, fitted = _texts(value)
    if expected or not all(map(_is_reachable, fitted)):
        return (
            "a list of hosts, each alone or with a port (`[::1]:9000`), paths of sockets, or @domains",
            None,
        )
    return "", fitted


def _is_reachable(text: str) -> bool:
    if text.startswith("/"):
        return len(text) > 1
    bare = text.removeprefix("@")
    if bare != text:
        return bool(bare) and not set(bare) & set("@:/ ")
    if text.startswith("["):
        host, closed, port = text[1:].partition("]")
        return bool(host and closed) and (not port or (port[0] == ":" and _is_port(port[1:])))
    host, colon, port = text.partition(":")
    return bool(host) and not set(text) & set("@/?# ") and (not colon or _is_port(port))


def _acceptable(value: Any) -> Fitted:
    expected, fitted = _texts(value)
    if expected or not all(all(item.split("/")) and item.count("/") <= 1 for item in fitted):
        return "a list of environments of this project, or of others as project/environment", None
    return "", fitted


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 1 << 16


def _ports(value: Any) -> Fitted:
    if isinstance(value, list) and all(type(item) is int and 0 < item < 1 << 16 for item in value):
        return "", tuple(dict.fromkeys(value))
    return "a list of ports, as numbers from 1 to 65535", None


def _seconds(value: Any) -> Fitted:
    return ("", value) if type(value) is int and value > 0 else ("a number of seconds, 1 or more", None)


def _requirements(value: Any) -> Fitted:
    if not isinstance(value, dict):
        return "a table of variables with the values they may have", None
    fitted = {}
    for variable, allowed in value.items():
        listed = allowed if isinstance(allowed, list) else [allowed]
        if not listed or not all(isinstance(item, (str, bool, int, float)) for item in listed):
            return f"for {variable} a value or a non-empty list of values", None
        fitted[variable] = tuple(listed)
    return "", fitted


def _default(value: Any) -> Fitted:
    if isinstance(value, bool):
        return "", "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return "", str(value)
    return "a text, a number or true/false", None


def _one_of(names: tuple[str, ...]) -> Field:
    fit = _text("one of " + ", ".join(names), names.__contains__)
    return Field(fit, {"enum": list(names)}, "")


def _kind(value: Any) -> Fitted:
    """A kind that is built in, or that an installed package brings."""
    if not isinstance(value, str):
        return "one of " + ", ".join(KINDS), None
    if value in KINDS:
        return "", value
    from importlib.metadata import entry_points

    brought = entry_points(group=BROUGHT_KINDS)
    return (
        ("", value) if any(point.name == value for point in brought) else ("one of " + ", ".join(KINDS), None)
    )


def _described(field: Field, description: str) -> Field:
    return Field(field.fit, {k: v for k, v in field.schema.items() if k != "description"}, description)


_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
_TEXT = {"type": "string"}
_NAME_OR_NAMES = {"oneOf": [{"type": "string", "minLength": 1}, {**_NAMES, "minItems": 1}]}
_RULE = {"oneOf": [{"type": "boolean"}, _NAMES]}
_SCALAR = {"type": ["string", "boolean", "number"]}

PROJECT = {
    "name": Field(_text("a non-empty text", bool), {**_TEXT, "minLength": 1}, "The project's name."),
    "selector": Field(
        _some_texts,
        _NAME_OR_NAMES,
        "Process variables that choose the environment; all that are set must agree.",
    ),
    "default": Field(
        _text("an environment's name", bool),
        {**_TEXT, "minLength": 1},
        "The environment when nothing chooses one. Without it, choosing nothing is an error.",
    ),
}
FILES = {
    "templates": Field(
        _templates,
        _NAME_OR_NAMES,
        "Where an environment's files are; {env} stands for its name or one of its aliases. Later files win.",
    ),
    "optional": Field(
        _optional_templates,
        {"oneOf": [{"type": "string", "minLength": 1}, _NAMES]},
        "Files merged after the templates when they exist.",
    ),
    "fallback": _described(
        _one_of(FALLBACKS),
        "Without files of its own an unprotected environment reads the fallback file, takes the process or stops.",
    ),
    "fallback_file": Field(_path, _TEXT, "The file that `file` falls back to."),
    "secrets": Field(
        _folder,
        {**_TEXT, "minLength": 1},
        "The folder where a platform mounts secrets as files, each named after the variable that it sets. One whose "
        "path has {env} belongs to that environment, another one to the environment that was chosen.",
    ),
}
LOCK = {
    "id": Field(
        _text(
            "the 16 hexadecimal digits that `firedoor lock` wrote",
            lambda text: len(text) == LOCK_ID_DIGITS and not text.strip("0123456789abcdef"),
        ),
        {**_TEXT, "pattern": "^[0-9a-f]{16}$"},
        "The lock this project is to have: without it, or with another one, nothing starts.",
    ),
}
SETTINGS = {
    "class": Field(
        _text("module.path:ClassName", lambda text: text.count(":") == 1 and all(text.split(":"))),
        {**_TEXT, "pattern": "^[^:]+:[^:]+$"},
        "The typed settings class that `firedoor check` validates too.",
    ),
}
ENVIRONMENT = {
    "aliases": Field(_texts, _NAMES, "Other names that mean this environment."),
    "protected": Field(
        _flag, {"type": "boolean"}, "Whether firedoor holds this environment's boundary strictest."
    ),
    "profiles": Field(_texts, _NAMES, "Compose profiles that belong to this environment."),
    "fallback": _described(_one_of(FALLBACKS), "What happens when this environment's files are missing."),
    "unstamped": _described(
        _one_of(SEVERITIES), "How grave a resource without a stamp is here. Protected: error, else warning."
    ),
    "tests": Field(
        _flag,
        {"type": "boolean"},
        "Whether test suites run here. By default where a name or alias is test or testing; never where protected.",
    ),
    "network": _described(
        _one_of(NETWORKS),
        "What a guard lets through: this environment's own resources, whatever is no protected environment's, or all. "
        "By default declared for tests, open where protected, else not-protected.",
    ),
    "reach": Field(
        _reachable,
        _NAMES,
        "What network = declared lets through beside the environment's own resources: host, host:port, the path of a "
        "socket, or @domain for mail.",
    ),
    "guard": _described(
        _one_of(GUARDS),
        "How a process is watched: by patches, which cost nothing elsewhere, or by an audit hook too, which sees more.",
    ),
    "accepts": Field(
        _acceptable,
        _NAMES,
        "Others whose calls, answers, tokens and messages are taken here: environments, or project/environment.",
    ),
    "require": Field(
        _requirements,
        {
            "type": "object",
            "additionalProperties": {"oneOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]},
        },
        "Values that variables must have here.",
    ),
}
VARIABLE = {
    "type": _described(_one_of(TYPES), "What the text must be."),
    "required": Field(
        _everywhere_or_named, _RULE, "Must be set and not empty: everywhere, or in the named environments."
    ),
    "values": Field(_listed_texts, {**_NAMES, "minItems": 1}, "The texts it may have."),
    "secret": Field(_flag, {"type": "boolean"}, "Never shown, and not the same in two environments."),
    "resource": Field(
        _kind, {"enum": list(KINDS)}, "The kind of resource it leads to: environments must not share it."
    ),
    "overridable": Field(
        _everywhere_or_named, _RULE, "The shell may set it differently from the environment's own file."
    ),
    "shared": Field(_everywhere_or_named, _RULE, "Environments that may own the same one, on purpose."),
    "shared_server": Field(
        _named_only,
        _NAMES,
        "Environments that may have databases on one server, or prefixes in one bucket, on purpose.",
    ),
    "live": Field(
        _everywhere_or_named,
        _RULE,
        "Unprotected environments that may hold a key whose shape says live, on purpose.",
    ),
    "default": Field(_default, _SCALAR, "The value when no source sets it."),
    "description": Field(_text("a text", lambda _: True), _TEXT, "What it is for."),
}
SERVICES = {
    "files": Field(
        _templates,
        _NAME_OR_NAMES,
        "The Compose files, later ones over earlier ones; {env} stands for the environment's name or an alias, and "
        "such a file need not be there.",
    ),
    "side_by_side": Field(
        _flag, {"type": "boolean"}, "Whether several environments of one checkout may run at the same time."
    ),
    "own": Field(
        _texts, _NAMES, "Variables that a service may be given otherwise than the environment's files say."
    ),
    "unpinned": Field(
        _texts, _NAMES, "Image tags that a protected environment does not start. By default latest."
    ),
    "debug_ports": Field(
        _ports,
        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}, "uniqueItems": True},
        "Ports of debuggers, which a protected environment does not publish. By default 5005, 5678 and 9229.",
    ),
    "wait": Field(
        _seconds,
        {"type": "integer", "minimum": 1},
        "Seconds that services have to get healthy. By default 120.",
    ),
}
TABLES = ("project", "files", "lock", "environments", "settings", "variables", "services")


def json_schema() -> dict[str, Any]:
    """The JSON schema of firedoor.toml (draft 2020-12), for editors."""

    def table(fields: dict[str, Field]) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: field.schema for name, field in fields.items()},
        }

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "firedoor declaration",
        "type": "object",
        "additionalProperties": False,
        "required": ["environments"],
        "properties": {
            "project": table(PROJECT),
            "files": table(FILES),
            "lock": table(LOCK),
            "settings": table(SETTINGS),
            "services": table(SERVICES),
            "environments": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": table(ENVIRONMENT),
            },
            "variables": {"type": "object", "additionalProperties": table(VARIABLE)},
        },
    }
