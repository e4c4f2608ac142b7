"""FD3: single values. Set, of their type, allowed where they are, and from the source that should say them.

FD301  field, file, settings, suggestion
FD302  -
FD303  expected, field, settings
FD304  expected
FD305  expected
FD306  file
FD307  file, reference
FD308  expected, field, settings
FD309  -
FD310  made_up
FD311  file
FD312  detail
FD313  declared, other
FD314  settings
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import NOTE, WARNING, Problem

_ENVIRONMENTS = """\
[environments.testing]

[environments.production]
protected = true

"""
_OVERRIDABLE = (
    'If the shell may set it here on purpose, declare it: `overridable = ["testing"]` in the table of the variable, '
    "with the names of the environments."
)


def _project(variables: str, env_file: str, name: str = ".env.testing") -> dict[str, str]:
    return {"firedoor.toml": _ENVIRONMENTS + variables, name: env_file}


def _testing(code: str, subject: str, line: int, **facts: str) -> Problem:
    return Problem(
        code, subject=subject, environment="testing", origin=Origin(FILE, ".env.testing", line, 1), **facts
    )


def _process(code: str, subject: str, severity: str, **facts: str) -> Problem:
    origin = Origin(PROCESS, subject)
    return Problem(code, subject=subject, environment="testing", origin=origin, severity=severity, **facts)


ENTRIES = (
    Entry(
        "FD301",
        "required-missing",
        summary="A variable that the environment needs is not set.",
        what=(
            (
                "The settings class {settings} needs {subject} for its field {field}, and nothing sets it.",
                "{environment} needs {subject}, and nothing sets it.",
                "{subject:A variable} is required, and nothing sets it.",
            ),
        ),
        why="Code that misses a value takes a default that nobody chose for this environment.",
        do=(
            (
                "Write `{subject:NAME}=...` into {file}.",
                "Let the platform set {subject:it}, or write it into the environment's file.",
            ),
            "If the line is there as `{suggestion}`, correct its name.",
        ),
        on_purpose="If the environment can do without it, list only those that need it: "
        '`required = ["production"]` in the variable\'s table.',
        example=Example(
            Problem(
                "FD301",
                subject="DATABASE_URL",
                environment="testing",
                origin=Origin(FILE, ".env.testing"),
                file=".env.testing",
                suggestion="DATABSE_URL",
            ),
            "firedoor check testing",
            files=_project("[variables.DATABASE_URL]\nrequired = true\n", "DATABSE_URL=sqlite:///test.db\n"),
        ),
    ),
    Entry(
        "FD302",
        "required-empty",
        summary="A variable that the environment needs is empty.",
        what="{subject:A required variable} is set, but empty.",
        why="An empty address makes many clients take a default: the local machine, or whatever PGHOST says.",
        do="Write its value where it is set: {origin:the environment's file}.",
        example=Example(
            _testing("FD302", "DATABASE_URL", 1),
            "firedoor check testing",
            files=_project("[variables.DATABASE_URL]\nrequired = true\n", "DATABASE_URL=\n"),
        ),
    ),
    Entry(
        "FD303",
        "wrong-type",
        summary="A value is not of its declared type.",
        what=(
            (
                "The value of {subject} does not fit field {field} of {settings}. Expected: {expected}.",
                "The value of {subject} is not of its type. Expected: {expected}.",
                "The value of {subject:a variable} is not of its type.",
            ),
        ),
        why="`ture` read as false, or '1 ' as true, turns a safety switch the wrong way in silence.",
        do="Correct it where it is set: {origin:the environment's file}.",
        example=Example(
            _testing(
                "FD303", "DEBUG", 1, expected="true/false/1/0/yes/no/on/off in any case, without blanks"
            ),
            "firedoor check testing",
            files=_project('[variables.DEBUG]\ntype = "bool"\n', "DEBUG=ture\n"),
        ),
    ),
    Entry(
        "FD304",
        "value-not-allowed-here",
        summary="The environment requires another value.",
        what=(
            (
                "{environment} requires {subject} to be {expected}, and it is something else.",
                "{environment:This environment} requires another value of {subject:a variable}.",
            ),
        ),
        why="Whoever wrote the requirement knew what this value does here: debug pages show tokens to "
        "everybody, for one.",
        do=(
            (
                "Set {subject} to {expected}. It comes from {origin}.",
                "Set {subject:it} to what [environments.{environment:NAME}.require] in firedoor.toml says.",
            ),
        ),
        on_purpose="Change the requirement under [environments.NAME.require] in firedoor.toml, where a "
        "reviewer sees it.",
        incidents=("laravel", "patreon"),
        example=Example(
            Problem(
                "FD304",
                subject="DEBUG",
                environment="production",
                origin=Origin(FILE, ".env.production", 1, 1),
                expected="false",
            ),
            "firedoor check production",
            files=_project(
                "[environments.production.require]\nDEBUG = false\n", "DEBUG=true\n", ".env.production"
            ),
        ),
    ),
    Entry(
        "FD305",
        "value-not-declared",
        summary="A value is none of those that its declaration lists.",
        what=(
            (
                "The value of {subject} is none of those declared: {expected}.",
                "The value of {subject:a variable} is none of those declared.",
            ),
        ),
        why="Code that does not know a value takes another one without a word.",
        do=(
            (
                "Write one of {expected}, exactly as declared. It comes from {origin}.",
                "Write one of the `values` in [variables.{subject:NAME}], exactly as declared.",
            ),
        ),
        example=Example(
            _testing("FD305", "LOG_LEVEL", 1, expected="DEBUG, INFO"),
            "firedoor check testing",
            files=_project('[variables.LOG_LEVEL]\nvalues = ["DEBUG", "INFO"]\n', "LOG_LEVEL=info\n"),
        ),
    ),
    Entry(
        "FD306",
        "shell-overrides-file",
        summary="The shell sets a resource or secret differently from the environment's own file.",
        what="The shell exports a {subject:variable} that differs from the one in {file:the environment's "
        "file}.",
        why="A terminal that still held production's address is how test suites emptied production's "
        "database.",
        do="Run `unset {subject:NAME}` and start again (PowerShell: `Remove-Item Env:{subject:NAME}`).",
        on_purpose=_OVERRIDABLE,
        incidents=("travis", "digitalocean", "lobu"),
        example=Example(
            _process("FD306", "DATABASE_URL", "error", file=".env.testing:1:1"),
            "DATABASE_URL=sqlite:///prod.db firedoor check testing",
            files=_project(
                '[variables.DATABASE_URL]\nresource = "database"\n', "DATABASE_URL=sqlite:///test.db\n"
            ),
        ),
    ),
    Entry(
        "FD307",
        "shell-overrides-through-reference",
        summary="The shell changes a resource or secret through a reference in the environment's file.",
        what=(
            (
                "{subject} is made with {reference}, which the shell exports differently from {file}.",
                "{subject:A value} is made with a variable that the shell exports differently from the file.",
            ),
        ),
        why="The address is half the file's and half the shell's: it may lead to another environment's "
        "server.",
        do="Run `unset {reference:NAME}` and start again (PowerShell: `Remove-Item Env:{reference:NAME}`).",
        on_purpose=_OVERRIDABLE,
        incidents=("travis",),
        example=Example(
            _testing("FD307", "DATABASE_URL", 2, reference="DB_HOST", file=".env.testing:1:1"),
            "DB_HOST=db.prod.example.org firedoor check testing",
            files=_project(
                '[variables.DATABASE_URL]\nresource = "database"\n',
                "DB_HOST=localhost\nDATABASE_URL=postgresql://${DB_HOST}/shop\n",
            ),
        ),
    ),
    Entry(
        "FD308",
        "settings-refused",
        summary="The settings class does not accept a value.",
        what=(
            (
                "Field {field} of {settings} does not accept the value of {subject}; it takes {expected}.",
                "The settings class does not accept {subject}; it takes {expected}.",
                "The settings class does not accept {subject:a value}.",
            ),
        ),
        why="The application would stop with this when it starts, or later, in the middle of its work.",
        do="Correct it where it is set ({origin:the environment's file}), or the class if the value is right.",
        example=Example(
            _testing("FD308", "PORT", 1, settings="Settings", field="port", expected="at most 65535"),
            "APP_ENV=testing python config.py",
            files={
                **_project("", "PORT=80000\n"),
                "config.py": """\
from pydantic import Field

from firedoor import Settings as Base


class Settings(Base):
    port: int = Field(le=65535)


Settings()
""",
            },
        ),
    ),
    Entry(
        "FD309",
        "variable-twice",
        summary="The process was started with a variable set twice.",
        what="{subject:A variable} stands twice in this process's environment block.",
        why="Python and bash take different ones of the two, so parts of the program would use different "
        "values.",
        do="Find what starts this process (a wrapper, a service unit, a container entry point) and let it "
        "set {subject:the variable} once.",
        example=Example(
            _process("FD309", "DATABASE_URL", "error"),
            files=_project("", "DATABASE_URL=sqlite:///test.db\n"),
        ),
    ),
    Entry(
        "FD310",
        "placeholder-secret",
        summary="A protected environment holds a placeholder where a secret should be.",
        what="{subject:A secret} of {environment:a protected environment} is still a placeholder.",
        why="Everybody can guess it: it stands in the example file, or in the framework's documentation.",
        do=(
            "Put the real value where it is set: {origin:the environment's file}.",
            ('A new {made_up}: `python -c "import secrets; print(secrets.token_urlsafe(32))"`.',),
        ),
        example=Example(
            Problem(
                "FD310",
                subject="SECRET_KEY",
                environment="production",
                origin=Origin(FILE, ".env.production", 1, 1),
                made_up="secret",
            ),
            "firedoor check production",
            files=_project(
                "[variables.SECRET_KEY]\nsecret = true\n", "SECRET_KEY=change-me\n", ".env.production"
            ),
        ),
    ),
    Entry(
        "FD311",
        "resource-from-shell",
        summary="A resource or secret comes from the shell alone.",
        severity=WARNING,
        what="{subject:A resource} comes from the shell; the files of {environment:the environment} do not "
        "set it.",
        why="The next terminal has another one or none, and nobody can see which environment it belongs to.",
        do="Write `{subject:NAME}=...` into {file:the environment's file}.",
        on_purpose=_OVERRIDABLE,
        incidents=("travis",),
        example=Example(
            _process("FD311", "DATABASE_URL", WARNING, file=".env.testing"),
            "DATABASE_URL=sqlite:///some.db firedoor check testing",
            files=_project('[variables.DATABASE_URL]\nresource = "database"\n', "DEBUG=true\n"),
        ),
    ),
    Entry(
        "FD312",
        "not-passed-on",
        summary="A variable of the shell was not passed on to the command.",
        severity=NOTE,
        what=(
            (
                "{subject} was not passed on to the command: {detail}.",
                "{subject:A variable} was not passed on to the command.",
            ),
        ),
        why="`firedoor run` gives a command its own environment and nothing that could lead it elsewhere.",
        do="Nothing. If the command needs it in {environment:this environment}, declare "
        "[variables.{subject:NAME}] or set it in the environment's file.",
        example=Example(
            _process(
                "FD312", "PGHOST", NOTE, detail="client libraries obey it before the address they are given"
            ),
            "PGHOST=db.prod.example.org firedoor run -e testing -- true",
            files=_project("", "DEBUG=true\n"),
        ),
    ),
    Entry(
        "FD313",
        "name-in-two-spellings",
        summary="A setting is set under two spellings of its name, or a resource or secret only under another one.",
        what=(
            (
                "{declared} is declared, and {other} is set, which no rule looks at.",
                "{subject} and {other} set the same field, with different values.",
                "{subject:A variable} is set under two spellings, with different values.",
            ),
        ),
        why="Settings classes do not look at upper and lower case, so which of the two counts is an "
        "accident.",
        do=(
            (
                "Write {declared} at {origin:that place}.",
                "Keep one spelling and delete the other, at {origin:that place} for one.",
            ),
        ),
        example=Example(
            _testing("FD313", "port", 2, other="PORT"),
            "APP_ENV=testing python config.py",
            files={
                **_project("", "port=8000\nPORT=9000\n"),
                "config.py": "from firedoor import Settings\n\n\nclass Config(Settings):\n    port: "
                "int\n\n\nConfig()\n",
            },
        ),
    ),
    Entry(
        "FD314",
        "undeclared-env-file",
        summary="The settings class names an env file that the declaration does not know.",
        what="{settings:The settings class} names {subject:an env file}, which firedoor.toml does not "
        "declare.",
        why="firedoor does not read it; without firedoor the class would. The two would run with different "
        "values.",
        do="Declare {subject:the file} under [files] in firedoor.toml (`templates`, or `optional`), or take "
        "it out of the class.",
        example=Example(
            Problem(
                "FD314",
                subject="local.env",
                environment="testing",
                origin=Origin(FILE, "local.env"),
                settings="Config",
            ),
            "APP_ENV=testing python config.py",
            files={
                **_project("", "PORT=8000\n"),
                "local.env": "PORT=9000\n",
                "config.py": """\
from firedoor import Settings


class Config(Settings, env_file="local.env"):
    port: int


Config()
""",
            },
        ),
    ),
)
