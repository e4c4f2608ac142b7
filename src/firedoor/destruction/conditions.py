"""Whether a condition holds some rows back, as far as its text says. ``true``, ``1 = 1`` and ``id = id`` do not.

What a condition says of the data (``id > 0``) is not known here: a condition that compares a column counts.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

_SAME = (exp.EQ, exp.NullSafeEQ, exp.GTE, exp.LTE, exp.Is, exp.Like, exp.ILike)
_DIFFERENT = (exp.NEQ, exp.GT, exp.LT, exp.NullSafeNEQ)


def binds(condition: exp.Expr | None) -> bool:
    """Whether the condition keeps rows out. None, the missing one, does not."""
    return condition is not None and not _always(condition, value=True)


def _always(condition: exp.Expr, *, value: bool) -> bool:
    """Whether the condition has this value whatever the row holds, or may have since no row is asked."""
    inner = condition.unnest()
    if isinstance(inner, exp.Not):
        return _always(inner.this, value=not value)
    if isinstance(inner, (exp.And, exp.Or)):
        sides = [_always(side, value=value) for side in (inner.left, inner.right)]
        return all(sides) if isinstance(inner, exp.And) is value else any(sides)
    if not any(_asks_a_row(column) for column in inner.find_all(exp.Column)):
        return _constant(inner) is not (not value)
    if isinstance(inner, _SAME if value else _DIFFERENT):
        left, right = inner.args.get("this"), inner.args.get("expression")
        return left is not None and left == right
    return False


def _constant(condition: exp.Expr) -> bool | None:
    """The value of a condition without columns, None when only the server knows it."""
    found = simplify(condition.copy())
    if isinstance(found, exp.Boolean):
        return bool(found.this)
    if isinstance(found, exp.Literal) and not found.is_string:
        return float(found.this) != 0
    if isinstance(found, exp.Null):
        return False
    return None


def _asks_a_row(column: exp.Column) -> bool:
    """SQLite takes ``"1"`` for a text where no column is called so; no column begins with a digit."""
    return not (isinstance(column.this, exp.Identifier) and column.name[:1].isdigit())
