"""The deployment file of a plan: Compose is asked once more, with a stand-in for everything that nobody may read."""

from __future__ import annotations

from firedoor import sources
from firedoor.display import Display
from firedoor.services import compose, labels
from firedoor.services.deployment import document, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.services.deployment.document import Rendered
    from firedoor.services.plan import Plan


def render(plan: Plan, *, swarm: bool = False) -> Rendered:
    """Render what the environment starts, for Docker alone. Raises ServiceError (FD705) when Compose refuses."""
    configuration = plan.configuration
    project = configuration.project
    display = Display(configuration)
    values = {name: value.text for name, value in configuration.values.items()}
    hidden = [name for name, value in configuration.values.items() if display.plain(value) is None]
    sensitive = {*hidden, *(variable.name for variable in project.sensitive)} - set(project.selectors)
    given = references.stand_ins(
        [
            *(name for name in sensitive if name in values),
            *compose.of_shell(plan.compose.variables, {*values, *sources.MACHINE}),
        ]
    )
    model = plan.compose.answer(plan.compose.unresolved({**plan.compose.variables, **given}))
    return document.render(
        model,
        project=labels.project_name(project),
        environment=configuration.environment.name,
        root=project.root,
        values=values,
        sensitive=sensitive,
        selectors=plan.selectors,
        files=[
            name
            for template in (*project.files, *project.optional_files)
            for name in sources.candidates(template, configuration.environment)
        ],
        swarm=swarm,
    )
