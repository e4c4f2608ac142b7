"""Starts that are cut off, and engines that go away, for real: the next command tells the truth, the next start heals."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from support.containers import ONE, Shop, end, finished, shop_in, until
from support.engine import private_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.engine import PrivateEngine

pytestmark = [pytest.mark.real, pytest.mark.requirement("B4", "B10")]

MOMENTS = (0.1, 0.3, 0.5, 0.7)


@pytest.mark.parametrize(
    ("moment", "with_compose"),
    [
        pytest.param(0.2, False, id="firedoor alone, early"),
        pytest.param(0.4, True, id="with all that it started"),
        pytest.param(0.6, False, id="firedoor alone, late"),
    ],
)
def test_a_start_that_is_killed_at_any_moment_is_healed_by_the_next(
    shop: Shop, moment: float, *, with_compose: bool
) -> None:
    """Compose holds the lock for as long as it works on: two of them never work at once."""
    shop.build(ONE)
    process = shop.launch("start", "-e", "development", stdout=None, stderr=None)
    time.sleep(moment)
    if with_compose:
        end(process, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    told = shop.status()
    assert told["others"] == []
    assert {one["environment"] for one in told["environments"]} <= {"development"}
    shop.start("development", "-q")
    assert list(shop.containers().values()) == ["running"]
    assert not shop.status("--check")["drift"]


def test_a_restart_that_is_killed_leaves_one_environment_at_most(shop: Shop) -> None:
    shop.build(ONE).start("development")
    process = shop.launch("restart", "-e", "testing", stdout=None, stderr=None)
    until(lambda: not shop.running("development"))
    end(process, signal.SIGKILL)
    process.wait()
    assert len(shop.containers()) <= 1
    shop.service("restart", "-e", "testing", code=0)
    assert set(shop.containers()) == {f"{shop.project('testing')}-api-1"}
    assert not shop.status("--check")["drift"]


@pytest.fixture(scope="module")
def own() -> Iterator[PrivateEngine]:
    """An engine that tests may kill. What it runs dies with it: no restart policy, no live restore."""
    with private_engine() as engine:
        yield engine


@pytest.fixture
def apart(own: PrivateEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A project on that engine."""
    with shop_in(tmp_path_factory.mktemp("apart") / "checkout", own) as made:
        yield made


def test_while_the_engine_is_away_nobody_claims_to_know(apart: Shop, own: PrivateEngine) -> None:
    apart.build(ONE).start("development")
    own.kill()
    for verb in (
        ("status",),
        ("start", "-e", "dev"),
        ("stop", "-e", "dev"),
        ("logs",),
        ("exec", "api", "true"),
    ):
        refused = apart.service(*verb, code=1)
        assert "FD702" in refused.stderr, verb
        assert not refused.stdout
    own.start()
    (group,) = apart.status()["environments"]
    asked = own.docker("inspect", "--format", "{{.State.Status}}", f"{apart.project('development')}-api-1")
    assert group["services"][0]["state"] == asked.stdout.strip()
    apart.start("development")
    assert apart.running("development") == {"api"}
    assert not apart.status("--check")["drift"]


def test_an_engine_that_dies_in_mid_start_is_named_and_the_next_start_heals(
    apart: Shop, own: PrivateEngine
) -> None:
    apart.build(ONE + "    healthcheck: {test: ['CMD', 'true'], interval: 60s}\n")
    process = apart.launch("start", "-e", "development")
    until(lambda: bool(apart.running("development")))
    own.kill()
    code, said = finished(process)
    assert code == 1, said
    assert "FD702" in said or "FD741" in said
    assert "Traceback" not in said
    own.start()
    apart.build(ONE)
    apart.start("development")
    assert set(apart.containers().values()) == {"running"}


def test_a_full_disk_stops_the_start_and_room_heals_it(apart: Shop, own: PrivateEngine) -> None:
    own.stop()
    data = own.folder / "data"
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=48m", "none", data), check=True)
    own.start()
    own.prepare()
    filler = data / "filler"
    room = os.statvfs(data).f_bavail * os.statvfs(data).f_frsize
    with filler.open("wb") as file:
        for _ in range(room // 4096 + 1):
            try:
                os.write(file.fileno(), bytes(4096))
            except OSError:
                break
    failed = apart.build(ONE).service("start", "-e", "dev", code=1)
    assert "FD741" in failed.stderr
    assert "no space left on device" in " ".join(failed.stderr.split())
    filler.unlink()
    apart.start("development")
    assert apart.running("development") == {"api"}
