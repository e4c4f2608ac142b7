"""The reference platform on a real engine: each environment starts its own services, answers, and tells the truth."""

from __future__ import annotations

import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from support.platform import DEBUG_PORTS, Platform, platform_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.engine import Engine

pytestmark = pytest.mark.real

QUESTION = "How should a machine stop when people are near?"
BASE = {"api-gateway", "analyzer-nlp", "analyzer-llm", "postgres", "redis", "vector-store"}
TOOLS = {"adminer", "mail", "devtools"}
MOCKS = {"analyzer-mock-nlp", "analyzer-mock-llm"}
OURS = ("api-gateway", "analyzer-nlp", "analyzer-llm")
LIMIT = 60  # a minute, in production


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Platform]:
    """One checkout for all environments: they are started one after another."""
    with platform_in(tmp_path_factory.mktemp("platform") / "handbook", engine) as made:
        yield made


@pytest.fixture(scope="class")
def development(platform: Platform) -> Iterator[None]:
    with platform.started("development"):
        yield


@pytest.mark.usefixtures("development")
class TestDevelopment:
    """Reload, sources from the folder, a small model, tools."""

    @pytest.mark.requirement("B1", "B3", "B6")
    def test_its_services_run_and_no_others(self, platform: Platform) -> None:
        assert platform.running("development") == BASE | TOOLS | {"small-model"}

    @pytest.mark.requirement("B3", "B10")
    def test_every_container_knows_its_environment(self, platform: Platform) -> None:
        for service in platform.running("development"):
            assert platform.inside("development", service, "printenv", "APP_ENV") == "development\n", service

    @pytest.mark.requirement("C4", "C5")
    def test_a_question_is_answered_by_the_small_model_from_a_sample_of_the_chapters(
        self, platform: Platform
    ) -> None:
        answer = platform.ask("development", "Why does a loop with a body have consequences?")
        assert answer["answer"]
        assert set(answer["chapters"]) <= {
            "a-loop-with-consequences",
            "four-places-to-run",
            "sensors-and-belief",
        }
        stored = "select count(*) from chapters"
        count = platform.inside(
            "development", "postgres", "psql", "-d", "handbook_development", "-Atc", stored
        )
        assert count == "10\n"

    @pytest.mark.requirement("B6")
    def test_source_is_reloaded_when_it_changes_on_the_host(self, platform: Platform) -> None:
        def title() -> str:
            try:
                answer = httpx.get(f"{platform.url('development')}/openapi.json", timeout=5)
                return str(answer.json()["info"]["title"])
            except (httpx.TransportError, ValueError):
                return ""

        before = title()
        assert before
        platform.handbook.edit("src/main.py", f'title="{before}"', 'title="Changed"')
        until(lambda: title() == "Changed", "the new title")

    @pytest.mark.requirement("B6")
    def test_tools_are_there_and_debuggers_may_attach(self, platform: Platform) -> None:
        page = httpx.get(f"{platform.url('development', 'ADMINER_PORT')}/", timeout=30).text
        assert "<title>Login - Adminer</title>" in page
        for port in DEBUG_PORTS:
            with socket.create_connection(("127.0.0.1", platform.debug_ports[port]), timeout=5):
                pass
        for program in ("psql", "redis-cli", "curl", "pytest", "firedoor"):
            assert platform.inside("development", "devtools", "which", program)

    @pytest.mark.requirement("B6")
    def test_mail_ends_in_the_catcher(self, platform: Platform) -> None:
        send = (
            "import smtplib; s = smtplib.SMTP('mail', 1025); "
            "s.sendmail('a@example.org', ['b@example.org'], 'Subject: Caught\\n\\nHello')"
        )
        platform.inside("development", "devtools", "python", "-c", send)
        caught = httpx.get(f"{platform.url('development', 'MAIL_PORT')}/messages", timeout=30).json()
        assert [(one["subject"], one["recipients"]) for one in caught] == [("Caught", ["b@example.org"])]

    @pytest.mark.requirement("B6")
    def test_environment_files_stay_out_of_the_containers(self, platform: Platform) -> None:
        for service in (*OURS, "devtools"):
            found = platform.inside("development", service, "sh", "-c", "ls -a /handbook")
            assert ".env" not in found

    @pytest.mark.requirement("B4", "B10")
    def test_status_tells_of_an_edit_and_a_restart_brings_it_in(self, platform: Platform) -> None:
        platform.succeeds("firedoor", "service", "status", "--check")
        platform.handbook.set("development", SECRET_KEY="another-development-key")
        shown = platform.run("firedoor", "service", "status", "--check")
        assert shown.code == 1
        assert "SECRET_KEY" in shown.everything
        assert ".env.development" in shown.everything
        assert "another-development-key" not in shown.everything
        assert platform.succeeds("make", "service:status", APP_ENV="development")
        platform.succeeds("make", "service:restart", APP_ENV="development")
        platform.succeeds("firedoor", "service", "status", "--check")
        given = platform.inside("development", "api-gateway", "printenv", "SECRET_KEY")
        assert given == "another-development-key\n"


@pytest.fixture(scope="class")
def testing(platform: Platform) -> Iterator[None]:
    with platform.started("test"):
        yield


@pytest.mark.usefixtures("testing")
class TestTesting:
    """Mocks answer, the same to the same question."""

    @pytest.mark.requirement("B1", "B8")
    def test_its_services_run_and_no_others(self, platform: Platform) -> None:
        assert platform.running("testing") == BASE | TOOLS | MOCKS
        assert platform.running("development") == set()

    @pytest.mark.requirement("B3", "B8")
    def test_every_container_knows_its_environment_and_says_little(self, platform: Platform) -> None:
        for service in platform.running("testing"):
            assert platform.inside("testing", service, "printenv", "APP_ENV") == "testing\n", service
        for service in (*OURS, *MOCKS):
            assert platform.inside("testing", service, "printenv", "LOG_LEVEL") == "WARNING\n", service

    @pytest.mark.requirement("B8", "C5")
    def test_the_mocks_answer_the_same_each_time(self, platform: Platform) -> None:
        first, second = platform.ask("testing", QUESTION), platform.ask("testing", QUESTION)
        assert first == second
        assert first["chapters"]

    @pytest.mark.requirement("B9", "A10")
    def test_integration_tests_run_in_the_devtools_on_the_databases_of_testing(
        self, platform: Platform
    ) -> None:
        told = platform.inside("testing", "devtools", "pytest", "-q", "tests/integration/test_search.py")
        assert " passed" in told

    @pytest.mark.requirement("B5", "B9")
    def test_integration_tests_are_refused_elsewhere(self, platform: Platform) -> None:
        refused = platform.run("make", "test:integration", APP_ENV="prod")
        assert refused.code != 0
        assert "passed" not in refused.everything


@pytest.mark.requirement("C1", "B7")
def test_staging_is_production_s_rehearsal(platform: Platform) -> None:
    platform.handbook.set("staging", OPENAI_BASE_URL="http://model:8000/v1")
    with platform.started("staging"), platform.endpoint("staging"):
        assert platform.running("staging") - {"model"} == BASE
        for service in OURS:
            assert platform.inside("staging", service, "printenv", "APP_ENV") == "staging\n"
        assert platform.ask("staging", QUESTION)["answer"]


@pytest.fixture(scope="class")
def production(platform: Platform) -> Iterator[None]:
    platform.handbook.set("production", OPENAI_BASE_URL="http://model:8000/v1")
    with platform.started("production"), platform.endpoint("production"):
        yield


@pytest.mark.usefixtures("production")
class TestProduction:
    """Base services only, as an ordinary user, on a file system that nobody writes to."""

    @pytest.mark.requirement("B1", "B7")
    def test_base_services_run_and_publish_the_gateway_alone(self, platform: Platform) -> None:
        assert platform.running("production") - {"model"} == BASE
        port = platform.ports["GATEWAY_PORT", "production"]
        assert platform.published("production") == {f"127.0.0.1:{port}->8000/tcp"}

    @pytest.mark.requirement("B3")
    def test_every_container_knows_its_environment(self, platform: Platform) -> None:
        for service in BASE:
            assert platform.inside("production", service, "printenv", "APP_ENV") == "production\n", service

    @pytest.mark.requirement("B7")
    def test_nobody_is_root_and_nothing_can_be_written(self, platform: Platform) -> None:
        for service in BASE:
            assert platform.inside("production", service, "id", "-u") != "0\n", service
            shown = (
                "inspect",
                "-f",
                "{{.HostConfig.ReadonlyRootfs}}",
                f"{platform.name}-production-{service}-1",
            )
            assert platform.engine.docker(*shown).stdout == "true\n", service

    @pytest.mark.requirement("B7")
    def test_there_are_no_tools_of_development(self, platform: Platform) -> None:
        for service in OURS:
            look = "import importlib.util as u; print([n for n in ('pytest', 'debugpy', 'pip') if u.find_spec(n)])"
            assert platform.inside("production", service, "python", "-c", look) == "[]\n", service
        started = platform.inside(
            "production", "api-gateway", "sh", "-c", "tr '\\0' ' ' </proc/[1-9]/cmdline || true"
        )
        assert "--reload" not in started

    @pytest.mark.requirement("C4", "C5")
    def test_a_question_is_answered_from_the_full_corpus(self, platform: Platform) -> None:
        answer = platform.ask("production", QUESTION)
        assert answer["answer"]
        assert "stopping-well" in answer["chapters"]

    @pytest.mark.requirement("A12", "C5")
    def test_four_workers_honour_one_limit(self, platform: Platform) -> None:
        platform.inside("production", "redis", "redis-cli", "flushall")
        with httpx.Client(limits=httpx.Limits(max_keepalive_connections=0)) as client:

            def status(_: int) -> int:
                return client.get(f"{platform.url('production')}/chapters", timeout=30).status_code

            with ThreadPoolExecutor(8) as pool:
                answers = Counter(pool.map(status, range(LIMIT + 30)))
        assert answers == {200: LIMIT, 429: 30}
        workers = platform.inside(
            "production", "api-gateway", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'"
        )
        assert workers.count("/opt/handbook/bin/gunicorn\n") == 5, "a master and four workers"
