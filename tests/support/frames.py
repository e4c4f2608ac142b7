"""What a traceback that shows locals would show of firedoor's own frames."""

from __future__ import annotations

import traceback


def shown(error: BaseException) -> str:
    """The locals of every frame of ours, as error reporters print them."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True, compact=True)
    parts: list[str] = []
    seen: traceback.TracebackException | None = frames
    while seen is not None:
        parts += [
            str(one.locals) for one in seen.stack if "/src/firedoor/" in one.filename.replace("\\", "/")
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(parts)
