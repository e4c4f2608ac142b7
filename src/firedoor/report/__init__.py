"""Reports: the same problems as text for people, JSON for scripts, SARIF for code scanning, commands for GitHub.

``FORMATS`` is the registry. Each format is loaded when it is used, since a refusal should not pay for the others.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firedoor.problem import Problem

    Render = Callable[..., str]


def _format(module: str) -> "Render":
    def render(problems: "Iterable[Problem]", *, environments: "Sequence[str]" = (), **options: str) -> str:
        """The whole output, ended by a line break unless it is empty.

        ``environments``: names in declared order. ``options`` are the format's own: ``folder`` of sarif and github.
        """
        found = __import__(f"firedoor.report.{module}", fromlist=["render"])
        text: str = found.render(problems, environments=environments, **options)
        return text if not text or text.endswith("\n") else text + "\n"

    return render


FORMATS: "dict[str, Render]" = {
    "text": _format("text"),
    "json": _format("json_report"),
    "sarif": _format("sarif"),
    "github": _format("github"),
}
