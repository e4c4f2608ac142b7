"""What is written at which level, in which form, and what is never written."""

import json
import logging

import pytest

from src.config import HandbookSettings
from src.logs import MASK, configure_logging, secret_texts

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def logging_as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("src", "analyzers", "sqlalchemy.engine"):
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


def test_a_compact_line_is_json_with_its_environment(capsys):
    configure_logging("production", "INFO", compact=True)
    logging.getLogger("src").info('a door "closed"\nat %d', 7)
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert said.pop("time")
    assert said == {
        "level": "INFO",
        "environment": "production",
        "logger": "src",
        "message": 'a door "closed"\nat 7',
    }


@pytest.mark.parametrize("compact", [True, False])
def test_no_line_and_no_traceback_holds_a_secret(capsys, compact):
    settings = HandbookSettings(database_url="postgresql://u:p%40ss-word@db.example/n", secret_key='k"e\\y-1')
    configure_logging("testing", "INFO", compact=compact, secrets=secret_texts(settings))
    log = logging.getLogger("src")
    log.info("signed with %s", settings.secret_key.get_secret_value())
    try:
        int(settings.database_url.get_secret_value())
    except ValueError:
        log.exception("log-in with %s or p@ss-word", "p%40ss-word")
    written = capsys.readouterr().err
    assert written.count(MASK) >= 4
    assert "Traceback" in written
    for secret in ("p%40ss-word", "p@ss-word", "db.example", "y-1"):
        assert secret not in written


@pytest.mark.parametrize(
    ("path", "status", "news"), [("/health", 200, False), ("/health", 503, True), ("/chapters", 200, True)]
)
def test_good_health_is_no_news(path, status, news):
    configure_logging("testing", "INFO")
    access = logging.getLogger("uvicorn.access")
    arguments = ("127.0.0.1:1", "GET", path, "1.1", status)
    record = access.makeRecord(access.name, logging.INFO, "", 1, '%s - "%s %s HTTP/%s" %d', arguments, None)
    assert bool(access.filter(record)) is news


def test_a_servers_lines_get_our_form_and_stay_where_they_are(capsys):
    server = logging.getLogger("uvicorn.access")
    handler = logging.StreamHandler()
    server.addHandler(handler)
    try:
        configure_logging("testing", "INFO")
        assert handler.format(server.makeRecord(server.name, logging.INFO, "", 1, "GET", (), None)).endswith(
            "[testing] uvicorn.access: GET"
        )
    finally:
        server.removeHandler(handler)
