"""From file names to templates: ``.env.dev`` is ``.env.{env}`` for dev, ``.envs/.local/.django`` one for local."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from firedoor.discovery import names
from firedoor.rules.env_files import EXAMPLE_SUFFIXES

PLACEHOLDER = "{env}"
BASE = "base"  # .env itself, or .env.shared: not of one environment
OWN = "own"  # of one environment
OVERRIDE = "override"  # .env.local, .env.dev.local: on top, on one machine

_ENV_FOLDERS = frozenset((".envs", "envs", "env", ".env", "environments", ".environments"))
_COMMON = frozenset(("common", "base", "shared", "default", "defaults", "global"))
_NO_ENVIRONMENT = frozenset(
    """docker compose docker-compose db database postgres postgresql mysql mongo redis rabbitmq frontend backend web
    api app apps worker workers server client celery nginx secret secrets override overrides vault keys key me my
    personal private public user build heroku vercel aws gcp azure bak backup old orig save tmp swp swo enc gpg asc
    age sops encrypted schema lock md txt py sh js ts mjs cjs json yml yaml toml ini cfg rc d example sample template
    dist mk php rb go rs java xml html lnk log zip gz""".split()  # noqa: SIM905 - words read best as lines of words
)


@dataclass(frozen=True)
class EnvFile:
    """One env file: its path, the template it is made from, the environment's spelling in it, and what it is."""

    path: str
    template: str
    spelling: str
    role: str
    example: bool


@dataclass
class Layout:
    """Where a project keeps its env files: the chosen templates and every file found, by path."""

    templates: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    base: str = ""
    common: tuple[str, ...] = ()
    files: list[EnvFile] = field(default_factory=list)
    elsewhere: tuple[str, ...] = ()

    def spellings(self) -> list[str]:
        """How environments are spelled in the names of the files that the templates mean, examples included."""
        chosen = {*self.templates, *self.optional}
        return list(dict.fromkeys(f.spelling for f in self.files if f.role == OWN and f.template in chosen))


def classify(path: str, *, local_is_environment: bool = False) -> EnvFile | None:
    """What an env file's name says; None when it is not an env file that programs load."""
    folder, name = posixpath.split(path)
    name, example = _without_example(name)
    role, spelling, template = _named(name)
    if role == OVERRIDE and spelling == "local" and local_is_environment:
        role, template = OWN, name.replace("local", PLACEHOLDER)
    if role in ("", BASE):
        inside = _in_folder(folder, name)
        if inside is not None:
            return EnvFile(path, inside[1], inside[0], OWN, example)
    return EnvFile(path, posixpath.join(folder, template), spelling, role, example) if role else None


def _without_example(name: str) -> tuple[str, bool]:
    if name in ("example.env", ".example.env", "sample.env"):
        return ".env", True
    for suffix in EXAMPLE_SUFFIXES:
        if name.endswith(suffix):
            name = name.removesuffix(suffix)
            return (".env" if name == "env" else name), True
    return name, False


def _named(name: str) -> tuple[str, str, str]:
    """Role, spelling and template of a file by its own name; an empty role if the name alone says nothing."""
    if name == ".env":
        return BASE, "", name
    for start in (".env.", ".env-", ".env_"):
        if name.startswith(start):
            return _after(start, name.removeprefix(start))
    stem = name.removesuffix(".env")
    if stem != name and names.is_known(stem):
        return OWN, stem, PLACEHOLDER + ".env"
    return "", "", ""


def _after(start: str, rest: str) -> tuple[str, str, str]:
    """The same for what stands after ``.env.``."""
    if rest == "local":
        return OVERRIDE, rest, start + rest
    own = rest.removesuffix(".local")
    if own != rest and _may_be_environment(own):
        return OVERRIDE, own, f"{start}{PLACEHOLDER}.local"
    if rest in _COMMON:
        return BASE, "", start + rest
    return (OWN, rest, start + PLACEHOLDER) if _may_be_environment(rest) else ("", "", "")


def _may_be_environment(word: str) -> bool:
    return names.is_name(word) and word.lower() not in _NO_ENVIRONMENT and word.lower() not in _COMMON


def _in_folder(folder: str, name: str) -> tuple[str, str] | None:
    """Spelling and template of a file in an environment's folder: ``.envs/.prod/.django``."""
    parts = folder.split("/")
    for index in range(len(parts) - 1, 0, -1):
        part = parts[index]
        word = part.removeprefix(".")
        if parts[index - 1] in _ENV_FOLDERS and _may_be_environment(word) and _holds_settings(name):
            pattern = "." * part.startswith(".") + PLACEHOLDER
            return word, "/".join([*parts[:index], pattern, *parts[index + 1 :], name])
    return None


def _holds_settings(name: str) -> bool:
    if name == ".env" or name.endswith(".env"):
        return True
    return name.startswith(".") and name[1:].replace("-", "").replace("_", "").isalnum() and len(name) > 1


def lay_out(paths: list[str], *, local_is_environment: bool = False) -> Layout:
    """Choose the templates that the project's own env files follow, nearest to the root first.

    ``optional`` are all files that could be overrides: whether anything loads them is for others to find out.
    """
    classified = (classify(path, local_is_environment=local_is_environment) for path in paths)
    files = [found for found in classified if found is not None]
    layout = Layout(files=files)
    own = [found for found in files if found.role == OWN]
    homes = list(dict.fromkeys(_home(found.template) for found in own))
    if homes:
        home = max(homes, key=lambda h: (_weight(own, h), -h.count("/") - bool(h), -len(h)))
        layout.elsewhere = tuple(sorted(h for h in homes if h != home))
        _choose(layout, [found for found in own if _home(found.template) == home])
    else:
        home = ""
    folder = "" if home.rpartition("/")[2] in _ENV_FOLDERS or home in _ENV_FOLDERS else home
    for found in files:
        at = posixpath.dirname(found.path)
        if (
            found.role == OVERRIDE
            and at == folder
            and found.template not in layout.optional
            and not found.example
        ):
            layout.optional += (found.template,)
        if found.role == BASE and at == folder and not found.example:
            if posixpath.basename(found.template) == ".env":
                layout.base = found.template
            else:
                layout.common += (found.template,)
    return layout


def _home(template: str) -> str:
    """The folder that a family of templates lives in: what stands before the environment's part."""
    return posixpath.dirname(template.partition(PLACEHOLDER)[0])


def _weight(own: list[EnvFile], home: str) -> tuple[bool, int]:
    """The root's own files win; elsewhere the folder that knows most environments."""
    spelled = {found.spelling for found in own if _home(found.template) == home}
    return home == "", len(spelled)


def _choose(layout: Layout, own: list[EnvFile]) -> None:
    """One template beside each other spelling wins by number; several files in an environment's folder all count."""
    spelled: dict[str, set[str]] = {}
    for found in own:
        spelled.setdefault(found.template, set()).add(found.spelling)
    in_folders = {
        template: s for template, s in spelled.items() if PLACEHOLDER in posixpath.dirname(template)
    }
    beside = {template: s for template, s in spelled.items() if template not in in_folders}
    if beside and len(max(beside.values(), key=len)) >= len(set().union(*in_folders.values(), set())):
        best = max(beside, key=lambda template: (len(beside[template]), template.startswith(".env.")))
        layout.templates = (best,)
        return
    everywhere = set().union(*in_folders.values())
    layout.templates = tuple(sorted(t for t, s in in_folders.items() if s == everywhere)) or (
        max(sorted(in_folders), key=lambda template: len(in_folders[template])),
    )
    layout.optional = tuple(sorted(template for template in in_folders if template not in layout.templates))
