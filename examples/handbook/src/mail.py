"""Mail: handed to the server that SMTP_URL names. In development that is a catcher, which delivers nothing."""

import asyncio
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

SENDER = "handbook@handbook.example"
SECONDS = 10


class MailError(Exception):
    """The mail was not handed over. The text names the reason, never the server or the recipient."""


class Mailer:
    """An SMTP server: ``smtp://[USER:PASSWORD@]HOST[:PORT]``, or ``smtps://`` for TLS from the first byte."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    async def send(self, recipient: str, subject: str, text: str) -> None:
        """Hand one mail over. Raises MailError."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = SENDER, recipient, subject
        message.set_content(text)
        try:
            await asyncio.to_thread(self._hand_over, message)
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(f"the mail server did not take it ({type(error).__name__})") from None

    def _hand_over(self, message: EmailMessage) -> None:
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        with kind(self._url.hostname or "", self._url.port or 0, timeout=SECONDS) as server:
            if self._url.username:
                if self._url.scheme == "smtp":
                    server.starttls()
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)
