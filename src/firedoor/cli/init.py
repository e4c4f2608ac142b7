"""``firedoor init``: adopt a project as it is. Shows what it will do, then does it; never overwrites anything."""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import TYPE_CHECKING

from firedoor import reading, storage
from firedoor.cli import arguments, output
from firedoor.discovery import ignoring, make_files, make_targets
from firedoor.discovery.plan import CREATE, EXTEND, LEAVE, REFUSE, REPLACE, plan
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, UsageError
from firedoor.report import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.discovery.plan import Change, Plan

MAKE = arguments.Option("--make", "", "also write firedoor.mk, the make targets for services and tests")
YES = arguments.Option("-y --yes", "", "write without asking, at a terminal too")
DRY_RUN = arguments.Option("-n --dry-run", "", "show what would be written, and write nothing")
FORMAT = arguments.Option("--format", "FORMAT", "text or json")
VERB = arguments.Verb(
    "init",
    "",
    "Adopt this project: write firedoor.toml, the missing example files and the missing .gitignore lines.",
    (MAKE, YES, DRY_RUN, FORMAT),
    notes=(
        "New files are created and .gitignore is extended; nothing is overwritten, and no value of an env file is\n"
        "copied. At a terminal it asks first; elsewhere it writes at once. It can be run again at any time;\n"
        "--make then writes firedoor.mk anew, unless somebody has edited it.\n"
        "Exit code: 0 when everything is there, 1 when something was not written."
    ),
)
_MARKS = {CREATE: "+", EXTEND: "+", REPLACE: "+", LEAVE: " ", REFUSE: " "}
_NEXT = "Next: firedoor check --all"


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if given.operands:
        raise UsageError(
            f"init: no operands are known, got {given.operands[0]!r}; -C DIR adopts another folder"
        )
    form = output.chosen(given, FORMAT, ("text", "json"))
    made = plan(given.directory)
    if given.flag(MAKE):
        make_files.extend(made)
    if form == "json":
        return _as_json(made, write=not given.flag(DRY_RUN))
    _show(made, quiet=given.quiet)
    if not made.to_write and not made.refused:
        print(f"Nothing to {'write' if made.todo else 'do'}. {_next(made)}")
        return EXIT_HOLDS
    if given.flag(DRY_RUN):
        print("Nothing was written: this was a dry run.")
        return EXIT_HOLDS
    if made.to_write and not given.flag(YES) and not _agreed(made):
        print("Nothing was written.")
        return EXIT_PROBLEMS
    return _report(made, _write(made))


def _show(made: Plan, *, quiet: bool) -> None:
    """Each file with what happens to it; in full unless quiet."""
    colourful = colour.wanted(sys.stdout, os.environ)
    for change in made.changes:
        title = f"{change.action} {change.path}"
        print(f"{colour.paint(title, 'heading') if colourful else title}: {change.reason}")
        if change.added and not quiet:
            for line in change.added:
                text = f"  {_MARKS[change.action]} {line}".rstrip()
                print(colour.paint(text, "action") if colourful else text)
            print()
    if not quiet:
        for hint in made.hints:
            print(f"Note: {hint}")


def _agreed(made: Plan) -> bool:
    """At a terminal the user decides; elsewhere there is nobody to ask, and nothing that could be lost."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    count = len(made.to_write)
    print(f"Write {'this file' if count == 1 else f'these {count} files'}? [Y/n] ", end="", flush=True)
    answer = sys.stdin.readline()
    return answer.strip().lower() in ("y", "yes") or answer == "\n"


def _write(made: Plan) -> dict[str, str]:
    """Make the changes; for each path that could not be written the reason."""
    failed = {change.path: change.reason for change in made.refused}
    if not made.to_write:
        return failed
    try:
        with storage.Lock(made.root):
            for change in made.to_write:
                try:
                    _apply(made.root, change)
                except OSError as error:
                    failed[change.path] = _reason(error)
    except OSError as error:  # the lock itself
        failed |= {change.path: _reason(error) for change in made.to_write}
    return failed


def _reason(error: OSError) -> str:
    return error.strerror or "the system refused"


def _apply(root: str, change: Change) -> None:
    path = os.path.join(root, change.path)
    if change.action == CREATE:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        storage.create_text(path, change.content)
        return
    data = reading.read_bytes(path)
    if change.action == REPLACE:
        _replace(path, data, change.content)
    elif isinstance(data, reading.Failure):
        storage.create_text(path, change.content)
    else:
        _extend(path, data, change)


def _replace(path: str, data: bytes | reading.Failure, content: str) -> None:
    """Write a file anew that is still as firedoor made it, now too."""
    if isinstance(data, reading.Failure) or not make_targets.is_as_made(data.decode("utf-8", "replace")):
        raise FileExistsError(errno.EEXIST, "it was edited meanwhile")
    storage.write_text(path, content)


def _extend(path: str, data: bytes, change: Change) -> None:
    """Add the lines that are missing now; what another program added since the plan was made is kept."""
    text = data.decode("utf-8", "surrogateescape")
    missing = [line for line in change.added if line not in text.splitlines()]
    lines = [line for line in missing if line != ignoring.HEADING]
    if lines:
        storage.write_bytes(path, ignoring.added_to(text, lines).encode("utf-8", "surrogateescape"))


def _report(made: Plan, failed: dict[str, str]) -> int:
    for path, reason in failed.items():
        print(f"firedoor: {path} was not written: {reason}", file=sys.stderr)
    written = [change.path for change in made.to_write if change.path not in failed]
    if written:
        print(f"Wrote {', '.join(written)}.")
    if failed:
        return EXIT_PROBLEMS
    print(_next(made))
    return EXIT_HOLDS


def _next(made: Plan) -> str:
    return "\n".join(f"Next: {step}" for step in made.todo) or _NEXT


def _as_json(made: Plan, *, write: bool) -> int:
    failed = _write(made) if write else {}
    document = {
        "version": 1,
        "written": write,
        "changes": [
            {
                "path": c.path,
                "action": c.action,
                "reason": c.reason,
                "added": list(c.added),
                "failed": failed.get(c.path),
            }
            for c in made.changes
        ],
        "hints": [*made.hints, *made.todo],
    }
    print(json.dumps(document, indent=2))
    return EXIT_PROBLEMS if failed else EXIT_HOLDS
