"""What a variable leads to, by its name and by the schemes of its values: a kind of resource, a secret, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import secret
from firedoor.secret_names import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_DATABASE_SCHEMES = frozenset(
    """postgres postgresql postgis mysql mariadb sqlite sqlite3 mssql oracle mongodb cockroachdb
    clickhouse""".split()  # noqa: SIM905 - words read best as lines of words
)
_CACHE_SCHEMES = frozenset(("redis", "rediss", "memcached", "memcache"))
_QUEUE_SCHEMES = frozenset(("amqp", "amqps", "pyamqp", "sqs", "nats", "kafka"))
_MAIL_SCHEMES = frozenset(("smtp", "smtps", "submission"))
_BUCKET_SCHEMES = frozenset(("s3", "gs", "az"))
_VECTOR_SCHEMES = frozenset(("qdrant", "milvus", "weaviate", "chroma"))

_ADDRESS = frozenset(("url", "uri", "dsn"))
_DATABASES = frozenset(
    ("database", "db", "postgres", "postgresql", "pg", "mysql", "mariadb", "mongo", "mongodb", "sqlalchemy")
)
_CACHES = frozenset(("redis", "cache", "memcached", "memcache", "valkey"))
_QUEUES = frozenset(("broker", "amqp", "rabbitmq", "rabbit", "cloudamqp", "queue", "sqs", "kafka", "nats"))
_VECTORS = frozenset(
    ("qdrant", "pinecone", "weaviate", "milvus", "chroma", "chromadb", "pgvector", "vector", "vectorstore")
)
_VECTOR_PARTS = frozenset(("url", "uri", "index", "collection", "endpoint"))
_SIGNING = frozenset(
    (
        "jwt",
        "signing",
        "session",
        "cookie",
        "csrf",
        "auth",
        "nextauth",
        "encryption",
        "fernet",
        "app",
        "django",
        "flask",
    )
)
_SHARED_ON_PURPOSE = frozenset(("sentry", "glitchtip", "bugsink", "bugsnag", "rollbar", "honeybadger"))
_UNKNOWN = "?"
_PASSWORDS = frozenset(("password", "passwd", "pass", "pwd", "passphrase"))


def resource_of(name: str, schemes: Collection[str], *, elsewhere: bool = False) -> str | None:
    """The kind of resource that the variable leads to, None if it seems to lead to none.

    ``schemes`` are those of its values that are well known; ``elsewhere`` says that there are other schemes too.
    """
    words = words_of(name)
    if not words:
        return None
    bases = {scheme.partition("+")[0] for scheme in schemes} | ({_UNKNOWN} if elsewhere else set())
    for kind, decide in _KINDS:
        if decide(words, bases):
            return kind
    return None


def is_secret(name: str) -> bool:
    """Whether it is a secret that each environment has its own of; an error tracker's address is shared on purpose."""
    return secret.looks_secret_name(name) and _SHARED_ON_PURPOSE.isdisjoint(words_of(name))


def _queue(words: list[str], schemes: set[str]) -> bool:
    if words[-1] in _ADDRESS or words[-1] in ("broker", "brokers", "servers"):
        return bool(schemes & _QUEUE_SCHEMES) or (not _QUEUES.isdisjoint(words) and _UNKNOWN not in schemes)
    return False


def _database(words: list[str], schemes: set[str]) -> bool:
    if schemes:
        return bool(schemes & _DATABASE_SCHEMES)
    return words[-1] in _ADDRESS and not _DATABASES.isdisjoint(words[:-1])


def _cache(words: list[str], schemes: set[str]) -> bool:
    if schemes:
        return bool(schemes & _CACHE_SCHEMES)
    return words[-1] in _ADDRESS and not _CACHES.isdisjoint(words[:-1])


def _vector(words: list[str], schemes: set[str]) -> bool:
    return bool(schemes & _VECTOR_SCHEMES) or (
        words[-1] in _VECTOR_PARTS and not _VECTORS.isdisjoint(words[:-1])
    )


def _bucket(words: list[str], schemes: set[str]) -> bool:
    return words[-1] == "bucket" or words[-2:] == ["bucket", "name"] or bool(schemes & _BUCKET_SCHEMES)


def _smtp(words: list[str], schemes: set[str]) -> bool:
    return bool(schemes & _MAIL_SCHEMES) and words[-1] in _ADDRESS


def _signing_key(words: list[str], _schemes: set[str]) -> bool:
    joined = "_".join(words)
    if joined in ("secret_key", "secret_key_base", "app_secret", "app_key") or joined.endswith(
        "_secret_key_base"
    ):
        return True
    return words[-1] in ("secret", "key", "salt", "keys") and _is_of_signing(words) and _is_secret(words)


def _is_of_signing(words: list[str]) -> bool:
    """Every word but the last belongs to signing: ``JWT_SECRET_KEY``; not ``STRIPE_SECRET_KEY``."""
    return all(word in _SIGNING or word == "secret" for word in words[:-1]) and len(words) > 1


def _password(words: list[str], _schemes: set[str]) -> bool:
    return words[-1] in _PASSWORDS and _is_secret(words)


def _key(words: list[str], _schemes: set[str]) -> bool:
    named = words[-1] in ("key", "keys", "token") or words[-3:] == ["access", "key", "id"]
    return named and _is_secret(words)


def _is_secret(words: list[str]) -> bool:
    return secret.looks_secret_name("_".join(words))


# The first that fits decides.
_KINDS: tuple[tuple[str, Callable[[list[str], set[str]], bool]], ...] = (
    ("queue", _queue),
    ("vector", _vector),
    ("database", _database),
    ("cache", _cache),
    ("bucket", _bucket),
    ("smtp", _smtp),
    ("signing-key", _signing_key),
    ("password", _password),
    ("key", _key),
)
