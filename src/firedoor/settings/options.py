"""What a settings class may say in ``model_config``: pydantic-settings' own words, refused where they would lie."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal

from pydantic import ConfigDict


class NoDecode:
    """Mark a field, ``Annotated[list[str], NoDecode]``, whose text must reach its validators as it is written."""


class ForceDecode:
    """Mark a field whose text is JSON although the class says ``enable_decoding=False``."""


class SettingsConfigDict(ConfigDict, total=False):
    """``model_config`` of a Settings class: pydantic's keys, and these with their meaning in pydantic-settings."""

    case_sensitive: bool
    env_prefix: str
    env_prefix_target: Literal["variable", "alias", "all"]
    env_nested_delimiter: str | None
    env_nested_max_split: int | None
    env_ignore_empty: bool
    env_parse_none_str: str | None
    env_parse_enums: bool | None
    enable_decoding: bool
    nested_model_default_partial_update: bool | None
    env_file: "str | PathLike[str] | Sequence[str | PathLike[str]] | None"
    env_file_encoding: str | None
    env_file_depth: int
    dotenv_filtering: str | None


OWN_KEYS = frozenset(SettingsConfigDict.__annotations__) - frozenset(ConfigDict.__annotations__)

_DECLARED_FILES = "firedoor reads the files that firedoor.toml declares; name them there, under [files]"
_DECLARED_SECRETS = "firedoor reads the folder of secrets that firedoor.toml declares: [files] secrets"
_NO_SOURCE = "firedoor has no such source; keep the class on pydantic-settings and use firedoor.adapters"
_IMMUTABLE = "settings are immutable; load another one with overrides instead of changing this one"

# A key that would change where values come from must not be passed over in silence.
_REFUSED: Mapping[str, str] = {
    "cli_parse_args": _NO_SOURCE,
    "json_file": _DECLARED_FILES,
    "pyproject_toml_table_header": _DECLARED_FILES,
    "secrets_dir": _DECLARED_SECRETS,
    "toml_file": _DECLARED_FILES,
    "yaml_file": _DECLARED_FILES,
}
_UTF8 = ("utf-8", "utf8", "utf-8-sig", "utf8-sig")


def refuse_unsupported(class_name: str, config: Mapping[str, Any]) -> None:
    """Raise TypeError when the class asks for something that firedoor would otherwise ignore."""
    for key, reason in _REFUSED.items():
        if config.get(key):
            raise TypeError(f"{class_name}: model_config key {key!r} is not supported: {reason}")
    encoding = config.get("env_file_encoding")
    if encoding and str(encoding).lower().replace("_", "-") not in _UTF8:
        raise TypeError(
            f"{class_name}: env_file_encoding is not supported: firedoor reads env files as UTF-8 only"
        )
    if config.get("frozen") is False:
        raise TypeError(f"{class_name}: frozen=False is not supported: {_IMMUTABLE}")


class Options:
    """The options of one class, resolved: texts in the case they are matched in."""

    __slots__ = (
        "alias_prefix",
        "case_sensitive",
        "decoding",
        "delimiter",
        "env_files",
        "extra",
        "forbids_lines",
        "ignore_empty",
        "max_split",
        "name_prefix",
        "none_text",
        "parse_enums",
        "partial_defaults",
        "prefix",
        "strict",
    )

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.case_sensitive = bool(config.get("case_sensitive"))
        self.prefix: str = config.get("env_prefix") or ""
        target = config.get("env_prefix_target") or "variable"
        self.name_prefix = self.prefix if target in ("variable", "all") else ""
        self.alias_prefix = self.prefix if target in ("alias", "all") else ""
        self.delimiter: str = self.cased(config.get("env_nested_delimiter") or "")
        self.max_split: int = (config.get("env_nested_max_split") or 0) - 1
        self.ignore_empty = bool(config.get("env_ignore_empty"))
        self.none_text: str | None = config.get("env_parse_none_str")
        self.parse_enums = bool(config.get("env_parse_enums"))
        self.decoding = config.get("enable_decoding") is not False
        self.partial_defaults = bool(config.get("nested_model_default_partial_update"))
        self.strict = bool(config.get("strict"))
        self.extra: str | None = config.get("extra")
        self.env_files = _paths(config.get("env_file"))
        # pydantic-settings' own default says "forbid" and has no file to forbid it in.
        self.forbids_lines = self.extra == "forbid" and ("env_file" not in config or bool(self.env_files))

    def cased(self, name: str) -> str:
        """The name as it is matched: itself, or in lower case where case does not count."""
        return name if self.case_sensitive else name.lower()


def _paths(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    if isinstance(value, (str, PathLike)):
        return (str(value),)
    return tuple(str(path) for path in value)
