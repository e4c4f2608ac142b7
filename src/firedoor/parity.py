"""Two environments side by side: the same keys, the same shapes, different secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import resources, secret, typed_text

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.resolve import Configuration, Value

SAME = "same shape"
SHAPE = "other shape"
ONLY_LEFT = "only left"
ONLY_RIGHT = "only right"
SHARED = "same secret"


class Row:
    """One key of the comparison: ``verdict`` is one of this module's constants, a side is None where it is unset."""

    __slots__ = ("key", "left", "right", "shapes", "verdict")

    def __init__(
        self, key: str, verdict: str, left: Value | None, right: Value | None, shapes: tuple[str, str]
    ) -> None:
        self.key = key
        self.verdict = verdict
        self.left = left
        self.right = right
        self.shapes = shapes

    @property
    def differs(self) -> bool:
        """Whether somebody should look at it."""
        return self.verdict != SAME


def compare(left: Configuration, right: Configuration) -> list[Row]:
    """One row for each key of either configuration, by name."""
    keys = sorted({*left.values, *right.values} - set(left.project.selectors))
    return [_row(left.project, key, left.values.get(key), right.values.get(key)) for key in keys]


def _row(project: Project, key: str, left: Value | None, right: Value | None) -> Row:
    shapes = (shape(project, key, left), shape(project, key, right))
    if left is None or right is None:
        return Row(key, ONLY_RIGHT if left is None else ONLY_LEFT, left, right, shapes)
    if _is_sensitive(project, key) and _same(project, key, left, right):
        return Row(key, SHARED, left, right, shapes)
    return Row(key, SAME if shapes[0] == shapes[1] else SHAPE, left, right, shapes)


def _is_sensitive(project: Project, key: str) -> bool:
    variable = project.variables.get(key)
    if variable is not None:
        return variable.sensitive and variable.shared is False
    return secret.looks_secret_name(key)


def _same(project: Project, key: str, left: Value, right: Value) -> bool:
    variable = project.variables.get(key)
    kind = variable.resource if variable is not None else None
    if left.template or right.template:
        return False  # nobody can say what it will be
    if resources.is_token(kind) and (
        secret.looks_placeholder(left.text) or secret.looks_placeholder(right.text)
    ):
        return False
    owned = resources.identities(kind, left.text, project.root)
    return not owned.isdisjoint(resources.identities(kind, right.text, project.root))


def shape(project: Project, key: str, value: Value | None) -> str:
    """What kind of text it is: the declared type where it fits, else what it looks like; empty when unset."""
    if value is None:
        return ""
    if not value.text:
        return "empty"
    variable = project.variables.get(key)
    if variable is not None and variable.type != "str":
        return variable.type if typed_text.fits(variable.type, value.text) else f"not {variable.type}"
    return looks_like(value.text)


def looks_like(text: str) -> str:
    """bool, int, float, url, json or str, by the text alone."""
    for kind in ("int", "float", "bool"):
        if typed_text.fits(kind, text):
            return kind
    if typed_text.is_url(text):
        return "url"
    return "json" if text[:1] in "[{" and typed_text.is_json(text) else "str"
