"""What settings cost: a class of 100 fields in a cold process, one of 1,000 fields loaded again, both against peers."""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING

from bench.clean import ROUNDS, WORK, Program, environment, in_turns, with_firedoor

if TYPE_CHECKING:
    from pathlib import Path

TYPES = ("str", "int", "bool", "float", "str")
TEXTS = ("a text", "42", "true", "1.5", "https://host.example.org/path")
IMPORTS = {
    "firedoor": "from firedoor import Settings as Base, SettingsConfigDict",
    "pydantic-settings": "from pydantic_settings import BaseSettings as Base, SettingsConfigDict",
}

# Both classes in one process, in turns: what is compared is the loading, not the start.
WARM = """\
import gc, json, statistics, sys, time
import own, theirs

def timed(call):
    started = time.perf_counter()
    try:
        call()
    except Exception as error:
        assert len(error.problems if hasattr(error, "problems") else error.errors()) == int(sys.argv[2])
    else:
        assert sys.argv[2] == "0"
    return time.perf_counter() - started

times = {"own": [], "theirs": []}
timed(own.AppSettings), timed(theirs.AppSettings)
gc.disable()
for _ in range(int(sys.argv[1])):
    times["own"].append(timed(own.AppSettings))
    times["theirs"].append(timed(theirs.AppSettings))
print(json.dumps({name: statistics.median(found) for name, found in times.items()}))
"""

BARE_MODEL = """\
from pydantic import BaseModel

class AppSettings(BaseModel):
{fields}

AppSettings(**{values})
"""


def declaration(declared: int) -> str:
    """Four environments; one in five of the declared variables is a secret, one a resource, the others have types."""
    lines = ['[project]\nname = "bench"\nselector = ["APP_ENV"]\n']
    lines += [
        f"[environments.{name}]\n{'protected = true' if name == 'production' else ''}\n"
        for name in ("development", "testing", "staging", "production")
    ]
    kinds = ("secret = true", 'type = "int"', 'type = "bool"', 'type = "float"', 'resource = "http"')
    lines += [
        f"[variables.FIELD_{index}]\n{kinds[index % 5]}\nrequired = true\n" for index in range(declared)
    ]
    return "\n".join(lines)


def project(name: str, fields: int, *, declared: int = 10, wrong: int = 0) -> Path:
    """A folder with the class twice, and its values in one env file. ``wrong``: so many integers are words."""
    folder = WORK / name
    (folder / ".git").mkdir(parents=True)
    (folder / "firedoor.toml").write_text(declaration(declared), encoding="utf-8")
    texts = [TEXTS[index % 5] for index in range(fields)]
    for index in range(wrong):
        texts[fields - 4 - 5 * index] = "many"
    lines = [f"FIELD_{index}={text}\n" for index, text in enumerate(texts)]
    path = folder / ".env.development"
    path.write_text("".join(lines), encoding="utf-8")
    path.chmod(0o600)
    for module, base in (("own", "firedoor"), ("theirs", "pydantic-settings")):
        (folder / f"{module}.py").write_text(source(base, fields), encoding="utf-8")
        (folder / f"{module}_cold.py").write_text(
            source(base, fields) + "\nAppSettings()\n", encoding="utf-8"
        )
    model = BARE_MODEL.format(
        fields=fields_of(fields), values={f"field_{index}": text for index, text in enumerate(texts)}
    )
    (folder / "model_cold.py").write_text(model, encoding="utf-8")
    (folder / "warm.py").write_text(WARM, encoding="utf-8")
    return folder


def fields_of(fields: int) -> str:
    return "\n".join(f"    field_{index}: {TYPES[index % 5]}" for index in range(fields))


def source(base: str, fields: int) -> str:
    """The module of one class; pydantic-settings is told the file that firedoor finds by itself."""
    options = "" if base == "firedoor" else 'env_file=".env.development", extra="ignore"'
    config = f"    model_config = SettingsConfigDict({options})"
    return f"{IMPORTS[base]}\n\nclass AppSettings(Base):\n{config}\n{fields_of(fields)}\n"


def warm(python: Path, folder: Path, wrong: int = 0) -> dict[str, float]:
    """Median seconds of loading again, by "own" and "theirs"."""
    done = subprocess.run(
        (python, "warm.py", str(max(ROUNDS, 10)), str(wrong)),
        cwd=folder,
        env={"HOME": str(WORK), "APP_ENV": "development", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def cold(clean: Path, peer: Path, both: Path) -> dict[str, float]:
    """Median seconds of a process that imports, builds the class of 100 fields and loads it once."""
    folder = project("settings-100", 100)
    chosen = {"APP_ENV": "development"}
    programs = {
        "bare": Program((clean / "python", "-c", "pass")),
        "own": Program((clean / "python", "own_cold.py"), folder, chosen),
        "theirs": Program((peer / "python", "theirs_cold.py"), folder, chosen),
        "model": Program((clean / "python", "model_cold.py"), folder, chosen),
        "own with both": Program((both / "python", "own_cold.py"), folder, chosen),
    }
    return in_turns(programs)


def row(what: str, own: float, theirs: float, most: float | None) -> tuple[str, str, str, bool]:
    ratio = own / theirs
    measured = f"{ratio:.3f} ({own * 1e3:.1f} ms to {theirs * 1e3:.1f} ms)"
    target = "" if most is None else f"≤ {most:.2f} × pydantic-settings"
    return (what, target, measured, most is None or ratio <= most)


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds)."""
    peer_package = f"pydantic-settings=={version('pydantic-settings')}"
    clean = with_firedoor()
    peer = environment("pydantic-settings", peer_package)
    both = environment("both", next((WORK / "wheels").glob("*.whl")), peer_package)
    started = cold(clean, peer, both)
    again = warm(both / "python", project("settings-1000", 1000))
    declared = warm(both / "python", project("settings-1000-declared", 1000, declared=1000))
    refused = warm(both / "python", project("settings-1000-wrong", 1000, wrong=100), 100)
    model = f"{started['model'] / started['theirs']:.3f} ({started['model'] * 1e3:.1f} ms)"
    return [
        row("`Settings` of 100 fields, cold process with imports", started["own"], started["theirs"], 0.55),
        ("for comparison: the same fields as a plain pydantic model", "", model, True),
        row("the same class loaded again, 1,000 fields", again["own"], again["theirs"], 0.05),
        row("the same, each variable declared with a rule", declared["own"], declared["theirs"], None),
        row("the same, 100 values refused, all of them told", refused["own"], refused["theirs"], None),
    ]
