"""Catches mail: takes every message and delivers none. ``python -m analyzers.mail_catcher``.

A page shows what came, newest first; GET and DELETE /messages are for tests.
"""

import argparse
import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

KEPT = 500
PAGE = """<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Mail</title>
<style>body {{ font: 16px sans-serif; margin: 2em; max-width: 50em }} pre {{ white-space: pre-wrap }}</style>
<h1>Caught mail: {count}</h1>{messages}"""
MESSAGE = "<article><h2>{subject}</h2><p>{sender} to {recipients}, {received}</p><pre>{text}</pre></article>"


class Caught(BaseModel):
    """One message."""

    received: datetime
    sender: str
    recipients: list[str]
    subject: str
    text: str


class Box:
    """What aiosmtpd hands messages to: the last ones are kept."""

    def __init__(self) -> None:
        self.messages: deque[Caught] = deque(maxlen=KEPT)

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Keep one message."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.messages.appendleft(
            Caught(
                received=datetime.now(UTC),
                sender=envelope.mail_from or "",
                recipients=envelope.rcpt_tos,
                subject=str(message["Subject"] or ""),
                text=_text(message),
            )
        )
        return "250 Caught"


def create_app(host: str, smtp_port: int) -> FastAPI:
    """The page and the list. The SMTP server lives as long as it."""
    box = Box()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        make: Callable[[], Any] = lambda: SMTP(box, enable_SMTPUTF8=True, hostname="mail")  # noqa: E731 - a type cannot be given to a def's name
        async with await loop.create_server(make, host, smtp_port):
            yield

    app = FastAPI(title="Mail", lifespan=lifespan)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        shown = "".join(MESSAGE.format_map(_escaped(message)) for message in box.messages)
        return PAGE.format(count=len(box.messages), messages=shown)

    @app.get("/messages")
    async def messages() -> list[Caught]:
        return list(box.messages)

    @app.delete("/messages", status_code=204)
    async def forget() -> None:
        box.messages.clear()

    return app


def _text(message: Any) -> str:
    part = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _escaped(message: Caught) -> dict[str, str]:
    shown = {**message.model_dump(mode="json"), "recipients": ", ".join(message.recipients)}
    return {name: escape(str(value)) for name, value in shown.items()}


if __name__ == "__main__":
    known = argparse.ArgumentParser(description="Catch mail.")
    known.add_argument("--host", default="0.0.0.0")  # noqa: S104 - in its container
    known.add_argument("--port", type=int, default=8025, help="the page")
    known.add_argument("--smtp-port", type=int, default=1025)
    asked = known.parse_args()
    uvicorn.run(
        create_app(asked.host, asked.smtp_port), host=asked.host, port=asked.port, log_level="warning"
    )
