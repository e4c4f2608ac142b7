"""FD2, first part: env files as files. Which are there, who may read them, what git knows of them.

FD201  files
FD202  file
FD203  files
FD204  file, other, selector
FD205  detail
FD206  -
FD207  -
FD209  -
FD214  keys
FD215  file, names
FD216  detail, file
FD217  mode
FD218  folder
FD219  file
FD220  files
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem

_TOML = {
    "firedoor.toml": """\
[environments.testing]

[environments.production]
aliases = ["prod"]
protected = true
"""
}
_TESTING = {**_TOML, ".env.testing": "DEBUG=true\n"}
_PROCESS_ALONE = (
    "{environment:The environment} has no {subject:file}; "
    "its values come from the process alone, as declared."
)


def _of(code: str, path: str, environment: str, severity: str = ERROR, **facts: str) -> Problem:
    origin = Origin(FILE, path)
    return Problem(code, subject=path, environment=environment, origin=origin, severity=severity, **facts)


ENTRIES = (
    Entry(
        "FD201",
        "env-file-missing",
        summary="The environment's own file is missing.",
        what=(
            (
                "{environment:The environment} lacks a file of its own: there is no {files}.",
                "{environment:The environment} has no file of its own.",
            ),
        ),
        why="Going on without it would take whatever the shell or a shared .env holds: another "
        "environment's values.",
        do="Create {subject:the file}, from {subject:FILE}.example if there is one, and fill in the values of "
        "{environment:the environment}.",
        on_purpose="Where the platform sets every variable (containers, hosting), declare "
        '`fallback = "process"` in the table of the environment.',
        incidents=("travis", "first-day"),
        example=Example(
            _of("FD201", ".env.production", "production", files=".env.production or .env.prod"),
            "firedoor check production",
            files=_TOML,
        ),
    ),
    Entry(
        "FD202",
        "fallback-file-used",
        summary="The environment has no file of its own, so the fallback file was read.",
        severity=WARNING,
        what="{environment:The environment} has no {subject:file of its own}; {file:the fallback file} was "
        "read instead.",
        why="The fallback file belongs to no environment: what it holds may be anybody's.",
        do="Create {subject:the environment's own file} and move the values of {environment:the "
        "environment} into it.",
        on_purpose='`fallback = "never"` under [files] turns this into an error. A protected environment '
        "never falls back unless its own table says so.",
        incidents=("first-day",),
        example=Example(
            _of("FD202", ".env.testing", "testing", severity=WARNING, file=".env"),
            "firedoor check testing",
            files={**_TOML, ".env": "DEBUG=true\n"},
        ),
    ),
    Entry(
        "FD203",
        "two-env-files",
        summary="Two files claim to be the same environment's.",
        what=(
            (
                "{environment:The environment} has two files of the same kind: {files}.",
                "{environment:The environment} has two files of the same kind.",
            ),
        ),
        why="Each tool reads another one of them, and people edit the one that nothing reads.",
        do="Compare them, keep one, delete the other.",
        example=Example(
            _of("FD203", ".env.production", "production", files=".env.production, .env.prod"),
            "firedoor check production",
            files={**_TOML, ".env.production": "DEBUG=false\n", ".env.prod": "DEBUG=false\n"},
        ),
    ),
    Entry(
        "FD204",
        "file-names-another-environment",
        summary="An env file says that it belongs to another environment.",
        what="{file:The file} is read for {environment:this environment}, but its {selector:selector} line "
        "names {other:another one}.",
        why="The file was copied or renamed, and the rest of it may be the other environment's too.",
        do="Check every value in {file:it}, then write `{selector:APP_ENV}={environment:NAME}` there or "
        "delete the line.",
        incidents=("indexnetwork",),
        example=Example(
            Problem(
                "FD204",
                subject="APP_ENV",
                environment="testing",
                origin=Origin(FILE, ".env.testing", 1, 1),
                selector="APP_ENV",
                other="production",
                file=".env.testing",
            ),
            "firedoor check testing",
            files={**_TOML, ".env.testing": "APP_ENV=production\n"},
        ),
    ),
    Entry(
        "FD205",
        "env-file-unreadable",
        summary="An env file is there, but cannot be read.",
        what=(("{subject:An env file} cannot be read: {detail}.", "{subject:An env file} cannot be read."),),
        why="Leaving it out would run the environment with half of its values.",
        do="Let your user read it: `ls -l {subject:FILE}` shows who may, `chmod u+r {subject:FILE}` allows "
        "its owner to.",
        example=Example(
            _of("FD205", ".env.testing", "testing", detail="Permission denied"),
            "chmod 000 .env.testing",
            "firedoor check testing",
            files=_TESTING,
        ),
    ),
    Entry(
        "FD206",
        "env-file-not-regular",
        summary="A folder, pipe or device stands where an env file should be.",
        what="{subject:An env file} is not a regular file.",
        why="It holds no values that could be read.",
        do="Remove it and put a text file there.",
        more="Docker makes a folder of this name when it is told to mount a file that does not exist on the "
        "host.",
        example=Example(
            _of("FD206", ".env.testing", "testing", detail="it is not a regular file"),
            "mkdir .env.testing",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD207",
        "env-file-not-utf8",
        summary="An env file is not UTF-8.",
        what="{subject:An env file} is not UTF-8 text.",
        why="Read with another encoding, a password is another password.",
        do="Open it in an editor and save it as UTF-8; the first byte that does not fit is at {origin:the "
        "place above}.",
        more="In Windows PowerShell 5, `>` writes UTF-16. `Set-Content -Encoding utf8` does not.",
        example=Example(
            Problem(
                "FD207",
                subject=".env.testing",
                environment="testing",
                origin=Origin(FILE, ".env.testing", 1, 12),
                detail="it is not UTF-8",
            ),
            "printf 'CITY=Mal\\303\\266, \\351\\n' > .env.testing",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD209",
        "env-file-too-large",
        summary="An env file is larger than 10 MiB.",
        what="{subject:An env file} is larger than 10 MiB.",
        why="No list of variables is that long; it is another file under a wrong name.",
        do="Look what it is, and put the env file back in its place.",
        example=Example(
            _of("FD209", ".env.testing", "testing", detail="it is larger than 10 MiB"),
            "head -c 11000000 /dev/zero > .env.testing",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD214",
        "env-file-in-git",
        summary="Git tracks a real env file.",
        what=("Git tracks {subject:a real env file}.", "It holds secrets: {keys}."),
        why="Everybody who can read the repository, now or later, has what is in it.",
        do=(
            "Run `git rm --cached {subject:FILE}` and add the file to .gitignore; it stays on disk.",
            ("Then change {keys}: the history keeps them.",),
        ),
        on_purpose="A file that every environment reads on purpose, such as a committed file of defaults, "
        "is named without {env} under [files]; git may track it while it holds no secret.",
        incidents=("imperva",),
        example=Example(
            _of("FD214", ".env.testing", "testing", keys="SECRET_KEY"),
            "git add --force .env.testing",
            "firedoor check testing",
            files={**_TOML, ".env.testing": "SECRET_KEY=hq8Zt3vLw0pXn5KcYb7R\n"},
        ),
    ),
    Entry(
        "FD215",
        "example-lacks-keys",
        summary="An example file lacks keys that an environment has or needs.",
        what=(
            (
                "{subject} lacks keys that {file} has: {names}.",
                "{subject:An example file} lacks keys that its environment has or needs.",
            ),
        ),
        why="Whoever sets the environment up from the example gets a part of it, and defaults for the rest.",
        do="Add them to {subject:the example} without a value or with a made-up one; `# KEY=` will do for "
        "optional ones.",
        incidents=("suna",),
        example=Example(
            _of(
                "FD215",
                ".env.testing.example",
                "testing",
                severity=WARNING,
                count="1",
                names="LOG_LEVEL",
                file=".env.testing",
            ),
            "firedoor check testing",
            files={
                **_TOML,
                ".env.testing": "DEBUG=true\nLOG_LEVEL=INFO\n",
                ".env.testing.example": "DEBUG=\n",
            },
        ),
    ),
    Entry(
        "FD216",
        "secret-in-example",
        summary="An example file holds what looks like a real secret.",
        what=(
            (
                "{subject} in {file} holds what looks like {detail}.",
                "{subject:A key} in {file:an example file} holds what looks like a real secret.",
            ),
        ),
        why="Example files are committed: everybody who can read the repository has it.",
        do=(
            "Write a placeholder there, such as `change-me`.",
            "If the secret is real, change it where it is used: the history keeps the old one.",
        ),
        incidents=("first-day",),
        example=Example(
            Problem(
                "FD216",
                subject="SECRET_KEY",
                origin=Origin(FILE, ".env.testing.example", 1, 1),
                detail="a random token",
                file=".env.testing.example",
            ),
            "firedoor check testing",
            files={
                **_TOML,
                ".env.testing": "SECRET_KEY=change-me\n",
                ".env.testing.example": "SECRET_KEY=hq8Zt3vLw0pXn5KcYb7RmD2sGf9J\n",
            },
        ),
    ),
    Entry(
        "FD217",
        "env-file-open-to-others",
        summary="Other users of the machine can read a protected environment's file.",
        severity=WARNING,
        what=(
            (
                "Every user of this machine can read {subject} (mode {mode}), and {environment} is protected.",
                "Every user of this machine can read {subject:an env file} of a protected environment.",
            ),
        ),
        why="Every account and every service on the machine has its secrets.",
        do="Run `chmod 600 {subject:FILE}`.",
        example=Example(
            _of("FD217", ".env.production", "production", severity=WARNING, mode="0644"),
            "chmod 644 .env.production",
            "firedoor check production",
            files={**_TOML, ".env.production": "DEBUG=false\n"},
        ),
    ),
    Entry(
        "FD218",
        "process-alone",
        summary="The environment has no file: its values come from the process alone.",
        severity=WARNING,
        what=(
            (
                "{environment} has no {subject}; its values come from the process and from {folder}, as declared.",
                _PROCESS_ALONE,
            ),
        ),
        why="On a machine where a file was meant to be, this runs with whatever the shell exports.",
        do="Nothing, where the platform sets the variables. Elsewhere create {subject:the file}.",
        on_purpose='It is allowed by `fallback = "process"` in the declaration; `fallback = "never"` makes '
        "it an error.",
        example=Example(
            _of("FD218", ".env.production", "production", severity=WARNING),
            "firedoor check production",
            files={"firedoor.toml": '[environments.production]\nprotected = true\nfallback = "process"\n'},
        ),
    ),
    Entry(
        "FD219",
        "example-missing",
        summary="An env file has no example.",
        severity=WARNING,
        what="{file:An env file} has no {subject:example} beside it.",
        why="Real env files are not committed, so nobody else can know which keys this environment needs.",
        do="Run `firedoor init`: it writes {subject:the example} with the same keys and no values. Then "
        "commit it.",
        example=Example(
            Problem(
                "FD219",
                subject=".env.testing.example",
                environment="testing",
                origin=Origin(FILE, ".env.testing"),
                severity=WARNING,
                file=".env.testing",
            ),
            "firedoor check testing",
            files=_TESTING,
        ),
    ),
    Entry(
        "FD220",
        "not-judged",
        summary="An environment was not judged, since its files are not on this machine.",
        severity=WARNING,
        what=(
            (
                "{environment} was not judged: there is no {files} here.",
                "{environment:An environment} was not judged: its files are not here.",
            ),
        ),
        why="Production's files are not on every laptop, and what is not here cannot be compared.",
        do="Run `firedoor check {environment:NAME}` where the environment's files are, at the latest when "
        "deploying it.",
        example=Example(
            _of(
                "FD220",
                ".env.production",
                "production",
                severity=WARNING,
                files=".env.production or .env.prod",
            ),
            "firedoor check --all",
            files=_TESTING,
        ),
    ),
)
