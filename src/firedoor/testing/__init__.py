"""What a test suite gets from firedoor: one environment that is for tests, barriers around it, resources of its own."""
