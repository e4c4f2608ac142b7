"""Mail, from a bookmark to the catcher's page. firedoor's guard lets it out: the catcher is a part of this process."""

import socket

import httpx
import pytest

from analyzers.mail_catcher import create_app as create_catcher
from src.mail import Mailer, MailError

pytestmark = pytest.mark.integration

HERE = "127.0.0.1"
TO = {"address": "reader@handbook.example"}


@pytest.fixture
def port():
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        return listener.getsockname()[1]


@pytest.fixture
async def caught(app, port):
    """A client of the catcher's page; the application mails to it."""
    catcher = create_catcher(HERE, port)
    app.state.mailer = Mailer(f"smtp://{HERE}:{port}")
    page = httpx.AsyncClient(transport=httpx.ASGITransport(catcher), base_url="http://mail.example")
    async with catcher.router.lifespan_context(catcher), page:
        yield page


async def test_a_readers_bookmarks_are_mailed_as_titles(client, reader, caught):
    for slug in ("stopping-well", "sensors-and-belief"):
        await client.post("/bookmarks", json={"slug": slug, "note": "<script>"}, headers=reader)
    answer = await client.post("/bookmarks/mail", json=TO, headers=reader)
    assert (answer.status_code, answer.json()) == (202, {"bookmarks": 2})
    (message,) = (await caught.get("/messages")).json()
    assert message["recipients"] == ["reader@handbook.example"]
    assert message["subject"] == "Your bookmarks"
    assert message["text"].splitlines() == ["- Stopping well", "- Sensors and belief"]


async def test_the_page_shows_mail_as_text_and_forgets_it(caught, port):
    await Mailer(f"smtp://{HERE}:{port}").send("reader@handbook.example", "<b>", "<script>alert()</script>\n")
    page = (await caught.get("/")).text
    assert "Caught mail: 1" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert (await caught.delete("/messages")).status_code == 204
    assert (await caught.get("/messages")).json() == []
    assert (await caught.get("/health")).json() == {"status": "ok"}


async def test_without_a_mail_server_nothing_is_sent(app, client, reader):
    assert app.state.mailer is None
    assert (await client.post("/bookmarks/mail", json=TO, headers=reader)).status_code == 503


@pytest.mark.parametrize("address", ["", "reader", "a@b@c.example", "a@b.example\r\nBcc: d@e.example"])
async def test_what_is_no_address_is_refused(client, reader, caught, address):
    answer = await client.post("/bookmarks/mail", json={"address": address}, headers=reader)
    assert answer.status_code == 422
    assert (await caught.get("/messages")).json() == []


async def test_a_mail_server_that_is_away_is_a_502_without_its_address(app, client, reader, port):
    app.state.mailer = Mailer(f"smtp://{HERE}:{port}")
    answer = await client.post("/bookmarks/mail", json=TO, headers=reader)
    assert (answer.status_code, answer.json()["detail"]) == (
        502,
        "Not sent: the mail server did not take it (ConnectionRefusedError).",
    )


async def test_a_password_is_never_sent_in_the_clear(caught, port):
    with pytest.raises(MailError, match="SMTPNotSupportedError"):
        await Mailer(f"smtp://user:pass-word@{HERE}:{port}").send("a@handbook.example", "", "")
    assert (await caught.get("/messages")).json() == []
