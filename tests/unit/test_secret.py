"""What looks like a secret. Keys are put together from parts here, so that no scanner takes this file for a leak."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import key_shapes, live_key, randomness, secret, secret_names

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def made(alphabet: str, length: int, seed: int = 7) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))  # noqa: S311 - not for secrecy


# -- mask -----------------------------------------------------------------------------------------------------


def test_every_terminal_can_print_the_mask() -> None:
    assert secret.MASK.isascii()


# -- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "DJANGO_SECRET_KEY",
        "DB_PASSWORD",
        "dbPassword",
        "POSTGRES_PASSWORD",
        "MYSQL_PASS",
        "SMTP_PASSWD",
        "GITHUB_TOKEN",
        "ACCESS_TOKEN_2",
        "OPENAI_API_KEY",
        "OPENAI_APIKEY",
        "stripe.secret-key",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "JWT_SECRET",
        "JWT_KEY",
        "ENCRYPTION_KEY",
        "FERNET_KEYS",
        "GOOGLE_CREDENTIALS",
        "SENTRY_DSN",
        "HASH_SALT",
        "SESSION_SECRET1",
        "CLIENT_SECRET",
        "SSH_PASSPHRASE",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert secret.looks_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "_",
        "DEBUG",
        "LOG_LEVEL",
        "KEY",
        "PASS",
        "DSN",
        "SORT_KEY",
        "PARTITION_KEY",
        "MAX_TOKENS",
        "LLM_TOKENS",
        "TOKENS",
        "TOKEN_URL",
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "PASSWORD_MIN_LENGTH",
        "PASSWORD_HASHERS",
        "POSTGRES_PASSWORD_FILE",
        "SECRET_NAME",
        "SECRETS_DIR",
        "JWT_ALGORITHM",
        "API_KEY_HEADER",
        "API_KEY_HEADER_2",
        "STRIPE_PUBLISHABLE_KEY",
        "JWT_PUBLIC_KEY",
        "NEXT_PUBLIC_API_KEY",
        "VITE_TOKEN",
        "ENABLE_TOKEN",
        "COMPASS",
        "AUTHOR",
        "MONKEY",
        "BUCKET_ID",
        "42",
        "X_1",
    ],
)
def test_names_that_only_speak_of_secrets(name: str) -> None:
    assert not secret.looks_secret_name(name)


@given(st.text())
def test_any_name_gets_an_answer(name: str) -> None:
    assert secret.looks_secret_name(name) in (True, False)
    assert all(word == word.lower() for word in secret_names.words_of(name))


# -- shapes of keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", sorted(key_shapes.SHAPES))
def test_every_shape_is_known_by_its_exact_length_and_alphabet(prefix: str) -> None:
    alphabet, shortest, longest, world = key_shapes.SHAPES[prefix]
    letters = "".join(sorted(set(alphabet) - set("_-.$=+/*#"))) or alphabet
    for length in {shortest, longest}:
        key = prefix + made(letters, length)
        assert key_shapes.world(key) == world, length
        assert live_key.looks_live_key(key) is (world == key_shapes.LIVE)
        assert secret.looks_test_key(key) is (world == key_shapes.TEST)
        assert secret.looks_real_key(key) is (world != key_shapes.TEST)
        assert not live_key.looks_live_key(prefix + made(letters, length - 1) + "!")
    outside = prefix + made(letters, longest + 1)
    shorter = prefix + made(letters, shortest - 1)
    assert key_shapes.world(outside) is None or _another_shape(outside, prefix)
    assert key_shapes.world(shorter) is None or _another_shape(shorter, prefix)


def _another_shape(key: str, prefix: str) -> bool:
    return any(key.startswith(other) for other in key_shapes.SHAPES if other != prefix)


LIVE = "sk_" + "live_" + made(ALNUM, 24)
TEST = "sk_" + "test_" + made(ALNUM, 24)
ISSUED = "AKIA" + made(string.ascii_uppercase, 16)


@pytest.mark.parametrize(
    "text",
    [
        LIVE,
        f'"{LIVE}"',
        f"Bearer {LIVE}",
        f"https://{LIVE}@api.example.com/v1",
        f'{{"key": "{LIVE}"}}',
        f"key={LIVE}",
    ],
)
def test_a_live_key_is_seen_wherever_it_stands(text: str) -> None:
    assert live_key.looks_live_key(text)
    assert not live_key.looks_live_key(text.replace("live", "test"))


def test_the_gravest_of_several_keys_counts() -> None:
    assert live_key.looks_live_key(f"{TEST},{LIVE}")
    assert key_shapes.world(f"{TEST},{ISSUED}") == key_shapes.ISSUED
    assert key_shapes.world(f"{TEST};{TEST}") == key_shapes.TEST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "live",
        "production",
        "sk_" + "live_",
        "sk_" + "live_" + "x" * 24,
        "sk_" + "live_" + "your_key_here_1234567",
        "sk_" + "live_" + "short",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "AKIA" + "iosfodnn7lowercase",
        "live_reload_is_enabled_for_all_of_us_today",
        "postgresql://app@prod-db.example.com/live",
        "my-product-is-live-since-2020-and-works",
        "a-long-text-with=equals-and-live-in-it",
        "live " * 20_000,
    ],
)
def test_what_is_no_live_key(text: str) -> None:
    assert not live_key.looks_live_key(text)
    assert not secret.looks_real_key(text)
    assert not secret.looks_test_key(text)


@given(st.text(alphabet=string.printable, max_size=200))
def test_the_quick_look_misses_no_live_key_at_the_start(text: str) -> None:
    assert live_key.looks_live_key(text) is (key_shapes.world(text) == key_shapes.LIVE)


# -- placeholders ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "changeme",
        "ChangeMe!",
        "change-me",
        "changethis",
        "xxx",
        "xxxxxxxxxxxx",
        "...",
        "***",
        "0000000000000000",
        "-----",
        "<your-key>",
        "[api key]",
        "{{ secret }}",
        "__SECRET__",
        "your_api_key",
        "your-openai-key",
        "example",
        "todo",
        "TODO: ask ops",
        "secret",
        "'secret'",
        "password",
        "test",
        "test-token",
        "dummy-key",
        "django-insecure-" + made(ALNUM, 50),
        "sk_" + "live_xxxxxxxxxxxx",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "replace_me_in_production",
        "postgresql://app:changeme@db.acme.io/app",
        "postgres://postgres:postgres@db/app",
        "amqp://guest:guest@rabbit:5672//",
        "redis://:password@cache",
    ],
)
def test_placeholders(text: str) -> None:
    assert secret.looks_placeholder(text)
    assert not secret.looks_real_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        made(ALNUM, 40),
        made(HEX, 64),
        LIVE,
        "correct-horse-battery-staple",
        '["a-key", "b-key"]',
        "redis://redis:6379/0",
        "postgresql://app@db/app",
        "postgresql://app:" + made(ALNUM, 16) + "@db.acme.io/app",
        "smtp://mail.acme.io",
    ],
)
def test_what_is_no_placeholder(text: str) -> None:
    assert not secret.looks_placeholder(text)


# -- what an example must not hold ----------------------------------------------------------------------------

PEM = "-----BEGIN {0}PRIVATE KEY-----\n{1}\n-----END {0}PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        LIVE,
        ISSUED,
        "ghp_" + made(ALNUM, 36),
        PEM.format("", made(ALNUM, 64)),
        PEM.format("RSA ", made(ALNUM, 64) + "\\n" + made(ALNUM, 64)),
        "postgresql://app:" + made(string.ascii_lowercase, 9) + "@db.acme.io:5432/app",
        "postgresql://app:" + made(ALNUM, 32) + "@db:5432/app",
        "mysql://root:pa55-of-ours@10.0.0.7/app",
        made(ALNUM, 32),
        made(ALNUM + "!@#$%^&*(-_=+)", 50),
        made(HEX, 32),
        made(HEX, 64),
        '"' + made(ALNUM + "+/", 43) + '="',
        "prefix-" + made(ALNUM, 30),
        "AbCdXyPqRsTuVwZaBcDeFgHiJkLmNoPq"[::-1] + made(string.ascii_letters, 12),
    ],
)
def test_real_secrets(text: str) -> None:
    assert secret.looks_real_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "true",
        PEM.format("", "..."),
        PEM.format("", "put your own key in here, please, and keep it for yourself"),
        "PRIVATE KEY without a frame but with more than forty characters in it",
        "postgresql://app:app@localhost:5432/app",
        "postgresql://app:local-only@localhost:5432/app",
        "postgresql://app:local-only@127.0.0.1/app",
        "postgresql://app:local-only@[::1]/app",
        "postgresql://user:password@db.acme.io/app",
        "postgresql://user:some-pw@db.example.com/app",
        "postgresql://user:${DB_PASSWORD}@db.acme.io/app",
        "redis://redis:6379/0",
        "https://api.acme.io/v1/some/long/path?and=query",
        "123e4567-e89b-42d3-a456-426614174000",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789abcdef0123456789abcdef",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "my-very-long-development-secret-key-2",
        "thisisaverylongpassphrasewithoutanydigit",
        "config.settings.production",
        "/var/lib/app/a1b2c3d4e5f6/key.pem",
        "./data/a1b2c3d4e5f6a7b8c9d0.sqlite",
        "some/long/path/that/has/4/parts/in/it",
        "http://localhost:3000,http://localhost:8000",
        "a text of several words, 20 letters or more",
        "ünïcödé-tökén-1234567890-abc",
        "noreply@mail.example.com",
        "x" * 5000,
        made(HEX, 24),
        "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
    ],
)
def test_what_examples_may_hold(text: str) -> None:
    assert not secret.looks_real_secret(text)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("db", True),
        ("::1", True),
        ("127.2.3.4", True),
        ("0.0.0.0", True),
        ("db.local", True),
        ("host.docker.internal", True),
        ("db.example.com", True),
        ("example.org", True),
        ("", True),
        ("2130706434", False),
        ("10.0.0.1", False),
        ("db.acme.io", False),
        ("notexample.com", False),
    ],
)
def test_local_hosts(host: str, local: bool) -> None:
    assert secret.is_local_host(host) is local


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://u:p@h:1/d?x=@y", ("u", "p", "h")),
        ("postgresql://u:p@:1/d", ("u", "p", "")),
        ("postgresql://u:p@ss@h/d", ("u", "p@ss", "h")),
        ("redis://:p@[::1]:1/0", ("", "p", "::1")),
        ("mongodb://u:p@a:1,b:2/d", ("u", "p", "a")),
        ("sqlite:///file.db", ("", "", "")),
        ("no url", ("", "", "")),
    ],
)
def test_parts_of_a_url(url: str, parts: tuple[str, str, str]) -> None:
    assert secret.url_parts(url) == parts


@given(st.text())
def test_every_text_gets_an_answer(text: str) -> None:
    assert secret.looks_real_secret(text) in (True, False)
    assert secret.looks_placeholder(text) in (True, False)


@pytest.mark.parametrize(("alphabet", "length"), [(ALNUM, 32), (HEX, 40), (ALNUM + "-_", 43)])
def test_what_generators_make_looks_random(alphabet: str, length: int) -> None:
    tokens = [made(alphabet, length, seed) for seed in range(2000)]
    assert sum(map(randomness.looks_random, tokens)) >= 1996
