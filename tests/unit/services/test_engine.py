"""The engine, asked through its socket or through the docker command: the same answers, the same refusals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import process
from firedoor.errors import ServiceError
from firedoor.services import engine
from support.engine_socket import LIST, EngineSocket, entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Docker = Callable[[str], Path]

API = entry("shop-development-api-1", "shop-development", environment="development", published=(8000,))
DB = entry("shop-development-db-1", "shop-development", service="db")
OTHER = entry("alone", "")


def code_of(call: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(ServiceError) as refused:
        call()
    (problem,) = refused.value.problems
    return problem.code, problem.facts.get("detail")


def test_what_the_socket_lists_and_tells(socket: EngineSocket) -> None:
    socket.has(DB, OTHER, API)
    assert [one.name for one in engine.listed()] == [
        "shop-development-db-1",
        "alone",
        "shop-development-api-1",
    ]
    assert [one.service for one in engine.of_project("shop-development")] == ["api", "db"]
    assert engine.inspected([]) == []
    ids = ["id-alone", "id-gone", "id-shop-development-api-1"]
    assert [one.name for one in engine.inspected(ids)] == ["shop-development-api-1"]


def test_a_socket_that_refuses(socket: EngineSocket) -> None:
    socket.answers[LIST] = (500, {"message": "the disk is full."})
    assert code_of(engine.listed) == ("FD702", "the disk is full")


LINES = "id-1\\trunning\\t0.0.0.0:8000->80/tcp\\tshop-api-1\\tshop\\t/srv/shop\\tdevelopment\\nhalf a line\\n"


def test_what_the_command_lists(docker: Docker) -> None:
    said = docker(f"printf '{LINES}'")
    (one,) = engine.listed()
    assert (one.id, one.name, *one.published) == ("id-1", "shop-api-1", ("0.0.0.0", 8000, "tcp"))
    assert said.read_text().startswith("ps --all --no-trunc --format {{.ID}}")


def test_what_the_command_tells(docker: Docker) -> None:
    told = json.dumps([API["inspected"], OTHER["inspected"]])
    said = docker(f"echo '{told}'; echo 'Error: No such container: gone' >&2; exit 1")
    assert [one.name for one in engine.inspected(["a", "gone"])] == ["shop-development-api-1"]
    assert said.read_text() == "container inspect a gone\n"
    docker("echo '[]'; echo 'Error: No such container: gone' >&2; exit 1")
    assert engine.inspected(["gone"]) == []
    docker("echo 'Cannot connect.' >&2; exit 1")
    assert code_of(lambda: engine.inspected(["a"])) == ("FD702", "Cannot connect")


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        (
            "echo '  '>&2; echo 'Cannot connect to the engine.' >&2; echo more >&2; exit 1",
            "Cannot connect to the engine",
        ),
        ("exit 1", "it gives no reason"),
    ],
)
def test_a_command_that_refuses(docker: Docker, script: str, detail: str) -> None:
    docker(script)
    assert code_of(engine.listed) == ("FD702", detail)


def test_a_command_that_takes_too_long(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    docker("exec sleep 5")
    monkeypatch.setattr(engine, "_SECONDS", 0.1)
    assert code_of(engine.listed) == ("FD702", "no answer within 0 seconds")


def test_there_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "ssh://far.example.org")
    assert code_of(engine.listed) == ("FD701", None)


def test_last_lines(docker: Docker) -> None:
    said = docker("echo out; printf 'err\\377\\n' >&2")
    assert engine.last_lines("id-1", 7) == ["out", "err\ufffd"]
    assert said.read_text() == "logs --tail 7 id-1\n"
    docker("exit 1")
    assert engine.last_lines("id-1") == []


CONFIG: dict[str, Any] = {"Entrypoint": ["uvicorn"], "Cmd": ["--reload"], "Env": ["A=1"]}


def test_what_images_start_with_by_the_socket(socket: EngineSocket) -> None:
    socket.answers["/images/registry%3A5000/shop/api%3A1.4/json"] = (200, {"Config": CONFIG})
    socket.answers["/images/imported/json"] = (200, {"Config": None})
    found = engine.settings_of_images(["registry:5000/shop/api:1.4", "imported", "gone", "imported"])
    assert found == {"registry:5000/shop/api:1.4": CONFIG, "imported": {}, "gone": {}}
    assert len(socket.asked) == 3


def test_a_silent_engine_has_no_images(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever is to start something hears of it; a rendered file needs no engine."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/gone.sock")
    assert engine.settings_of_images(["a", "b"]) == {"a": {}, "b": {}}


def test_what_images_start_with_by_the_command(docker: Docker) -> None:
    docker(f"""case $* in *api) echo '{json.dumps(CONFIG)}';; *imported) echo null;; *) exit 1;; esac""")
    assert engine.settings_of_images(["shop/api", "imported", "gone"]) == {
        "shop/api": CONFIG,
        "imported": {},
        "gone": {},
    }


def test_volumes_with_their_sizes(docker: Docker) -> None:
    sizes = json.dumps(
        [{"Name": "shop_b", "Size": "3MB"}, {"Name": "shop_c"}, {"Name": "other", "Size": "1GB"}]
    )
    said = docker(f"""case $1 in volume) printf 'shop_b\\nshop_a\\nshop_c\\n';; *) echo '{sizes}';; esac""")
    assert engine.volumes_of("shop") == [
        ("shop_a", "size unknown"),
        ("shop_b", "3MB"),
        ("shop_c", "size unknown"),
    ]
    assert "label=com.docker.compose.project=shop" in said.read_text()
    docker("case $1 in volume) echo a;; *) echo null;; esac")
    assert engine.volumes_of("shop") == [("a", "size unknown")]
    docker("true")
    assert engine.volumes_of("shop") == []


def test_an_engine_that_measures_for_somebody_else(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_PAUSE_SECONDS", 0.01)
    busy = "echo 'a disk usage operation is already running' >&2; exit 1"
    said = docker(
        f"""case $1 in volume) echo a;; *) [ $(grep -c df $said) -gt 2 ] || {{ {busy}; }}; """
        """echo '[{"Name": "a", "Size": "1MB"}]';; esac"""
    )
    assert engine.volumes_of("shop") == [("a", "1MB")]
    assert said.read_text().count("system df") == 3
    docker(f"case $1 in volume) echo a;; *) {busy};; esac")
    moments = iter((0.0, 1.0, 121.0))
    monkeypatch.setattr("firedoor.services.engine.time.monotonic", lambda: next(moments))
    assert code_of(lambda: engine.volumes_of("shop")) == (
        "FD702",
        "a disk usage operation is already running",
    )


def test_an_engine_that_cannot_measure(docker: Docker) -> None:
    docker("case $1 in volume) echo a;; *) echo 'no space left' >&2; exit 1;; esac")
    assert code_of(lambda: engine.volumes_of("shop")) == ("FD702", "no space left")


def test_removing_a_volume(docker: Docker) -> None:
    said = docker("true")
    assert engine.remove_volume("a") == ""
    assert said.read_text() == "volume rm a\n"
    docker("echo 'volume is in use.' >&2; exit 1")
    assert engine.remove_volume("a") == "volume is in use"


def test_the_reason_of_a_command_that_was_stopped() -> None:
    assert engine._reason(process.TIMED_OUT, b"anything") == "no answer within 120 seconds"


@pytest.mark.parametrize("told", [(404, {"message": "no"}), (200, None), (200, {"a": 1})])
def test_a_socket_of_something_else(socket: EngineSocket, told: tuple[int, Any]) -> None:
    socket.answers[LIST] = told
    with pytest.raises(ServiceError) as caught:
        engine.listed()
    assert [one.code for one in caught.value.problems] == ["FD702"]
