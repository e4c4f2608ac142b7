"""Where libpq would connect to is among what we read, whatever the text, the variables and the service files say."""

from __future__ import annotations

import getpass
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from psycopg import pq

from firedoor import resources
from firedoor.resources import host, postgresql

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESSES = st.sampled_from(("127.0.0.2", "127.2", "0x7f000002", "2130706434", "::1", "::ffff:7f00:2"))
HOSTS = st.one_of(ADDRESSES, st.sampled_from(("localhost", "/tmp", "/nowhere/run", "@abstract", "")))
PORTS = st.sampled_from(("5432", "6000", "", "05433", " 6001 ", "+6002"))
NAMES = st.sampled_from(("app", "prod_db", "x y", "a'b", "back\\slash", "p%42", "a#b", "a/b", "a@b", "ä"))
PAIRS = st.fixed_dictionaries(
    {},
    optional={
        "host": st.lists(HOSTS, min_size=1, max_size=2).map(",".join),
        "hostaddr": ADDRESSES,
        "port": PORTS,
        "dbname": NAMES,
        "user": NAMES,
        "service": st.sampled_from(("one", "two", "none")),
    },
)
SERVICES = """\
# services of a test
[two]
  host=127.0.0.4
port=7000
host=127.0.0.5
[one]
hostaddr=127.0.0.3
dbname=of_one
user=service_user
[one]
dbname=never
"""
VARIABLES = st.fixed_dictionaries(
    {},
    optional={
        "PGHOST": HOSTS,
        "PGHOSTADDR": ADDRESSES,
        "PGPORT": PORTS,
        "PGDATABASE": NAMES,
        "PGUSER": NAMES,
        "PGSERVICE": st.sampled_from(("one", "two", "none")),
    },
)
REFUSALS = (
    b"definition of service",
    b"syntax error",
    b"could not match",
    b"invalid",
    b"missing",
    b"extra",
    b"unexpected",
    b"forbidden",
    b"end of string",
    b"unterminated",
)
_KNOWN = (
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
)


def connected(text: str, variables: Mapping[str, str]) -> set[tuple[str, ...]] | None:
    """Where libpq itself sets out to, with these variables; None when it refuses the text."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _KNOWN:
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        connection = pq.PGconn.connect_start(text.encode())
        refused = any(word in connection.error_message for word in REFUSALS)
        options = (
            {} if refused else {one.keyword.decode(): (one.val or b"").decode() for one in connection.info}
        )
        connection.finish()
    if refused:
        return None
    addresses, hosts = options["hostaddr"].split(","), options["host"].split(",")
    ports = options["port"].split(",")
    count = len(addresses) if options["hostaddr"] else len(hosts)
    if not all(port.strip().removeprefix("+").isdigit() for port in ports if port):
        return None
    if len(ports) not in {1, count} or (options["hostaddr"] and options["host"] and len(hosts) != count):
        return None
    found: set[tuple[str, ...]] = set()
    for index in range(count):
        name = (addresses[index] if options["hostaddr"] else "") or (
            hosts[index] if index < len(hosts) else ""
        )
        port = ports[index if len(ports) > 1 else 0]
        database = options["dbname"] or options["user"]
        if database and not database.strip("/"):
            return None  # nobody calls a database that
        if database == getpass.getuser():
            database = ""  # nobody said any
        server, number = postgresql._server(name, host.port(port, "5432"))
        found.add(("postgresql", server, number, database.strip("/")))
    return found


def agrees(text: str, variables: Mapping[str, str]) -> None:
    """What libpq connects to is what we read; what it refuses for its service is unknown."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "services.conf"
        file.write_text(SERVICES)
        given = {**variables, "PGSERVICEFILE": str(file), "PGSYSCONFDIR": folder}
        found, unknown = resources.read("database", text, resources.Where("/", given))
        expected = connected(text, given)
    assume(expected is not None)
    assert expected is not None
    read = {(*identity[:3], identity[3].strip("/")) for identity in found}
    assert expected <= read or unknown, (text, variables, expected, found)
    if not unknown:
        assert found


@given(PAIRS, VARIABLES)
@example({"host": "127.0.0.2", "dbname": "prod_db"}, {"PGHOSTADDR": "127.2"})
@example({"dbname": "x"}, {"PGSERVICE": "one"})
@example({"service": "two"}, {"PGPORT": "1"})
def test_of_keywords(pairs: dict[str, str], variables: dict[str, str]) -> None:
    escaped = {key: value.replace("\\", "\\\\").replace("'", "\\'") for key, value in pairs.items()}
    text = " ".join(f"{key}='{value}'" for key, value in escaped.items())
    assume(text)
    agrees(text, variables)


@given(PAIRS, PAIRS, VARIABLES, st.booleans())
@example({"host": "127.0.0.9"}, {"host": "127.0.0.2", "dbname": "prod_db"}, {}, True)
@example({"host": "127.0.0.9", "dbname": "a#b", "user": "u:p"}, {"hostaddr": "127.2"}, {}, False)
def test_of_uris(
    authority: dict[str, str], options: dict[str, str], variables: dict[str, str], everything: bool
) -> None:
    safe = "" if everything else "~!$'()*;,"
    hosts = [
        quote(f"[{one}]" if ":" in one else one, safe=f"{safe}[]:")
        for one in authority.get("host", "").split(",")
    ]
    port = authority.get("port", "").strip().removeprefix("+")
    netloc = ",".join(f"{one}:{port}" if port else one for one in hosts)
    user = quote(authority["user"], safe=safe) + "@" if "user" in authority else ""
    query = "&".join(f"{key}={quote(value, safe=safe)}" for key, value in options.items())
    text = f"postgresql://{user}{netloc}/{quote(authority.get('dbname', ''), safe=safe)}" + (
        f"?{query}" if query else ""
    )
    agrees(text, variables)


RAW = st.lists(
    st.sampled_from(
        (
            "a",
            "127.0.0.2",
            "127.0.0.9",
            ":",
            "@",
            "/",
            "?",
            "#",
            ",",
            "5432",
            "host=",
            "dbname=",
            "&",
            "%40",
            "[::1]",
        )
    ),
    max_size=9,
).map("".join)


@given(RAW)
@example("u@127.0.0.2,x@127.0.0.9/db")
@example("u:p#w@127.0.0.2/db")
@example("u:p?w@127.0.0.2/db#x")
def test_of_whatever_libpq_takes(rest: str) -> None:
    agrees(f"postgresql://{rest}", {})
