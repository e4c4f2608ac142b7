"""A declared world: its name, its aliases, its place in the promotion order, whether it is protected."""


class Environment:
    """One declared environment, immutable by convention.

    ``order`` counts from 0 in the order of declaration, which is the promotion order; ``fallback`` is what
    happens when its file is missing: ``"file"``, ``"process"`` or ``"never"``; ``require`` maps a variable to
    the texts it may have here; ``unstamped`` is the severity of a resource without a stamp.

    ``tests`` says that test suites run here. ``network`` is what a guard lets through: ``"declared"``,
    ``"not-protected"`` or ``"open"``; ``reach`` names what "declared" lets through beside the environment's own
    resources, as ``host``, ``host:port``, the path of a socket, or ``@domain`` for mail; ``guard`` is how the process
    is watched: ``"patches"`` or ``"audit"``. ``accepts`` names the others whose calls, answers, tokens and messages are
    taken: an environment of this project, or ``project/environment``.
    """

    __slots__ = (
        "accepts",
        "aliases",
        "fallback",
        "guard",
        "name",
        "network",
        "order",
        "profiles",
        "protected",
        "reach",
        "require",
        "tests",
        "unstamped",
    )

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
        tests: bool = False,
        network: str = "not-protected",
        reach: tuple[str, ...] = (),
        guard: str = "patches",
        accepts: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.aliases = aliases
        self.order = order
        self.protected = protected
        self.fallback = fallback
        self.profiles = profiles
        self.require = require if require is not None else {}
        self.unstamped = unstamped
        self.tests = tests
        self.network = network
        self.reach = reach
        self.guard = guard
        self.accepts = accepts

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
