"""What firedoor's `service` adds to plain Compose, for a file of fifty services on a real engine."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' own engine and project

from bench.clean import WORK, Program, with_firedoor
from support.containers import shop_in
from support.engine import running_engine

if TYPE_CHECKING:
    from support.containers import Shop

SERVICES = 50
LOOKS = 30
STARTS = 3
MOST_TIMES = 1.5
MOST_MILLISECONDS = 300.0
SERVICE = """\
  service-{number}:
    image: firedoor-test/base:1
    env_file: .env.${{APP_ENV}}
    environment: {{NUMBER: "{number}"}}
    profiles: [dev]
"""
# Stands before Compose in the path and writes down how long it took to start the services.
CLOCK = """\
#!/bin/sh
case " $* " in
*" up "*)
    before=$(date +%s%N)
    {compose} "$@"
    code=$?
    echo $(($(date +%s%N) - before)) >>{log}
    exit $code
    ;;
esac
exec {compose} "$@"
"""

Row = tuple[str, str, str, bool]


def rows() -> list[Row]:
    """(what, target, measured, whether it holds): both programs in turns, medians compared."""
    with shop_in(WORK / "services", running_engine()) as shop:
        services = (SERVICE.format(number=number) for number in range(SERVICES))
        shop.build("services:\n" + "".join(services))
        with Path(os.devnull).open("wb") as nowhere:
            before = os.dup(2)
            os.dup2(nowhere.fileno(), 2)  # Compose talks a lot
            try:
                return [*_looks(shop), *_starts(shop)]
            finally:
                os.dup2(before, 2)


def _program(shop: Shop, *words: str | Path) -> Program:
    variables = {**shop.engine.environment, "APP_ENV": "development", "COMPOSE_PROFILES": "dev"}
    path = os.pathsep.join((str(_clock(shop).parent), variables["PATH"]))
    return Program(words, shop.folder.root, {**variables, "PATH": path})


def _compose(shop: Shop, *words: str) -> Program:
    first, *more = shop.engine.compose_command
    return _program(shop, shutil.which(first) or first, *more, "-p", shop.project("development"), *words)


def _firedoor(shop: Shop, *words: str) -> Program:
    return _program(shop, with_firedoor() / "firedoor", "service", *words)


def _clock(shop: Shop) -> Path:
    folder = WORK / "clock"
    first = shop.engine.compose_command[0]
    script = folder / Path(first).name
    if not script.exists():
        folder.mkdir()
        script.write_text(CLOCK.format(compose=shutil.which(first), log=folder / "log"))
        script.chmod(0o755)
    return script


def _looks(shop: Shop) -> list[Row]:
    """What runs, asked in turns: with files that have not changed, and the first time after each edit."""
    shop.start("development", "-q")
    edited = shop.folder.root / ".env.development"
    text = edited.read_text()
    ours, plain, anew = _firedoor(shop, "status"), _compose(shop, "ps"), _firedoor(shop, "status")
    for number in range(LOOKS):
        ours.run()  # it is told what was edited
        plain.times.append(plain.run())
        ours.times.append(ours.run())
        edited.write_text(f"{text}# {number}\n")
        anew.times.append(anew.run())
    same, new = ours.median / plain.median, anew.median / plain.median
    target = f"≤ {MOST_TIMES:g} × `docker compose ps`"
    return [
        (f"`service status` of {SERVICES} services", target, _ratio(same, ours, plain), same <= MOST_TIMES),
        ("the first one after an edit, which asks Compose", "", _ratio(new, anew, plain), True),
    ]


def _ratio(ratio: float, ours: Program, plain: Program) -> str:
    return f"{ratio:.2f} × ({ours.median * 1e3:.0f} ms, `ps` {plain.median * 1e3:.0f} ms)"


def _starts(shop: Shop) -> list[Row]:
    """All from nothing, and once more when all run.

    Two starts of fifty containers differ by more than is to be measured: a start of firedoor's is compared with what
    Compose's own work took in the same run.
    """
    log = WORK / "clock" / "log"
    plain = _compose(shop, "up", "-d")
    fresh, again = _firedoor(shop, "start", "-q"), _firedoor(shop, "start", "-q")
    added: dict[str, list[float]] = {"fresh": [], "again": []}
    for _ in range(STARTS):
        shop.remove()
        plain.times.append(plain.run())
        shop.remove()
        for name, program in (("fresh", fresh), ("again", again)):
            log.unlink(missing_ok=True)
            taken = program.run()
            program.times.append(taken)
            added[name].append(taken - int(log.read_text()) / 1e9)
    return [
        _added(
            f"`service start` of {SERVICES} services, beside Compose's `up -d` in it",
            added["fresh"],
            fresh,
            plain,
        ),
        _added("the same when all run already", added["again"], again, None),
    ]


def _added(what: str, added: list[float], ours: Program, plain: Program | None) -> Row:
    median = statistics.median(added) * 1e3
    beside = f"; plain `up -d` {plain.median:.1f} s" if plain else ""
    measured = f"{median:.0f} ms more ({ours.median:.1f} s in all{beside})"
    return what, f"≤ {MOST_MILLISECONDS:.0f} ms more", measured, median <= MOST_MILLISECONDS
