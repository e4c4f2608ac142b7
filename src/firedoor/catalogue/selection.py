"""FD1: which environment is meant, and code that must not run in it.

FD101  names, selector
FD102  names, suggestion
FD103  names
FD104  selector
FD105  names, selector
FD106  selector
FD107  names
FD108  keys, name, names, suggestion
FD109  name, names, suggestion
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import Problem

_PROJECT = {
    "firedoor.toml": """\
[environments.development]

[environments.production]
aliases = ["prod"]
protected = true
""",
    ".env.development": "DEBUG=true\n",
    ".env.production": "DEBUG=false\n",
}
_NAMES = "development, production"
_WIPE = """\
from firedoor import forbid_in


@{guard}
def wipe():
    print("everything is gone")


wipe()
"""

ENTRIES = (
    Entry(
        "FD101",
        "nothing-chosen",
        summary="Nothing chose an environment.",
        what="No environment is chosen: {selector:the selector} is not set, no .env names one, and none is "
        "the default.",
        why="A tool that picks one by itself will some day pick production.",
        do=(
            (
                (
                    "Choose one of {names}: `-e NAME` for this command, or `{selector:APP_ENV}=NAME` in the "
                    "environment."
                ),
                "Choose one: `-e NAME` for this command, or `{selector:APP_ENV}=NAME` in the environment.",
            ),
        ),
        on_purpose='Declare a default if there is a safe one: `default = "development"` under [project]. A '
        "default of production is safe only where opting into development is explicit everywhere.",
        incidents=("github",),
        example=Example(
            Problem("FD101", subject="APP_ENV", names=_NAMES, selector="APP_ENV"),
            "firedoor run -- env",
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD102",
        "unknown-environment",
        summary="The chosen name is no environment of this project.",
        what=(
            (
                "{subject:The chosen name} ({origin}) is no environment of this project.",
                "{subject:The chosen name} is no environment of this project.",
            ),
            "It has {names}.",
        ),
        why="Falling back from a misspelt name to some default is how a command reaches the wrong database. "
        "Names are exact: case and blanks count.",
        do=(
            (
                "Did you mean `{suggestion}`? Write exactly that.",
                "Write one of these names exactly, or declare it.",
            ),
        ),
        incidents=("github",),
        example=Example(
            Problem(
                "FD102",
                subject="'prodution'",
                origin=Origin(PROCESS, "APP_ENV"),
                names=_NAMES,
                suggestion="production",
            ),
            "APP_ENV=prodution firedoor run -- env",
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD103",
        "selectors-disagree",
        summary="Two selectors that are both set choose different environments.",
        what=("The selectors disagree: {names}.", "Nobody can say which one is meant."),
        why="One program reads APP_ENV, the next one ENV: half of the system would run as production.",
        do="Set them to the same environment, or unset all but one.",
        example=Example(
            Problem(
                "FD103",
                subject="APP_ENV",
                origin=Origin(PROCESS, "APP_ENV"),
                names="process variable APP_ENV says development, process variable ENV says production",
            ),
            "APP_ENV=development ENV=prod firedoor run -- env",
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD104",
        "selector-twice",
        summary="The process was started with the selector set twice.",
        what="{selector:The selector} stands twice in this process's environment block.",
        why="Python and bash take different ones of the two, so one process would see both environments.",
        do=(
            (
                "Find what starts this process (a wrapper, a service unit, a container entry point) and let "
                "it set {selector:the selector} once."
            ),
            "`-e NAME` chooses for one command.",
        ),
        more="No shell can do this; programs that build an environment block themselves can. On Linux `tr "
        "'\\0' '\\n' < /proc/PID/environ` shows the block of a process.",
        example=Example(
            Problem("FD104", subject="APP_ENV", origin=Origin(PROCESS, "APP_ENV"), selector="APP_ENV"),
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD105",
        "selector-empty",
        summary="The selector is set, but empty.",
        what="{selector:The selector} is set, but empty.",
        why="An empty name is what a script leaves behind when its own variable was not set. It means "
        "nothing, so it may not mean a default.",
        do=(("Give it one of {names}, or remove it.", "Give it an environment's name, or remove it."),),
        example=Example(
            Problem(
                "FD105",
                subject="APP_ENV",
                origin=Origin(PROCESS, "APP_ENV"),
                names=_NAMES,
                selector="APP_ENV",
            ),
            "APP_ENV= firedoor run -- env",
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD106",
        "selector-not-plain",
        summary="The selector's line in an env file is not a plain name.",
        what="The {selector:selector} line of {place:an env file} is empty or holds a reference.",
        why="Which environment a file belongs to may not depend on other variables.",
        do="Write the name itself, for example `{selector:APP_ENV}={environment:development}`, or delete "
        "the line.",
        example=Example(
            Problem("FD106", subject="APP_ENV", origin=Origin(FILE, ".env", 1, 1), selector="APP_ENV"),
            "firedoor run -- env",
            files={**_PROJECT, ".env": "APP_ENV=${STAGE}\n"},
        ),
    ),
    Entry(
        "FD107",
        "forbidden-here",
        summary="A guarded function was called in an environment it may not run in.",
        what=(
            "`{subject:A guarded function}` may not run in {environment:this environment}.",
            "It may run in: {names}.",
        ),
        why="Whoever wrote the function knew that it destroys data or reaches people, and said where it may.",
        do="Choose another environment for this command, or call something that is meant for "
        "{environment:this environment}.",
        on_purpose="If the function is harmless here, change its guard in the code, where a reviewer sees "
        "it.",
        incidents=("keepthescore", "resend"),
        example=Example(
            Problem("FD107", subject="wipe", environment="production", names="development"),
            "APP_ENV=production python wipe.py",
            files={**_PROJECT, "wipe.py": _WIPE.format(guard='forbid_in("production")')},
        ),
    ),
    Entry(
        "FD108",
        "by-environment-mapping",
        summary="A by_environment mapping does not have exactly one key for each declared environment.",
        what=(
            (
                "The by_environment mapping needs exactly one key for {name}; it has {keys}.",
                (
                    "The by_environment mapping has a key {name}, which is no environment of this project "
                    "({names})."
                ),
                "The by_environment mapping does not have exactly one key for each declared environment.",
            ),
        ),
        why="An environment that the mapping forgot would get somebody else's behaviour, on the day it is "
        "first used.",
        do=(
            (
                "Did you mean `{suggestion}`? Write that.",
                "Give the mapping one key for each declared environment: its name or one alias, not both.",
            ),
        ),
        example=Example(
            Problem("FD108", subject="by_environment", name="production", keys="none"),
            "APP_ENV=production python model.py",
            files={
                **_PROJECT,
                "model.py": """\
from firedoor import by_environment

print(by_environment({"development": "small"}))
""",
            },
        ),
    ),
    Entry(
        "FD109",
        "guard-names-undeclared",
        summary="The guard of a function names an environment that the project does not declare.",
        what=(
            (
                "The guard of `{subject}` names {name}, which is no environment of this project ({names}).",
                "The guard of `{subject:a function}` names an environment that this project does not have.",
            ),
        ),
        why='`@forbid_in("prodution")` forbids nothing. So the function runs nowhere until the guard is '
        "right.",
        do=(
            (
                "Did you mean `{suggestion}`? Write that.",
                "Correct the name in the guard, or declare the environment.",
            ),
        ),
        example=Example(
            Problem("FD109", subject="wipe", name="prodution", names=_NAMES, suggestion="production"),
            "APP_ENV=development python wipe.py",
            files={**_PROJECT, "wipe.py": _WIPE.format(guard='forbid_in("prodution")')},
        ),
    ),
)
