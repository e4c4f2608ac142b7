"""Keys for tests that look like a service's and open nothing: the same for the same variable."""

from __future__ import annotations

import hashlib

_SHAPES = (
    ("STRIPE", "sk_test_", 24),
    ("OPENAI", "sk-test-", 40),
    ("ANTHROPIC", "sk-ant-test-", 40),
    ("RAZORPAY", "rzp_test_", 14),
    ("SENDGRID", "SG.test.", 40),
    ("GITHUB", "ghtest_", 36),
    ("AWS_ACCESS", "AKIAIOSFODNN7EXAMPLE", 0),  # the one that AWS uses in its own examples
)
_USUAL = ("test-key-", 32)


def of(variable: str) -> str:
    """A key for the variable: of its service's shape where its name says the service. It counts as a test's key."""
    name = variable.upper()
    for word, beginning, digits in _SHAPES:
        if word in name:
            return beginning + _digits(variable, digits)
    beginning, digits = _USUAL
    return beginning + _digits(variable, digits)


def _digits(variable: str, count: int) -> str:
    return hashlib.sha256(f"firedoor {variable}".encode()).hexdigest()[:count]
