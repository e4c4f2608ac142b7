"""Putting something of ours in the place of something of a library's, and taking it away again.

A class of C code is changed in its own dictionary, so that every copy of it that anybody took before obeys. Python has
no door for that; ``c_method`` says what it relies on, tries whether it worked and undoes it if not.
"""

from __future__ import annotations

import gc
import sys
from functools import update_wrapper
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Made = Callable[..., Any]
    Make = Callable[[Made], Made]

_MISSING = object()


class NotPatchedError(Exception):
    """This interpreter does not let the methods of this class be changed."""


class Patches:
    """What was put in place, to be undone in the opposite order."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def also(self, undo: Callable[[], None]) -> None:
        """One more thing that ``undo`` has to do."""
        self._undo.append(undo)

    def undo(self) -> None:
        """Take all of it away again; what somebody else has put over ours since then stays."""
        while self._undo:
            self._undo.pop()()

    def replace(self, owner: object, name: str, new: object) -> None:
        """Let the module, class or object have ``new`` under the name. Raises AttributeError when it has none."""
        before = vars(owner).get(name, _MISSING)
        if before is _MISSING:
            getattr(owner, name)  # inherited, or nowhere
        setattr(owner, name, new)
        installed = vars(owner).get(name)

        def undo() -> None:
            if vars(owner).get(name) is not installed:
                return
            if before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

        self._undo.append(undo)

    def wrap(self, owner: object, name: str, make: Make) -> None:
        """Replace a function or method by ``make(original)``, which looks like it. Class methods stay such."""
        before = _static(owner, name)
        if isinstance(before, (classmethod, staticmethod)):
            made: Any = type(before)(_like(make(before.__func__), before.__func__))
        else:
            made = _like(make(before), before)
        self.replace(owner, name, made)

    def everywhere(self, home: object, makes: Mapping[str, Make]) -> None:
        """Replace functions of a module, and wherever a loaded module holds one of them under any name.

        ``makes`` are by the functions' names; those that the module lacks, as on another system, are left out. Undone
        wherever they are held by then: a module that was loaded meanwhile may have taken ours.
        """
        pairs = [(old, _like(makes[name](old), old)) for name in makes if (old := getattr(home, name, None))]
        _exchange(pairs)
        self._undo.append(lambda: _exchange([(new, old) for old, new in pairs]))

    def c_method(self, owner: type, name: str, make: Make) -> None:
        """Replace a method of a class of C code in the class. Raises NotPatchedError where that has no effect."""
        held = _dictionary(owner)
        before: Any = held.get(name)
        if before is None:
            return
        made = _like(make(before), before)
        try:
            _put(owner, held, name, made)
            is_seen = getattr(owner, name, None) is made
        except (AttributeError, TypeError):
            is_seen = False
        if not is_seen:
            held[name] = before
            raise NotPatchedError
        self._undo.append(lambda: _put(owner, held, name, before))


def _exchange(pairs: list[tuple[Any, Any]]) -> None:
    """Put the second of each pair wherever a loaded module holds the first."""
    wanted = {id(old): new for old, new in pairs}
    for module in [*sys.modules.values()]:
        # what stands there in a module's place may do anything when it is asked
        names: dict[str, object] = vars(module) if issubclass(type(module), ModuleType) else {}
        if wanted.keys().isdisjoint(map(id, [*names.values()])):
            continue  # nearly all: a thousand modules hold a hundred thousand names
        for held, value in [*names.items()]:
            if id(value) in wanted:
                setattr(module, held, wanted[id(value)])


def _static(owner: object, name: str) -> Any:
    """The attribute as it is held, by the object or by the first of its classes that has it."""
    classes = owner.__mro__ if isinstance(owner, type) else (owner,)
    for one in classes:
        if name in vars(one):
            return vars(one)[name]
    return getattr(owner, name)


def _like(made: Made, before: Made) -> Made:
    return update_wrapper(made, before)


def _dictionary(owner: type) -> dict[str, object]:
    """The dictionary behind a class's ``__dict__``, which only shows it."""
    found = [one for one in gc.get_referents(owner.__dict__) if isinstance(one, dict)]
    if len(found) != 1 or found[0] != owner.__dict__:
        raise NotPatchedError
    return found[0]


def _put(owner: type, held: dict[str, object], name: str, value: object) -> None:
    """Write it, and let the interpreter forget which methods it has looked up: there, and in call sites.

    Setting a class's abstract methods makes it forget, for this class and all below it. Those of a class of C code
    cannot be said by ``setattr``; the descriptor does not ask.
    """
    held[name] = value
    abstract = type.__dict__["__abstractmethods__"]
    abstract.__set__(owner, ())
    abstract.__delete__(owner)
