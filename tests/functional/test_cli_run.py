"""`firedoor run`: it becomes the command, or says whole why not. Exit codes, streams, signals and process are the command's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.project import KEPT, SECONDS
from support.shop import DECLARATION, PRODUCTION, SECRETS, TESTING, build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder

posix = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be replaced there")
RUN = ("run", "-e", "testing", "--")


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return build_shop(project)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", code)


def start(shop: ProjectFolder, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    command = (sys.executable, "-m", "firedoor", *arguments)
    return subprocess.Popen(command, cwd=shop.root, env={**env, "LANG": "C.UTF-8"}, **options)  # type: ignore[call-overload,no-any-return]  # options as a test gives them


# --- it becomes the command ---


@pytest.mark.requirement("A8")
def test_the_command_gets_its_own_environment_s_values(shop: ProjectFolder) -> None:
    code = "import os; print(*(os.environ.get(n) for n in ('APP_ENV', 'DATABASE_URL', 'DEBUG', 'PORT', 'GREETING')))"
    result = shop.firedoor(*RUN, *python(code), code=0)
    assert (result.stdout, result.stderr) == ("testing sqlite:///test.db true 8000 None\n", "")


@pytest.mark.parametrize("code", [0, 1, 2, 3, 126, 127, 255])
def test_the_exit_code_is_the_command_s(shop: ProjectFolder, code: int) -> None:
    result = shop.firedoor(*RUN, *python(f"raise SystemExit({code})"))
    assert (result.code, result.everything) == (code, "")


@posix
def test_death_by_a_signal_is_the_command_s(shop: ProjectFolder) -> None:
    assert shop.firedoor(*RUN, "sh", "-c", "kill -9 $$").code == -signal.SIGKILL
    assert shop.firedoor(*RUN, "sh", "-c", "kill -TERM $$").code == -signal.SIGTERM


@posix
def test_the_process_is_the_same(shop: ProjectFolder) -> None:
    """Supervisors send their signals to the process that they started."""
    process = start(
        shop,
        *RUN,
        *python("import os; print(os.getpid(), flush=True); input()"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert int(process.stdout.readline()) == process.pid
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == -signal.SIGTERM


@posix
def test_ctrl_c_is_the_command_s(shop: ProjectFolder) -> None:
    code = "import time\ntry: print('ready', flush=True); time.sleep(60)\nexcept KeyboardInterrupt: raise SystemExit(42)"
    process = start(shop, *RUN, *python(code), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 42


def test_stdin_goes_through_untouched(shop: ProjectFolder) -> None:
    assert shop.firedoor(*RUN, "cat", stdin="one\ntwo\n\0é", code=0).stdout == "one\ntwo\n\0é"


@posix
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="no /proc here")
def test_signals_are_as_a_shell_would_leave_them(shop: ProjectFolder) -> None:
    """Python ignores SIGPIPE; a program that inherits that does not end when its reader does."""
    ask = ("grep", "SigIgn", "/proc/self/status")
    pythons = 1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1  # whoever started the tests may ignore others
    assert not int(shop.firedoor(*RUN, *ask, code=0).stdout.split()[1], 16) & pythons
    control = shop.run(*python(f"import os; os.execvp('grep', {ask!r})")).stdout.split()[1]
    assert int(control, 16) & pythons


@posix
def test_a_command_ends_when_its_reader_does(shop: ProjectFolder) -> None:
    command = 'for i in 1 2 3 4 5 6 7 8 9; do printf "%20000s" ""; done; echo went on >&2'
    piped = f"{sys.executable} -m firedoor run -e testing -- sh -c '{command}'"
    assert "went on" not in shop.run("sh", "-c", f"{piped} | head -c 1").stderr
    assert "went on" in shop.run("sh", "-c", f"{piped} | wc -c").stderr


@posix
def test_no_file_stays_open(shop: ProjectFolder) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("no /proc here")
    assert shop.firedoor(*RUN, "sh", "-c", "ls /proc/$$/fd", code=0).stdout.split() == ["0", "1", "2"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "-e", "testing", "--", "echo", "-n", "--", "-e", "x"),
        ("run", "--env=testing", "echo", "-n", "--", "-e", "x"),
        ("run", "-etesting", "-q", "--", "echo", "-n", "--", "-e", "x"),
        ("-e", "testing", "run", "--", "echo", "-n", "--", "-e", "x"),
        ("run", "-qe", "testing", "echo", "-n", "--", "-e", "x"),
    ],
    ids=" ".join,
)
def test_words_of_the_command_are_left_alone(shop: ProjectFolder, arguments: tuple[str, ...]) -> None:
    assert shop.firedoor(*arguments, code=0).stdout == "-- -e x"


def test_the_command_is_looked_up_in_the_path_it_gets(shop: ProjectFolder) -> None:
    shop.write("tools/greet", "#!/bin/sh\necho found\n", mode=0o755).write("locked/greet", "", mode=0o644)
    path = f"{shop.root}/nowhere:{shop.root}/firedoor.toml:{shop.root}/locked:{shop.root}/tools:/usr/bin:/bin"
    assert shop.firedoor(*RUN, "greet", env={"PATH": path}, code=0).stdout == "found\n"
    assert shop.firedoor(*RUN, "./tools/greet", code=0).stdout == "found\n"


# --- it cannot be started ---


@posix
@pytest.mark.parametrize(
    ("command", "code", "reason"),
    [
        ("no-such-program-here", 127, "not found"),
        ("./nowhere/at/all", 127, "not found"),
        ("./firedoor.toml/x", 127, "not found"),
        ("-x", 127, "not found"),
        ("./firedoor.toml", 126, "cannot be executed"),
        ("./tools", 126, "cannot be executed"),
        ("./tools/no-interpreter-line", 126, "cannot be executed"),
        ("unreadable", 126, "cannot be executed"),
    ],
)
def test_a_command_that_cannot_be_started(shop: ProjectFolder, command: str, code: int, reason: str) -> None:
    shop.write("tools/no-interpreter-line", "echo no", mode=0o755).write("tools/unreadable", "", mode=0o644)
    path = f"{shop.root}/tools:{os.environ['PATH']}"
    result = shop.firedoor(*RUN, command, env={"PATH": path})
    assert (result.code, result.stdout, result.stderr) == (code, "", f"firedoor: run: {command}: {reason}\n")


@posix
def test_without_a_path_the_system_s_own_is_searched(shop: ProjectFolder) -> None:
    result = shop.run("/usr/bin/env", "-u", "PATH", sys.executable, "-m", "firedoor", *RUN, "echo", "started")
    assert (result.code, result.stdout) == (0, "started\n")


# --- it refuses, and nothing starts ---


@pytest.mark.requirement("A8", "A13")
def test_a_refusal_is_whole_and_on_stderr(shop: ProjectFolder) -> None:
    shop.write(
        ".env.production",
        PRODUCTION.replace("DEBUG=false", "DEBUG=true").replace(
            "SECRET_KEY=p0a1b2c3d4e5f6", "SECRET_KEY=changeme"
        ),
    )
    result = shop.firedoor("run", "-e", "prod", "--", "sh", "-c", "echo started; touch started", code=1)
    assert result.stdout == ""
    assert not (shop.root / "started").exists()
    assert result.prints(
        """\
        production
          error  FD310  .env.production:2:1  SECRET_KEY
            SECRET_KEY of production is still a placeholder.
            do: Put the real value where it is set: .env.production:2:1...
        ...

          error  FD304  .env.production:3:1  DEBUG
            production requires DEBUG to be false, and it is something else.
            do: Set DEBUG to false. It comes from .env.production:3:1.

        2 errors in production
        """,
        stream="stderr",
    )
    assert not [secret for secret in SECRETS if secret in result.everything]


def test_quiet_is_not_silent_about_errors(shop: ProjectFolder) -> None:
    refused = shop.firedoor("run", "-q", "-e", "testing", "--", "true", env={"DEBUG": "ture"}, code=1)
    assert "FD303" in refused.stderr


def test_what_did_not_stop_it_is_said_unless_quiet(shop: ProjectFolder) -> None:
    (shop.root / ".env.testing").unlink()
    shop.write(".env", TESTING, mode=0o600)
    exported = {"PGHOST": "somewhere", "GREETING": "x"}
    loud = shop.firedoor(*RUN, "echo", "started", env=exported, code=0)
    assert loud.stdout == "started\n"
    assert loud.prints(
        """\
        firedoor: not passed on: PGHOST (firedoor explain FD312)
        testing
          warning  FD202  .env.testing
            ...
            do: ...
        ...

        1 warning in testing
        """,
        stream="stderr",
    )
    quiet = shop.firedoor("run", "-q", "-e", "testing", "--", "echo", "started", env=exported, code=0)
    assert (quiet.stdout, quiet.stderr) == ("started\n", "")


@pytest.mark.requirement("A6")
def test_no_reloader_in_production(shop: ProjectFolder) -> None:
    for command in (
        ("uvicorn", "app:app", "--reload"),
        ("sh", "-c", "exec gunicorn --reload app"),
        ("env", "FLASK_DEBUG=1", "flask", "run"),
    ):
        refused = shop.firedoor("run", "-e", "prod", "--", *command, code=1)
        assert "FD80" in refused.stderr
    assert (
        "FD802"
        in shop.firedoor(
            "run", "-e", "prod", "--", "true", env={"GUNICORN_CMD_ARGS": "--reload"}, code=1
        ).stderr
    )
    assert shop.firedoor("run", "-e", "prod", "--", "echo", "serving", code=0).stdout == "serving\n"
    assert shop.firedoor("run", "-e", "dev", "--", "echo", "--reload", code=0).stdout == "--reload\n"


def test_gunicorn_s_own_file_is_read_where_the_command_starts(shop: ProjectFolder) -> None:
    shop.write("deep/gunicorn.conf.py", "reload = True\n").write(
        "bin/gunicorn", "#!/bin/sh\necho serving\n", mode=0o755
    )
    command = (f"{shop.root}/bin/gunicorn", "app:app")
    assert shop.firedoor("run", "-e", "prod", "--", *command, code=0).stdout == "serving\n"
    refused = shop.firedoor("run", "-C", "deep", "-e", "prod", "--", *command, code=1)
    assert (refused.stdout, "FD801" in refused.stderr) == ("", True)


@pytest.mark.parametrize(
    ("declaration", "arguments", "code", "said"),
    [
        (DECLARATION, ("-e", "nope"), 1, "FD102"),
        (DECLARATION, ("-e", ""), 1, "FD105"),
        (DECLARATION, (), 1, "FD101"),
        ("[environments.a\n", ("-e", "a"), 2, "FD002"),
    ],
)
def test_refusals_before_there_is_an_environment(
    shop: ProjectFolder, declaration: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    shop.write("firedoor.toml", declaration)
    result = shop.firedoor("run", *arguments, "--", "echo", "started", code=code)
    assert (result.stdout, said in result.stderr) == ("", True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-e", "testing"), "firedoor: run: a command is missing: firedoor run -e ENV -- COMMAND\n"),
        (("-e", "testing", "--"), "firedoor: run: a command is missing: firedoor run -e ENV -- COMMAND\n"),
        (("-e",), "firedoor: run: -e needs a value: -e ENV\n"),
        (("--format", "json", "--", "true"), "firedoor: run: unknown option --format; see --help\n"),
        (("--evn", "testing", "--", "true"), "firedoor: run: unknown option --evn; did you mean --env?\n"),
    ],
    ids=" ".join,
)
def test_usage(shop: ProjectFolder, arguments: tuple[str, ...], said: str) -> None:
    result = shop.firedoor("run", *arguments)
    assert (result.code, result.stdout, result.stderr) == (2, "", said)


def test_help(project: ProjectFolder) -> None:
    assert project.firedoor("run", "--help", code=0).prints(
        """\
        usage: firedoor run [-e ENV] [--seal[=STRENGTH]] -- COMMAND [ARGUMENT...]

        Validate one environment, then become the command with a clean set of variables.

          -e, --env ENV        the environment; else APP_ENV and its like, .env, the declared default
          --seal[=STRENGTH]    let it reach only what ENV declares (Linux): by address, port, or any, the strongest
          -C, --directory DIR  work as if started in DIR
          -q, --quiet          say only what must be said
          -h, --help           show this help

        Exit code: the command's own; 1 when firedoor refuses, 2 for a wrong declaration or command line,
        126 and 127 when the command cannot be started.
        """
    )
