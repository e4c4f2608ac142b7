"""Upkeep of the env files as files: what git tracks, who may read them, whether the examples are in step.

The collector of `rules.git`, `rules.examples` and `rules.permissions`: it does their reading, they do the judging.
"""

import os
import posixpath
import stat
import sys

from firedoor import dotenv, reading, secret_files, version_control
from firedoor.rules import env_files, examples, git, permissions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.problem import Problem


def problems(project: "Project", environments: "Iterable[Environment]") -> "list[Problem]":
    """FD214, FD215, FD216, FD217 and FD219 of these environments and of what all of them share.

    What cannot be read is other rules' concern.
    """
    real = list(env_files.real_files(project))
    shown = [name for path in real for name in env_files.examples_of(path)]
    texts = _texts(project.root, dict.fromkeys([*real, *shown, *env_files.general_examples(project)]))
    tracked = version_control.tracked_files(project.root) or frozenset()
    entries = {path: dotenv.parse_all(texts[path])[0] if path in texts else None for path in real}
    committed = tracked.intersection(env_files.secret_files(project))
    entries |= {path: _secret(path, text) for path, text in _texts(project.root, committed).items()}
    names = {None, *(environment.name for environment in environments)}
    found = [
        *git.problems(project, tracked, entries),
        *examples.problems(project, texts, tracked),
        *permissions.problems(project, readable_by_others(project.root, real)),
    ]
    return [problem for problem in found if problem.environment in names]


def _secret(path: str, text: str) -> list[dotenv.Entry]:
    return [dotenv.Entry((posixpath.basename(path), secret_files.without_line_end(text), 0, 0, "", True))]


def of_ledger(project: "Project") -> "tuple[Problem, ...]":
    """FD528 and FD529: whether the ledger is as it was written, and as long as when the lock was."""
    from firedoor import ledger  # only those who look at the project as a whole ask
    from firedoor.lock import FILE_NAME, comparison
    from firedoor.lock.document import Lock

    data = reading.read_bytes(os.path.join(project.root, FILE_NAME))
    lock = None if isinstance(data, reading.Failure) else comparison.read(project, data)
    return ledger.problems(project.root, lock.ledger if isinstance(lock, Lock) else "")


def _texts(root: str, paths: "Iterable[str]") -> dict[str, str]:
    """The contents of those files that are here and can be read."""
    found = {}
    for path in paths:
        data = reading.read_bytes(os.path.join(root, path))
        text = data if isinstance(data, reading.Failure) else reading.decode(data)
        if isinstance(text, str):
            found[path] = text
    return found


def readable_by_others(root: str, paths: "Iterable[str]") -> dict[str, str]:
    """Those of the files that any user of this machine can open, the folders on the way included, with their modes."""
    if sys.platform == "win32":  # pragma: no cover - another system
        return {}  # its access control lists are not in the mode
    modes = {path: _open_mode(os.path.realpath(os.path.join(root, path))) for path in paths}
    return {path: f"{mode:04o}" for path, mode in modes.items() if mode}


def _open_mode(path: str) -> int:
    """The file's permission bits if it is open to others, else 0."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) or not mode & stat.S_IROTH:
            return 0
        folder = os.path.dirname(path)
        while os.stat(folder).st_mode & stat.S_IXOTH:
            if folder == os.path.dirname(folder):
                return stat.S_IMODE(mode)
            folder = os.path.dirname(folder)
    except OSError:
        pass
    return 0
