"""SQL Server: URLs, and the ``Server=...;Database=...`` of .NET and ODBC."""

from firedoor.resources import host, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORT = "1433"
_SERVER = ("server", "data source", "address", "addr", "network address")
_DATABASE = ("database", "databasename", "initial catalog")


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """One identity for the server, a named instance being a part of its name, and the database.

    The case of a database's name does not count, as for most servers.
    """
    if "://" not in text:
        return frozenset(_of_pairs(text))
    parts = url.standard(text)
    inner = parts.option("odbc_connect")  # SQLAlchemy hands it on as it is
    if inner:
        return frozenset(_of_pairs(inner))
    if ";" in parts.netloc:  # JDBC: sqlserver://host:port;databaseName=...
        server, _, rest = parts.netloc.partition(";")
        return frozenset(_of_pairs(f"server={server.replace(':', ',')};{rest}"))
    return frozenset((*place, database.lower()) for *place, database in url.identities(text, where))


def _of_pairs(text: str) -> "Iterator[Identity]":
    """What SQL Server's clients read; with ``Server`` and ``Database`` also what PostgreSQL's and MySQL's do."""
    pairs = [pair.partition("=") for pair in text.split(";") if "=" in pair]
    given = {key.strip().lower(): value.strip().strip("{}'\"") for key, _, value in pairs}
    server = next((given[key] for key in _SERVER if key in given), "")
    database = next((given[key] for key in _DATABASE if key in given), "")
    name, _, port = server.removeprefix("tcp:").removeprefix("np:").partition(",")
    name = host.canonical(name.replace("(local)", ""))
    yield "mssql", name, host.port(port, _PORT), database.lower()
    if "server" in given and "database" in given:
        port = given.get("port", "")
        yield "postgresql", name, host.port(port, "5432"), database
        yield "mysql", name, host.port(port, "3306"), database.lower()
