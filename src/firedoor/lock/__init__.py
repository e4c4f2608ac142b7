"""The lock: fingerprints of what each environment owns, so that machines without its secrets can refuse it."""

FILE_NAME = "firedoor.lock"
