"""Many questions at once: each bounded, none waits for another, and nobody waits for one that hangs."""

from __future__ import annotations

import threading
import time

import pytest

from firedoor.stamps import asking


def test_answers_come_in_the_order_of_the_questions() -> None:
    slow = threading.Event()

    def first() -> str:
        assert slow.wait(20)
        return "first"

    def second() -> str:
        slow.set()
        return "second"

    assert asking.together([first, second], 20.0) == ["first", "second"]
    assert asking.together([], 1.0) == []


def test_what_hangs_is_left_behind_in_a_thread_that_does_not_hold_the_program() -> None:
    release = threading.Event()
    held: list[threading.Thread] = []

    def hang() -> str:
        held.append(threading.current_thread())
        release.wait()
        return "late"

    started = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "_GRACE", 0.0)
        assert asking.together([hang, lambda: "fast"], 0.05) == [None, "fast"]
    assert time.monotonic() - started < 5
    assert (held[0].daemon, held[0].name) == (True, "firedoor asks")
    release.set()


def test_an_answer_may_be_a_moment_late() -> None:
    release = threading.Event()
    threading.Timer(0.05, release.set).start()
    assert asking.together([lambda: release.wait(20)], -0.5) == [True]


def test_all_of_one_wave_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(16)
    assert len(asking.together([lambda: together.wait(20)] * 16, 20.0)) == 16
    assert not together.broken
    sizes: list[int] = []
    running: set[int] = set()
    lock = threading.Lock()

    def question() -> None:
        with lock:
            running.add(threading.get_ident())
            sizes.append(len(running))
        time.sleep(0.01)
        with lock:
            running.discard(threading.get_ident())

    asking.together([question] * 40, 20.0)
    assert max(sizes) <= 16
