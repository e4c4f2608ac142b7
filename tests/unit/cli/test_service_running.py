"""What each verb of ``firedoor service`` does and says, by an engine that is a socket and a Compose that is a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import process
from firedoor.cli import service
from firedoor.errors import ServiceError, UsageError
from firedoor.services import program
from firedoor.services.deployment import MARK
from support.engine_socket import EngineSocket, engine_socket, entry
from support.plans import API, LEVELS, build, plan_of, require_compose, secret_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.project import ProjectFolder

COMPOSE = f"{API}    env_file: .env.${{APP_ENV}}\n"
OLD_SECRET = "of-an-earlier-start"
REAL = """#!/bin/sh
echo "$*" >>{said}
case " $* " in
*' up '*) cat >/dev/null; {up} ;;
*' down '*) {down} ;;
*' logs '*) {logs} ;;
*) exec {compose} "$@" ;;
esac
"""


class Shop:
    """A project whose containers are said to be there, and a Compose that is told what to do."""

    def __init__(self, folder: ProjectFolder, socket: EngineSocket, plugin: Path) -> None:
        self.folder = folder
        self.socket = socket
        self._plugin = plugin
        self._said = plugin.with_name("said")
        self._compose = program.words()[0]
        self.compose()

    def compose(self, up: str = "true", down: str = "true", logs: str = "true") -> None:
        """What Compose does."""
        text = REAL.format(said=self._said, up=up, down=down, logs=logs, compose=self._compose)
        self._plugin.write_text(text)
        self._plugin.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """The verbs that Compose was called with, beside those that only ask."""
        words = self._said.read_text().splitlines() if self._said.exists() else []
        return [verb for line in words for verb in ("up", "down", "logs") if f" {verb} " in f"{line} "]

    def gone_after_down(self) -> None:
        """What Compose ends is not there any more."""
        original = self.socket.answer

        def answer(path: str) -> bytes:
            if "down" in self.calls:
                self.socket.has()
            return original(path)

        self.socket.answer = answer  # type: ignore[method-assign]  # stands in for it

    def has(self, *names: str, service: str = "api", **told: Any) -> list[dict[str, Any]]:
        """Let containers of these environments be there, as a start of now makes them."""
        made = [self.container(name, service, **told) for name in names]
        self.socket.has(*made)
        return made

    def container(
        self, environment: str, service: str = "api", number: int = 1, **told: Any
    ) -> dict[str, Any]:
        plan = plan_of(self.folder, environment)
        one = plan.marked_services[service]
        return entry(
            f"shop-{environment}-{service}-{number}",
            f"shop-{environment}",
            environment=environment,
            folder=str(self.folder.root),
            service=service,
            marks=one.data["labels"],
            variables=tuple(f"{name}={text}" for name, text in one.variables.items()),
            **told,
        )


@pytest.fixture
def shop(project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    require_compose()
    plugins = tmp_path / "docker" / "cli-plugins"
    plugins.mkdir(parents=True)
    with engine_socket() as socket:
        monkeypatch.setenv("DOCKER_HOST", socket.host)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        made = Shop(build(project, COMPOSE), socket, plugins / "docker-compose")
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
        monkeypatch.setattr(program, "_known", {})
        monkeypatch.chdir(project.root)
        yield made


def refused(*words: str) -> list[str]:
    with pytest.raises(ServiceError) as error:
        service.main(words)
    return [one.code for one in error.value.problems]


def test_start(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("development", Health={"Status": "healthy"})
    assert service.main(["start", "-e", "dev"]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].split() == ["SERVICE", "STATE", "HEALTH", "SINCE", "IMAGE", "PORTS"]
    assert lines[1].split()[:3] == ["api", "running", "healthy"]
    assert lines[2].startswith("shop-development: 1 container of development")
    assert lines[2].endswith("each with the values that were resolved here")
    assert said.err == ""
    assert shop.calls == ["up"]
    assert service.main(["start", "-q", "-e", "dev", "api"]) == 0
    assert capsys.readouterr() == ("", "")


def test_start_without_containers(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.folder.write("compose.yaml", COMPOSE + "    scale: 0\n")
    assert service.main(["start", "-e", "dev"]) == 0
    assert capsys.readouterr().out.startswith("shop-development: 0 containers of development")


def test_start_of_what_fails(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.compose(up="echo no space left; exit 1")
    assert service.main(["start", "-e", "dev"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "FD741" in said.err
    assert "no space left" in " ".join(said.err.split())


def test_nothing_is_started_that_is_refused(shop: Shop) -> None:
    shop.has("testing")
    assert refused("start", "-e", "dev") == ["FD720"]
    assert shop.calls == []


def test_restart_ends_what_runs_first(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("testing")
    shop.gone_after_down()
    assert service.main(["restart", "-e", "dev"]) == 0
    assert shop.calls == ["down", "up"]
    assert capsys.readouterr().out.splitlines()[0] == "testing: 1 container ended"
    assert service.main(["restart", "-q", "-e", "dev"]) == 0
    assert capsys.readouterr().out == ""


def test_restart_can_be_quiet(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("testing")
    shop.gone_after_down()
    assert service.main(["restart", "-q", "-e", "dev"]) == 0
    assert capsys.readouterr().out == ""
    assert shop.calls == ["down", "up"]


def test_restart_refuses_before_it_ends_anything(shop: Shop) -> None:
    shop.has("testing", "production")
    assert refused("restart", "-e", "dev") == ["FD744"]
    shop.folder.write("compose.yaml", COMPOSE + "    container_name: shop-api\n")
    shop.socket.has(shop.container("testing"))
    assert refused("restart", "-e", "dev") == ["FD710"]
    assert shop.calls == []


def test_restart_side_by_side_ends_nobody(shop: Shop) -> None:
    build(shop.folder, COMPOSE, services="side_by_side = true")
    shop.has("testing")
    assert service.main(["restart", "-q", "-e", "dev"]) == 0
    assert shop.calls == ["up"]


def test_stop_ends_all_that_runs_here(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("development", "testing")
    shop.compose(down="exit 0")
    original = shop.socket.answer

    def answer(path: str) -> bytes:
        if shop.calls:
            shop.socket.has(
                *[one for one in left if len(shop.calls) < 2 and "testing" in one["listed"]["Id"]]
            )
        return original(path)

    left = [shop.container("testing")]
    shop.socket.answer = answer  # type: ignore[method-assign] # one after the other is ended
    assert service.main(["stop"]) == 0
    assert capsys.readouterr().out == (
        "development: 1 container ended; volumes stay\ntesting: 1 container ended; volumes stay\n"
    )
    assert service.main(["stop", "-q"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("words", [("-e", "prod"), ()])
def test_stop_of_a_named_environment_says_how_many(
    shop: Shop, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not words:
        monkeypatch.setenv("ENV", "prod")
    assert service.main(["stop", *words]) == 0
    assert capsys.readouterr().out == "production: 0 containers ended; volumes stay\n"
    assert service.main(["stop", "-q", *words]) == 0
    assert capsys.readouterr().out == ""


def test_stop_does_not_end_a_protected_environment_on_the_way(shop: Shop) -> None:
    shop.has("development", "production")
    assert refused("stop") == ["FD744"]
    assert shop.calls == []


def status(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> list[str]:
    assert service.main(["status", *words]) == code
    said = capsys.readouterr()
    return said.out.splitlines()


def test_status_of_nothing(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert shop.calls == []
    assert status(capsys, "--check") == ["shop: no environment runs here."]


def test_status_of_what_is_as_its_files_say(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("development", Health={"Status": "healthy"})
    first, header, row = status(capsys, "--check")
    assert first.startswith("shop-development: development, profiles: dev, since ")
    assert first.endswith(" ago (2026-11-27T10:00:00Z)")
    assert header.startswith("SERVICE")
    assert row.split()[:3] == ["api", "running", "healthy"]
    assert status(capsys, "-e", "test") == ["shop: no environment runs here."]


def test_status_of_what_has_changed(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    two = [shop.container("development", number=number) for number in (1, 2)]
    shop.socket.has(*two)
    shop.folder.write("compose.yaml", COMPOSE.replace("1.4", "1.5") + "  db:\n    image: d:1\n")
    shop.folder.write(".env.development", f"LOG_LEVEL=INFO\nSECRET_KEY={secret_of('x')}\n", mode=0o600)
    lines = status(capsys, "--check", code=1)[4:]
    changed = ".env.development: LOG_LEVEL, SECRET_KEY, DATABASE_URL (gone); the Compose files: image"
    assert lines == [
        "Not there: db",
        "Changed after the start:",
        f"  shop-development-api-1: {changed}",
        f"  shop-development-api-2: {changed}",
        "To take that: firedoor service restart -e development",
    ]
    told = json.loads("\n".join(status(capsys, "--format", "json")))
    assert told["drift"] is True


def test_status_of_what_has_failed(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("development", state="exited", ExitCode=3)
    lines = status(capsys, "--check", code=1)
    assert lines[0] == "shop-development: development, profiles: dev, nothing runs"
    assert lines[2].split()[:3] == ["api", "exited", "(3)"]
    assert lines[3:] == ["Failed: api"]


def test_status_of_a_part_alone(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("development")
    shop.folder.write("compose.yaml", COMPOSE.replace("1.4", "1.5"))
    assert "  api: the Compose files: image" in status(capsys)
    shop.folder.write("compose.yaml", COMPOSE + "    environment: [OWN=1]\n")
    assert "  api: its variables: OWN" in status(capsys)


def test_status_of_what_does_not_hold(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.has("development")
    shop.folder.write("compose.yaml", "services: [")
    assert service.main(["status", "--check"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].startswith("Whether the files have changed since cannot be told")
    assert "FD705" in said.err


def test_status_of_strangers_and_of_another_choice(
    shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ENV", "testing")
    shop.socket.has(
        shop.container("development"),
        entry("by-hand", "shop", folder=str(shop.folder.root)),
        entry("old", "old-development", environment="development", folder=str(shop.folder.root)),
        entry("theirs", "shop-testing", environment="testing", folder="/srv/theirs"),
        entry("nobodys", "shop-production", folder=""),
    )
    lines = status(capsys)[3:]
    assert lines == [
        "Not started by firedoor, or from another checkout:",
        "  old (running), of the Compose project old-development, of development",
        "  by-hand (running), of the Compose project shop, started without firedoor",
        "  nobodys (running), of the checkout unknown",
        "  theirs (running), of the checkout /srv/theirs",
        "testing is chosen now (by process variable APP_ENV); development runs on until firedoor service restart.",
    ]
    assert status(capsys, "-q")[-1].startswith("  theirs")
    monkeypatch.setenv("APP_ENV", "nonsense")
    assert status(capsys)[-1].startswith("  theirs")
    monkeypatch.setenv("APP_ENV", "dev")
    assert status(capsys)[-1].startswith("  theirs")


def test_logs_hide_what_is_and_what_was(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = shop.has("development")
    one["inspected"]["Config"]["Env"] = [f"SECRET_KEY={OLD_SECRET}", "LOG_LEVEL=DEBUG"]
    shop.socket.has(one)
    shop.compose(logs=f"echo 'api-1 | {OLD_SECRET} {secret_of('development')} DEBUG'; echo \"$*\"")
    assert service.main(["logs", "-f", "-n", "7", "api"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "api-1 | ****** ****** DEBUG"
    assert second.endswith("logs --follow --tail 7 api")
    assert service.main(["logs"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith(" logs")


def test_logs_of_a_service_that_is_not_there(shop: Shop) -> None:
    shop.has("development")
    assert refused("logs", "db", "api", "web") == ["FD747", "FD747"]
    assert shop.calls == []


class Became(Exception):  # noqa: N818 - ends the test's process, so to speak
    """The words that the process became."""


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(words: list[str], _: object) -> int:
        raise Became(words)

    monkeypatch.setattr(process, "replace", replace)


@pytest.mark.usefixtures("became")
@pytest.mark.parametrize(
    ("words", "terminal", "expected"),
    [
        (("api", "printenv", "-0"), False, ["printenv", "-0"]),
        (("api", "--", "ls", "-l"), False, ["ls", "-l"]),
        (("-e", "dev", "api", "sh", "--", "x"), False, ["sh", "--", "x"]),
        (("api", "sh"), True, ["--tty", "sh"]),
        (("-T", "api", "sh"), True, ["sh"]),
    ],
)
def test_exec(
    shop: Shop,
    words: tuple[str, ...],
    terminal: bool,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop.has("development")
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: terminal, raising=False)
    with pytest.raises(Became) as ended:
        service.main(["exec", *words])
    tty = expected[:1] if expected[0] == "--tty" else []
    container = "id-shop-development-api-1"
    assert ended.value.args[0] == ["docker", "exec", "--interactive", *tty, container, *expected[len(tty) :]]


@pytest.mark.usefixtures("became")
def test_exec_in_what_does_not_run(shop: Shop) -> None:
    shop.socket.has(shop.container("development"), shop.container("development", number=2, state="exited"))
    assert refused("exec", "db", "true") == ["FD747"]
    with pytest.raises(Became):
        service.main(["exec", "api", "true"])


@pytest.mark.parametrize("environment", LEVELS)
def test_config(shop: Shop, environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert service.main(["config", "-e", environment]) == 0
    said = capsys.readouterr()
    assert secret_of(environment) not in said.out + said.err
    assert "shop/api:1.4" in said.out
    assert service.main(["config", "-q", "--swarm", "-e", environment]) == 0
    assert capsys.readouterr().err == ""
    assert shop.calls == []


def test_config_says_what_the_file_needs(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.folder.write("compose.yaml", API + "    environment: {SECRET_KEY: '${SECRET_KEY}'}\n    build: .\n")
    assert service.main(["config", "-e", "prod"]) == 0
    said = capsys.readouterr().err
    assert "It needs these variables: SECRET_KEY" in said
    assert service.main(["config", "--swarm", "-e", "prod"]) == 0
    assert "the value of SECRET_KEY" in capsys.readouterr().err


def test_config_of_what_is_refused(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.folder.write("compose.yaml", COMPOSE + "    ports: ['5678']\n")
    assert refused("config", "-e", "prod") == ["FD732"]
    assert capsys.readouterr().out == ""


def test_config_does_not_lose_a_source(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of ``firedoor service config > compose.production.yaml``, where that was a Compose file."""
    source = "compose.production.yaml"
    shop.folder.git("init", "-q").write(source, "services:\n  api:\n    read_only: true\n")
    shop.folder.git("add", source).git("commit", "-q", "-m", "source")
    shop.folder.write(source, "")
    monkeypatch.setattr("firedoor.services.compose.is_answer", lambda path: path.endswith(source))
    with pytest.raises(UsageError, match=r"git restore compose\.production\.yaml"):
        service.main(["config", "-e", "prod"])


def test_config_may_be_written_to_the_same_file_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = "compose.production.yaml"
    monkeypatch.setattr("firedoor.services.compose.is_answer", lambda path: path.endswith(rendered))
    shop.folder.git("init", "-q").write(rendered, "")
    assert service.main(["config", "-q", "-e", "prod"]) == 0, "git does not know it"
    shop.folder.write(rendered, f"{MARK}` -->\n").git("add", rendered).git("commit", "-q", "-m", "rendered")
    shop.folder.write(rendered, "")
    assert service.main(["config", "-q", "-e", "prod"]) == 0
