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
    own = _own(configuration, names)
    changed = sorted(name for name in names if process[name] != own.get(name, ""))
    if not changed:
        return []
    view = _View(configuration, own)
    found = []
    for variable in configuration.project.sensitive:
        value = configuration.values.get(variable.name)
        if value is None or value.template or resources.is_token(variable.resource):
            continue
        if applies(variable.overridable, configuration.environment.name):
            continue
        guilty = view.guilty(variable.resource, value, changed)
        if guilty:
            found.append(
                Problem(
                    "FD406",
                    subject=variable.name,
                    environment=configuration.environment.name,
                    origin=Origin(PROCESS, guilty[0]),
                    severity=WARNING if protected else ERROR,
                    reference=", ".join(guilty),
                    kind=variable.resource or "",
                )
            )
    return _with_breaches(configuration, known, found, {**own, **{name: process[name] for name in changed}})


def _own(configuration: "Configuration", names: "Iterable[str]") -> dict[str, str]:
    """What the environment itself says of these variables: its file before the shell that won over it."""
    own = {}
    for name in names:
        value = configuration.values.get(name)
        if value is None:
            continue
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
    if not found:
        return []
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

    def guilty(self, kind: str | None, value: "Value", changed: list[str]) -> list[str]:
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

    def _led(
        self, kind: str | None, value: "Value", names: "Iterable[str]"
    ) -> "tuple[frozenset[Identity], str]":
        variables = {**self._own, **{name: self._process[name] for name in names}}
        found, unknown = resources.read(kind, value.text, resources.Where(self._root, variables))
        aliases = _aliases(variables)
        return frozenset(_by_alias(identity, aliases) for identity in found), unknown


def _aliases(variables: "Mapping[str, str]") -> dict[str, str]:
    """What the C library's resolver makes of names without a dot: alias to name, and a domain for all."""
    from firedoor import reading

    found = {}
    domain = variables.get("LOCALDOMAIN", "").split()
    if domain:
        found["*"] = domain[0]
    data = reading.read_bytes(variables["HOSTALIASES"]) if variables.get("HOSTALIASES") else b""
    for line in data.decode("utf-8", "replace").splitlines() if isinstance(data, bytes) else ():
        words = line.split()
        if len(words) > 1:
            found[host.canonical(words[0])] = words[1]
    return found


def _by_alias(identity: "Identity", aliases: dict[str, str]) -> "Identity":
    name = resources.host_of(identity)
    if not aliases or not name or "." in name or name == host.LOCAL or host.is_address(name):
        return identity
    if name in aliases:
        return resources.with_host(identity, host.canonical(aliases[name]))
    domain = aliases.get("*")
    return resources.with_host(identity, host.canonical(f"{name}.{domain}")) if domain else identity
