"""``firedoor service``: its verbs and their words, the table that is drawn, times, and who may destroy data."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration
from firedoor.cli import arguments, service
from firedoor.cli.service import progress, shared, stop
from firedoor.errors import ServiceError, UsageError
from firedoor.services import stopping
from firedoor.services.container import Container
from firedoor.services.running import Running
from support.engine_socket import EngineSocket, engine_socket, entry
from support.plans import build
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.declaration import Project

VERBS = ("start", "stop", "restart", "status", "logs", "exec", "config")


@pytest.fixture(autouse=True)
def socket(monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineSocket]:
    """An engine where nothing runs, until a test says otherwise."""
    with engine_socket() as made:
        monkeypatch.setenv("DOCKER_HOST", made.host)
        yield made


@pytest.fixture
def shop(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(build(project).root)
    return declaration.load(project.root, use_cache=False)


def here(shop: Project, environment: str = "development", **told: str) -> dict[str, object]:
    return entry(
        f"shop-{environment}-{told.get('service', 'api')}-1",
        f"shop-{environment}",
        environment=environment,
        folder=shop.root,
        **told,  # type: ignore[arg-type] # service and state
    )


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_of_each_verb(verb: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert service.main([verb, option]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"Usage: firedoor service {verb} ") or said.out.startswith(
        f"usage: firedoor service {verb} "
    )
    assert said.err == ""
    for one in arguments.COMMON:
        assert one.spellings[-1] in said.out


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_help_of_all(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert service.main(words) == 0
    said = capsys.readouterr().out
    assert all(f"  {verb}" in said for verb in VERBS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["strat"], "service: unknown command 'strat'; did you mean start?"),
        (["nonsense"], f"service: unknown command 'nonsense'; there are {', '.join(service.VERBS)}"),
        (["-e", "dev"], "service: a command is missing: one of"),
        (["-q"], "service: a command is missing: one of"),
        (["-e"], "service: a command is missing: one of"),
        (["start", "--nonsense"], "service start: unknown option --nonsense"),
        (["start", "-e"], "service start: -e needs a value"),
        (["-e", "dev", "start", "-e", "prod"], "service start: -e is given twice"),
        (["stop", "api"], "service stop: it ends all services"),
        (["config", "api"], "service config: it renders all base services"),
        (["exec"], "service exec: a service and a command are missing"),
        (["exec", "api"], "service exec: a service and a command are missing"),
        (["exec", "api", "--"], "service exec: a service and a command are missing"),
        (["status", "--format", "xml"], "xml"),
        (["logs", "--tail"], "service logs: --tail needs a value"),
        (["-C", "/nowhere", "status"], "-C '/nowhere': there is no such folder"),
    ],
)
def test_words_that_are_wrong(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        service.main(words)
    assert said in str(refused.value)


def test_options_in_front_of_the_verb_are_the_verbs(
    shop: Project, socket: EngineSocket, capsys: pytest.CaptureFixture[str]
) -> None:
    assert service.main(["-C", shop.root, "--format", "json", "status"]) == 0
    assert '"environments": []' in capsys.readouterr().out
    assert service.main(["-q", "stop"]) == 0
    assert capsys.readouterr().out == ""
    assert socket.asked


@pytest.mark.parametrize(
    ("words", "selectors", "named"),
    [
        ([], {}, None),
        (["-e", "prod"], {}, "production"),
        ([], {"ENV": "test"}, "testing"),
        (["-e", "dev"], {"APP_ENV": "prod"}, "development"),
    ],
)
def test_whom_a_command_names(
    shop: Project,
    words: list[str],
    selectors: dict[str, str],
    named: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What stands in .env chooses what is started, not what is looked at."""
    for name, text in selectors.items():
        monkeypatch.setenv(name, text)
    found = shared.named(arguments.parse(stop.VERB, words), shop)
    assert (found.name if found else None) == named


def test_the_one_that_runs(shop: Project) -> None:
    def running(*names: str) -> Running:
        found = Running(shop, [])
        found.environments = {name: [container(environment=name)] for name in names}
        return found

    def refused(words: list[str], *names: str) -> tuple[str, str, dict[str, str]]:
        with pytest.raises(ServiceError) as error:
            shared.one_running(arguments.parse(stop.VERB, words), shop, running(*names))
        (problem,) = error.value.problems
        return problem.code, problem.subject, problem.facts

    given = arguments.parse(stop.VERB, [])
    assert shared.one_running(given, shop, running("testing")).name == "testing"
    assert refused([]) == ("FD745", "services", {"names": ""})
    assert refused(["-e", "dev"], "testing") == ("FD745", "development", {"names": "testing"})
    assert refused([], "development", "testing") == ("FD746", "APP_ENV", {"names": "development, testing"})


NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("", ""),
        ("nonsense", ""),
        ("2027-01-15T08:00:00Z", "0 s"),
        ("2027-01-15T07:59:59.123456789Z", "0 s"),
        ("2027-01-15T07:59:58.123456789Z", "1 s"),
        ("2027-01-15T07:59:01Z", "59 s"),
        ("2027-01-15T07:59:00Z", "1 min"),
        ("2027-01-15T07:00:01Z", "59 min"),
        ("2027-01-15T07:00:00Z", "1 h"),
        ("2027-01-14T08:00:01Z", "23 h"),
        ("2027-01-14T08:00:00Z", "1 d"),
        ("2026-01-15T08:00:00Z", "365 d"),
        ("2027-01-15T08:59:00+01:00", "1 min"),
        ("2027-01-15T07:59:00", "1 min"),
        ("2027-01-15T09:00:00Z", "0 s"),
    ],
)
def test_ago(moment: str, said: str) -> None:
    assert shared.ago(container(started=moment).started_at, NOW) == said


def test_ago_from_now() -> None:
    assert shared.ago(0.0).endswith(" d")


def container(
    service: str = "api", state: str = "running", *, environment: str = "development", **told: object
) -> Container:
    return Container(
        id="1",
        name=f"shop-{environment}-{service}-1",
        project=f"shop-{environment}",
        service=service,
        state=state,
        labels={},
        variables={},
        **told,  # type: ignore[arg-type] # what a test gives
    )


def test_rows() -> None:
    one = container(
        health="healthy", image="shop/api:1.4", ports=("127.0.0.1:8000->80/tcp", "[::1]:8000->80/tcp")
    )
    ended = container("db", "exited", exit_code=3)
    assert progress.rows([one, ended]) == [
        ("api", "running", "healthy", "", "shop/api:1.4", "127.0.0.1:8000->80/tcp, [::1]:8000->80/tcp"),
        ("db", "exited (3)", "", "", "", ""),
    ]


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "5")
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("size")
def test_the_table_is_drawn_over_itself() -> None:
    stream = Terminal()
    live = progress.Progress(stream)
    assert live.live
    live.show([container(state="created")])
    first = stream.getvalue()
    assert "\x1b" not in first
    live.show([container(), container("db")])
    second = stream.getvalue()[len(first) :]
    assert second.startswith("\x1b[2F\x1b[J"), "two lines up"
    live.close()
    assert stream.getvalue()[len(first + second) :] == "\x1b[3F\x1b[J"
    live.close()
    assert stream.getvalue().endswith("\x1b[3F\x1b[J")
    assert stream.getvalue().count("\x1b[3F\x1b[J") == 1, "what is taken away once is gone"


@pytest.mark.usefixtures("size")
def test_the_table_fits_the_terminal() -> None:
    stream = Terminal()
    live = progress.Progress(stream)
    live.show([container(f"service-{number}", image="i" * 60) for number in range(20)])
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    assert max(map(len, lines)) == 39


@pytest.mark.usefixtures("size")
def test_what_containers_are_called_does_not_steer_the_terminal() -> None:
    stream = Terminal()
    progress.Progress(stream).show([container("api\x1b[2J", image="x\r\ny")])
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


@pytest.mark.parametrize(
    ("stream", "quiet", "term", "live"),
    [
        (Terminal(), False, "xterm", True),
        (Terminal(), True, "xterm", False),
        (Terminal(), False, "dumb", False),
        (io.StringIO(), False, "xterm", False),
    ],
)
def test_where_nothing_is_drawn(
    stream: io.StringIO, quiet: bool, term: str, live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    made = progress.Progress(stream, quiet=quiet)
    assert made.live is live
    made.show([container()])
    made.close()
    assert bool(stream.getvalue()) is live


def test_it_is_drawn_where_errors_go(capsys: pytest.CaptureFixture[str]) -> None:
    assert progress.Progress().live is False
    assert capsys.readouterr() == ("", "")


def test_one_command_at_a_time(
    shop: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.services.wait = 0
    monkeypatch.setattr(shared, "_FIRST_SECONDS", 0.05)
    with shared.alone(shop) as held:
        assert len(held) == 2  # the project's name, and the checkout
        with pytest.raises(TimeoutError), shared.alone(shop):
            pass
    assert "another command is working on these containers" in capsys.readouterr().err
    with shared.alone(shop):
        pass
    assert capsys.readouterr().err == ""
    with pytest.raises(TimeoutError, match="of the block"), shared.alone(shop):
        raise TimeoutError("of the block")


def test_lines_of_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    shared.show_lines({"api": ["one", "tw\x1bo"], "db\n": []})
    said = capsys.readouterr()
    assert said.out == ""
    assert "\x1b" not in said.err
    assert said.err.splitlines() == [
        "",
        "last lines of api:",
        "  one",
        "  tw\\x1bo",
        "",
        "last lines of db\\n:",
        "  (it wrote nothing)",
    ]


def test_stop_says_what_is_not_its_own(
    shop: Project, socket: EngineSocket, capsys: pytest.CaptureFixture[str]
) -> None:
    socket.has(entry("by-hand", "shop", folder=shop.root))
    assert service.main(["stop"]) == 0
    assert capsys.readouterr().out == (
        "Nothing that firedoor started is here.\n"
        "by-hand of the Compose project shop is not firedoor's: it stays.\n"
    )


@pytest.fixture
def data(shop: Project, socket: EngineSocket, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Development runs and has two volumes; the steps that are taken."""
    done: list[str] = []
    socket.has(here(shop))

    def ended(*_: object) -> int:
        done.append("stop")
        return 1

    def destroyed(_: Project, environment: object, names: list[str]) -> int:
        done.append(f"destroy {environment} {' '.join(names)}")
        return len(names)

    monkeypatch.setattr(stopping, "volumes", lambda *_: [("shop-development_a", "1MB"), ("b", "2MB")])
    monkeypatch.setattr(stopping, "stop", ended)
    monkeypatch.setattr(stopping, "destroy", destroyed)
    return done


DESTROYED = ["stop", "destroy development shop-development_a b"]


@pytest.mark.usefixtures("shop")
def test_data_is_destroyed_by_name(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert service.main(["stop", "-e", "dev", "--destroy-data=shop-development"]) == 0
    assert data == DESTROYED
    said = capsys.readouterr().out
    assert said.splitlines()[:2] == ["VOLUME              SIZE", "shop-development_a  1MB"]
    assert said.endswith("development: 1 container ended, 2 volumes destroyed\n")
    assert service.main(["stop", "-q", "-e", "dev", "--destroy-data=shop-development"]) == 0
    assert "destroyed" not in capsys.readouterr().out


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--destroy-data"], "needs an environment"),
        (["--destroy-data=shop-development"], "needs an environment"),
        (["-e", "dev", "--destroy-data"], "to destroy these volumes say --destroy-data=shop-development"),
        (["-e", "dev", "--destroy-data="], "nothing was destroyed: that is not shop-development"),
        (["-e", "dev", "--destroy-data=development"], "that is not shop-development"),
        (["-e", "dev", "--destroy-data=shop-testing"], "that is not shop-development"),
        (["-e", "dev", "--destroy-data=Shop-Development"], "that is not shop-development"),
    ],
)
def test_data_stays(data: list[str], words: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("shop-development\n"))  # no terminal: nobody typed it
    with pytest.raises(UsageError) as refused:
        service.main(["stop", *words])
    assert said in str(refused.value)
    assert data == []


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("typed", "done"),
    [
        ("shop-development\n", True),
        ("  shop-development \n", True),
        ("yes\n", False),
        ("", False),
        ("\n", False),
    ],
)
def test_on_a_terminal_the_name_is_asked_for(
    data: list[str],
    typed: str,
    done: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    if done:
        assert service.main(["stop", "-e", "dev", "--destroy-data"]) == 0
    else:
        with pytest.raises(UsageError):
            service.main(["stop", "-e", "dev", "--destroy-data"])
    assert data == (DESTROYED if done else [])
    said = capsys.readouterr().out
    assert said.index("shop-development_a") < said.index("Type shop-development to destroy the data: ")


@pytest.mark.usefixtures("shop")
def test_a_protected_environments_data_is_not_even_asked_for(data: list[str]) -> None:
    with pytest.raises(ServiceError) as refused:
        service.main(["stop", "-e", "prod", "--destroy-data=shop-production"])
    assert [one.code for one in refused.value.problems] == ["FD743"]
    assert data == []


def test_an_environment_without_volumes(
    data: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stopping, "volumes", lambda *_: [])
    assert service.main(["stop", "-e", "dev", "--destroy-data=shop-development"]) == 0
    assert capsys.readouterr().out.startswith("shop-development has no volumes.\n")
    assert data[0] == "stop"


def test_two_checkouts_of_one_name_take_turns(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compose knows their containers by the name alone: whoever looks first must also have started first."""
    monkeypatch.setattr(shared, "_FIRST_SECONDS", 0.05)
    names = ("shop", "shop", "other")
    folders = [ProjectFolder(tmp_path_factory.mktemp(f"{name}{at}")) for at, name in enumerate(names)]
    for folder, name in zip(folders, names, strict=True):
        folder.write(
            "firedoor.toml", f'[project]\nname = "{name}"\n[environments.dev]\n[services]\nwait = 1\n'
        )
    one, same, other = (declaration.load(folder.root, use_cache=False) for folder in folders)
    same.services.wait = 0
    with shared.alone(one):
        with pytest.raises(TimeoutError), shared.alone(same):
            pass
        with shared.alone(other):
            pass
