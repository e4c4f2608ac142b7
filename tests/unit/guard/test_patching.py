"""Putting something in a library's place, and taking it away without a trace."""

from __future__ import annotations

import _socket
import collections
import gc
import inspect
import sys
from types import ModuleType
from typing import Any

import pytest

from firedoor.guard import patching
from firedoor.guard.patching import NotPatchedError, Patches


def louder(original: Any) -> Any:
    def loud(*arguments: Any) -> str:
        return str(original(*arguments)).upper()

    return loud


class Base:
    def inherited(self) -> str:
        return "inherited"


class Library(Base):
    name = "name"

    def method(self) -> str:
        """What it does."""
        return "method"

    @classmethod
    def of_class(cls) -> str:
        return f"class {cls.__name__}"

    @staticmethod
    def static() -> str:
        return "static"


class Below(Library):
    pass


def test_methods_of_every_kind_are_wrapped_and_come_back() -> None:
    before = {**vars(Library)}
    patches = Patches()
    for name in ("method", "of_class", "static", "inherited"):
        patches.wrap(Library, name, louder)
    library = Library()
    assert library.method() == "METHOD"
    assert Library.of_class() == "CLASS LIBRARY"
    assert Below.of_class() == "CLASS BELOW"
    assert Library.static() == library.static() == "STATIC"
    assert library.inherited() == "INHERITED"
    assert Base().inherited() == "inherited"
    assert inspect.unwrap(Library.method)(library) == "method"
    assert (Library.method.__name__, Library.method.__doc__) == ("method", "What it does.")
    patches.undo()
    assert {**vars(Library)} == before
    assert "inherited" not in vars(Library)


def test_what_somebody_put_over_ours_stays() -> None:
    patches = Patches()
    patches.replace(Library, "name", "ours")
    Library.name = "theirs"
    patches.undo()
    assert Library.name == "theirs"
    Library.name = "name"


def test_modules_and_objects() -> None:
    module = ModuleType("library")
    module.work = lambda: "work"  # type: ignore[attr-defined]  # put there by the test
    patches = Patches()
    patches.wrap(module, "work", louder)
    assert module.work() == "WORK"
    done: list[str] = []
    patches.also(lambda: done.append("undone"))
    patches.undo()
    patches.undo()
    assert module.work() == "work"
    assert done == ["undone"]


@pytest.mark.parametrize("way", ["wrap", "replace"])
def test_what_is_not_there_is_not_replaced(way: str) -> None:
    with pytest.raises(AttributeError):
        getattr(Patches(), way)(Library, "missing", louder)


def test_a_function_is_replaced_wherever_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> str:
        return "work"

    home, user, late = ModuleType("home"), ModuleType("user"), ModuleType("late")
    home.work = user.own_name = work  # type: ignore[attr-defined]  # put there by the test
    user.other = len  # type: ignore[attr-defined]  # put there by the test
    for module in (home, user, late):
        monkeypatch.setitem(sys.modules, module.__name__, module)

    class Lazy:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "lazy", Lazy())
    patches = Patches()
    patches.everywhere(home, {"work": louder, "missing": louder})
    assert home.work() == user.own_name() == "WORK"
    assert user.other is len
    late.taken = home.work  # type: ignore[attr-defined]  # put there by the test
    patches.undo()
    assert home.work is user.own_name is late.taken is work


# --- classes of C code ---


class Captured(_socket.socket):
    pass


def negative(original: Any) -> Any:
    def fileno(sock: Any) -> int:
        return -int(original(sock))

    return fileno


def number(sock: Any) -> int:
    """One call site, which the interpreter specialises when it is warm."""
    return int(sock.fileno())


def test_a_method_of_c_code_is_replaced_for_every_class_below_and_every_warm_call_site() -> None:
    original = _socket.socket.__dict__["fileno"]
    patches = Patches()
    for _ in range(3):
        for cls in (_socket.socket, Captured):
            for _ in range(100):
                sock = cls()
                assert number(sock) > 0
                sock.close()
        patches.c_method(_socket.socket, "fileno", negative)
        for cls in (_socket.socket, Captured):
            for _ in range(100):
                sock = cls()
                assert number(sock) < 0
                sock.close()
        patches.undo()
        assert _socket.socket.__dict__["fileno"] is original
        assert "__abstractmethods__" not in _socket.socket.__dict__


def test_a_method_that_the_class_lacks_is_left_out() -> None:
    patches = Patches()
    patches.c_method(_socket.socket, "no_such_method", louder)
    assert not hasattr(_socket.socket, "no_such_method")
    patches.undo()


def test_an_interpreter_that_shows_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "get_referents", lambda _: [])
    with pytest.raises(NotPatchedError):
        Patches().c_method(_socket.socket, "fileno", louder)


def test_an_interpreter_that_shows_another_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "get_referents", lambda _: [{"fileno": 1}])
    with pytest.raises(NotPatchedError):
        Patches().c_method(_socket.socket, "fileno", louder)


def put_nowhere(owner: type, held: dict[str, object], name: str, value: object) -> None:
    """As if the interpreter held its methods elsewhere."""


def put_and_refuse(owner: type, held: dict[str, object], name: str, value: object) -> None:
    held[name] = value
    raise TypeError


@pytest.mark.parametrize("put", [put_nowhere, put_and_refuse])
def test_an_interpreter_on_which_it_has_no_effect(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    original = _socket.socket.__dict__["fileno"]
    monkeypatch.setattr(patching, "_put", put)
    patches = Patches()
    with pytest.raises(NotPatchedError):
        patches.c_method(_socket.socket, "fileno", louder)
    patches.undo()
    assert _socket.socket.__dict__["fileno"] is original


def test_python_classes_have_a_dictionary_of_their_own_and_work_as_well() -> None:
    patches = Patches()
    patches.c_method(collections.OrderedDict, "move_to_end", louder)
    made: Any = collections.OrderedDict(a=1)
    assert made.move_to_end("a") == "NONE"
    patches.undo()
    assert made.move_to_end("a") is None
