"""From findings to a declaration: every choice keeps today's programs working."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, schema
from firedoor.discovery import declaration_text
from firedoor.discovery.drafting import draft
from firedoor.discovery.findings import find

if TYPE_CHECKING:
    from firedoor.discovery.draft import Draft
    from support.project import ProjectFolder

LOADER = 'import os\nfrom dotenv import load_dotenv\nenv = os.getenv("APP_ENV", "dev")\nload_dotenv(f".env.{env}")\n'


def drafted(project: ProjectFolder, **files: str) -> Draft:
    """A draft for files given as ``env_dev`` (``.env.dev``), ``env`` (``.env``) or by real name through ``write``."""
    for name, text in files.items():
        project.write("." + name.replace("_", "."), text)
    made = draft(find(str(project.root)))
    compiled = schema.compile_declaration(declaration_text.render(made).encode(), b"")
    assert compiled is not None  # what is written can be read
    return made


def names(made: Draft) -> list[str]:
    return [environment.name for environment in made.environments]


def variables(made: Draft) -> dict[str, str]:
    return {v.name: v.resource or ("secret" if v.secret else v.type) for v in made.variables}


# -- selectors ------------------------------------------------------------------------------------------------


def test_without_any_sign_the_usual_selectors(project: ProjectFolder) -> None:
    assert drafted(project).selectors == ("APP_ENV", "ENV")


@pytest.mark.parametrize(
    ("code", "selectors"),
    [
        ('os.getenv("ENVIRONMENT")', ("ENVIRONMENT",)),
        ('os.getenv("MY_ENV")', ("APP_ENV", "ENV")),
        ('os.getenv("MY_ENV", "production")', ("MY_ENV",)),
        ('os.getenv("SENTRY_ENVIRONMENT", "production")', ("APP_ENV", "ENV")),
        ('os.getenv("ENV")\nos.getenv("APP_ENV")\nos.getenv("ENV")', ("ENV", "APP_ENV")),
        ('os.getenv("NODE_ENV", "production")', ("APP_ENV", "ENV")),
        (
            'class S(BaseSettings):\n    model_config = {"env_prefix": "X_"}\n    environment: str',
            ("X_ENVIRONMENT",),
        ),
        ('class S(BaseSettings):\n    stage: Literal["dev", "prod"]', ("STAGE",)),
        ('class S(BaseSettings):\n    deployment_environment: str = "dev"', ("DEPLOYMENT_ENVIRONMENT",)),
        ("class S(BaseSettings):\n    env: int", ("APP_ENV", "ENV")),
        ('class S(BaseSettings):\n    e: str = Field(alias="APP_ENV")', ("APP_ENV",)),
    ],
)
def test_selectors_in_code(project: ProjectFolder, code: str, selectors: tuple[str, ...]) -> None:
    project.write("config.py", f"import os\n# BaseSettings\n{code}\n")
    assert drafted(project).selectors == selectors


def test_selector_lines_of_files(project: ProjectFolder) -> None:
    made = drafted(
        project, env_dev="FOO_ENV=dev\nNODE_ENV=development", env_prod="FOO_ENV=prod\nNODE_ENV=production"
    )
    assert made.selectors == ("FOO_ENV",)


def test_a_build_mode_selects_only_alone(project: ProjectFolder) -> None:
    assert drafted(project, env_development="NODE_ENV=development").selectors == ("NODE_ENV",)


def test_what_contradicts_the_files_does_not_select(project: ProjectFolder) -> None:
    """NODE_ENV is production wherever something is built."""
    made = drafted(
        project, env_staging="NODE_ENV=production\nMY_ENV=foo", env_production="NODE_ENV=production"
    )
    assert made.selectors == ("APP_ENV", "ENV")
    assert names(made) == ["staging", "production"]


@pytest.mark.requirement("B12")
@pytest.mark.parametrize(
    ("default", "kept", "suggested"),
    [("prod", "prod", None), ("dev", None, "dev"), ("elsewhere", None, None)],
)
def test_a_default_of_production_is_kept_and_any_other_left_to_people(
    project: ProjectFolder, default: str, kept: str | None, suggested: str | None
) -> None:
    """B12: production is the default where a default is declared."""
    project.write("m.py", f'import os\nos.getenv("APP_ENV", "{default}")')
    made = drafted(project, env_dev="A=1", env_prod="A=1")
    assert (made.default, made.suggested_default) == (kept, suggested)


def test_defaults_that_disagree_are_none(project: ProjectFolder) -> None:
    project.write("m.py", 'import os\nos.getenv("APP_ENV", "dev")\nos.getenv("APP_ENV", "prod")')
    made = drafted(project)
    assert (made.default, made.suggested_default) == (None, None)


# -- environments ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("files", [{}, {"env": "A=1"}])
def test_a_project_without_environments_gets_the_usual_three(
    project: ProjectFolder, files: dict[str, str]
) -> None:
    """A1: development, testing, production."""
    made = drafted(project, **files)
    assert names(made) == ["development", "testing", "production"]
    assert [environment.protected for environment in made.environments] == [False, False, True]
    assert [environment.aliases for environment in made.environments] == [("dev",), ("test",), ("prod",)]


@pytest.mark.requirement("C2")
def test_short_names_stay_and_long_ones_mean_the_same(project: ProjectFolder) -> None:
    """C2: .env.dev, .env.test, .env.prod load by APP_ENV; APP_ENV=production means the same environment."""
    project.write("app.py", LOADER)
    made = drafted(project, env_dev="A=1", env_test="A=1", env_prod="A=1")
    assert names(made) == ["dev", "test", "prod"]
    assert made.environments[2].aliases == ("production",)
    assert made.environments[2].protected


@pytest.mark.requirement("C1")
def test_names_of_ones_own_keep_their_place(project: ProjectFolder) -> None:
    made = drafted(project, **dict.fromkeys(("env_eu", "env_prod-eu", "env_staging", "env_qa"), "A=1"))
    assert names(made) == ["qa", "eu", "staging", "prod-eu"]
    assert [environment.protected for environment in made.environments] == [False, False, False, True]


def test_the_name_is_what_the_code_compares_with(project: ProjectFolder) -> None:
    project.write("m.py", 'import os\nif os.getenv("APP_ENV") == "production": pass')
    made = drafted(project, env_prod="A=1", env_dev="APP_ENV=development")
    assert [(e.name, e.aliases) for e in made.environments] == [
        ("development", ("dev",)),
        ("production", ("prod",)),
    ]


def test_a_spelling_that_code_and_files_share_wins(project: ProjectFolder) -> None:
    project.write("m.py", 'import os\nif os.getenv("APP_ENV") in ("production", "prod"): pass')
    assert names(drafted(project, env_prod="A=1"))[-1] == "prod"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"env_test": "A=1", "env": "A=1"}, ["development", "test", "production"]),
        ({"env_test": "A=1", "env_prod": "A=1"}, ["test", "prod"]),
        ({"env_prod": "A=1"}, ["development", "prod"]),
        ({"env_dev": "A=1"}, ["dev", "production"]),
        ({"env_local": "A=1", "env_prod": "A=1"}, ["local", "prod"]),
    ],
)
def test_development_and_production_are_never_missing(
    project: ProjectFolder, files: dict[str, str], expected: list[str]
) -> None:
    assert names(drafted(project, **files)) == expected


def test_code_that_speaks_of_stages_declares_them(project: ProjectFolder) -> None:
    project.write("m.py", 'import os\ne = os.getenv("ENV")\nx = e in ("local", "dev", "staging", "prod")')
    assert names(drafted(project)) == ["dev", "staging", "prod"]


def test_the_values_of_a_selector_field_are_the_environments(project: ProjectFolder) -> None:
    project.write(
        "m.py",
        'class S(BaseSettings):\n    env: Literal["local", "qa", "prod"]\n    other: Literal["test", "dev"]\n'
        '    env2: Literal["x", "prod"] = Field(alias="ENV")\n',
    )
    assert names(drafted(project)) == ["local", "qa", "prod"]


@pytest.mark.requirement("B1")
def test_profiles_of_compose(project: ProjectFolder) -> None:
    """B1: prod has no profile, dev has dev, test has dev and test."""
    project.write(
        "compose.yaml",
        "services:\n  a:\n    profiles: [dev]\n  b:\n    profiles: [test]\n  c:\n    profiles: [gpu]\n",
    )
    project.write(
        "Makefile",
        "t:\n\tdocker compose --profile dev --profile test up\n\tdocker compose --profile x --profile test up\n",
    )
    made = drafted(project)
    assert [(e.name, e.profiles) for e in made.environments] == [
        ("dev", ("dev",)),
        ("test", ("dev", "test")),
        ("production", ()),
    ]


def test_settings_modules_name_environments_where_nothing_else_does(project: ProjectFolder) -> None:
    project.write("config/settings/local.py", "").write("config/settings/production.py", "").write(
        "config/settings/base.py", ""
    )
    project.write("other/local.py", "").write("docker-compose.staging.yml", "services: {}")
    assert names(drafted(project)) == ["local", "staging", "production"]
    assert names(drafted(project, env_dev="A=1")) == ["dev", "production"]


# -- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "templates", "optional"),
    [
        ({}, (".env.{env}",), ()),
        ({".env": "A=1"}, (".env.{env}",), ()),
        ({".env.dev": "A=1"}, (".env.{env}",), ()),
        ({"envs/dev.env": "A=1"}, ("envs/{env}.env",), ()),
        ({"web/.env": "A=1"}, (".env.{env}",), ()),
        ({".env.dev": "A=1", ".env.common": "A=1"}, (".env.common", ".env.{env}"), ()),
        ({".envs/.dev/.a": "A=1", ".envs/.prod/.a": "A=1", ".envs/.prod/.b": "A=1"}, (".envs/.{env}/.a",), (".envs/.{env}/.b",)),
        # a base under each file: the settings class says so, Compose, a framework, the code, the keys
        ({".env": "A=1", ".env.dev": "A=1", "s.py": "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_file=('.env', '.env.dev'))"}, (".env", ".env.{env}"), ()),
        ({".env": "A=1", ".env.dev": "A=1", "compose.yaml": "services:\n  a:\n    env_file: [.env, .env.dev]\n"}, (".env", ".env.{env}"), ()),
        ({".env": "A=1", ".env.dev": "A=1", "package.json": '{"dependencies": {"next": "1"}}'}, (".env", ".env.{env}"), ()),
        ({".env": "B=1", ".env.dev": "A=1", "s.py": LOADER + "load_dotenv()"}, (".env", ".env.{env}"), ()),
        ({".env": "A=1\nB=1\nC=1", ".env.dev": "A=2", ".env.prod": "A=1\nB=2"}, (".env", ".env.{env}"), ()),
        # no base: nothing says that both are read
        ({".env": "A=1", ".env.dev": "A=1", "s.py": LOADER + "load_dotenv()"}, (".env.{env}",), ()),
        ({".env": "A=1\nB=1", ".env.dev": "A=2\nC=1"}, (".env.{env}",), ()),
        ({".env": "A=1\nB=1", ".env.dev": ""}, (".env.{env}",), ()),
        ({".env": "A=1", ".env.dev": "A=1", "s.py": "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env')"}, (".env.{env}",), ()),
        # overrides that something loads
        ({".env.dev": "A=1", ".env.local": "A=1", "s.py": "load_dotenv('.env.local')"}, (".env.{env}",), (".env.local",)),
        ({".env.dev": "A=1", ".env.dev.local": "A=1", "s.py": "load_dotenv(f'.env.{env}.local')"}, (".env.{env}",), (".env.{env}.local",)),
        ({".env.dev": "A=1", ".env.local": "A=1"}, (".env.{env}",), ()),
    ],
)  # fmt: skip
def test_templates(
    project: ProjectFolder, files: dict[str, str], templates: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    for path, text in files.items():
        project.write(path, text)
    made = drafted(project)
    assert (made.templates, made.optional) == (templates, optional)
    assert made.fallback_file == ".env"


def test_more_env_files_than_are_read_change_nothing(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firedoor.discovery.findings.MOST_ENV_FILES", 1)
    made = drafted(project, env="A=1", env_dev="A=1", env_prod="B=1")
    assert (names(made), made.templates) == (["dev", "prod"], (".env.{env}",))


def test_templates_beside_the_only_env_file_of_a_folder(project: ProjectFolder) -> None:
    project.write("web/.env.dev", "A=1").write("web/.env", "B=1")
    made = drafted(project)
    assert (made.templates, made.fallback_file) == (("web/.env.{env}",), "web/.env")


@pytest.mark.requirement("B2")
def test_one_env_file_for_all_profiles_of_compose(project: ProjectFolder) -> None:
    """B2: APP_ENV in .env, or inline, picks profiles; every environment reads the one .env."""
    project.write(
        "compose.yaml",
        "services:\n  a:\n    profiles: [dev]\n    environment:\n      - APP_ENV=${APP_ENV:-prod}\n",
    )
    made = drafted(project, env="APP_ENV=dev\nA=1")
    assert made.templates == (".env",)
    assert made.default == "prod"


@pytest.mark.parametrize(
    ("env", "compose", "templates"),
    [
        ("A=1", "services:\n  a:\n    profiles: [dev]\n", (".env.{env}",)),
        ("APP_ENV=dev", "services:\n  a:\n    image: b\n", (".env.{env}",)),
        ("APP_ENV=dev", "services:\n  a:\n    profiles: [dev]\n", (".env",)),
        (b"\xff", "services:\n  a:\n    profiles: [dev]\n", (".env.{env}",)),
    ],
)
def test_composes_env_file_serves_all_only_with_a_selector(
    project: ProjectFolder, env: str | bytes, compose: str, templates: tuple[str, ...]
) -> None:
    project.write("compose.yaml", compose).write(".env", env)
    assert drafted(project).templates == templates


def test_an_env_file_that_says_whose_it_is_stands_in_for_nobody_else(project: ProjectFolder) -> None:
    made = drafted(project, env="APP_ENV=dev\nA=1")
    assert made.fallback == "never"
    assert {e.name: e.fallback for e in made.environments} == {"dev": "file", "production": None}
    assert drafted(project, env="A=1").fallback is None


# -- variables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("X=true", "bool"),
        ("X=yes", "bool"),
        ("X=1", None),
        ("DEBUG=1", "bool"),
        ("DEBUG=", None),
        ("USE_TLS=0", "bool"),
        ("DEBUG_PORT=1", "int"),
        ("PORT=8000", "int"),
        ("ZIP=01234", None),
        ("PORT=auto", None),
        ("NAME=app", None),
        ("SECRET_KEY=x", "signing-key"),
        ("WEBHOOK_SECRET=x", "secret"),
        ("SENTRY_DSN=x", None),
        ("CACHE_URL=locmem://", None),
    ],
)
def test_what_values_show(project: ProjectFolder, text: str, kind: str | None) -> None:
    assert variables(drafted(project, env_dev=text)).get(text.partition("=")[0]) == kind


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("DEBUG=true", "DEBUG=ture", "DEBUG=false"), "bool"),  # the slip is to be told
        (("DEBUG=true", "DEBUG=express:*"), None),
        (("DEBUG=1", "DEBUG=0", "DEBUG=2"), None),
        (("X=true", "X="), None),
    ],
)
def test_what_all_values_show(project: ProjectFolder, texts: tuple[str, ...], kind: str | None) -> None:
    made = drafted(
        project, **{f"env_{name}": text for name, text in zip(("dev", "test", "prod"), texts, strict=False)}
    )
    assert variables(made).get(texts[0].partition("=")[0]) == kind


@pytest.mark.requirement("A7")
def test_what_the_settings_class_says(project: ProjectFolder) -> None:
    """A7: required variables, types and choices come from the class that reads them."""
    project.write(
        "config.py",
        """
        class Settings(BaseSettings):
            env: str
            debug: bool
            log_level: Literal["INFO", "DEBUG"] = "INFO"
            workers: int = 1
            rate: float
            origins: list[str] = []
            opaque: SecretStr
            mode: str = "x"
            empty_int: int = 1
            unseen: int = 1
            nested: Inner
            given: str
            both: str = Field(validation_alias=AliasChoices("A1", "A2"))
        """,
    )
    project.write("tests/conftest.py", 'import os\nos.environ["GIVEN"] = "1"')
    made = drafted(
        project,
        env_dev="ENV=dev\nDEBUG=ture\nLOG_LEVEL=INFO\nworkers=1\nORIGINS=a\nOPAQUE=t\nMODE=m\nEMPTY_INT=\nGIVEN=1\nA1=1\n",
    )
    assert {v.name: (v.type, v.required, v.secret, v.values) for v in made.variables} == {
        "DEBUG": ("bool", True, False, ()),
        "LOG_LEVEL": ("enum", False, False, ("INFO", "DEBUG")),
        "workers": ("int", False, False, ()),
        "ORIGINS": ("list", False, False, ()),
        "OPAQUE": ("str", True, True, ()),
        "RATE": ("float", True, False, ()),
        "NESTED": ("str", True, False, ()),
    }


def test_code_that_disagrees_on_a_type_decides_nothing(project: ProjectFolder) -> None:
    project.write(
        "a.py", "class A(BaseSettings):\n    port: int = 1\nclass B(BaseSettings):\n    port: str = ''\n"
    )
    assert variables(drafted(project, env_dev="PORT=1")) == {}


def test_hard_reads_of_settings_modules_require(project: ProjectFolder) -> None:
    project.write(
        "config/settings/base.py",
        'import os\nos.environ["A"]\nos.environ["HOME"]\nos.getenv("MAYBE")\nos.getenv("API_KEY")',
    )
    project.write(
        "config/settings/production.py", 'import os\nos.environ["B"]\nos.environ["B"]\nos.environ["API_KEY"]'
    )
    project.write("config/settings/qa.py", 'import os\nos.environ["C"]')
    made = drafted(project, env_dev="A=1", env_prod="A=1")
    assert {v.name: v.required for v in made.variables} == {"A": True, "API_KEY": ("prod",), "B": ("prod",)}


def test_compose_can_require_and_give(project: ProjectFolder) -> None:
    project.write(
        "compose.yaml", "services:\n  a:\n    environment:\n      A: ${A:?}\n      B: x${C:?}\n      C: y\n"
    )
    made = drafted(project)
    assert {v.name: v.required for v in made.variables} == {"A": True}


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("files", "required"),
    [
        ({"env_dev": "DEBUG=true", "env_prod": "DEBUG=true"}, {"DEBUG": False}),
        ({"env_dev": "APP_DEBUG=1"}, {"APP_DEBUG": False}),
        ({"env_dev": "DEBUG=true", "env_prod": "A=1"}, {}),  # the code's default decides there
        ({"env_dev": "DEBUG_TOOLBAR_PANEL_DEBUG=true"}, {}),
        ({"env_dev": "A=1"}, {}),
    ],
)
def test_debug_must_be_off_in_production(
    project: ProjectFolder, files: dict[str, str], required: dict[str, bool]
) -> None:
    """A8: production with DEBUG=true does not start."""
    made = drafted(project, **files)
    assert made.environments[-1].require == required
    assert made.environments[0].require == {}


# -- the rest -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("class S(BaseSettings):\n    a: str", "app.config:S"),
        ("class B(BaseSettings):\n    a: str\nclass S(B):\n    b: str", "app.config:S"),
        ("class A(BaseSettings):\n    a: str\nclass B(BaseSettings):\n    b: str", None),
        ("", None),
    ],
)
def test_the_one_settings_class_is_suggested(
    project: ProjectFolder, classes: str, expected: str | None
) -> None:
    project.write("app/config.py", classes)
    assert drafted(project).settings_class == expected


def test_hints_tell_what_is_left_to_people(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(".env.dev", b"\xff").write("web/.env.dev", "A=1").write(".env.dev.local", "A=1")
    assert [hint.partition(" ")[0] for hint in drafted(project).hints] == [
        "There",
        ".env.{env}.local",
        ".env.dev",
    ]
    monkeypatch.setattr("firedoor.discovery.walk.MOST_PYTHON_FILES", 0)
    project.write("a.py", "")
    assert "larger" in drafted(project).hints[-1]


def test_the_draft_is_the_project_that_will_be_read(project: ProjectFolder) -> None:
    project.write("app.py", LOADER).write("compose.yaml", "services:\n  a:\n    profiles: [dev]\n")
    made = drafted(
        project, env_dev="DEBUG=1\nDATABASE_URL=\nW_SECRET=\n", env_prod="DEBUG=0", env="APP_ENV=dev"
    )
    project.write("firedoor.toml", declaration_text.render(made))
    read, expected = declaration.load(str(project.root)), made.project(str(project.root))
    for field in ("root", "path", "name", "selectors", "default", "files", "optional_files", "fallback_file"):
        assert getattr(read, field) == getattr(expected, field), field
    fields = ("name", "aliases", "order", "protected", "fallback", "profiles", "require")
    for one, other in zip(read.environments, expected.environments, strict=True):
        assert [getattr(one, field) for field in fields] == [getattr(other, field) for field in fields]
    for name, variable in read.variables.items():
        for field in ("type", "required", "values", "secret", "resource"):
            assert getattr(variable, field) == getattr(expected.variables[name], field)
    assert read.variables.keys() == expected.variables.keys()
