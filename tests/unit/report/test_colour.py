"""When colours are wanted: a terminal that can show them, unless somebody says otherwise."""

from __future__ import annotations

import io

import pytest

from firedoor.report import colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "platform", "expected"),
    [
        (Terminal(), {"TERM": "xterm"}, "linux", True),
        (Terminal(), {}, "linux", True),
        (io.StringIO(), {"TERM": "xterm"}, "linux", False),
        (Terminal(), {"TERM": "dumb"}, "linux", False),
        (Terminal(), {"NO_COLOR": "1"}, "linux", False),
        (Terminal(), {"NO_COLOR": ""}, "linux", True),
        (Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, "linux", False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, "linux", True),
        (io.StringIO(), {"FORCE_COLOR": "1", "TERM": "dumb"}, "linux", True),
        (Terminal(), {"FORCE_COLOR": "0"}, "linux", False),
        (Terminal(), {"FORCE_COLOR": ""}, "linux", True),
        (Terminal(), {}, "win32", False),
        (Terminal(), {"WT_SESSION": "x"}, "win32", True),
        (Terminal(), {"TERM": "xterm"}, "darwin", True),
    ],
)
def test_wanted(stream: io.StringIO, environ: dict[str, str], platform: str, *, expected: bool) -> None:
    assert colour.wanted(stream, environ, platform) is expected


def test_no_stream_and_a_closed_one_want_none() -> None:
    closed = Terminal()
    closed.isatty = io.StringIO.isatty.__get__(closed)  # type: ignore[method-assign]  # stands in for it
    closed.close()
    assert not colour.wanted(closed, {})
    assert not colour.wanted(None, {})  # type: ignore[arg-type]  # wrong on purpose, or a stand-in


@pytest.mark.parametrize(
    ("text", "role", "painted"),
    [
        ("x", "error", "\x1b[1;31mx\x1b[0m"),
        ("x", "heading", "\x1b[1mx\x1b[0m"),
        ("", "error", ""),
        ("x", "unheard of", "x"),
    ],
)
def test_paint(text: str, role: str, painted: str) -> None:
    assert colour.paint(text, role) == painted
