"""Make mistakes in the rules that guard production and count those that no test notices.

python -m bench.mutation                            every module below (a quarter of an hour)
python -m bench.mutation rules.values selection     some of them

    --tests PATH ...    by these tests alone, instead of those that are listed below: a module's own ones are quick
    --processes N       mistakes that are tried at once (2)
    --mutants-to FILE   every verdict, as JSON

Any other option goes to pytest. A path in FILE is taken from the folder that the command was started in.
"""

from __future__ import annotations

import argparse
import os
import sys

import pytest

# Most critical first.
MODULES = (
    "rules.values",
    "rules.ambient",
    "rules.files",
    "rules.launch",
    "isolation",
    "foreign",
    "redirection",
    "resolution",
    "lock.judgement",
    "lock.holdings",
    "lock.pins",
    "lock.merge",
    "lock.marks",
    "lock.verdicts",
    "lock.text",
    "lock.document",
    "lock.owners",
    "lock.taking",
    "lock.comparison",
    "lock.declared_id",
    "stamps.judgement",
    "seal.policy",
    "seal.filters",
    "seal.addresses",
    "guard.policy",
    "guard.places",
    "guard.programs",
    "guard.attaching",
    "guard.destinations",
    "guard.recipients",
    "endpoints",
    "testing.start",
    "testing.marks",
    "testing.real_keys",
    *(
        f"destruction.{name}"
        for name in ("conditions", "mongodb", "redis", "s3", "sql", "statements", "trees")
    ),
    "consent",
    *(f"web.{name}" for name in ("door", "caller", "marks", "party", "proof", "tokens", "messages")),
    "selection",
    "boundary",
    "resources",
    *(
        f"resources.{name}"
        for name in (
            *(
                "amqp",
                "blob",
                "families",
                "files",
                "host",
                "http",
                "mongodb",
                "mssql",
                "mysql",
                "name",
                "over_http",
            ),
            *(
                "plugins",
                "postgresql",
                "postgresql_service",
                "redis",
                "s3",
                "smtp",
                "sqlite",
                "token",
                "unknown",
            ),
            *("url", "vector", "where"),
        )
    ),
    "client_variables",
    "child_environment",
    "live_key",
    "typed_text",
    "resolve",
    "sources",
    "compiled_cache",
    "declaration",
)
# In one process, so that a mutated function is the one that is tested; tests of the command line start others.
TESTS = (
    "tests/unit/rules",
    "tests/unit/resources",
    "tests/unit/lock",
    "tests/unit/stamps",
    *(f"tests/unit/guard/test_{name}.py" for name in ("policy", "places", "programs", "attaching", "core")),
    *(f"tests/unit/guard/test_{name}.py" for name in ("destinations", "recipients")),
    "tests/unit/test_endpoints.py",
    "tests/unit/testing",
    "tests/unit/destruction",
    "tests/property/test_destruction.py",
    "tests/unit/test_consent.py",
    "tests/unit/web",
    *(f"tests/unit/seal/test_{name}.py" for name in ("policy", "filters", "addresses")),
    *(
        f"tests/unit/test_{name}.py"
        for name in (
            "isolation",
            "foreign",
            "redirection",
            "resolution",
            "selection",
            "boundary",
            "child_environment",
            "live_key",
            "typed_text",
            "resolve",
            "sources",
            "compiled_cache",
            "declaration",
            "inspection",
            "locking",
            "secret",
            "schema",
        )
    ),
    "tests/property/test_lock_laws.py",
    "tests/scenarios",
)


def main() -> int:
    """Run the tests under the plugin; what survived is printed, and the exit code is pytest's."""
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    parser = argparse.ArgumentParser(
        prog="python -m bench.mutation", description="How much the tests notice."
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", default=MODULES)
    parser.add_argument("--tests", nargs="+", metavar="PATH", default=TESTS)
    parser.add_argument("--processes", default="2")
    parser.add_argument("--mutants-to", metavar="FILE", default="")
    asked, options = parser.parse_known_args()
    mutated = [word for name in asked.modules for word in ("--mutate", f"firedoor.{name}")]
    passed_on = ["--processes", asked.processes, "--mutants-to", asked.mutants_to]
    quiet = ["-q", "--tb=no", "-p", "bench.mutation.plugin", "-p", "no:cacheprovider", "-p", "no:xdist"]
    tests = [path for path in asked.tests if os.path.exists(path.partition("::")[0])]
    chosen = ["-W", "ignore", "-k", "not test_run_gives"]
    return int(pytest.main([*quiet, *chosen, *mutated, *passed_on, *options, *tests]))


if __name__ == "__main__":
    sys.exit(main())
