"""Start a program with an environment block of exactly these entries: twice the same name, names without text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from support.project import KEPT, SECONDS, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.project import ProjectFolder

# No shell and no function of Python can pass such a block on; execve(2) itself can.
BECOME = """\
import ctypes, json, os, sys
argv, block = json.loads(sys.stdin.readline())
def array(texts):
    return (ctypes.c_char_p * (len(texts) + 1))(*[os.fsencode(text) for text in texts], None)
ctypes.CDLL(None, use_errno=True).execve(os.fsencode(argv[0]), array(argv), array(block))
sys.exit(f"execve: {os.strerror(ctypes.get_errno())}")
"""


def firedoor_with_block(project: ProjectFolder, *arguments: str, block: Sequence[str]) -> Result:
    """Run ``firedoor ARGUMENTS`` in the project with ``block``, and what every test passes on, as its environment."""
    kept = [f"{name}={os.environ[name]}" for name in KEPT if name in os.environ]
    argv = [sys.executable, "-m", "firedoor", *arguments]
    done = subprocess.run(
        (sys.executable, "-c", BECOME),
        cwd=project.root,
        input=json.dumps([argv, [*kept, "LANG=C.UTF-8", *block]]) + "\n",
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=SECONDS,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)
