"""What may not be started in a protected environment: anything that reloads code or serves it for development."""

# ruff: noqa: SIM905 - names read best as one text

from firedoor import typed_text
from firedoor.origin import FILE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from firedoor.environment import Environment

# gunicorn and others read long options by any unambiguous beginning
_RELOAD_OPTIONS = ("--rel", "--relo", "--reloa", "--auto-reload", "--autoreload", "--use-reloader")
_WATCHERS = frozenset("watchfiles watchmedo watchexec nodemon hupper jurigged".split())
# programs, and the words after them that make them a server for development only
_DEVELOPMENT_SERVERS = {
    "fastapi": ("dev",),
    "manage.py": ("runserver", "runserver_plus"),
    "django-admin": ("runserver", "runserver_plus"),
    "adev": ("runserver",),
    "robyn": ("--dev",),
    "sanic": ("--dev", "-d", "-r"),
    "flask": ("--debug", "--debugger"),
    "quart": ("--debug",),
    "litestar": ("--debug", "-d", "-r"),
}
_SHORTEST_CONFIG = len("--c")  # begins other options too
# variables that servers read as the same options
_OPTION_VARIABLE = "GUNICORN_CMD_ARGS"
_ASSIGNED = "GUNICORN_CMD_ARGS="
_FLAG_VARIABLES = (
    "UVICORN_RELOAD",
    "FLASK_DEBUG",
    "FLASK_RUN_RELOAD",
    "FLASK_RUN_DEBUG",
    "FLASK_RUN_DEBUGGER",
    "QUART_DEBUG",
    "LITESTAR_RELOAD",
    "LITESTAR_DEBUG",
    "SANIC_AUTO_RELOAD",
    "GRANIAN_RELOAD",
)
_MODE_VARIABLES = ("FLASK_ENV", "QUART_ENV")
# what ends a word in a shell, as blanks do, or stands around one
_BREAKS = str.maketrans(dict.fromkeys(";&|()<>`\"'", " "))


def problems(
    environment: "Environment", argv: "Sequence[str]", variables: "Mapping[str, str]"
) -> list[Problem]:
    """Every way in which this command asks for reloading or a development server (FD801, FD802); none elsewhere."""
    if not environment.protected:
        return []
    words = [word for argument in argv for word in words_in(argument)]
    found = [
        Problem(
            "FD801",
            subject=flag,
            environment=environment.name,
            origin=Origin(REQUEST, "command line"),
            flag=flag,
        )
        for flag in dict.fromkeys((*_options(words), *_programs(words)))
    ]
    assigned = dict(word.split("=", 1) for word in words if "=" in word)
    found += [
        Problem("FD802", subject=name, environment=environment.name, origin=Origin(PROCESS, name), flag=name)
        for name in _variables({**variables, **assigned})
    ]
    return found


def configuration_files(argv: "Sequence[str]", variables: "Mapping[str, str]") -> list[str]:
    """The Python files that gunicorn would read its options from, relative to where the command starts."""
    words = [word for argument in argv for word in words_in(argument)]
    if not any(_name(word) == "gunicorn" for word in words):
        return []
    while not (_name(words[0]) == "gunicorn" or words[0].startswith(_ASSIGNED)):
        words.pop(0)  # the -c of a shell is not gunicorn's
    return _given_files([*words_in(variables.get(_OPTION_VARIABLE, "")), *words]) or ["./gunicorn.conf.py"]


def _given_files(words: "Sequence[str]") -> list[str]:
    files: list[str] = []
    for position, word in enumerate(words):
        option, equals, value = word.removeprefix(_ASSIGNED).partition("=")
        if option == "-c" or (len(option) > _SHORTEST_CONFIG and "--config".startswith(option)):
            files += [value] if equals else words[position + 1 : position + 2]
        elif option.startswith("-c"):
            files.append(option.removeprefix("-c"))
    return [_path(name) for name in files]


def _path(name: str) -> str:
    """gunicorn's ``file:PATH`` and ``python:MODULE``."""
    if name.startswith("python:"):
        return name.removeprefix("python:").replace(".", "/") + ".py"
    return name.removeprefix("file:")


def in_configuration(environment: "Environment", path: str, text: str) -> list[Problem]:
    """FD801 for each line of a gunicorn file that switches reloading on."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, value = line.partition("=")
        name = name.partition(":")[0].strip()  # it may be annotated
        if equals and name == "reload" and value.split("#")[0].strip() not in ("False", "0", "None"):
            origin = Origin(FILE, path, number, 1)
            found.append(
                Problem("FD801", subject="reload", environment=environment.name, origin=origin, flag="reload")
            )
    return found


def words_in(argument: str) -> list[str]:
    """The argument's words: ``sh -c 'exec uvicorn --reload'`` carries a command line inside one argument."""
    return argument.translate(_BREAKS).split()


def _is_reload(word: str) -> bool:
    option = word.partition("=")[0]
    return option.startswith("--reload") or option in _RELOAD_OPTIONS


def _options(words: "Sequence[str]") -> "Iterator[str]":
    for word in words:
        if _is_reload(word):
            yield word.partition("=")[0]


def _programs(words: "Sequence[str]") -> "Iterator[str]":
    names = [_name(word) for word in words]
    for position, name in enumerate(names):
        if name in _WATCHERS:
            yield name
        refused = _DEVELOPMENT_SERVERS.get(name)
        if refused is not None:
            yield from (f"{name} {word}" for word in words[position:] if word in refused)


def _name(word: str) -> str:
    return word.rpartition("/")[2].rpartition("\\")[2].removesuffix(".exe")


def _variables(variables: "Mapping[str, str]") -> "Iterator[str]":
    if any(_is_reload(word) for word in words_in(variables.get(_OPTION_VARIABLE, ""))):
        yield _OPTION_VARIABLE
    for name in _FLAG_VARIABLES:
        if variables.get(name) and typed_text.parse_bool(variables[name]) is not False:
            yield name
    for name in _MODE_VARIABLES:
        if variables.get(name, "").lower() == "development":
            yield name
