"""Where a text is read: the folder that relative paths start from, and the variables that client libraries obey."""

from firedoor.client_variables import LEADING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.resolve import Value

_NONE: "Mapping[str, str]" = {}


class Where:
    """``root`` is the folder of the declaration; ``variables`` are the environment's own, not the process's.

    repr shows no value.
    """

    __slots__ = ("root", "variables")

    def __init__(self, root: str, variables: "Mapping[str, str]" = _NONE) -> None:
        self.root = root
        self.variables = variables

    def said(self, *names: str) -> str:
        """What the first of the variables that is set says; empty when none is."""
        for name in names:
            text = self.variables.get(name)
            if text:
                return text
        return ""

    def __repr__(self) -> str:
        return f"Where({len(self.variables)} variables)"


def where_of(root: str, values: "Mapping[str, Value]", ambient: "Mapping[str, str] | None" = None) -> Where:
    """Where an environment's texts are read: the project's folder, and what its own variables say to client libraries.

    ``ambient`` are those that come from elsewhere and count where it has none.
    """
    own = {name: values[name].text for name in LEADING & values.keys() if not values[name].template}
    return Where(root, {**ambient, **own} if ambient else own)
