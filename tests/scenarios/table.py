"""The scenarios: files and process variables in, the chosen environment, values and problems out.

Each is judged four ways (declaration compiled and cached, through the library and through the command line) and all
must agree. Values here are plain strings of the tests; ``SECRET`` marks those that no output may show.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FOUR = """
[project]
name = "handbook"
selector = ["APP_ENV", "ENV"]

[environments.development]
aliases = ["dev"]
[environments.testing]
aliases = ["test"]
[environments.staging]
[environments.production]
aliases = ["prod"]
protected = true

[environments.production.require]
DEBUG = false

[variables.DATABASE_URL]
resource = "database"
required = true
[variables.SECRET_KEY]
secret = true
[variables.DEBUG]
type = "bool"
[variables.LOG_LEVEL]
values = ["DEBUG", "INFO", "WARNING", "ERROR"]
"""

DEV = "postgresql://dev:SECRET-8c1d@localhost/handbook_dev"
TEST = "postgresql://tester:SECRET-4a7b@localhost/handbook_test"
PROD = "postgresql://app:SECRET-e5f2@db.example.com/handbook"


@dataclass(frozen=True)
class Scenario:
    """``problems`` are (code, subject) in order, errors and warnings; ``values`` a part of what must come out."""

    name: str
    files: dict[str, str | bytes]
    process: dict[str, str] = field(default_factory=dict)
    asked: str | None = None
    declaration: str = FOUR
    environment: str | None = None
    chosen_by: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    requirement: str = ""


def _env(name: str, database: str, *lines: str) -> dict[str, str | bytes]:
    return {f".env.{name}": "\n".join((f"DATABASE_URL={database}", *lines)) + "\n"}


DEVELOPMENT = _env("development", DEV)
TESTING = _env("testing", TEST)
PRODUCTION = _env("production", PROD, "DEBUG=false")

SELECTION = [
    Scenario(
        "the request wins over every selector",
        DEVELOPMENT,
        process={"APP_ENV": "production", "ENV": "testing"},
        asked="dev",
        environment="development",
        chosen_by="the call",
    ),
    Scenario(
        "a process variable chooses",
        TESTING,
        process={"ENV": "testing"},
        environment="testing",
        chosen_by="process variable ENV",
        values={"DATABASE_URL": TEST, "APP_ENV": "testing", "ENV": "testing"},
        requirement="A3",
    ),
    Scenario(
        "an alias means its environment",
        PRODUCTION,
        process={"APP_ENV": "prod"},
        environment="production",
        values={"APP_ENV": "production"},
        requirement="C2",
    ),
    Scenario(
        "two selectors that agree through an alias",
        PRODUCTION,
        process={"APP_ENV": "prod", "ENV": "production"},
        environment="production",
    ),
    Scenario(
        "two selectors that disagree",
        {**DEVELOPMENT, **PRODUCTION},
        process={"APP_ENV": "dev", "ENV": "production"},
        problems=(("FD103", "APP_ENV"),),
    ),
    Scenario(
        "a misspelt name",
        DEVELOPMENT,
        process={"ENV": "prodution"},
        problems=(("FD102", "'prodution'"),),
        requirement="A8",
    ),
    Scenario(
        "another case", PRODUCTION, process={"ENV": "Production"}, problems=(("FD102", "'Production'"),)
    ),
    Scenario(
        "a blank in front", PRODUCTION, process={"ENV": " production"}, problems=(("FD102", "' production'"),)
    ),
    Scenario(
        "a blank behind", PRODUCTION, process={"ENV": "Production "}, problems=(("FD102", "'Production '"),)
    ),
    Scenario("set but empty", DEVELOPMENT, process={"APP_ENV": ""}, problems=(("FD105", "APP_ENV"),)),
    Scenario("nothing chooses", DEVELOPMENT, problems=(("FD101", "APP_ENV"),), requirement="A13"),
    Scenario(
        "the selector line of .env chooses",
        {**DEVELOPMENT, ".env": "APP_ENV=dev\n"},
        environment="development",
        chosen_by=".env:1:1",
        requirement="B2",
    ),
    Scenario(
        "the process beats .env",
        {**DEVELOPMENT, **TESTING, ".env": "APP_ENV=dev\n"},
        process={"APP_ENV": "test"},
        environment="testing",
        problems=(("FD407", "DATABASE_URL"),),
        requirement="B2",
    ),
    Scenario(
        "the selector twice in .env",
        {**DEVELOPMENT, **TESTING, ".env": "APP_ENV=dev\nAPP_ENV=test\n"},
        problems=(("FD211", "APP_ENV"),),
    ),
    Scenario(
        "the selector of .env is a reference",
        {**DEVELOPMENT, ".env": "APP_ENV=${WORLD:-production}\n"},
        problems=(("FD106", "APP_ENV"),),
    ),
    Scenario(
        "the declared default, when nothing else says",
        _env("prod", PROD),
        declaration='[project]\nselector = "APP_ENV"\ndefault = "prod"\n[environments.prod]\nprotected = true\n'
        '[environments.dev]\n[variables.DATABASE_URL]\nresource = "database"\n',
        environment="prod",
        chosen_by="the declared default",
        requirement="B1 B2 B12",
    ),
]

FILES = [
    Scenario(
        "the file may carry an alias",
        {".env.dev": f"DATABASE_URL={DEV}\n"},
        asked="development",
        environment="development",
        values={"DATABASE_URL": DEV},
        requirement="C2",
    ),
    Scenario(
        "two spellings of one file",
        {".env.dev": f"DATABASE_URL={DEV}\n", ".env.development": f"DATABASE_URL={DEV}\n"},
        asked="dev",
        environment="development",
        problems=(("FD203", ".env.development"),),
    ),
    Scenario(
        "only the environment's own file is read",
        {**DEVELOPMENT, **TESTING, ".env": "DEBUG=true\nEXTRA=1\n"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": TEST},
        problems=(("FD407", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "falling back to .env, said aloud",
        {".env": f"DATABASE_URL={DEV}\n"},
        asked="dev",
        environment="development",
        values={"DATABASE_URL": DEV},
        problems=(("FD202", ".env.development"),),
        requirement="A3 A2",
    ),
    Scenario(
        "no fallback in a protected environment",
        {".env": f"DATABASE_URL={PROD}\nDEBUG=false\n"},
        asked="prod",
        environment="production",
        problems=(("FD201", ".env.production"),),
        requirement="A2 A13",
    ),
    Scenario(
        "a fallback that says it is production's",
        {".env": f"ENV=production\nDATABASE_URL={PROD}\n"},
        asked="testing",
        environment="testing",
        problems=(("FD204", "ENV"), ("FD202", ".env.testing")),
    ),
    Scenario(
        "a file that names another environment",
        _env("testing", TEST, "ENV=production"),
        asked="testing",
        environment="testing",
        problems=(("FD204", "ENV"),),
    ),
    Scenario(
        "a file that names its environment by an alias",
        _env("testing", TEST, "APP_ENV=test"),
        asked="testing",
        environment="testing",
        values={"APP_ENV": "testing"},
    ),
    Scenario(
        "not UTF-8",
        {".env.testing": b"DATABASE_URL=x\nNAME=caf\xe9\n"},
        asked="testing",
        environment="testing",
        problems=(("FD207", ".env.testing"),),
    ),
    Scenario(
        "a NUL byte",
        {".env.testing": b"DATABASE_URL=x\0y\n"},
        asked="testing",
        environment="testing",
        problems=(("FD208", ".env.testing"),),
    ),
    Scenario(
        "larger than 10 MiB",
        {".env.testing": b"#" * (10 * 1024 * 1024 + 1)},
        asked="testing",
        environment="testing",
        problems=(("FD209", ".env.testing"),),
    ),
    Scenario(
        "all malformed lines at once",
        _env("testing", TEST, "this is junk", "A='open"),
        asked="testing",
        environment="testing",
        problems=(("FD210", ".env.testing"), ("FD212", "A")),
    ),
    Scenario(
        "templates in folders, several merged in order",
        {".envs/.dev/.django": "A=1\nB=1\n", ".envs/.dev/.postgres": "B=2\n"},
        declaration='[files]\ntemplates = [".envs/.{env}/.django", ".envs/.{env}/.postgres"]\n[environments.dev]\n',
        asked="dev",
        environment="dev",
        values={"A": "1", "B": "2"},
    ),
    Scenario(
        "one of several templates is missing",
        {".envs/.dev/.django": "A=1\n"},
        declaration='[files]\ntemplates = [".envs/.{env}/.django", ".envs/.{env}/.postgres"]\n[environments.dev]\n',
        asked="dev",
        environment="dev",
        problems=(("FD201", ".envs/.dev/.postgres"),),
    ),
    Scenario(
        "an optional file wins when it is there",
        {**DEVELOPMENT, ".env.development.local": "EXTRA=mine\n"},
        declaration=FOUR + '[files]\noptional = [".env.{env}.local"]\n',
        asked="dev",
        environment="development",
        values={"EXTRA": "mine", "DATABASE_URL": DEV},
    ),
    Scenario(
        "the process alone, where the environment says so",
        {},
        declaration='[environments.production]\nprotected = true\nfallback = "process"\n'
        '[variables.DATABASE_URL]\nresource = "database"\nrequired = true\n',
        process={"DATABASE_URL": PROD},
        asked="production",
        environment="production",
        values={"DATABASE_URL": PROD},
        problems=(("FD218", ".env.production"),),
    ),
    Scenario(
        "one file for all environments chooses the default only",
        {".env": "APP_ENV=prod\nTAG=1\n"},
        declaration='[project]\ndefault = "prod"\n[files]\ntemplates = [".env"]\n[environments.prod]\nprotected = true\n'
        "[environments.dev]\n",
        process={"APP_ENV": "dev"},
        environment="dev",
        values={"TAG": "1", "APP_ENV": "dev"},
        requirement="B2",
    ),
]

VALUES = [
    Scenario(
        "a required variable is missing",
        {".env.testing": "DEBUG=true\n"},
        asked="testing",
        environment="testing",
        problems=(("FD301", "DATABASE_URL"),),
        requirement="A7",
    ),
    Scenario(
        "an empty DATABASE_URL",
        {".env.testing": "DATABASE_URL=\n"},
        asked="testing",
        environment="testing",
        problems=(("FD302", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "production with DEBUG=true",
        _env("production", PROD, "DEBUG=true"),
        asked="production",
        environment="production",
        problems=(("FD304", "DEBUG"),),
        requirement="A8 A1",
    ),
    *(
        Scenario(
            f"production with DEBUG={text!r} is off",
            _env("production", PROD, f"DEBUG={text}"),
            asked="production",
            environment="production",
        )
        for text in ("false", "False", "FALSE", "0", "no", "off", "Off", "'0'")
    ),
    *(
        Scenario(
            f"DEBUG={text!r} is no boolean",
            _env("testing", TEST, f"DEBUG={text}"),
            asked="testing",
            environment="testing",
            problems=(("FD303", "DEBUG"),),
        )
        for text in ("ture", "'1 '", "' true'", "t", "y", "2", "None", "'tru\u00e9'")
    ),
    Scenario(
        "a level that is not listed",
        _env("testing", TEST, "LOG_LEVEL=verbose"),
        asked="testing",
        environment="testing",
        problems=(("FD305", "LOG_LEVEL"),),
        requirement="A7",
    ),
    Scenario(
        "a live key outside production",
        _env("testing", TEST, "STRIPE_KEY=sk_live_4eC39HqLyjWDarjtT1zdp7dc"),
        asked="testing",
        environment="testing",
        problems=(("FD403", "STRIPE_KEY"),),
        requirement="A10",
    ),
    Scenario(
        "a live key inside production",
        _env("production", PROD, "DEBUG=false", "STRIPE_KEY=sk_live_4eC39HqLyjWDarjtT1zdp7dc"),
        asked="production",
        environment="production",
    ),
    Scenario(
        "a placeholder secret in production",
        _env("production", PROD, "DEBUG=false", "SECRET_KEY=changeme"),
        asked="production",
        environment="production",
        problems=(("FD310", "SECRET_KEY"),),
    ),
]

ISOLATION = [
    Scenario(
        "testing's database is production's",
        {**_env("testing", PROD), **PRODUCTION},
        asked="testing",
        environment="testing",
        problems=(("FD401", "DATABASE_URL"),),
        requirement="A8 C4",
    ),
    Scenario(
        "development's database is production's by another driver and user",
        {
            **_env(
                "development",
                "postgres+asyncpg://me:SECRET-other@DB.example.com:5432/handbook?sslmode=require",
            ),
            **PRODUCTION,
        },
        asked="development",
        environment="development",
        problems=(("FD401", "DATABASE_URL"),),
        requirement="A8 A9",
    ),
    Scenario(
        "production that owns testing's database refuses as well",
        {**TESTING, **_env("production", TEST, "DEBUG=false")},
        asked="production",
        environment="production",
        problems=(("FD401", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "another database on the same server is another database, in a server that both reach",
        {**DEVELOPMENT, **TESTING},
        asked="testing",
        environment="testing",
        problems=(("FD407", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "in production's server, another database is refused",
        {**_env("testing", PROD + "_test"), **PRODUCTION},
        asked="testing",
        environment="testing",
        problems=(("FD407", "DATABASE_URL"),),
        requirement="A8 C4",
    ),
    Scenario(
        "one server on purpose",
        {**DEVELOPMENT, **TESTING},
        declaration=FOUR.replace(
            'resource = "database"', 'resource = "database"\nshared_server = ["dev", "testing"]'
        ),
        asked="testing",
        environment="testing",
    ),
    Scenario(
        "the same file by another path",
        {
            **_env("testing", "sqlite:///./data/../app.db"),
            **_env("production", "sqlite+aiosqlite:///app.db", "DEBUG=false"),
        },
        asked="testing",
        environment="testing",
        problems=(("FD401", "DATABASE_URL"),),
    ),
    Scenario(
        "memory is nobody's",
        {
            **_env("testing", "sqlite+aiosqlite:///:memory:"),
            **_env("development", "sqlite+aiosqlite:///:memory:"),
        },
        asked="testing",
        environment="testing",
        requirement="A5",
    ),
    Scenario(
        "the same secret in production",
        {
            **_env("testing", TEST, "SECRET_KEY=SECRET-9f8e7d6c"),
            **_env("production", PROD, "DEBUG=false", "SECRET_KEY=SECRET-9f8e7d6c"),
        },
        asked="testing",
        environment="testing",
        problems=(("FD402", "SECRET_KEY"),),
        requirement="A9 C4",
    ),
    Scenario(
        "the same secret in two unprotected environments is a warning",
        {
            **_env("testing", TEST, "SECRET_KEY=SECRET-9f8e7d6c"),
            **_env("development", DEV, "SECRET_KEY=SECRET-9f8e7d6c"),
        },
        asked="testing",
        environment="testing",
        problems=(("FD407", "DATABASE_URL"), ("FD402", "SECRET_KEY")),
    ),
    Scenario(
        "shared on purpose",
        {".env.dev": "KEY=SECRET-9f8e7d6c\n", ".env.prod": "KEY=SECRET-9f8e7d6c\n"},
        declaration="[environments.dev]\n[environments.prod]\nprotected = true\n"
        '[variables.KEY]\nsecret = true\nshared = ["dev", "prod"]\n',
        asked="dev",
        environment="dev",
    ),
]

AMBIENT = [
    Scenario(
        "the shell's DATABASE_URL differs from the file's",
        TESTING,
        process={"ENV": "testing", "DATABASE_URL": PROD},
        environment="testing",
        problems=(("FD306", "DATABASE_URL"),),
        requirement="A10",
    ),
    Scenario(
        "the shell says the same as the file",
        TESTING,
        process={"ENV": "testing", "DATABASE_URL": TEST},
        environment="testing",
        values={"DATABASE_URL": TEST},
    ),
    Scenario(
        "overridable where declared",
        TESTING,
        declaration=FOUR.replace(
            "required = true\n[variables.SECRET_KEY]",
            'required = true\noverridable = ["testing"]\n[variables.SECRET_KEY]',
        ),
        process={"ENV": "test", "DATABASE_URL": DEV},
        environment="testing",
        values={"DATABASE_URL": DEV},
    ),
    Scenario(
        "a plain variable of the shell wins",
        _env("testing", TEST, "LOG_LEVEL=INFO"),
        process={"ENV": "testing", "LOG_LEVEL": "ERROR"},
        environment="testing",
        values={"LOG_LEVEL": "ERROR"},
    ),
    Scenario(
        "a protected environment takes its values from the platform",
        PRODUCTION,
        process={"ENV": "production", "DATABASE_URL": PROD + "2"},
        environment="production",
        values={"DATABASE_URL": PROD + "2"},
    ),
    Scenario(
        "split brain: the shell's DB_HOST moves the file's URL",
        {".env.testing": "DB_HOST=test\nDATABASE_URL=postgresql://${DB_HOST}/x\n"},
        process={"ENV": "testing", "DB_HOST": "prod"},
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "one view of merged values: no split brain in what is plain",
        _env("testing", TEST, "HOST=test", "LINK=//${HOST}"),
        process={"ENV": "testing", "HOST": "other"},
        environment="testing",
        values={"HOST": "other", "LINK": "//other"},
    ),
    Scenario(
        "stale layer: a later file moves what an earlier one refers to",
        {"base.env": "HOST=base\nURL=//${HOST}\n", ".env.dev": "HOST=later\n"},
        declaration='[files]\ntemplates = ["base.env", ".env.{env}"]\n[environments.dev]\n',
        asked="dev",
        environment="dev",
        values={"URL": "//later"},
    ),
    Scenario(
        "the shell alone sets a secret: allowed, and said",
        TESTING,
        process={"ENV": "testing", "SECRET_KEY": "SECRET-from-ci-1234"},
        environment="testing",
        values={"SECRET_KEY": "SECRET-from-ci-1234"},
        problems=(("FD311", "SECRET_KEY"),),
    ),
    Scenario(
        "an unset reference",
        _env("testing", TEST, "A=${NOPE}"),
        asked="testing",
        environment="testing",
        problems=(("FD221", "A"),),
    ),
    Scenario(
        "a cycle",
        _env("testing", TEST, "A=${B}", "B=${A}"),
        asked="testing",
        environment="testing",
        problems=(("FD222", "A"),),
    ),
    Scenario(
        "defaults and alternatives",
        _env("testing", TEST, "A=${NOPE:-d}", "E=", "B=${E:-d}", "C=${E-d}", "D=${A:+alt}"),
        asked="testing",
        environment="testing",
        values={"A": "d", "B": "d", "C": "", "D": "alt"},
    ),
]

# What a stale or a hostile shell tries, and the legitimate twin of each try, which must pass.
HOSTED = "DATABASE_URL=postgresql://app@${DB_HOST:-localhost}/handbook_test\n"
LOCAL = "postgresql://app@localhost/handbook_test"
DECLARED_HOST = FOUR + "[variables.DB_HOST]\noverridable = true\n"

THROUGH_REFERENCES = [
    Scenario(
        "the reference to a selector means the chosen environment, not the shell's word",
        {".env.testing": "DATABASE_URL=postgresql://localhost/app_${APP_ENV}\n"},
        process={"APP_ENV": "production"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": "postgresql://localhost/app_testing"},
        requirement="A8",
    ),
    Scenario(
        "the reference to a selector is the name, not an alias, as the command sees it",
        {".env.testing": "APP_ENV=test\nDATABASE_URL=postgresql://localhost/app_${APP_ENV}\n"},
        process={"APP_ENV": "test"},
        environment="testing",
        values={"DATABASE_URL": "postgresql://localhost/app_testing", "APP_ENV": "testing"},
    ),
    Scenario(
        "what another environment's file makes of a selector is that environment's name",
        {
            ".env.testing": "DATABASE_URL=postgresql://localhost/app_production\n",
            ".env.production": "DATABASE_URL=postgresql://localhost/app_${APP_ENV}\nDEBUG=false\n",
        },
        asked="testing",
        environment="testing",
        problems=(("FD401", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "the shell answers a reference that has a default",
        {".env.testing": HOSTED},
        process={"DB_HOST": "db.example.com"},
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "nobody answers it",
        {".env.testing": HOSTED},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": LOCAL},
    ),
    Scenario(
        "the shell answers what the default says",
        {".env.testing": HOSTED},
        process={"DB_HOST": "localhost"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": LOCAL},
    ),
    Scenario(
        "the shell may answer it where that is declared",
        {".env.testing": HOSTED},
        declaration=DECLARED_HOST,
        process={"DB_HOST": "db.ci"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": "postgresql://app@db.ci/handbook_test"},
    ),
    Scenario(
        "the shell answers through a second reference",
        {".env.testing": "BASE=//${DB_HOST:-localhost}\nDATABASE_URL=postgresql:${BASE}/x\n"},
        process={"DB_HOST": "db.example.com"},
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "the shell moves a declared default",
        {".env.testing": "DATABASE_URL=postgresql://${DB_HOST}/x\n"},
        declaration=FOUR + '[variables.DB_HOST]\ndefault = "localhost"\n',
        process={"DB_HOST": "db.example.com"},
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "two variables of the shell that stand in for each other",
        {".env.testing": "DATABASE_URL=postgresql://${A:-${B:-localhost}}/x\n"},
        process={"A": "db.example.com", "B": "db.example.com"},
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"), ("FD307", "DATABASE_URL")),
    ),
    Scenario(
        "the file demands a part from whoever starts it",
        {".env.testing": "DATABASE_URL=postgresql://app:${DB_PASSWORD}@localhost/x\n"},
        process={"DB_PASSWORD": "SECRET-1a2b"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": "postgresql://app:SECRET-1a2b@localhost/x"},
    ),
    Scenario(
        "a demanded part does not hide one with a default",
        {".env.testing": "DATABASE_URL=postgresql://app:${DB_PASSWORD}@${DB_HOST:-localhost}/x\n"},
        process={"DB_PASSWORD": "SECRET-1a2b", "DB_HOST": "db.example.com"},
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "the person's own folder is no other environment",
        {".env.testing": "DATABASE_URL=sqlite:///${HOME:-/tmp}/x.db\n"},
        process={"HOME": "/home/me"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": "sqlite:////home/me/x.db"},
    ),
    Scenario(
        "the shell exports the address and the part it is made of",
        {".env.testing": "DB_HOST=localhost\nDATABASE_URL=postgresql://${DB_HOST}/x\n"},
        process={"DB_HOST": "db.example.com", "DATABASE_URL": "postgresql://db.example.com/x"},
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "the same, where only a default says the part",
        {".env.testing": HOSTED},
        process={
            "DB_HOST": "db.example.com",
            "DATABASE_URL": "postgresql://app@db.example.com/handbook_test",
        },
        asked="testing",
        environment="testing",
        problems=(("FD307", "DATABASE_URL"),),
    ),
    Scenario(
        "the address is the file's own, whatever its part says in the shell",
        {".env.testing": "DB_HOST=localhost\nDATABASE_URL=postgresql://${DB_HOST}/x\n"},
        process={"DB_HOST": "db.example.com", "DATABASE_URL": "postgresql://localhost/x"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": "postgresql://localhost/x"},
    ),
    Scenario(
        "a second run inside the first, with a demanded part",
        {".env.testing": "DATABASE_URL=postgresql://app:${DB_PASSWORD}@localhost/x\n"},
        process={
            "APP_ENV": "testing",
            "DB_PASSWORD": "SECRET-1a2b",
            "DATABASE_URL": "postgresql://app:SECRET-1a2b@localhost/x",
        },
        environment="testing",
        values={"DATABASE_URL": "postgresql://app:SECRET-1a2b@localhost/x"},
    ),
    Scenario(
        "another address than the file makes with the shell's help",
        {".env.testing": "DATABASE_URL=postgresql://app:${DB_PASSWORD}@localhost/x\n"},
        process={"DB_PASSWORD": "SECRET-1a2b", "DATABASE_URL": PROD},
        asked="testing",
        environment="testing",
        problems=(("FD306", "DATABASE_URL"),),
    ),
    Scenario(
        "production as the default of a reference",
        {".env.testing": f"DATABASE_URL=${{DB:-{PROD}}}\n", **PRODUCTION},
        asked="testing",
        environment="testing",
        problems=(("FD401", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "the shell cannot hide what production owns",
        {
            ".env.testing": f"DATABASE_URL={PROD}\n",
            ".env.production": f"DATABASE_URL=${{DB:-{PROD}}}\nDEBUG=false\n",
        },
        process={"DB": "postgresql://localhost/elsewhere"},
        asked="testing",
        environment="testing",
        problems=(("FD401", "DATABASE_URL"),),
        requirement="A8",
    ),
    Scenario(
        "nor can it hide what production owns with its help",
        {
            ".env.testing": "DATABASE_URL=postgresql://db.example.com/x\n",
            ".env.production": "DATABASE_URL=postgresql://${DB:-other}/x\nDEBUG=false\n",
        },
        process={"DB": "db.example.com"},
        asked="testing",
        environment="testing",
        problems=(("FD401", "DATABASE_URL"),),
    ),
    Scenario(
        "production by reference is another database",
        {**TESTING, ".env.production": "DATABASE_URL=postgresql://${DB:-other}/x\nDEBUG=false\n"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": TEST},
    ),
]

ODD_SHELLS = [
    Scenario(
        "the shell empties what the file sets",
        TESTING,
        process={"DATABASE_URL": ""},
        asked="testing",
        environment="testing",
        problems=(("FD302", "DATABASE_URL"), ("FD306", "DATABASE_URL")),
        requirement="A8",
    ),
    Scenario(
        "a run of testing inside a run of production",
        {**TESTING, **PRODUCTION},
        process={"APP_ENV": "production", "ENV": "production", "DATABASE_URL": PROD, "DEBUG": "false"},
        asked="testing",
        environment="testing",
        problems=(("FD306", "DATABASE_URL"), ("FD401", "DATABASE_URL")),
    ),
    Scenario(
        "a run of production inside a run of testing",
        {**TESTING, **PRODUCTION},
        process={"APP_ENV": "testing", "ENV": "testing", "DATABASE_URL": TEST},
        asked="production",
        environment="production",
        problems=(("FD401", "DATABASE_URL"),),
    ),
    Scenario(
        "a run of testing inside a run of testing",
        {**TESTING, **PRODUCTION},
        process={"APP_ENV": "testing", "ENV": "testing", "DATABASE_URL": TEST},
        asked="test",
        environment="testing",
        values={"DATABASE_URL": TEST},
    ),
    Scenario(
        "an activated virtual environment exports production, selector and all",
        {**TESTING, **DEVELOPMENT},
        process={"APP_ENV": "production", "DATABASE_URL": PROD, "SECRET_KEY": "SECRET-0f1e"},
        asked="dev",
        environment="development",
        problems=(("FD306", "DATABASE_URL"), ("FD311", "SECRET_KEY")),
    ),
    Scenario(
        "the shell exports a live key under a name nobody declared, over the file's test key",
        _env("testing", TEST, "STRIPE_KEY=sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
        process={"STRIPE_KEY": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"},
        asked="testing",
        environment="testing",
        problems=(("FD403", "STRIPE_KEY"),),
        requirement="A10",
    ),
]

SPELLED_SELECTORS = [
    *(
        Scenario(
            f"the selector of .env spelled {text!r}",
            {**DEVELOPMENT, ".env": text.encode()},
            environment="development",
            values={"DATABASE_URL": DEV},
        )
        for text in (
            "export APP_ENV=dev\n",
            "APP_ENV = dev\n",
            "\ufeffAPP_ENV=dev\r\n",
            "APP_ENV='dev'\r\n",
            '  APP_ENV="dev"  # here\n',
            "APP_ENV=dev\nENV=development",
        )
    ),
    *(
        Scenario(
            f"the selector of .env is no plain name: {text!r}",
            {**DEVELOPMENT, ".env": text.encode()},
            problems=((code, subject),),
        )
        for text, code, subject in (
            ("APP_ENV=$WORLD\n", "FD106", "APP_ENV"),
            ("APP_ENV=\n", "FD105", "APP_ENV"),
            ("APP_ENV=Dev\n", "FD102", "'Dev'"),
            ("APP_ENV=' dev'\n", "FD102", "' dev'"),
            ("APP_ENV=dev\nENV=testing\n", "FD103", "APP_ENV"),
            ("APP_ENV=dev\nexport APP_ENV=testing\n", "FD211", "APP_ENV"),
            ("APP_ENV\n", "FD210", ".env"),
            ("APP_ENV=dev\nthis is junk\n", "FD210", ".env"),
            ("app_env=dev\n", "FD101", "APP_ENV"),
        )
    ),
    Scenario(
        "an unreadable .env might have chosen",
        {**DEVELOPMENT, ".env": b"APP_ENV=dev\n#\xff\n"},
        problems=(("FD207", ".env"),),
    ),
]

LAYERS = [
    Scenario(
        "an optional file wins over the fallback as over the file that is missing",
        {".env": f"DATABASE_URL={DEV}\nTAG=fallback\n", ".env.testing.local": "TAG=mine\n"},
        declaration=FOUR + '[files]\noptional = [".env.{env}.local"]\n',
        asked="testing",
        environment="testing",
        values={"TAG": "mine", "DATABASE_URL": DEV},
        problems=(("FD202", ".env.testing"),),
    ),
    Scenario(
        "a shared file and a fallback that is the same file is read once",
        {".env": f"DATABASE_URL={DEV}\n"},
        declaration=FOUR + '[files]\ntemplates = [".env", ".env.{env}"]\n',
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": DEV},
        problems=(("FD202", ".env.testing"),),
    ),
    Scenario(
        "the missing files are not made up for when another file is broken",
        {"base.env": b"\xff", ".env": f"DATABASE_URL={DEV}\n"},
        declaration=FOUR + '[files]\ntemplates = ["base.env", ".env.{env}"]\n',
        asked="testing",
        environment="testing",
        problems=(("FD207", "base.env"),),
    ),
    Scenario(
        "a declared default is the last resort",
        {".env.testing": f"DATABASE_URL={TEST}\n"},
        declaration=FOUR + '[variables.PORT]\ntype = "int"\ndefault = 8000\n',
        asked="testing",
        environment="testing",
        values={"PORT": "8000"},
    ),
    Scenario(
        "a default that no process can be given",
        {".env.testing": f"DATABASE_URL={TEST}\n"},
        declaration=FOUR + '[variables.MOTTO]\ndefault = "a\\u0000b"\n',
        asked="testing",
        environment="testing",
        problems=(("FD208", "MOTTO"),),
    ),
    Scenario(
        "a secret that only the declaration's default gives is everybody's",
        {**TESTING, **PRODUCTION},
        declaration=FOUR + '[variables.SIGNING]\nsecret = true\ndefault = "SECRET-7d6c5b4a"\n',
        asked="testing",
        environment="testing",
        problems=(("FD402", "SIGNING"),),
    ),
    Scenario(
        "the selector itself may be declared and required",
        {".env.testing": f"ENV=testing\nDATABASE_URL={TEST}\n"},
        declaration=FOUR + "[variables.ENV]\nrequired = true\n",
        asked="testing",
        environment="testing",
        values={"ENV": "testing"},
        requirement="A7",
    ),
    Scenario(
        "production's DEBUG in two spellings, which a settings class takes for one",
        _env("production", PROD, "DEBUG=false", "debug=true"),
        asked="production",
        environment="production",
        problems=(("FD313", "DEBUG"),),
        requirement="A8",
    ),
    Scenario(
        "two spellings that say the same",
        _env("production", PROD, "DEBUG=false", "debug=false"),
        asked="production",
        environment="production",
        values={"DEBUG": "false", "debug": "false"},
    ),
    Scenario(
        "two spellings that are both declared are two variables",
        _env("production", PROD, "DEBUG=false", "debug=verbose"),
        declaration=FOUR + "[variables.debug]\n",
        asked="production",
        environment="production",
        values={"debug": "verbose"},
    ),
    Scenario(
        "two spellings that nobody declared",
        _env("testing", TEST, "Mode=1", "MODE=2"),
        asked="testing",
        environment="testing",
        values={"Mode": "1", "MODE": "2"},
    ),
    Scenario(
        "a file without a single entry",
        {".env.testing": "# nothing yet\n"},
        declaration="[environments.testing]\n",
        asked="testing",
        environment="testing",
    ),
]

REPLICAS = {
    **_env("testing", TEST, "REPLICA=postgresql://localhost/replica_test", "SITE=https://test.example.org"),
    **_env(
        "production",
        PROD,
        "DEBUG=false",
        "REPLICA=postgresql://db.example.com/replica",
        "SITE=https://www.example.org",
    ),
}

OF_OTHERS = [
    Scenario(
        "production's database under a name that nobody declared, over the file's own",
        REPLICAS,
        process={"REPLICA": PROD},
        asked="testing",
        environment="testing",
        problems=(("FD404", "REPLICA"),),
        requirement="A8",
    ),
    Scenario(
        "the same, spelled otherwise",
        REPLICAS,
        process={"REPLICA": "postgres+asyncpg://me@DB.example.com:5432/handbook?sslmode=require"},
        asked="testing",
        environment="testing",
        problems=(("FD404", "REPLICA"),),
    ),
    Scenario(
        "a database that is nobody's, under a name that nobody declared",
        REPLICAS,
        process={"REPLICA": "postgresql://localhost/scratch"},
        asked="testing",
        environment="testing",
        values={"REPLICA": "postgresql://localhost/scratch"},
    ),
    Scenario(
        "production's own line of an undeclared variable, left in the shell",
        REPLICAS,
        process={"SITE": "https://www.example.org"},
        asked="testing",
        environment="testing",
        problems=(("FD404", "SITE"),),
    ),
    Scenario(
        "the same line where the variable is declared plain: the shell may set it",
        REPLICAS,
        declaration=FOUR + "[variables.SITE]\n",
        process={"SITE": "https://www.example.org"},
        asked="testing",
        environment="testing",
        values={"SITE": "https://www.example.org"},
    ),
    Scenario(
        "a line that production has and testing has not is held back, no more",
        {**TESTING, **REPLICAS, **TESTING},
        process={"SITE": "https://www.example.org"},
        asked="testing",
        environment="testing",
        values={"DATABASE_URL": TEST},
    ),
    Scenario(
        "production's database through a reference of a plain value",
        {**_env("testing", TEST, "BACKUP=${OLD_URL:-none}"), **PRODUCTION},
        process={"OLD_URL": PROD},
        asked="testing",
        environment="testing",
        problems=(("FD404", "OLD_URL"),),
    ),
    Scenario(
        "a reference to what is nobody's",
        {**_env("testing", TEST, "BACKUP=${OLD_URL:-none}"), **PRODUCTION},
        process={"OLD_URL": "postgresql://localhost/scratch"},
        asked="testing",
        environment="testing",
        values={"BACKUP": "postgresql://localhost/scratch"},
    ),
    Scenario(
        "production takes a plain value of the shell that is testing's",
        REPLICAS,
        process={"REPLICA": TEST},
        asked="production",
        environment="production",
        problems=(("FD404", "REPLICA"),),
    ),
    Scenario(
        "a container's usual name in the shell may be any project's",
        {
            **_env("testing", TEST, "BACKUP=${OLD_URL:-none}"),
            **_env("production", "postgresql://app@db/handbook", "DEBUG=false"),
        },
        process={"OLD_URL": "postgresql://me@db/handbook"},
        asked="testing",
        environment="testing",
        values={"BACKUP": "postgresql://me@db/handbook"},
    ),
    Scenario(
        "an address that two environments share on purpose, spelled otherwise",
        {
            **_env("testing", TEST, "CACHE=redis://cache.example.com/1", "NOTE=x"),
            **_env("production", PROD, "DEBUG=false", "CACHE=redis://cache.example.com/1"),
        },
        declaration=FOUR + '[variables.CACHE]\nresource = "cache"\nshared = ["testing", "production"]\n',
        process={"NOTE": "rediss://me@CACHE.example.com:6379/1"},
        asked="testing",
        environment="testing",
        values={"NOTE": "rediss://me@CACHE.example.com:6379/1"},
    ),
    Scenario(
        "a value that two environments share on purpose is nobody's secret from the other",
        {
            **_env("testing", TEST, "KEY=SECRET-9f8e7d6c", "NOTE=x"),
            **_env("production", PROD, "DEBUG=false", "KEY=SECRET-9f8e7d6c"),
        },
        declaration=FOUR + '[variables.KEY]\nsecret = true\nshared = ["testing", "production"]\n',
        process={"NOTE": "SECRET-9f8e7d6c"},
        asked="testing",
        environment="testing",
        values={"NOTE": "SECRET-9f8e7d6c"},
    ),
]

MOUNTED = f'{FOUR}[files]\nsecrets = "secrets"\n'
OF_EACH = f'{FOUR}[files]\nsecrets = "secrets/{{env}}"\n'
ON_A_PLATFORM = MOUNTED.replace("protected = true", 'protected = true\nfallback = "process"')
OWN_KEY = "SECRET-of-a-signing-key-1f93"

SECRET_FILES = [
    Scenario(
        "a mounted secret wins over the env file and is taken as it is",
        {
            **DEVELOPMENT,
            "secrets/DATABASE_URL": f"{DEV}_mounted\n",
            "secrets/SECRET_KEY": "SECRET-$x${Y}#\r\n",
        },
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        values={"DATABASE_URL": f"{DEV}_mounted", "SECRET_KEY": "SECRET-$x${Y}#"},
    ),
    Scenario(
        "a platform's process wins over what it mounts",
        {"secrets/DATABASE_URL": f"{TEST}\n", "secrets/SECRET_KEY": OWN_KEY},
        process={"APP_ENV": "production", "DATABASE_URL": PROD, "DEBUG": "false"},
        declaration=ON_A_PLATFORM,
        environment="production",
        values={"DATABASE_URL": PROD, "SECRET_KEY": OWN_KEY},
        problems=(("FD218", ".env.production"),),
    ),
    Scenario(
        "an env file is made with a mounted password",
        {
            ".env.production": "DATABASE_URL=postgresql://app:${SECRET_KEY}@db.example.com/handbook\nDEBUG=false\n",
            "secrets/SECRET_KEY": f"{OWN_KEY}\n",
        },
        declaration=MOUNTED,
        asked="prod",
        environment="production",
        values={"DATABASE_URL": f"postgresql://app:{OWN_KEY}@db.example.com/handbook"},
    ),
    Scenario(
        "secrets make up for no missing file",
        {"secrets/DATABASE_URL": PROD, "secrets/SECRET_KEY": OWN_KEY},
        process={"DEBUG": "false"},
        declaration=MOUNTED,
        asked="prod",
        environment="production",
        problems=(("FD201", ".env.production"),),
    ),
    Scenario(
        "the shell against a mounted secret",
        {**DEVELOPMENT, "secrets/DATABASE_URL": DEV},
        process={"DATABASE_URL": PROD},
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        problems=(("FD306", "DATABASE_URL"),),
    ),
    Scenario(
        "what is mounted belongs to nobody but the chosen",
        {**DEVELOPMENT, **PRODUCTION, "secrets/SECRET_KEY": OWN_KEY},
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        values={"SECRET_KEY": OWN_KEY},
    ),
    Scenario(
        "another environment's file holds what is mounted",
        {**DEVELOPMENT, **TESTING, "secrets/DATABASE_URL": TEST},
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        problems=(("FD401", "DATABASE_URL"),),
    ),
    Scenario(
        "a folder of each environment, by any of its names",
        {
            **DEVELOPMENT,
            **PRODUCTION,
            "secrets/dev/SECRET_KEY": OWN_KEY,
            "secrets/prod/SECRET_KEY": "SECRET-theirs-77",
        },
        declaration=OF_EACH,
        asked="development",
        environment="development",
        values={"SECRET_KEY": OWN_KEY},
    ),
    Scenario(
        "one secret in the folders of two environments",
        {**DEVELOPMENT, **PRODUCTION, "secrets/dev/SECRET_KEY": OWN_KEY, "secrets/prod/SECRET_KEY": OWN_KEY},
        declaration=OF_EACH,
        asked="development",
        environment="development",
        problems=(("FD402", "SECRET_KEY"),),
    ),
    Scenario(
        "a secret that is no text, one in another case, and a selector",
        {
            **DEVELOPMENT,
            "secrets/SECRET_KEY": b"a\0b",
            "secrets/database_url": DEV,
            "secrets/ENV": "development",
        },
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        problems=(("FD229", "ENV"), ("FD227", "secrets/SECRET_KEY"), ("FD228", "DATABASE_URL")),
    ),
    Scenario(
        "no folder, and a folder with nothing of ours",
        {**DEVELOPMENT, "secrets/of-somebody": "SECRET-x", "secrets/PATH": "x"},
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        values={"DATABASE_URL": DEV},
    ),
    Scenario(
        "a mounted type is held to its kind",
        {**DEVELOPMENT, "secrets/DEBUG": "ture\n"},
        declaration=MOUNTED,
        asked="dev",
        environment="development",
        problems=(("FD303", "DEBUG"),),
    ),
]

SCENARIOS = [
    *SELECTION,
    *FILES,
    *VALUES,
    *ISOLATION,
    *AMBIENT,
    *THROUGH_REFERENCES,
    *ODD_SHELLS,
    *SPELLED_SELECTORS,
    *LAYERS,
    *OF_OTHERS,
    *SECRET_FILES,
]
