"""Unexpected errors: the whole story in development, one sentence elsewhere."""

import traceback

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

SORRY = "Internal server error. It has been logged."


def install_error_answers(app: FastAPI, *, verbose: bool) -> None:
    """Answer unexpected exceptions with JSON, with the traceback when ``verbose``. The server logs it either way."""

    async def answer(_request: Request, error: Exception) -> JSONResponse:
        content: dict[str, object] = {"detail": SORRY}
        if verbose:
            content["error"] = type(error).__name__
            content["traceback"] = "".join(traceback.format_exception(error)).splitlines()
        return JSONResponse(content, status_code=500)

    app.add_exception_handler(Exception, answer)
