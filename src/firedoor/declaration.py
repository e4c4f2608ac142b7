"""The declaration: ``firedoor.toml`` or ``[tool.firedoor]`` in pyproject.toml, found, read and held as a Project.

Reading TOML costs more than everything else ``firedoor run`` does, so a valid declaration is kept compiled in a
per-user cache. The cache holds the bytes it was compiled from and counts only when they equal today's.
"""

import os
import stat
import sys

from firedoor import reading
from firedoor.environment import Environment
from firedoor.errors import DeclarationError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.compiled_cache import Compiled

FILE_NAME = "firedoor.toml"
PYPROJECT = "pyproject.toml"

# The kinds of resources that are addresses, which say by their scheme what they lead to; packages may bring more.
ADDRESSES = ("database", "cache", "bucket", "vector", "queue", "http", "smtp")
# Those that hold data, which a test could empty.
DATA = ("database", "bucket", "vector")
# The kinds whose value is itself what is owned.
TOKENS = ("key", "signing-key", "password")


class Variable:
    """What the declaration says of one variable.

    ``required``, ``overridable``, ``shared`` and ``live`` are True, False or the names of environments;
    ``shared_server`` are names of environments.
    """

    __slots__ = (
        "default",
        "description",
        "live",
        "name",
        "overridable",
        "required",
        "resource",
        "secret",
        "shared",
        "shared_server",
        "type",
        "values",
    )

    def __init__(
        self,
        name: str,
        *,
        type: str = "str",  # noqa: A002 - the declaration's own word
        required: bool | tuple[str, ...] = False,
        values: tuple[str, ...] = (),
        secret: bool = False,
        resource: str | None = None,
        overridable: bool | tuple[str, ...] = False,
        shared: bool | tuple[str, ...] = False,
        shared_server: tuple[str, ...] = (),
        live: bool | tuple[str, ...] = False,
        default: str | None = None,
        description: str = "",
    ) -> None:
        self.name = name
        self.type = type
        self.required = required
        self.values = values
        self.secret = secret
        self.resource = resource
        self.overridable = overridable
        self.shared = shared
        self.shared_server = shared_server
        self.live = live
        self.default = default
        self.description = description

    @property
    def sensitive(self) -> bool:
        """Whether its value may never be shown: a secret, or the address or key of a resource."""
        return self.secret or self.resource is not None

    def __repr__(self) -> str:
        return f"Variable({self.name!r}, {self.type})"


class Services:
    """What the declaration says of the project's containers.

    ``files`` are templates of Compose files, () for the usual names; ``side_by_side`` says whether several environments
    of one checkout may run at once; ``own`` are variables that a service may be given otherwise than the environment's
    files say; ``unpinned`` are image tags, ``debug_ports`` ports that no protected environment starts with; ``wait`` is
    how many seconds services have to get healthy.
    """

    __slots__ = ("debug_ports", "files", "own", "side_by_side", "unpinned", "wait")

    def __init__(
        self,
        *,
        files: tuple[str, ...] = (),
        side_by_side: bool = False,
        own: tuple[str, ...] = (),
        unpinned: tuple[str, ...] = ("latest",),
        debug_ports: tuple[int, ...] = (5005, 5678, 9229),
        wait: int = 120,
    ) -> None:
        self.files = files
        self.side_by_side = side_by_side
        self.own = own
        self.unpinned = unpinned
        self.debug_ports = debug_ports
        self.wait = wait


def applies(rule: bool | tuple[str, ...], environment: str) -> bool:
    """Whether a rule that is True, False or a tuple of environment names holds in this environment."""
    return rule if isinstance(rule, bool) else environment in rule


class Project:
    """A declared project. ``root`` is the folder of the declaration, ``path`` the declaration itself (both absolute).

    ``sensitive`` are the variables that are secret or lead to a resource; ``lock`` is the id of the lock that must be
    there, None where none is expected; ``secrets`` is the folder of secrets as files, empty where there is none;
    ``source`` the bytes that declare all this.
    """

    __slots__ = (
        "_by_spelling",
        "default",
        "environments",
        "fallback_file",
        "files",
        "lock",
        "name",
        "optional_files",
        "path",
        "root",
        "secrets",
        "selectors",
        "sensitive",
        "services",
        "settings_class",
        "source",
        "variables",
    )

    def __init__(
        self,
        *,
        root: str,
        path: str,
        name: str,
        environments: tuple[Environment, ...],
        selectors: tuple[str, ...] = ("APP_ENV", "ENV"),
        default: str | None = None,
        files: tuple[str, ...] = (".env.{env}",),
        optional_files: tuple[str, ...] = (),
        fallback_file: str = ".env",
        secrets: str = "",
        variables: "dict[str, Variable] | None" = None,
        settings_class: str | None = None,
        lock: str | None = None,
        services: Services | None = None,
        source: bytes = b"",
    ) -> None:
        self.root = root
        self.path = path
        self.name = name
        self.environments = environments
        self.selectors = selectors
        self.default = default
        self.files = files
        self.optional_files = optional_files
        self.fallback_file = fallback_file
        self.secrets = secrets
        self.variables = variables if variables is not None else {}
        self.sensitive = tuple(variable for variable in self.variables.values() if variable.sensitive)
        self.settings_class = settings_class
        self.lock = lock
        self.services = services if services is not None else Services()
        self.source = source
        self._by_spelling = {spelling: env for env in environments for spelling in env.spellings}

    def environment(self, spelling: str) -> Environment | None:
        """The environment that goes by exactly this name or alias, else None."""
        return self._by_spelling.get(spelling)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names in the order of promotion."""
        return tuple(environment.name for environment in self.environments)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name and alias that chooses an environment."""
        return tuple(self._by_spelling)

    def __repr__(self) -> str:
        return f"Project({self.name!r}, environments={list(self.names)})"


def load(start: str | os.PathLike[str] = ".", *, use_cache: bool = True) -> Project:
    """The project declared in the folder ``start`` or above it, up to the repository's root and never beyond.

    Raises DeclarationError with every problem: none found (FD001), several (FD008), unreadable (FD009), malformed
    (FD002 to FD007).
    """
    folder = os.path.abspath(os.fspath(start))
    for candidate in _folders(folder):
        declared = _read(os.path.join(candidate, FILE_NAME), FILE_NAME)
        pyproject = _read(os.path.join(candidate, PYPROJECT), PYPROJECT)
        if declared is None and (pyproject is None or b"firedoor" not in pyproject):
            continue
        project = _project(candidate, declared, pyproject or b"", use_cache=use_cache)
        if project is not None:
            return project
    raise DeclarationError([Problem("FD001", subject=FILE_NAME)])


def _folders(start: str) -> "Iterator[str]":
    """The folders to look in: up to the repository's root, and no further than nobody else can have put one there."""
    yield start
    owners = _owners(start)
    folder = start
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder or not _is_trusted(parent, owners):
            return
        folder = parent
        yield folder


def _owners(start: str) -> tuple[int, ...]:
    """Whose folders may declare for us: this user's, the system's, and those of whoever owns the checkout."""
    if sys.platform == "win32":
        return ()
    try:
        return (os.geteuid(), 0, os.stat(start).st_uid)
    except OSError:
        return (os.geteuid(), 0)


def _is_trusted(folder: str, owners: tuple[int, ...]) -> bool:
    """Whether nobody else could plant a declaration, or a ``.git``, in this folder above the one started in."""
    try:
        status = os.stat(folder)
    except OSError:
        return False
    if sys.platform == "win32":
        return True  # its access control lists are not in the mode
    return status.st_uid in owners and not status.st_mode & stat.S_IWOTH


def _read(path: str, shown: str) -> bytes | None:
    """The file's bytes, None if there is none; DeclarationError (FD009) when it is there but cannot be read."""
    data = reading.read_bytes(path)
    if not isinstance(data, reading.Failure):
        return data
    if data.reason == reading.MISSING:
        return None
    origin = Origin(DECLARATION, shown)
    raise DeclarationError([Problem("FD009", subject=shown, origin=origin, detail=data.detail)])


_known: dict[str, tuple[bytes | None, bytes, Project]] = {}


def _project(folder: str, declared: bytes | None, pyproject: bytes, *, use_cache: bool) -> Project | None:
    """The project that these bytes declare, None if they declare none.

    It is remembered in this process, and compiled in the cache for the next one; both count only for the same bytes.
    """
    relevant = pyproject if b"firedoor" in pyproject else b""
    if not use_cache:
        return _compiled(folder, declared, relevant)
    known = _known.get(folder)
    if known is not None and known[:2] == (declared, relevant):
        return known[2]
    from firedoor import compiled_cache

    compiled = compiled_cache.read(folder, declared, relevant)
    project = (
        _compiled(folder, declared, relevant, cached=True)
        if compiled is None
        else _build(folder, compiled, declared, relevant)
    )
    if project is not None:
        _known[folder] = (declared, relevant, project)
    return project


def _compiled(
    folder: str, declared: bytes | None, pyproject: bytes, *, cached: bool = False
) -> Project | None:
    from firedoor import schema  # parses TOML: everything heavy stays behind this import

    compiled = schema.compile_declaration(declared, pyproject)
    if compiled is None:
        return None
    if cached:
        from firedoor import compiled_cache

        compiled_cache.write(folder, declared, pyproject, compiled)
    return _build(folder, compiled, declared, pyproject)


def _build(folder: str, compiled: "Compiled", declared: bytes | None, pyproject: bytes) -> Project:
    environments = tuple(
        Environment(
            name,
            aliases=aliases,
            order=order,
            protected=protected,
            fallback=fallback,
            profiles=profiles,
            require=require,
            unstamped=unstamped,
            tests=tests,
            network=network,
            reach=reach,
            guard=guard,
            accepts=accepts,
        )
        for order, (
            name,
            aliases,
            protected,
            fallback,
            profiles,
            require,
            unstamped,
            tests,
            network,
            reach,
            guard,
            accepts,
        ) in enumerate(compiled["environments"])
    )
    return Project(
        root=folder,
        path=os.path.join(folder, compiled["file"]),
        name=compiled["name"],
        environments=environments,
        selectors=compiled["selectors"],
        default=compiled["default"],
        files=compiled["files"],
        optional_files=compiled["optional_files"],
        fallback_file=compiled["fallback_file"],
        secrets=compiled["secrets"],
        variables={name: Variable(name, **fields) for name, fields in compiled["variables"]},
        settings_class=compiled["settings_class"],
        lock=compiled["lock"],
        services=Services(**compiled["services"]),
        source=declared if declared is not None else pyproject,
    )
