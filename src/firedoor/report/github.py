"""Problems as workflow commands: GitHub Actions shows them at their lines in a pull request."""

from firedoor import catalogue
from firedoor.catalogue.wording import printable
from firedoor.problem import ERROR, WARNING, in_order
from firedoor.report.places import path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firedoor.problem import Problem

_COMMANDS = {ERROR: "error", WARNING: "warning"}


def render(problems: "Iterable[Problem]", *, environments: "Sequence[str]" = (), folder: str = "") -> str:
    """One command in one line for each problem. ``environments``: names in declared order.

    ``folder`` is the project's folder in the repository: GitHub knows files by their path from its root.
    """
    return "".join(
        _command(problem, path_of(problem, folder)) + "\n" for problem in in_order(problems, environments)
    )


def _command(problem: "Problem", path: str) -> str:
    title = f"{printable(problem.code)} {catalogue.name(problem)}"
    if problem.environment is not None:
        title += f" ({printable(problem.environment)})"
    properties = {**_position(problem, path), "title": title}
    message = [catalogue.what(problem), f"do: {catalogue.action(problem)}"]
    if problem.origin is not None and not path:
        message[0] += f" ({printable(problem.origin)})"
    said = ",".join(f"{name}={_property(text)}" for name, text in properties.items())
    return f"::{_COMMANDS.get(problem.severity, 'notice')} {said}::{_data(chr(10).join(message))}"


def _position(problem: "Problem", path: str) -> dict[str, str]:
    if not path or problem.origin is None:
        return {}
    position = {"file": printable(path)}
    if problem.origin.line:
        position["line"] = str(problem.origin.line)
        if problem.origin.column:
            position["col"] = str(problem.origin.column)
    return position


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
