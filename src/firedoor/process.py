"""The only starter of programs."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CANNOT_EXECUTE = 126
NOT_FOUND = 127
TIMED_OUT = 124


def capture(
    argv: "Sequence[str]",
    cwd: str,
    *,
    env: "Mapping[str, str] | None" = None,
    stdin: bytes = b"",
    timeout: float = 30.0,
) -> tuple[int, bytes]:
    """Run a program to its end: its exit code and what it wrote to stdout; its stderr is dropped.

    A program that cannot be started ends as in shells: 127 not found, 126 not executable; 124 when it was stopped
    after ``timeout`` seconds; -N when signal N ended it. ``env`` None means this process's own.
    """
    import subprocess  # costs as much as the interpreter's start

    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TIMED_OUT, b""
    except (FileNotFoundError, NotADirectoryError):
        return NOT_FOUND, b""
    except OSError:
        return CANNOT_EXECUTE, b""
    return done.returncode, done.stdout
