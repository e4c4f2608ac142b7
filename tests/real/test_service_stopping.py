"""``firedoor service stop`` on a real engine: all that the environment has here, and its data only by name."""

from __future__ import annotations

import os
import pty
from typing import TYPE_CHECKING

import pytest

from support.containers import COMPOSE, ONE, finished

if TYPE_CHECKING:
    from support.containers import Shop

pytestmark = pytest.mark.real

WITH_DATA = ONE + "    volumes: [data:/data]\nvolumes:\n  data:\n"


@pytest.mark.requirement("B10")
def test_stop_ends_inactive_profiles_orphans_and_one_off_containers(shop: Shop) -> None:
    """Plain ``down`` leaves services of profiles that are not active (docker/compose#8139, #11793, #13647)."""
    shop.start("testing")
    project = shop.project("testing")
    files = ("-p", project, "--profile", "*")
    shop.compose(*files, "run", "-d", "mock", "sleep", "60", env={"APP_ENV": "testing"})
    shop.folder.write("compose.yaml", COMPOSE.replace("adminer:", "other:").encode())
    assert len(shop.containers("testing")) == 4
    answer = shop.service("stop", code=0)
    assert answer.stdout == "testing: 4 containers ended; volumes stay\n"
    assert not shop.containers()
    networks = shop.engine.docker("network", "ls", "--format", "{{.Name}}").stdout
    assert shop.name not in networks
    assert shop.service("stop", code=0).stdout == "Nothing that firedoor started is here.\n"


@pytest.mark.requirement("B10")
def test_stop_needs_no_sound_files(shop: Shop) -> None:
    shop.build(ONE).start("development")
    shop.folder.write("compose.yaml", "services: [nonsense\n")
    shop.write_env("development", "not a line of an env file\n")
    shop.service("stop", env={"APP_ENV": "dev"}, code=0)
    assert not shop.containers()


@pytest.mark.requirement("B10")
def test_a_protected_environment_is_ended_by_its_name_alone(shop: Shop) -> None:
    shop.build(ONE).start("production")
    for verb in (("stop",), ("restart", "-e", "dev")):
        assert "FD744" in shop.service(*verb, code=1).stderr
    assert shop.running("production") == {"api"}
    shop.service("stop", "-e", "prod", code=0)
    assert not shop.containers()


def create_volume(shop: Shop, environment: str) -> None:
    name = shop.project(environment)
    shop.engine.docker("volume", "create", "--label", f"com.docker.compose.project={name}", f"{name}_data")


@pytest.mark.requirement("B10")
def test_data_is_destroyed_by_its_whole_name_and_nobody_elses(shop: Shop) -> None:
    name, other = shop.project("development"), shop.project("testing")
    shop.build(WITH_DATA).start("development")
    rows = ("exec", f"{name}-api-1", "sh", "-c", "head -c 3000000 /dev/zero >/data/rows")
    shop.engine.docker(*rows)
    create_volume(shop, "testing")
    assert shop.volumes() == {f"{name}_data", f"{other}_data"}

    for refused in (
        shop.service("stop", "--destroy-data", "-e", "dev", code=2),
        shop.service("stop", f"--destroy-data={other}", "-e", "dev", code=2),
        shop.service("stop", "--destroy-data=yes", "-e", "dev", code=2),
        shop.service("stop", f"--destroy-data={name}", code=2),
    ):
        assert shop.running("development") == {"api"}, refused
    assert len(shop.volumes()) == 2

    done = shop.service("stop", f"--destroy-data={name}", "-e", "dev", code=0)
    assert done.prints(
        f"""
        VOLUME ... SIZE
        {name}_data  3MB
        development: 1 container ended, 1 volume destroyed
        """
    )
    assert shop.volumes() == {f"{other}_data"}
    assert not shop.containers()


@pytest.mark.requirement("B10")
def test_a_volume_that_somebody_else_uses_stays_and_is_named(shop: Shop) -> None:
    name = shop.project("development")
    create_volume(shop, "development")
    label = ("--label", f"com.docker.compose.project={shop.name}-other")
    shop.engine.docker("run", "-d", *label, "-v", f"{name}_data:/data", shop.engine.image)
    refused = shop.service("stop", f"--destroy-data={name}", "-e", "dev", code=1)
    assert "FD748" in refused.stderr
    assert shop.volumes() == {f"{name}_data"}


@pytest.mark.requirement("B10")
def test_on_a_terminal_the_name_is_asked_for(shop: Shop) -> None:
    name = shop.project("development")
    create_volume(shop, "development")
    for typed, code in (("development", 2), (name, 0)):
        ours, theirs = pty.openpty()
        process = shop.launch("stop", "-e", "dev", "--destroy-data", stdin=theirs)
        os.write(ours, f"{typed}\n".encode())
        ended, said = finished(process)
        os.close(ours)
        os.close(theirs)
        assert ended == code, said
        assert f"Type {name} to destroy the data" in said
        assert bool(shop.volumes()) == bool(code)


@pytest.mark.requirement("B10")
def test_a_protected_environments_data_needs_an_unlock(shop: Shop) -> None:
    name = shop.project("production")
    volume = f"{name}_data"
    create_volume(shop, "production")
    destroy = ("stop", "-e", "prod", f"--destroy-data={name}")
    assert "FD743" in shop.service(*destroy, code=1).stderr
    assert shop.volumes() == {volume}
    unlock = (
        "unlock",
        "production",
        "--resource",
        "volumes",
        "--reason",
        "a test",
        "--for",
        "5m",
        "--by",
        "A. Tester",
    )
    unlocked = shop.folder.firedoor(*unlock, env=shop.variables())
    assert unlocked.code == 0, unlocked.everything
    shop.service(*destroy, code=0)
    assert not shop.volumes()
