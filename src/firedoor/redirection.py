"""What the shell exports makes an address lead elsewhere, in a program that loads its settings by itself.

``run`` does not pass such variables on. A program that was started without it has them, and its client libraries obey.
"""

from firedoor import isolation, resources
from firedoor.client_variables import LEADING, PLATFORM
from firedoor.declaration import applies
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.resources import host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.isolation import Index
    from firedoor.resolve import Configuration, Value
    from firedoor.resources import Identity


def problems(configuration: "Configuration", known: "Index") -> list[Problem]:
    """FD406 for each address that the process's variables lead elsewhere; the breach itself where it is another's.

    In a protected environment these variables are the platform's word: a warning.
    """
    process, protected = configuration.process, configuration.environment.protected
    names = LEADING & process.keys()
    if protected:
        names -= PLATFORM
    said = sorted(names)
    own = _own(configuration)
    view = _View(configuration, own)
    found = []
    for variable in configuration.project.sensitive:
        kind, value = variable.resource, configuration.values.get(variable.name)
        if kind is None or value is None or value.template:
            continue
        if applies(variable.overridable, configuration.environment.name):
            continue
        guilty = view.guilty(kind, value, said)
        if guilty:
            found.append(
                Problem(
                    "FD406",
                    subject=variable.name,
                    environment=configuration.environment.name,
                    origin=Origin(PROCESS, guilty[0]),
                    severity=WARNING if protected else ERROR,
                    reference=", ".join(guilty),
                    kind=kind,
                )
            )
    return _with_breaches(configuration, known, found, {**own, **{name: process[name] for name in said}})


def _own(configuration: "Configuration") -> dict[str, str]:
    """What the environment itself says of such variables: its file before the shell that won over it."""
    own = {}
    for name in LEADING & configuration.values.keys():
        value = configuration.values[name]
        said = next((loser for loser in value.losers if loser.origin.kind == FILE), value)
        declared = configuration.project.variables.get(name)
        if declared is not None and applies(declared.overridable, configuration.environment.name):
            said = value
        own[name] = said.text
    return own


def _with_breaches(
    configuration: "Configuration", known: "Index", found: list[Problem], variables: "Mapping[str, str]"
) -> list[Problem]:
    """Where the address leads to what another environment owns, that is the problem."""
    moved = {problem.subject for problem in found}
    project, chosen = configuration.project, configuration.environment
    values = {name: configuration.values[name] for name in moved}
    before = {(one.code, one.subject) for one in configuration.problems}
    claims = isolation.claims(project, chosen, values, variables)
    breaches = [one for one in isolation.problems(claims, known) if (one.code, one.subject) not in before]
    worse = {one.subject for one in breaches if one.code in ("FD401", "FD408", "FD413")}
    return [*breaches, *(one for one in found if one.subject not in worse)]


class _View:
    """What an address leads to with one set of variables or another."""

    __slots__ = ("_own", "_process", "_root")

    def __init__(self, configuration: "Configuration", own: "Mapping[str, str]") -> None:
        self._root = configuration.project.root
        self._process = configuration.process
        self._own = own

    def guilty(self, kind: str, value: "Value", changed: list[str]) -> list[str]:
        """Those of the variables that lead the address elsewhere; empty when none does."""
        usual = self._led(kind, value, ())
        moved = self._led(kind, value, changed)
        if moved == usual:
            return []
        alone = [name for name in changed if self._led(kind, value, [name]) != usual]
        return (
            alone
            or [
                name
                for name in changed
                if self._led(kind, value, [other for other in changed if other != name]) != moved
            ]
            or changed
        )

    def _led(self, kind: str, value: "Value", names: "Iterable[str]") -> "tuple[frozenset[Identity], str]":
        where = resources.Where(self._root, {**self._own, **{name: self._process[name] for name in names}})
        found, unknown = resources.read(kind, value.text, where)
        aliases = _aliases(where)
        return frozenset(_by_alias(identity, aliases) for identity in found), unknown


def _aliases(where: resources.Where) -> dict[str, str]:
    """What the C library's resolver makes of names without a dot: alias to name, and a domain for all."""
    found = {}
    domain = where.said("LOCALDOMAIN").split()
    if domain:
        found["*"] = domain[0]
    return {**found, **_of_file(where.said("HOSTALIASES"))}


def _of_file(path: str) -> dict[str, str]:
    from firedoor import reading

    data = reading.read_bytes(path)
    if isinstance(data, reading.Failure):
        return {}
    lines = [line.split() for line in data.decode("utf-8", "replace").splitlines()]
    return {host.canonical(words[0]): words[1] for words in lines if len(words) > 1}


def _by_alias(identity: "Identity", aliases: dict[str, str]) -> "Identity":
    name = resources.host_of(identity)
    if not name or "." in name or name == host.LOCAL or host.is_address(name):
        return identity
    if name in aliases:
        return resources.with_host(identity, host.canonical(aliases[name]))
    domain = aliases.get("*")
    return resources.with_host(identity, host.canonical(f"{name}.{domain}")) if domain else identity
