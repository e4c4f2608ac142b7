"""``firedoor service status`` on a real engine: what runs now, and how it differs from today's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.containers import ONE, SERVICES, secret_of

if TYPE_CHECKING:
    from typing import Any

    from support.containers import Shop

pytestmark = pytest.mark.real


def drift_of(told: dict[str, Any], service: str) -> Any:
    services = told["environments"][0]["services"]
    return next(one["drift"] for one in services if one["service"] == service)


@pytest.mark.requirement("B4", "B10")
def test_it_speaks_of_what_runs_before_and_after_an_edit_and_a_restart(shop: Shop) -> None:
    shop.start("testing")
    told = shop.status("--check", env={"APP_ENV": "dev"})
    (group,) = told["environments"]
    assert (told["drift"], told["others"]) == (False, [])
    assert (group["environment"], group["compose_project"]) == ("testing", shop.project("testing"))
    assert group["profiles"] == ["dev", "test"]
    assert {one["service"]: one["state"] for one in group["services"]} == dict.fromkeys(
        SERVICES["testing"], "running"
    )
    assert group["since"][:19] == min(one["since"] for one in group["services"])[:19]

    shop.write_env("testing", "LOG_LEVEL=INFO\nNEW=1\n")
    shop.folder.write("compose.yaml", ONE.replace("env_file", "hostname: another\n    env_file").encode())
    edited = shop.service("status", "--check", code=1)
    assert edited.prints(
        f"""
        {shop.project("testing")}: testing, profiles: dev, test, since ...
        ...
        Changed after the start:
          adminer: the Compose files: the service is in no file any more
          api: .env.testing: LOG_LEVEL, NEW, SECRET_KEY (gone); the Compose files: hostname
          mock: the Compose files: the service is in no file any more
        To take that: firedoor service restart -e testing
        """
    )
    assert secret_of("testing") not in edited.everything
    told = shop.status()
    assert told["drift"]
    assert drift_of(told, "api") == {
        "variables": ["LOG_LEVEL", "NEW"],
        "gone": ["SECRET_KEY"],
        "parts": ["hostname"],
        "files": [".env.testing"],
    }
    assert shop.given("testing")["LOG_LEVEL"] == "WARNING", "an edit changes nothing that runs"

    shop.service("restart", "-e", "testing", code=0)
    assert shop.running("testing") == {"api"}
    assert shop.given("testing")["LOG_LEVEL"] == "INFO"
    assert not shop.status("--check")["drift"]


@pytest.mark.requirement("B4")
def test_a_choice_that_does_not_run_is_pointed_at(shop: Shop) -> None:
    shop.build(ONE).start("development")
    shop.folder.write(".env", "APP_ENV=testing\n")
    told = shop.service("status", code=0).stdout
    assert told.startswith(f"{shop.project('development')}: development, profiles: dev, since ")
    assert told.endswith(
        "testing is chosen now (by .env:1:1); development runs on until firedoor service restart.\n"
    )
    assert "FD720" in shop.service("start", code=1).stderr
    switched = shop.service("restart", code=0)
    assert switched.stdout.startswith("development: 1 container ended\n")
    assert set(shop.containers()) == {f"{shop.project('testing')}-api-1"}


@pytest.mark.requirement("B4", "B10")
def test_nothing_runs_is_an_answer(shop: Shop) -> None:
    assert shop.service("status", "-q", code=0).stdout == f"{shop.name}: no environment runs here.\n"
    assert shop.status("--check")["environments"] == []


@pytest.mark.requirement("B4", "B10", "B11")
def test_strangers_and_what_has_gone_are_listed_as_such(shop: Shop) -> None:
    shop.start("development")
    shop.compose("-p", f"{shop.name}-plain", "up", "-d", "api", env={"APP_ENV": "testing"})
    shop.compose("-p", shop.project("testing"), "up", "-d", "api", env={"APP_ENV": "testing"})
    gone, ended = (f"{shop.project('development')}-{service}-1" for service in ("api", "adminer"))
    shop.engine.docker("rm", "-f", gone)
    shop.engine.docker("stop", ended)
    told = shop.status()
    (group,) = told["environments"]
    assert (group["missing"], group["drift"], group["since"]) == (["api"], True, None)
    assert group["services"][0]["state"] == "exited"
    assert {(one["container"], one["environment"]) for one in told["others"]} == {
        (f"{shop.name}-plain-api-1", None),
        (f"{shop.project('testing')}-api-1", None),
    }
    text = shop.service("status", "--check", code=1).stdout
    assert "Not there: api\n" in text
    assert "Failed: adminer\n" in text
    assert group["failing"] == ["adminer"]
    assert f"  {shop.name}-plain-api-1 (running), of the Compose project {shop.name}-plain, started" in text
    assert "nothing runs" in text


@pytest.mark.requirement("B4")
def test_what_has_failed_is_no_drift_and_does_not_pass_a_check(shop: Shop) -> None:
    shop.build(ONE).start("development")
    shop.service("status", "--check", code=0)
    shop.engine.docker("kill", f"{shop.project('development')}-api-1")
    told = shop.status()
    assert (told["drift"], told["environments"][0]["failing"]) == (False, ["api"])
    shop.service("status", "--check", code=1)


@pytest.mark.requirement("B4")
def test_files_that_do_not_hold_today_are_drift_and_no_silence(shop: Shop) -> None:
    shop.build(ONE).start("development")
    shop.folder.write("compose.yaml", "services: {api: {imagee: x}}\n")
    (broken,) = shop.status()["environments"]
    assert (broken["drift"], broken["problems"]) == (True, ["FD705"])
    assert broken["services"][0]["state"] == "running"
    (shop.folder.root / ".env.development").unlink()
    assert shop.service("status", "--check", code=1).stdout.startswith(shop.project("development"))


@pytest.mark.requirement("B4")
def test_every_edit_is_seen_after_an_answer_that_nothing_has_changed(shop: Shop) -> None:
    """What is remembered of an answer holds for the files, variables and containers that it was given for."""
    included = "label_file: labels"
    shop.build(ONE + "    environment: {COLOUR: '${COLOUR:-none}'}\n").start("development")
    files = {name: (shop.folder.root / name).read_bytes() for name in (".env.development", "compose.yaml")}
    toml = (shop.folder.root / "firedoor.toml").read_text()
    files["firedoor.toml"] = toml.encode()
    edits = {
        ".env.development": files[".env.development"].replace(b"DEBUG", b"INFO"),
        "compose.yaml": files["compose.yaml"].replace(
            b"    env_file", f"    {included}\n    env_file".encode()
        ),
        "firedoor.toml": toml.replace('"ENV"]', '"ENV", "STAGE"]').encode(),
    }
    shop.folder.write("labels", "colour=red\n")
    for name, edited in edits.items():
        for _ in range(2):
            assert not shop.status()["drift"]
        shop.folder.write(name, edited)
        for _ in range(2):
            assert shop.status()["drift"], name
        shop.folder.write(name, files[name])
    assert not shop.status()["drift"]
    shop.write_env("development", files[".env.development"].decode() + "COLOUR=blue\n")
    assert drift_of(shop.status(), "api")["variables"] == ["COLOUR"]
