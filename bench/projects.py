"""Projects of any size for the benchmarks: a declaration, and an env file for each environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

STAGES = ("development", "testing", "staging", "production")


def write(
    folder: Path, environments: tuple[str, ...], variables: int, *, files: tuple[str, ...] = ()
) -> Path:
    """A project whose environments have ``variables`` values each; ``files`` names those that have a file (all)."""
    folder.mkdir(parents=True)
    (folder / ".git").mkdir()  # the declaration is not looked for above it
    (folder / "firedoor.toml").write_text(_declaration(environments, variables), encoding="utf-8")
    for environment in files or environments:
        path = folder / f".env.{environment}"
        path.write_text(_values(environment, variables), encoding="utf-8")
        path.chmod(0o600)
    return folder


def _kind(index: int) -> str:
    """One in ten is a resource, one in ten a secret, the rest plain values of every type: as in projects we know."""
    return ("database", "secret", "int", "bool", "url", "str", "str", "float", "str", "str")[index % 10]


def _declaration(environments: tuple[str, ...], variables: int) -> str:
    lines = ['[project]\nname = "bench"\nselector = ["APP_ENV"]\n']
    for environment in environments:
        protected = "protected = true\n" if environment == "production" else ""
        lines.append(f"[environments.{environment}]\n{protected}")
    for index in range(variables):
        kind = _kind(index)
        what = {"database": 'resource = "database"', "secret": "secret = true"}.get(kind, f'type = "{kind}"')
        lines.append(f"[variables.VARIABLE_{index}]\n{what}\nrequired = true\n")
    return "\n".join(lines)


def _values(environment: str, variables: int) -> str:
    texts = {
        "database": "postgresql://app_{e}:5fX{i}q8Zr2Lw@db-{e}.internal:5432/app_{e}_{i}",
        "secret": "k7Q{i}vN2xR9tB4mW8{e}pL6sD1zH3cY5",
        "int": "{i}",
        "bool": "true",
        "url": "https://{e}.example.org/path/{i}",
        "float": "{i}.5",
        "str": '"value {i} of {e}"',
    }
    lines = [f"APP_ENV={environment}"]
    lines += [f"VARIABLE_{i}={texts[_kind(i)].format(i=i, e=environment)}" for i in range(variables)]
    return "\n".join(lines) + "\n"
