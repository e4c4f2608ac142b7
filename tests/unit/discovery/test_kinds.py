"""What a variable leads to."""

from __future__ import annotations

import pytest

from firedoor.discovery import kinds


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(
    ("name", "schemes", "kind"),
    [
        ("DATABASE_URL", (), "database"),
        ("DATABASE_URL", ("postgresql+asyncpg",), "database"),
        ("ORDERS_DB_URL", (), "database"),
        ("SQLALCHEMY_DATABASE_URI", ("sqlite",), "database"),
        ("MONGODB_URI", ("mongodb",), "database"),
        ("ANYTHING", ("mysql",), "database"),
        ("REDIS_URL", (), "cache"),
        ("CACHE_URL", ("rediss",), "cache"),
        ("LIMITS", ("redis",), "cache"),
        ("CELERY_BROKER_URL", ("redis",), "queue"),
        ("AMQP_URL", (), "queue"),
        ("WORK", ("amqp",), None),
        ("WORK_URL", ("amqp",), "queue"),
        ("KAFKA_BROKERS", (), "queue"),
        ("UPLOADS_BUCKET", (), "bucket"),
        ("AWS_STORAGE_BUCKET_NAME", (), "bucket"),
        ("MEDIA", ("s3",), "bucket"),
        ("QDRANT_URL", ("http",), "vector"),
        ("PINECONE_INDEX", (), "vector"),
        ("EMAIL_URL", ("smtp",), "smtp"),
        ("SECRET_KEY", (), "signing-key"),
        ("DJANGO_SECRET_KEY", (), "signing-key"),
        ("JWT_SECRET", (), "signing-key"),
        ("JWT_SECRET_KEY", (), "signing-key"),
        ("SESSION_SECRET", (), "signing-key"),
        ("NEXTAUTH_SECRET", (), "signing-key"),
        ("RAILS_SECRET_KEY_BASE", (), "signing-key"),
        ("APP_KEY", (), "signing-key"),
        ("DB_PASSWORD", (), "password"),
        ("SMTP_PASS", (), "password"),
        ("OPENAI_API_KEY", (), "key"),
        ("STRIPE_SECRET_KEY", (), "key"),
        ("AWS_ACCESS_KEY_ID", (), "key"),
        ("GITHUB_TOKEN", (), "key"),
        # nothing that could be shared
        ("DATABASE_URL", ("https",), None),
        ("CACHE_TTL", (), None),
        ("EMAIL_URL", (), None),
        ("API_URL", ("https",), None),
        ("BROKER", (), "queue"),
        ("STRIPE_PUBLISHABLE_KEY", (), None),
        ("WEBHOOK_SECRET", (), None),
        ("SORT_KEY", (), None),
        ("JWT_ALGORITHM", (), None),
        ("DEBUG", (), None),
        ("_", (), None),
    ],
)
def test_resources_by_name_and_scheme(name: str, schemes: tuple[str, ...], kind: str | None) -> None:
    """C4: database, API keys and vector store are each environment's own."""
    assert kinds.resource_of(name, schemes) == kind


@pytest.mark.parametrize("name", ["CACHE_URL", "DATABASE_URL", "BROKER_URL", "EMAIL_URL"])
def test_addresses_of_nothing_are_no_resource(name: str) -> None:
    """``CACHE_URL=locmem://`` is the same everywhere, and shared by nobody."""
    assert kinds.resource_of(name, (), elsewhere=True) is None


def test_an_error_trackers_address_is_shared_on_purpose() -> None:
    assert kinds.is_secret("WEBHOOK_SECRET")
    assert not kinds.is_secret("SENTRY_DSN")
    assert not kinds.is_secret("LOG_LEVEL")
