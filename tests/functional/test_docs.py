"""Every example in README.md and docs/ does what the page says. The rules: docs/explanation/how-docs-are-tested.md."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.engine import private_engine
from support.pages import Block, Command, PageError, blocks, commands
from support.wildcards import matches

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SECONDS = 60


class Reader:
    """Follows one page in one project folder, block by block."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.projects = 0
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        self.script = ""
        self.printed = ""
        self.things = ExitStack()
        self.variables: dict[str, str] = {}
        self.start("empty")

    def start(self, name: str) -> None:
        """Go on in a fresh project."""
        self.projects += 1
        self.project = self.folder / str(self.projects) / "project"
        if name == "empty":
            self.project.mkdir(parents=True)
        else:
            shutil.copytree(
                self._shape(name), self.project, ignore=shutil.ignore_patterns("__pycache__", "*.db")
            )
        self.shell("git init -q -b main")

    def need(self, thing: str) -> None:
        """Give the page an engine of its own, or a Swarm of one node, with Compose as Docker's plugin."""
        if thing not in {"engine", "swarm"}:
            raise PageError(f"{self.page.name}: it may need an engine or a swarm, not {thing}")
        engine = self.things.enter_context(private_engine())
        self.variables["DOCKER_HOST"] = engine.host
        program = Path(sys.executable).with_name("docker-compose")
        if program.exists():
            plugin = self.home / ".docker" / "cli-plugins" / "docker-compose"
            plugin.parent.mkdir(parents=True)
            plugin.symlink_to(program)
        if thing == "swarm":
            engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1")

    def _shape(self, name: str) -> Path:
        for shelf in ("examples", "tests/fixtures/projects"):
            if (ROOT / shelf / name).is_dir():
                return ROOT / shelf / name
        raise PageError(f"{self.page.name}: there is no project {name}")

    def follow(self, block: Block) -> None:
        """Do what the comments above a block and its language say."""
        for name, value in block.comments:
            if name == "project":
                self.start(value)
            elif name == "needs":
                self.need(value)
            elif name == "run":
                done = self.shell(value)
                assert done.returncode == 0, f"{self.where(block.line)} run: {value}\n{done.stdout}"
        if (path := block.comment("file")) is not None:
            target = self.project / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        elif block.comment("output") is not None:
            assert matches(block.body, self.printed), f"{self.where(block.line)} prints\n{self.printed}"
        elif block.comment("not run") is None:
            run = {"console": self.console, "python": self.python, "pycon": self.pycon}.get(block.language)
            if run is not None:
                run(block)

    def where(self, line: int) -> str:
        return f"{self.page.relative_to(ROOT)}:{line}"

    def shell(
        self, script: str, *, program: tuple[str, ...] = ("bash", "-c")
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "user.name",
            "GIT_CONFIG_VALUE_0": "Reader",
            "GIT_CONFIG_KEY_1": "user.email",
            "GIT_CONFIG_VALUE_1": "reader@example.org",
            **self.variables,
        }
        return subprocess.run(
            (*program, script),
            cwd=self.project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def console(self, block: Block) -> None:
        """Run the commands of a block in one shell and compare what each printed."""
        todo = commands(block)
        mark = uuid.uuid4().hex
        script = "".join(
            f"{command.text}\n__status=$?; echo; echo {mark} $__status; (exit $__status)\n"
            for command in todo
        )
        done = self.shell(script)
        pieces = done.stdout.split(f"\n{mark} ")
        assert len(pieces) == len(todo) + 1, f"{self.where(block.line)} the shell ended early:\n{done.stdout}"
        printed = [pieces[0], *(piece.partition("\n")[2] for piece in pieces[1:])]
        codes = [int(piece.partition("\n")[0]) for piece in pieces[1:]]
        for index, command in enumerate(todo):
            self.compare(command, printed[index])
            shown = index + 1 < len(todo) and todo[index + 1].text == "echo $?"
            wanted = int(block.comment("exit") or 0) if index + 1 == len(todo) else 0
            assert shown or codes[index] == wanted, (
                f"{self.where(command.line)} $ {command.text}\nends with {codes[index]}, not {wanted}:\n{printed[index]}"
            )

    def compare(self, command: Command, printed: str) -> None:
        if command.expected:
            expected = "\n".join(command.expected)
            assert matches(expected, printed), (
                f"{self.where(command.line)} $ {command.text}\n--- the page says\n{expected}\n--- it prints\n{printed}"
            )

    def python(self, block: Block) -> None:
        """Run a script of its own, or the one above with this block added."""
        self.script = (self.script if block.comment("continues") is not None else "") + block.body
        done = self.shell(self.script, program=(sys.executable, "-c"))
        assert done.returncode == 0, f"{self.where(block.line)}\n{done.stdout}"
        self.printed = done.stdout

    def pycon(self, block: Block) -> None:
        """Run a doctest in this process, in the project's folder."""
        test = doctest.DocTestParser().get_doctest(block.body, {}, self.page.name, self.page.name, block.line)
        before = Path.cwd()
        os.chdir(self.project)
        try:
            failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=lambda text: None)
        finally:
            os.chdir(before)
        assert not failed, f"{self.where(block.line)} {failed} of these lines print something else"


def marked(page: Path) -> Any:
    """The page for a test; in CI one that needs an engine is not skipped."""
    real = "<!-- needs: " in page.read_text(encoding="utf-8")
    return pytest.param(page, marks=[pytest.mark.real] if real else [], id=str(page.relative_to(ROOT)))


@pytest.mark.parametrize("page", [marked(page) for page in PAGES])
def test_page(page: Path, tmp_path: Path) -> None:
    reader = Reader(page, tmp_path)
    with reader.things:
        for block in blocks(page):
            reader.follow(block)


def links(page: Path) -> list[str]:
    """The targets of a page's links to other files of the repository, without their anchors."""
    prose = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose))
    return [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [target for target in links(page) if not (page.parent / target).exists()] == []


def test_every_page_can_be_found_from_the_first() -> None:
    """docs/index.md leads to every page, at most through others."""
    found, todo = set[Path](), [ROOT / "docs" / "index.md"]
    while todo:
        page = todo.pop()
        if page not in found and page.suffix == ".md":
            found.add(page)
            todo += [(page.parent / target).resolve() for target in links(page)]
    assert sorted(str(page.relative_to(ROOT)) for page in set(PAGES) - found if "docs" in page.parts) == []


PAGE = """\
# A page

<!-- file: greeting.txt -->
```text
good morning
good night
```

```console
$ cat greeting.txt
good ...
...
$ false
$ echo $?
1
$ export X=1 && echo \\
> $X
1
```

<!-- exit: 3 -->
```console
$ exit_with() { return 3; }; exit_with
```

```python
print("one")
```

<!-- continues -->
```python
print("two")
```

<!-- output -->
```text
one
two
```

```pycon
>>> 1 + 1
2
```
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("", "", id="nothing changed"),
        pytest.param("good ...\n...", "bad ...\n...", id="output"),
        pytest.param("...\n$ false", "$ false", id="a line too few"),
        pytest.param("exit: 3", "exit: 4", id="exit code"),
        pytest.param("exit: 3", "exit", id="comment without its value"),
        pytest.param("<!-- continues -->", "<!-- goes on -->", id="unknown comment"),
        pytest.param("<!-- continues -->", "<!-- needs: patience -->", id="a need that nobody meets"),
        pytest.param("one\ntwo\n", "two\n", id="what a script prints"),
        pytest.param('print("two")', 'prin("two")', id="a script fails"),
        pytest.param("\n2\n", "\n3\n", id="doctest"),
        pytest.param("```console\n$ exit", "```bash\n$ exit", id="a block that would not be run"),
        pytest.param('```python\nprint("one")', '```\nprint("one")', id="no language"),
        pytest.param(
            "<!-- exit: 3 -->\n", "<!-- not run: for no reason -->\nText\n", id="a comment without its block"
        ),
        pytest.param(">>> 1 + 1\n2\n```\n", ">>> 1 + 1\n2\n", id="no end"),
    ],
)
def test_the_runner_notices(right: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with one thing wrong fails, the same page without it passes."""
    assert right in PAGE
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace(right, wrong) if right else PAGE, encoding="utf-8")
    if right == wrong:
        test_page(page, tmp_path / "work")
    else:
        with pytest.raises((AssertionError, PageError)):
            test_page(page, tmp_path / "work")
