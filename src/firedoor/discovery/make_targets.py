"""The make targets of a declared project: the text of ``firedoor.mk``, and whether one is still as it was made."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from firedoor.discovery import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.declaration import Project
    from firedoor.environment import Environment

NAME = "firedoor.mk"
INCLUDE = f"include {NAME}"
_DIGEST = "# sha256 of all other lines: "
_HEAD = f"""\
# Written by `firedoor init --make`. Run it again when the environments change: it writes this file anew, unless
# somebody has edited it. What you want otherwise goes into your own Makefile, above its line `{INCLUDE}`.
"""
_VARIABLES = """\
FIREDOOR ?= firedoor
PYTEST ?= pytest
"""
_SERVICES = """\
# `make` alone goes on making the first target of your own Makefile.
firedoor-goal := $(.DEFAULT_GOAL)

# What depends on it always runs. The targets themselves are not in .PHONY: make 3.81 reads no `\\:` there.
firedoor-always:

service\\:start: firedoor-always
	@$(FIREDOOR) service start

service\\:stop: firedoor-always
	@$(FIREDOOR) service stop

service\\:restart: firedoor-always
	@$(FIREDOOR) service restart

service\\:status: firedoor-always
	@$(FIREDOOR) service status

service\\:logs: firedoor-always
	@$(FIREDOOR) service logs
"""
_LOGS = """\
dev\\:logs: firedoor-always
	@$(FIREDOOR) service logs -e {name} -f
"""
_TEST_VARIABLES = """\
# A command that prepares tests. It runs in the environment of the tests, and for no other one.
FIREDOOR_BEFORE_INTEGRATION ?=
# The name of the target that runs all tests; empty where your Makefile has a rule of its own for it.
FIREDOOR_TEST_TARGET ?={target}
"""
_TESTS = """\
# Tests run in {name} where nobody has chosen. Who has chosen is not overridden: pytest's plugin refuses what is not for
# tests, and nothing is prepared for it. `-p firedoor`: without the plugin there are no tests.
firedoor-pytest = \\
	if test -z "{is_set}"; then {selector}={name}; export {selector}; fi; \\
	other=; \\
	for chosen in {chosen}; do \\
		case "$$chosen" in {spellings}) ;; *) other=yes ;; esac; \\
	done; \\
	test -n "$$other" || {{ $(or $(FIREDOOR_BEFORE_INTEGRATION),:); }} && $(PYTEST) -p firedoor

test\\:integration: firedoor-always
	@$(firedoor-pytest) -m integration

ifneq ($(FIREDOOR_TEST_TARGET),)
$(FIREDOOR_TEST_TARGET): firedoor-always
	@$(firedoor-pytest)
endif
"""
_END = """\
.PHONY: firedoor-always
.DEFAULT_GOAL := $(firedoor-goal)
"""

_DEVELOPMENT = ("development", "local")
_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INCLUDED = re.compile(r"[ ]*[-s]?include[ \t].*\bfiredoor\.mk(?![\w.-])")
_RULE = re.compile(r"(?P<targets>[^\t#:=][^#:=]*)::?(?!:*=)(?P<rest>[^#]*)")
_ASSIGNMENT = re.compile(r"[ \t]*(?:(?:export|override|private)[ \t]+)*[\w.-]+[ \t]*[:?+!]*=")


def render(project: Project, makefile: str = "") -> str:
    """The text of ``firedoor.mk`` for the project, beside a Makefile of this text."""
    variables, parts = _VARIABLES, [_SERVICES]
    development = development_of(project)
    if development is not None:
        parts.append(_LOGS.format(name=development.name))
    testing, selectors = testing_of(project), _selectors(project)
    if testing is not None and selectors:
        variables += _TEST_VARIABLES.format(target="" if has_rule(makefile, "test") else " test")
        parts.append(_tests(project, testing, selectors))
    return _signed("\n".join((_HEAD, variables, *parts, _END)))


def _tests(project: Project, testing: Environment, selectors: list[str]) -> str:
    spellings = [word for one in project.environments if one.tests for word in one.spellings]
    return _TESTS.format(
        name=testing.name,
        selector=selectors[0],
        is_set="".join(f"$${{{selector}+set}}" for selector in selectors),
        chosen=" ".join(f'"$${{{selector}-{testing.name}}}"' for selector in selectors),
        spellings="|".join(spellings),
    )


def targets(text: str) -> list[str]:
    """The targets that such a text has, as a user types them."""
    found = [line.partition(": ")[0].replace("\\:", ":") for line in text.splitlines() if "\\:" in line[:10]]
    return [*found, *(["test"] if "FIREDOOR_TEST_TARGET ?= test" in text else [])]


def development_of(project: Project) -> Environment | None:
    """The environment of development, whatever it is called; None where there is none."""
    usual = [one for one in project.environments if not one.protected and not one.tests]
    return next((one for family in _DEVELOPMENT for one in usual if _is_in(one, family)), None)


def testing_of(project: Project) -> Environment | None:
    """The environment that tests run in unless another one is chosen; None where no tests are declared to run."""
    for_tests = [one for one in project.environments if one.tests]
    return next((one for one in for_tests if _is_in(one, names.TESTING)), next(iter(for_tests), None))


def _is_in(environment: Environment, family: str) -> bool:
    return any(names.family(word) == family for word in environment.spellings)


def _selectors(project: Project) -> list[str]:
    """Those that a shell can speak of; make passes no others on."""
    return [selector for selector in project.selectors if _SHELL_NAME.fullmatch(selector)]


def is_as_made(text: str) -> bool:
    """Whether the text is what some version of this module made, and nobody has changed since."""
    plain = text.replace("\r\n", "\n")  # as git checks it out on Windows
    unsigned = "".join(line for line in plain.splitlines(keepends=True) if not line.startswith(_DIGEST))
    return unsigned != plain and plain == _signed(unsigned)


def _signed(text: str) -> str:
    """The text with the line that tells whether it was changed, at the end of its first paragraph."""
    head, rest = text.split("\n\n", 1) if "\n\n" in text else (text, "")
    return f"{head}\n{_DIGEST}{sha256(text.encode()).hexdigest()}\n\n{rest}"


def includes(makefile: str) -> bool:
    """Whether a Makefile includes ``firedoor.mk`` already."""
    return any(_INCLUDED.match(line.partition("#")[0]) for line in _lines(makefile))


def has_rule(makefile: str, target: str) -> bool:
    """Whether a Makefile has a rule of its own for the target."""
    for line in _lines(makefile):
        rule = _RULE.match(line)
        if rule and target in rule["targets"].split() and not _ASSIGNMENT.match(rule["rest"]):
            return True
    return False


def _lines(makefile: str) -> Iterator[str]:
    yield from re.sub(r"\\\r?\n", " ", makefile).splitlines()
