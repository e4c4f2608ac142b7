"""The command line on every kind of stream: terminals, pipes that close, full disks, letters that cannot be shown."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from support.project import KEPT, SECONDS
from support.shop import TESTING, build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals and pipes as POSIX has them")

FIREDOOR = f"{sys.executable} -m firedoor"
SHOWN = re.compile("\x1b\\[[0-9;]*m")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return build_shop(project)


def at_terminal(shop: ProjectFolder, *arguments: str, **exported: str) -> str:
    """What a person sees at a terminal, line ends as programs write them."""
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    leader, follower = pty.openpty()
    command = (sys.executable, "-m", "firedoor", *arguments)
    env = {**env, "LANG": "C.UTF-8", "TERM": "xterm", **exported}
    process = subprocess.Popen(
        command, cwd=shop.root, env=env, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        seen += piece
    process.wait(timeout=SECONDS)
    os.close(leader)
    return seen.decode().replace("\r\n", "\n")


# --- colour ---


def test_a_terminal_is_coloured_and_a_pipe_is_not(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING.replace("true", "ture"))
    piped = shop.firedoor("check", "testing", code=1).stdout
    assert "\x1b" not in piped
    coloured = at_terminal(shop, "check", "testing")
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert SHOWN.sub("", coloured) == piped


@pytest.mark.parametrize(
    ("exported", "coloured"),
    [({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_who_wants_no_colour_gets_none(shop: ProjectFolder, exported: dict[str, str], coloured: bool) -> None:
    shop.write(".env.testing", TESTING.replace("true", "ture"))
    for arguments in (
        ("check", "testing"),
        ("run", "-e", "testing", "--", "true"),
        ("show", "testing"),
        ("explain", "DEBUG", "-e", "testing"),
    ):
        assert ("\x1b" in at_terminal(shop, *arguments, **exported)) is coloured, arguments


def test_colour_where_it_is_demanded(shop: ProjectFolder) -> None:
    refused = shop.firedoor("run", "-e", "nope", "--", "true", env={"FORCE_COLOR": "1"}, code=1)
    assert "\x1b[" in refused.stderr
    assert (
        "\x1b"
        not in shop.firedoor("check", "nope", "--format", "json", env={"FORCE_COLOR": "1"}, code=1).stdout
    )


# --- letters ---


def test_a_terminal_without_the_letters_shows_their_escapes(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING + "GREETING=grüße\n")
    row = re.compile(r"^GREETING +(\S+) ", re.MULTILINE)
    plain = shop.firedoor("show", "testing", code=0).stdout
    assert row.findall(plain) == ["grüße"]
    ascii_only = [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ]
    for exported in ascii_only:
        result = shop.firedoor("show", "testing", env=exported, code=0)
        assert row.findall(result.stdout) == ["gr\\xfc\\xdfe"]


def test_every_verb_speaks_where_only_ascii_is_spoken(shop: ProjectFolder) -> None:
    folder = shop.root.rename(shop.root.with_name("größe"))
    shop = type(shop)(folder)
    shop.write(".env.testing", TESTING.replace("true", "wahr ✓") + "GREETING=grüße\n")
    exported = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for arguments in (
        ("check", "--all"),
        ("check", "größe"),
        ("show", "testing"),
        ("explain", "GREETING", "-e", "testing"),
        ("explain", "größe", "-e", "testing"),
        ("diff", "dev", "testing"),
        ("run", "-e", "testing", "--", "größe"),
        ("run", "-e", "dev", "--", "größe"),
        ("größe",),
        ("check", "--größe"),
        ("explain", "FD230"),
        ("init", "--dry-run"),
    ):
        result = shop.firedoor(*arguments, env=exported)
        assert "Traceback" not in result.everything, result.everything
        assert result.code in (0, 1, 2, 127)


def test_the_command_gets_the_bytes_of_the_file_in_any_locale(shop: ProjectFolder) -> None:
    shop.write(".env.testing", TESTING + "GREETING=grüße\n")
    for exported in (
        {},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ):
        shop.firedoor(
            "run", "-e", "testing", "--", "sh", "-c", 'printf %s "$GREETING" > said', env=exported, code=0
        )
        assert (shop.root / "said").read_bytes() == "grüße".encode()


# --- nothing that is shown drives the terminal ---

EVIL = "\x1b]0;owned\x07\x1b[2J\u202e"


@pytest.mark.parametrize(
    "arguments",
    [
        (EVIL,),
        ("check", EVIL),
        ("check", f"--{EVIL}"),
        ("check", "--format", EVIL),
        ("show", EVIL),
        ("show", "a", EVIL),
        ("explain", EVIL, "-e", "testing"),
        ("explain", EVIL, EVIL),
        ("diff", EVIL, "testing"),
        ("run", "-e", EVIL, "--", "true"),
        ("run", "-e", "testing", "--", EVIL),
        ("-C", EVIL, "check"),
        ("completion", EVIL),
        ("help", EVIL),
    ],
    ids=lambda arguments: " ".join("EVIL" if word == EVIL else word for word in arguments).replace(
        EVIL, "EVIL"
    ),
)
def test_words_of_the_command_line(shop: ProjectFolder, arguments: tuple[str, ...]) -> None:
    result = shop.firedoor(*arguments)
    assert not CONTROL.search(result.everything), repr(result.everything)
    assert "Traceback" not in result.everything


def test_names_and_values_of_the_environment_and_of_files(shop: ProjectFolder) -> None:
    shop.write(".env.testing", (TESTING + f"GREETING='{EVIL}'\n").encode() + b"BAD\x1b[2J=1\n")
    exported = {"APP_ENV": f"testing{EVIL}", f"PG{EVIL}": "x", "PGHOST": EVIL, "PORT": EVIL}
    for arguments in (
        ("check",),
        ("check", "testing"),
        ("show", "testing"),
        ("explain", "GREETING", "-e", "testing"),
        ("explain", "PORT", "-e", "testing"),
        ("diff", "testing", "dev"),
        ("run", "-e", "testing", "--", "true"),
        ("run", "--", "true"),
        *((("check", "testing", "--format", form)) for form in ("json", "sarif", "github")),
    ):
        result = shop.firedoor(*arguments, env=exported)
        assert not CONTROL.search(result.everything), repr(result.everything)
        assert result.everything != ""


def test_names_that_a_hostile_declaration_gives_to_files(project: ProjectFolder) -> None:
    name = "\\u001b]0;owned\\u0007.{env}"
    project.write(
        "firedoor.toml",
        f'[environments.one]\n[files]\ntemplates = ["{name}"]\nfallback_file = "{name[:-6]}"\n[variables.A]\n',
    )
    project.write("\x1b]0;owned\x07.one", "A=1\n").write("\x1b]0;owned\x07", "APP_ENV=one\n")
    for arguments in (
        ("check", "--all"),
        ("check",),
        ("show",),
        ("show", "one"),
        ("explain", "A"),
        ("explain", "B"),
        ("run", "--", "true"),
    ):
        result = project.firedoor(*arguments)
        assert not CONTROL.search(result.everything), repr(result.everything)


def test_line_breaks_in_github_s_commands_start_no_other_command(shop: ProjectFolder) -> None:
    spelling = "x\n::error::forged"
    result = shop.firedoor("check", spelling, "--format", "github", code=1)
    assert result.stdout.count("\n") == 1


# --- streams that end ---


@pytest.mark.parametrize(
    "arguments",
    [
        "check --all",
        "show dev",
        "schema",
        "explain FD203",
        "--help",
        "completion bash",
        "diff dev prod --all",
    ],
)
def test_a_reader_that_goes_away_is_no_error(shop: ProjectFolder, arguments: str) -> None:
    if not os.path.exists("/bin/bash"):
        pytest.skip("needs bash's PIPESTATUS")
    script = f"{FIREDOOR} {arguments} | head -c 0; echo ${{PIPESTATUS[0]}}"
    results = {shop.run("/bin/bash", "-c", script).everything for _ in range(3)}
    assert results <= {"141\n", "0\n", "1\n"}, results  # the command may be quicker than the reader's end


def test_a_reader_that_has_gone_before(shop: ProjectFolder) -> None:
    """The reading end is closed before the command starts: it cannot be quicker."""
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    for arguments in (("check", "--all"), ("schema",), ("run", "-e", "testing", "--", "true")):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            (sys.executable, "-m", "firedoor", *arguments),
            cwd=shop.root,
            env=env,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0 if arguments[0] == "run" else 141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_full_disk_is_said(shop: ProjectFolder) -> None:
    for arguments in ("check --all", "schema", "show dev"):
        result = shop.run("sh", "-c", f"{FIREDOOR} {arguments} > /dev/full")
        assert (result.code, result.stderr) == (2, "firedoor: stopped: No space left on device\n")


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), ("<&-", 0), ("<&- >&- 2>&-", 0)])
def test_closed_streams_change_no_verdict(shop: ProjectFolder, closed: str, code: int) -> None:
    for arguments in ("check dev", "run -e dev -- true", "show dev"):
        assert shop.run("sh", "-c", f"{FIREDOOR} {arguments} {closed}").code == code
    for arguments in ("check nope", "run -e nope -- true"):
        assert shop.run("sh", "-c", f"{FIREDOOR} {arguments} {closed}").code == 1


def test_a_folder_that_is_gone(shop: ProjectFolder) -> None:
    result = shop.run("sh", "-c", f"mkdir gone && cd gone && rmdir ../gone && {FIREDOOR} check --all")
    assert (result.code, result.stdout) == (2, "")
    assert result.stderr == "firedoor: stopped: No such file or directory\n"


def test_ctrl_c(shop: ProjectFolder) -> None:
    """Interrupted while it waits for a file system that does not answer: no traceback, 130 as shells have it."""
    slow = (
        "import os, sys, time\n"
        "from firedoor import reading\n"
        "def wait(path):\n"
        "    print('waiting', flush=True)\n"
        "    time.sleep(60)\n"
        "reading.read_bytes = wait\n"
        "from firedoor.cli import main\n"
        "sys.exit(main(['check', '--all']))\n"
    )
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    process = subprocess.Popen(
        (sys.executable, "-c", slow), cwd=shop.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"waiting\n"
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert (process.returncode, stdout, stderr) == (130, b"", b"")
