# Written by `firedoor init --make`. Run it again when the environments change: it writes this file anew, unless
# somebody has edited it. What you want otherwise goes into your own Makefile, above its line `include firedoor.mk`.
# sha256 of all other lines: 64b6b51ac497edd8b183cbef6025871f75435ae5846ff07c57dc8452d9bcd634

FIREDOOR ?= firedoor
PYTEST ?= pytest
# A command that prepares tests. It runs in the environment of the tests, and for no other one.
FIREDOOR_BEFORE_INTEGRATION ?=
# The name of the target that runs all tests; empty where your Makefile has a rule of its own for it.
FIREDOOR_TEST_TARGET ?=

# `make` alone goes on making the first target of your own Makefile.
firedoor-goal := $(.DEFAULT_GOAL)

# What depends on it always runs. The targets themselves are not in .PHONY: make 3.81 reads no `\:` there.
firedoor-always:

service\:start: firedoor-always
	@$(FIREDOOR) service start

service\:stop: firedoor-always
	@$(FIREDOOR) service stop

service\:restart: firedoor-always
	@$(FIREDOOR) service restart

service\:status: firedoor-always
	@$(FIREDOOR) service status

service\:logs: firedoor-always
	@$(FIREDOOR) service logs

dev\:logs: firedoor-always
	@$(FIREDOOR) service logs -e development -f

# Tests run in testing where nobody has chosen. Who has chosen is not overridden: pytest's plugin refuses what is not for
# tests, and nothing is prepared for it. `-p firedoor`: without the plugin there are no tests.
firedoor-pytest = \
	if test -z "$${APP_ENV+set}$${ENV+set}"; then APP_ENV=testing; export APP_ENV; fi; \
	other=; \
	for chosen in "$${APP_ENV-testing}" "$${ENV-testing}"; do \
		case "$$chosen" in testing|test) ;; *) other=yes ;; esac; \
	done; \
	test -n "$$other" || { $(or $(FIREDOOR_BEFORE_INTEGRATION),:); } && $(PYTEST) -p firedoor

test\:integration: firedoor-always
	@$(firedoor-pytest) -m integration

ifneq ($(FIREDOOR_TEST_TARGET),)
$(FIREDOOR_TEST_TARGET): firedoor-always
	@$(firedoor-pytest)
endif

.PHONY: firedoor-always
.DEFAULT_GOAL := $(firedoor-goal)
