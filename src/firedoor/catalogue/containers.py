"""What runs already, what a protected environment does not start, how starting and stopping end: FD72 to FD74.

FD720  other
FD721  container, was
FD722  folder
FD723  names
FD730  other, profile
FD731  folder
FD732  port
FD733  tag
FD740  seconds, state
FD741  detail
FD742  detail
FD743  -
FD744  -
FD745  names
FD746  names
FD747  names
FD748  detail

``detail`` is what Compose or the engine says, without values.
"""

from firedoor.catalogue.entries import Entry, Example
from firedoor.catalogue.shop_services import API, at, files
from firedoor.problem import Problem

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "FD720",
        "other-environment-runs",
        summary="Another environment of this checkout runs.",
        what="{other:Another environment} runs in this checkout.",
        why="Two environments beside each other in one place are soon taken for one another.",
        do="Switch on purpose: `firedoor service restart -e {environment:ENV}` ends {other:the other} first.",
        on_purpose="`side_by_side = true` in `[services]` lets them run at once: each has a project name, volumes and "
        "networks of its own, and needs ports of its own.",
        example=Example(
            Problem("FD720", subject="production", environment="development", other="production")
        ),
    ),
    Entry(
        "FD721",
        "started-without-firedoor",
        summary="Containers of this checkout run that firedoor did not start.",
        what=(
            (
                "Containers of this checkout run that were started as {was}, which is no environment of this name now.",
                "Containers of this checkout run that firedoor did not start.",
            ),
            "One is {container}, of the Compose project {subject}.",
        ),
        why="Nobody can tell which environment they are, and they may hold the same folders and ports.",
        do=(
            (
                (
                    "Somebody has renamed project or environment while {was} ran. Make sure that {was} may end: then "
                    "`docker compose -p {subject:NAME} down`. Volumes stay, under the old name."
                ),
                "End them: `docker compose -p {subject:NAME} down`. Their volumes stay.",
            ),
        ),
        example=Example(Problem("FD721", subject="shop", environment="development", container="shop-api-1")),
    ),
    Entry(
        "FD722",
        "another-checkout",
        summary="Containers of this name were started from another folder.",
        what=(
            "The containers of {subject} belong to the checkout {folder}.",
            "They belong to another checkout.",
        ),
        why="Compose knows containers by the project's name alone: starting them here would take the other checkout's "
        "away.",
        do="Stop them there; where that folder is gone, by `docker compose -p {subject:NAME} down`. Or give this "
        "checkout another `name` in `[project]` of firedoor.toml.",
        example=Example(
            Problem(
                "FD722",
                subject="shop-development",
                environment="development",
                folder="/srv/shop-of-a-colleague",
            )
        ),
    ),
    Entry(
        "FD723",
        "service-not-of-environment",
        summary="A service was asked for that the environment does not start.",
        what=(
            "{environment:The environment} starts no service {subject:of that name}.",
            "It starts {names}.",
        ),
        why="Compose starts a service that is asked for by name whatever its profiles say.",
        do="Ask for one of those, or choose the environment whose profiles it belongs to.",
        example=Example(
            Problem("FD723", subject="adminer", environment="production", names="api"),
            files=files(API + "  adminer:\n    image: adminer:4.8\n    profiles: [dev]\n", "production"),
        ),
    ),
    Entry(
        "FD730",
        "profile-of-development",
        summary="A protected environment would start a service of an unprotected one.",
        what="The service {subject:named here} is of the profile {profile:of another environment}, which "
        "{other:another environment} starts.",
        why="Debug tools and mocks in production are an open door.",
        do="Take the profile out of `profiles` of {environment:the environment} in firedoor.toml, or the service "
        "out of the profile.",
        more="A profile that {environment:the environment} lists, too, is its own, unless it bears the name of an "
        "environment that is not protected.",
        example=Example(
            Problem(
                "FD730",
                subject="adminer",
                environment="production",
                origin=at(4),
                profile="dev",
                other="development",
            ),
            files=files("services:\n  adminer:\n    image: adminer:4.8\n    profiles: [dev]\n", "production"),
        ),
    ),
    Entry(
        "FD731",
        "source-mounted",
        summary="A protected environment would run code of a folder instead of its image.",
        what="The service {subject:named here} mounts {folder:a folder} of this checkout, or one that holds it.",
        why="What runs would be whatever lies in the folder at that moment, not what was built and tested.",
        do="Copy it into the image. A single file may be mounted with `:ro`.",
        example=Example(
            Problem("FD731", subject="api", environment="production", origin=at(4), folder="src"),
            files=files(API + "    volumes: ['./src:/app/src']\n", "production"),
        ),
    ),
    Entry(
        "FD732",
        "debug-port",
        summary="A protected environment would start with a debugger.",
        what="The service {subject:named here} starts with a debugger ({port:a debug port}).",
        why="Whoever reaches a debugger runs code in the process.",
        do="Take it out for {environment:this environment}: put it into a Compose file of the one that needs it.",
        more="`debug_ports` in `[services]` of firedoor.toml says which ports are debuggers'.",
        example=Example(
            Problem("FD732", subject="api", environment="production", origin=at(4), port="5678"),
            files=files(API + "    ports: ['5678:5678']\n", "production"),
        ),
    ),
    Entry(
        "FD733",
        "image-unpinned",
        summary="A protected environment would start an image whose tag moves.",
        what="The image of the service {subject:named here} has the tag {tag:latest}.",
        why="What it stands for changes with every push: two starts of one file are two versions.",
        do="Name a version, or a digest: `image: shop/api:1.4`.",
        more="`unpinned` in `[services]` of firedoor.toml lists such tags.",
        example=Example(
            Problem("FD733", subject="api", environment="production", origin=at(3), tag="latest"),
            files=files("services:\n  api:\n    image: shop/api:latest\n", "production"),
        ),
    ),
    Entry(
        "FD740",
        "service-not-healthy",
        summary="A service did not get healthy.",
        what=(
            ("The service {subject} is {state}.", "A service is not healthy."),
            "Services had {seconds} seconds.",
        ),
        why="The others run against something that does not work.",
        do="Read its last lines, which stand below, or all: `firedoor service logs {subject:SERVICE}`. `wait` in "
        "`[services]` of firedoor.toml gives more time.",
        more="What was started runs on, so that it can be looked at. `firedoor service stop` ends it.",
        example=Example(
            Problem(
                "FD740",
                subject="api",
                environment="development",
                origin=at(2, 3),
                state="exited with exit code 1",
                seconds="120",
            )
        ),
    ),
    Entry(
        "FD741",
        "compose-failed",
        summary="Compose could not start the services.",
        what=("Compose could not start {subject:the services}.", "It says: {detail}."),
        why="Some may run and some not.",
        do="Mend what it names and run `firedoor service start` again: it takes up where this one stopped.",
        example=Example(
            Problem(
                "FD741",
                subject="shop-development",
                environment="development",
                detail="No such image: shop/api:1.4",
            )
        ),
    ),
    Entry(
        "FD742",
        "stop-incomplete",
        summary="Not every container could be ended.",
        what=("Not every container of {subject:the project} is ended.", "Compose says: {detail}."),
        why="What still runs still works on its data.",
        do="Look at `firedoor service status`, mend what holds them and stop again.",
        example=Example(
            Problem(
                "FD742",
                subject="shop-development",
                environment="development",
                detail="1 containers are left",
            )
        ),
    ),
    Entry(
        "FD743",
        "data-protected",
        summary="The volumes of a protected environment were to be destroyed.",
        what="{environment:The environment} is protected, and nothing lets its volumes be destroyed.",
        why="A volume that is removed is gone; there is no list of what was in it.",
        do="Make sure that there is a backup. Then `firedoor unlock {environment:ENV} --resource volumes --reason ... "
        "--for 15m`, and again.",
        incidents=("keepthescore",),
        example=Example(Problem("FD743", subject="production", environment="production")),
    ),
    Entry(
        "FD744",
        "protected-runs",
        summary="A protected environment runs here, and was not named.",
        what="{environment:A protected environment} runs in this checkout and is ended by its name only.",
        why="Ending production on the way to something else is an outage.",
        do="If that is meant: `firedoor service stop -e {environment:ENV}`.",
        example=Example(Problem("FD744", subject="production", environment="production")),
    ),
    Entry(
        "FD745",
        "environment-not-running",
        summary="What was asked for does not run.",
        what=(
            ("{environment} does not run here.", "No environment runs here."),
            "What runs is {names}.",
        ),
        why="An answer from another environment would be taken for this one's.",
        do="Start it: `firedoor service start -e {environment:ENV}`.",
        example=Example(Problem("FD745", subject="testing", environment="testing", names="development")),
    ),
    Entry(
        "FD746",
        "several-run",
        summary="Several environments run, and none was named.",
        what="Several environments run here: {names:more than one}.",
        why="Which of them was meant must not be guessed.",
        do="Name one by `-e`.",
        example=Example(Problem("FD746", subject="APP_ENV", names="development, testing")),
    ),
    Entry(
        "FD747",
        "service-not-running",
        summary="A command was to run in a service that does not run.",
        what=(
            "No container of {subject:the service} runs in {environment:this environment}.",
            "There are {names}.",
        ),
        why="There is nothing to run it in.",
        do="Name a service that runs, or start it: `firedoor service start`.",
        example=Example(Problem("FD747", subject="api", environment="development", names="db, web")),
    ),
    Entry(
        "FD748",
        "volume-not-removed",
        summary="A volume could not be removed.",
        what=("{subject:A volume} could not be removed.", "The engine says: {detail}."),
        why="What is in it is still there.",
        do="End what uses it, which `docker ps --all --filter volume={subject:NAME}` shows. Then again.",
        example=Example(
            Problem(
                "FD748",
                subject="shop-development_data",
                environment="development",
                detail="remove shop-development_data: volume is in use",
            )
        ),
    ),
)
