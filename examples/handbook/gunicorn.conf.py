"""gunicorn reads this file by itself: an unsound environment is refused once, before any worker starts."""

import sys

from firedoor import FiredoorError


def on_starting(_server: object) -> None:
    """Read and judge the settings as every worker will."""
    from src.config import HandbookSettings

    try:
        HandbookSettings()
    except FiredoorError as refusal:
        sys.exit(str(refusal))
