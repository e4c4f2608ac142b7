# Everything that work on firedoor needs. `make` lists it. Needs Python 3.11 or newer, make and git.
#
#   make test PYTHON=python3.13 VENV=.venv-3.13     another Python, beside the first
#   make test ARGS="tests/unit -k dotenv"           a part of the suite

VENV ?= .venv
ARGS ?=
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

BIN := $(VENV)/bin
READY := $(VENV)/.installed

# Tested as a program, in processes of its own, where coverage does not look: it would more than double the time.
COMMAND_LINE := src/firedoor/cli/*,src/firedoor/__main__.py

.DEFAULT_GOAL := help
.PHONY: help demo test chroma engine oldest check format coverage bench mutants docs lock clean venv

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' Makefile | expand -t 18

demo: $(READY) ## the tour: a backend starts in development, six barriers hold, a drill
	@$(BIN)/python examples/demo.py

test: $(READY) ## all tests, and every line and branch of the library reached (ARGS="...": a part, without that)
ifeq ($(ARGS),)
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=
	@$(BIN)/python -m coverage report --fail-under=99 --omit='$(COMMAND_LINE)'
else
	$(BIN)/python -m pytest $(ARGS)
endif

chroma: $(READY) ## a real Chroma server for its tests, in build/chroma (70 MB; without it they are skipped)
	@rm -rf build/chroma
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
		--target build/chroma -r requirements/chroma.txt

engine: ## a Docker engine for the tests that need one, in build/engine, until Ctrl+C (root; or set DOCKER_HOST to yours)
	@.ci/engine build/engine

oldest: $(READY) ## the tests of settings with the oldest pydantic that we promise to work with
	@rm -rf build/oldest
	$(BIN)/python -m pip install -q --disable-pip-version-check --target build/oldest \
		"pydantic==$$(sed -n 's/.*"pydantic>=\([0-9.]*\)".*/\1/p' pyproject.toml).0"
	PYTHONPATH=build/oldest $(BIN)/python -m pytest -q tests/unit/settings

check: $(READY) ## ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## let ruff format and mend what it can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

coverage: $(READY) ## what the tests reach, line by line, in htmlcov/index.html
	$(BIN)/python -m pytest -q -n auto --dist loadfile --cov --cov-report=html --cov-report=term:skip-covered

bench: $(READY) ## measure speed against the targets and the peers (some minutes)
	$(BIN)/python -m bench $(ARGS)

mutants: $(READY) ## make small mistakes in the rules that guard production; every one must fail a test (a quarter of an hour)
	$(BIN)/python -m bench.mutation $(ARGS)

docs: $(READY) ## write the pages that are generated (problem codes, JSON schema)
	$(BIN)/python docs/generate.py

lock: $(READY) ## pin the newest versions of what is needed, for every supported Python and platform
	$(BIN)/uv pip compile -q pyproject.toml --extra dev --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --custom-compile-command "make lock" -o requirements/dev.txt
	echo chromadb | $(BIN)/uv pip compile -q - --no-deps --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -o requirements/chroma.txt

clean: ## remove what was made, except the virtual environment
	rm -rf build dist htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf .import_linter_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

venv: $(READY) ## only create the virtual environment

# The stamp is newer than the lock and the project file exactly when the virtual environment holds what they say.
$(READY): requirements/dev.txt pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "firedoor needs Python 3.11 or newer. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11. Name a newer one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot create virtual environments. Debian, Ubuntu: apt install python3-venv" >&2; exit 1; }
	@[ -x $(BIN)/python ] && [ -x $(BIN)/pip ] || "$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/firedoor --version >/dev/null || { echo "$(BIN)/firedoor does not start. pip writes no working scripts into" \
		"a folder whose path has a space or is very long: move this clone, or name another VENV=/path" >&2; exit 1; }
	@touch $@
