"""Compose, its files, and what services are given: FD70 and FD71.

FD701  -
FD702  detail
FD703  version
FD704  -
FD705  detail
FD706  -
FD710  -
FD711  kind
FD712  other, service
FD713  key, other
FD714  service, source, winner
FD715  holder, port
FD716  service, source, winner
FD717  other, service

``detail`` is what Compose or the engine says, without values; ``kind`` is "volume", "network", "container" or "Compose
project"; ``key`` is what of the service names the file; ``winner`` is what the container obeys, ``source`` what the
host resolved.
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.catalogue.shop_services import API, DECLARED, at, files
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "FD701",
        "compose-missing",
        summary="Services were to be started or asked, and the command for it is not installed.",
        what="There is no `{subject:docker compose}` on this machine.",
        why="firedoor starts containers through Docker Compose and asks the engine through the docker command. Neither "
        "is part of it.",
        do="Install the docker command with its Compose plugin, version 2 or newer, or a `docker-compose` of that age "
        "beside it.",
        more="Nothing was started or stopped. `firedoor check` and `firedoor run` need neither.",
        example=Example(Problem("FD701", subject="docker compose")),
    ),
    Entry(
        "FD702",
        "engine-silent",
        summary="The container engine does not answer.",
        what=(("The container engine does not answer: {detail}.", "The container engine does not answer."),),
        why="What runs is known by the engine alone. Without its answer nobody can say that nothing does.",
        do="Start the engine, or say where it is: `DOCKER_HOST`, `docker context use`. `docker version` shows whether "
        "it answers.",
        example=Example(
            Problem(
                "FD702",
                subject="docker",
                detail="Cannot connect to the Docker daemon at unix:///var/run/docker.sock",
            )
        ),
    ),
    Entry(
        "FD703",
        "compose-too-old",
        summary="Docker Compose is older than version 2.",
        what="{subject:Docker Compose} is version {version:1}; firedoor needs 2 or newer.",
        why="Version 1 has other rules of what wins, and is not maintained.",
        do="Install Compose 2 or newer.",
        example=Example(Problem("FD703", subject="docker compose", version="1.29.2")),
    ),
    Entry(
        "FD704",
        "compose-file-missing",
        summary="A Compose file that every environment needs is not there.",
        what="{subject:The Compose file} does not exist.",
        why="Without it there is nothing to start; with another one it would be something else.",
        do="Create it, or name the right one under `files` in `[services]` of firedoor.toml.",
        more="A file whose name holds `{env}` may be absent for an environment.",
        example=Example(
            Problem("FD704", subject="compose.yaml", environment="development"),
            files={"firedoor.toml": DECLARED},
        ),
    ),
    Entry(
        "FD705",
        "compose-refuses",
        summary="Docker Compose does not accept the files.",
        what=("Compose refuses {place:the files} in this environment.", "It says: {detail}."),
        why="What Compose cannot read it cannot start.",
        do="Correct what it names. `${{NAME:?}}` in a Compose file asks for a variable that no source of this "
        "environment sets.",
        example=Example(
            Problem(
                "FD705",
                subject="compose.yaml",
                environment="development",
                origin=Origin(FILE, "compose.yaml"),
                detail="services.api additional properties 'imagee' not allowed",
            ),
            files=files("services:\n  api:\n    imagee: shop/api:1.4\n"),
        ),
    ),
    Entry(
        "FD706",
        "override-not-read",
        severity="warning",
        summary="Compose's override file is there and is not declared.",
        what="{subject:The override file} is not read: it belongs to no environment.",
        why="Plain Compose merges it into every start, production's too. What it holds is mostly one laptop's: open "
        "ports, mounted source.",
        do="Rename it to the environment that it is for, as `compose.development.yaml`, or name it under `files` in "
        "`[services]` of firedoor.toml.",
        example=Example(
            Problem(
                "FD706",
                subject="compose.override.yaml",
                environment="development",
                origin=Origin(FILE, "compose.override.yaml"),
                severity="warning",
            ),
            files={**files(API), "compose.override.yaml": "services:\n  api:\n    ports: ['8000:8000']\n"},
        ),
    ),
    Entry(
        "FD710",
        "container-name-fixed",
        summary="A container has a name of its own, which all environments would share.",
        what="The service {subject:named here} has a `container_name`: there can be one such container on a machine.",
        why="A second environment cannot start it, and other tools take the one that runs for the one they mean.",
        do="Remove `container_name`: Compose makes a name of project, environment and service. Or put the selector "
        "into it, as `shop-api-${{APP_ENV}}`.",
        example=Example(
            Problem("FD710", subject="api", environment="development", origin=at(4)),
            files=files(API + "    container_name: shop-api\n"),
        ),
    ),
    Entry(
        "FD711",
        "volume-or-network-shared",
        summary="A volume, network or folder is another environment's, or would be every environment's.",
        what="The {kind:volume or network} {subject:named here} is another environment's too, by its name.",
        why="A volume that two environments mount is one database for both; a network that both join lets each reach "
        "the other's; a container whose network or volumes are used belongs to one of them.",
        do="Remove `name` and `external`, so that each environment gets its own, or put the selector into the name, as "
        "`shop-data-${{APP_ENV}}`. A name that is one environment's alone may stand in the Compose file of that "
        "environment.",
        example=Example(
            Problem("FD711", subject="data", environment="development", origin=at(5), kind="volume"),
            files=files(API + "volumes:\n  data:\n    external: true\n    name: shop-data\n"),
        ),
    ),
    Entry(
        "FD712",
        "variable-passed-bare",
        summary="A service is to get a variable of the shell that this environment does not set.",
        what=(
            (
                "The service {service} is to get {subject} from the shell.",
                "A service is to get a variable from the shell.",
            ),
            "It belongs to {other}.",
            "No source of {environment:this environment} sets it.",
        ),
        why="`environment: [NAME]` passes on whatever the shell happens to hold: yesterday's export, another "
        "project's, production's.",
        do="Set {subject:the variable} in this environment's file and declare it, or remove it from the service.",
        example=Example(
            Problem(
                "FD712",
                subject="REPORT_KEY",
                environment="development",
                origin=at(5, 7),
                service="api",
                other="production",
            ),
            files={
                **files(API + "    environment:\n      - REPORT_KEY\n"),
                ".env.production": "LOG_LEVEL=WARNING\nREPORT_KEY=change-me\n",
            },
        ),
    ),
    Entry(
        "FD713",
        "env-file-of-another",
        summary="A service reads another environment's file.",
        what="The service {subject:named here} reads {other:another environment}'s file by `{key:env_file}`.",
        why="Its containers would be {other:another environment} under this environment's name.",
        do="Write `env_file: .env.${{APP_ENV}}`, with the selector in the name. Of folders mount those that the "
        "service needs: the whole checkout holds every environment's files.",
        incidents=("keepthescore",),
        example=Example(
            Problem(
                "FD713",
                subject="api",
                environment="development",
                origin=at(4),
                other="production",
                key="env_file",
            ),
            files={
                **files(API + "    env_file: .env.production\n"),
                ".env.production": "LOG_LEVEL=WARNING\n",
            },
        ),
    ),
    Entry(
        "FD714",
        "service-given-otherwise",
        summary="A service is given another value than the environment's sources say.",
        what=(
            (
                "The service {service} is given another {subject} than the one that {source} sets.",
                "A service is given another value than the environment's.",
            ),
            "In the container {winner} wins.",
        ),
        why="Two truths about one variable: what you look up is not what runs.",
        do="Let the service take it from the environment: remove the line, or write `${{{subject:NAME}}}`.",
        on_purpose="Where a container needs another address than a program on the host, name the variable under `own` "
        "in `[services]` of firedoor.toml. Isolation is judged all the same.",
        example=Example(
            Problem(
                "FD714",
                subject="LOG_LEVEL",
                environment="development",
                origin=at(5, 7),
                service="api",
                source=".env.development:1:1",
                winner="`environment`",
            ),
            files=files(API + "    environment:\n      LOG_LEVEL: INFO\n"),
        ),
    ),
    Entry(
        "FD715",
        "port-taken",
        summary="A port that a service publishes is taken.",
        what=(
            "{subject:A service} publishes port {port}, which {holder} holds.",
            "A published port is taken.",
        ),
        why="Half of the services would be up before the engine finds out, and whoever asks that port gets an answer "
        "of another environment.",
        do="Give the environment a port of its own: `ports: ['127.0.0.1:${{API_PORT}}:8000']` with API_PORT in each "
        "environment's file. Or stop whoever holds it.",
        example=Example(
            Problem(
                "FD715",
                subject="api",
                environment="development",
                origin=at(4),
                port="8000",
                holder="the container other-api-1 of production",
            ),
            files=files(API + "    ports: ['8000:8000']\n"),
        ),
    ),
    Entry(
        "FD716",
        "container-differs",
        summary="A running container has another value than the host resolved.",
        what=(
            (
                "A container of {service} has another {subject} than {source} sets.",
                "A container has another value than the host resolved.",
            ),
            "It obeys {winner}.",
        ),
        why="The container works with something that no file says.",
        do="Run `firedoor service restart`: it makes the containers anew.",
        example=Example(
            Problem(
                "FD716",
                subject="LOG_LEVEL",
                environment="development",
                origin=at(2, 3),
                service="api",
                source=".env.development:1:1",
                winner="what the container was created with",
            ),
            files=files(API),
        ),
    ),
    Entry(
        "FD717",
        "foreign-value-in-service",
        summary="A service is given another environment's secret or resource under a name of its own.",
        what=(
            (
                "The service {service} is given what belongs to {other}, as {subject}.",
                "A service is given what belongs to another environment.",
            ),
        ),
        why="Under whatever name it stands, the container could reach that environment with it.",
        do="Remove it from the Compose file, and let the service take this environment's own by `${{NAME}}`.",
        example=Example(
            Problem(
                "FD717",
                subject="BACKUP_URL",
                environment="development",
                origin=at(5, 7),
                service="api",
                other="production",
            ),
            files={
                "firedoor.toml": DECLARED + '[variables.DATABASE_URL]\nresource = "database"\n',
                "compose.yaml": API
                + "    environment:\n      BACKUP_URL: postgresql://db.example.org/shop\n",
                ".env.development": "LOG_LEVEL=DEBUG\n",
                ".env.production": "LOG_LEVEL=INFO\nDATABASE_URL=postgresql://db.example.org/shop\n",
            },
        ),
    ),
)
