"""SQL Server: URLs, and the ``Server=...;Database=...`` of .NET and ODBC."""

from firedoor.resources import host, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORT = "1433"
_SERVER = ("server", "data source", "address", "addr", "network address")
_DATABASE = ("database", "initial catalog")


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """One identity for the server, a named instance being a part of its name, and the database."""
    if "://" in text:
        return frozenset(("mssql", *identity[1:]) for identity in url.identities(text, where))
    pairs = [pair.partition("=") for pair in text.split(";") if "=" in pair]
    given = {key.strip().lower(): value.strip().strip("{}'\"") for key, _, value in pairs}
    server = next((given[key] for key in _SERVER if key in given), "")
    database = next((given[key] for key in _DATABASE if key in given), "")
    name, _, port = server.removeprefix("tcp:").partition(",")
    return frozenset(
        {("mssql", host.canonical(name.replace("(local)", "")), host.port(port, _PORT), database)}
    )
