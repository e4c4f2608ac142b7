"""The settings of testing, and testing's behaviour."""

import pytest

from src.config import HandbookSettings, behaviour

pytestmark = pytest.mark.unit


def test_testing_brings_its_own_settings():
    settings = HandbookSettings()
    assert settings.debug is True
    assert settings.log_level == "INFO"
    assert settings.db_echo is False


def test_settings_cannot_be_changed_afterwards():
    settings = HandbookSettings()
    with pytest.raises(AttributeError, match="immutable"):
        settings.debug = False
    assert settings.debug is True


def test_no_secret_and_no_resource_shows_in_the_settings_text():
    settings = HandbookSettings()
    shown = repr(settings) + str(settings)
    for hidden in (settings.database_url, settings.secret_key, settings.openai_api_key):
        assert hidden.get_secret_value() not in shown


def test_testing_shows_no_docs_and_limits_nobody():
    here = behaviour()
    assert not here.api_docs
    assert not here.verbose_errors
    assert here.rate_limit is None
    assert here.sample is None
    assert not here.compact_log
    assert not here.guarded  # pytest's plugin has armed it
