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
# program, word after it: a server that is for development only
_DEVELOPMENT_SERVERS = frozenset(
    {
        ("fastapi", "dev"),
        ("manage.py", "runserver"),
        ("django-admin", "runserver"),
        ("manage.py", "runserver_plus"),
        ("django-admin", "runserver_plus"),
        ("adev", "runserver"),
        ("robyn", "--dev"),
        ("sanic", "--dev"),
        ("sanic", "-d"),
        ("sanic", "-r"),
        ("flask", "--debug"),
        ("flask", "--debugger"),
        ("quart", "--debug"),
        ("litestar", "--debug"),
        ("litestar", "-d"),
        ("litestar", "-r"),
    }
)
_PROGRAMS = frozenset(program for program, _ in _DEVELOPMENT_SERVERS)
# variables that servers read as the same options
_OPTION_VARIABLES = ("GUNICORN_CMD_ARGS",)
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


def problems(
    environment: "Environment", argv: "Sequence[str]", variables: "Mapping[str, str]"
) -> list[Problem]:
    """Every way in which this command asks for reloading or a development server (FD801, FD802); none elsewhere."""
    if not environment.protected:
        return []
    words = [word for argument in argv for word in _words(argument)]
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
    assigned = dict(word.split("=", 1) for word in words if "=" in word and not word.startswith("-"))
    found += [
        Problem("FD802", subject=name, environment=environment.name, origin=Origin(PROCESS, name), flag=name)
        for name in _variables({**variables, **assigned})
    ]
    return found


def configuration_files(argv: "Sequence[str]", variables: "Mapping[str, str]") -> list[str]:
    """The Python files that gunicorn would read its options from, relative to where the command starts."""
    words = [word for argument in argv for word in _words(argument)]
    if not any(_name(word) == "gunicorn" for word in words):
        return []
    named = []
    options = [*_words(variables.get("GUNICORN_CMD_ARGS", "")), *words]
    for word, following in zip(options, [*options[1:], ""], strict=True):
        if word in ("-c", "--config"):
            named.append(following)
        elif word.startswith("--config="):
            named.append(word.partition("=")[2])
    return [name.removeprefix("file:") for name in named] or ["./gunicorn.conf.py"]


def in_configuration(environment: "Environment", path: str, text: str) -> list[Problem]:
    """FD801 for each line of a gunicorn file that switches reloading on."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, value = line.partition("=")
        if equals and name.strip() == "reload" and value.split("#")[0].strip() not in ("False", "0", "None"):
            origin = Origin(FILE, path, number, 1)
            found.append(
                Problem("FD801", subject="reload", environment=environment.name, origin=origin, flag="reload")
            )
    return found


def _words(argument: str) -> list[str]:
    """The argument's words: ``sh -c 'exec uvicorn --reload'`` carries a command line inside one argument."""
    return (
        argument.replace(";", " ")
        .replace("&", " ")
        .replace("|", " ")
        .replace('"', " ")
        .replace("'", " ")
        .split()
    )


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
        if name in _PROGRAMS:
            for word in words[position + 1 :]:
                if (name, word) in _DEVELOPMENT_SERVERS:
                    yield f"{name} {word}"


def _name(word: str) -> str:
    return word.rpartition("/")[2].rpartition("\\")[2].removesuffix(".exe")


def _variables(variables: "Mapping[str, str]") -> "Iterator[str]":
    for name in _OPTION_VARIABLES:
        if any(_is_reload(word) for word in _words(variables.get(name, ""))):
            yield name
    for name in _FLAG_VARIABLES:
        if variables.get(name) and typed_text.parse_bool(variables[name]) is not False:
            yield name
    for name in _MODE_VARIABLES:
        if variables.get(name, "").lower() == "development":
            yield name
