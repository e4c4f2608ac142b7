"""The reference pages are whole: every verb with its own help, every key of the declaration, the schema as published."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from firedoor import catalogue
from firedoor.cli import VERBS, arguments, service
from firedoor.cli.completion import SCRIPTS
from firedoor.report import FORMATS
from firedoor.schema import fields
from support.pages import Block, blocks

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = [REFERENCE.parents[1] / "README.md", *sorted(REFERENCE.parent.rglob("*.md"))]
TABLES = {
    "[project]": fields.PROJECT,
    "[files]": fields.FILES,
    "[environments.NAME]": fields.ENVIRONMENT,
    "[lock]": fields.LOCK,
    "[settings]": fields.SETTINGS,
    "[services]": fields.SERVICES,
    "[variables.NAME]": fields.VARIABLE,
}


def section(page: str, heading: str) -> str:
    """The text below a heading of the second level, up to the next one."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page} has no heading {heading}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """The first cells of the table rows that name a key."""
    return re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)


def helps() -> dict[str, Block]:
    """The console blocks of the command line's page that show a help page, by their command."""
    shown = (block for block in blocks(REFERENCE / "cli.md") if block.language == "console")
    return {block.body.splitlines()[0]: block for block in shown if "--help\n" in block.body}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_its_whole_help(verb: str) -> None:
    """The block is run by test_docs.py too; here nothing may be left out of it."""
    block = helps()[f"$ firedoor {verb} --help"]
    shown = block.body.split("\n", 1)[1]
    assert shown == arguments.help_text(import_module(f"firedoor.cli.{verb}").VERB)
    assert block.body in section("cli.md", f"firedoor {verb}")


@pytest.mark.parametrize("verb", service.VERBS)
def test_every_verb_of_service_shows_its_whole_help(verb: str) -> None:
    block = helps()[f"$ firedoor service {verb} --help"]
    module = "execute" if verb == "exec" else verb
    shown = arguments.help_text(import_module(f"firedoor.cli.service.{module}").VERB)
    assert block.body.split("\n", 1)[1] == shown
    assert block.body in section("cli.md", "firedoor service")


def test_no_help_is_shown_of_a_verb_that_is_not_there() -> None:
    assert set(helps()) == {
        "$ firedoor --help",
        *(f"$ firedoor {verb} --help" for verb in VERBS),
        *(f"$ firedoor service {verb} --help" for verb in service.VERBS),
    }


def test_every_format_is_named() -> None:
    row = next(
        line
        for line in section("cli.md", "What all commands share").splitlines()
        if line.startswith("| check |")
    )
    assert set(re.findall(r"`(\w+)`", row)) == set(FORMATS)


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_the_declaration_is_described(table: str) -> None:
    """No key is missing, none is made up, in the order of the schema."""
    assert first_cells(section("declaration.md", table)) == list(TABLES[table])


def test_every_table_of_the_declaration_is_described() -> None:
    named = {name.strip("[]").removesuffix(".NAME") for name in TABLES}
    assert named == set(fields.TABLES)


@pytest.mark.parametrize(
    ("table", "key", "known"),
    [
        ("[variables.NAME]", "type", fields.TYPES),
        ("[files]", "fallback", fields.FALLBACKS),
        ("[environments.NAME]", "fallback", fields.FALLBACKS),
        ("[environments.NAME]", "unstamped", fields.SEVERITIES),
    ],
)
def test_every_choice_of_a_key_is_named(table: str, key: str, known: tuple[str, ...]) -> None:
    row = next(
        line for line in section("declaration.md", table).splitlines() if line.startswith(f"| `{key}` |")
    )
    assert tuple(re.findall(r"`([\w-]+)`", row.split(" | ")[1])) == known


def test_every_kind_of_resource_and_every_type_is_described() -> None:
    kinds = section("declaration.md", "[variables.NAME]").partition("### Kinds of resources")[2]
    cells = [line.split("|")[1] for line in kinds.splitlines() if line.startswith("| `")]
    assert tuple(re.findall(r"`([\w-]+)`", " ".join(cells))) == fields.KINDS
    assert tuple(first_cells(section("precedence-and-selection.md", "Types"))) == fields.TYPES


def test_the_published_schema_is_what_the_command_prints() -> None:
    published = (REFERENCE / "firedoor.schema.json").read_text(encoding="utf-8")
    assert published == json.dumps(fields.json_schema(), indent=2) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_name_only_codes_that_exist(page: Path) -> None:
    named = set(re.findall(r"\bFD\d{3}\b", page.read_text(encoding="utf-8")))
    assert sorted(named - set(catalogue.CODES)) == []


@pytest.mark.requirement("A14")
@pytest.mark.parametrize(
    "spelled", ["export APP_ENV=testing", "set APP_ENV=testing", '$env:APP_ENV = "testing"']
)
def test_every_shell_is_told_how_to_choose(spelled: str) -> None:
    assert f"`{spelled}`" in (REFERENCE.parent / "how-to" / "shells.md").read_text(encoding="utf-8")


def test_every_shell_with_a_completion_script_is_told_its_line() -> None:
    page = (REFERENCE.parent / "how-to" / "shells.md").read_text(encoding="utf-8")
    assert set(re.findall(r"firedoor completion (\w+)", page)) - {"environments"} == set(SCRIPTS)


def anchors(page: Path) -> set[str]:
    """The anchors that Markdown viewers give the headings of a page."""
    text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_headings_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    lost = [
        f"{target}#{anchor}"
        for target, anchor in links
        if (place := page.parent / target if target else page).is_file() and anchor not in anchors(place)
    ]
    assert lost == []
