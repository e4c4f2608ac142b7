"""What is written at which level."""

import logging

import pytest

from src.logs import configure_logging

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def logging_as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("src", "sqlalchemy.engine"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    ("level", "debug", "info"), [("DEBUG", True, True), ("INFO", False, True), ("ERROR", False, False)]
)
def test_the_application_speaks_from_its_level_up(level, debug, info):
    configure_logging("testing", level, sql=False)
    log = logging.getLogger("src.routes.search")
    assert log.isEnabledFor(logging.DEBUG) is debug
    assert log.isEnabledFor(logging.INFO) is info


def test_libraries_stay_quiet_even_at_debug():
    configure_logging("testing", "DEBUG", sql=False)
    assert not logging.getLogger("aiosqlite").isEnabledFor(logging.INFO)
    assert logging.getLogger("aiosqlite").isEnabledFor(logging.WARNING)


@pytest.mark.parametrize("sql", [True, False])
def test_sql_is_logged_only_on_demand(sql):
    configure_logging("testing", "WARNING", sql=sql)
    assert logging.getLogger("sqlalchemy.engine").isEnabledFor(logging.INFO) is sql


def test_every_line_names_its_environment(capsys):
    configure_logging("testing", "INFO", sql=False)
    logging.getLogger("src").info("a door closed")
    assert "[testing] src: a door closed" in capsys.readouterr().err
