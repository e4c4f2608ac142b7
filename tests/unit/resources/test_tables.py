"""Every entry of the tables: schemes, ports, names, sockets, endings. One that is lost would hide what two share."""

# ruff: noqa: SIM905 - names read best as one text

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import resources
from firedoor.resources import Where, families, mysql, plugins, postgresql_service, redis
from firedoor.resources.unknown import parted, unknown

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = {
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
# What reads like any URL has no file of its own.
READERS = {
    **{name: name for name in "postgresql mysql sqlite redis s3 amqp http smtp mongodb mssql name".split()},
    "duckdb": "sqlite",
    "file": "sqlite",
    "gs": "blob",
    "az": "blob",
    "qdrant": "vector",
    "chroma": "vector",
}


@pytest.mark.parametrize(
    ("scheme", "family"), [(scheme, name) for name, schemes in FAMILIES.items() for scheme in schemes.split()]
)
def test_every_scheme_means_its_family(scheme: str, family: str) -> None:
    assert resources.family("database", f"{scheme}://h/d") == family
    assert resources.family("database", f"{scheme.upper()}+driver://h/d") == family
    assert families.SCHEMES[scheme] == family


def test_control_there_are_no_more_schemes() -> None:
    assert sorted(families.SCHEMES) == sorted(" ".join(FAMILIES.values()).split())


@pytest.mark.parametrize("scheme", ["db+mysql", "db-mysql", "django.mysql", "django_mysql", "x+y-mysql"])
def test_a_scheme_may_stand_behind_a_library_s_word(scheme: str) -> None:
    assert families.of_scheme(scheme) == "mysql"


@pytest.mark.parametrize(
    ("scheme", "family"), [("x+y", "x"), ("mysqlish", "mysqlish"), ("x-y", "x-y"), ("", "")]
)
def test_what_nobody_knows_is_a_family_of_its_own(scheme: str, family: str) -> None:
    assert families.of_scheme(scheme) == family


@pytest.mark.parametrize("name", [*FAMILIES, "name", "unheard-of"])
def test_which_file_reads_a_family(name: str) -> None:
    module = f"firedoor.resources.{READERS.get(name, 'url')}"
    read = families.reader(name, "database")
    assert (read.__module__, read.__name__) == (module, "identities")
    of_vectors = "of_collections" if name == "postgresql" else "identities"
    assert families.reader(name, "vector").__name__ == of_vectors


@pytest.mark.parametrize(
    ("kind", "text", "family"),
    [
        *(("database", f"u@{network}(h)/d", "mysql") for network in ("", "tcp", "tcp4", "tcp6", "unix")),
        ("database", "u@udp(h)", "name"),
        ("database", "SERVER=h;Database=d", "mssql"),
        ("database", "server=h", "postgresql"),
        ("database", "host=h;x=y", "postgresql"),
        ("database", "data source=h;x", "mssql"),
        ("bucket", "/srv", "file"),
        ("bucket", "./srv", "file"),
        ("bucket", "../srv", "file"),
        ("bucket", "~/srv", "file"),
        ("bucket", ".srv", "s3"),
        ("bucket", "C:\\x", "file"),
        ("bucket", "CC:\\x", "s3"),
        ("bucket", "ACCOUNTNAME=x", "az"),
        ("bucket", "accountname", "s3"),
        ("vector", ".srv", "file"),
        ("vector", "/srv", "file"),
        ("vector", "~srv", "file"),
        ("vector", "C:\\x", "file"),
        ("vector", "host=h", "postgresql"),
        ("vector", "qdrant", "qdrant"),
        ("vector", "h:8000", "chroma"),
        ("vector", "h:8001", "name"),
        ("cache", "h/x.y:1", "name"),
        ("queue", "h/x.y:1", "name"),
        ("smtp", "h/x.y:1", "smtp"),
        ("http", "h.x", "http"),
        ("http", "h:1", "http"),
        ("http", "h/1", "http"),
        ("http", "h", "name"),
    ],
)
def test_texts_without_a_scheme(kind: str, text: str, family: str) -> None:
    assert resources.family(kind, text) == family


PORTS = {
    "cassandra": (9042,),
    "clickhouse": (8123, 8443, 9000, 9440),
    "elasticsearch": (9200,),
    "ftp": (21, 990),
    "kafka": (9092,),
    "ldap": (389, 636),
    "memcached": (11211,),
    "mqtt": (1883, 8883),
    "nats": (4222,),
    "neo4j": (7687,),
    "opensearch": (9200,),
    "oracle": (1521,),
    "sftp": (22,),
    "mssql": (1433,),
    "redis": (6379,),
    "mysql": (3306,),
    "postgresql": (5432,),
    "mongodb": (27017,),
    "amqp": (5672, 5671),
}


@pytest.mark.parametrize(
    ("scheme", "port"), [(name, port) for name, ports in PORTS.items() for port in ports]
)
def test_every_usual_port_is_the_same_as_none(scheme: str, port: int) -> None:
    usual = resources.identities("database", f"{scheme}://h/1", "/")
    assert {identity[2] for identity in usual} == {str(PORTS[scheme][0])}
    assert resources.identities("database", f"{scheme}://h:{port}/1", "/") == usual
    assert resources.identities("database", f"{scheme}://h:{port}1/1", "/").isdisjoint(usual)


@pytest.mark.parametrize("port", [25, 465, 587, 2525])
def test_every_usual_port_of_smtp(port: int) -> None:
    assert resources.identities("smtp", f"smtp://h:{port}", "/") == {("smtp", "h", "25", "")}
    assert resources.identities("smtp", f"h:{port}", "/") == {("smtp", "h", "25", "")}


SERVICES = (
    "db database postgres postgresql pg mysql mariadb mongo mongodb redis valkey cache memcached rabbitmq rabbit mq "
    "broker queue kafka nats minio s3 storage mail mailhog mailpit maildev smtp qdrant chroma vector elasticsearch "
    "opensearch"
)


@pytest.mark.parametrize("name", SERVICES.split())
def test_every_usual_name_of_a_container(name: str) -> None:
    assert resources.service_name(("x", name, "1", "")) == name
    assert resources.service_name(("x", f"{name}:9000", "1", "")) == name
    assert resources.service_name(("x", f"my-{name}", "1", "")) == ""


@pytest.mark.parametrize(
    "family", "postgresql mysql redis mongodb amqp qdrant chroma s3 gs az mssql clickhouse".split()
)
def test_every_family_of_servers(family: str) -> None:
    assert resources.server_of((family, "h", "1", "x")) == (family, "h", "1")
    assert resources.server_of((family, "h", "", "x")) == (family, "h", "")
    assert resources.server_of((family, "", "1", "x")) == (family, "", "1")
    assert resources.server_of((family, "", "", "x")) == ()
    assert resources.server_of((family, "h", "1")) == ()


@pytest.mark.parametrize(
    ("provider", "labels"),
    [
        ("digitaloceanspaces.com", "fra1."),
        ("r2.cloudflarestorage.com", "account."),
        ("linodeobjects.com", "eu-1."),
        ("vultrobjects.com", "ams1."),
        ("your-objectstorage.com", "fsn1."),
        ("storage.tigris.dev", "fly."),
        ("aliyuncs.com", "oss-1."),
        ("myqcloud.com", "cos.eu."),
    ],
)
def test_every_provider_of_buckets(provider: str, labels: str) -> None:
    expected = {("s3", f"{labels}{provider}", "files", "a")}
    assert resources.identities("bucket", f"https://files.{labels}{provider}/a", "/") == expected
    assert resources.identities("bucket", f"https://{labels}{provider}/files/a", "/") == expected
    for other in (f"x{provider}", f"a.b.c.x{provider}"):
        found = resources.identities("bucket", f"https://{other}/files/a", "/")
        assert found == {("s3", other, "files", "a")}


@pytest.mark.parametrize(
    "ending", [".blob.core.windows.net", ".dfs.core.windows.net", ".blob.storage.azure.net"]
)
def test_every_host_of_azure(ending: str) -> None:
    assert resources.identities("bucket", f"https://acc{ending}/c", "/") == {("az", "acc", "c", "")}
    assert resources.family("bucket", f"https://acc{ending[1:]}/c") == "s3"


@pytest.mark.parametrize("ending", [".db", ".db3", ".sqlite", ".sqlite3", ".s3db", ".sl3", ".duckdb"])
def test_every_ending_of_a_database_s_file(ending: str) -> None:
    assert resources.family("database", f"x{ending}") == "sqlite"
    assert resources.family("database", f"x{ending.upper()}") == "sqlite"
    assert resources.family("database", f"x{ending}x") == "name"


@pytest.mark.parametrize("option", ["endpoint_url", "endpoint", "endpoint_override"])
def test_every_option_that_says_an_endpoint(option: str) -> None:
    assert resources.identities("bucket", f"s3://b?{option}=h:9000", "/") == {("s3", "h:9000", "b", "")}
    assert resources.identities("bucket", f"s3://b?{option}s=h:9000", "/") == {("s3", "aws", "b", "")}


@pytest.mark.parametrize("key", ["server", "data source", "address", "addr", "network address"])
@pytest.mark.parametrize("database", ["database", "databasename", "initial catalog"])
def test_every_word_of_sql_server(key: str, database: str) -> None:
    text = f"Server Name=no;odd;{key.upper()} = {{tcp:H,2}} ; {database} = 'D' ;Database Name=no"
    assert families.reader("mssql", "database")(text, Where("/")) >= {("mssql", "h", "2", "d")}


@pytest.mark.parametrize(
    "path",
    [
        "/run/mysqld/mysqld.sock",
        "/var/run/mysqld/mysqld.sock",
        "/tmp/mysql.sock",
        "/var/lib/mysql/mysql.sock",
    ],
)
def test_every_usual_socket_of_mysql(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "realpath", lambda path: path)  # /var/run is a link on most systems
    assert mysql._socket(path) == ("mysql", "localhost", "3306")
    assert mysql._socket(f"{path}x") == ("mysql", "socket", f"{path}x")


@pytest.mark.parametrize("word", ["database", "db", "dbname"])
def test_every_word_for_a_database_of_mysql(word: str) -> None:
    assert resources.identities("database", f"mysql://h?{word}=d", "/") == {("mysql", "h", "3306", "d")}
    assert resources.identities("database", f"mysql:host=h;{word}=d", "/") == {("mysql", "h", "3306", "d")}


@pytest.mark.parametrize("word", ["unix_socket", "socket", "unixsocket"])
def test_every_word_for_a_socket_of_mysql(word: str) -> None:
    assert resources.identities("database", f"mysql:///d?{word}=/a", "/") == {("mysql", "socket", "/a", "d")}


@pytest.mark.parametrize(
    "path",
    [
        "/run/redis/redis-server.sock",
        "/var/run/redis/redis-server.sock",
        "/run/redis/redis.sock",
        "/var/run/redis/redis.sock",
        "/tmp/redis.sock",
    ],
)
def test_every_usual_socket_of_redis(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "realpath", lambda path: path)  # /var/run is a link on most systems
    assert path in redis._DEFAULT_SOCKETS
    assert resources.identities("cache", f"unix://{path}", "/") == {("redis", "localhost", "6379", "0")}
    assert resources.identities("cache", f"unix://{path}x", "/") == {("redis", "socket", f"{path}x", "0")}


@pytest.mark.parametrize(
    "folder",
    [
        "/etc/postgresql-common",
        "/etc/sysconfig/pgsql",
        "/usr/local/etc/postgresql",
        "/usr/local/pgsql/etc",
        "/opt/homebrew/etc/postgresql",
        "/etc/postgresql",
        "/etc",
    ],
)
def test_every_folder_of_service_files(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = postgresql_service._paths("", Where("/root"))
    assert paths[0] == str(tmp_path / ".pg_service.conf")
    assert f"{folder}/pg_service.conf" in paths[1:]
    assert len(paths) == 8
    assert postgresql_service._paths("own", Where("/root", {"PGSYSCONFDIR": "x"})) == [
        "/root/own",
        "/root/x/pg_service.conf",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("postgresql", "postgresql://h/d"),
        ("postgresql", "postgresql://u:p@q@h/d"),
        ("postgresql", "host=h"),
        ("mysql", "mysql://h/d"),
        ("sqlite", "sqlite:///d"),
        ("redis", "redis://h"),
        ("s3", "s3://b"),
        ("s3", "b"),
        ("s3", "arn:aws:s3:::b"),
        ("az", "az://b"),
        ("az", "AccountName=x"),
        ("amqp", "amqp://h"),
        ("http", "http://h"),
        ("smtp", "smtp://h"),
        ("mongodb", "mongodb://h"),
        ("qdrant", "http://qdrant"),
        ("mssql", "mssql://h/d"),
        ("mssql", "Server=h"),
        ("mssql", "mssql://h;database=d"),
        ("mssql", "mssql://h?odbc_connect=Server=h"),
        ("name", "h"),
        ("kafka", "kafka://h"),
    ],
)
def test_every_reader_gives_a_set_that_nobody_can_change(name: str, text: str) -> None:
    for kind in ("database", "vector"):
        assert isinstance(families.reader(name, kind)(text, Where("/")), frozenset)
    assert isinstance(resources.identities("database", text, "/"), frozenset)


def test_the_words_of_what_nobody_can_say() -> None:
    assert resources.ABSENT == "no installed package reads its kind"
    assert resources.CUT_SHORT == "it holds a NUL, at which some libraries stop reading it"
    assert plugins.GROUP == "firedoor.resources"
    found = frozenset({unknown("b"), unknown("a"), ("x", "y")})
    assert parted(found) == (frozenset({("x", "y")}), "a")
    assert parted(frozenset({("x", "y")})) == (frozenset({("x", "y")}), "")
