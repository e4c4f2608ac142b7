"""FD712, FD713, FD714, FD717 and isolation: what a service is given that is not the environment's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.services.rules import given
from support.plans import API, DECLARED, build, database_of, plan_of, secret_of, told

if TYPE_CHECKING:
    from support.project import ProjectFolder


def service(*lines: str) -> str:
    return API + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("compose", "process", "problems"),
    [
        (service("environment: [ONLY_THERE]"), {}, [("FD712", "ONLY_THERE", "error")]),
        (service("environment:", "  ONLY_THERE:"), {}, [("FD712", "ONLY_THERE", "error")]),
        (service("environment: [ONLY_THERE]"), {"ONLY_THERE": "1"}, [("FD712", "ONLY_THERE", "error")]),
        (service("environment: [ONLY_THERE=1]"), {}, []),
        (service("environment: [ANY]"), {"ANY": "1"}, [("FD712", "ANY", "warning")]),
        (service("environment: [ANY]"), {}, []),
        (service("environment: ['ANY=${ANY}']"), {"ANY": "1"}, [("FD712", "ANY", "warning")]),
        (service("environment: ['ANY=${ANY:-x}']"), {}, []),
        (service("environment: ['LEVEL=${LOG_LEVEL}']"), {"LOG_LEVEL": "DEBUG"}, []),
        (service("environment: [LOG_LEVEL]"), {}, []),
        (
            service("environment: [PORT]"),
            {"PORT": "1"},
            [],
        ),  # declared: the environment may take it from the shell
        (service("environment: [APP_ENV]"), {}, []),
        (
            "x-all: &all\n  environment: [ONLY_THERE]\nservices:\n  api:\n    <<: *all\n    image: shop/api:1.4\n",
            {},
            [("FD712", "ONLY_THERE", "error")],
        ),
    ],
)
def test_what_is_passed_on_bare(
    project: ProjectFolder, compose: str, process: dict[str, str], problems: list[tuple[str, str, str]]
) -> None:
    build(project, compose)
    project.write(".env.production", "LOG_LEVEL=ERROR\nONLY_THERE=1\n", mode=0o600)
    found = list(given.problems(plan_of(project, process=process)))
    assert [(one.code, one.subject, one.severity) for one in found] == problems
    assert all(one.facts["service"] == "api" for one in found)


def test_who_owns_what_is_passed_on_bare(project: ProjectFolder) -> None:
    build(project, service("environment:", "  - ONLY_THERE"))
    project.write(".env.production", "ONLY_THERE=1\n", mode=0o600)
    (problem,) = given.problems(plan_of(project))
    assert problem.facts == {"service": "api", "other": "production"}
    assert str(problem.origin) == "compose.yaml:5:7"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("env_file: .env.production", "4:5"),
        ("env_file: ./.env.production", "4:5"),
        ("env_file: [.env.development, .env.production]", "4:5"),
        ("env_file: [{path: .env.production, required: false}]", "4:5"),
        ("env_file: [{path: .env.prod, required: false}]", "4:5"),
        ("env_file: .env.${STAGE:-production}", "4:5"),
        ("env_file: .env${NOTHING}.production", "4:5"),
        ("env_file: sub/../.env.testing", "4:5"),
        ("env_file: of-production", "4:5"),
        ("volumes: ['./.env.production:/app/.env']", "4:5"),
        ("volumes: [{type: bind, source: .env.production, target: /app/.env, read_only: true}]", "4:5"),
        ("volumes: ['./mounted/production:/run/secrets:ro']", "4:5"),
        ("volumes: ['./mounted/production/KEY:/run/secrets/KEY:ro']", "4:5"),
        ("secrets: [key]", "4:5"),
        ("configs: [{source: file, target: /app/.env}]", "4:5"),
        ("env_file: .env.${APP_ENV}", None),
        ("env_file: .env.${APP_ENV:-production}", None),
        ("env_file: .env.$ENV", None),
        ("env_file: [{path: .env.dev, required: false}]", None),
        ("env_file: common.env", None),
        ("volumes: ['./src:/app', 'data:/data', /anonymous]", None),
        ("volumes: ['./mounted/development:/run/secrets:ro']", None),
        ("secrets: [own]", None),
        ("configs: [inline]", None),
    ],
)
def test_files_of_another_environment(project: ProjectFolder, line: str, place: str | None) -> None:
    tail = (
        "volumes:\n  data:\n"
        "secrets:\n  key:\n    file: mounted/production/KEY\n  own:\n    file: mounted/${APP_ENV}/KEY\n"
        "configs:\n  file:\n    file: .env.testing\n  inline:\n    content: x\n"
    )
    declared = DECLARED.replace(
        "[environments.dev", "[files]\nsecrets = 'mounted/{env}'\n[environments.dev", 1
    )
    build(project, service(line) + tail, declared=declared, files={"common.env": "", "sub/x": ""})
    (project.root / "of-production").symlink_to(".env.production")
    found = [one for one in given.problems(plan_of(project)) if one.code == "FD713"]
    assert told(found) == ([("FD713", "api", f"compose.yaml:{place}")] if place else [])
    for problem in found:
        other = "testing" if "testing" in line or "configs" in line else "production"
        assert problem.facts == {"key": line.partition(":")[0], "other": other}


def test_files_that_other_files_bring(project: ProjectFolder) -> None:
    build(
        project,
        "include: [part/compose.yaml]\nservices:\n  api:\n    extends: {file: base.yaml, service: base}\n",
        files={
            "part/compose.yaml": "services:\n  part:\n    image: p:1\n    env_file: ../.env.production\n",
            "base.yaml": "services:\n  base:\n    image: b:1\n    env_file: .env.testing\n",
        },
    )
    found = [one for one in given.problems(plan_of(project)) if one.code == "FD713"]
    assert [(one.subject, one.facts["other"]) for one in found] == [
        ("api", "testing"),
        ("part", "production"),
    ]


@pytest.mark.parametrize(
    ("lines", "winner"),
    [
        (("environment: {LOG_LEVEL: INFO}",), "`environment`"),
        (("environment: [LOG_LEVEL=INFO]",), "`environment`"),
        (("environment: ['LOG_LEVEL=${LOG_LEVEL}x']",), "`environment`"),
        (("environment: ['LOG_LEVEL=$${LOG_LEVEL}']",), "`environment`"),
        (("environment: ['LOG_LEVEL=']",), "`environment`"),
        (("env_file: common.env",), "`env_file`"),
        (("env_file: ['.env.${APP_ENV}', common.env]",), "`env_file`"),
        (("environment: ['LOG_LEVEL=${LOG_LEVEL}']",), None),
        (("environment: {LOG_LEVEL: DEBUG}",), None),
        (("env_file: [common.env, '.env.${APP_ENV}']",), None),
        (("environment: {DATABASE_URL: ''}",), None),  # declared as a service's own
        (("environment: {OTHER: INFO}",), None),
    ],
)
def test_a_value_of_its_own(project: ProjectFolder, lines: tuple[str, ...], winner: str | None) -> None:
    build(
        project, service(*lines), services="own = ['DATABASE_URL']", files={"common.env": "LOG_LEVEL=INFO\n"}
    )
    found = list(given.problems(plan_of(project)))
    assert [(one.code, one.subject) for one in found] == ([("FD714", "LOG_LEVEL")] if winner else [])
    for problem in found:
        assert problem.facts == {"service": "api", "winner": winner, "source": ".env.development:1:1"}


@pytest.mark.parametrize(
    ("text", "refused"),
    [("production", True), ("prod", True), ("nonsense", True), ("dev", False), ("development", False)],
)
def test_a_service_is_told_another_environment(project: ProjectFolder, text: str, refused: bool) -> None:
    plan = plan_of(build(project, service(f"environment: {{APP_ENV: {text}}}")))
    found = list(given.problems(plan))
    assert [(one.code, one.subject) for one in found] == ([("FD714", "APP_ENV")] if refused else [])
    assert plan.marked().services["api"].variables["APP_ENV"] == "development"


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ((f"environment: {{DATABASE_URL: '{database_of('production')}'}}",), [("FD401", "DATABASE_URL")]),
        ((f"environment: {{SECRET_KEY: {secret_of('testing')}}}",), [("FD402", "SECRET_KEY")]),
        ((f"environment: ['SECRET_KEY={secret_of('production')}']",), [("FD402", "SECRET_KEY")]),
        (("environment: {DATABASE_URL: 'postgresql://app@db/shop'}",), []),
        (("environment: {SECRET_KEY: a-new-one-of-this-service}",), []),
        (("environment: {SECRET_KEY: ''}",), []),
        ((f"environment: {{BACKUP: '{database_of('production')}'}}",), [("FD717", "BACKUP")]),
        ((f"environment: ['BACKUP={database_of('production')}?x=1']",), [("FD717", "BACKUP")]),
        ((f"environment: {{KEY: {secret_of('testing')}}}",), [("FD717", "KEY")]),
        (("environment: {KEY: '${SECRET_KEY}'}",), []),
        (("environment: {KEY: anything}",), []),
        (("environment: {KEY: }",), []),
    ],
)
def test_what_leads_to_another_environment(
    project: ProjectFolder, lines: tuple[str, ...], problems: list[tuple[str, str]]
) -> None:
    build(project, service(*lines), services="own = ['DATABASE_URL', 'SECRET_KEY']")
    found = list(given.problems(plan_of(project)))
    assert [(one.code, one.subject) for one in found] == problems
    assert all(str(one.origin).startswith("compose.yaml:4:") for one in found)
    assert "SECRET-" not in "".join(text for one in found for text in one.facts.values())


def test_without_knowledge_of_the_others_nothing_is_foreign(project: ProjectFolder) -> None:
    plan = plan_of(build(project, service(f"environment: {{KEY: {secret_of('testing')}}}")))
    plan.configuration.foreign = None
    assert list(given.problems(plan)) == []


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (["volumes: ['.:/app:ro']"], True),
        (["volumes: ['./src:/app:ro']"], False),
        (["label_file: .env.production"], True),
        (["label_file: ['./labels', '.env.production']"], True),
        (["label_file: ./labels"], False),
    ],
)
def test_a_folder_or_labels_with_another_environment_s_file(
    project: ProjectFolder, lines: list[str], refused: bool
) -> None:
    build(project, service(*lines), files={"labels": "a=b\n", "src/x.py": ""})
    found = {code for code, _, _ in told(given.problems(plan_of(project)))}
    assert ("FD713" in found) is refused


def test_where_no_other_environment_s_file_is_here_the_checkout_may_be_mounted(
    project: ProjectFolder,
) -> None:
    build(project, service("volumes: ['.:/app']"))
    for other in ("testing", "production"):
        (project.root / f".env.{other}").unlink()
    assert told(given.problems(plan_of(project))) == []


def test_an_image_that_the_shell_chooses(project: ProjectFolder) -> None:
    build(project, API.replace("1.4", "${TAG:-1}"))
    (found,) = given.problems(plan_of(project, process={"TAG": "9"}))
    assert (found.code, found.subject, found.severity) == ("FD712", "TAG", "warning")
    assert list(given.problems(plan_of(project))) == []
