"""Make mistakes in the rules that guard production and count those that no test notices.

python -m bench.mutation                            every module below (a quarter of an hour)
python -m bench.mutation rules.values selection     some of them
"""

from __future__ import annotations

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
    wanted = [argument for argument in sys.argv[1:] if not argument.startswith("-")] or MODULES
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    mutated = [word for name in wanted for word in ("--mutate", f"firedoor.{name}")]
    quiet = ["-q", "--tb=no", "-p", "bench.mutation.plugin", "-p", "no:cacheprovider", "-p", "no:xdist"]
    tests = [path for path in TESTS if os.path.exists(path)]
    return int(pytest.main([*quiet, "-W", "ignore", "-k", "not test_run_gives", *mutated, *options, *tests]))


if __name__ == "__main__":
    sys.exit(main())
