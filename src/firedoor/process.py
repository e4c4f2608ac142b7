"""The only starter of programs."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping, Sequence

    Running = subprocess.Popen[bytes]

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
    with_errors: bool = False,
) -> tuple[int, bytes]:
    """Run a program to its end: its exit code and what it wrote to stdout; ``with_errors`` also what to stderr.

    A program that cannot be started ends as in shells: 127 not found, 126 not executable; 124 when it was stopped
    after ``timeout`` seconds; -N when signal N ended it. ``env`` None means this process's own.
    """
    import subprocess  # costs as much as the interpreter's start

    try:
        done = subprocess.run(
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if with_errors else subprocess.DEVNULL,
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


class Task:
    """A program that works beside this one until somebody asks for its result. It reads nothing.

    It is ended when nobody can ask any more.
    """

    _running: "subprocess.Popen[bytes] | None" = None

    def __init__(self, argv: "Sequence[str]", cwd: str, env: "Mapping[str, str]") -> None:
        import subprocess

        self._failure = NOT_FOUND
        try:
            self._running = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError:
            self._failure = CANNOT_EXECUTE

    def result(self, timeout: float = 60.0) -> tuple[int, bytes, bytes]:
        """Its exit code, what it wrote to stdout and what to stderr, once it has ended. Ends as ``capture`` does."""
        from subprocess import TimeoutExpired

        if self._running is None:
            return self._failure, b"", b""
        try:
            out, said = self._running.communicate(timeout=timeout)
        except TimeoutExpired:
            self._running.kill()
            self._running.communicate()
            return TIMED_OUT, b"", b""
        return self._running.returncode, out, said

    def __del__(self) -> None:
        """Nobody is left who could ask."""
        running = self._running
        if running is None or running.returncode is not None:
            return
        running.kill()
        for stream in (running.stdout, running.stderr):
            if stream is not None:
                stream.close()
        running.wait()


def beside(
    argv: "Sequence[str]",
    cwd: str,
    env: "Mapping[str, str]",
    *,
    stdin: bytes = b"",
    holding: "Sequence[int]" = (),
) -> "Running":
    """A program that goes on beside this one. It has ``stdin`` to read; its stdout, with stderr in it, is to be read.

    ``holding`` are descriptors that it keeps open. Raises OSError when it cannot be started.
    """
    import subprocess
    import tempfile

    with (
        tempfile.TemporaryFile() as given
    ):  # no pipe: whoever fills one may wait for a program that reads late
        given.write(stdin)
        given.seek(0)
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=() if sys.platform == "win32" else tuple(holding),
        )


def companion(argv: "Sequence[str]") -> "subprocess.Popen[bytes]":
    """A program beside this one, as a context. Its stdin ends with the block, or with this process however that ends.

    It has a session of its own: no signal for this process's group reaches it. Behind the block it has ended.
    Raises OSError when it cannot be started.
    """
    import subprocess

    return subprocess.Popen(
        list(argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def found(program: str, path: str) -> str | None:
    """Where the program is in the folders of ``path``, as a PATH has them; None when it is in none."""
    names = [program, f"{program}.exe"] if sys.platform == "win32" else [program]
    for folder in path.split(os.pathsep):
        for name in names:
            candidate = os.path.join(folder, name)
            if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
                return candidate
    return None


def replace(argv: "Sequence[str]", env: "Mapping[str, str]") -> int:
    """Become the program: its signals, exit code and streams are this process's. Looked up in the PATH of ``env``.

    Returns only when it cannot be started: 127 not found, 126 not executable. On Windows, which cannot replace a
    process, it runs as a child and its exit code is returned.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        return _run_as_child(argv, env)
    _restore_signals()
    try:
        return _execute(argv, env)
    except UnicodeEncodeError:  # the locale cannot spell what an env file, which is UTF-8, holds
        return _execute(argv, env, _encoded(env))


def _execute(
    argv: "Sequence[str]", env: "Mapping[str, str]", encoded: "Mapping[bytes, bytes] | None" = None
) -> int:
    failure = NOT_FOUND
    for path in _candidates(argv[0], env):
        try:
            os.execve(path, list(argv), dict(encoded or env))  # noqa: S606 - no shell is the point
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            failure = CANNOT_EXECUTE  # a later folder of the PATH may still have it
        except OSError:
            return CANNOT_EXECUTE
    return failure


def _encoded(env: "Mapping[str, str]") -> "dict[bytes, bytes]":
    """The variables in bytes: in the locale's spelling where it has one, else in UTF-8."""
    variables = {}
    for name, text in env.items():
        try:
            variables[os.fsencode(name)] = os.fsencode(text)
        except UnicodeEncodeError:
            variables[os.fsencode(name)] = text.encode("utf-8", "surrogateescape")
    return variables


def _candidates(program: str, env: "Mapping[str, str]") -> "Iterator[str]":
    """The paths to try, as execvp(3) does; os.execvpe would import the warnings module for it."""
    if "/" in program:
        yield program
        return
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        yield os.path.join(folder, program)


def _restore_signals() -> None:
    """Python ignores SIGPIPE and SIGXFSZ; a program that starts with them ignored behaves unlike in a shell."""
    import _signal  # type: ignore[import-not-found]  # typeshed only knows the signal module, which builds enums

    for name in ("SIGPIPE", "SIGXFSZ"):
        number = getattr(_signal, name, None)
        if number is not None:
            _signal.signal(number, _signal.SIG_DFL)


def _run_as_child(argv: "Sequence[str]", env: "Mapping[str, str]") -> int:
    import subprocess

    try:
        return subprocess.run(list(argv), env=dict(env), check=False).returncode
    except FileNotFoundError:
        return NOT_FOUND
    except OSError:
        return CANNOT_EXECUTE
