"""Keys whose own shape says that they open a live account. Every value is asked: shapes load on a suspicion."""

# live keys whose prefixes say so without "live" or "prod" in them
_UNMARKED = ("sq0atp-", "sq0csp-", "FLWSECK-", "EZAK", "dp.st.prd.")


def may_hold_one(text: str) -> bool:
    """Whether ``opens_more_than_a_test`` could say so of any part of the text: a cheap look at many values at once."""
    return any(mark in text for mark in ("live", "prod", "AKIA", *_UNMARKED))


def looks_live_key(text: str) -> bool:
    """Whether it holds a key whose own shape says live or production: ``sk_live_...``, ``access-production-...``."""
    if "live" not in text and "prod" not in text and not text.startswith(_UNMARKED):
        return False
    from firedoor import key_shapes

    return key_shapes.world(text) == key_shapes.LIVE


def opens_more_than_a_test(text: str) -> bool:
    """A live key, or a long-lived AWS key: that one does not say which account it opens, so it counts as live."""
    if looks_live_key(text):
        return True
    if not text.startswith("AKIA"):
        return False
    from firedoor import key_shapes

    return key_shapes.world(text) in (key_shapes.LIVE, key_shapes.ISSUED)
