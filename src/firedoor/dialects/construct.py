"""What a dialect construct is: a spelling that the tools which read env files do not all read alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.dialects.spelled import Spelled
    from firedoor.dotenv import Entry

# The tools compared. python-dotenv is also what pydantic-settings uses; node is the package dotenv without expansion.
TOOLS = {"compose": "Docker Compose", "python_dotenv": "python-dotenv", "node": "node dotenv", "bash": "bash"}


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct.

    ``severity`` is ``warning`` where Compose, python-dotenv and node dotenv give different values without a word, else
    ``note`` (only sourcing the file in bash differs, or the reading is widely known). ``compose``, ``python_dotenv``,
    ``node`` and ``bash`` say what each reads, as the rest of a sentence that begins with the tool's name;
    ``portable`` says what to write instead; ``example`` is a file that holds it. ``in_entry``
    tells whether one entry holds it; ``among`` finds the entries where it needs the whole file.
    """

    code: str
    name: str
    severity: str
    compose: str
    python_dotenv: str
    node: str
    bash: str
    portable: str
    example: str
    in_entry: Callable[[Spelled], bool] | None = None
    among: Callable[[Sequence[Entry]], list[Entry]] | None = None

    @property
    def reads(self) -> dict[str, str]:
        """What each tool reads, by the keys of `TOOLS`."""
        return {tool: getattr(self, tool) for tool in TOOLS}
