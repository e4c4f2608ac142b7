"""Where values come from: the process and the environment's files. The only reader of ``os.environ``."""

# ruff: noqa: SIM905 - names read best as one text

import os
import sys

from firedoor import dotenv, reading
from firedoor.origin import FILE, Origin
from firedoor.problem import WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Project
    from firedoor.environment import Environment

# Keys of the machine and the session: never another environment's, whatever its file says.
MACHINE = frozenset(
    "PATH HOME USER LOGNAME SHELL PWD OLDPWD TERM COLORTERM LANG LANGUAGE TZ TMPDIR TEMP TMP HOSTNAME EDITOR DISPLAY "
    "VIRTUAL_ENV PYTHONPATH PYTHONHOME SYSTEMROOT WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA CI "
    "NO_COLOR".split()
)
_BLOCK = "/proc/self/environ"
_PLACEHOLDER = "{env}"
_REMEMBERED_FILES = 1024


class Layer:
    """The entries of one file. ``shared``: the declaration reads this file in every environment.

    ``secret``: it is no env file, but holds the text of one variable.
    """

    __slots__ = ("entries", "fallback", "name", "secret", "shared")

    def __init__(
        self,
        name: str,
        entries: "Sequence[dotenv.Entry]",
        *,
        shared: bool = False,
        fallback: bool = False,
        secret: bool = False,
    ) -> None:
        self.name = name
        self.entries = entries
        self.shared = shared
        self.fallback = fallback
        self.secret = secret

    def __repr__(self) -> str:
        return f"Layer({self.name!r}, {len(self.entries)} entries)"


class Sourced:
    """One environment's files: ``layers`` from lowest to highest, problems met, ``missing`` when none is here."""

    __slots__ = ("layers", "missing", "problems")

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.problems: list[Problem] = []
        self.missing = False


def process_environment() -> dict[str, str]:
    """The process's variables, copied."""
    return dict(os.environ)


def command_line() -> list[str]:
    """The words this process was started with, and those its program was told: they differ in spawned workers."""
    return [*sys.orig_argv, *sys.argv]


def process_duplicates() -> frozenset[str]:
    """Names that the process was started with twice: programs disagree on which of the two counts. Linux only."""
    if sys.platform != "linux":
        return frozenset()
    try:
        with open(_BLOCK, "rb", buffering=0) as file:
            block = file.readall()
    except OSError:
        return frozenset()
    names = [os.fsdecode(pair.partition(b"=")[0]) for pair in block.split(b"\0") if b"=" in pair]
    if len(set(names)) == len(names):
        return frozenset()
    return frozenset(name for name in names if names.count(name) > 1)


def candidates(template: str, environment: "Environment") -> list[str]:
    """The files that a template can mean for an environment, relative to the root, one for each spelling."""
    if _PLACEHOLDER not in template:
        return [template]
    return [template.replace(_PLACEHOLDER, spelling) for spelling in environment.spellings]


def home(project: "Project", environment: "Environment", sourced: Sourced) -> str:
    """The file where the environment's values belong: its own that was read last, or the one that should be there."""
    own = [
        layer.name for layer in sourced.layers if not layer.shared and not layer.fallback and not layer.secret
    ]
    return own[-1] if own else candidates(project.files[-1], environment)[0]


def layers_of(project: "Project", environment: "Environment", *, chosen: bool = False) -> Sourced:
    """Read the environment's files in their order, or what its fallback policy allows, saying so.

    ``chosen``: it is the environment that everything here belongs to, so a folder of secrets without {env} too.
    """
    sourced = Sourced()
    secrets = project.secrets if chosen or _PLACEHOLDER in project.secrets else ""
    found_own = False
    absent = []
    for template in project.files:
        shared = _PLACEHOLDER not in template
        present = _present(project, template, environment, sourced)
        if present:
            found_own = found_own or not shared or all(_PLACEHOLDER not in other for other in project.files)
            _add(project, environment, sourced, present, shared=shared)
        else:
            absent.append(template)
    if found_own:
        for template in absent:
            sourced.problems.append(_missing(environment, template))
    elif not sourced.problems:
        _fall_back(project, environment, sourced, absent, secrets)
    for template in project.optional_files:
        present = _present(project, template, environment, sourced)
        if present:
            _add(project, environment, sourced, present, shared=_PLACEHOLDER not in template)
    if secrets:
        _add_secrets(project, environment, sourced)
    return sourced


def _add_secrets(project: "Project", environment: "Environment", sourced: Sourced) -> None:
    """The secrets that are mounted as files, before all env files: each a layer of its own."""
    from firedoor import secret_files  # only where they are declared

    folder = _present(project, project.secrets, environment, sourced)
    if not folder:
        return
    found = secret_files.of(project, environment, folder)
    sourced.problems.extend(found.problems)
    for name, path, text in found.texts:
        entry = dotenv.Entry((name, text, 0, 0, "", True))
        sourced.layers.append(Layer(path, (entry,), secret=True))
    if found.texts and _PLACEHOLDER in project.secrets:
        sourced.missing = False


def _present(project: "Project", template: str, environment: "Environment", sourced: Sourced) -> str:
    """The one file of this template that exists, or an empty text. Two spellings of it are a problem."""
    names = candidates(template, environment)
    present = [name for name in names if os.path.lexists(os.path.join(project.root, name))]
    if len(present) > 1:
        origin = Origin(FILE, present[0])
        sourced.problems.append(
            Problem(
                "FD203",
                subject=present[0],
                environment=environment.name,
                origin=origin,
                files=", ".join(present),
            )
        )
    return present[0] if present else ""


def _missing(environment: "Environment", template: str) -> Problem:
    names = candidates(template, environment)
    return Problem(
        "FD201",
        subject=names[0],
        environment=environment.name,
        origin=Origin(FILE, names[0]),
        files=" or ".join(names),
    )


def _fall_back(
    project: "Project", environment: "Environment", sourced: Sourced, absent: list[str], secrets: str
) -> None:
    """The environment has no file of its own: do what its policy allows, and say it."""
    sourced.missing = True
    policy = environment.fallback
    wanted = candidates(next((t for t in absent if _PLACEHOLDER in t), absent[0]), environment)[0]
    origin = Origin(FILE, wanted)
    name = project.fallback_file
    if policy == "process":
        facts = {"folder": candidates(secrets, environment)[0]} if secrets else {}
        sourced.problems.append(
            Problem(
                "FD218",
                subject=wanted,
                environment=environment.name,
                origin=origin,
                severity=WARNING,
                **facts,
            )
        )
    elif policy == "file" and os.path.lexists(os.path.join(project.root, name)):
        if all(layer.name != name for layer in sourced.layers):
            _add(project, environment, sourced, name, shared=False, fallback=True)
        sourced.missing = False
        sourced.problems.append(
            Problem(
                "FD202",
                subject=wanted,
                environment=environment.name,
                origin=origin,
                severity=WARNING,
                file=name,
            )
        )
    else:
        sourced.problems.extend(_missing(environment, template) for template in absent)


def _add(
    project: "Project",
    environment: "Environment",
    sourced: Sourced,
    name: str,
    *,
    shared: bool,
    fallback: bool = False,
) -> None:
    entries, problems = read_entries(project, name, environment.name)
    sourced.problems.extend(problems)
    sourced.layers.append(Layer(name, entries, shared=shared, fallback=fallback))


_CODES = {
    reading.MISSING: "FD205",
    reading.UNREADABLE: "FD205",
    reading.NOT_REGULAR: "FD206",
    reading.NOT_UTF8: "FD207",
    reading.TOO_LARGE: "FD209",
}
_parsed: "dict[str, tuple[bytes, Sequence[dotenv.Entry], Sequence[dotenv.Fault]]]" = {}


def read_entries(
    project: "Project", name: str, environment: str | None
) -> "tuple[Sequence[dotenv.Entry], list[Problem]]":
    """Read and parse one file of the project. Every fault is a problem; what could be read beside it is given too.

    A file is parsed again only when its bytes changed since the last time in this process.
    """
    path = os.path.join(project.root, name)
    data = reading.read_bytes(path)
    if isinstance(data, reading.Failure):
        return (), [_unreadable(name, environment, data)]
    known = _parsed.get(path)
    if known is None or known[0] != data:
        text = reading.decode(data)
        if isinstance(text, reading.Failure):
            return (), [_unreadable(name, environment, text)]
        if len(_parsed) >= _REMEMBERED_FILES:
            _parsed.clear()
        known = _parsed[path] = (data, *dotenv.parse_all(text))
    _, entries, faults = known
    return entries, [_fault(name, environment, fault) for fault in faults]


def _unreadable(name: str, environment: str | None, failure: reading.Failure) -> Problem:
    origin = Origin(FILE, name, failure.line, failure.column)
    return Problem(
        _CODES[failure.reason], subject=name, environment=environment, origin=origin, detail=failure.detail
    )


def _fault(name: str, environment: str | None, fault: "dotenv.Fault") -> Problem:
    origin = Origin(FILE, name, fault.line, fault.column)
    facts = {"detail": fault.reason}
    if fault.other_line:
        facts["first_line"] = str(fault.other_line)
    return Problem(fault.code, subject=fault.key or name, environment=environment, origin=origin, **facts)
