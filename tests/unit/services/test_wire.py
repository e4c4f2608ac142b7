"""The engine's own socket: where it is, what it answers, and why it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.services import wire

if TYPE_CHECKING:
    from pathlib import Path

    from support.engine_socket import EngineSocket


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a choice, and the usual socket, which is there."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    usual = tmp_path / "docker.sock"
    usual.touch()
    monkeypatch.setattr(wire, "_USUAL", str(usual))
    return tmp_path


def test_the_usual_socket(shell: Path) -> None:
    assert wire.socket_path() == str(shell / "docker.sock")
    (shell / "docker.sock").unlink()
    assert wire.socket_path() is None


@pytest.mark.parametrize(
    ("host", "path"),
    [("unix:///run/x.sock", "/run/x.sock"), ("tcp://localhost:2375", None), ("ssh://far", None)],
)
def test_the_socket_of_docker_host(
    shell: Path, host: str, path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.is_dir()
    monkeypatch.setenv("DOCKER_HOST", host)
    monkeypatch.setenv("DOCKER_CONTEXT", "other")
    assert wire.socket_path() == path


def test_a_context_leads_anywhere(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "other")
    assert wire.socket_path() is None
    monkeypatch.delenv("DOCKER_CONTEXT")
    config = shell / ".docker" / "config.json"
    config.parent.mkdir()
    config.write_text('{"auths": {}}')
    assert wire.socket_path() is not None
    config.write_text('{"currentContext": "other"}')
    assert wire.socket_path() is None
    monkeypatch.setenv("DOCKER_CONFIG", str(shell))
    assert wire.socket_path() is not None


def test_without_unix_sockets_the_command_is_asked(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.is_dir()
    monkeypatch.delattr("os.getuid")
    assert wire.socket_path() is None


def test_answers_in_the_order_of_the_questions(socket: EngineSocket) -> None:
    for number in range(30):
        socket.answers[f"/{number}"] = (200, {"number": number}) if number % 3 else (404, {})
    asked = [f"/{number}" for number in range(30)]
    found = wire.Wire(socket.path).answers(asked)
    assert found == [{"number": number} if number % 3 else None for number in range(30)]
    assert sorted(socket.asked) == sorted(asked)
    assert wire.Wire(socket.path).answers([]) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, {"message": "the disk is full"}), "the disk is full"),
        ((403, {}), ""),
        ((500, ["a list"]), "what is said there is no engine's answer"),
        ((500, None), "what is said there is no engine's answer"),
        (b"", "what is said there is no engine's answer"),
        (b"HTTP/1.0 200 OK\r\n\r\nnot JSON", "what is said there is no engine's answer"),
        (b"SSH-2.0-OpenSSH", "what is said there is no engine's answer"),
        (b"HTTP/1.0 200 OK\r\n\r\n\xff", "what is said there is no engine's answer"),
    ],
)
def test_what_is_no_answer(socket: EngineSocket, answer: tuple[int, object] | bytes, said: str) -> None:
    socket.answers["/x"] = answer
    with pytest.raises(ConnectionError) as refused:
        wire.Wire(socket.path).answers(["/x", "/y", "/z"])
    assert str(refused.value) == said


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError, match=r"no answer at .*/s \(No such file or directory\)"):
        wire.Wire(str(tmp_path / "s")).answers(["/x"])
    (tmp_path / "s").touch()
    with pytest.raises(ConnectionError, match="Connection refused"):
        wire.Wire(str(tmp_path / "s")).answers(["/x"])


def test_whoever_listens_says_nothing(socket: EngineSocket, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> bytes:
        raise OSError

    monkeypatch.setattr("socket.socket.recv", late)
    with pytest.raises(ConnectionError, match=r"no answer at .*\(OSError\)"):
        wire.Wire(socket.path).answers(["/x"])
