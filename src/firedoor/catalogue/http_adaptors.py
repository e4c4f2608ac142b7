"""What the guard's adaptors for HTTP, buckets and mail refuse.

FD612  by, caller
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.problem import Problem

_CALLER = "wrong.py:7"
_SCRIPT = """\
import boto3
import firedoor.guard

firedoor.guard.arm()
login = {"aws_access_key_id": "AK", "aws_secret_access_key": "SK", "region_name": "eu-west-1"}
service = boto3.client("sesv2", **login)
service.send_email(
    FromEmailAddress="shop@example.org",
    Destination={"ToAddresses": ["somebody@gmail.com"]},
    Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
)
"""

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "FD612",
        "mail-to-people",
        summary="An environment that is not protected was about to send mail to a real domain.",
        what=(
            (
                "This process belongs to {environment:an environment that is not protected} and was about to send "
                "mail by {by:SMTP} to an address that somebody may read."
            ),
            "It was asked for at {caller}.",
        ),
        why="Mail from a test or from staging reaches customers: invoices that are none, hundreds of reminders at "
        "once. It cannot be called back.",
        do="Send to a domain that is nobody's, as `example.org` or anything that ends in `.test`, or let the mail "
        "server of {environment:the environment} be a catcher, as Mailpit or aiosmtpd on a port like 1025.",
        more="For a catcher counts what this process's tree started on this machine, and what listens on this machine, "
        "or is the environment's own on a private address, at a port other than 25, 465, 587 and 2525. All of it is "
        'let through where the environment is protected or says `network = "open"`.',
        on_purpose='Name the domain that may get mail: `reach = ["@shop.example"]` in the table of the environment. '
        "Only addresses directly below it are meant.",
        example=Example(
            Problem("FD612", environment="staging", by="SES", caller=_CALLER),
            "APP_ENV=staging python wrong.py",
            files={
                "firedoor.toml": "[environments.staging]\n\n[environments.production]\nprotected = true\n",
                ".env.staging": "DEBUG=false\n",
                "wrong.py": _SCRIPT,
            },
        ),
    ),
)
