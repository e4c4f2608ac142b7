"""FD2, fourth part: secrets as files, as Docker and Kubernetes mount them.

FD226  detail
FD227  detail
FD228  file
FD229  selector
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

_TOML = {
    "firedoor.toml": """\
[files]
secrets = "secrets"

[environments.testing]

[variables.SECRET_KEY]
secret = true
""",
    ".env.testing": "DEBUG=true\n",
}


def _of(code: str, path: str, subject: str = "", **facts: str) -> Problem:
    return Problem(code, subject=subject or path, environment="testing", origin=Origin(FILE, path), **facts)


ENTRIES = (
    Entry(
        "FD226",
        "secret-file-unreadable",
        summary="A secret as a file is there, or the folder of them, but cannot be read.",
        what=(
            (
                "{subject:A secret as a file} cannot be read: {detail}.",
                "{subject:A secret as a file} cannot be read.",
            ),
        ),
        why="Without it the value of an env file or a default would be used in its place.",
        do="Let the user of this process read it: `ls -l {subject:FILE}` shows what it is and who may.",
        more="Docker makes a folder of this name when it is told to mount a file that does not exist on the "
        "host. In Compose and Swarm, `uid`, `gid` and `mode` of the service's secret say who may read it.",
        example=Example(
            _of("FD226", "secrets/SECRET_KEY", detail="it is not a regular file"),
            "mkdir -p secrets/SECRET_KEY",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD227",
        "secret-file-not-text",
        summary="A secret as a file holds bytes that no variable can have.",
        what=(
            (
                "{subject:A secret as a file} is no text for a variable: {detail}.",
                "{subject:A secret as a file} is no text for a variable.",
            ),
        ),
        why="A variable is text without NUL. Read in another way, a password is another password.",
        do="Write it as UTF-8; if its bytes are meant, store them as base64 and decode them in the program.",
        example=Example(
            _of("FD227", "secrets/SECRET_KEY", detail="a NUL stands in it"),
            "mkdir secrets",
            "printf 'a\\000b' > secrets/SECRET_KEY",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD228",
        "secret-file-in-another-case",
        summary="A secret as a file has a variable's name in another case.",
        what=(
            (
                "{file} is the name of {subject:a variable} in another case, so it sets nothing.",
                "A secret as a file has the name of {subject:a variable} in another case, so it sets nothing.",
            ),
        ),
        why="It was mounted to be used. Without it the value of an env file or a default is used, or none.",
        do="Mount it as {subject:NAME}: in Compose and Swarm by `target: {subject:NAME}` beside `source`, in "
        "Kubernetes by the key of the secret or `path` in `items`.",
        example=Example(
            _of("FD228", "secrets/secret_key", "SECRET_KEY", file="secrets/secret_key"),
            "mkdir secrets",
            "echo hq8Zt3vLw0pXn5KcYb7R > secrets/secret_key",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
    Entry(
        "FD229",
        "selector-among-secret-files",
        summary="A selector stands among the secrets as files.",
        what="There is {subject:a selector} among the secrets as files, where it chooses nothing.",
        why="Which environment this is has to be known before its secrets are read.",
        do="Set {selector:the selector} as a variable of the process, and take the file away.",
        example=Example(
            _of("FD229", "secrets/APP_ENV", "APP_ENV", selector="APP_ENV"),
            "mkdir secrets",
            "echo testing > secrets/APP_ENV",
            "firedoor check testing",
            files=_TOML,
        ),
    ),
)
