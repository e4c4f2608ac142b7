"""What Python code reads from the environment."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from firedoor.discovery import python_code

if TYPE_CHECKING:
    from support.project import ProjectFolder


Scan = Callable[..., python_code.Code]


@pytest.fixture
def scan(project: ProjectFolder) -> Scan:
    def run(text: str, path: str = "settings.py") -> python_code.Code:
        project.write(path, dedent(text))
        return python_code.scan(str(project.root), [path])

    return run


def reads(code: python_code.Code) -> list[tuple[str, str | None, bool, str | None]]:
    return [(read.variable, read.type, read.certain, read.default) for read in code.reads]


def test_ways_to_read_the_environment(scan: Scan) -> None:
    code = scan("""
        import os
        from os import environ, getenv
        A = os.environ["A"]
        B = os.environ.get("B", "b")
        C = os.getenv("C")
        D = getenv("D", default="d")
        E = environ["E"]
        F = int(os.getenv("F", "1"))
        G = float(os.environ.get("G", 1))
        H = os.environ[name]
        I = os.environ.get(name)
        J = int(other("J"))
        K = int(os.getenv(name))
        L = int("1")
        os.environ["GIVEN"] = "x"
        os.environ.setdefault("ALSO_GIVEN", "x")
        del os.environ["GONE"]
        M = other["M"]
    """)
    assert reads(code) == [
        ("A", None, True, None),
        ("B", None, False, "b"),
        ("C", None, False, None),
        ("D", None, False, "d"),
        ("E", None, True, None),
        ("F", "int", False, None),
        ("F", None, False, "1"),
        ("G", "float", False, None),
        ("G", None, False, None),
    ]
    assert code.given == {"GIVEN", "ALSO_GIVEN", "GONE"}


@pytest.mark.parametrize(
    "place",
    [
        "def f():\n    x = {}",
        "async def f():\n    x = {}",
        "f = lambda: {}",
        "if DEBUG:\n    x = {}",
        "x = {} if DEBUG else 1",
        "try:\n    x = {}\nexcept KeyError: pass",
        "for a in b:\n    x = {}",
        "while a:\n    x = {}",
        "x = a or {}",
        "match a:\n    case 1:\n        x = {}",
    ],
)
def test_what_may_not_run_at_import_is_not_certain(scan: Scan, place: str) -> None:
    assert reads(scan(place.format('os.environ["A"]'))) == [("A", None, False, None)]
    assert reads(scan('class S:\n    x = os.environ["A"]')) == [("A", None, True, None)]


def test_only_settings_modules_make_a_read_certain(scan: Scan) -> None:
    text = 'x = os.environ["A"]'
    assert [
        reads(scan(text, path))[0][2] for path in ("app/config.py", "settings/base.py", "tools/upload.py")
    ] == [
        True,
        True,
        False,
    ]


def test_decouple(scan: Scan) -> None:
    code = scan("""
        from decouple import config, Csv
        A = config("A")
        B = config("B", default=True, cast=bool)
        C = config("C", default="x", cast=Csv())
        D = config("D", cast=int)
    """)
    assert reads(code) == [
        ("A", None, True, None),
        ("B", "bool", False, None),
        ("C", None, False, "x"),
        ("D", "int", True, None),
    ]
    assert reads(scan('os.environ\nA = config("A")')) == []


def test_environ_and_environs(scan: Scan) -> None:
    code = scan("""
        import environ
        env = environ.Env(DEBUG=(bool, False), NAME=str, **more)
        config = environ.Env()
        A = env("A")
        B = env.bool("B", default=False)
        C = env.list("C", [])
        D = env.db("D")
        E = config.int("E")
        F = env("F", default="dev")
        G = env.unknown("G")
        H = env(name)
    """)
    assert reads(code) == [
        ("DEBUG", "bool", False, None),
        ("NAME", "str", False, None),
        ("A", None, True, None),
        ("B", "bool", False, None),
        ("C", "list", False, None),
        ("D", "url", True, None),
        ("E", "int", True, None),
        ("F", None, False, "dev"),
        ("G", None, True, None),
    ]


def test_tests_give_and_select_but_do_not_require(scan: Scan) -> None:
    text = """
        os.environ["A"] = "1"
        monkeypatch.setenv("B", "2")
        x = os.environ["C"]
        y = int(os.getenv("D"))
        if os.getenv("APP_ENV") != "test": raise RuntimeError
        class S(BaseSettings):
            z: int
        class E(StrEnum):
            dev = "dev"
            prod = "prod"
    """
    for path in ("tests/helpers.py", "conftest.py"):
        code = scan(text, path)
        assert reads(code) == [("APP_ENV", None, False, None)]
        assert code.given == {"A", "B"}
        assert code.classes == []
        assert code.mentioned == {"test"}
        assert code.declared == []


def test_environments_that_code_speaks_of(scan: Scan) -> None:
    code = scan("""
        env = os.getenv("APP_ENV")
        TESTING = "test" in sys.argv
        if env == "prod": pass
        if env in ("dev", "local"): pass
        settings = {"staging": 1, key: 2}[env]
        match env:
            case "qa": pass
            case other: pass
        class Stage(str, Enum):
            DEV = "development"
            PROD = "production"
            OTHER = compute()
        class Colour(Enum):
            RED = "red"
            DEV = "dev"
    """)
    assert code.mentioned == {"prod", "dev", "local", "staging", "qa"}
    assert code.declared == ["development", "production"]


def test_comparisons_count_only_where_a_selector_is_read(scan: Scan) -> None:
    assert scan('x = os.getenv("MODE")\nif mode == "prod": pass').mentioned == set()


def test_env_files_that_code_names(scan: Scan) -> None:
    code = scan("""
        load_dotenv()
        load_dotenv(f".env.{env}")
        read("config/.env.shared")
        say(".env files are read here")
    """)
    assert code.env_files == {".env", ".env.{env}", ".env.shared"}
    assert scan("load_dotenv(dotenv_path=path)\nload_dotenv(path)").env_files == set()


def test_what_cannot_be_parsed_or_read_says_nothing(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("a.py", "os.environ[").write("b.py", b"os.environ\0").write(
        "c.py", b"# coding: x\nos.environ"
    )
    project.write("d.py", "# nothing of interest").write("e.py", "x = os.environ['E']\n")
    project.write("f.py", "os.environ;" + "(" * 400 + ")" * 400).write(
        "g.py", "os.environ\nx = " + "-" * 5000 + "1"
    )
    project.write("deep.py", "os.environ\nx = a" + "+a" * 2000)
    project.write("folder.py/x", "").write("escape.py", "os.environ\nx = '\\d'\n")
    names = [f"{name}.py" for name in "abcdefg"] + ["deep.py", "folder.py", "missing.py", "escape.py"]
    code = python_code.scan(str(project.root), names)
    assert [read.variable for read in code.reads] == ["E"]
    monkeypatch.setattr(python_code, "LARGEST", 10)
    assert python_code.scan(str(project.root), ["e.py"]).reads == []


def test_a_great_deal_of_code_is_read_in_part(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("a.py", 'os.getenv("A")').write("b.py", 'os.getenv("B")')
    monkeypatch.setattr(python_code, "MOST_BYTES", 20)
    assert [read.variable for read in python_code.scan(str(project.root), ["a.py", "b.py"]).reads] == ["A"]
