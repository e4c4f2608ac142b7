"""The page of one code, which ``firedoor explain`` and the docs share: the catalogue's words with an example."""

from firedoor.catalogue.incidents import INCIDENTS
from firedoor.catalogue.wording import fill
from firedoor.catalogue.wrapping import wrap
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.catalogue.entries import Entry, Example

# A page's examples are run by a test of their own, so that no block is in a language that the tests of the docs run.
_LANGUAGES = {"toml": "toml"}
_WIDTH = 100


def page_of(entry: "Entry") -> str:
    """The page as Markdown, ended by a line break."""
    sections = [f"# {entry.code} {entry.name}", f"Severity: {entry.severity}.", _paragraph(entry.summary)]
    sections += ["## Why", _paragraph(entry.why)]
    if entry.incidents:
        stories = (INCIDENTS[key] for key in entry.incidents)
        sections += [
            "It happened:",
            "\n".join(_paragraph(f"{story} <{url}>", "- ", "  ") for story, url in stories),
        ]
    if entry.example is None:
        sections += ["## What to do", _paragraph(fill(entry.do, Problem(entry.code)))]
    else:
        sections += ["## Example", *_example(entry.example), *_said(entry, entry.example.problem)]
    if entry.more:
        sections += ["## More", _paragraph(entry.more)]
    if entry.on_purpose:
        sections += ["## On purpose", _paragraph(entry.on_purpose)]
    return "\n\n".join(sections) + "\n"


def _paragraph(text: str, first: str = "", others: str = "") -> str:
    lines = wrap(text, _WIDTH - len(first))
    return "\n".join(f"{others if number else first}{line}" for number, line in enumerate(lines))


def _example(example: "Example") -> list[str]:
    sections = []
    for path, text in example.files.items():
        sections += [f"`{path}`:", _block(_language(path), text)]
    if example.commands:
        sections.append(_block("text", "".join(f"$ {command}\n" for command in example.commands)))
    return sections


def _said(entry: "Entry", problem: Problem) -> list[str]:
    where = f" at {problem.origin}" if problem.origin is not None else ""
    said = [
        _paragraph(text, "> ", "> ") for text in (fill(entry.what, problem), "do: " + fill(entry.do, problem))
    ]
    return [f"firedoor says ({problem.severity}{where}):", "\n>\n".join(said)]


def _language(path: str) -> str:
    name = path.rpartition("/")[2]
    return "dotenv" if name.startswith(".env") else _LANGUAGES.get(name.rpartition(".")[2], "text")


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text}```"
