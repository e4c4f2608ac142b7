"""FD8: development posture in a protected environment.

FD801  flag
FD802  flag
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.origin import PROCESS, REQUEST, Origin
from firedoor.problem import Problem

_PROJECT = {
    "firedoor.toml": "[environments.production]\nprotected = true\n",
    ".env.production": "LOG_LEVEL=WARNING\n",
}
_WHY = (
    "A reloader runs whatever file changes, and a development server shows code and variables to whoever "
    "causes an error."
)

ENTRIES = (
    Entry(
        "FD801",
        "development-server",
        summary="The command would start a reloader or a development server in a protected environment.",
        what=(
            (
                (
                    "The command asks for {flag}, and {environment} is protected: no reloader, no "
                    "development server."
                ),
                "The command asks for a reloader or a development server, and the environment is protected.",
            ),
        ),
        why=_WHY,
        do=(
            (
                (
                    "Take {flag} out of the command. For production: `gunicorn -w 4 -k "
                    "uvicorn.workers.UvicornWorker ...`."
                ),
                "Start the application with its production server.",
            ),
        ),
        incidents=("patreon", "laravel"),
        example=Example(
            Problem(
                "FD801",
                subject="--reload",
                environment="production",
                origin=Origin(REQUEST, "command line"),
                flag="--reload",
            ),
            "firedoor run -e production -- uvicorn shop:app --reload",
            files=_PROJECT,
        ),
    ),
    Entry(
        "FD802",
        "development-server-by-variable",
        summary="A variable would turn on a reloader or a development server in a protected environment.",
        what="{subject:A variable} turns on reloading or debugging, and {environment:the environment} is "
        "protected.",
        why=_WHY,
        do="Remove {flag:the variable} or its reload option where it is set ({origin:the process}).",
        incidents=("patreon", "laravel"),
        example=Example(
            Problem(
                "FD802",
                subject="GUNICORN_CMD_ARGS",
                environment="production",
                origin=Origin(PROCESS, "GUNICORN_CMD_ARGS"),
                flag="GUNICORN_CMD_ARGS",
            ),
            "GUNICORN_CMD_ARGS=--reload firedoor run -e production -- gunicorn shop:app",
            files=_PROJECT,
        ),
    ),
)
