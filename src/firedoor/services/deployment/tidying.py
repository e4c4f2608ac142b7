"""What Compose says of a service, as a person would write it into a file that stands in the project's folder."""

# ruff: noqa: SIM905 - keys read best as a line of words

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

# of building and of work on a laptop; never of what is deployed
_NEVER = frozenset("attach build develop extends profiles provider".split())
_ORDER = (
    "image platform pull_policy command entrypoint user working_dir init read_only env_file environment secrets "
    "configs ports networks volumes tmpfs depends_on healthcheck restart deploy labels".split()
)
_LIMITS = {
    "mem_limit": ("limits", "memory"),
    "cpus": ("limits", "cpus"),
    "pids_limit": ("limits", "pids"),
    "mem_reservation": ("reservations", "memory"),
}
_OPTION = re.compile(r"size=(?P<size>\d+)(?P<unit>[kmg]?)|mode=(?P<mode>[0-7]+)")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_USUAL_PORT = (("mode", "ingress"), ("protocol", "tcp"))


def service(told: Mapping[str, Any], root: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The service without what is for building, with paths relative to the root; others that it waits for: chosen."""
    made = {key: value for key, value in told.items() if key not in _NEVER}
    if made.get("pull_policy") == "build":
        del made["pull_policy"]
    made["env_file"] = [_env_file(one, root) for one in _list(told.get("env_file"))]
    made["ports"] = [_port(one) for one in told.get("ports") or ()]
    made["networks"] = _networks(told.get("networks"))
    made["depends_on"] = {
        name: _condition(how) for name, how in (told.get("depends_on") or {}).items() if name in chosen
    }
    made["extra_hosts"] = [text.replace("=", ":", 1) for text in told.get("extra_hosts") or ()]
    mounts, kept = _tmpfs(_list(told.get("tmpfs")))
    made["tmpfs"] = kept
    made["volumes"] = [*(_mount(one, root) for one in told.get("volumes") or ()), *mounts]
    for kind in ("secrets", "configs"):
        made[kind] = [_handed(one) for one in told.get(kind) or ()]
    _limit(made)
    return ordered({key: value for key, value in made.items() if value not in (None, {}, [])})


def part(name: str, told: Mapping[str, Any], root: str, project: str) -> dict[str, Any]:
    """A network, volume, secret or config; its name is left to whoever runs the file unless somebody chose one."""
    made = {key: value for key, value in told.items() if value not in (None, {}, [])}
    if made.get("name") == f"{project}_{name}":
        del made["name"]
    if "file" in made:
        made["file"] = relative(made["file"], root)
    return made


def used(kind: str, services: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The names of one kind that the services speak of."""
    found: set[str] = set()
    for told in services.values():
        if kind == "networks":
            found.update(told.get("networks") or ("default",) if "network_mode" not in told else ())
        elif kind == "volumes":
            found.update(one["source"] for one in told.get("volumes") or () if one.get("source"))
        else:
            found.update(one["source"] for one in told.get(kind) or ())
    return found


def outside(told: Mapping[str, Any]) -> list[str]:
    """The paths of a service that are not below the project's folder."""
    paths = [one["source"] for one in told.get("volumes") or () if one["type"] == "bind"]
    paths += _env_paths(told)
    return [path for path in paths if path.startswith((os.sep, os.pardir))]


def env_files(services: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The env files that the services read, each once."""
    return list(dict.fromkeys(path for told in services.values() for path in _env_paths(told)))


def _env_paths(told: Mapping[str, Any]) -> list[str]:
    return [one["path"] if isinstance(one, Mapping) else one for one in told.get("env_file") or ()]


def ordered(told: Mapping[str, Any]) -> dict[str, Any]:
    """The keys in the order that people write them in."""
    places = {key: place for place, key in enumerate(_ORDER)}
    return dict(sorted(told.items(), key=lambda item: (places.get(item[0], len(places)), item[0])))


def relative(path: str, root: str) -> str:
    """The path from the project's folder on, where it is in it; else as it is."""
    if not os.path.isabs(path):
        return path
    short = os.path.relpath(path, root)
    return path if short.startswith(os.pardir) else short


def _env_file(told: Any, root: str) -> Any:
    """The path alone, unless something more is said of it."""
    if not isinstance(told, Mapping):
        return relative(told, root)
    path = relative(told["path"], root)
    more = {key: value for key, value in told.items() if key != "path" and (key, value) != ("required", True)}
    return {"path": path, **more} if more else path


def _port(told: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as numbers, which a stack insists on; without what is so anyway."""
    made = {key: value for key, value in told.items() if (key, value) not in _USUAL_PORT}
    published = str(made.get("published", ""))
    if published.isdigit():
        made["published"] = int(published)
    return made


def _networks(told: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if told == {"default": None} else dict(told or {})


def _condition(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if (key, value) != ("required", True)}


def _mount(told: Mapping[str, Any], root: str) -> dict[str, Any]:
    made = {key: value for key, value in told.items() if value not in (None, {})}
    if made.get("type") == "bind":
        source = relative(made["source"], root)
        made["source"] = source if os.path.isabs(source) else os.path.join(os.curdir, source)
        # what is not there is an error where it is deployed, not a folder to be made
        made["bind"] = {
            key: value for key, value in made.get("bind", {}).items() if key != "create_host_path"
        }
    size = str((made.get("tmpfs") or {}).get("size", ""))
    if size.isdigit():
        made["tmpfs"] = {**made["tmpfs"], "size": int(size)}
    return {key: value for key, value in made.items() if value != {}}


def _tmpfs(words: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Mounts for what ``tmpfs`` says, which a stack ignores without a word; and what no mount can say."""
    mounts: list[dict[str, Any]] = []
    kept = []
    for word in words:
        target, _, options = word.partition(":")
        found = [_OPTION.fullmatch(option) for option in options.split(",") if option]
        said: dict[str, int] = {}
        for one in found:
            if one and one["size"]:
                said["size"] = int(one["size"]) * _UNITS[one["unit"]]
            elif one:
                said["mode"] = int(one["mode"], 8)
        if None in found:
            kept.append(word)
        else:
            mounts.append({"type": "tmpfs", "target": target, **({"tmpfs": said} if said else {})})
    return mounts, kept


def _handed(told: Mapping[str, Any]) -> dict[str, Any]:
    """A secret or a config, its mode as a number, which a stack insists on."""
    made = {key: value for key, value in told.items() if value is not None}
    if isinstance(made.get("mode"), str):
        made["mode"] = int(made["mode"], 8)
    return made


def _limit(made: dict[str, Any]) -> None:
    """Limits in the words that both understand, and processors as text, which a stack insists on."""
    deploy = {key: value for key, value in (made.get("deploy") or {}).items() if value not in (None, {}, [])}
    resources = {kind: dict(said) for kind, said in (deploy.get("resources") or {}).items()}
    for key, (kind, name) in _LIMITS.items():
        if made.get(key):
            resources.setdefault(kind, {}).setdefault(name, made[key])
            del made[key]
    for said in resources.values():
        if "cpus" in said:
            said["cpus"] = str(said["cpus"])
    if made.get("scale") is not None:
        deploy.setdefault("replicas", made.pop("scale"))
    made["deploy"] = {**deploy, "resources": resources} if resources else deploy


def _list(told: Any) -> list[Any]:
    if told is None:
        return []
    return list(told) if isinstance(told, list) else [told]
