"""The per-user memory of containers that were as their files say: Compose is asked again once anything has changed.

What is kept is the list of the env files that Compose read and a keyed hash of everything that the verdict was decided
by: the Compose files and env files to the byte, every variable, the profiles, Compose itself, and which containers
there are. Nothing else is kept, and only that nothing had changed: what is not found here is looked at anew.
The key is this user's own, so that nobody else can write a verdict.
"""

import os

from firedoor import compiled_cache, reading, storage
from firedoor.fingerprint import digest
from firedoor.lock import verdicts
from firedoor.services import program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from firedoor.services.compose import Compose
    from firedoor.services.container import Container
    from firedoor.services.plan import Plan

_VERSION = b"firedoor services 1"
_BYTES = 32
_TICK = 20_000_000  # file systems keep a coarser time than clocks do, in nanoseconds
_ALWAYS = ("HOME", "PATH", "TMPDIR")
# what makes Compose read files that its answers do not name, and how YAML could spell that otherwise
_READS_MORE = (b"include", b"extends", b"label_file", b"\\x", b"\\u", b"\\U")

# everything that no name is made of becomes a blank
_APART = bytes(byte if byte == 0x5F or byte > 0x7F or chr(byte).isalnum() else 0x20 for byte in range(256))


class Memory:
    """What is remembered of one environment of one checkout."""

    def __init__(self, compose: "Compose", selectors: "Iterable[str]") -> None:
        """The selectors are what containers are given beside what the files say."""
        self._compose = compose
        self._selectors = sorted(selectors)
        folder = compiled_cache.folder()
        self._key = b"" if folder is None else verdicts.own_key(folder)
        name = digest(os.fsencode(compose.root), compose.name.encode("utf-8"), size=12).hex()
        self._path = os.path.join(folder or "", f"{name}.services")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is remembered."""
        return not self._key or not os.path.exists(self._path)

    def holds(self, containers: "Sequence[Container]") -> bool:
        """Whether these containers, as they are, were found to be as the files say, as they are."""
        kept = verdicts.own_file(self._path) if self._key else b""
        proof, *names = kept.split(b"\0")
        if not names:
            return False
        now = self._proof(containers, [os.fsdecode(name) for name in names if name])
        return now is not None and now.hex().encode("ascii") == proof

    def keep(self, containers: "Sequence[Container]", plan: "Plan") -> None:
        """Remember that they are as the plan says.

        Of a file that somebody has saved since Compose was asked, its answer says nothing.
        """
        files = sorted(
            {name for service in plan.model.services for name in plan.files_read(service, "env_file")}
        )
        if any(self._is_younger(name, plan.asked) for name in (*self._compose.files, *files)):
            return
        proof = self._proof(containers, files) if self._key else None
        if proof is None:
            return
        kept = b"\0".join([proof.hex().encode("ascii"), *map(os.fsencode, files), b""])
        try:
            storage.write_bytes(self._path, kept, mode=0o600)
        except OSError:
            return

    def _is_younger(self, name: str, moment: int) -> bool:
        try:
            return os.stat(os.path.join(self._compose.root, name)).st_ctime_ns >= moment - _TICK
        except OSError:
            return False

    def _proof(self, containers: "Sequence[Container]", env_files: "Sequence[str]") -> bytes | None:
        compose = self._compose
        texts = [reading.read_bytes(os.path.join(compose.root, name)) for name in compose.files]
        if any(not isinstance(text, bytes) or any(word in text for word in _READS_MORE) for text in texts):
            return None
        read = [text for text in texts if isinstance(text, bytes)]
        read += [_bytes_of(os.path.join(compose.root, name)) for name in env_files]
        parts = [_VERSION, _program(), *read]
        parts += _encoded([compose.name, compose.root, *compose.files, "", *compose.profiles, "", *env_files])
        parts += _encoded(["", *self._selectors, ""])
        parts += _encoded(f"{name}={text}" for name, text in sorted(self._relevant(read)))
        parts += _encoded(one.id for one in containers)  # its variables and labels are the same for life
        return digest(*parts, size=_BYTES, key=self._key)

    def _relevant(self, read: "Sequence[bytes]") -> "Iterator[tuple[str, str]]":
        """The variables whose names stand in what Compose reads, and those that say where other things are."""
        words = {word for one in read for word in one.translate(_APART).split()}
        for name, text in self._compose.variables.items():
            spelled = name.encode("utf-8", "surrogatepass")
            if (
                name in _ALWAYS
                or name.startswith("DOCKER_")
                or words.issuperset(spelled.translate(_APART).split())
            ):
                yield name, text


def _encoded(texts: "Any") -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def _bytes_of(path: str) -> bytes:
    """The file's content, or why there is none: a file that comes or goes is a change as well."""
    data = reading.read_bytes(path)
    return b"+" + data if isinstance(data, bytes) else b"-"


def _program() -> bytes:
    """Compose as it is installed."""
    path = program.words()[0]
    status = os.stat(path)
    return f"{path} {status.st_size} {status.st_mtime_ns}".encode()
