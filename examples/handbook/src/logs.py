"""Logging: every line names its environment."""

import logging
import logging.config

LINE = "%(asctime)s %(levelname)-7s [{environment}] %(name)s: %(message)s"


def configure_logging(environment: str, level: str, *, sql: bool) -> None:
    """Send the application's records from ``level`` up, and SQL statements when ``sql``, to stderr.

    Libraries speak from WARNING up only: at DEBUG, database drivers would write out every value they handle.
    """
    libraries = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": LINE.format(environment=environment)}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": libraries, "handlers": ["stderr"]},
            "loggers": {
                "src": {"level": level},
                "sqlalchemy.engine": {"level": "INFO" if sql else libraries},
            },
        }
    )
