"""What differs between environments: the settings they bring, and the behaviour they get."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from firedoor import Settings, by_environment


class HandbookSettings(Settings):
    """The values of one environment. Creating it reads, checks and freezes them, or refuses with every problem."""

    debug: bool
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    database_url: SecretStr
    db_echo: bool = False
    secret_key: SecretStr
    openai_api_key: SecretStr | None = None
    openai_base_url: str = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the code does differently in one environment.

    ``rate_limit`` reads like "60/minute", for one client and one process; None means no limit.
    """

    api_docs: bool
    verbose_errors: bool
    rate_limit: str | None
    model: str


def behaviour() -> Behaviour:
    """The current environment's behaviour. The table must name every declared environment."""
    return by_environment(
        {
            "development": Behaviour(
                api_docs=True, verbose_errors=True, rate_limit=None, model="gpt-4o-mini"
            ),
            "testing": Behaviour(api_docs=False, verbose_errors=False, rate_limit=None, model="mock"),
            "staging": Behaviour(
                api_docs=False, verbose_errors=False, rate_limit="240/minute", model="gpt-4o"
            ),
            "production": Behaviour(
                api_docs=False, verbose_errors=False, rate_limit="60/minute", model="gpt-4o"
            ),
        }
    )
