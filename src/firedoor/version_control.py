"""What git knows of the project's files. No git, or no repository: then it knows nothing."""

import os

from firedoor import process, sources

# What a hook's git exports: it may speak of another repository than the one asked about.
_LOCAL = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
# Reading a repository of somebody else's (a mounted folder in a container) is refused by git for fear of the programs
# that its configuration may name. `ls-files` and `check-ignore` start one only for fsmonitor, which is off here.
_GIT = ("git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false")


def tracked_files(root: str) -> frozenset[str] | None:
    """The paths below ``root`` that git tracks now, relative to it; None when git cannot say."""
    code, output = _git(root, "ls-files", "-z", index=True)
    return frozenset(_names(output)) if code == 0 else None


def folder_in_repository(root: str) -> str:
    """The path of ``root`` relative to its repository's top, empty at the top or when git cannot say."""
    code, output = _git(root, "rev-parse", "--show-prefix")
    return os.fsdecode(output.rstrip(b"\n")).rstrip("/") if code == 0 else ""


def ignored(root: str, paths: list[str]) -> dict[str, str | None] | None:
    """For each path the pattern of .gitignore and the like that decides on it, None if none; None without git.

    A pattern that begins with ``!`` takes the path back in.
    """
    said = "\0".join(paths).encode("utf-8", "surrogateescape")
    code, output = _git(root, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin", stdin=said)
    if code not in (0, 1):
        return None
    fields = _names(output, keep_empty=True)
    rows = zip(fields[2::4], fields[3::4], strict=False)
    return {path: pattern or None for pattern, path in rows}


def sides_of_conflict(root: str, path: str) -> tuple[bytes, bytes] | None:
    """The file as each side of an unfinished merge has it: ours, theirs; None when git knows of no conflict in it."""
    sides = [_git(root, "cat-file", "blob", f":{stage}:./{path}", index=True) for stage in (2, 3)]
    if any(code != 0 for code, _ in sides):
        return None
    return sides[0][1], sides[1][1]


def _git(root: str, *arguments: str, stdin: bytes = b"", index: bool = False) -> tuple[int, bytes]:
    environment = sources.process_environment()
    hooked = {name: environment.pop(name) for name in _LOCAL if name in environment}
    environment["LC_ALL"] = "C"
    if index and "GIT_INDEX_FILE" in hooked:
        own = _index_of(root, hooked["GIT_INDEX_FILE"], environment)
        environment.update({"GIT_INDEX_FILE": own} if own else {})
    return process.capture((*_GIT, *arguments), root, env=environment, stdin=stdin)


def _index_of(root: str, index: str, environment: dict[str, str]) -> str:
    """The index that a hook is about to commit, if it belongs to the repository of ``root``; else an empty text."""
    code, output = process.capture((*_GIT, "rev-parse", "--absolute-git-dir"), root, env=environment)
    if code != 0:
        return ""
    folder = os.path.realpath(os.fsdecode(output.rstrip(b"\n")))
    index = os.path.realpath(index)
    return index if os.path.dirname(index) == folder else ""


def _names(output: bytes, *, keep_empty: bool = False) -> list[str]:
    names = output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return names if keep_empty else [name for name in names if name]
