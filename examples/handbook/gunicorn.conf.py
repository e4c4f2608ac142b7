"""gunicorn reads this file by itself: what must not start is refused once, before any worker starts."""

import sys
from typing import Any

from firedoor import FiredoorError, environment_of

# It would be one socket in the home folder, and the last environment started on this machine would own it.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Read and judge the settings as every worker will, and log as they will."""
    from src.config import HandbookSettings
    from src.logs import start_logging

    try:
        settings = HandbookSettings()
    except FiredoorError as refusal:
        sys.exit(str(refusal))
    here = environment_of(settings)
    start_logging(settings)
    if here.protected and server.cfg.reload:
        sys.exit(f"{here} is protected: start gunicorn without --reload.")
