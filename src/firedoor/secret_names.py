"""Which variable names hold secrets."""

# ruff: noqa: SIM905 - words read best as a line of words

_SECRET_WORDS = frozenset(
    "secret secrets password passwords passwd passphrase passwort pwd token credential credentials salt pepper".split()
)
_SECRET_ENDINGS = frozenset("pass psw pw dsn".split())
_KEY_KINDS = frozenset(
    "api access private signing encryption encrypt crypto cipher fernet aes hmac jwt jwk session cookie master auth "
    "app service admin account license licence webhook secret root deploy ssh rsa storage shared host".split()
)
_ABOUT_A_SECRET = frozenset(
    "file path dir name arn url uri host port expire expires expiry expiration ttl lifetime life length minutes "
    "seconds days hours weeks ms algorithm alg algo type header headers prefix suffix enabled disabled policy rounds "
    "version issuer iss audience aud count limit size timeout age column field format backend class provider manager "
    "store vault region min max validators hashers hasher regex pattern usage budget domain location env mode "
    "endpoint rotation interval refresh scheme username user hint label placeholder required param".split()
)
_PUBLIC_WORDS = frozenset("public publishable pub".split())
_PUBLIC_PREFIXES = ("NEXT_PUBLIC_", "REACT_APP_", "VITE_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_")
_COUNTING_WORDS = frozenset("max min num count enable disable use require allow has is tokens".split())


def looks_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret: ``SECRET_KEY``, ``dbPassword``; not ``TOKEN_URL``."""
    if name.upper().startswith(_PUBLIC_PREFIXES):
        return False
    words = words_of(name)
    if not words or words[0] in _COUNTING_WORDS or _PUBLIC_WORDS.intersection(words):
        return False
    last = words[-1]
    if last in ("key", "keys"):
        return not _KEY_KINDS.isdisjoint(words[:-1])
    if last in _SECRET_ENDINGS:
        return len(words) > 1
    if last == "id":
        return words[-3:-1] == ["access", "key"]
    return last not in _ABOUT_A_SECRET and not _SECRET_WORDS.isdisjoint(words)


def words_of(name: str) -> list[str]:
    """The words of ``SNAKE_CASE``, ``kebab-case`` and ``camelCase`` names, in lower case, without final digits."""
    split = []
    for index, letter in enumerate(name):
        if letter.isupper() and index and name[index - 1].islower():
            split.append("_")
        split.append(letter if letter.isalnum() else "_")
    words = [word.rstrip("0123456789") for word in "".join(split).lower().split("_")]
    words = [word for word in words if word]  # API_KEY_2 is one more API_KEY
    return [part for word in words for part in _JOINED.get(word, (word,))]


_JOINED = {
    "apikey": ("api", "key"),
    "apikeys": ("api", "key"),
    "accesskey": ("access", "key"),
    "secretkey": ("secret", "key"),
    "privatekey": ("private", "key"),
    "authtoken": ("auth", "token"),
    "clientsecret": ("client", "secret"),
    "pgpassword": ("pg", "password"),
    "dbpassword": ("db", "password"),
    "dbpass": ("db", "pass"),
    "userpass": ("user", "pass"),
}
