"""A declared world: its name, its aliases, its place in the promotion order, whether it is protected."""


class Environment:
    """One declared environment, immutable by convention.

    ``order`` counts from 0 in the order of declaration, which is the promotion order; ``fallback`` is what
    happens when its file is missing: ``"file"``, ``"process"`` or ``"never"``; ``require`` maps a variable to
    the texts it may have here; ``unstamped`` is the severity of a resource without a stamp.
    """

    __slots__ = ("aliases", "fallback", "name", "order", "profiles", "protected", "require", "unstamped")

    def __init__(
        self,
        name: str,
        *,
        aliases: tuple[str, ...] = (),
        order: int = 0,
        protected: bool = False,
        fallback: str = "file",
        profiles: tuple[str, ...] = (),
        require: "dict[str, tuple[str, ...]] | None" = None,
        unstamped: str = "warning",
    ) -> None:
        self.name = name
        self.aliases = aliases
        self.order = order
        self.protected = protected
        self.fallback = fallback
        self.profiles = profiles
        self.require = require if require is not None else {}
        self.unstamped = unstamped

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and every alias: all mean this environment."""
        return (self.name, *self.aliases)

    def is_(self, *names: str) -> bool:
        """Whether this environment goes by any of the names (canonical or alias, exact)."""
        return any(name in self.spellings for name in names)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Environment({self.name!r}{', protected=True' if self.protected else ''})"
