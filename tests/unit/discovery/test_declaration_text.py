"""A draft as firedoor.toml."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from firedoor.declaration import Variable
from firedoor.discovery import declaration_text
from firedoor.discovery.draft import Draft, EnvironmentDraft


def test_everything_that_can_be_said() -> None:
    draft = Draft(
        'the "shop"',
        ("APP_ENV", "ENV"),
        default="prod",
        templates=(".env", "envs/{env}.env"),
        optional=(".env.local",),
        fallback="never",
        fallback_file="web/.env",
        environments=[
            EnvironmentDraft("dev", aliases=("development",), profiles=("dev",), fallback="file"),
            EnvironmentDraft("eu.prod", protected=True, require={"DEBUG": False}),
        ],
        variables=[
            Variable("DATABASE_URL", resource="database", required=True),
            Variable("W_SECRET", secret=True, required=("eu.prod",)),
            Variable("LEVEL", type="enum", values=("a", "b")),
            Variable("NAME", required=True),
            Variable("odd.name"),
        ],
        settings_class="app:Settings",
        hints=["Look at this."],
    )
    assert (
        declaration_text.render(draft)
        == """\
# The environments of this project, and what must not be mixed up between them.
# Written by `firedoor init` from what it found; it is yours now. `firedoor check --all` judges it.
# Look at this.

[project]
name = "the \\"shop\\""
selector = ["APP_ENV", "ENV"]  # all that are set must agree
default = "prod"

[files]
templates = [".env", "envs/{env}.env"]  # later ones win
optional = [".env.local"]
fallback = "never"  # .env is one environment's own: its selector line says so
fallback_file = "web/.env"

[environments.dev]  # the order here is the order of promotion
aliases = ["development"]
fallback = "file"
profiles = ["dev"]  # of Compose

[environments."eu.prod"]
protected = true
# fallback = "process"  # where the platform sets the variables, and there is no file

[environments."eu.prod".require]
DEBUG = false

# `firedoor check` validates the settings class too, once it may import it:
# [settings]
# class = "app:Settings"

[variables]
# What environments must not share.
DATABASE_URL = { resource = "database", required = true }

# Secrets: never shown, never the same in two environments.
W_SECRET = { secret = true, required = ["eu.prod"] }

# What the texts must be.
LEVEL = { type = "enum", values = ["a", "b"] }
NAME = { required = true }
"odd.name" = { type = "str" }
"""
    )


def test_nothing_is_said_that_need_not_be() -> None:
    draft = Draft("p", ("ENV",), suggested_default="dev", environments=[EnvironmentDraft("dev")])
    assert (
        declaration_text.render(draft).partition("\n\n")[2]
        == """\
[project]
name = "p"
selector = "ENV"  # chooses the environment
# default = "dev"  # without it, choosing nothing is an error

[environments.dev]  # the order here is the order of promotion
"""
    )


@given(st.text(), st.text())
def test_any_text_survives(name: str, key: str) -> None:
    text = f"{declaration_text.key(key)} = {declaration_text.listed([name, key])}"
    assert tomllib.loads(text) == {key: [name, key]}
