"""Which families of resources there are, which schemes mean them, which file reads them: the one registry."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.resources import Identity
    from firedoor.resources.where import Where

    Spelled = Callable[[str, Where], frozenset[Identity]]

# family: the schemes that mean it, drivers left out
_FAMILIES = {
    "postgresql": "postgresql postgres pgsql psql pg postgis pgvector cockroachdb cockroach redshift timescaledb "
    "timescale timescalegis alloydb ecto psycopg psycopg2 asyncpg pg8000",
    "mysql": "mysql mysql2 mysqlx mysqlgis mysqldb pymysql aiomysql asyncmy mariadb percona tidb",
    "sqlite": "sqlite sqlite3 sqlcipher spatialite libsql",
    "duckdb": "duckdb",
    "file": "file",
    "redis": "redis rediss valkey valkeys unix sentinel redis-sentinel redis-cluster redis-socket keydb dragonfly "
    "rediscache hiredis aioredis",
    "s3": "s3 s3a s3n minio",
    "gs": "gs gcs",
    "az": "az abfs abfss wasb wasbs adl azure",
    "amqp": "amqp amqps pyamqp librabbitmq rabbitmq",
    "http": "http https ws wss grpc grpcs",
    "smtp": "smtp smtps submission submissions",
    "mongodb": "mongodb mongo",
    "qdrant": "qdrant qdrants",
    "chroma": "chroma chromas chromadb",
    "cassandra": "cassandra",
    "clickhouse": "clickhouse clickhouses",
    "elasticsearch": "elasticsearch es",
    "ftp": "ftp ftps",
    "kafka": "kafka confluentkafka",
    "ldap": "ldap ldaps",
    "memcached": "memcached memcache pymemcache pylibmc",
    "mqtt": "mqtt mqtts",
    "mssql": "mssql mssqlms pymssql sqlserver",
    "nats": "nats",
    "neo4j": "neo4j neo4js bolt",
    "opensearch": "opensearch",
    "oracle": "oracle oraclegis",
    "sftp": "sftp ssh",
}
SCHEMES = {scheme: name for name, schemes in _FAMILIES.items() for scheme in schemes.split()}
_BETWEEN_WORDS = {ord(mark): " " for mark in "+-._"}


def of_scheme(scheme: str) -> str:
    """The family that a scheme means; itself where nothing here knows it.

    What is spoken stands before a driver (``postgresql+asyncpg``), or behind the word of a library that takes addresses
    of several families (``db+postgresql``, ``django-mysql``).
    """
    words = scheme.translate(_BETWEEN_WORDS).split()
    return next((SCHEMES[word] for word in words if word in SCHEMES), scheme.partition("+")[0])


# family to the module that reads it; what is not listed reads like any URL
_MODULES = {
    **{
        name: name
        for name in ("postgresql", "mysql", "sqlite", "redis", "s3", "amqp", "http", "smtp", "mongodb")
    },
    "duckdb": "sqlite",
    "file": "sqlite",
    "gs": "blob",
    "az": "blob",
    "qdrant": "vector",
    "chroma": "vector",
    "mssql": "mssql",
    "name": "name",
}


def reader(name: str, kind: str) -> "Spelled":
    """The function that reads a family's texts."""
    module = __import__(f"firedoor.resources.{_MODULES.get(name, 'url')}", fromlist=["identities"])
    found: Spelled = module.identities
    if kind == "vector" and name == "postgresql":
        found = module.of_collections
    return found


def _database(text: str) -> str:
    if any(f"@{network}(" in text for network in ("", "tcp", "tcp4", "tcp6", "unix")):
        return "mysql"
    if "=" in text:
        is_windows = ";" in text and any(word in text.lower() for word in ("server=", "data source="))
        return "mssql" if is_windows else "postgresql"
    from firedoor.resources import sqlite

    return "sqlite" if sqlite.is_path(text) else "name"


def _bucket(text: str) -> str:
    if text.startswith(("/", "./", "../", "~")) or text[1:3] == ":\\":
        return "file"
    return "az" if "accountname=" in text.lower() else "s3"


def _vector(text: str) -> str:
    if "=" in text:
        return "postgresql"
    if text.startswith((".", "/", "~")) or text[1:3] == ":\\":
        return "file"
    from firedoor.resources import vector

    return vector.store(f"http://{text}") or "name"


# What a text without a scheme is, by its declared kind.
WITHOUT_SCHEME: "dict[str, Callable[[str], str]]" = {
    "database": _database,
    "bucket": _bucket,
    "vector": _vector,
    "cache": lambda _: "name",
    "queue": lambda _: "name",
    "http": lambda text: "http" if "." in text or ":" in text or "/" in text else "name",
    "smtp": lambda _: "smtp",
}
