"""Logging: every line names its environment, and none holds a secret."""

import json
import logging
import logging.config
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr

from firedoor import environment_of
from src.config import ServiceSettings, behaviour

LINE = "%(asctime)s %(levelname)-7s [{environment}] %(name)s: %(message)s"
MASK = "******"
SHORTEST = 4  # what is shorter stands in other words, too
OURS = ("src", "analyzers")
SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "gunicorn.error", "gunicorn.access")


def start_logging(settings: ServiceSettings, *, sql: bool = False) -> None:
    """As the environment of the settings wants it: its level, its form, none of its secrets."""
    configure_logging(
        environment_of(settings).name,
        settings.log_level,
        sql=sql,
        compact=behaviour().compact_log,
        secrets=secret_texts(settings),
    )


def configure_logging(
    environment: str, level: str, *, sql: bool = False, compact: bool = False, secrets: Iterable[str] = ()
) -> None:
    """Send the application's records from ``level`` up, and SQL statements when ``sql``, to stderr.

    Libraries speak from WARNING up only: at DEBUG, database drivers would write out every value they handle. What the
    server writes, and where, is its own affair; its lines get our form. ``compact`` is JSON, a line for each record.
    """
    libraries = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    form = {"()": CompactForm if compact else LineForm, "environment": environment, "secrets": list(secrets)}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"form": form},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "form"}},
            "root": {"level": libraries, "handlers": ["stderr"]},
            "loggers": {
                **{name: {"level": level} for name in OURS},
                "sqlalchemy.engine": {"level": "INFO" if sql else libraries},
            },
        }
    )
    ours = logging.getLogger().handlers[0].formatter
    for handler in (handler for name in SERVERS for handler in logging.getLogger(name).handlers):
        handler.setFormatter(ours)
    logging.getLogger("uvicorn.access").addFilter(is_news)


def is_news(record: logging.LogRecord) -> bool:
    """Whether an access is worth a line: containers are asked for their health all the time, and it is mostly good."""
    said = record.getMessage()
    return "GET /health " not in said or not said.endswith(" 200")


def secret_texts(settings: BaseModel) -> Iterator[str]:
    """What must stand in no log: secrets, addresses of resources, and the passwords in them."""
    for _, value in settings:
        if isinstance(value, SecretStr) and (text := value.get_secret_value()):
            yield text
            password = urlsplit(text).password if "://" in text else None
            yield from (password, unquote(password)) if password else ()


class LineForm(logging.Formatter):
    """A line for people. Tracebacks follow it."""

    def __init__(self, *, environment: str, secrets: Iterable[str]) -> None:
        super().__init__(LINE.format(environment=environment))
        self.environment = environment
        longest_first = sorted(set(secrets), key=len, reverse=True)
        self.secrets = [text for text in longest_first if len(text) >= SHORTEST]

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked."""
        return self.masked(super().format(record))

    def masked(self, text: str) -> str:
        """The text without the secrets that are in it."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text


class CompactForm(LineForm):
    """A line for machines: JSON with as little as serves."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked before it is quoted."""
        said = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "environment": self.environment,
            "logger": record.name,
            "message": self.masked(record.getMessage()),
        }
        if record.exc_info:
            said["error"] = self.masked(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)
