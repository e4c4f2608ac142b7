"""What the guard does itself, on its own thread alone."""

from __future__ import annotations

import threading

import pytest

from firedoor.guard.quiet import is_quiet, unguarded


def test_a_thread_is_quiet_as_long_as_the_outermost_says() -> None:
    assert not is_quiet()
    with unguarded():
        with unguarded():
            assert is_quiet()
        assert is_quiet()
    assert not is_quiet()


def test_an_error_ends_it() -> None:
    with pytest.raises(KeyError), unguarded():
        raise KeyError
    assert not is_quiet()


def test_other_threads_are_guarded_meanwhile() -> None:
    seen: list[bool] = []
    with unguarded():
        thread = threading.Thread(target=lambda: seen.append(is_quiet()))
        thread.start()
        thread.join()
    assert seen == [False]
