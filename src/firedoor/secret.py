"""What looks like a secret: by name, by the shapes that providers give their keys, by randomness. And its mask.

Shapes are exact (prefix, alphabet, length), because a false alarm teaches people to ignore true ones. Nothing here
keeps or shows a value. What `run` seldom needs is loaded when it is asked for.
"""

# ruff: noqa: SIM905 - words read best as a line of words

# stands in every value's place, the same for all: not even a length is told, and every terminal can print it
MASK = "******"


def looks_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret: ``SECRET_KEY``, ``dbPassword``; not ``TOKEN_URL``."""
    from firedoor import secret_names

    return secret_names.looks_secret_name(name)


def looks_test_key(text: str) -> bool:
    """Whether it holds a key whose own shape says test, sandbox or development: ``sk_test_...``."""
    from firedoor import key_shapes

    return key_shapes.world(text) == key_shapes.TEST


def looks_real_key(text: str) -> bool:
    """Whether it holds a key that a provider issued and that is no test key: live ones, ``AKIA...``, ``ghp_...``."""
    from firedoor import key_shapes

    return key_shapes.world(text) in (key_shapes.LIVE, key_shapes.ISSUED)


def looks_random(text: str) -> bool:
    """Whether it is one long token with more entropy than people type: not words, paths, URLs, UUIDs or sequences."""
    from firedoor import randomness

    return randomness.looks_random(text)


def looks_real_secret(text: str) -> bool:
    """Whether it looks like a secret that somebody uses: an issued key, a private key, a real DSN, a random token."""
    return looks_issued_secret(text) or looks_random(text)


def looks_issued_secret(text: str) -> bool:
    """A real key by its shape, a private key block, or a URL with a password of its own and a host out there."""
    if looks_real_key(text) or _holds_private_key(text):
        return True
    if "://" not in text or "${" in text or looks_placeholder(text):
        return False
    _, password, host = url_parts(text.strip())
    return bool(password) and (not is_local_host(host) or looks_random(password))


_SHORTEST_KEY_BODY = 40
_LEAST_VARIETY = 10


def _holds_private_key(text: str) -> bool:
    """A PEM block with a body; not its frame around dots or words."""
    head, _, rest = text.partition("PRIVATE KEY")
    if "-----BEGIN" not in head:
        return False
    body = rest.lstrip(" BLOCK").lstrip("-").partition("-----END")[0].replace("\\n", "").strip()
    return len(body) >= _SHORTEST_KEY_BODY and len(set(body)) >= _LEAST_VARIETY and " " not in body


_PLACEHOLDER_TEXTS = frozenset(
    "secret password passwd pass pw pwd token key test testing tests tester test123 example sample demo dummy mock "
    "fake foo bar baz foobar todo tbd fixme none null nil undefined empty n/a na default admin root user username "
    "guest postgres mysql redis rabbit rabbitmq qwerty letmein welcome hunter2 s3cr3t supersecret supersecretkey "
    "topsecret insecure notsecret not-secret dev development local localhost debug changeit value string "
    "secretkey mysecret mysecretkey mypassword secret123 password1 password123 admin123 passw0rd p@ssw0rd "
    "123 1234 12345 123456 1234567 12345678 123456789 1234567890 abc abc123 abcdef".split()
)
_PLACEHOLDER_WORDS = frozenset(
    "changeme changethis replaceme replace placeholder example examplekey your yours yourkey dummy fake mock sample "
    "todo fixme insert redacted insecure notreal xxx xxxx xxxxx xxxxxx xxxxxxxx unsafe".split()
)
_PLACEHOLDER_PARTS = (
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "changethis",
    "change-this",
    "change_this",
    "change this",
    "replace-me",
    "replace_me",
    "replace with",
    "replace-with",
    "replace_with",
    "django-insecure-",
    "placeholder",
    "not-a-real",
    "not-a-secret",
    "your-secret",
    "your_secret",
)
_WRAPPED = (("<", ">"), ("[", "]"), ("{{", "}}"), ("%", "%"), ("__", "__"))
_LIST_MARKS = ('"', ",")


def looks_placeholder(text: str) -> bool:
    """Whether it only stands where a secret belongs: ``changeme``, ``<your-key>``, ``xxx``, ``django-insecure-...``.

    For a URL the password in it counts, so that ``amqp://guest:guest@host`` is one and ``redis://host`` is not.
    """
    plain = text.strip().strip("\"'").lower()
    if "://" in plain:
        user, password, _ = url_parts(plain)
        return bool(password) and (password == user or _is_placeholder(password))
    return bool(plain) and _is_placeholder(plain)


def _is_placeholder(plain: str) -> bool:
    if plain in _PLACEHOLDER_TEXTS or _is_wrapped(plain):
        return True
    if len(set(plain.strip("-_. "))) <= 1:  # xxxxxxxx, ****, ..., 00000000
        return True
    if any(part in plain for part in _PLACEHOLDER_PARTS):
        return True
    words = [plain] if plain.isalnum() else _words(plain)
    if not _PLACEHOLDER_WORDS.isdisjoint(words) or (
        words and all(word in _PLACEHOLDER_TEXTS for word in words)
    ):
        return True
    tail = words[-1] if words else ""
    return len(tail) >= 6 and (len(set(tail)) == 1 or tail.endswith("example"))  # sk_live_xxxxxx


def _words(plain: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()


def _is_wrapped(plain: str) -> bool:
    """``<your key>``, ``[key]``, ``{{ key }}``; a JSON list is none of these."""
    if any(mark in plain for mark in _LIST_MARKS):
        return False
    return any(plain.startswith(start) and plain.endswith(end) for start, end in _WRAPPED)


def url_parts(text: str) -> tuple[str, str, str]:
    """User, password and host of the first authority in a URL, empty where it has none."""
    rest = text.partition("://")[2]
    for end in "/?#":
        rest = rest.partition(end)[0]
    userinfo, _, netloc = rest.rpartition("@")
    user, _, password = userinfo.partition(":")
    netloc = netloc.partition(",")[0]
    host = netloc[1:].partition("]")[0] if netloc.startswith("[") else netloc.partition(":")[0]
    return user, password, host


_LOCAL_SUFFIXES = (".localhost", ".local", ".localdomain", ".test", ".example", ".invalid", ".internal")
_EXAMPLE_HOSTS = ("example.com", "example.org", "example.net")


def is_local_host(host: str) -> bool:
    """This machine, a name only a private network knows, or one reserved for examples."""
    host = host.lower().rstrip(".")
    if "." not in host:
        return not host.isdigit()  # "db", "localhost", "::1"
    if host.startswith("127.") or host == "0.0.0.0" or host.endswith(_LOCAL_SUFFIXES):  # noqa: S104 - no bind
        return True
    return any(host == name or host.endswith("." + name) for name in _EXAMPLE_HOSTS)
