"""A project with a resource of every kind, to be drilled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import declaration
from firedoor.drill import registry, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.outcome import Outcome
    from firedoor.drill.scene import Real
    from support.project import ProjectFolder

EVERYTHING = """\
[project]
name = "shop"
selector = ["APP_ENV", "ENV"]

[environments.development]

[environments.testing]
aliases = ["test"]

[environments.staging]

[environments.production]
aliases = ["prod"]
protected = true

[environments.production.require]
DEBUG = false

[variables.DEBUG]
type = "bool"

[variables.DATABASE_URL]
resource = "database"
required = true

[variables.CACHE_URL]
resource = "cache"

[variables.API_URL]
resource = "http"

[variables.QUEUE_URL]
resource = "queue"

[variables.BUCKET_URL]
resource = "bucket"

[variables.MAIL_URL]
resource = "smtp"

[variables.API_KEY]
resource = "key"

[variables.SECRET_KEY]
resource = "signing-key"
"""


def drilled(
    project: ProjectFolder,
    declared: str = EVERYTHING,
    wanted: Callable[[str], bool] = lambda _: True,
    *,
    sealed: bool = False,
    real: Real | None = None,
) -> dict[str, Outcome]:
    """The outcomes of the attacks whose names are wanted, by name."""
    project.write("firedoor.toml", declared)
    home = declaration.load(str(project.root), use_cache=False)
    parts = running.parts(home, None)
    assert isinstance(parts, tuple)
    attacks = [one for one in registry.attacks_in_order() if wanted(one.name)]
    assert attacks
    return {one.attack.name: one for one in running.drill(home, *parts, attacks, sealed=sealed, real=real)}
