"""Where in a repository a problem is, for machines that point at files."""

import posixpath

from firedoor.origin import DECLARATION, FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.problem import Problem

_DECLARATION_SUFFIX = ".toml"


def path_of(problem: "Problem", folder: str = "") -> str:
    """The path of the file that the problem is in, with forward slashes; empty when it is in none.

    Relative to the repository's root if ``folder`` is the project's folder there, else to the project's root.
    """
    origin = problem.origin
    if origin is None or not _is_file(origin.kind, origin.name):
        return ""
    return posixpath.join(folder.replace("\\", "/"), origin.name)


def _is_file(kind: str, name: str) -> bool:
    # the declaration is also an origin by itself: "the declared default"
    return kind == FILE or (kind == DECLARATION and name.endswith(_DECLARATION_SUFFIX))
