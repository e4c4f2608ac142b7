"""Services that do not come up, on a real engine: said at once, with their last lines, and mended by another start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from support.containers import ONE, secret_of

if TYPE_CHECKING:
    from support.containers import Shop

pytestmark = pytest.mark.real

SAYS = "echo $$LOG_LEVEL $$SECRET_KEY"
NEVER = "healthcheck: {test: ['CMD', 'false'], interval: 200ms, retries: 2}"


def with_api(shop: Shop, *lines: str, services: str = "") -> None:
    shop.build(ONE + "".join(f"    {line}\n" for line in lines), services=services)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param((f"command: ['sh', '-c', '{SAYS}; sleep 60']", NEVER), "unhealthy", id="unhealthy"),
        pytest.param((f"command: ['sh', '-c', '{SAYS}; exit 3']",), "exited with exit code 3", id="exits"),
        pytest.param(
            (f"command: ['sh', '-c', '{SAYS}; exit 3']", "restart: always"),
            "restarting",
            id="restarts forever",
        ),
    ],
)
def test_a_service_that_fails_is_named_with_its_last_lines(
    shop: Shop, lines: tuple[str, ...], said: str
) -> None:
    with_api(shop, *lines)
    failed = shop.service("start", "-e", "dev", code=1)
    assert "FD740" in failed.stderr
    assert f"The service api is {said}." in failed.stderr
    assert "last lines of api:\n  DEBUG ***" in failed.stderr
    assert secret_of("development") not in failed.everything


def test_waiting_for_health_ends_when_it_was_declared_to(shop: Shop) -> None:
    with_api(shop, "healthcheck: {test: ['CMD', 'true'], interval: 60s}", services="wait = 1")
    began = time.monotonic()
    failed = shop.service("start", "-e", "dev", code=1)
    assert time.monotonic() - began < 10
    assert "The service api is starting. Services had 1 seconds." in failed.stderr
    assert shop.status()["environments"][0]["services"][0]["health"] == "starting"


def test_what_a_failing_service_is_needed_for_is_not_all_that_is_said(shop: Shop) -> None:
    """Compose gives up at the dependency; the service that failed is still named with its lines."""
    waiting = "  web:\n    image: firedoor-test/base:1\n    depends_on: {api: {condition: service_healthy}}\n"
    with_api(shop, f"command: ['sh', '-c', '{SAYS}; sleep 60']", NEVER)
    shop.folder.write("compose.yaml", (shop.folder.root / "compose.yaml").read_bytes() + waiting.encode())
    failed = shop.service("start", "-e", "dev", code=1)
    assert "FD741" in failed.stderr
    assert "The service api is unhealthy." in failed.stderr
    assert "last lines of api:\n  DEBUG ***" in failed.stderr


def test_a_job_that_ended_well_is_ready(shop: Shop) -> None:
    with_api(shop, "command: ['true']")
    shop.start("development")


def test_an_image_that_is_nowhere_stops_the_start_and_the_next_one_heals_it(shop: Shop) -> None:
    other = "  other:\n    image: 127.0.0.1:1/nobody/has-this:1\n"
    shop.build(ONE + other)
    failed = shop.service("start", "-e", "dev", code=1)
    assert "FD741" in failed.stderr
    assert "127.0.0.1:1" in failed.stderr
    shop.build(ONE)
    shop.start("development")
    assert not shop.status("--check")["drift"]


def test_a_disk_that_is_not_there_stops_the_start_in_the_middle_and_the_next_one_heals_it(shop: Shop) -> None:
    volume = "volumes:\n  data:\n    driver_opts: {type: none, o: bind, device: '%s-${APP_ENV}'}\n"
    other = (
        "  other:\n    image: firedoor-test/base:1\n    volumes: [data:/data]\n"
        "    depends_on: {api: {condition: service_started}}\n"
    )
    disk = shop.folder.root / "disk"
    shop.build(ONE + other + volume % disk)
    failed = shop.service("start", "-e", "dev", code=1)
    assert "FD741" in failed.stderr
    assert "no such file or directory" in " ".join(failed.stderr.split())
    states = {one["service"]: one["state"] for one in shop.status()["environments"][0]["services"]}
    assert states == {"api": "running", "other": "created"}
    disk.with_name("disk-development").mkdir()
    shop.start("development")
    assert shop.running("development") == {"api", "other"}
    assert not shop.status("--check")["drift"]


def test_the_engines_words_hold_no_secret(shop: Shop) -> None:
    """What Compose says of a failure may repeat the value that it failed on."""
    with_api(shop, "working_dir: /tmp", "entrypoint: ['/${SECRET_KEY}']")
    failed = shop.service("start", "-e", "dev", code=1)
    assert "FD741" in failed.stderr
    assert "***" in failed.stderr
    assert secret_of("development") not in failed.everything
