"""The shapes that providers give their keys: prefix, alphabet and length, and the world that the shape says."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LIVE = "live"
TEST = "test"
ISSUED = "issued"  # by a provider, for real; the shape does not say for which world

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_HEX = _DIGITS + "abcdef"
_BASE32 = _UPPER + "234567"
_CAPITALS = _UPPER + _DIGITS
_ALNUM = _LOWER + _UPPER + _DIGITS
_SLUG = _ALNUM + "_-"
_DASHED = _ALNUM + "-"
_DOTTED = _SLUG + "."
_PADDED = _SLUG + "=$"

# prefix: (alphabet of the rest, shortest rest, longest rest, world)
SHAPES = {
    # payments
    "sk_live_": (_ALNUM, 8, 247, LIVE),
    "rk_live_": (_ALNUM, 8, 247, LIVE),
    "pk_live_": (_PADDED, 16, 247, LIVE),
    "sk_test_": (_ALNUM, 10, 247, TEST),
    "rk_test_": (_ALNUM, 10, 247, TEST),
    "pk_test_": (_PADDED, 10, 247, TEST),
    "sk_sbox_": (_SLUG + "*#$=", 20, 60, TEST),
    "pk_sbox_": (_SLUG + "*#$=", 20, 60, TEST),
    "rzp_live_": (_ALNUM, 14, 14, LIVE),
    "rzp_test_": (_ALNUM, 14, 14, TEST),
    "live_": (_ALNUM, 30, 44, LIVE),
    "test_": (_ALNUM, 30, 44, TEST),
    "sandbox_": (_ALNUM, 30, 44, TEST),
    "access_token$production$": (_LOWER + _DIGITS + "$", 49, 49, LIVE),
    "access_token$sandbox$": (_LOWER + _DIGITS + "$", 49, 49, TEST),
    "access-production-": (_HEX + "-", 36, 36, LIVE),
    "access-sandbox-": (_HEX + "-", 36, 36, TEST),
    "access-development-": (_HEX + "-", 36, 36, TEST),
    "sq0atp-": (_SLUG, 22, 22, LIVE),
    "sq0csp-": (_SLUG, 43, 43, LIVE),
    "sandbox-sq0atb-": (_SLUG, 22, 22, TEST),
    "sandbox-sq0csb-": (_SLUG, 43, 43, TEST),
    "EAAA": (_SLUG, 56, 60, ISSUED),
    "FLWSECK-": (_ALNUM, 32, 32, LIVE),
    "FLWSECK_TEST-": (_DASHED, 12, 40, TEST),
    "xnd_production_": (_SLUG, 40, 80, LIVE),
    "xnd_development_": (_SLUG, 40, 80, TEST),
    "pdl_live_apikey_": (_SLUG, 50, 60, LIVE),
    "pdl_sdbx_apikey_": (_SLUG, 50, 60, TEST),
    "EZAK": (_ALNUM, 54, 54, LIVE),
    "EZTK": (_ALNUM, 54, 54, TEST),
    "shippo_live_": (_HEX, 40, 40, LIVE),
    "shippo_test_": (_HEX, 40, 40, TEST),
    "duffel_live_": (_PADDED, 43, 43, LIVE),
    "duffel_test_": (_PADDED, 43, 43, TEST),
    "klarna_live_api_": (_ALNUM + "+/=_-", 40, 300, LIVE),
    "klarna_test_api_": (_ALNUM + "+/=_-", 40, 300, TEST),
    # identity and secrets
    "secret-live-": (_PADDED, 36, 48, LIVE),
    "secret-test-": (_PADDED, 36, 48, TEST),
    "api_live.": (_DOTTED, 30, 60, LIVE),
    "api_sandbox.": (_DOTTED, 30, 60, TEST),
    "persona_production_": (_SLUG, 32, 64, LIVE),
    "persona_sandbox_": (_SLUG, 32, 64, TEST),
    "dp.st.prd.": (_ALNUM, 40, 44, LIVE),
    "dp.st.prod.": (_ALNUM, 40, 44, LIVE),
    "dp.st.production.": (_ALNUM, 40, 44, LIVE),
    "dp.st.dev.": (_ALNUM, 40, 44, TEST),
    "dp.pt.": (_ALNUM, 40, 44, ISSUED),
    "hvs.": (_SLUG, 90, 300, ISSUED),
    # clouds
    "AKIA": (_CAPITALS, 16, 16, ISSUED),
    "ASIA": (_CAPITALS, 16, 16, ISSUED),
    "AIza": (_SLUG, 35, 35, ISSUED),
    "GOCSPX-": (_SLUG, 28, 28, ISSUED),
    "dop_v1_": (_HEX, 64, 64, ISSUED),
    "sbp_": (_HEX, 40, 40, ISSUED),
    "dapi": (_HEX, 32, 34, ISSUED),
    # code and packages
    "ghp_": (_ALNUM, 36, 36, ISSUED),
    "gho_": (_ALNUM, 36, 36, ISSUED),
    "ghu_": (_ALNUM, 36, 36, ISSUED),
    "ghs_": (_ALNUM, 36, 36, ISSUED),
    "ghr_": (_ALNUM, 36, 36, ISSUED),
    "github_pat_": (_ALNUM + "_", 82, 82, ISSUED),
    "glpat-": (_DOTTED, 20, 60, ISSUED),
    "npm_": (_ALNUM, 36, 36, ISSUED),
    "pypi-AgEIcHlwaS5vcmc": (_SLUG, 50, 1000, ISSUED),
    # messages and mail
    "xoxb-": (_DASHED, 30, 100, ISSUED),
    "xoxp-": (_DASHED, 30, 120, ISSUED),
    "xapp-": (_DASHED, 30, 160, ISSUED),
    "SG.": (_DOTTED, 66, 66, ISSUED),
    "key-": (_HEX, 32, 32, ISSUED),
    "xkeysib-": (_ALNUM + "-", 81, 81, ISSUED),
    "re_": (_ALNUM + "_", 32, 33, ISSUED),
    # models and the rest
    "sk-ant-": (_SLUG, 80, 120, ISSUED),
    "sk-proj-": (_SLUG, 40, 200, ISSUED),
    "sk-svcacct-": (_SLUG, 40, 200, ISSUED),
    "sk-admin-": (_SLUG, 40, 200, ISSUED),
    "sk-or-v1-": (_HEX, 64, 64, ISSUED),
    "sk-": (_ALNUM, 48, 48, ISSUED),
    "gsk_": (_ALNUM, 52, 52, ISSUED),
    "hf_": (_ALNUM, 34, 34, ISSUED),
    "r8_": (_ALNUM, 37, 37, ISSUED),
    "pplx-": (_ALNUM, 48, 48, ISSUED),
    "shpat_": (_HEX + "ABCDEF", 32, 32, ISSUED),
    "shpss_": (_HEX + "ABCDEF", 32, 32, ISSUED),
    "NRAK-": (_CAPITALS, 27, 27, ISSUED),
    "glsa_": (_ALNUM + "_", 41, 41, ISSUED),
    "lin_api_": (_ALNUM, 40, 40, ISSUED),
    "ntn_": (_ALNUM, 44, 46, ISSUED),
    "PMAK-": (_DASHED, 59, 59, ISSUED),
    "whsec_": (_ALNUM + "+/=", 32, 64, ISSUED),
}
_LONGEST_FIRST = tuple(sorted(SHAPES, key=len, reverse=True))
_HEAD = 3
_HEADS = frozenset(prefix[:_HEAD] for prefix in SHAPES)
_SHORTEST = 16
_LONGEST = 65536
# a key may stand inside a URL, a header or JSON; no provider's alphabet has these
_SEPARATORS = str.maketrans(dict.fromkeys(" \t\r\n\"',;:/?&@()<>[]{}|\\`", " "))
_ENOUGH_VARIETY = 6


def begins(text: str) -> bool:
    """Whether the first letters are those of a key: cheap, and true of other texts too."""
    return text[:_HEAD] in _HEADS


def world(text: str) -> str | None:
    """LIVE, TEST or ISSUED if the text is or holds a key of a known shape, the gravest first; None otherwise."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    if begins(text):
        found = _shape(text)
        if found is not None:
            return found
    if text.isalnum():
        return None
    worlds = {_shape(token) for token in _tokens(text)}
    return next((kind for kind in (LIVE, ISSUED, TEST) if kind in worlds), None)


def _tokens(text: str) -> "Iterator[str]":
    """The parts of a longer text that may be keys."""
    for token in text.translate(_SEPARATORS).split():
        yield token
        if "=" in token:  # key=AIza...
            yield token.partition("=")[2]


def _shape(token: str) -> str | None:
    """The world of exactly this token."""
    if not begins(token):
        return None
    for prefix in _LONGEST_FIRST:
        if token.startswith(prefix):
            alphabet, shortest, longest, kind = SHAPES[prefix]
            rest = token[len(prefix) :]
            if shortest <= len(rest) <= longest and not rest.strip(alphabet) and not _is_made_up(rest):
                return kind
    return None


def _is_made_up(rest: str) -> bool:
    """``xxxxxxxxxxxx``, ``IOSFODNN7EXAMPLE``, ``your_key_goes_here_please``: nobody issued these."""
    lower = rest.lower()
    if len(set(lower)) < _ENOUGH_VARIETY or lower.endswith("example"):
        return True
    return any(word in lower for word in ("your_", "your-", "xxxxxx", "changeme", "placeholder", "_here"))
