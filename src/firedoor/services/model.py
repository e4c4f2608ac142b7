"""What Compose made of its files for one environment, service by service: the very thing that is judged and started."""

from __future__ import annotations

import json
import os

from firedoor.fingerprint import digest
from firedoor.services import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from firedoor.display import Redaction

_PART_DIGITS = 8
_DIGEST_DIGITS = 16
# told by the variables themselves, one by one; profiles say when a service starts, not what it is
_NOT_PARTS = ("environment", "labels", "profiles")


class Port:
    """One port of a service: ``target`` inside, ``published`` on the host, on which address.

    ``published`` is 0 where the engine chooses: any port, or one of ``choices``.
    """

    __slots__ = ("choices", "host", "protocol", "published", "target")

    def __init__(self, told: Mapping[str, Any]) -> None:
        first, hyphen, last = str(told.get("published") or "").partition("-")
        self.target = _number(told.get("target"))
        self.choices = (
            range(_number(first), _number(last if hyphen else first) + 1) if _number(first) else range(0)
        )
        self.published = _number(first) if len(self.choices) == 1 else 0
        self.host = str(told.get("host_ip") or "")
        self.protocol = str(told.get("protocol") or "tcp")


class Service:
    """One service of the model. ``data`` is what Compose says of it, as it is."""

    __slots__ = ("data", "name")

    def __init__(self, name: str, data: dict[str, Any]) -> None:
        self.name = name
        self.data = data

    @property
    def variables(self) -> dict[str, str | None]:
        """What its containers are given, finished; None for one that is passed on and not set."""
        told: Mapping[str, str | None] = self.data.get("environment") or {}
        return {name: None if text is None else str(text).replace("$$", "$") for name, text in told.items()}

    @property
    def image(self) -> str:
        """The image, empty for a service that is built without a name."""
        return str(self.data.get("image") or "")

    @property
    def ports(self) -> list[Port]:
        """The ports that it publishes, whether or not the files say where."""
        return list(map(Port, self.data.get("ports") or ()))

    @property
    def number(self) -> int:
        """How many containers it has."""
        told = self.data.get("scale", (self.data.get("deploy") or {}).get("replicas", 1))
        return int(1 if told is None else told)

    @property
    def mounts(self) -> list[Mapping[str, Any]]:
        """Its volumes in long form."""
        return list(self.data.get("volumes") or ())

    @property
    def entrypoint(self) -> list[str] | None:
        """The words that it starts with; None where the image's count."""
        return _words(self.data.get("entrypoint"))

    @property
    def command(self) -> list[str] | None:
        """The words behind the entrypoint; None where the image's count, if its entrypoint does."""
        return _words(self.data.get("command"))


class Model:
    """Every service that the environment starts, with its volumes and networks."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.services = {name: Service(name, told) for name, told in (data.get("services") or {}).items()}

    @property
    def name(self) -> str:
        """The Compose project's name."""
        return str(self.data.get("name", ""))

    def ports(self) -> Iterator[tuple[Service, Port]]:
        """Every port that the files publish at a place of their own, with its service."""
        for service in self.services.values():
            for port in service.ports:
                if port.published:
                    yield service, port

    def _with_parts(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What the service uses, each with what the files say of it at their top."""
        found = {}
        for kind in ("configs", "secrets", "volumes", "networks"):
            declared, used = self.data.get(kind) or {}, told.get(kind) or ()
            names = used if kind == "networks" else [one.get("source") for one in used]
            if used:
                found[kind] = [used, {name: declared[name] for name in names if name in declared}]
        return found

    def marked(self, selectors: Mapping[str, str], marks: Mapping[str, str], redaction: Redaction) -> Model:
        """The model to start: every service is given the selectors, and labels that say what it was started as."""
        services = {}
        for name, told in (self.data.get("services") or {}).items():
            given = {**(told.get("environment") or {}), **selectors}
            services[name] = {
                **told,
                "environment": given,
                "labels": {
                    **(told.get("labels") or {}),
                    **marks,
                    **digests(Service(name, {**told, **self._with_parts(told)}), redaction),
                    labels.VARIABLES: ",".join(sorted(given)),
                },
            }
        return Model({**self.data, "services": services})


def digests(service: Service, redaction: Redaction) -> dict[str, str]:
    """The labels that say what a service was configured as: one digest of all, and one of each part.

    Labels are copied to where secrets are not, as into metrics: values that nobody may see are taken out before.
    Variables are compared by themselves, with what the container has.
    """
    parts = {
        name: _digest(json.dumps(_cleaned(told, redaction), sort_keys=True), _PART_DIGITS)
        for name, told in sorted(service.data.items())
        if name not in _NOT_PARTS and told not in (None, [], {})
    }
    told_parts = " ".join(f"{name}:{told}" for name, told in parts.items())
    return {labels.DIGEST: _digest(told_parts, _DIGEST_DIGITS), labels.PARTS: told_parts}


def _cleaned(told: object, redaction: Redaction) -> object:
    """The same without secrets: taken out of each text by itself, before JSON or Compose spells it otherwise."""
    if isinstance(told, str):
        return redaction.clean(told.replace("$$", "$"))
    if isinstance(told, dict):
        return {str(_cleaned(key, redaction)): _cleaned(one, redaction) for key, one in told.items()}
    return [_cleaned(one, redaction) for one in told] if isinstance(told, list) else told


def changed_parts(before: str, now: str) -> list[str]:
    """The parts that two ``firedoor.parts`` labels differ in, by name."""
    old, new = _parts(before), _parts(now)
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _parts(text: str) -> dict[str, str]:
    return dict(word.split(":", 1) for word in text.split() if ":" in word)


def _digest(text: str, digits: int) -> str:
    return digest(text.encode("utf-8"), size=digits // 2).hex()


def _words(told: object) -> list[str] | None:
    if told is None:
        return None
    return [str(word).replace("$$", "$") for word in (told if isinstance(told, list) else [told])]


def _number(told: object) -> int:
    """A port as Compose tells it, as number or text; 0 for none."""
    text = str(told or "")
    return int(text) if text.isascii() and text.isdigit() else 0


def within(folder: str, path: str) -> bool:
    """Whether the path is the folder or in it, links followed."""
    root = os.path.realpath(folder)
    try:
        return os.path.commonpath([root, os.path.realpath(path)]) == root
    except ValueError:  # on another drive
        return False
