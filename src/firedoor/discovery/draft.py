"""The declaration that fits what was found, as data: what `firedoor init` writes and shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from firedoor.declaration import FILE_NAME, Project, Variable
from firedoor.environment import Environment


@dataclass
class EnvironmentDraft:
    """One environment to declare."""

    name: str
    aliases: tuple[str, ...] = ()
    protected: bool = False
    profiles: tuple[str, ...] = ()
    fallback: str | None = None
    require: dict[str, bool] = field(default_factory=dict)
    found: bool = True

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


@dataclass
class Draft:
    """The whole declaration. ``hints`` are comments for people: what was seen and left to them."""

    name: str
    selectors: tuple[str, ...]
    default: str | None = None
    suggested_default: str | None = None
    templates: tuple[str, ...] = (".env.{env}",)
    optional: tuple[str, ...] = ()
    fallback: str | None = None
    fallback_file: str = ".env"
    environments: list[EnvironmentDraft] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    settings_class: str | None = None
    hints: list[str] = field(default_factory=list)

    def project(self, root: str) -> Project:
        """The project that the written declaration will be read as."""
        environments = tuple(
            Environment(
                draft.name,
                aliases=draft.aliases,
                order=order,
                protected=draft.protected,
                fallback=draft.fallback or ("never" if draft.protected else self.fallback or "file"),
                profiles=draft.profiles,
                require={name: (value,) for name, value in draft.require.items()},  # type: ignore[misc]  # texts, which are kept as they are found
            )
            for order, draft in enumerate(self.environments)
        )
        return Project(
            root=root,
            path=f"{root}/{FILE_NAME}",
            name=self.name,
            environments=environments,
            selectors=self.selectors,
            default=self.default,
            files=self.templates,
            optional_files=self.optional,
            fallback_file=self.fallback_file,
            variables={variable.name: variable for variable in self.variables},
        )
