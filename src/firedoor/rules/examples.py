"""Example files: there for every environment, in step with the real files, without a secret that anybody uses."""

from firedoor import dotenv, secret
from firedoor.declaration import applies
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.rules import env_files
from firedoor.sources import candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from firedoor.declaration import Project
    from firedoor.environment import Environment

    Texts = Mapping[str, str]


def problems(project: "Project", texts: "Texts", tracked: "Collection[str]" = ()) -> list[Problem]:
    """FD215, FD216 and FD219.

    ``texts`` are the contents of those real and example files that exist and can be read, by path relative to the
    root. A real file that git tracks needs no example: it is a problem of its own.
    """
    general = next((name for name in env_files.general_examples(project) if name in texts), "")
    found = list(_real_secrets(project, texts))
    pages = _shared_pages(project, general, texts)
    for environment in project.environments:
        pairs = list(_pairs(project, environment, texts))
        for real, example in pairs:
            if not example and not general and real in texts and real not in tracked:
                found.append(_absent(environment, real))
        pages += _own_pages(project, environment, pairs, general, texts)
    found.extend(_out_of_step(project, pages))
    return found


class _Page:
    """An example, the real files it stands for, the keys they have or must have, and the keys it names."""

    __slots__ = ("environment", "example", "named", "reals", "wanted")

    def __init__(self, example: str, environment: "Environment | None", named: set[str]) -> None:
        self.example = example
        self.environment = environment
        self.named = named
        self.reals: list[str] = []
        self.wanted: list[str] = []

    def stand_for(self, real: str, texts: "Texts") -> None:
        """Ask of the example what the real file has."""
        if real in texts:
            self.reals.append(real)
            self.wanted += _keys(texts[real])


def _pairs(project: "Project", environment: "Environment", texts: "Texts") -> "Iterator[tuple[str, str]]":
    """(real file, its example) for each template: the files that exist; an example may use another spelling."""
    for template in project.files:
        if "{env}" in template:
            names = candidates(template, environment)
            real = next((name for name in names if name in texts), names[0])
            examples = (example for name in names for example in env_files.examples_of(name))
            yield real, next((example for example in examples if example in texts), "")


def _absent(environment: "Environment", real: str) -> Problem:
    return Problem(
        "FD219",
        subject=env_files.examples_of(real)[0],
        environment=environment.name,
        origin=Origin(FILE, real),
        severity=WARNING,
        file=real,
    )


def _shared_pages(project: "Project", general: str, texts: "Texts") -> list[_Page]:
    """The examples of the files that every environment reads, or falls back to."""
    pages: dict[str, _Page] = {}
    for real in env_files.shared_files(project):
        example = next((name for name in env_files.examples_of(real) if name in texts), general)
        if example:
            page = pages.setdefault(example, _Page(example, None, set(_named_keys(texts[example]))))
            page.stand_for(real, texts)
    return list(pages.values())


def _own_pages(
    project: "Project",
    environment: "Environment",
    pairs: list[tuple[str, str]],
    general: str,
    texts: "Texts",
) -> list[_Page]:
    """The examples of one environment; the general one when it has none of its own."""
    own = [example for _, example in pairs if example]
    shared = [name for path in env_files.defaults_files(project) for name in env_files.examples_of(path)]
    sources = [*own, *(name for name in shared if name in texts)] if own else [general] * bool(general)
    named = {key for name in sources for key in _named_keys(texts[name])}
    pages = [_Page(name, environment if own else None, named) for name in own or sources]
    if pages:
        for real, example in pairs:
            next((page for page in pages if page.example == example), pages[0]).stand_for(real, texts)
        pages[0].wanted += [
            v.name for v in project.variables.values() if applies(v.required, environment.name)
        ]
    return pages


def _out_of_step(project: "Project", pages: list[_Page]) -> "Iterator[Problem]":
    """FD215, once for each example."""
    for example in dict.fromkeys(page.example for page in pages):
        same = [page for page in pages if page.example == example]
        known = {*project.selectors, *(key for page in same for key in page.named)}
        lacking = sorted({key for page in same for key in page.wanted} - known)
        if not lacking:
            continue
        environment = same[0].environment
        yield Problem(
            "FD215",
            subject=example,
            environment=environment.name if environment is not None else None,
            origin=Origin(FILE, example),
            severity=ERROR if any(key in project.variables for key in lacking) else WARNING,
            count=str(len(lacking)),
            names=env_files.listed(lacking),
            file=env_files.listed(real for page in same for real in page.reals) or "the declaration",
        )


def _keys(text: str) -> list[str]:
    return [entry.key for entry in dotenv.parse_all(text)[0]]


def _named_keys(text: str) -> "Iterator[str]":
    """Every key an example speaks of: a commented ``# KEY=`` tells the reader of an optional one."""
    yield from _keys(text)
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            name = line.strip("# \t").removeprefix("export ").partition("=")[0].strip()
            if name.replace("_", "a").isalnum():
                yield name


def _real_secrets(project: "Project", texts: "Texts") -> "Iterator[Problem]":
    """FD216: an example that holds an issued key, a private key, a real DSN or a random token."""
    for path in _example_paths(project, texts):
        for entry in dotenv.parse_all(texts[path])[0]:
            issued = secret.looks_issued_secret(entry.value)
            if issued or (env_files.is_secret(project, entry.key) and secret.looks_random(entry.value)):
                detail = "a key or password that works" if issued else "a random token"
                origin = Origin(FILE, path, entry.line, entry.column)
                yield Problem("FD216", subject=entry.key, origin=origin, file=path, detail=detail)


def _example_paths(project: "Project", texts: "Texts") -> list[str]:
    real = env_files.real_files(project)
    names = [example for path in real for example in env_files.examples_of(path)]
    return [name for name in dict.fromkeys([*names, *env_files.general_examples(project)]) if name in texts]
