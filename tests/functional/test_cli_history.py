"""``firedoor history``: the ledger as text and as JSON, verified whatever is shown of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from firedoor import ledger

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """\
[environments.testing]
aliases = ["test"]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
"""


@pytest.fixture
def shop(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    monkeypatch.setattr(ledger, "now", lambda: "2026-11-27T06:00:00Z")
    return project.git("init", "-q").write("firedoor.toml", DECLARATION)


def add(shop: ProjectFolder, event: str, environment: str, **more: str) -> None:
    reason = more.pop("reason", "")
    ledger.append(
        str(shop.root),
        event,
        by="ann",
        environment=environment,
        resource="DATABASE_URL" if environment else "environments.production.protected",
        reason=reason,
        facts=more,
    )


@pytest.fixture
def told(shop: ProjectFolder) -> ProjectFolder:
    add(shop, "stamped", "testing", stamp="ab" * 16)
    add(shop, "sanitised", "production", stamp="cd" * 16, **{"from": "testing", "reason": "cleaned\x1b[2J"})
    add(shop, "accepted", "", declared="false")
    add(shop, "stamped", "retired", stamp="ef" * 16)
    return shop


def test_newest_last(told: ProjectFolder) -> None:
    result = told.firedoor("history", code=0)
    assert result.stderr == ""
    assert result.prints(
        """\
        NUMBER  TIME                  EVENT      ENVIRONMENT  RESOURCE                           BY   REASON
        1       2026-11-27T06:00:00Z  stamped    testing      DATABASE_URL                       ann
        2       2026-11-27T06:00:00Z  sanitised  production   DATABASE_URL                       ann  cleaned\\x1b[2J; from testing
        3       2026-11-27T06:00:00Z  accepted                environments.production.protected  ann  declared false
        4       2026-11-27T06:00:00Z  stamped    retired      DATABASE_URL                       ann
        """
    )


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        (("-e", "testing"), ["1"]),
        (("-e", "test"), ["1"]),
        (("-e", "production"), ["2"]),
        (("-e", "retired"), ["4"]),
        (("-n", "2"), ["3", "4"]),
        (("--count", "9"), ["1", "2", "3", "4"]),
        (("-e", "production", "-n", "1"), ["2"]),
    ],
    ids=" ".join,
)
def test_some_of_it(told: ProjectFolder, arguments: tuple[str, ...], numbers: list[str]) -> None:
    lines = told.firedoor("history", *arguments, code=0).stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == numbers


@pytest.mark.parametrize("arguments", [("-n", "0"), ("-e", "nobody")], ids=" ".join)
def test_nothing_of_it(told: ProjectFolder, arguments: tuple[str, ...]) -> None:
    assert told.firedoor("history", *arguments, code=0).stdout == "Nothing is recorded.\n"
    assert told.firedoor("history", "-q", *arguments, code=0).everything == ""


def test_no_ledger_yet(shop: ProjectFolder) -> None:
    assert shop.firedoor("history", code=0).everything == "Nothing is recorded.\n"
    assert json.loads(shop.firedoor("history", "--format", "json", code=0).stdout)["events"] == []


def test_json_has_every_field(told: ProjectFolder) -> None:
    document = json.loads(told.firedoor("history", "-n", "1", "--format", "json", code=0).stdout)
    last = json.loads((told.root / "firedoor.ledger").read_text().splitlines()[-1])
    assert document == {
        "version": 1,
        "problems": [],
        "counts": {"error": 0, "warning": 0, "note": 0},
        "events": [last],
    }


def test_a_changed_line_is_told_with_what_stands_before_it(told: ProjectFolder) -> None:
    path = told.root / "firedoor.ledger"
    path.write_text(path.read_text().replace("cleaned", "cleared"))
    result = told.firedoor("history", "-e", "retired", code=1)
    assert result.stdout == "Nothing is recorded.\n"
    assert result.prints(
        """\
        whole project
          error  FD528  firedoor.ledger:2:1
            firedoor.ledger is not as it was written: the line was changed after it was written.
            do: Take firedoor.ledger back from version control: `git checkout -- firedoor.ledger`. After a
                merge, remove only the lines that git added (they begin with <<<<<<<, ======= and >>>>>>>)
                and keep those of both sides.

        1 error
        """,
        stream="stderr",
    )
    document = json.loads(told.firedoor("history", "--format", "json", code=1).stdout)
    assert [event["number"] for event in document["events"]] == [1]
    assert [problem["code"] for problem in document["problems"]] == ["FD528"]
    assert "FD528" in told.firedoor("check", "testing").stdout


def test_lines_that_the_lock_knew_and_that_are_gone(told: ProjectFolder) -> None:
    told.write(".env.testing", "DATABASE_URL=sqlite:///test.db\n", mode=0o600)
    told.firedoor("lock", "-e", "testing", "--offline", code=0)
    assert told.firedoor("history", code=0).stderr == ""
    path = told.root / "firedoor.ledger"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    result = told.firedoor("history", code=1)
    assert "firedoor.ledger lacks lines that were there when the lock was written." in result.stderr
    assert "FD529" in told.firedoor("check", "testing", code=1).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-n", "many"), "history: --count many: give a number of lines"),
        (("-n", "-1"), "history: --count -1: give a number of lines"),
        (("-n", "\u0662"), "history: --count \u0662: give a number of lines"),
        (("testing",), "history: 'testing' is no option; an environment is named by -e"),
        (("--format", "sarif"), "--format sarif: not known here; use text, json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_usage(told: ProjectFolder, arguments: tuple[str, ...], said: str) -> None:
    result = told.firedoor("history", *arguments)
    assert (result.code, result.stdout, result.stderr) == (2, "", f"firedoor: {said}\n")
