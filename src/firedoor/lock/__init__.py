"""The lock: fingerprints of what each environment owns, committed, so that machines without its secrets can refuse it."""
