"""What differs between environments: the settings they bring, and the behaviour they get."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from firedoor import Settings, by_environment


class ServiceSettings(Settings):
    """What every service reads. Creating it reads, checks and freezes the environment's values, or refuses."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class HandbookSettings(ServiceSettings):
    """The gateway's values. A refusal names every problem.

    What is not set is done without: counting in memory, searching the database, asking the model from here.
    """

    debug: bool
    database_url: SecretStr
    db_echo: bool = False
    secret_key: SecretStr
    redis_url: SecretStr | None = None
    analyzer_nlp_url: str = ""
    analyzer_llm_url: str = ""
    openai_api_key: SecretStr | None = None
    openai_base_url: str = "https://api.openai.com/v1"
    model_name: str = "gpt-4o-mini"
    smtp_url: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the code does differently in one environment.

    ``rate_limit`` reads like "60/minute", for one client; None means no limit. ``sample`` is how many chapters the
    vector store holds; None means all. ``compact_log`` writes one line of JSON for each record. ``guarded`` arms
    firedoor's guard: nothing of a protected environment is reached, and no mail goes to people.
    """

    api_docs: bool
    verbose_errors: bool
    rate_limit: str | None
    sample: int | None
    compact_log: bool
    guarded: bool


def behaviour() -> Behaviour:
    """The current environment's behaviour. The table must name every declared environment."""
    return by_environment(
        {
            "development": Behaviour(
                api_docs=True,
                verbose_errors=True,
                rate_limit="1200/minute",
                sample=3,
                compact_log=False,
                guarded=True,
            ),
            "testing": Behaviour(
                api_docs=False,
                verbose_errors=False,
                rate_limit=None,
                sample=None,
                compact_log=False,
                guarded=False,
            ),
            "staging": Behaviour(
                api_docs=False,
                verbose_errors=False,
                rate_limit="240/minute",
                sample=None,
                compact_log=True,
                guarded=False,
            ),
            "production": Behaviour(
                api_docs=False,
                verbose_errors=False,
                rate_limit="60/minute",
                sample=None,
                compact_log=True,
                guarded=False,
            ),
        }
    )
