"""What a declaration may hold: every wrong table, key and value with its place and the way out."""

from __future__ import annotations

import contextlib
import json
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import schema
from firedoor.errors import DeclarationError
from firedoor.schema import fields
from firedoor.schema.positions import Positions

ENVIRONMENTS = "[environments.dev]\naliases = ['d']\n[environments.prod]\nprotected = true\n"


def compiled(text: str) -> dict[str, object]:
    found = schema.compile_declaration(text.encode(), b"")
    assert found is not None
    return dict(found)


def refused(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(DeclarationError) as error:
        schema.compile_declaration(text.encode(), b"")
    return [(p.code, p.subject, str(p.origin).partition(":")[2]) for p in error.value.problems]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[enviroments.dev]\n", [("FD003", "enviroments", "1:1"), ("FD005", "environments", "1:1")]),
        ("", [("FD005", "environments", "1:1")]),
        (ENVIRONMENTS + "[project]\nselctor = 'X'\n", [("FD003", "project.selctor", "6:1")]),
        (ENVIRONMENTS + "[project]\nname = 3\n", [("FD004", "project.name", "6:1")]),
        (
            ENVIRONMENTS + "project = 3\n"[:0] + "[files]\ntemplates = []\n",
            [("FD004", "files.templates", "6:1")],
        ),
        ("project = 3\n" + ENVIRONMENTS, [("FD004", "project", "1:1")]),
        ("environments = 3\n", [("FD004", "environments", "1:1"), ("FD005", "environments", "1:1")]),
        ("[environments]\ndev = 3\n", [("FD004", "environments.dev", "2:1")]),
        ("[environments.'a b']\n", [("FD004", "environments.a b", "1:1")]),
        ("[environments.'']\n", [("FD004", "environments.", "1:1")]),
        (
            "[environments.dev]\naliases = ['d']\n[environments.d]\n",
            [("FD006", "d", "1:1"), ("FD006", "d", "3:1")],
        ),
        ("[environments.dev]\nprotected = 'yes'\n", [("FD004", "environments.dev.protected", "2:1")]),
        ("[environments.dev]\nfallback = 'maybe'\n", [("FD004", "environments.dev.fallback", "2:1")]),
        (ENVIRONMENTS + "[project]\ndefault = 'prd'\n", [("FD007", "prd", "6:1")]),
        (ENVIRONMENTS + "[variables.X]\nrequired = ['prdo']\n", [("FD007", "prdo", "6:1")]),
        (ENVIRONMENTS + "[variables.X]\nrequired = 1\n", [("FD004", "variables.X.required", "6:1")]),
        (ENVIRONMENTS + "[variables.X]\ntype = 'boolean'\n", [("FD004", "variables.X.type", "6:1")]),
        (ENVIRONMENTS + "[variables.X]\ntype = 'enum'\n", [("FD004", "variables.X", "5:1")]),
        (ENVIRONMENTS + "[variables.X]\nresource = 'databse'\n", [("FD004", "variables.X.resource", "6:1")]),
        (ENVIRONMENTS + "[variables.X]\ndefault = [1]\n", [("FD004", "variables.X.default", "6:1")]),
        (ENVIRONMENTS + "[variables.'1X']\n", [("FD004", "variables.1X", "5:1")]),
        (
            ENVIRONMENTS + "[environments.prod.require]\nDEBUG = []\n",
            [("FD004", "environments.prod.require", "5:1")],
        ),
        (
            ENVIRONMENTS + "[environments.prod.require]\nDEBUG = 'ture'\n[variables.DEBUG]\ntype = 'bool'\n",
            [("FD004", "environments.prod.require.DEBUG", "6:1")],
        ),
        (
            ENVIRONMENTS + "[environments.prod.require]\nDEBUG = 0\n[variables.DEBUG]\ntype = 'bool'\n",
            [("FD004", "environments.prod.require.DEBUG", "6:1")],
        ),
        (
            ENVIRONMENTS + "[environments.prod.require]\n'A B' = 0\n",
            [("FD004", "environments.prod.require.A B", "6:1")],
        ),
        (ENVIRONMENTS + "[files]\ntemplates = '/etc/{env}'\n", [("FD004", "files.templates", "6:1")]),
        (ENVIRONMENTS + "[files]\ntemplates = 'a/../../{env}'\n", [("FD004", "files.templates", "6:1")]),
        (ENVIRONMENTS + "[files]\nfallback_file = ['a']\n", [("FD004", "files.fallback_file", "6:1")]),
        (ENVIRONMENTS + "[files]\noptional = [1]\n", [("FD004", "files.optional", "6:1")]),
        (ENVIRONMENTS + "[settings]\nclass = 'module.Class'\n", [("FD004", "settings.class", "6:1")]),
        (ENVIRONMENTS + "[variables.X]\ndescription = 3\n", [("FD004", "variables.X.description", "6:1")]),
        (
            "[environments.prod.require]\nDEBUG = 3\nX = 1\n[variables]\nX = 3\n",
            [("FD004", "variables.X", "5:1")],
        ),
        ("a = 1\nb = \n", [("FD002", "firedoor.toml", "2:5")]),
        ("a = '", [("FD002", "firedoor.toml", "1:1")]),
        ("variables = 3\n" + ENVIRONMENTS, [("FD004", "variables", "1:1")]),
        ("[environments.dev]\naliases = ['../x']\n", [("FD004", "environments.dev.aliases", "2:1")]),
        ('note = """\n[not a table\n"""\n' + ENVIRONMENTS, [("FD003", "note", "1:1")]),
    ],
)
def test_refused(text: str, problems: list[tuple[str, str, str]]) -> None:
    assert refused(text) == problems


@pytest.mark.parametrize(
    ("declared", "folder"),
    [
        ("/run/secrets", "/run/secrets"),
        ("//run//secrets/", "/run/secrets"),
        ("secrets", "secrets"),
        ("./deploy/secrets/{env}/", "deploy/secrets/{env}"),
    ],
)
def test_the_folder_of_secrets(declared: str, folder: str) -> None:
    text = f"{ENVIRONMENTS}[files]\nsecrets = '{declared}'\n"
    found = schema.compile_declaration(text.encode(), b"")
    assert found is not None
    assert found["secrets"] == folder


@pytest.mark.parametrize(
    "declared",
    ["''", "'.'", "'/'", "'/run/{env}'", "'../secrets'", "'/run/../etc'", "'a\\b'", '"a\\u0000"', "[]"],
)
def test_no_folder_of_secrets(declared: str) -> None:
    assert refused(f"{ENVIRONMENTS}[files]\nsecrets = {declared}\n") == [("FD004", "files.secrets", "6:1")]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("", {}),
        ("files = 'compose.yml'", {"files": ("compose.yml",)}),
        (
            "files = ['compose.yaml', 'deploy/compose.{env}.yaml']",
            {"files": ("compose.yaml", "deploy/compose.{env}.yaml")},
        ),
        ("side_by_side = true", {"side_by_side": True}),
        ("own = ['DATABASE_URL', 'DATABASE_URL']", {"own": ("DATABASE_URL",)}),
        ("unpinned = []", {"unpinned": ()}),
        ("unpinned = ['latest', 'edge']", {"unpinned": ("latest", "edge")}),
        ("debug_ports = [1, 65535]", {"debug_ports": (1, 65535)}),
        ("debug_ports = []", {"debug_ports": ()}),
        ("wait = 1", {"wait": 1}),
    ],
)
def test_services(declared: str, expected: dict[str, object]) -> None:
    assert compiled(f"{ENVIRONMENTS}[services]\n{declared}\n")["services"] == expected


@pytest.mark.parametrize(
    ("declared", "key", "position"),
    [
        ("files = []", "files", "6:1"),
        ("files = ['/etc/compose.yaml']", "files", "6:1"),
        ("files = ['../compose.yaml']", "files", "6:1"),
        ("files = 3", "files", "6:1"),
        ("side_by_side = 'yes'", "side_by_side", "6:1"),
        ("own = 'DATABASE_URL'", "own", "6:1"),
        ("own = [1]", "own", "6:1"),
        ("unpinned = 'latest'", "unpinned", "6:1"),
        ("debug_ports = 5678", "debug_ports", "6:1"),
        ("debug_ports = ['5678']", "debug_ports", "6:1"),
        ("debug_ports = [true]", "debug_ports", "6:1"),
        ("debug_ports = [0]", "debug_ports", "6:1"),
        ("debug_ports = [65536]", "debug_ports", "6:1"),
        ("wait = 0", "wait", "6:1"),
        ("wait = -1", "wait", "6:1"),
        ("wait = true", "wait", "6:1"),
        ("wait = 1.5", "wait", "6:1"),
        ("wait = '120'", "wait", "6:1"),
    ],
)
def test_no_services(declared: str, key: str, position: str) -> None:
    assert refused(f"{ENVIRONMENTS}[services]\n{declared}\n") == [("FD004", f"services.{key}", position)]


def test_services_have_no_other_keys() -> None:
    assert refused(f"{ENVIRONMENTS}[services]\nprofiles = ['a']\n") == [("FD003", "services.profiles", "6:1")]
    assert refused(f"services = 3\n{ENVIRONMENTS}") == [("FD004", "services", "1:1")]


def test_all_problems_at_once_with_suggestions() -> None:
    text = ENVIRONMENTS + "[project]\ndefualt = 'prod'\n[variables.X]\nrequired = ['prdo']\n[variabels]\n"
    with pytest.raises(DeclarationError) as error:
        schema.compile_declaration(text.encode(), b"")
    assert {(p.code, p.facts.get("suggestion")) for p in error.value.problems} == {
        ("FD003", "default"),
        ("FD003", "variables"),
        ("FD007", "prod"),
    }


def test_a_full_declaration() -> None:
    found = compiled(
        """
        [project]
        name = "x"
        selector = "APP_ENV"
        default = "p"
        [files]
        templates = [".envs/.{env}/.django", ".envs/.{env}/.postgres"]
        optional = [".env.local"]
        fallback = "never"
        fallback_file = "base.env"
        [settings]
        class = "app.config:Settings"
        [lock]
        id = "0123456789abcdef"
        [environments.dev]
        profiles = ["dev"]
        fallback = "process"
        [environments.prod]
        aliases = ["p", "p"]
        protected = true
        [environments.prod.require]
        DEBUG = false
        LEVEL = ["WARNING", "ERROR"]
        WORKERS = [4, "8"]
        [variables.DEBUG]
        type = "bool"
        default = true
        [variables.WORKERS]
        type = "int"
        [variables.LEVEL]
        values = ["WARNING", "ERROR"]
        required = ["p"]
        shared_server = ["dev", "p"]
        """
    )
    assert found["default"] == "prod"
    assert found["lock"] == "0123456789abcdef"
    assert found["environments"] == (
        ("dev", (), False, "process", ("dev",), {}, "warning", False, "not-protected", (), "patches", ()),
        (
            "prod",
            ("p",),
            True,
            "never",
            (),
            {"DEBUG": (False,), "LEVEL": ("WARNING", "ERROR"), "WORKERS": (4, 8)},
            "error",
            False,
            "open",
            (),
            "patches",
            (),
        ),
    )
    assert found["variables"] == (
        ("DEBUG", {"type": "bool", "default": "true"}),
        ("WORKERS", {"type": "int"}),
        (
            "LEVEL",
            {
                "values": ("WARNING", "ERROR"),
                "required": ("prod",),
                "shared_server": ("dev", "prod"),
                "type": "enum",
            },
        ),
    )


@pytest.mark.parametrize(
    ("table", "subject", "expected"),
    [
        (
            '[lock]\nid = "0123456789ABCDEF"',
            "lock.id",
            "the 16 hexadecimal digits that `firedoor lock` wrote",
        ),
        ('[lock]\nid = "0123456789abcde"', "lock.id", "the 16 hexadecimal digits that `firedoor lock` wrote"),
        ("[lock]\nid = 1", "lock.id", "the 16 hexadecimal digits that `firedoor lock` wrote"),
        ("[variables.X]\nshared_server = true", "variables.X.shared_server", "a list of environment names"),
        ('[environments.x]\nunstamped = "fatal"', "environments.x.unstamped", "one of error, warning, note"),
    ],
)
def test_what_the_lock_and_stamps_may_hold(table: str, subject: str, expected: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        compiled(ENVIRONMENTS + table)
    (problem,) = refused.value.problems
    assert (problem.code, problem.subject, problem.facts) == ("FD004", subject, {"expected": expected})


def test_a_server_is_shared_by_environments_that_exist() -> None:
    with pytest.raises(DeclarationError) as refused:
        compiled(ENVIRONMENTS + '[variables.X]\nshared_server = ["dve"]')
    (problem,) = refused.value.problems
    assert (problem.code, problem.subject) == ("FD007", "dve")


def test_how_grave_an_unstamped_resource_is_can_be_said() -> None:
    found = compiled('[environments.dev]\nunstamped = "note"\n[environments.prod]\nprotected = true\n')
    assert [environment[6] for environment in found["environments"]] == ["note", "error"]  # type: ignore[attr-defined]  # known at run time only
    assert found["lock"] is None


def test_a_protected_environment_never_falls_back_by_itself() -> None:
    found = compiled('[files]\nfallback = "file"\n' + ENVIRONMENTS)
    assert [environment[3] for environment in found["environments"]] == ["file", "never"]  # type: ignore[attr-defined]  # known at run time only


@pytest.mark.parametrize(
    ("table", "guarded"),
    [
        ("[environments.testing]", (True, "declared", (), "patches")),
        ('[environments.ci]\naliases = ["test"]', (True, "declared", (), "patches")),
        ("[environments.ci]\ntests = true", (True, "declared", (), "patches")),
        ("[environments.test]\ntests = false", (False, "not-protected", (), "patches")),
        ('[environments.test]\nnetwork = "open"\nguard = "audit"', (True, "open", (), "audit")),
        ("[environments.staging]", (False, "not-protected", (), "patches")),
        (
            '[environments.staging]\nreach = ["a:1", "a:1", "b"]',
            (False, "not-protected", ("a:1", "b"), "patches"),
        ),
        ("[environments.live]\nprotected = true", (False, "open", (), "patches")),
        ("[environments.test]\nprotected = true", (False, "open", (), "patches")),
        ('[environments.live]\nprotected = true\nnetwork = "declared"', (False, "declared", (), "patches")),
    ],
)
def test_what_a_guard_is_told(table: str, guarded: tuple[object, ...]) -> None:
    environment = compiled(table)["environments"][0]  # type: ignore[index]  # known at run time only
    assert environment[7:11] == guarded


_REACH = "a list of hosts, each alone or with a port (`[::1]:9000`), paths of sockets, or @domains"


@pytest.mark.parametrize(
    ("table", "subject", "expected"),
    [
        ('network = "closed"', "network", "one of declared, not-protected, open"),
        ('guard = "seal"', "guard", "one of patches, audit"),
        ("tests = 1", "tests", "true or false"),
        ("protected = true\ntests = true", "tests", "false: no tests run in a protected environment"),
        ("reach = 'a'", "reach", _REACH),
        *(
            (f'reach = ["{text}"]', "reach", _REACH)
            for text in (
                "a:b",
                "a:",
                "a:0",
                "a:65536",
                ":80",
                "/",
                "@",
                "@a:1",
                "@a@b",
                "a@b",
                "http://a",
                "a b",
                "[::1",
                "[]:1",
                "[::1]1",
                "[::1]:x",
                "::1",
            )
        ),
    ],
)
def test_what_a_guard_cannot_be_told(table: str, subject: str, expected: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        compiled(f"[environments.x]\n{table}\n")
    (problem,) = refused.value.problems
    assert (problem.code, problem.subject) == ("FD004", f"environments.x.{subject}")
    assert problem.facts == {"expected": expected}


@pytest.mark.parametrize(
    "text", ["a", "a:1", "a.example.org:65535", "[::1]", "[::1]:9000", "/run/x.sock", "@example.org"]
)
def test_what_can_be_reached(text: str) -> None:
    environment = compiled(f'[environments.x]\nreach = ["{text}"]')["environments"][0]  # type: ignore[index]  # known at run time only
    assert environment[9] == (text,)


@given(st.binary(max_size=200))
def test_bytes_are_compiled_or_refused(data: bytes) -> None:
    with contextlib.suppress(DeclarationError):
        schema.compile_declaration(data, b"")


VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.text(max_size=5),
        st.sampled_from(["dev", "bool", "database", ".env.{env}"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "X", "type", "require"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = [
    (table, name)
    for table, members in (
        ("project", fields.PROJECT),
        ("files", fields.FILES),
        ("settings", fields.SETTINGS),
        ("services", fields.SERVICES),
        ("environment", fields.ENVIRONMENT),
        ("variable", fields.VARIABLE),
    )
    for name in members
]


@given(st.sampled_from(FIELDS), VALUES)
def test_what_the_compiler_accepts_the_published_schema_accepts(
    field: tuple[str, str], value: object
) -> None:
    table, name = field
    tables = {
        "project": fields.PROJECT,
        "files": fields.FILES,
        "settings": fields.SETTINGS,
        "services": fields.SERVICES,
        "environment": fields.ENVIRONMENT,
        "variable": fields.VARIABLE,
    }
    expected, _ = tables[table][name].fit(value)
    if not expected:
        document: dict[str, object] = {"environments": {"dev": {}}}
        if table == "environment":
            document["environments"] = {"dev": {name: value}}
        elif table == "variable":
            document["variables"] = {"X": {name: value}}
        else:
            document[table] = {name: value}
        if isinstance(value, list) and len({json.dumps(item) for item in value}) < len(value):
            return  # the compiler reads a name listed twice as once; editors underline it
        jsonschema.validate(document, fields.json_schema())


def test_the_published_schema_is_one_and_knows_the_designed_declaration() -> None:
    published = fields.json_schema()
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(
        tomllib.loads(ENVIRONMENTS + "[environments.prod.require]\nDEBUG = false\n"), published
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"environments": {"dev": {"protectd": True}}}, published)


def test_positions_survive_long_texts() -> None:
    text = 'a = """\n[not.a.table]\nb = 1\n"""\n[t]\n"dotted.key".x = 1\n[[list]]\nk = 1\n'
    positions = Positions(text)
    assert positions.find(("t", "dotted.key", "x")) == (6, 1)
    assert positions.find(("list", "k")) == (8, 1)
    assert positions.find(("nowhere",)) == (1, 1)


@pytest.mark.parametrize(
    ("word", "near"),
    [("prodution", "production"), ("Production", "production"), (" testing", "testing"), ("zzz", "")],
)
def test_nearest(word: str, near: str) -> None:
    assert schema.nearest(word, ["production", "testing"]) == near


_ACCEPTS = "a list of environments of this project, or of others as project/environment"


@pytest.mark.parametrize(
    ("accepts", "code", "subject", "facts"),
    [
        ('"stagin"', "FD007", "stagin", {"suggestion": "staging"}),
        ('"gateway/"', "FD004", "environments.testing.accepts", {"expected": _ACCEPTS}),
        ('"/testing"', "FD004", "environments.testing.accepts", {"expected": _ACCEPTS}),
        ('"a/b/c"', "FD004", "environments.testing.accepts", {"expected": _ACCEPTS}),
        ("1", "FD004", "environments.testing.accepts", {"expected": _ACCEPTS}),
    ],
)
def test_whose_calls_an_environment_cannot_accept(
    accepts: str, code: str, subject: str, facts: dict[str, str]
) -> None:
    with pytest.raises(DeclarationError) as refused:
        compiled(f"[environments.testing]\naccepts = [{accepts}]\n[environments.staging]")
    (problem,) = refused.value.problems
    assert (problem.code, problem.subject, problem.facts) == (code, subject, facts)


def test_what_an_environment_accepts_is_named_by_its_own_name() -> None:
    found = compiled(
        '[environments.testing]\naccepts = ["stage", "staging", "gateway/testing"]\n'
        '[environments.staging]\naliases = ["stage"]'
    )
    assert [one[11] for one in found["environments"]] == [("staging", "gateway/testing"), ()]  # type: ignore[attr-defined]  # known at run time only
