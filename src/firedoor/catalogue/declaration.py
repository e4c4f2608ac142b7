"""FD0: the declaration itself. firedoor.toml, or the tool.firedoor table of pyproject.toml.

FD001  -
FD002  detail
FD003  suggestion
FD004  expected
FD005  -
FD006  names
FD007  suggestion
FD008  -
FD009  detail
FD010  detail
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem

_TOML = "firedoor.toml"
_TWO = """\
[environments.development]

[environments.production]
protected = true
"""

ENTRIES = (
    Entry(
        "FD001",
        "declaration-missing",
        summary="The project declares no environments anywhere.",
        what="There is no firedoor.toml here or in a folder above, and no [tool.firedoor] in a "
        "pyproject.toml.",
        why="Without a declaration nobody knows which environments exist, so nothing can be kept apart.",
        do=(
            (
                "Run `firedoor init` in the project's main folder: it writes firedoor.toml from what it "
                "finds there."
            ),
            "If the project is elsewhere, name its folder: `firedoor -C FOLDER ...`.",
        ),
        more="firedoor looks in the current folder and upwards to the root of the git repository, never "
        "beyond. Outside a repository it looks only in folders of your own that others cannot write to.",
        example=Example(Problem("FD001", subject=_TOML), "firedoor check"),
    ),
    Entry(
        "FD002",
        "toml-syntax",
        summary="The declaration is not valid TOML.",
        what=(("{subject:The declaration}: {detail}.", "{subject:The declaration} is not valid TOML."),),
        why="A declaration that cannot be read protects nothing, so every command stops here.",
        do="Correct it at {origin:that place}: texts stand in quotes, table names in [brackets], one key on "
        "a line.",
        example=Example(
            Problem(
                "FD002",
                subject=_TOML,
                origin=Origin(DECLARATION, _TOML, 2, 13),
                detail="TOML cannot be read from here on",
            ),
            "firedoor check",
            files={_TOML: "[environments.production]\nprotected = yes\n"},
        ),
    ),
    Entry(
        "FD003",
        "unknown-key",
        summary="The declaration holds a table or key that firedoor does not know.",
        what="The declaration may not hold {subject:this key}: there is no such table or key.",
        why="A misspelt `protected` would leave production unprotected without a word, so unknown names are "
        "errors.",
        do=(
            (
                "Did you mean `{suggestion}`? Write that, or delete the line.",
                "Delete it, or look up the right name: `firedoor schema` prints every table and key.",
            ),
        ),
        example=Example(
            Problem(
                "FD003",
                subject="environments.production.protect",
                origin=Origin(DECLARATION, _TOML, 4, 1),
                suggestion="protected",
            ),
            "firedoor check",
            files={_TOML: _TWO.replace("protected", "protect")},
        ),
    ),
    Entry(
        "FD004",
        "wrong-declaration-value",
        summary="A value in the declaration is not of the kind that its key needs.",
        what=(
            (
                "{subject:A key} is wrong in the declaration. Expected: {expected}.",
                "{subject:A key} is wrong in the declaration.",
            ),
        ),
        why="A guess at what was meant could open the boundary, so firedoor does not guess.",
        do="Correct it at {origin:that key}.",
        example=Example(
            Problem(
                "FD004",
                subject="environments.production.protected",
                origin=Origin(DECLARATION, _TOML, 4, 1),
                expected="true or false",
            ),
            "firedoor check",
            files={_TOML: _TWO.replace("true", '"yes"')},
        ),
    ),
    Entry(
        "FD005",
        "no-environments",
        summary="The declaration declares no environment.",
        what="The declaration declares no environments.",
        why="Environments that nobody declared cannot be told apart.",
        do="Add a table for each, in the order of promotion: `[environments.development]`, then "
        "`[environments.production]` with `protected = true`.",
        example=Example(
            Problem("FD005", subject="environments", origin=Origin(DECLARATION, _TOML, 1, 1)),
            "firedoor check",
            files={_TOML: '[project]\nname = "shop"\n'},
        ),
    ),
    Entry(
        "FD006",
        "name-used-twice",
        summary="One name or alias means two environments.",
        what=(
            (
                "{subject:A name} means two environments: {names}.",
                "{subject:A name} means two environments.",
            ),
        ),
        why="A name must choose exactly one environment: what `test` means may not depend on who reads it.",
        do="Take it away from one of them at {origin:that table}.",
        example=Example(
            Problem(
                "FD006", subject="test", origin=Origin(DECLARATION, _TOML, 4, 1), names="testing, staging"
            ),
            "firedoor check",
            files={
                _TOML: '[environments.testing]\naliases = ["test"]\n\n[environments.staging]\naliases = ["test"]\n'
            },
        ),
    ),
    Entry(
        "FD007",
        "undeclared-name",
        summary="The declaration refers to an environment that it does not declare.",
        what="The declaration refers to {subject:a name}, which is none of its environments.",
        why="A rule for an environment that does not exist guards nothing.",
        do=(
            (
                (
                    "Did you mean `{suggestion}`? Write that at {origin:that place}, or declare "
                    "`[environments.{subject}]`."
                ),
                "Correct the name at {origin:that place}, or declare `[environments.{subject:NAME}]`.",
            ),
        ),
        example=Example(
            Problem(
                "FD007", subject="prodution", origin=Origin(DECLARATION, _TOML, 7, 1), suggestion="production"
            ),
            "firedoor check",
            files={_TOML: _TWO + '\n[variables.SECRET_KEY]\nrequired = ["prodution"]\n'},
        ),
    ),
    Entry(
        "FD008",
        "two-declarations",
        summary="One folder holds two declarations.",
        what="firedoor.toml and [tool.firedoor] in pyproject.toml both declare this project.",
        why="Two declarations drift apart, and each reader believes another one.",
        do="Keep one: move what differs into firedoor.toml, then delete [tool.firedoor] from pyproject.toml.",
        example=Example(
            Problem("FD008", subject=_TOML, origin=Origin(DECLARATION, "pyproject.toml")),
            "firedoor check",
            files={_TOML: _TWO, "pyproject.toml": "[tool.firedoor.environments.production]\n"},
        ),
    ),
    Entry(
        "FD009",
        "declaration-unreadable",
        summary="The declaration is there but cannot be read.",
        what=(
            (
                "{subject:The declaration} cannot be read: {detail}.",
                "{subject:The declaration} cannot be read.",
            ),
        ),
        why="A declaration that cannot be read protects nothing, so every command stops here.",
        do="Make {subject:it} a text file in UTF-8, smaller than 10 MiB, that your user may read.",
        example=Example(
            Problem(
                "FD009", subject=_TOML, origin=Origin(DECLARATION, _TOML), detail="it is not a regular file"
            ),
            "mkdir firedoor.toml",
            "firedoor check",
        ),
    ),
    Entry(
        "FD010",
        "settings-class-not-importable",
        summary="The settings class that the declaration names cannot be imported.",
        what=(
            (
                "The settings class {subject} cannot be imported: {detail}.",
                "The settings class {subject:of the declaration} cannot be imported.",
            ),
        ),
        why="`check` promises that the code will accept the values. Without the class it cannot know.",
        do=(
            (
                "Correct `class` under [settings] in {place:firedoor.toml}: it is `module.path:ClassName`, "
                "imported from the project's main folder."
            ),
            "Run firedoor with the Python that has the project's packages.",
        ),
        example=Example(
            Problem(
                "FD010",
                subject="shop.config:Settings",
                origin=Origin(DECLARATION, _TOML),
                detail="there is no module named shop",
            ),
            "firedoor check development",
            files={
                _TOML: '[environments.development]\n\n[settings]\nclass = "shop.config:Settings"\n',
                ".env.development": "DEBUG=true\n",
            },
        ),
    ),
)
